// What goes from one shop to the other: sent in one, received in parts in the other, the rest comes back or is lost.
import { expect, test } from "./support/test.ts";

test("more is sent than there is, and what arrives, comes back and is lost adds up", async ({ till: high, take }) => {
  await high.network(false);
  await high.open("/stock");
  await high.page.getByRole("link", { name: /^Transfers/ }).click();
  await high.page.getByRole("link", { name: "New transfer" }).click();
  await high.add("Bakery mug");
  await high.page.getByRole("button", { name: "Send", exact: true }).click();
  await expect(high.page.getByText("Choose a shop.")).toBeVisible();
  await expect(high.page.getByRole("combobox", { name: "To", exact: true }).getByRole("option")).toHaveText(["Choose a shop", "Station"]);
  await high.page.getByRole("combobox", { name: "To", exact: true }).selectOption("Station");
  await high.setQuantity("Bakery mug", "5");
  await expect(high.page.getByText("3 more than there is")).toBeVisible();
  await high.page.getByRole("button", { name: "Save as draft" }).click();
  await expect(high.page.locator(".document-top .tag")).toHaveText("Draft");
  await high.page.getByRole("button", { name: "Send", exact: true }).click();
  await expect(high.page.locator(".document-top .tag")).toHaveText("On its way");
  await high.network(true);
  await high.isOnline();

  const station = await take("station");
  await station.network(false);
  await station.open("/transfers");
  await station.page.getByRole("link", { name: /1-1-1.*To receive/ }).click();
  await expect(station.page.getByLabel("Quantity of Bakery mug")).toHaveValue("5");
  await station.setQuantity("Bakery mug", "6");
  await station.page.getByRole("button", { name: "Record arrival" }).click();
  await expect(station.page.getByText("Only 5 left.")).toBeVisible();
  await station.setQuantity("Bakery mug", "3");
  await station.page.getByRole("button", { name: "Record arrival" }).click();
  await expect(station.page.getByText("5 sent · 3 received")).toBeVisible();
  await station.page.getByRole("radio", { name: "Lost on the way" }).check();
  await station.setQuantity("Bakery mug", "1");
  await station.page.getByRole("button", { name: "Write off" }).click();
  await expect(station.page.getByText("5 sent · 3 received · 1 written off")).toBeVisible();
  await station.network(true);
  await station.isOnline();

  await expect(high.page.getByText("5 sent · 3 received · 1 written off")).toBeVisible();
  await high.network(false);
  await high.page.getByRole("button", { name: "Record return" }).click();
  await expect(high.page.getByText("Nothing is on the way any more.")).toBeVisible();
  await high.open("/items");
  await expect(high.page.getByRole("button", { name: /Bakery mug.*−2 on hand/ })).toBeVisible();
});

test("a transfer that was sent by mistake is taken back at once", async ({ till: high }) => {
  await high.network(false);
  await high.open("/transfers/new");
  await high.page.getByRole("combobox", { name: "To", exact: true }).selectOption("Station");
  await high.add("Croissant");
  await high.setQuantity("Croissant", "4");
  await high.page.getByRole("button", { name: "Send", exact: true }).click();
  await high.page.getByRole("button", { name: "Undo" }).click();
  await expect(high.page.getByText("4 sent · 4 came back")).toBeVisible();
  await high.open("/items");
  await expect(high.page.getByRole("button", { name: /Croissant.*12 on hand/ })).toBeVisible();
});
