// Items and vendors are created, changed and archived; what a shop knows of an item is on its card. All without a network.
import type { Device } from "./support/device.ts";
import { expect, test } from "./support/test.ts";

test.use({ withoutNetwork: true });

async function openItem(till: Device, name: string) {
  await till.open("/items");
  await till.page.getByLabel("Find an item or scan a code").fill(name);
  await till.page.getByRole("list", { name: "Items" }).getByRole("button", { name }).click();
}

test("an item is created with its codes, and what is not right is said at its field", async ({ till }) => {
  const { page } = till;
  await till.open("/items");
  await page.getByRole("link", { name: "New item" }).click();
  await page.getByRole("button", { name: "Save item" }).click();
  await expect(page.getByRole("alert")).toHaveText("Enter a name.");
  await page.getByLabel("Name").fill("Rye roll");
  await page.getByLabel("SKU").fill("brd-01");
  await page.getByLabel("Price").fill("0.85");
  await page.getByLabel("Default cost").fill("0.12345");
  await page.getByRole("button", { name: "Save item" }).click();
  await expect(page.getByRole("alert")).toHaveText("At most 4 digits after the point.");
  await page.getByLabel("Default cost").fill("0.31");
  await page.getByRole("button", { name: "Add a barcode" }).click();
  await page.getByLabel("Barcode").fill("5019912950285");
  await page.getByRole("button", { name: "Save item" }).click();
  await expect(page.getByText("Sourdough loaf has the SKU brd-01 already.")).toBeVisible();
  await expect(page.getByText("Bakery mug has the barcode 5019912950285 already.")).toBeVisible();
  await page.getByLabel("SKU").fill("BRD-03");
  await page.getByLabel("Barcode").fill("4006381333931");
  await page.getByRole("button", { name: "Add a barcode" }).click();
  await page.getByLabel("Barcode").nth(1).fill("4006381333948");
  await page.getByLabel("Units it stands for").nth(1).fill("6.5");
  await page.getByRole("button", { name: "Save item" }).click();
  await expect(page.getByText("Pack of the barcode 4006381333948: This item is sold in whole units only.")).toBeVisible();
  await page.getByLabel("Units it stands for").nth(1).fill("6");
  await page.getByLabel("Category").fill("Bread");
  await page.getByRole("combobox", { name: "Vendor", exact: true }).selectOption("Mill Lane Flour");
  await page.getByRole("button", { name: "Save item" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Rye roll" })).toBeVisible();
  await expect(page.getByText("4006381333931, 4006381333948 (pack of 6)")).toBeVisible();

  await till.open("/sell");
  for (const code of ["4006381333948", "4006381333931"]) {
    await page.getByLabel("Find an item or scan a code").fill(code);
    await page.keyboard.press("Enter");
  }
  await expect(page.getByLabel("Quantity of Rye roll")).toHaveValue("7");
});

test("an item is changed, and only what was changed is", async ({ till }) => {
  const { page } = till;
  await openItem(till, "Bakery mug");
  await page.getByRole("link", { name: "Change this item" }).click();
  await page.getByRole("button", { name: "Save item" }).click();
  await expect(page.getByRole("alert")).toHaveText("Nothing was changed.");
  await page.getByLabel("Name").fill("  ");
  await page.getByRole("button", { name: "Save item" }).click();
  await expect(page.getByRole("alert").filter({ hasText: "Enter a name." })).toBeVisible();
  await page.getByLabel("Name").fill("Bakery mug, blue");
  await page.getByLabel("Price").fill("10,25");
  await page.getByRole("button", { name: "Save item" }).click();
  await till.says("Saved");
  await expect(page.getByRole("heading", { name: "Bakery mug, blue" })).toBeVisible();
  await expect(page.getByText("£10.25")).toBeVisible();
  await expect(page.getByText("GFT-01")).toBeVisible();
});

test("an archived item is no longer sold, keeps its history, and comes back", async ({ till }) => {
  const { page } = till;
  await openItem(till, "Bakery mug");
  await page.getByRole("button", { name: "Archive", exact: true }).click();
  await expect(page.getByRole("heading", { name: "Bakery mug Archived" })).toBeVisible();
  await page.getByRole("button", { name: "Undo" }).click();
  await expect(page.getByRole("heading", { name: "Bakery mug", exact: true })).toBeVisible();
  await page.getByRole("button", { name: "Archive", exact: true }).click();
  await expect(page.getByRole("button", { name: "Bring back" })).toBeVisible();
  await till.open("/sell");
  const found = page.getByRole("list", { name: "Items" }).getByRole("button", { name: /Bakery mug/ });
  await expect(page.getByRole("list", { name: "Items" }).getByRole("button").first()).toBeVisible();
  await expect(found).toHaveCount(0);
  await page.getByLabel("Find an item or scan a code").fill("5019912950285");
  await page.keyboard.press("Enter");
  await expect(page.getByText("This item is archived: it is no longer sold.")).toBeVisible();
  await till.open("/items");
  await page.getByRole("button", { name: "Archived too" }).click();
  await found.click();
  await page.getByRole("button", { name: "Bring back" }).click();
  await till.open("/sell");
  await expect(found).toBeVisible();
});

test("an item that becomes a service holds no stock, and what it lacked is closed", async ({ till }) => {
  const { page } = till;
  await till.sell("Birthday cake", "3");
  await openItem(till, "Birthday cake");
  await expect(page.getByText("2 of 2 missing")).toBeVisible();
  await page.getByRole("link", { name: "Change this item" }).click();
  await page.getByRole("switch", { name: "It holds stock" }).uncheck();
  await expect(page.getByText("It then holds no stock in any shop")).toBeVisible();
  await page.getByRole("button", { name: "Save item" }).click();
  await expect(page.getByText("Holds no stock", { exact: true })).toBeVisible();
  await till.open("/reports/negative-inventory");
  await expect(page.getByText("Nothing is negative.")).toBeVisible();
});

test("an item's card says what happened, with what was on hand after it", async ({ till }) => {
  const { page } = till;
  await till.sell("Bakery mug", "3");
  await till.open("/receive");
  await till.add("Bakery mug");
  await till.setQuantity("Bakery mug", "5");
  await page.getByRole("button", { name: "Record delivery" }).click();
  await expect(page.getByText("Recorded: 5 received")).toBeVisible();
  await openItem(till, "Bakery mug");
  const rows = page.getByRole("region", { name: "History" }).getByRole("row");
  await expect(rows).toHaveCount(4);
  for (const [row, what, change, balance] of [
    [1, "Delivery", "5", "4"],
    [2, "Sale", "−3", "−1"],
    [3, "Delivery", "2", "2"],
  ] as const) {
    await expect(rows.nth(row).getByRole("cell").nth(1)).toHaveText(what);
    await expect(rows.nth(row).getByRole("cell").nth(2)).toHaveText(change);
    await expect(rows.nth(row).getByRole("cell").nth(3)).toHaveText(balance);
  }
  await page.locator(".item-history").getByLabel("Shop").selectOption("Station");
  await expect(rows).toHaveCount(2);
  await expect(page.locator(".totals div").filter({ hasText: "On hand, all shops" })).toContainText("5");
});

test("a vendor is created, named once, and archived", async ({ till }) => {
  const { page } = till;
  await till.open("/vendors");
  await page.getByRole("link", { name: "New vendor" }).click();
  await page.getByLabel("Name").fill("mill lane flour");
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await expect(page.getByText("Another one has that name.")).toBeVisible();
  await page.getByLabel("Name").fill("Rye & Sons");
  await page.getByLabel("Phone").fill("020 7946 0000");
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await page.getByRole("link", { name: /Rye & Sons/ }).click();
  await page.getByRole("button", { name: "Archive", exact: true }).click();
  await expect(page.getByRole("link", { name: /Rye & Sons.*Archived/ })).toBeVisible();
  await till.open("/orders/new");
  await expect(page.getByRole("combobox", { name: "Vendor", exact: true }).getByRole("option", { name: "Harbour Wholesale" })).toBeAttached();
  await expect(page.getByRole("combobox", { name: "Vendor", exact: true }).getByRole("option", { name: "Rye & Sons" })).toHaveCount(0);
});
