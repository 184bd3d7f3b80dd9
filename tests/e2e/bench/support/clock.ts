// Measuring in the page: from a gesture to the frame in which all that it led to is painted, and how long frames take while one scrolls.
import type { Page } from "@playwright/test";

declare global {
  interface Window {
    subzeroBench: { next(): Promise<number>; memory?: WebAssembly.Memory };
  }
}

/** Runs before the page does. */
function install() {
  /** So many frames in which nothing changes say that nothing more is to come. */
  const QUIET_FRAMES = 4;
  let armed: ((ms: number) => void) | undefined;
  let changed = false;
  const begin = (event: Event) => {
    const done = armed;
    if (!done) return;
    armed = undefined;
    changed = true;
    let painted = 0;
    let quiet = 0;
    const frame = () => {
      if (changed) {
        // What has changed by now is painted with this frame, which is over when the next one begins.
        changed = false;
        quiet = 0;
      } else {
        quiet += 1;
        if (quiet === 1) painted = performance.now();
      }
      if (quiet >= QUIET_FRAMES) done(painted - event.timeStamp);
      else requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
  };
  for (const kind of ["click", "input", "change"]) addEventListener(kind, begin, { capture: true });
  addEventListener("DOMContentLoaded", () => {
    const observed = { subtree: true, childList: true, attributes: true, characterData: true };
    new MutationObserver(() => (changed = true)).observe(document.body, observed);
  });
  window.subzeroBench = { next: () => new Promise((resolve) => (armed = resolve)) };
  const keep = (made: WebAssembly.WebAssemblyInstantiatedSource) => {
    window.subzeroBench.memory = made.instance.exports.memory as WebAssembly.Memory;
    return made;
  };
  const { instantiateStreaming } = WebAssembly;
  WebAssembly.instantiateStreaming = (source, imports) => instantiateStreaming(source, imports).then(keep);
}

export const installClock = (page: Page) => page.addInitScript(install);

/** What the page's own memory takes, in MB. */
export const memoryOf = (page: Page) =>
  page.evaluate(() => Math.round((window.subzeroBench.memory?.buffer.byteLength ?? 0) / 1_000_000));

/** Milliseconds from the gesture to the frame in which what it led to is painted. */
export async function timed(page: Page, gesture: () => Promise<unknown>): Promise<number> {
  const armed = await page.evaluateHandle(() => ({ ms: window.subzeroBench.next() }));
  await gesture();
  return armed.evaluate(({ ms }) => ms);
}

/** Scrolls through a list from its first row on, so far a frame. Answers how long each frame took. */
export async function scrolled(page: Page, label: string, stepPx: number, framesMax: number): Promise<number[]> {
  const area = page.getByRole("region", { name: label, exact: true });
  return area.evaluate(
    (area, [stepPx, framesMax]) =>
      new Promise<number[]>((resolve) => {
        area.scrollTop = 0;
        const frames: number[] = [];
        let before = 0;
        const frame = (at: number) => {
          if (before) frames.push(at - before);
          before = at;
          const isAtEnd = area.scrollTop + area.clientHeight >= area.scrollHeight - 1;
          if (isAtEnd || frames.length >= framesMax) return resolve(frames);
          area.scrollTop += stepPx;
          requestAnimationFrame(frame);
        };
        requestAnimationFrame(() => requestAnimationFrame(frame));
      }),
    [stepPx, framesMax] as const,
  );
}

/** How long the page's main thread was busy between this call and that of the answer, in ms: script, layout and painting. */
export async function busy(page: Page): Promise<() => Promise<number>> {
  const session = await page.context().newCDPSession(page);
  await session.send("Performance.enable");
  const total = async () => {
    const { metrics } = await session.send("Performance.getMetrics");
    return 1000 * (metrics.find(({ name }) => name === "TaskDuration")?.value ?? 0);
  };
  const before = await total();
  return async () => (await total()) - before;
}

/** The value below which so many of a hundred lie. */
export function percentile(values: number[], percent: number) {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor((sorted.length * percent) / 100))] ?? 0;
}
