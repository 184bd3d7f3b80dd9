// What may go wrong with a device itself, and what its people then see and can do. Selling never stops.
import type { Page } from "@playwright/test";
import { Auditor } from "./support/auditor.ts";
import { spoilCopies } from "./support/disk.ts";
import { expect, test } from "./support/test.ts";

test("copies of the server's books that are damaged are fetched again, and the till opens", async ({ till }) => {
  await till.sell("Croissant", "1");
  await till.isOnline();
  expect(await spoilCopies(till.page)).toBeGreaterThan(0);
  await till.load("/items");
  await expect(till.page.getByRole("button", { name: /Croissant.*11 on hand/ })).toBeVisible();
  await till.isOnline();
});

test("with a damaged copy and no network, what can be read is shown and the till sells", async ({ take }) => {
  const till = await take("front", { startsOffline: true });
  expect(await spoilCopies(till.page, 1)).toBeGreaterThan(0);
  await till.network(false);
  await till.load("/sell");
  await till.sell("Croissant", "1");
  await expect(till.page.getByText("Offline · 1 to send")).toBeVisible();
  await till.open("/items");
  await expect(till.page.getByRole("button", { name: /Croissant.*\u22121 on hand/ })).toBeVisible();
  await till.network(true);
  await expect(till.page.getByRole("button", { name: /Croissant.*11 on hand/ })).toBeVisible({ timeout: 60_000 });
});

test("a device whose token is no longer taken sells on, says so in every tab, and is let in again as the same register", async ({ till, server }) => {
  const other = await till.secondTab();
  await other.goto(`${till.origin}/sync`);
  await expect(other.locator(".network-pill")).toHaveText("Online");
  const auditor = await Auditor.of(server.origin);
  // The token that is not taken, and a wrong password.
  till.console.expects(/status of 401/);
  const rows = (await auditor.rows()).length;
  await auditor.takesOver(await till.number(), "Front till");
  // With what it has got from the server so far it may go on for a while.
  await till.load("/sell");
  await till.sell("Bakery mug", "3");
  for (const page of [till.page, other]) {
    await expect(page.locator(".network-pill")).toHaveText("1 needs attention");
  }
  await expect(till.page.getByText("As of now, with every register that is online.")).toBeHidden();

  // In the tab that does not sync.
  const owner = other.getByRole("region", { name: "Pair this device again" });
  await owner.getByLabel("Owner’s e-mail").fill("owner@cornerbakery.example");
  await owner.getByLabel("Password").fill("stale bread");
  await owner.getByRole("button", { name: "Continue" }).click();
  await expect(other.getByText("This e-mail address and password do not match.")).toBeVisible();
  await owner.getByLabel("Password").fill("fresh bread daily");
  await owner.getByRole("button", { name: "Continue" }).click();
  await expect(owner).toBeHidden();
  for (const page of [till.page, other]) {
    await expect(page.locator(".network-pill")).toHaveText("Online");
  }
  expect((await auditor.rows()).length).toBe(rows + 1);
});

test("what went wrong with sync is said until somebody has seen it", async ({ till }) => {
  const { page } = till;
  await till.keep("alerts", [{ at: Date.now(), alert: { EntriesLost: { first: 3, last: 5 } } }]);
  await till.load("/sell");
  await till.pill().click();
  await expect(till.pill()).toHaveText("1 needs attention");
  await expect(page.getByText(/The server lost what this register recorded under the numbers 3 to 5/)).toBeVisible();
  await page.getByRole("button", { name: "I have seen this" }).click();
  await till.isOnline();
  await page.reload();
  await till.isOnline();
  await expect(page.getByText("Something went wrong with sync")).toBeHidden();
});

test("signed out, the pill does not lead away from the place that was asked for", async ({ till }) => {
  const { page } = till;
  await page.getByRole("button", { name: "Sign out" }).click();
  await till.load("/reports/negative-inventory");
  await till.isOnline();
  await till.pill().click();
  await page.getByRole("button", { name: "Olive Owen" }).focus();
  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: "Somebody else" }).focus();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { name: "Who is it?" })).toBeVisible();
  await till.signIn();
  await expect(page.getByRole("heading", { name: "Negative inventory" })).toBeVisible();
});

test("a device that two tabs pair is one register", async ({ unpack }) => {
  const fresh = await unpack();
  const other = await fresh.secondTab();
  await other.goto(fresh.origin);
  await expect(other.getByRole("button", { name: "Try it as a demo till" })).toBeVisible();
  await fresh.pair("Station", "Left till");
  await other.getByRole("button", { name: "Try it as a demo till" }).click();
  await expect(other.getByRole("heading", { name: "Station · Left till" })).toBeVisible();
});

/** Where somebody waits for the storage, five seconds or ten, only a fiftieth of it passes. */
function impatient() {
  const wait = globalThis.setTimeout as (work: TimerHandler, ms?: number) => number;
  Object.assign(globalThis, { setTimeout: (work: TimerHandler, ms = 0) => wait(work, ms === 5_000 || ms === 10_000 ? ms / 50 : ms) });
}

