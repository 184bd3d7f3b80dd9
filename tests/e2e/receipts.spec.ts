// What came off the till comes back: found by its number, refunded by line, voided, or taken back without its receipt. All without a network.
import type { Device } from "./support/device.ts";
import { expect, test } from "./support/test.ts";

test.use({ withoutNetwork: true });

const tile = (till: Device, item: string, onHand: string) => till.page.getByRole("button", { name: new RegExp(`${item}.*${onHand} on hand`) });

test("a receipt is found and its lines are refunded until nothing is left", async ({ till }) => {
  const { page } = till;
  const receipt = await till.sell("Bakery mug", "2");
  await till.sell("Croissant", "1");
  await page.getByRole("link", { name: "Receipts" }).click();
  await page.getByLabel("Find a receipt or an item").fill("mug");
  await page.getByRole("link", { name: new RegExp(receipt) }).click();
  const paper = page.getByRole("article", { name: "Receipt" });
  await expect(paper.getByRole("heading")).toHaveText(receipt);
  await expect(paper).toContainText("2 × £9.50");
  await page.getByRole("link", { name: "Refund" }).click();
  const quantity = page.getByLabel("Quantity of Bakery mug");
  await expect(page.getByRole("button", { name: "Refund" })).toBeDisabled();
  await quantity.fill("3");
  await quantity.press("Tab");
  await expect(page.getByRole("alert").filter({ hasText: "Only 2 left." })).toBeVisible();
  await quantity.fill("1");
  await quantity.press("Tab");
  await expect(page.locator(".refund-sum strong")).toHaveText("£9.50");
  await page.getByRole("button", { name: "Refund" }).click();
  await till.says("The refund is recorded.");
  await expect(paper).toContainText("−£9.50");
  await paper.getByRole("link", { name: receipt }).click();
  await page.getByRole("link", { name: "Refund", exact: true }).click();
  await expect(page.getByText("1 of 2 left")).toBeVisible();
  await page.getByRole("button", { name: "All that is left" }).click();
  await page.getByRole("radio", { name: "Card" }).check();
  await page.getByRole("button", { name: "Refund" }).click();
  await expect(paper).toContainText("Card");
  await paper.getByRole("link", { name: receipt }).click();
  await expect(page.getByRole("link", { name: /^Refund / })).toHaveCount(2);
  await expect(page.getByRole("link", { name: "Refund", exact: true })).toBeHidden();
  await expect(page.getByRole("button", { name: "Void" })).toBeHidden();
  await till.open("/sell");
  await expect(tile(till, "Bakery mug", "2")).toBeVisible();
});

test("a sale is voided once, and says so", async ({ till }) => {
  const { page } = till;
  const receipt = await till.sell("Bakery mug", "3");
  await expect(tile(till, "Bakery mug", "−1")).toBeVisible();
  await page.getByRole("link", { name: "Receipts" }).click();
  await page.getByRole("link", { name: new RegExp(receipt) }).click();
  await page.getByRole("button", { name: "Void" }).click();
  const dialog = page.getByRole("dialog", { name: "Void this sale?" });
  await dialog.getByLabel("Why (optional)").fill("Rung up twice");
  await dialog.getByRole("button", { name: "Void" }).click();
  await expect(dialog).toBeHidden();
  await expect(page.getByText("This sale was voided")).toBeVisible();
  await expect(page.getByRole("button", { name: "Void" })).toBeHidden();
  await page.getByRole("link", { name: "Sell" }).click();
  await expect(tile(till, "Bakery mug", "2")).toBeVisible();
});

test("goods come back without their receipt, at what was agreed", async ({ till }) => {
  const { page } = till;
  await till.open("/receipts/refund");
  await till.add("Croissant");
  await till.add("Croissant");
  const price = page.getByLabel("Money back for each Croissant");
  await price.fill("lots");
  await price.press("Tab");
  await expect(page.getByRole("alert").filter({ hasText: "This is not a number." })).toBeVisible();
  await price.fill("1,50");
  await price.press("Tab");
  await expect(page.locator(".refund-sum strong")).toHaveText("£3.00");
  await page.getByRole("button", { name: "Refund" }).click();
  await expect(page.getByRole("article", { name: "Receipt" })).toContainText("−£3.00");
  await page.getByRole("link", { name: "Sell" }).click();
  await expect(tile(till, "Croissant", "14")).toBeVisible();
});

test("a cashier refunds once a colleague has approved it, and not before", async ({ till }) => {
  const { page } = till;
  const receipt = await till.sell("Bakery mug", "1");
  await till.signInAs("Chris Cole", "3333");
  await page.getByRole("link", { name: "Receipts" }).click();
  await page.getByRole("link", { name: new RegExp(receipt) }).click();
  await page.getByRole("link", { name: "Refund" }).click();
  await page.getByRole("button", { name: "All that is left" }).click();
  await page.getByRole("button", { name: "Refund" }).click();
  const ask = page.getByRole("dialog", { name: "Ask a colleague" });
  await expect(ask.getByText("Somebody who may has to approve this: refund and void.")).toBeVisible();
  await expect(ask.getByRole("button", { name: "Sam Singh" })).toBeHidden();
  await page.keyboard.press("Escape");
  await expect(page.getByRole("alert").filter({ hasText: "Nobody approved it, so nothing was recorded." })).toBeVisible();
  await page.getByRole("button", { name: "Refund" }).click();
  await ask.getByRole("button", { name: "Maya Miller" }).click();
  await page.keyboard.type("1111");
  await ask.getByRole("button", { name: "Approve" }).click();
  await expect(ask.getByText("That PIN is not right. Try again.")).toBeVisible();
  await page.keyboard.type("2222");
  await ask.getByRole("button", { name: "Approve" }).click();
  await expect(page.getByRole("article", { name: "Receipt" })).toContainText("−£9.50");
});

test("on paper there is only the receipt", async ({ till }) => {
  const { page } = till;
  const receipt = await till.sell("Croissant", "1");
  await page.getByRole("link", { name: "Receipts" }).click();
  await page.getByRole("link", { name: new RegExp(receipt) }).click();
  await page.emulateMedia({ media: "print" });
  await expect(page.getByRole("article", { name: "Receipt" })).toBeVisible();
  await expect(page.getByRole("navigation", { name: "Places" })).toBeHidden();
  await expect(page.getByRole("button", { name: "Print" })).toBeHidden();
  const width = await page.getByRole("article", { name: "Receipt" }).evaluate((paper) => paper.getBoundingClientRect().width);
  expect(width).toBeLessThanOrEqual(273); // 72 mm
});
