// When a page shows the right report: it is looked at in every frame, from before anything of it runs.
import type { Page } from "@playwright/test";

/** What a page shows once it is right: so many rows, of so many items. */
export type Expected = { rows: number; negative: number };

type Probed = { subzeroProbe?: { expected: Expected; rightAt?: number } };

/** From here on every page that is loaded is looked at. */
export const probe = (page: Page, expected: Expected) => page.addInitScript(look, expected);

/** Begins to look at the page that is there. */
export const probeNow = (page: Page, expected: Expected) => page.evaluate(look, expected);

/** What is not right by then never will be. */
const RIGHT_MAX_MS = 180_000;

/** Milliseconds from the beginning of the page to the frame with the right report. */
export async function untilRight(page: Page): Promise<number> {
  const found = await page.waitForFunction(() => (window as Probed).subzeroProbe?.rightAt, undefined, { timeout: RIGHT_MAX_MS });
  return Number(await found.jsonValue());
}

/** The same as a moment, in Unix milliseconds. */
export async function rightAt(page: Page): Promise<number> {
  const after = await untilRight(page);
  return (await page.evaluate(() => performance.timeOrigin)) + after;
}

/** Runs in the page. */
function look(expected: Expected) {
  const probed = window as Probed;
  probed.subzeroProbe = { expected };
  const digits = (text: string | null | undefined) => Number((text ?? "").replace(/\D/g, ""));
  const ours = () => {
    const screen = document.querySelector(".negative-inventory");
    if (!screen) return undefined;
    const table = screen.querySelector("table[aria-rowcount]");
    const isDrawn = expected.rows === 0 || table?.querySelector("[data-cell=item] a span")?.textContent;
    if (!isDrawn) return undefined;
    const negative = digits(document.querySelector(".frame-badge")?.textContent);
    // The table has a heading, and one more for each item.
    const rows = table ? Number(table.getAttribute("aria-rowcount")) - 1 - negative : 0;
    return { rows, negative };
  };
  const theirs = () => {
    const { rows, negative } = document.body?.dataset ?? {};
    return rows === undefined ? undefined : { rows: Number(rows), negative: Number(negative) };
  };
  const frame = () => {
    const shown = ours() ?? theirs();
    if (shown?.rows === expected.rows && shown.negative === expected.negative) {
      // What is there by now is painted with this frame, which is over when the next one begins.
      requestAnimationFrame(() => {
        if (probed.subzeroProbe) probed.subzeroProbe.rightAt = performance.now();
      });
    } else requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
}
