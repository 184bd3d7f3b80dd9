// The Negative inventory report on a manager's phone with no network: why each item is negative, and every way to put it right.
import type { Page } from "@playwright/test";
import type { Device } from "./support/device.ts";
import { expect, test } from "./support/test.ts";

/** How much of an item the till has: an item of the demo, oversold by so many. */
async function oversell(phone: Device, item: string, by: number) {
  await phone.open("/sell");
  const tile = phone.page.getByRole("list", { name: "Items" }).getByRole("button", { name: item });
  const text = (await tile.locator(".figure").textContent()) ?? "0";
  const there = Number(text.replace("\u2212", "-").replace(",", ""));
  return phone.sell(item, String(Math.max(0, there) + by));
}

async function look(phone: Device, item: string) {
  await phone.open("/reports/negative-inventory");
  await phone.page.getByRole("article", { name: new RegExp(item) }).getByRole("link", { name: item, exact: true }).click();
  await expect(phone.page.getByRole("heading", { name: "Put it right" })).toBeVisible();
}

/** It says so, and the row is closed. */
async function isRight(page: Page, item: string) {
  await expect(page.getByRole("status").filter({ hasText: `${item} is put right.` })).toBeVisible();
  await expect(page.getByText(`${item} is not negative any more`)).toBeVisible();
}

/** The same row is open again, as it was. */
async function isTakenBack(page: Page, row: string) {
  await page.getByRole("button", { name: "Undo" }).last().click();
  await expect(page.getByText("Taken back.").last()).toBeVisible();
  await expect(page.getByRole("heading", { name: "Put it right" })).toBeVisible();
  await expect(page.getByRole("region", { name: "What led here" })).toContainText(row);
}

test("a delivery on order is received from the row, with one tap, and taken back", async ({ phone }) => {
  await phone.network(false);
  const { page } = phone;
  const receipt = await oversell(phone, "Bakery mug", 2);
  await phone.open("/orders/new");
  await page.getByRole("searchbox").fill("Bakery mug");
  await phone.add("Bakery mug");
  await phone.setQuantity("Bakery mug", "6");
  await page.getByRole("button", { name: "Mark as ordered" }).click();
  await expect(page.getByRole("link", { name: "Receive", exact: true })).toBeVisible();
  await phone.open("/reports/negative-inventory");
  const card = page.getByRole("article", { name: "Bakery mug, High Street" });
  await expect(card).toContainText("Not received yet");
  await expect(card).toContainText("6 on order");
  await card.getByRole("link", { name: "Receive 2" }).click();
  await expect(page.getByText("6 are on their way.")).toBeVisible();
  await page.getByRole("button", { name: /^Receive 6 on order/ }).click();
  await isRight(page, "Bakery mug");
  await isTakenBack(page, receipt);
});

test("counting waits until what is on its way is received", async ({ phone }) => {
  await phone.network(false);
  const { page } = phone;
  await oversell(phone, "Croissant", 3);
  await phone.open("/orders/new");
  await page.getByRole("searchbox").fill("Croissant");
  await phone.add("Croissant");
  await phone.setQuantity("Croissant", "3");
  await page.getByRole("button", { name: "Mark as ordered" }).click();
  await look(phone, "Croissant");
  await page.getByRole("button", { name: "Count it" }).click();
  await expect(page.getByRole("alert").filter({ hasText: "Receive first" })).toContainText("3 are on their way.");
  await page.getByRole("button", { name: "Receive first" }).click();
  await page.getByRole("button", { name: "Found some" }).click();
  await expect(page.getByRole("alert").filter({ hasText: "Receive first" })).toBeVisible();
  await page.getByRole("button", { name: "Receive first" }).click();
  await page.getByRole("button", { name: /^Receive 3 on order/ }).click();
  await isRight(page, "Croissant");
});

test("an item is counted, or found, or was another one; each closes its row", async ({ phone }) => {
  await phone.network(false);
  const { page } = phone;
  let receipt = await oversell(phone, "Cheese scone", 2);
  await look(phone, "Cheese scone");
  await page.getByRole("button", { name: "Count it" }).click();
  await page.getByLabel("On the shelf now").fill("-1");
  await page.getByRole("button", { name: "Record" }).click();
  await expect(page.getByRole("dialog").getByRole("alert").filter({ hasText: "enter 0 or more" })).toBeVisible();
  const count = async () => {
    await page.getByLabel("On the shelf now").fill("4");
    await page.getByRole("button", { name: "Record" }).click();
    await isRight(page, "Cheese scone");
  };
  await count();
  await isTakenBack(page, receipt);
  await page.getByRole("button", { name: "Count it" }).click();
  await count();

  await oversell(phone, "Cheese scone", 1);
  await look(phone, "Cheese scone");
  await page.getByRole("button", { name: "Found some" }).click();
  await expect(page.getByLabel("How many were found")).toHaveValue("1");
  await page.getByRole("button", { name: "Record" }).click();
  await isRight(page, "Cheese scone");

  receipt = await oversell(phone, "Cheese scone", 2);
  await look(phone, "Cheese scone");
  await page.getByRole("button", { name: "Another item was sold" }).click();
  await page.getByRole("button", { name: "Record" }).click();
  await expect(page.getByText("Choose the item")).toBeVisible();
  await page.getByRole("dialog").getByRole("searchbox").fill("Bakery mug");
  await page.getByRole("dialog").getByRole("button", { name: /Bakery mug/ }).click();
  await page.getByRole("button", { name: "Record" }).click();
  await isRight(page, "Cheese scone");
  await isTakenBack(page, receipt);
});

