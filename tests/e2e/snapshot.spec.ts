// A register that is new to a shop with a history begins with what the server folded of it, and brings what lies further back.
import { join } from "node:path";
import { Auditor } from "./support/auditor.ts";
import { PHONE, PICTURES, TABLET } from "./support/browser.ts";
import { Device } from "./support/device.ts";
import { preparedData, preparedStorage } from "./support/prepared.ts";
import { Server } from "./support/server.ts";
import { expect, test as base } from "./support/test.ts";

const DAY_MS = 86_400_000;
/** More than half of all that is recorded, or nothing would be folded. */
const SALES = 14;
/** Two to begin with, a hundred found, and what was sold of them. */
const ON_HAND = new RegExp(`Bakery mug.* ${2 + 100 - SALES} on hand`);
const FOLDED = ["--snapshot-after", "20"];

type History = {
  /** The folder of a server that has folded it. */
  data: string;
  /** The last sale's number. */
  receipt: string;
};

/** A shop with a history that is folded, and a server on a copy of it. */
const test = base.extend<object, { history: History }>({
  history: [
    async ({ browser }, use) => {
      const server = await Server.onCopyOf(preparedData());
      try {
        const old = await Device.unpack(server, browser, { storage: preparedStorage("front"), clock: true });
        // Two hundred days ago: long before everything that is kept whole.
        await old.page.clock.setSystemTime(Date.now() - 200 * DAY_MS);
        await old.load("/stock/adjust");
        await old.page.getByRole("button", { name: "Record with this clock" }).click();
        await old.page.getByRole("radio", { name: "Found" }).check();
        await old.page.getByLabel("Find an item or scan a code").fill("5019912950285");
        await old.page.keyboard.press("Enter");
        await old.setQuantity("Bakery mug", "100");
        await old.page.getByRole("button", { name: "Record adjustment" }).click();
        await old.says("The adjustment is recorded.");
        let receipt = "";
        for (let sale = 0; sale < SALES; sale++) receipt = await old.sell("Bakery mug", "1");
        await expect(old.pill()).toHaveText(`${SALES + 1} need attention`);
        await old.remove();
        old.console.isClean();
        // As it starts it finds an account that is due.
        await server.stop();
        server.options.push(...FOLDED);
        await server.start();
        const auditor = await Auditor.of(server.origin);
        await expect.poll(() => auditor.isSnapshotOffered(), { timeout: 30_000 }).toBe(true);
        await server.stop();
        await use({ data: server.data, receipt });
      } finally {
        await server.remove();
      }
    },
    { scope: "worker", timeout: 60_000 },
  ],
  server: async ({ history }, use) => {
    const server = await Server.onCopyOf(history.data, { options: FOLDED });
    await use(server);
    await server.remove();
  },
});

for (const [name, settings] of [
  ["tablet-light", TABLET],
  ["phone-dark", { ...PHONE, colorScheme: "dark" as const }],
] as const) {
  test(`stock is right at once, what is old is said to be elsewhere, and comes when somebody wants it (${name})`, async ({ history, unpack }) => {
    const till = await unpack({ settings, profile: true });
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
    await till.load("/items");
    await expect(till.page.getByRole("button", { name: ON_HAND })).toBeVisible();
    await till.open("/receipts");
    await till.page.getByRole("button", { name: "Bring it here" }).click();
    await expect(till.page.locator(".horizon")).toHaveText("Older records come as soon as there is a connection.");
    await till.page.screenshot({ path: join(PICTURES, `horizon-waits-${name}.png`) });
    await till.network(true);
    await expect(till.page.locator(".horizon")).toHaveCount(0, { timeout: 60_000 });
    await till.page.getByLabel("Find a receipt or an item").fill(history.receipt);
    await expect(till.page.getByRole("link", { name: new RegExp(history.receipt) })).toBeVisible();
    await till.open("/items");
    await expect(till.page.getByRole("button", { name: ON_HAND })).toBeVisible();
  });
}

test("what goes negative is told in full without what is folded", async ({ unpack }) => {
  const till = await unpack();
  await till.pair(undefined, "Second till");
  await till.signIn();
  await till.isOnline();
  await till.sell("Bakery mug", "500");
  await till.open("/reports/negative-inventory");
  await expect(till.page.getByRole("region", { name: "Negative inventory" })).toContainText("Bakery mug");
  await till.open("/receipts");
  await expect(till.page.locator(".horizon")).toContainText(/^What happened before .* is not on this device\./);
  await expect(till.page.locator(".receipts-row")).toHaveCount(1);
});

test("what comes too late for what is folded is looked for by itself", async ({ unpack }) => {
  const till = await unpack();
  await till.pair(undefined, "Third till");
  await till.signIn();
  await till.open("/items");
  await expect(till.page.getByRole("button", { name: ON_HAND })).toBeVisible();
  // Half a year ago, on a register that sends it now.
  const late = await unpack({ clock: true });
  await late.pair(undefined, "Late till");
  await late.signIn();
  await late.page.clock.setSystemTime(Date.now() - 150 * DAY_MS);
  await late.load("/stock/adjust");
  await late.page.getByRole("button", { name: "Record with this clock" }).click();
  await late.sell("Bakery mug", "3");
  await expect(till.page.getByRole("button", { name: new RegExp(`Bakery mug.* ${2 + 100 - SALES - 3} on hand`) })).toBeVisible();
  await till.open("/receipts");
  await expect(till.page.locator(".receipts-row")).toHaveCount(SALES + 1);
  await expect(till.page.locator(".horizon")).toBeVisible();
});

/** Loses a part of what the copies begin with. Runs in the page. */
async function loseAPart() {
  const names = (await indexedDB.databases()).map((database) => database.name ?? "");
  const done = <T>(request: IDBRequest<T>) =>
    new Promise<T>((resolve, reject) => {
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
  const name = names.find((name) => name.includes("cache")) ?? "";
  const database = await done(indexedDB.open(name));
  const txn = database.transaction("snap", "readwrite");
  const parts = (await done(txn.objectStore("snap").getAllKeys())).filter((key) => typeof key === "string");
  await done(txn.objectStore("snap").delete(parts[0] ?? ""));
  database.close();
  return parts.length;
}

test("a part of it that is lost is fetched again", async ({ unpack }) => {
  const till = await unpack();
  await till.pair(undefined, "Fourth till");
  await till.signIn();
  await till.open("/items");
  await expect(till.page.getByRole("button", { name: ON_HAND })).toBeVisible();
  expect(await till.page.evaluate(loseAPart)).toBeGreaterThan(0);
  await till.load("/items");
  await expect(till.page.getByRole("button", { name: ON_HAND })).toBeVisible({ timeout: 60_000 });
});
