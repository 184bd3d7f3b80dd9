// A device's storage and tabs when they fail it: full, not to be opened, cleared, frozen. What its people then see and can do.
import { readFileSync } from "node:fs";
import { type Page, expect, test } from "@playwright/test";
import { Auditor } from "./support/auditor.ts";
import { Device } from "./support/device.ts";
import { Server } from "./support/server.ts";

let server: Server;
let till: Device;

test.beforeEach(async () => {
  server = await Server.withDemo();
  till = await Device.unpack(server.origin);
  await till.pair();
  await till.signIn();
  await till.isReadyForOffline();
});

test.afterEach(async () => {
  await till.switchOff();
  await server.stop();
});

/** Makes the browser refuse to keep another byte, or keep what it is given again. It looks at how much room there is every half minute. */
async function fillUp(page: Page, isFull: boolean) {
  const session = await page.context().newCDPSession(page);
  const origin = new URL(page.url()).origin;
  await session.send("Storage.overrideQuotaForOrigin", isFull ? { origin, quotaSize: 1 } : { origin });
  const isRefused = () =>
    page.evaluate(
      () =>
        new Promise<boolean>((resolve, reject) => {
          const open = indexedDB.open("room", 1);
          open.onupgradeneeded = () => open.result.createObjectStore("bytes", { autoIncrement: true });
          open.onerror = () => resolve(true);
          open.onsuccess = () => {
            const txn = open.result.transaction("bytes", "readwrite");
            txn.objectStore("bytes").add(new Uint8Array(400));
            txn.oncomplete = () => resolve(false);
            txn.onabort = () => (txn.error?.name === "QuotaExceededError" ? resolve(true) : reject(txn.error));
            open.result.close();
          };
        }),
    );
  await expect.poll(isRefused, { timeout: 90_000, intervals: [1_000] }).toBe(isFull);
}

test("a full device stops selling loudly, keeps the cart, and offers what is not sent as a file", async () => {
  test.setTimeout(240_000);
  const { page } = till;
  await till.network(false);
  await till.sell("Bakery mug", "1");
  await till.add("Croissant");
  await fillUp(page, true);
  await page.getByRole("button", { name: "Charge" }).click();
  await page.getByRole("button", { name: "Exact cash" }).click();
  const full = page.getByRole("alert").filter({ hasText: "This device is full: nothing can be recorded" });
  await expect(full).toBeVisible();
  await expect(till.pill()).toHaveText("1 needs attention");
  const download = page.waitForEvent("download");
  await full.getByRole("button", { name: "Save what is not sent" }).click();
  expect(readFileSync(await (await download).path(), "utf8")).toContain('{"subzero_rescue":1');
  await expect(page.getByText("1 entry saved to a file.")).toBeVisible();

  await fillUp(page, false);
  await page.getByRole("button", { name: "Exact cash" }).click();
  await expect(page.getByRole("status").filter({ hasText: "Recorded" })).toBeVisible();
  await expect(full).toBeHidden();
  await expect(till.pill()).toHaveText("Offline · 2 to send");
});

/** The device's databases, from a page of the same server that is not the till: as the browser sees them at the next start. */
async function inBackOffice(work: (page: Page) => Promise<void>) {
  await till.page.goto(`${till.origin}/v1/about`);
  await work(till.page);
}

test("records that do not open are taken over, the till sells on, and a manager is told", async () => {
  const { page } = till;
  const auditor = await Auditor.of(server.origin);
  const rows = (await auditor.rows()).length;
  await till.network(false);
  await till.sell("Bakery mug", "2");
  await till.network(true);
  await page.context().route("**/v1/sync/push", (route) => route.abort());
  // Of a later version: it can be read, and not be used.
  await inBackOffice(async (office) => {
    await office.evaluate(
      () =>
        new Promise((resolve, reject) => {
          const request = indexedDB.open("subzerosubzero-outbox", 9);
          request.onsuccess = () => resolve(request.result.close());
          request.onerror = () => reject(request.error);
        }),
    );
  });
  await till.sell("Croissant", "1");
  await page.context().unroute("**/v1/sync/push");
  await till.open("/sync");
  await expect(page.getByText(/All of them were taken over, and nothing was deleted/)).toBeVisible();
  await expect(page.getByText("Everything is sent.")).toBeVisible({ timeout: 60_000 });
  expect((await auditor.rows()).length).toBe(rows + 2);
  await page.getByRole("button", { name: "I have seen this" }).click();
  await expect(till.pill()).toHaveText("Online");
  await page.reload();
  await expect(till.pill()).toHaveText("Online");
  await expect(page.getByText("What was recorded here before")).toBeHidden();
});

