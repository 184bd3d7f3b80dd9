// A device's storage and tabs when they fail it: full, not to be opened, cleared, frozen. What its people then see and can do.
import { readFileSync } from "node:fs";
import type { Page } from "@playwright/test";
import { Auditor } from "./support/auditor.ts";
import { OWNER, type Device } from "./support/device.ts";
import { setAside } from "./support/disk.ts";
import { expect, test } from "./support/test.ts";

/** How much a browser may keep for the page of a small device. */
const ROOM_BYTES = 4 * 1024 * 1024;

/** Whether the browser refuses to keep so many bytes more. */
async function isRefused(page: Page, bytes: number) {
  return page.evaluate(
    (bytes) =>
      new Promise<boolean>((resolve, reject) => {
        // Anything else would be pressed until it has room.
        const noise = new Uint8Array(bytes);
        for (let at = 0; at < bytes; at += 65_536) crypto.getRandomValues(noise.subarray(at, at + 65_536));
        const open = indexedDB.open("room", 1);
        open.onupgradeneeded = () => open.result.createObjectStore("bytes", { autoIncrement: true });
        open.onerror = () => resolve(true);
        open.onsuccess = () => {
          const txn = open.result.transaction("bytes", "readwrite");
          txn.objectStore("bytes").add(noise);
          txn.oncomplete = () => resolve(false);
          txn.onabort = () => (txn.error?.name === "QuotaExceededError" ? resolve(true) : reject(txn.error));
          open.result.close();
        };
      }),
    bytes,
  );
}

/** Keeps bytes until not another one has room, and then nothing ever has: the browser itself finds some by tidying up. */
async function fillUp(till: Device) {
  for (const bytes of [ROOM_BYTES / 8, ROOM_BYTES / 256, 400, 1]) {
    await expect.poll(() => isRefused(till.page, bytes), { timeout: 30_000, intervals: [0] }).toBe(true);
  }
  await till.hasRoom(1);
}

test("a full device stops selling loudly, keeps the cart, and offers what is not sent as a file", async ({ take }) => {
  const till = await take("front", { roomBytes: ROOM_BYTES });
  const { page } = till;
  await till.network(false);
  await till.sell("Bakery mug", "1");
  await till.add("Croissant");
  await fillUp(till);
  await page.getByRole("button", { name: "Charge" }).click();
  await page.getByRole("button", { name: "Exact cash" }).click();
  const full = page.getByRole("alert").filter({ hasText: "This device is full: nothing can be recorded" });
  await expect(full).toBeVisible();
  await expect(till.pill()).toHaveText("1 needs attention");
  const download = page.waitForEvent("download");
  await full.getByRole("button", { name: "Save what is not sent" }).click();
  expect(readFileSync(await (await download).path(), "utf8")).toContain('{"subzero_rescue":1');
  await expect(page.getByText("1 entry saved to a file.")).toBeVisible();

  await till.hasRoom(2 * ROOM_BYTES);
  await page.getByRole("button", { name: "Exact cash" }).click();
  await expect(page.getByRole("status").filter({ hasText: "Recorded" })).toBeVisible();
  await expect(full).toBeHidden();
  await expect(till.pill()).toHaveText("Offline · 2 to send");
});

/** The device's databases, from a page of the same server that is not the till: as the browser sees them at the next start. */
async function inBackOffice(till: Device, work: (page: Page) => Promise<void>) {
  await till.load("/v1/about");
  await work(till.page);
}

test("records that do not open are taken over, the till sells on, and a manager is told", async ({ server, till }) => {
  const { page } = till;
  const auditor = await Auditor.of(server.origin);
  const rows = (await auditor.rows()).length;
  await till.network(false);
  await till.sell("Bakery mug", "2");
  till.console.expects(/net::ERR_FAILED/);
  await page.context().route("**/v1/sync/push", (route) => route.abort());
  await till.network(true);
  // Of a later version: it can be read, and not be used.
  await inBackOffice(till, async (office) => {
    await office.evaluate(
      () =>
        new Promise((resolve, reject) => {
          const request = indexedDB.open("subzerosubzero-outbox", 9);
          request.onsuccess = () => resolve(request.result.close());
          request.onerror = () => reject(request.error);
        }),
    );
  });
  await till.load("/sell");
  await till.sell("Croissant", "1");
  await page.context().unroute("**/v1/sync/push");
  await till.open("/sync");
  await expect(page.getByText(/All of them were taken over, and nothing was deleted/)).toBeVisible();
  await expect(page.getByText("Everything is sent.")).toBeVisible({ timeout: 60_000 });
  expect((await auditor.rows()).length).toBe(rows + 2);
  await page.getByRole("button", { name: "I have seen this" }).click();
  await till.isOnline();
  await page.reload();
  await till.isOnline();
  await expect(page.getByText("What was recorded here before")).toBeHidden();
});