test("a forgotten transfer is entered and received, and what was sent too much comes back", async ({ phone }) => {
  await phone.network(false);
  const { page } = phone;
  const receipt = await oversell(phone, "Cinnamon bun", 2);
  await look(phone, "Cinnamon bun");
  await page.getByRole("button", { name: "A transfer was never entered" }).click();
  await page.getByRole("button", { name: "Record" }).click();
  await expect(page.getByRole("dialog").getByRole("alert").filter({ hasText: /shop/i })).toBeVisible();
  const sent = async () => {
    await page.getByLabel("Sent by").selectOption({ label: "Station" });
    await page.getByRole("button", { name: "Record" }).click();
    await isRight(page, "Cinnamon bun");
  };
  await sent();
  await isTakenBack(page, receipt);
  await expect(page.getByRole("button", { name: /^Receive/ })).toBeHidden();
  await page.getByRole("button", { name: "A transfer was never entered" }).click();
  await sent();

  // More is sent than there is; what has not arrived comes back.
  await phone.open("/transfers/new");
  await page.getByRole("combobox", { name: "To", exact: true }).selectOption({ label: "Station" });
  await page.getByRole("searchbox").fill("Cinnamon bun");
  await phone.add("Cinnamon bun");
  await phone.setQuantity("Cinnamon bun", "3");
  await page.getByRole("button", { name: "Send", exact: true }).click();
  await expect(page.getByText(/sent/i).first()).toBeVisible();
  await look(phone, "Cinnamon bun");
  await expect(page.getByRole("region", { name: "What led here" })).toContainText("Removed for transfer");
  await page.getByRole("button", { name: /^Take back 3/ }).click();
  await isRight(page, "Cinnamon bun");

  // The server takes all of it, also what was recorded for the other shop.
  await phone.network(true);
  await phone.isOnline();
});

test("what customers ordered is kept apart, a cause is set, and a service holds no stock", async ({ phone }) => {
  await phone.network(false);
  const { page } = phone;
  await oversell(phone, "Birthday cake", 1);
  await look(phone, "Birthday cake");
  await page.getByLabel("Set another cause").selectOption({ label: "Counted wrong" });
  await expect(page.getByText("The cause is kept.")).toBeVisible();
  await expect(page.getByText("Set by a manager.")).toBeVisible();
  await page.getByRole("button", { name: "Ordered by customers" }).click();
  await expect(page.getByText("Kept apart as customer orders.")).toBeVisible();
  await expect(page.getByRole("strong").filter({ hasText: "Ordered by a customer" })).toBeVisible();
  await phone.open("/reports/negative-inventory");
  await page.getByRole("button", { name: "Filters", exact: true }).click();
  await page.getByLabel("Customer orders").selectOption({ label: "Without customer orders" });
  await page.keyboard.press("Escape");
  await expect(page.getByRole("article", { name: /Birthday cake/ })).toBeHidden();
  await page.getByRole("button", { name: "Clear the filter" }).first().click();
  await look(phone, "Birthday cake");
  await page.getByRole("button", { name: "It holds no stock" }).click();
  await page.getByRole("button", { name: "Record" }).click();
  await isRight(page, "Birthday cake");
  await isTakenBack(page, "Sale");
});

