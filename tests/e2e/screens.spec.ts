// Every screen at the sizes and in the colours people have, without a network: nothing is cut off, nothing is out of reach, and no
// rule of accessibility is broken. The pictures are in target/e2e/screens, to be looked at.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { type Page, expect, test } from "@playwright/test";
import { Auditor } from "./support/auditor.ts";
import { Device, PICTURES, TABLET } from "./support/device.ts";
import { Server } from "./support/server.ts";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const SIZES = { tablet: { width: 1280, height: 800 }, upright: { width: 800, height: 1280 }, phone: { width: 390, height: 844 } };
const SCHEMES = ["light", "dark"] as const;

let server: Server;
let till: Device;

test.beforeAll(async () => {
  server = await Server.withDemo();
  till = await Device.unpack(server.origin, TABLET);
});

test.afterAll(async () => {
  await till.switchOff();
  await server.stop();
});

/** The page as it now is, at every size and in both colours. */
async function look(page: Page, name: string) {
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

async function loadAxe(page: Page) {
  await page.evaluate(AXE);
}

test("each screen fits its screen and can be used by everyone", async () => {
  test.setTimeout(600_000);
  const { page } = till;
  await loadAxe(page);
  await expect(page.getByRole("button", { name: "Use the demo sign-in" })).toBeVisible();
  await look(page, "pair");
  await till.pair();
  await expect(page.getByRole("button", { name: "Olive Owen" })).toBeVisible();
  await look(page, "sign-in");
  await page.getByRole("button", { name: "Olive Owen" }).click();
  await page.keyboard.type("11");
  await look(page, "pin");
  await page.keyboard.type("11");
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await till.isReadyForOffline();
  await till.sell("Bakery mug", "3");
  await till.network(false);
  await till.sell("Bakery mug", "2");
  for (const [name, path] of [
    ["sell", "/sell"],
    ["receive", "/receive"],
    ["items", "/items"],
    ["negative-inventory", "/reports/negative-inventory"],
    ["settings", "/settings"],
    ["module", "/settings/modules/negative-inventory"],
    ["sync", "/sync"],
    ["nowhere", "/nowhere"],
  ] as const) {
    await till.open(path);
    await expect(page.getByRole("main")).toBeVisible();
    await loadAxe(page);
    await look(page, name);
  }
  await till.open("/sell");
  await loadAxe(page);
  await till.add("Bakery mug");
  await look(page, "sell-warning");
  await page.getByRole("button", { name: "Charge" }).click();
  await look(page, "sell-cash");
  await page.getByRole("button", { name: "Exact cash" }).click();
  await expect(page.getByText("Recorded")).toBeVisible();
  await look(page, "sell-recorded");
  await page.getByRole("link", { name: /Negative/ }).click();
  await page.getByRole("link", { name: "Receive" }).last().click();
  await expect(page.getByLabel("Quantity of Bakery mug")).toBeVisible();
  await look(page, "receive-lines");
  await page.getByRole("link", { name: /Negative/ }).click();
  await page.getByRole("link", { name: "Bakery mug" }).click();
  await expect(page.getByRole("heading", { name: "Bakery mug" })).toBeVisible();
  await page.getByText("Change this item").click();
  await look(page, "item");
  await page.getByRole("link", { name: /missing/ }).first().click();
  await look(page, "entry");
  await till.keep("alerts", [{ at: Date.now(), alert: { EntriesLost: { first: 3, last: 5 } } }]);
  await (await Auditor.of(server.origin)).takesOver(await till.number(), "Front till");
  await till.network(true);
  await till.open("/sync");
  await expect(page.getByRole("heading", { name: "Pair this device again" })).toBeVisible();
  await loadAxe(page);
  await look(page, "sync-attention");
});
