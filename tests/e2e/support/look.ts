// Looking at a screen: a picture at every size and in both colours, what axe finds, what is wider than the screen, what is too small to press.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { type Page, expect } from "@playwright/test";
import { PICTURES } from "./browser.ts";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const SIZES = { tablet: { width: 1280, height: 800 }, upright: { width: 800, height: 1280 }, phone: { width: 390, height: 844 } };

/** Light and dark differ in the colours and in nothing else (`style/tokens/meaning.css`): what colours can break is looked at in both. */
const COLOURS = ["color-contrast", "link-in-text-block"];

/** The page as it now is, at every size and in both colours. `layouts`: a small screen shows it in another layout, which axe looks at too. */
export async function look(page: Page, name: string, { layouts = false } = {}) {
  for (const [size, viewport] of Object.entries(SIZES)) {
    await page.setViewportSize(viewport);
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme });
      await page.screenshot({ path: join(PICTURES, `${name}-${size}-${colorScheme}.png`) });
      if (layouts || size === "tablet") {
        const broken = await brokenRules(page, colorScheme === "dark" ? COLOURS : undefined);
        expect.soft(broken, `${name}, ${size}, ${colorScheme}`).toEqual([]);
      }
    }
    const { overflow, small } = await page.evaluate(fits);
    expect.soft(overflow, `${name}, ${size}: is wider than the screen`).toBe(0);
    expect.soft(small, `${name}, ${size}: too small to press`).toEqual([]);
  }
  await page.setViewportSize(SIZES.tablet);
  await page.emulateMedia({ colorScheme: "light" });
}

/** What axe has to say: of every rule that it goes by, or of these only. */
async function brokenRules(page: Page, only?: string[]): Promise<string[]> {
  if (!(await page.evaluate(() => "axe" in globalThis))) await page.evaluate(AXE);
  return page.evaluate(async (only) => {
    type Rule = { id: string; nodes: { html: string; failureSummary: string }[] };
    const { axe } = globalThis as unknown as { axe: { run(options: object): Promise<{ violations: Rule[] }> } };
    const options = only ? { runOnly: { type: "rule", values: only } } : {};
    const { violations } = await axe.run({ ...options, resultTypes: ["violations"] });
    return violations.flatMap((rule) => rule.nodes.map((node) => `${rule.id}: ${node.html} ${node.failureSummary}`));
  }, only);
}

/** By how much the page is wider than the screen; and what can be pressed and is less than 48 px high, but for links within a sentence. */
function fits() {
  const { scrollWidth, clientWidth } = document.documentElement;
  const seen = (element: Element) => element.checkVisibility({ visibilityProperty: true, opacityProperty: true });
  const small = [...document.querySelectorAll("button, input, select, summary, a, [role=button]")]
    .filter(seen)
    .map((element) => ({ element, target: element.closest("label") ?? element }))
    .filter(({ element, target }) => target.getBoundingClientRect().height < 47.5 && element.closest("p, dd") === null)
    .map(({ element }) => element.outerHTML.slice(0, 120));
  return { overflow: scrollWidth - clientWidth, small };
}
