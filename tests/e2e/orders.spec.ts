// Orders are written, received in parts, closed, and taken back a step; all without a network.
import { PHONE } from "./support/browser.ts";
import { expect, test } from "./support/test.ts";

test.use({ withoutNetwork: true });

test("an order is drafted, sent, received in parts, under and over, and closed", async ({ till }) => {
  const { page } = till;
  await page.getByRole("link", { name: "Stock" }).click();
  await page.getByRole("link", { name: /^Orders/ }).click();
  await expect(page.getByText("No orders yet.")).toBeVisible();
  await page.getByRole("link", { name: "New order" }).click();
  await till.add("Bakery mug");
  await till.setQuantity("Bakery mug", "10");
  await till.add("Oat milk 1 l");
  await till.setQuantity("Oat milk 1 l", "0.5");
  await expect(page.getByRole("combobox", { name: "Vendor", exact: true })).toHaveValue(/./);
  await page.getByRole("button", { name: "Save as draft" }).click();
  await expect(page.getByText("This item is sold in whole units only.")).toBeVisible();
  await till.setQuantity("Oat milk 1 l", "6");
  await page.getByRole("button", { name: "Save as draft" }).click();
  const title = page.getByRole("heading", { level: 1 });
  await expect(title).toHaveText("Order 1-1-1");
  await expect(page.getByText("Draft", { exact: true })).toBeVisible();

  await page.getByRole("button", { name: "Mark as ordered" }).click();
  await expect(page.locator(".document-top .tag")).toHaveText("Ordered");
  await page.getByRole("button", { name: "Undo" }).click();
  await expect(page.locator(".document-top .tag")).toHaveText("Draft");
  await page.getByRole("button", { name: "Mark as ordered" }).click();

  await page.getByRole("link", { name: "Receive", exact: true }).click();
  await expect(page.getByLabel("Quantity of Bakery mug")).toHaveValue("10");
  await till.setQuantity("Bakery mug", "4");
  await till.setQuantity("Oat milk 1 l", "0");
  await page.getByLabel("Unit cost of Bakery mug").fill("3.123456");
  await page.getByRole("button", { name: "Record delivery" }).click();
  await expect(page.getByText("Unit cost: At most 4 digits after the point.")).toBeVisible();
  await page.getByLabel("Unit cost of Bakery mug").fill("3.25");
  await page.getByRole("button", { name: "Record delivery" }).click();
  await expect(page.locator(".document-top .tag")).toHaveText("Partly received");
  await expect(page.getByText("10 ordered, 4 received, 6 to come")).toBeVisible();

  await page.getByRole("link", { name: "Receive", exact: true }).click();
  await expect(page.getByLabel("Quantity of Bakery mug")).toHaveValue("6");
  await till.setQuantity("Bakery mug", "7");
  await till.setQuantity("Oat milk 1 l", "5");
  await till.add("Croissant");
  await page.getByRole("button", { name: "Record delivery" }).click();
  await expect(page.getByText("10 ordered, 11 received, 0 to come")).toBeVisible();
  await expect(page.getByText("6 ordered, 5 received, 1 to come")).toBeVisible();
  await expect(page.getByRole("heading", { name: "Received and not ordered" })).toBeVisible();
  await page.getByRole("button", { name: "Close: nothing more will come" }).click();
  await expect(page.locator(".document-top .tag")).toHaveText("Closed");
  await till.open("/items");
  await expect(page.getByRole("button", { name: /Bakery mug.*13 on hand/ })).toBeVisible();
});

test("a delivery for an order is taken back, and is to come again", async ({ take }) => {
  const till = await take("front", { settings: PHONE });
  const { page } = till;
  await till.open("/orders/new");
  await page.getByLabel("Find an item or scan a code").fill("5019912950285");
  await page.keyboard.press("Enter");
  await page.getByLabel("Order number").fill("Harbour, week 48");
  await page.getByRole("button", { name: "Mark as ordered" }).click();
  await page.getByRole("link", { name: "Receive", exact: true }).click();
  await page.getByRole("button", { name: "Record delivery" }).click();
  await expect(page.locator(".document-top .tag")).toHaveText("Received");
  await page.getByRole("button", { name: "Undo" }).click();
  await expect(page.locator(".document-top .tag")).toHaveText("Ordered");
  await page.getByRole("link", { name: "Orders" }).click();
  await expect(page.getByRole("link", { name: /Harbour, week 48.*Ordered/ })).toBeVisible();
});

test("items go back to their vendor, in red where there are not so many", async ({ till }) => {
  const { page } = till;
  await till.open("/stock");
  await page.getByRole("link", { name: /^Return to vendor/ }).click();
  await page.getByRole("radio", { name: "Expired" }).check();
  await till.add("Bakery mug");
  await expect(page.getByText("more than there is")).toBeHidden();
  await till.setQuantity("Bakery mug", "3");
  await expect(page.getByText("1 more than there is")).toBeVisible();
  await page.getByRole("button", { name: "Record return" }).click();
  await till.says("The return is recorded.");
  await expect(page.getByRole("button", { name: /Bakery mug.*−1 on hand/ })).toBeVisible();
  await page.getByRole("button", { name: "Undo" }).click();
  await expect(page.getByRole("button", { name: /Bakery mug.*2 on hand/ })).toBeVisible();
});
