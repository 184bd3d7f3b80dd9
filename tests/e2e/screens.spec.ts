// Every screen at the sizes and in the colours people have, without a network: nothing is cut off, nothing is out of reach, and no
// rule of accessibility is broken. The pictures are in target/e2e/screens, to be looked at.
import type { Page } from "@playwright/test";
import { Auditor } from "./support/auditor.ts";
import type { Device } from "./support/device.ts";
import { look } from "./support/look.ts";
import { expect, test } from "./support/test.ts";

/** A place, and whether a small screen shows it in another layout. */
type Place = readonly [name: string, path: string, how?: { layouts: boolean }];

const LAYOUTS = { layouts: true };

/** The till has sold what is there and more, and knows no network. */
async function oversold(till: Device): Promise<Page> {
  await till.sell("Bakery mug", "3");
  await till.isOnline();
  await till.network(false);
  await till.sell("Bakery mug", "2");
  return till.page;
}

const AREAS: Record<string, Place[]> = {
  "the till and stock": [
    ["sell", "/sell", LAYOUTS],
    ["receipts", "/receipts", LAYOUTS],
    ["refund-without", "/receipts/refund"],
    ["stock", "/stock", LAYOUTS],
    ["adjust", "/stock/adjust"],
    ["inventory-changes", "/reports/inventory-changes", LAYOUTS],
    ["receive", "/receive"],
    ["vendor-return", "/stock/vendor-return"],
  ],
  "items and reports": [
    ["items", "/items", LAYOUTS],
    ["item-new", "/items/new"],
    ["vendors", "/vendors"],
    ["vendor-new", "/vendors/new"],
    ["negative-inventory", "/reports/negative-inventory", LAYOUTS],
    ["negative-cured", "/reports/negative-inventory/cured"],
    ["negative-trend", "/reports/negative-inventory/trend"],
    ["nowhere", "/nowhere"],
  ],
  "settings and help": [
    ["settings", "/settings", LAYOUTS],
    ["people", "/settings/people"],
    ["employee", "/settings/people/new"],
    ["rights", "/settings/rights"],
    ["audit", "/settings/audit"],
    ["registers", "/settings/registers", LAYOUTS],
    ["files", "/settings/files"],
    ["module", "/settings/modules/negative-inventory"],
    ["sync", "/sync"],
    ["help", "/help"],
    ["help-report", "/help/report"],
    ["help-count", "/help/count"],
  ],
};

for (const [area, places] of Object.entries(AREAS)) {
  test(`${area}: each screen fits its screen and can be used by everyone`, async ({ till }) => {
    const page = await oversold(till);
    for (const [name, path, how] of places) {
      await till.open(path);
      await expect(page.getByRole("main")).toBeVisible();
      await look(page, name, how);
    }
  });
}

test("a device that is paired and signed in on fits its screens and can be used by everyone", async ({ unpack }) => {
  const till = await unpack();
  const { page } = till;
  await expect(page.getByRole("button", { name: "Use the demo sign-in" })).toBeVisible();
  await look(page, "pair", LAYOUTS);
  await till.pair();
  await expect(page.getByRole("button", { name: "Olive Owen" })).toBeVisible();
  await look(page, "sign-in");
  await page.getByRole("button", { name: "Olive Owen" }).click();
  await page.keyboard.type("11");
  await look(page, "pin", LAYOUTS);
});

test("a sale and its receipt fit their screens and can be used by everyone", async ({ till }) => {
  const page = await oversold(till);
  await till.open("/receipts");
  await page.getByRole("listitem").first().getByRole("link").click();
  await look(page, "receipt", LAYOUTS);
  await page.getByRole("link", { name: "Refund", exact: true }).click();
  await look(page, "refund", LAYOUTS);
  await till.open("/sell");
  await till.add("Bakery mug");
  await page.getByRole("button", { name: "Discount on Bakery mug" }).click();
  await look(page, "sell-discount", LAYOUTS);
  await page.keyboard.press("Escape");
  await look(page, "sell-warning", LAYOUTS);
  await page.getByRole("button", { name: "Charge" }).click();
  await look(page, "sell-cash", LAYOUTS);
  await page.getByRole("button", { name: "Exact cash" }).click();
  await expect(page.getByText("Recorded")).toBeVisible();
  await look(page, "sell-recorded");
});