test("records of which nothing can be read leave a register that sells, and is paired again to send", async () => {
  const { page } = till;
  await inBackOffice(async (office) => {
    await office.evaluate(async () => {
      const done = <T>(request: IDBRequest<T>) =>
        new Promise<T>((resolve, reject) => {
          request.onsuccess = () => resolve(request.result);
          request.onerror = () => reject(request.error);
        });
      await done(indexedDB.deleteDatabase("subzerosubzero-outbox"));
      // A database of that name in which there is nothing that could be read.
      const empty = await done(indexedDB.open("subzerosubzero-outbox", 9));
      empty.close();
    });
  });
  await till.open("/sell");
  await till.signIn();
  await till.sell("Croissant", "1");
  await expect(till.pill()).toHaveText("2 need attention");
  await till.pill().click();
  const owner = page.getByRole("region", { name: "Pair this device again" });
  await owner.getByLabel("Owner’s e-mail").fill("owner@cornerbakery.example");
  await owner.getByLabel("Password").fill("fresh bread daily");
  await owner.getByRole("button", { name: "Continue" }).click();
  await expect(owner).toBeHidden();
  await expect(page.getByText("Everything is sent.")).toBeVisible({ timeout: 60_000 });
});

test("a browser that cleared its storage says which register it was and how much is missing, and so do the others", async () => {
  const { page } = till;
  const number = await till.number();
  // The last the server hears is that something is not sent.
  await page.context().route("**/v1/sync/push", (route) => route.abort());
  await till.sell("Bakery mug", "1");
  await till.sell("Croissant", "1");
  await page.getByRole("button", { name: "Sign out" }).click();
  await till.signIn();
  const auditor = await Auditor.of(server.origin);
  await expect.poll(() => auditor.unsentOf(number)).toBe(2);
  await inBackOffice(async (office) => {
    await office.evaluate(async () => {
      for (const { name } of await indexedDB.databases()) indexedDB.deleteDatabase(name ?? "");
    });
  });
  await page.context().unroute("**/v1/sync/push");
  await till.open("/sell");
  await expect(page.getByText("This browser was Front till, and has cleared what it kept")).toBeVisible();
  await page.getByLabel("Owner’s e-mail").fill("owner@cornerbakery.example");
  await page.getByLabel("Password").fill("fresh bread daily");
  await page.getByRole("button", { name: "Continue" }).click();
  await till.signIn();
  expect(await till.number()).toBe(number);
  await till.pill().click();
  await expect(page.getByText(/2 entries that had not been sent are missing/)).toBeVisible();

  const other = await Device.unpack(server.origin);
  await other.pair("Station", "Back till");
  await other.signIn();
  await other.open("/sync");
  await expect(other.page.getByRole("region", { name: "Registers" }).getByText("2 entries missing there")).toBeVisible({ timeout: 60_000 });
  await other.switchOff();
});

test("what the server has set aside is recorded again by somebody who may, or left out", async () => {
  const { page } = till;
  const auditor = await Auditor.of(server.origin);
  await till.network(false);
  await till.sell("Bakery mug", "2");
  // As if the server had set it aside: its number is taken.
  await till.network(true);
  await expect(till.pill()).toHaveText("Online");
  await till.network(false);
  await till.sell("Croissant", "1");
  await till.setAside(2, { verdict: "quarantined", reason: "id_taken" });
  await till.open("/sync");
  const aside = page.getByRole("region", { name: "Set aside by the server" });
  await expect(aside.getByRole("heading", { name: /^Sale/ })).toBeVisible();
  await expect(aside.getByText("Another entry has its number.")).toBeVisible();
  await aside.getByRole("button", { name: "Record it again" }).click();
  await expect(page.getByText("Recorded again. The one before counts no more.")).toBeVisible();
  await expect(aside).toBeHidden();
  await expect(page.getByText("Dealt with: 1")).toBeVisible();
  await till.open("/items");
  await expect(page.getByRole("button", { name: /Croissant.*11 on hand/ })).toBeVisible();
  await page.reload();
  await expect(page.getByRole("button", { name: /Croissant.*11 on hand/ })).toBeVisible();
  await auditor.rows();
});

test("a tab that the browser has frozen loses its place to one that people look at, and learns it", async () => {
  test.setTimeout(180_000);
  const holder = (page: Page) =>
    page.evaluate(async () => (await navigator.locks.query()).held?.find(({ name }) => name?.endsWith("-sync"))?.clientId);
  const first = await holder(till.page);
  expect(first).toBeDefined();
  const other = await till.secondTab();
  await other.goto(`${till.origin}/sell`);
  await expect(other.locator(".network-pill")).toHaveText("Online");
  expect(await holder(other)).toBe(first);
  // It does nothing at all for as long as a browser may keep a tab from it.
  const frozen = till.page.evaluate((ms) => {
    for (const end = Date.now() + ms; Date.now() < end; );
  }, 110_000);
  await other.getByRole("list", { name: "Items" }).getByRole("button", { name: "Croissant" }).click();
  await other.getByRole("button", { name: "Charge" }).click();
  await other.getByRole("button", { name: "Exact cash" }).click();
  await expect(other.getByRole("status").filter({ hasText: "Recorded" })).toBeVisible();
  await expect.poll(() => holder(other), { timeout: 120_000 }).not.toBe(first);
  await expect(other.locator(".network-pill")).toHaveText("Online", { timeout: 30_000 });
  const second = await holder(other);

  await frozen;
  await till.sell("Croissant", "1");
  await expect(till.pill()).toHaveText("Online");
  expect(await holder(other)).toBe(second);
});
