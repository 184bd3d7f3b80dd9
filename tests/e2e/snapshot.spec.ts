// A register that is new to a shop with a history begins with what the server folded of it, and brings what lies further back.
import { join } from "node:path";
import { expect, test } from "@playwright/test";
import { Auditor } from "./support/auditor.ts";
import { Device, PHONE, PICTURES, TABLET } from "./support/device.ts";
import { Server } from "./support/server.ts";

const DAY_MS = 86_400_000;
const SALES = 24;
/** Two to begin with, a hundred found, and what was sold of them. */
const ON_HAND = new RegExp(`Bakery mug.* ${2 + 100 - SALES} on hand`);

let server: Server;
let old: Device;
let receipt: string;

test.beforeAll(async () => {
  test.setTimeout(180_000);
  server = await Server.withDemo();
  old = await Device.unpack(server.origin, TABLET);
  await old.pair();
  await old.signIn();
  await old.isReadyForOffline();
  // Two hundred days ago: long before everything that is kept whole.
  await old.page.clock.install({ time: Date.now() - 200 * DAY_MS });
  await old.open("/stock/adjust");
  await old.page.getByRole("radio", { name: "Found" }).check();
  await old.page.getByLabel("Find an item or scan a code").fill("5019912950285");
  await old.page.keyboard.press("Enter");
  await old.setQuantity("Bakery mug", "100");
  await old.page.getByRole("button", { name: "Record adjustment" }).click();
  await expect(old.page.locator(".toasts")).toContainText("The adjustment is recorded.");
  for (let sale = 0; sale < SALES; sale++) receipt = await old.sell("Bakery mug", "1");
  await expect(old.pill()).toHaveText("Online");
  // As it starts it finds an account that is due.
  await server.stop();
  server.options.push("--snapshot-after", "20");
  await server.start();
  const auditor = await Auditor.of(server.origin);
  await expect.poll(() => auditor.isSnapshotOffered(), { timeout: 30_000 }).toBe(true);
});

test.afterAll(async () => {
  await old.switchOff();
  await server.stop();
});

for (const [name, settings] of [
  ["tablet-light", TABLET],
  ["phone-dark", { ...PHONE, colorScheme: "dark" as const }],
] as const) {
  test(`stock is right at once, what is old is said to be elsewhere, and comes when somebody wants it (${name})`, async () => {
    const till = await Device.unpack(server.origin, settings);
    await till.pair(undefined, `Back office ${name}`);
    await till.signIn();
    await till.isReadyForOffline();
    await till.open("/items");
    await expect(till.page.getByRole("button", { name: ON_HAND })).toBeVisible();
    await till.open("/receipts");
    await expect(till.page.locator(".horizon")).toContainText(/^What happened before .* is not on this device\./);
    await expect(till.page.getByText("Nothing on this device.")).toBeVisible();
    await till.page.screenshot({ path: join(PICTURES, `horizon-${name}.png`) });

    // Also after the browser was closed, with no network.
    await till.switchOff();
    await till.switchOn({ offline: true });
    await till.open("/items");
    await expect(till.page.getByRole("button", { name: ON_HAND })).toBeVisible();
    await till.open("/receipts");
    await till.page.getByRole("button", { name: "Bring it here" }).click();
    await expect(till.page.locator(".horizon")).toHaveText("Older records come as soon as there is a connection.");
    await till.page.screenshot({ path: join(PICTURES, `horizon-waits-${name}.png`) });
    await till.network(true);
    await expect(till.page.locator(".horizon")).toHaveCount(0, { timeout: 60_000 });
    await till.page.getByLabel("Find a receipt or an item").fill(receipt);
    await expect(till.page.getByRole("link", { name: new RegExp(receipt) })).toBeVisible();
    await till.open("/items");
    await expect(till.page.getByRole("button", { name: ON_HAND })).toBeVisible();
    await till.switchOff();
  });
}

test("what goes negative brings what led there by itself", async () => {
  const till = await Device.unpack(server.origin, TABLET);
  await till.pair(undefined, "Second till");
  await till.signIn();
  await till.isReadyForOffline();
  await till.open("/receipts");
  await expect(till.page.locator(".horizon")).toBeVisible();
  await till.sell("Bakery mug", "500");
  await till.open("/reports/negative-inventory");
  await expect(till.page.getByRole("region", { name: "Negative inventory" })).toContainText("Bakery mug");
  await till.open("/receipts");
  await expect(till.page.locator(".horizon")).toHaveCount(0, { timeout: 60_000 });
  await expect(till.page.locator(".receipts-row")).toHaveCount(SALES + 1);
  await till.switchOff();
});
