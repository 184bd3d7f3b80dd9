// Looking at a screen: a picture at every size and in both colours, what axe finds, what is wider than the screen, what is too small to press.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { type Page, expect } from "@playwright/test";
import { PICTURES } from "./device.ts";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const SIZES = { tablet: { width: 1280, height: 800 }, upright: { width: 800, height: 1280 }, phone: { width: 390, height: 844 } };
const SCHEMES = ["light", "dark"] as const;

/** The page as it now is, at every size and in both colours. */
export async function look(page: Page, name: string) {
  for (const [size, viewport] of Object.entries(SIZES)) {
    for (const colorScheme of SCHEMES) {
      await page.setViewportSize(viewport);
      await page.emulateMedia({ colorScheme });
      await page.screenshot({ path: join(PICTURES, `${name}-${size}-${colorScheme}.png`) });
      const overflow = await page.evaluate(() => {
        const { scrollWidth, clientWidth } = document.documentElement;
        return scrollWidth - clientWidth;
      });
      expect.soft(overflow, `${name}, ${size}: is wider than the screen`).toBe(0);
      const broken = await page.evaluate(async () => {
        const axe = (globalThis as unknown as { axe: { run(): Promise<{ violations: unknown[] }> } }).axe;
        const { violations } = await axe.run();
        return (violations as { id: string; nodes: { html: string; failureSummary: string }[] }[]).flatMap((rule) =>
          rule.nodes.map((node) => `${rule.id}: ${node.html} ${node.failureSummary}`),
        );
      });
      expect.soft(broken, `${name}, ${size}, ${colorScheme}`).toEqual([]);
      const small = await page.evaluate(smallTargets);
      expect.soft(small, `${name}, ${size}: too small to press`).toEqual([]);
    }
  }
  await page.setViewportSize(SIZES.tablet);
}

/** What can be pressed and is less than 48 px high, but for links within a sentence. */
function smallTargets() {
  const seen = (element: Element) => element.checkVisibility({ visibilityProperty: true, opacityProperty: true });
  return [...document.querySelectorAll("button, input, select, summary, a, [role=button]")]
    .filter(seen)
    .map((element) => ({ element, target: element.closest("label") ?? element }))
    .filter(({ element, target }) => target.getBoundingClientRect().height < 47.5 && element.closest("p, dd") === null)
    .map(({ element }) => element.outerHTML.slice(0, 120));
}

export async function loadAxe(page: Page) {
  await page.evaluate(AXE);
}

