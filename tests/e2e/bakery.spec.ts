// A real shop's 159 days: the report the browser computes is the one that is computed natively, row by row.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@playwright/test";
import { Device, PICTURES } from "./support/device.ts";
import { Server, seedBakery } from "./support/server.ts";

type NativeRow = { item: string; on_hand: string; receipt: string; short: string; open: string; unit_cost: string | null; since_ms: number };

const OWNER = { email: "owner@bakery.example", password: "bread and butter" };

test("the browser's report equals the native one, also without a network", async () => {
  test.setTimeout(180_000);
  const { data, report } = seedBakery();
  const native = shown(JSON.parse(readFileSync(report, "utf8")) as NativeRow[]);
  expect(native.length).toBeGreaterThan(12);

  const server = await Server.on(data);
  const till = await Device.unpack(server.origin);
  await till.pair("Bakery", "Register 3", OWNER);
  await till.signIn("Olive", "1111");
  await till.isReadyForOffline();
  await till.open("/reports/negative-inventory");
  await expect(till.page.getByRole("region", { name: "Negative inventory" }).locator("[data-cell=item]").first()).toBeVisible();
  expect(await till.report()).toEqual(native);

  await till.switchOff();
  await server.stop();
  await till.switchOn({ offline: true });
  const started = performance.now();
  await till.open("/reports/negative-inventory");
  await expect(till.page.getByRole("region", { name: "Negative inventory" }).locator("[data-cell=item]").first()).toBeVisible();
  console.log(`a cold start with no network to the report over the bakery's history: ${Math.round(performance.now() - started)} ms`);
  expect(await till.report()).toEqual(native);
  await till.page.screenshot({ path: join(PICTURES, "bakery.png") });
  await till.switchOff();
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
