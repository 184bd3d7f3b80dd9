// A real shop's 159 days: the report the browser computes is the one that is computed natively, row by row.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { PICTURES } from "./support/browser.ts";
import { readReport } from "./support/report.ts";
import { Server, seedBakery } from "./support/server.ts";
import { expect, test as base } from "./support/test.ts";

type NativeRow = { item: string; on_hand: string; receipt: string; short: string; open: string; unit_cost: string | null; since_ms: number };

const OWNER = { email: "owner@bakery.example", password: "bread and butter" };

/** Its server, and the report's rows as they are computed natively. */
const test = base.extend<{ native: NativeRow[]; bakery: ReturnType<typeof seedBakery> }>({
  bakery: async ({}, use) => use(seedBakery()),
  native: async ({ bakery }, use) => use(JSON.parse(readFileSync(bakery.report, "utf8")) as NativeRow[]),
  server: async ({ bakery }, use) => {
    const server = await Server.on(bakery.data);
    await use(server);
    await server.remove();
  },
});

test("the browser's report equals the native one, also without a network", async ({ server, native, unpack }) => {
  test.setTimeout(180_000);
  const rows = shown(native);
  expect(rows.length).toBeGreaterThan(12);

  const till = await unpack({ profile: true });
  await till.pair("Bakery", "Register 3", OWNER);
  await till.signIn("Olive", "1111");
  await till.isReadyForOffline();
  await till.open("/reports/negative-inventory");
  await expect(till.page.getByRole("region", { name: "Negative inventory" }).locator("[data-cell=item]").first()).toBeVisible();
  expect(await readReport(till.page)).toEqual(rows);

  await till.switchOff();
  await server.stop();
  await till.switchOn({ offline: true });
  const started = performance.now();
  await till.load("/reports/negative-inventory");
  await expect(till.page.getByRole("region", { name: "Negative inventory" }).locator("[data-cell=item]").first()).toBeVisible();
  console.log(`a cold start with no network to the report over the bakery's history: ${Math.round(performance.now() - started)} ms`);
  expect(await readReport(till.page)).toEqual(rows);
  await till.page.screenshot({ path: join(PICTURES, "bakery.png") });
});

function pounds(text: string) {
  return new Intl.NumberFormat("en-US", {
    style: "currency",
    currency: "GBP",
    minimumFractionDigits: 2,
    maximumFractionDigits: 4,
  }).format(Number(text));
}

/** The rows as the page shows them. */
function shown(native: NativeRow[]) {
  return native.map(({ since_ms, unit_cost, ...row }) => ({
    ...row,
    unit_cost: unit_cost === null ? "Cost missing" : pounds(unit_cost),
    since: new Date(since_ms).toISOString(),
  }));
}