test("a transfer that is on its way is received from the row, and a forgotten delivery of one vendor for several items at once", async ({ phone, station }) => {
  await phone.network(false);
  const { page } = phone;
  await oversell(phone, "Sourdough loaf", 1);
  await oversell(phone, "Wholemeal loaf", 2);
  await phone.open("/reports/negative-inventory");
  await page.getByRole("link", { name: /^Enter a delivery of Mill Lane Flour \(/ }).click();
  await expect(page.getByLabel("Quantity of Sourdough loaf")).toHaveValue("1");
  await expect(page.getByLabel("Quantity of Wholemeal loaf")).toHaveValue("2");
  await page.getByRole("button", { name: "Record delivery" }).click();
  await expect(page.getByText(/^Recorded: /)).toBeVisible();
  await phone.open("/reports/negative-inventory");
  await expect(page.getByRole("article", { name: /Sourdough loaf|Wholemeal loaf/ })).toHaveCount(0);

  // Station sends some of what High Street is short of.
  await phone.network(true);
  await phone.isOnline();
  await station.open("/transfers/new");
  await station.page.getByRole("combobox", { name: "To", exact: true }).selectOption({ label: "High Street" });
  await station.page.getByRole("searchbox").fill("Oat milk");
  await station.add("Oat milk 1 l");
  await station.setQuantity("Oat milk 1 l", "3");
  await station.page.getByRole("button", { name: "Send", exact: true }).click();
  await station.isOnline();
  const receipt = await oversell(phone, "Oat milk 1 l", 2);
  await phone.network(false);
  await look(phone, "Oat milk 1 l");
  await page.getByRole("button", { name: /^Receive 3 from Station/ }).click();
  await isRight(page, "Oat milk 1 l");
  await isTakenBack(page, receipt);
});

test("a list that is a little longer than the screen is read to its end", async ({ phone }) => {
  await phone.network(false);
  const { page } = phone;
  for (const item of ["Croissant", "Cinnamon bun", "Cheese scone", "Strawberry jam", "Bakery mug", "Oat milk 1 l"]) await oversell(phone, item, 1);
  await phone.open("/reports/negative-inventory");
  const list = page.getByRole("region", { name: "Negative inventory" });
  await expect(list.getByRole("article").first()).toBeVisible();
  await list.evaluate((area) => area.scrollTo(0, area.scrollHeight));
  const seen = await list.evaluate(async (area) => {
    const drawn = () => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
    await drawn();
    const { top, bottom } = area.getBoundingClientRect();
    const cards = [...area.querySelectorAll("article")].map((card) => card.getBoundingClientRect());
    return { last: Math.max(...cards.map((card) => card.bottom)) - bottom, within: cards.some((card) => card.top >= top - 1 && card.bottom <= bottom + 1) };
  });
  expect(seen.within, "a whole card is in sight at the end").toBe(true);
  expect(Math.abs(seen.last), "the last card ends where the list does").toBeLessThan(24);
});

test("what another device put right meanwhile is said, and costs go with the right to see them", async ({ phone, till: office }) => {
  const { page } = phone;
  await oversell(phone, "Coffee beans 250 g", 1);
  await phone.isOnline();
  await look(phone, "Coffee beans 250 g");
  await expect(page.getByText(/£4.80/).first()).toBeVisible();
  await page.getByRole("button", { name: "Count it" }).click();
  await page.getByLabel("On the shelf now").fill("5");

  // Meanwhile in the office: managers may not see costs any more, and the coffee is found.
  await office.open("/settings/rights");
  await office.page.getByRole("region", { name: "Manager" }).getByLabel("see costs").selectOption({ label: "No" });
  await expect(page.getByText(/£4.80/)).toHaveCount(0);
  await office.open("/reports/negative-inventory");
  await office.page.getByRole("link", { name: /^Coffee beans/ }).first().click();
  await office.page.getByRole("button", { name: "Found some" }).click();
  await office.page.getByRole("button", { name: "Record" }).click();
  await expect(page.getByText("Coffee beans 250 g is not negative any more")).toBeVisible();
  await page.getByRole("link", { name: "See what put it right" }).click();
  await expect(page.getByRole("heading", { name: "Adjustment" })).toBeVisible();
});

test("the report as of an evening is what it was, and what was put right is told", async ({ phone }) => {
  await phone.network(false);
  const { page } = phone;
  await oversell(phone, "Strawberry jam", 2);
  await phone.open("/reports/negative-inventory");
  await page.getByRole("button", { name: "Filters", exact: true }).click();
  await page.getByLabel("As of the end of").fill("2001-01-01");
  await page.keyboard.press("Escape");
  await expect(page.getByText("Nothing was negative then.")).toBeVisible();
  await page.getByRole("button", { name: "Back to now" }).click();
  await expect(page.getByRole("article", { name: /Strawberry jam/ })).toBeVisible();
  await page.getByRole("searchbox").fill("nothing like it");
  await expect(page.getByText("Nothing negative matches this filter.")).toBeVisible();
  await page.getByRole("button", { name: "Clear the filter" }).first().click();
  await look(phone, "Strawberry jam");
  await page.getByRole("button", { name: "Found some" }).click();
  await page.getByRole("button", { name: "Record" }).click();
  await isRight(page, "Strawberry jam");
  await phone.open("/reports/negative-inventory/cured");
  await expect(page.getByRole("link", { name: "Strawberry jam, High Street" })).toBeVisible();
  await phone.open("/reports/negative-inventory/trend");
  await expect(page.getByRole("table").first().getByRole("row")).toHaveCount(13);
});
