// Files in and out: read first, recorded then, taken back if need be; with no network, in whatever encoding, and as long as they are.
import { readFileSync } from "node:fs";
import type { Device } from "./support/device.ts";
import { expect, test } from "./support/test.ts";

test.use({ withoutNetwork: true });

async function choose(till: Device, kind: string, name: string, content: string | Buffer) {
  await till.page.getByRole("radio", { name: kind }).check();
  const buffer = typeof content === "string" ? Buffer.from(content) : content;
  await till.page.getByLabel("CSV file").setInputFiles({ name, mimeType: "text/csv", buffer });
}

test("a file from an old spreadsheet is read, its faults listed, and taken back", async ({ till }) => {
  await till.open("/settings/files");
  const { page } = till;
  // Windows-1252, semicolons, decimal commas, CRLF; half a line, a code that is taken, a cost with five decimals.
  const text = [
    "SKU;Name;Barcodes;Price;Default cost;Vendor",
    "CRE-1;Crème brûlée;4006381333931;3,50;1,20;Mill Lane Flour",
    "CRE-2;Éclair;5019912950285;2,90;;",
    "CRE-3;Tarte;;2,90;1,23456;",
    "CRE-4;Half",
    "BRD-01;;;4,50;;",
  ].join("\r\n");
  await page.getByLabel("How the file writes numbers").selectOption("1.234,56");
  await choose(till, "Items", "gateaux.csv", Buffer.from(text, "latin1"));
  await expect(page.getByText("2 lines are fine")).toBeVisible();
  await expect(page.getByText("3 lines are not right and would be left out")).toBeVisible();
  const rows = page.getByRole("region", { name: "What is wrong" }).getByRole("row");
  await expect(rows.nth(1)).toHaveText(/3\s*Barcodes\s*Bakery mug has the barcode 5019912950285 already\./);
  await expect(rows.nth(2)).toHaveText(/4\s*Default cost\s*At most 4 digits after the point\./);
  await expect(rows.nth(3)).toHaveText(/5\s*2 cells where the first line has 6\./);
  await page.getByRole("button", { name: "Record 2 lines" }).click();
  await till.says("1 entry is recorded.");
  await till.open("/sell");
  await page.getByLabel("Find an item or scan a code").fill("creme");
  await expect(page.getByRole("button", { name: /Crème brûlée.*£3\.50/ })).toBeVisible();
  await page.getByLabel("Find an item or scan a code").fill("sourdough");
  await expect(page.getByRole("button", { name: /Sourdough loaf.*£4\.50/ })).toBeVisible();

  await till.open("/settings/files");
  await page.getByRole("button", { name: /Take back the import/ }).click();
  await till.says("The import is taken back.");
  await page.getByRole("button", { name: /Take back the import/ }).click();
  await till.says("This is undone already.");
  await till.open("/sell");
  await page.getByLabel("Find an item or scan a code").fill("sourdough");
  await expect(page.getByRole("button", { name: /Sourdough loaf.*£4\.20/ })).toBeVisible();
  await page.getByLabel("Find an item or scan a code").fill("creme");
  await expect(page.getByText("No item matches.")).toBeVisible();
});

test("fifty thousand lines are read and recorded while the page answers, and can be stopped", async ({ take }) => {
  test.setTimeout(180_000);
  const till = await take("front", { startsOffline: true });
  await till.open("/settings/files");
  const { page } = till;
  const lines = Array.from({ length: 50_000 }, (_, line) => `N-${line},Nail ${line},${line % 5 === 0 ? "oops" : "0.05"}`);
  const text = `SKU,Name,Price\n${lines.join("\n")}\n`;
  await choose(till, "Items", "nails.csv", text);
  await page.getByRole("button", { name: "Stop" }).click();
  await till.says("Stopped. Nothing was changed.");
  await choose(till, "Items", "nails.csv", text);
  await expect(page.getByText("40,000 lines are fine")).toBeVisible({ timeout: 60_000 });
  await expect(page.getByText("10,000 lines are not right and would be left out")).toBeVisible();
  await page.getByRole("button", { name: "Record 40,000 lines" }).click();
  await till.says("entries are recorded.", { timeout: 90_000 });
  await till.load("/sell");
  await page.getByLabel("Find an item or scan a code").fill("N-49999");
  await page.keyboard.press("Enter");
  await expect(page.getByLabel("Quantity of Nail 49999")).toHaveValue("1");
});

test("what is no table is refused with what it lacks", async ({ till }) => {
  await till.open("/settings/files");
  const { page } = till;
  await choose(till, "Items", "novel.csv", "It was a dark and stormy night; the rain fell in torrents.\n".repeat(5_000));
  await expect(page.getByText("The first line has to name the columns; SKU or Barcodes or Name is missing.")).toBeVisible();
  await choose(till, "Vendors", "nothing.csv", "\n\n");
  await expect(page.getByText("There is nothing in this file.")).toBeVisible();
});

test("opening stock and orders come in, and everything goes out so that no spreadsheet runs it", async ({ till }) => {
  await till.open("/settings/files");
  const { page } = till;
  await choose(till, "Vendors", "vendors.csv", "Name,Note\n\"'=HYPERLINK(1)\",first\n");
  await page.getByRole("button", { name: "Record 1 line" }).click();
  await choose(till, "Items", "items.csv", "SKU\tName\tDefault cost\nX-1\tXylophone\t12\n");
  await page.getByRole("button", { name: "Record 1 line" }).click();
  await choose(till, "Opening stock", "stock.csv", "SKU,Quantity\nX-1,7\nGFT-01,3\n");
  await expect(page.getByText("This item has stock already: count it.")).toBeVisible();
  await page.getByRole("button", { name: "Record 1 line" }).click();
  await choose(till, "Orders", "orders.csv", "Order,Vendor,SKU,Quantity\nPO-7,=HYPERLINK(1),X-1,4\n");
  await page.getByRole("button", { name: "Record 1 line" }).click();
  await expect(page.getByRole("button", { name: /Take back the import/ })).toHaveCount(4);
  await till.open("/orders");
  await expect(page.getByRole("link", { name: /PO-7.*Draft/ })).toBeVisible();
  await till.open("/items");
  await page.getByLabel("Find an item or scan a code").fill("xylo");
  await expect(page.getByRole("button", { name: /Xylophone.*7 on hand/ })).toBeVisible();

  await till.open("/settings/files");
  await page.getByRole("radio", { name: "Vendors" }).check();
  const download = page.waitForEvent("download");
  await page.getByRole("button", { name: "vendors.csv" }).click();
  const written = readFileSync(await (await download).path(), "utf8");
  expect(written.startsWith("\uFEFFName,E-mail,Phone,Note,Archived\r\n")).toBe(true);
  expect(written).toContain("'=HYPERLINK(1),,,first,no\r\n");
  await choose(till, "Vendors", "vendors.csv", written);
  await expect(page.getByText("Nothing in this file would change anything.")).toBeVisible();
});