test("records of which nothing can be read leave a register that sells, and is paired again to send", async ({ till }) => {
  const { page } = till;
  await inBackOffice(till, async (office) => {
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
  till.console.expects(/status of 401/);
  await till.load("/sell");
  await till.signIn();
  await till.sell("Croissant", "1");
  await expect(till.pill()).toHaveText("2 need attention");
  await till.pill().click();
  const owner = page.getByRole("region", { name: "Pair this device again" });
  await owner.getByLabel("Owner’s e-mail").fill(OWNER.email);
  await owner.getByLabel("Password").fill(OWNER.password);
  await owner.getByRole("button", { name: "Continue" }).click();
  await expect(owner).toBeHidden();
  await expect(page.getByText("Everything is sent.")).toBeVisible({ timeout: 60_000 });
});

test("a browser that cleared its storage says which register it was and how much is missing, and so do the others", async ({ server, till, take }) => {
  const { page } = till;
  const number = await till.number();
  // The last the server hears is that something is not sent.
  till.console.expects(/net::ERR_FAILED/);
  await page.context().route("**/v1/sync/push", (route) => route.abort());
  await till.sell("Bakery mug", "1");
  await till.sell("Croissant", "1");
  await page.getByRole("button", { name: "Sign out" }).click();
  await till.signIn();
  const auditor = await Auditor.of(server.origin);
  await expect.poll(() => auditor.unsentOf(number)).toBe(2);
  await inBackOffice(till, async (office) => {
    await office.evaluate(async () => {
      for (const { name } of await indexedDB.databases()) indexedDB.deleteDatabase(name ?? "");
    });
  });
  await page.context().unroute("**/v1/sync/push");
  await till.load("/sell");
  await expect(page.getByText("This browser was Front till, and has cleared what it kept")).toBeVisible();
  await page.getByLabel("Owner’s e-mail").fill(OWNER.email);
  await page.getByLabel("Password").fill(OWNER.password);
  await page.getByRole("button", { name: "Continue" }).click();
  await till.signIn();
  expect(await till.number()).toBe(number);
  await till.pill().click();
  await expect(page.getByText(/2 entries that had not been sent are missing/)).toBeVisible();

  const other = await take("station");
  await other.open("/settings/registers");
  await expect(other.page.getByRole("list", { name: "Registers" }).getByText("2 entries missing there")).toBeVisible({ timeout: 60_000 });
});

test("what the server has set aside is recorded again by somebody who may, or left out", async ({ server, take }) => {
  const till = await take("front", { startsOffline: true });
  const { page } = till;
  const auditor = await Auditor.of(server.origin);
  await till.network(false);
  await till.sell("Bakery mug", "2");
  // As if the server had set it aside: its number is taken.
  await till.network(true);
  await till.isOnline();
  await till.network(false);
  await till.sell("Croissant", "1");
  await setAside(till.page, 2, { verdict: "quarantined", reason: "id_taken" });
  await till.load("/sync");
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

test("a tab that the browser has frozen loses its place to one that people look at, and learns it", async ({ till }) => {
  const holder = (page: Page) =>
    page.evaluate(async () => (await navigator.locks.query()).held?.find(({ name }) => name?.endsWith("-sync"))?.clientId);
  const first = await holder(till.page);
  expect(first).toBeDefined();
  const other = await till.secondTab();
  // Where people wait for more than ten seconds, only a twentieth of it passes.
  await other.addInitScript(() => {
    const wait = globalThis.setTimeout as (work: TimerHandler, ms?: number) => number;
    Object.assign(globalThis, { setTimeout: (work: TimerHandler, ms = 0) => wait(work, ms > 10_000 ? ms / 20 : ms) });
  });
  await other.goto(`${till.origin}/sell`);
  await expect(other.locator(".network-pill")).toHaveText("Online");
  expect(await holder(other)).toBe(first);
  // It does nothing at all: it waits for an answer, and nothing of it goes on meanwhile.
  let thaw = () => {};
  const thawed = new Promise<void>((resolve) => {
    thaw = resolve;
  });
  await till.page.route("**/v1/frozen", async (route) => {
    await thawed;
    await route.fulfill({ body: "" });
  });
  const frozen = till.page.evaluate(() => {
    const request = new XMLHttpRequest();
    request.open("GET", "/v1/frozen", false);
    request.send();
  });
  await other.getByRole("list", { name: "Items" }).getByRole("button", { name: "Croissant" }).click();
  await other.getByRole("button", { name: "Charge" }).click();
  await other.getByRole("button", { name: "Exact cash" }).click();
  await expect(other.getByRole("status").filter({ hasText: "Recorded" })).toBeVisible();
  await expect.poll(() => holder(other), { timeout: 30_000 }).not.toBe(first);
  await expect(other.locator(".network-pill")).toHaveText("Online", { timeout: 30_000 });
  const second = await holder(other);

  thaw();
  await frozen;
  await till.sell("Croissant", "1");
  await till.isOnline();
  expect(await holder(other)).toBe(second);
});
