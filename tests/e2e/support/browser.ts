// The browser that tests run in, and what a page looks like in it.
import { join } from "node:path";
import type { PlaywrightTestOptions } from "@playwright/test";

/** How every browser is started. Without the variable it is Playwright's own Chromium. */
export const LAUNCH = {
  executablePath: process.env.SUBZERO_CHROMIUM,
  args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--no-first-run"],
};

export type Settings = Pick<PlaywrightTestOptions, "viewport" | "colorScheme"> & { hasTouch?: boolean };

export const TABLET: Settings = { viewport: { width: 1280, height: 800 }, colorScheme: "light" };
export const PHONE: Settings = { viewport: { width: 390, height: 844 }, colorScheme: "light" };

/** How often to ask for what comes in a moment. */
export const SOON = { intervals: [20, 50, 100] };

/** Where pictures of the screens go. */
export const PICTURES = join(import.meta.dirname, "../../../target/e2e/screens");
