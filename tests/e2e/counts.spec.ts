// Counting: one list, several registers, and the till goes on selling. What was counted is set as of the moment it was counted.
import type { Device } from "./support/device.ts";
import { expect, test } from "./support/test.ts";

async function scan(device: Device, code: string, times = 1) {
  const field = device.page.getByLabel("Find an item or scan a code");
  for (let time = 0; time < times; time += 1) {
    await field.fill(code);
    await field.press("Enter");
  }
}

const MUG = "5019912950285";
const CROISSANT = "5019903237579";

for (const order of [
  ["first", "second", "third"],
  ["third", "second", "first"],
  ["second", "third", "first"],
] as const) {
  test(`two registers count one list while a third sells; they come back in the order ${order.join(", ")}`, async ({ till: first, take }) => {
    await first.open("/counts");
    await first.page.getByRole("button", { name: "New count" }).click();
    await first.page.getByRole("textbox", { name: "Name of the count" }).fill("Everything, November");
    await first.page.getByRole("button", { name: "Begin counting" }).click();
    await expect(first.page.getByRole("heading", { name: "Everything, November" })).toBeVisible();
    await first.isOnline();
    const second = await take("phone");
    const third = await take("back");
    await third.signInAs("Chris Cole", "3333");
    await second.open("/counts");
    await second.page.getByRole("link", { name: /Everything, November/ }).click();
    const all = { first, second, third };
    for (const device of Object.values(all)) await device.network(false);

    // 2 mugs and 12 croissants on hand: 1 mug is seen in front, 3 in the back, 11 croissants; 5 croissants are sold after that.
    await scan(first, MUG);
    await first.page.getByRole("radio", { name: "Not counted yet" }).check();
    await first.page.getByRole("button", { name: "None there: Cheese scone" }).click();
    await first.page.getByRole("radio", { name: "Count", exact: true }).check();
    await scan(first, CROISSANT);
    await first.setQuantity("Croissant", "11");
    await expect(first.page.getByText("3 items counted")).toBeVisible();
    await scan(second, MUG, 3);
    await expect(second.page.getByLabel("Quantity of Bakery mug")).toHaveValue("3");
    await third.sell("Croissant", "5");

    for (const name of order) {
      await all[name].network(true);
      await expect(all[name].pill()).toHaveText("Online");
    }
    await expect(first.page.getByLabel("Quantity of Bakery mug")).toHaveValue("4");
    await expect(first.page.getByText("by 2 registers")).toBeVisible();
    await first.page.getByRole("radio", { name: "Differences" }).check();
    await expect(first.page.getByText("4 counted, 2 on hand then")).toBeVisible();
    await expect(first.page.getByText("11 counted, 12 on hand then")).toBeVisible();
    await expect(first.page.getByText("0 counted, 4 on hand then")).toBeVisible();
    await first.page.getByRole("button", { name: "Reconcile" }).click();
    await first.says("On hand is set to what was counted.");
    await expect(first.page.locator(".document-top .tag")).toHaveText("Reconciled");
    await first.isOnline();

    for (const device of Object.values(all)) {
      await device.open("/items");
      await device.page.getByLabel("Find an item or scan a code").fill("s");
      await expect(device.page.getByRole("button", { name: /Croissant.* 6 on hand/ })).toBeVisible();
      await expect(device.page.getByRole("button", { name: /Cheese scone.* 0 on hand/ })).toBeVisible();
      await device.page.getByLabel("Find an item or scan a code").fill("mug");
      await expect(device.page.getByRole("button", { name: /Bakery mug.* 4 on hand/ })).toBeVisible();
    }
  });
}

test("a list of what is negative; nonsense is refused; what was not counted can be set to nothing", async ({ till }) => {
  await till.network(false);
  await till.open("/counts");
  const { page } = till;
  await page.getByRole("button", { name: "New count" }).click();
  await page.getByRole("radio", { name: "What is negative" }).check();
  await page.getByRole("button", { name: "Begin counting" }).click();
  await expect(page.getByText("Nothing is negative here.")).toBeVisible();
  await till.sell("Bakery mug", "3");
  await till.sell("Birthday cake", "2");
  await till.open("/counts");
  await page.getByRole("button", { name: "New count" }).click();
  await page.getByRole("radio", { name: "What is negative" }).check();
  await page.getByRole("button", { name: "Begin counting" }).click();
  await expect(page.getByText("2 not counted yet")).toBeVisible();
  await scan(till, MUG);
  await till.setQuantity("Bakery mug", "-1");
  await expect(page.getByText("Fewer than none cannot be there: enter 0 or more.")).toBeVisible();
  await till.setQuantity("Bakery mug", "1.5");
  await till.says("This item is sold in whole units only.");
  await scan(till, CROISSANT);
  await expect(page.getByText("not on this list")).toBeVisible();
  await till.setQuantity("Croissant", "0");
  await expect(page.getByLabel("Quantity of Croissant")).toHaveValue("0");
  await till.setQuantity("Croissant", "12");
  await page.getByRole("radio", { name: "Differences" }).check();
  await page.getByRole("checkbox", { name: /Set the 1 item not counted to 0/ }).check();
  await page.getByRole("button", { name: "Reconcile" }).click();
  await expect(page.locator(".document-top .tag")).toHaveText("Reconciled");
  await till.open("/reports/negative-inventory");
  await expect(page.getByText("Nothing is negative.")).toBeVisible();
  await page.goBack();
  await page.getByRole("button", { name: "Open again" }).click();
  await page.getByRole("button", { name: "Give up this count" }).click();
  await expect(page.locator(".document-top .tag")).toHaveText("Given up");
});
