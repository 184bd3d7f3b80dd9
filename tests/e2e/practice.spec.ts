// Practice: the first lesson on a phone with no network, both ways; and that nothing of it is ever sent or touches the books.
import type { Page } from "@playwright/test";
import { Auditor } from "./support/auditor.ts";
import { PHONE } from "./support/browser.ts";
import { inDatabases } from "./support/disk.ts";
import { look } from "./support/look.ts";
import { expect, test } from "./support/test.ts";

const band = (page: Page) => page.getByRole("complementary", { name: "Practice" });
const places = (page: Page) => page.getByRole("navigation", { name: "Places" });

async function begin(page: Page, how: "With negative inventory" | "Without it") {
  await page.getByRole("dialog", { name: "Practise" }).getByRole("button", { name: how }).click();
  await expect(band(page)).toContainText("Nothing here is real.");
}

/** The whole of its databases: every record of every store, as text. */
async function books(page: Page, of: "books" | "practice"): Promise<Record<string, unknown[]>> {
  const stores = await inDatabases(page, of, async (db, done, of) => {
    const found: [string, unknown[]][] = [];
    if (db.name.startsWith("subzero-practice") !== (of === "practice")) return found;
    for (const store of db.objectStoreNames) {
      const records = db.transaction(store).objectStore(store);
      const [keys, values] = await Promise.all([done(records.getAllKeys()), done(records.getAll())]);
      found.push([`${db.name} ${store}`, keys.map((key, place) => [String(key), String(values[place])])]);
    }
    return found;
  });
  return Object.fromEntries(stores.flat());
}

test("with it: one sells too many, sees why, receives, and all is well; without a network", async ({ unpack }) => {
  const phone = await unpack({ settings: PHONE, startsOffline: true });
  const { page } = phone;
  await page.evaluate(() => navigator.serviceWorker.ready);
  await page.getByRole("button", { name: "Practise first" }).click();
  await phone.network(false);
  await begin(page, "With negative inventory");
  const step = (text: string) => expect(page.getByText(text, { exact: true }).first()).toBeVisible();

  await step("Step 1 of 3: Sell more than there is");
  await expect(page.getByText("Bakery mug: there are 2. Put 3 in the cart.")).toBeVisible();
  await phone.add("Bakery mug");
  await phone.setQuantity("Bakery mug", "3");
  await page.getByRole("button", { name: "Just arrived" }).click();
  await phone.charge();

  await step("Step 2 of 3: See why it is negative");
  await page.getByRole("link", { name: "Go to the report" }).click();
  await expect(page.getByRole("article", { name: /Bakery mug/ })).toContainText("12 on order");
  await page.getByRole("link", { name: "Open Bakery mug" }).click();
  await expect(page.getByText("−1 on hand = −(1) still open")).toBeVisible();
  await page.getByRole("button", { name: "I have seen it" }).click();

  await step("Step 3 of 3: Receive what is on its way");
  // The trap is guarded here as everywhere.
  await page.getByRole("button", { name: "Count it" }).click();
  await expect(page.getByRole("dialog").getByText(/12 are on their way/)).toBeVisible();
  await page.getByRole("dialog").getByRole("button", { name: "Receive first" }).click();
  await page.getByRole("button", { name: "Receive 12 on order P1" }).click();

  await step("Well done");
  await expect(page.getByText("1 of what came in filled the gap, and 11 are on hand. A missing one was taken to cost £3.10 and came in at £3.50.")).toBeVisible();
  await places(page).getByRole("link", { name: /Negative/ }).click();
  await expect(page.getByText("Nothing is negative.")).toBeVisible();

  // It is where it was when the page is loaded again, and begins anew when that is wanted.
  await page.reload();
  await step("Well done");
  await page.getByRole("button", { name: "Start again" }).click();
  await step("Step 1 of 3: Sell more than there is");
  await expect(page.getByText("Bakery mug: there are 2. Put 3 in the cart.")).toBeVisible();
});

test("without it: one sells too many, sees what was added, and why there is no report; without a network", async ({ unpack }) => {
  const phone = await unpack({ settings: PHONE, startsOffline: true });
  const { page } = phone;
  await page.evaluate(() => navigator.serviceWorker.ready);
  await page.getByRole("button", { name: "Practise first" }).click();
  await phone.network(false);
  await begin(page, "Without it");
  const step = (text: string) => expect(page.getByText(text, { exact: true }).first()).toBeVisible();

  await step("Step 1 of 3: Sell more than there is");
  await phone.add("Bakery mug");
  await phone.setQuantity("Bakery mug", "3");
  await expect(page.getByText("What is missing is added automatically.")).toBeVisible();
  await phone.charge();

  await step("Step 2 of 3: See what was added");
  await page.getByRole("link", { name: "Go to Inventory changes" }).click();
  await page.getByRole("checkbox", { name: "Automated only" }).check();
  await expect(page.getByText("1 added automatically")).toBeVisible();
  await page.getByRole("button", { name: "I have seen it" }).click();

  await step("Step 3 of 3: See why there is no report");
  await page.getByRole("link", { name: "Go to the report" }).click();
  await expect(page.getByText("The report is switched off")).toBeVisible();
  await page.getByRole("button", { name: "I have seen it" }).click();
  await step("Well done");
  await page.getByRole("button", { name: "Now with it" }).click();
  await step("Step 1 of 3: Sell more than there is");
});

