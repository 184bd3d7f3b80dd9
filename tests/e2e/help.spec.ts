// Help, with no network: reached from where the question arises, answered by whoever reads it, counted by the owner.
import { expect, test } from "./support/test.ts";

test("a question leads to its answer, and whether it helped is kept with the account", async ({ take }) => {
  const phone = await take("phone", { startsOffline: true });
  const { page } = phone;
  await phone.signInAs("Chris Cole", "3333");
  await phone.isOnline();
  await phone.network(false);
  await phone.open("/sell");
  await phone.add("Bakery mug");
  await phone.setQuantity("Bakery mug", "3");
  await page.getByRole("link", { name: "Help: The warning at the till" }).click();
  await expect(page.getByRole("heading", { name: "The warning at the till" })).toBeVisible();
  const helpful = page.getByRole("region", { name: "Was this helpful?" });
  await helpful.getByRole("button", { name: "No", exact: true }).click();
  await expect(helpful.getByRole("status")).toHaveText("You said no.");
  await helpful.getByRole("button", { name: "Yes" }).click();
  await expect(helpful.getByRole("status")).toHaveText("You said yes.");
  await expect(helpful).not.toContainText("1 yes");

  await phone.open("/sell");
  await phone.charge();
  await phone.open("/reports/negative-inventory");
  await expect(page.getByRole("link", { name: "Help: Reading the report" })).toBeVisible();
  await page.getByRole("article", { name: /Bakery mug/ }).getByRole("link", { name: "Bakery mug", exact: true }).click();
  await expect(page.getByRole("link", { name: "Help: Which way out to take" })).toBeVisible();
  await expect(page.getByRole("link", { name: "Help: What it costs" })).toBeVisible();
  await page.getByRole("button", { name: "Count it" }).click();
  await expect(page.getByRole("dialog").getByRole("link", { name: "Help: Count it" })).toBeVisible();
  await page.keyboard.press("Escape");
  await page.getByRole("region", { name: "What led here" }).getByRole("link", { name: /^Help: / }).click();
  await expect(page.getByRole("navigation", { name: "Read on" })).toBeVisible();

  await phone.signInAs();
  await phone.load("/settings");
  await page.getByRole("link", { name: "Help", exact: true }).click();
  await expect(page.getByRole("link", { name: /The warning at the till/ })).toContainText("1 yes · 0 no");
  await phone.open("/settings/modules/negative-inventory");
  await page.getByRole("link", { name: "Help: Switching it on and off" }).click();
  await expect(page.getByRole("region", { name: "Was this helpful?" }).getByRole("status")).toHaveText("");
  await phone.network(true);
  await phone.isOnline();
  await phone.open("/sync");
  await expect(page.getByText("Everything is sent.")).toBeVisible();
});