/** Another page of the device holds its outbox until it is let go, as one does that a browser has frozen. */
async function holdOutbox(page: Page) {
  await page.evaluate(
    () =>
      new Promise<void>((resolve, reject) => {
        const open = indexedDB.open("subzerosubzero-outbox");
        open.onerror = () => reject(open.error);
        open.onsuccess = () => {
          const store = open.result.transaction(["own", "ctl", "verdict"], "readwrite").objectStore("own");
          let isHeld = true;
          const hold = () => {
            if (isHeld) store.count().onsuccess = hold;
            resolve();
          };
          store.count().onsuccess = hold;
          Object.assign(globalThis, { letGo: () => (isHeld = false) });
          open.result.close();
        };
      }),
  );
}

async function letGo(page: Page) {
  await page.evaluate(() => (globalThis as unknown as { letGo: () => void }).letGo());
}

test("a sale that is not saved is said so, and is in the cart again once that is sure", async ({ till, server }) => {
  const { page } = till;
  const auditor = await Auditor.of(server.origin);
  const rows = (await auditor.rows()).length;
  await page.addInitScript(impatient);
  await till.load("/sell");
  await till.isOnline();
  const other = await till.secondTab();
  await other.goto(`${till.origin}/v1/about`);
  await till.add("Croissant");
  await page.getByRole("button", { name: "Charge" }).click();
  await holdOutbox(other);
  await page.getByRole("button", { name: "Exact cash" }).click();
  const late = page.getByRole("alert").filter({ hasText: "Not saved yet: do not hand over the goods" });
  await expect(late).toBeVisible();
  await letGo(other);
  await expect(page.getByText("The browser did not save this. Try again.")).toBeVisible();
  await expect(late).toBeHidden();
  await page.getByRole("button", { name: "Exact cash" }).click();
  await expect(page.getByRole("status").filter({ hasText: "Recorded" })).toBeVisible();
  await till.isOnline();
  expect((await auditor.rows()).length).toBe(rows + 1);
});

test("a sale that is saved late is said to be recorded, and is sold once", async ({ till, server }) => {
  const { page } = till;
  const auditor = await Auditor.of(server.origin);
  const rows = (await auditor.rows()).length;
  await page.addInitScript(impatient);
  await till.load("/sell");
  await till.isOnline();
  await till.add("Croissant");
  await page.getByRole("button", { name: "Charge" }).click();
  // The next commit stays under way until it is let go.
  await page.evaluate(() => {
    const { commit } = IDBTransaction.prototype;
    let isHeld = true;
    IDBTransaction.prototype.commit = function () {
      if (!this.objectStoreNames.contains("own")) return commit.call(this);
      const store = this.objectStore("own");
      const hold = () => {
        if (isHeld) store.count().onsuccess = hold;
      };
      hold();
    };
    Object.assign(globalThis, { letGo: () => (isHeld = false) });
  });
  await page.getByRole("button", { name: "Exact cash" }).click();
  await expect(page.getByRole("alert").filter({ hasText: "Not saved yet" })).toBeVisible();
  await letGo(page);
  await expect(page.getByRole("status").filter({ hasText: "Recorded" })).toBeVisible();
  await expect(page.getByRole("alert").filter({ hasText: "Not saved yet" })).toBeHidden();
  await till.load("/sell");
  await till.isOnline();
  await expect(page.getByText("The cart is empty.")).toBeVisible();
  expect((await auditor.rows()).length).toBe(rows + 1);
});

test("a page whose storage another one holds says so while it opens, and opens once it is let go", async ({ till }) => {
  const { page } = till;
  const other = await till.secondTab();
  await other.goto(`${till.origin}/v1/about`);
  await page.goto(`${till.origin}/v1/about`);
  await holdOutbox(other);
  await page.addInitScript(impatient);
  await till.load("/sell");
  await expect(page.getByText("Waiting for this device’s storage")).toBeVisible();
  await letGo(other);
  await expect(page.getByRole("navigation", { name: "Places" })).toBeVisible();

  await page.goto(`${till.origin}/v1/about`);
  await holdOutbox(other);
  await till.load("/sell");
  await page.getByRole("button", { name: "Try again" }).waitFor();
  await letGo(other);
  await expect(page.getByRole("navigation", { name: "Places" })).toBeVisible();
});

test("a page that is left and comes back is loaded again, and has lost nothing", async ({ till }) => {
  const { page } = till;
  await till.add("Croissant");
  await expect(page.getByRole("button", { name: "Charge" })).toBeVisible();
  const again = page.waitForEvent("load");
  // As a browser tells a page that it keeps, and shows again.
  await page.evaluate(() => {
    dispatchEvent(new PageTransitionEvent("pagehide", { persisted: true }));
    dispatchEvent(new PageTransitionEvent("pageshow", { persisted: true }));
  });
  await again;
  await expect(page.getByRole("textbox", { name: "Quantity of Croissant" })).toHaveValue("1");
  await till.charge();
  await till.isOnline();
});