test("nothing of practice is sent, and the books are as they were", async ({ server, take }) => {
  const phone = await take("phone", { startsOffline: true });
  const { page } = phone;
  const auditor = await Auditor.of(server.origin);
  const before = (await auditor.rows()).length;
  await phone.network(false);
  await phone.sell("Croissant", "1");
  await phone.open("/sell");
  await phone.add("Sourdough loaf");
  await expect(phone.pill()).toHaveText("Offline · 1 to send");
  // What the page reads and writes while it is there is settled once it is gone.
  await phone.open("/settings");
  await page.getByRole("button", { name: "Practise" }).click();
  const asked: string[] = [];
  // What the books ask until then is theirs.
  page.once("framenavigated", () => asked.splice(0));
  page.on("request", (request) => asked.push(new URL(request.url()).pathname));
  await begin(page, "With negative inventory");
  const kept = await books(page, "books");
  expect(Object.values(kept).flat().length).toBeGreaterThan(5);

  // With the network back, there is every opportunity.
  await phone.network(true);
  await phone.sell("Bakery mug", "3");
  await phone.open("/sync");
  await expect(page.getByText("This is practice: nothing is sent.")).toBeVisible();
  await phone.load("/stock");
  await expect(band(page)).toBeVisible();
  for (const path of ["/sell", "/receipts", "/stock", "/reports/negative-inventory", "/settings", "/help", "/nowhere"]) {
    await phone.open(path);
    await expect(band(page)).toBeVisible();
  }
  await page.getByRole("button", { name: "Sign out" }).click();
  await expect(band(page)).toBeVisible();
  await page.getByRole("button", { name: "Practice manager" }).click();
  await expect(places(page)).toBeVisible();
  const practised = await books(page, "practice");
  expect(Object.entries(practised).find(([name]) => name.endsWith("outbox own"))?.[1]).toHaveLength(1);

  expect(asked.filter((path) => path.startsWith("/v1"))).toEqual([]);
  expect((await auditor.rows()).length).toBe(before);
  expect(await books(page, "books")).toEqual(kept);

  await page.getByRole("button", { name: "Leave practice" }).click();
  await phone.isOnline();
  await expect(band(page)).toHaveCount(0);
  await expect(page.getByRole("textbox", { name: "Quantity of Sourdough loaf" })).toHaveValue("1");
  expect(Object.keys(await books(page, "practice"))).toEqual([]);
  expect((await auditor.rows()).length).toBe(before + 1);
  // It was heard, had there been anything to hear.
  expect(asked).toContain("/v1/sync/push");
});

test("each tab practises by itself, and one beside it stays the till", async ({ server, phone }) => {
  const { page } = phone;
  const other = await phone.secondTab();
  const third = await phone.secondTab();
  for (const tab of [other, third]) {
    await tab.goto(`${server.origin}/help/practising`);
    await tab.getByRole("button", { name: "Begin to practise" }).click();
    await begin(tab, "With negative inventory");
  }
  await other.getByRole("list", { name: "Items" }).getByRole("button", { name: "Bakery mug" }).click();
  await other.getByRole("button", { name: "Charge" }).click();
  await other.getByRole("button", { name: "Exact cash" }).click();
  await expect(other.getByText("Recorded")).toBeVisible();
  await third.reload();
  await expect(third.getByText("Bakery mug: there are 2.")).toBeVisible();
  await expect(other.getByText("Bakery mug: there are 1.")).toBeVisible();
  await page.reload();
  await phone.isOnline();
  await expect(band(page)).toHaveCount(0);
  await third.getByRole("button", { name: "Leave practice" }).click();
  await expect(band(third)).toHaveCount(0);
  await other.reload();
  await expect(other.getByText("Bakery mug: there are 1.")).toBeVisible();
});

test("practice that cannot be opened leads to the books and says so, instead of keeping somebody from the till", async ({ unpack }) => {
  const phone = await unpack({ settings: PHONE });
  const { page } = phone;
  await page.addInitScript(() => {
    const open = IDBFactory.prototype.open;
    IDBFactory.prototype.open = function (name, version) {
      if (name.startsWith("subzero-practice")) throw new DOMException("no room", "QuotaExceededError");
      return open.call(this, name, version);
    };
  });
  await page.getByRole("button", { name: "Practise first" }).click();
  await page.getByRole("dialog", { name: "Practise" }).getByRole("button", { name: "With negative inventory" }).click();
  const told = page.getByRole("dialog", { name: "Practice could not be opened" });
  await expect(told.getByRole("alert")).toHaveText("These are the real books: what you record now counts.");
  await told.getByRole("button", { name: "Go on" }).click();
  await expect(told).toBeHidden();
  await expect(page.getByRole("button", { name: "Practise first" })).toBeVisible();
  await expect(band(page)).toHaveCount(0);

  // It is forgotten: the next page of this tab opens the books with no word of it.
  await page.reload();
  await expect(page.getByRole("button", { name: "Practise first" })).toBeVisible();
  await expect(told).toBeHidden();
});

test("practice fits its screens and can be used by everyone", async ({ unpack }) => {
  test.setTimeout(120_000);
  const phone = await unpack({ settings: PHONE });
  const { page } = phone;
  await page.getByRole("button", { name: "Practise first" }).click();
  await look(page, "practice-begin", { layouts: true });
  await begin(page, "With negative inventory");
  await look(page, "practice-sell", { layouts: true });
  await phone.sell("Bakery mug", "3");
  await page.getByRole("link", { name: "Go to the report" }).click();
  await look(page, "practice-report", { layouts: true });
  await page.getByRole("link", { name: "Open Bakery mug" }).click();
  await page.getByRole("button", { name: "I have seen it" }).click();
  await look(page, "practice-item", { layouts: true });
  await page.getByRole("button", { name: /^Receive 12/ }).click();
  await expect(page.getByText("Well done")).toBeVisible();
  await look(page, "practice-done");
  await page.getByRole("button", { name: "Sign out" }).click();
  await look(page, "practice-sign-in");
});
