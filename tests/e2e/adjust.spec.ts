// On hand is put right by hand: for a reason, never to below zero, with a way back; all without a network.
import { readFileSync } from "node:fs";
import { PHONE } from "./support/browser.ts";
import { expect, test } from "./support/test.ts";

test.use({ withoutNetwork: true });

test("what is broken is written off, and taken back", async ({ till }) => {
  const { page } = till;
  await page.getByRole("link", { name: "Stock" }).click();
  await page.getByRole("link", { name: /^Adjust/ }).click();
  await page.getByRole("radio", { name: "Damaged" }).check();
  await till.add("Bakery mug");
  await till.setQuantity("Bakery mug", "3");
  await page.getByRole("button", { name: "Record adjustment" }).click();
  await expect(page.getByText("Only 2 on hand: what is not there cannot be taken off.")).toBeVisible();
  await till.setQuantity("Bakery mug", "two");
  await page.getByRole("button", { name: "Record adjustment" }).click();
  await expect(page.getByText("This is not a number.")).toBeVisible();
  await till.setQuantity("Bakery mug", "2");
  await page.getByLabel("Note (optional)").fill("Fell off the shelf");
  await page.getByRole("button", { name: "Record adjustment" }).click();
  await till.says("The adjustment is recorded.");
  await expect(page.getByRole("button", { name: /Bakery mug.*0 on hand/ })).toBeVisible();
  await page.getByRole("button", { name: "Undo" }).click();
  await till.says("The adjustment is taken back.");
  await expect(page.getByRole("button", { name: /Bakery mug.*2 on hand/ })).toBeVisible();
});

test("what was found comes in at what it cost, on a phone and by its code", async ({ take }) => {
  const till = await take("front", { settings: PHONE });
  const { page } = till;
  await till.open("/stock/adjust");
  await page.getByRole("radio", { name: "Found" }).check();
  await expect(page.getByRole("list", { name: "Items" })).toBeHidden();
  await page.getByLabel("Find an item or scan a code").fill("5019912950285");
  await page.keyboard.press("Enter");
  await page.getByLabel("Unit cost of Bakery mug").fill("2,75");
  await page.getByRole("button", { name: "Record adjustment" }).click();
  await till.says("The adjustment is recorded.");
  await till.open("/items");
  await page.getByRole("button", { name: /Bakery mug.*3 on hand/ }).click();
  await expect(page.getByText("at £2.75")).toBeVisible();
});

test("a cashier needs a colleague to adjust", async ({ till }) => {
  const { page } = till;
  await till.signInAs("Chris Cole", "3333");
  await till.open("/stock/adjust");
  await till.add("Croissant");
  await page.getByRole("button", { name: "Record adjustment" }).click();
  const ask = page.getByRole("dialog", { name: "Ask a colleague" });
  await ask.getByRole("button", { name: "Olive Owen" }).click();
  await page.keyboard.type("1111");
  await ask.getByRole("button", { name: "Approve" }).click();
  await till.says("The adjustment is recorded.");
  await expect(page.getByRole("button", { name: /Croissant.*11 on hand/ })).toBeVisible();
});

test("every change is listed, newest first, and leads to its source", async ({ till }) => {
  const { page } = till;
  const receipt = await till.sell("Bakery mug", "3");
  await till.open("/stock");
  await page.getByRole("link", { name: /^Inventory changes/ }).click();
  await expect(page.getByText("23 changes", { exact: true })).toBeVisible();
  const newest = page.getByRole("table").getByRole("row").nth(1);
  await expect(newest).toContainText("Bakery mug");
  await expect(newest).toContainText("−3");
  await page.getByLabel("What").selectOption("Delivery");
  await expect(page.getByText("22 changes", { exact: true })).toBeVisible();
  await page.getByRole("combobox", { name: "Shop", exact: true }).selectOption("Station");
  await expect(newest).toContainText("Station");
  await page.getByRole("checkbox", { name: "Automated only" }).check();
  await expect(page.getByText("Nothing matches.")).toBeVisible();
  await page.getByRole("checkbox", { name: "Automated only" }).uncheck();
  await page.getByLabel("What").selectOption("Everything");
  await page.getByRole("combobox", { name: "Shop", exact: true }).selectOption("All shops");
  await page.getByLabel("Item", { exact: true }).fill("mug");
  await expect(page.getByText("3 changes", { exact: true })).toBeVisible();
  const download = page.waitForEvent("download");
  await page.getByRole("button", { name: "Save as a file" }).click();
  const lines = readFileSync(await (await download).path(), "utf8").trim().split("\r\n");
  expect(lines).toHaveLength(4);
  expect(lines[1]).toMatch(/,Sale,GFT-01,Bakery mug,-3,0,High Street,Olive Owen,Front till$/);
  await newest.getByRole("link", { name: "Sale" }).click();
  await expect(page.getByRole("heading", { name: `Sale ${receipt}` })).toBeVisible();
});
