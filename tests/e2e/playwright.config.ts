// How the end-to-end tests run. `cargo xtask test e2e` builds what they need and says where it is.
import { defineConfig } from "@playwright/test";
import { LAUNCH } from "./support/browser.ts";

export default defineConfig({
  testDir: ".",
  testMatch: "**/*.spec.ts",
  outputDir: "../../target/e2e/results",
  globalSetup: "./support/global_setup.ts",
  forbidOnly: Boolean(process.env.CI),
  // A worker is a browser, and a server for each test: what two cores can do.
  workers: 2,
  fullyParallel: true,
  retries: 0,
  timeout: 60_000,
  expect: { timeout: 15_000 },
  use: {
    browserName: "chromium",
    // What cannot be done by then fails where it is, not at the end of the test.
    actionTimeout: 20_000,
    // A fifth of all work would be for traces that nobody reads; `--trace retain-on-failure` makes them. Of a failure there is a picture.
    trace: "off",
    screenshot: "only-on-failure",
    launchOptions: LAUNCH,
  },
});
