// Every screen at the sizes and in the colours people have, without a network: nothing is cut off, nothing is out of reach, and no
// rule of accessibility is broken. The pictures are in target/e2e/screens, to be looked at.
import { expect, test } from "@playwright/test";
import { Auditor } from "./support/auditor.ts";
import { Device, TABLET } from "./support/device.ts";
import { loadAxe, look } from "./support/look.ts";
import { Server } from "./support/server.ts";

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
  await expect(page.getByRole("navigation", { name: "Places" })).toBeVisible();
  await till.isReadyForOffline();
  await till.sell("Bakery mug", "3");
  await till.network(false);
  await till.sell("Bakery mug", "2");
  for (const [name, path] of [
    ["sell", "/sell"],
    ["receipts", "/receipts"],
    ["refund-without", "/receipts/refund"],
    ["stock", "/stock"],
    ["adjust", "/stock/adjust"],
    ["inventory-changes", "/reports/inventory-changes"],
    ["receive", "/receive"],
    ["items", "/items"],
    ["item-new", "/items/new"],
    ["vendors", "/vendors"],
    ["vendor-new", "/vendors/new"],
    ["vendor-return", "/stock/vendor-return"],
    ["negative-inventory", "/reports/negative-inventory"],
    ["negative-cured", "/reports/negative-inventory/cured"],
    ["negative-trend", "/reports/negative-inventory/trend"],
    ["settings", "/settings"],
    ["people", "/settings/people"],
    ["employee", "/settings/people/new"],
    ["rights", "/settings/rights"],
    ["audit", "/settings/audit"],
    ["files", "/settings/files"],
    ["module", "/settings/modules/negative-inventory"],
    ["sync", "/sync"],
    ["help", "/help"],
    ["help-report", "/help/report"],
    ["help-count", "/help/count"],
    ["nowhere", "/nowhere"],
  ] as const) {
    await till.open(path);
    await expect(page.getByRole("main")).toBeVisible();
    await loadAxe(page);
    await look(page, name);
  }
  await till.open("/receipts");
  await loadAxe(page);
  await page.getByRole("listitem").first().getByRole("link").click();
  await look(page, "receipt");
  await page.getByRole("link", { name: "Refund", exact: true }).click();
  await look(page, "refund");
  await till.open("/sell");
  await loadAxe(page);
  await till.add("Bakery mug");
  await page.getByRole("button", { name: "Discount on Bakery mug" }).click();
  await look(page, "sell-discount");
  await page.keyboard.press("Escape");
  await look(page, "sell-warning");
  await page.getByRole("button", { name: "Charge" }).click();
  await look(page, "sell-cash");
  await page.getByRole("button", { name: "Exact cash" }).click();
  await expect(page.getByText("Recorded")).toBeVisible();
  await look(page, "sell-recorded");
  const places = page.getByRole("navigation", { name: "Places" });
  await places.getByRole("link", { name: /Negative/ }).click();
  await expect(page.getByRole("link", { name: /^Bakery mug/ }).first()).toBeVisible();
  await look(page, "negative-rows");
  await page.getByRole("button", { name: "Filters", exact: true }).click();
  await look(page, "negative-filters");
  await page.keyboard.press("Escape");
  await page.getByRole("link", { name: /^Bakery mug/ }).first().click();
  await expect(page.getByRole("heading", { name: "Put it right" })).toBeVisible();
  await look(page, "negative-item");
  await page.getByRole("button", { name: "Another item was sold" }).click();
  await look(page, "negative-reassign");
  await page.keyboard.press("Escape");
  await page.getByRole("link", { name: "A delivery was never entered" }).click();
  await expect(page.getByLabel("Quantity of Bakery mug")).toBeVisible();
  await look(page, "receive-lines");
  await page.goBack();
  await page.getByRole("link", { name: "Bakery mug", exact: true }).first().click();
  await expect(page.getByRole("heading", { name: "Bakery mug" })).toBeVisible();
  await look(page, "item");
  await page.getByRole("link", { name: "Change this item" }).click();
  await page.getByRole("button", { name: "Add a barcode" }).click();
  await look(page, "item-change");
  await page.goBack();
  await page.getByRole("link", { name: /missing/ }).first().click();
  await look(page, "entry");
  await till.open("/orders/new");
  await loadAxe(page);
  await till.add("Bakery mug");
  await till.setQuantity("Bakery mug", "6");
  await till.add("Croissant");
  await look(page, "order-form");
  await page.getByRole("button", { name: "Mark as ordered" }).click();
  await expect(page.getByRole("link", { name: "Receive", exact: true })).toBeVisible();
  await look(page, "order");
  await page.getByRole("link", { name: "Receive", exact: true }).click();
  await expect(page.getByLabel("Quantity of Croissant")).toBeVisible();
  await look(page, "order-receive");
  await page.getByRole("link", { name: "Order 1-1-1" }).click();
  await page.getByRole("link", { name: "Orders", exact: true }).click();
  await look(page, "orders");
  await till.open("/transfers/new");
  await loadAxe(page);
  await page.getByRole("combobox", { name: "To", exact: true }).selectOption("Station");
  await till.add("Bakery mug");
  await look(page, "transfer-form");
  await page.getByRole("button", { name: "Send", exact: true }).click();
  await expect(page.getByRole("button", { name: "Record return" })).toBeVisible();
  await look(page, "transfer");
  await page.getByRole("link", { name: "Transfers", exact: true }).click();
  await look(page, "transfers");
  await till.open("/counts");
  await loadAxe(page);
  await page.getByRole("button", { name: "New count" }).click();
  await page.getByRole("radio", { name: "A category" }).check();
  await look(page, "count-new");
  await page.getByRole("button", { name: "Begin counting" }).click();
  await expect(page.getByText("0 items counted")).toBeVisible();
  await till.add("Bakery mug");
  await till.add("Croissant");
  await expect(page.getByText("2 items counted")).toBeVisible();
  await look(page, "count");
  await page.getByRole("radio", { name: "Not counted yet" }).check();
  await look(page, "count-missed");
  await page.getByRole("radio", { name: "Differences" }).check();
  await look(page, "count-differences");
  await page.getByRole("link", { name: "Counts", exact: true }).click();
  await look(page, "counts");
  await till.keep("alerts", [{ at: Date.now(), alert: { EntriesLost: { first: 3, last: 5 } } }]);
  await (await Auditor.of(server.origin)).takesOver(await till.number(), "Front till");
  await till.network(true);
  await till.open("/sync");
  await expect(page.getByRole("heading", { name: "Pair this device again" })).toBeVisible();
  await loadAxe(page);
  await look(page, "sync-attention");
});