test("what is negative fits its screens and can be used by everyone", async ({ till }) => {
  const page = await oversold(till);
  const places = page.getByRole("navigation", { name: "Places" });
  await places.getByRole("link", { name: /Negative/ }).click();
  await expect(page.getByRole("link", { name: /^Bakery mug/ }).first()).toBeVisible();
  await look(page, "negative-rows", LAYOUTS);
  await page.getByRole("button", { name: "Filters", exact: true }).click();
  await look(page, "negative-filters", LAYOUTS);
  await page.keyboard.press("Escape");
  await page.getByRole("link", { name: /^Bakery mug/ }).first().click();
  await expect(page.getByRole("heading", { name: "Put it right" })).toBeVisible();
  await look(page, "negative-item", LAYOUTS);
  await page.getByRole("button", { name: "Another item was sold" }).click();
  await look(page, "negative-reassign", LAYOUTS);
});

test("an item and what led to it fit their screens and can be used by everyone", async ({ till }) => {
  const page = await oversold(till);
  await till.open("/reports/negative-inventory");
  await page.getByRole("link", { name: /^Bakery mug/ }).first().click();
  await page.getByRole("link", { name: "A delivery was never entered" }).click();
  await expect(page.getByLabel("Quantity of Bakery mug")).toBeVisible();
  await look(page, "receive-lines", LAYOUTS);
  await page.goBack();
  await page.getByRole("link", { name: "Bakery mug", exact: true }).first().click();
  await expect(page.getByRole("heading", { name: "Bakery mug" })).toBeVisible();
  await look(page, "item", LAYOUTS);
  await page.getByRole("link", { name: "Change this item" }).click();
  await page.getByRole("button", { name: "Add a barcode" }).click();
  await look(page, "item-change", LAYOUTS);
  await page.goBack();
  await page.getByRole("link", { name: /missing/ }).first().click();
  await look(page, "entry", LAYOUTS);
});

test("orders and transfers fit their screens and can be used by everyone", async ({ till }) => {
  const page = await oversold(till);
  await till.open("/orders/new");
  await till.add("Bakery mug");
  await till.setQuantity("Bakery mug", "6");
  await till.add("Croissant");
  await look(page, "order-form", LAYOUTS);
  await page.getByRole("button", { name: "Mark as ordered" }).click();
  await expect(page.getByRole("link", { name: "Receive", exact: true })).toBeVisible();
  await look(page, "order", LAYOUTS);
  await page.getByRole("link", { name: "Receive", exact: true }).click();
  await expect(page.getByLabel("Quantity of Croissant")).toBeVisible();
  await look(page, "order-receive");
  await page.getByRole("link", { name: "Order 1-1-1" }).click();
  await page.getByRole("link", { name: "Orders", exact: true }).click();
  await look(page, "orders", LAYOUTS);
  await till.open("/transfers/new");
  await page.getByRole("combobox", { name: "To", exact: true }).selectOption("Station");
  await till.add("Bakery mug");
  await look(page, "transfer-form");
  await page.getByRole("button", { name: "Send", exact: true }).click();
  await expect(page.getByRole("button", { name: "Record return" })).toBeVisible();
  await look(page, "transfer", LAYOUTS);
  await page.getByRole("link", { name: "Transfers", exact: true }).click();
  await look(page, "transfers");
});

test("a count fits its screens and can be used by everyone", async ({ till }) => {
  const page = await oversold(till);
  await till.open("/counts");
  await page.getByRole("button", { name: "New count" }).click();
  await page.getByRole("radio", { name: "A category" }).check();
  await look(page, "count-new", LAYOUTS);
  await page.getByRole("button", { name: "Begin counting" }).click();
  await expect(page.getByText("0 items counted")).toBeVisible();
  await till.add("Bakery mug");
  await till.add("Croissant");
  await expect(page.getByText("2 items counted")).toBeVisible();
  await look(page, "count", LAYOUTS);
  await page.getByRole("radio", { name: "Not counted yet" }).check();
  await look(page, "count-missed");
  await page.getByRole("radio", { name: "Differences" }).check();
  await look(page, "count-differences", LAYOUTS);
  await page.getByRole("link", { name: "Counts", exact: true }).click();
  await look(page, "counts");
});

test("a register that needs somebody fits its screen and can be used by everyone", async ({ server, till }) => {
  const { page } = till;
  await till.keep("alerts", [{ at: Date.now(), alert: { EntriesLost: { first: 3, last: 5 } } }]);
  await (await Auditor.of(server.origin)).takesOver(await till.number(), "Front till");
  till.console.expects(/status of 401/);
  await till.load("/sync");
  await expect(page.getByRole("heading", { name: "Pair this device again" })).toBeVisible();
  await look(page, "sync-attention", LAYOUTS);
});
