// The till and what a person at it may do wrong: a clear sentence and a way on, and nothing is recorded or lost.
import { expect, test } from "./support/test.ts";

test("scanned, typed and tapped items come together in one cart, wherever the focus is", async ({ till }) => {
  const quantity = till.page.getByRole("textbox", { name: "Quantity of Bakery mug" });
  await till.add("Bakery mug");
  // A scanner types and presses Enter; the tapped tile still has the focus.
  await till.page.keyboard.type("5019912950285");
  await till.page.keyboard.press("Enter");
  await expect(quantity).toHaveValue("2");
  await till.page.getByLabel("Find an item or scan a code").fill("GFT-01");
  await till.page.keyboard.press("Enter");
  await expect(quantity).toHaveValue("3");
  await expect(till.page.getByText("More than there is on hand")).toBeVisible();
  await till.page.getByRole("button", { name: "Reduce to 2" }).click();
  await expect(quantity).toHaveValue("2");
  await expect(till.page.getByText("More than there is on hand")).toBeHidden();
  await till.page.getByLabel("Find an item or scan a code").fill("4006381333931");
  await till.page.keyboard.press("Enter");
  await expect(till.page.getByText("No item has the code or name “4006381333931”. Try a part of its name.")).toBeVisible();
  await expect(quantity).toHaveValue("2");
});

test("quantities and cash that make no sense are refused with a sentence, and the cart stays", async ({ till }) => {
  await till.add("Croissant");
  const alert = till.page.locator(".sell-line-problem");
  for (const [typed, sentence] of [
    ["0", "Enter a quantity above 0 and up to a billion."],
    ["-3", "Enter a quantity above 0 and up to a billion."],
    ["1.5", "This item is sold in whole units only."],
    ["two", "This is not a number."],
    ["99999999999999999999.5", "This number is too large."],
  ] as const) {
    await till.setQuantity("Croissant", typed);
    await expect(alert).toHaveText(sentence);
    await expect(till.page.getByRole("textbox", { name: "Quantity of Croissant" })).toHaveValue("1");
  }
  await till.setQuantity("Croissant", "2");
  await expect(alert).toHaveText("");
  await till.page.getByRole("button", { name: "Charge" }).click();
  for (const [typed, sentence] of [
    ["0", "This is less than the total."],
    ["0.001", "Enter an amount as it can be paid."],
    ["lots", "This is not a number."],
  ] as const) {
    await till.page.getByLabel("Cash received").fill(typed);
    await till.page.getByRole("button", { name: "Take cash" }).click();
    await expect(till.page.getByRole("alert").filter({ hasText: sentence })).toBeVisible();
  }
  await till.page.getByLabel("Cash received").fill("10");
  await till.page.getByRole("button", { name: "Take cash" }).click();
  const receipt = till.page.getByRole("status").filter({ hasText: "Recorded" });
  await expect(receipt).toContainText("£5.80");
  await expect(till.page.getByText("The cart is empty.")).toBeVisible();
});

test("a tap too many sells once, and a code scanned into the wrong field is a scan", async ({ till }) => {
  const { page } = till;
  await till.add("Croissant");
  await page.getByRole("button", { name: "Charge" }).click();
  await page.getByLabel("Cash received").fill("5019912950285");
  await page.keyboard.press("Enter");
  await expect(page.getByText("Recorded")).toBeHidden();
  await page.getByLabel("Cash received").fill("4006381333931");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("alert").filter({ hasText: "The cash is far more than the total: check it." })).toBeVisible();
  await page.getByRole("button", { name: "Back to the cart" }).click();
  await expect(page.getByRole("textbox", { name: "Quantity of Bakery mug" })).toHaveValue("1");
  await page.getByRole("textbox", { name: "Quantity of Croissant" }).fill("5019912950285");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("textbox", { name: "Quantity of Bakery mug" })).toHaveValue("2");
  await expect(page.getByRole("textbox", { name: "Quantity of Croissant" })).toHaveValue("1");
  await page.getByRole("button", { name: "Charge" }).click();
  await page.getByRole("button", { name: "Exact cash" }).dblclick();
  await expect(page.getByText("Recorded")).toBeVisible();
  await expect(page.getByRole("button", { name: /Croissant.*11 on hand/ })).toBeVisible();
  await expect(page.getByRole("button", { name: /Bakery mug.*0 on hand/ })).toBeVisible();

  // Taken out while charging: the next customer's first item does not open the payment.
  await till.add("Bakery mug");
  await page.getByRole("button", { name: "Charge" }).click();
  await page.getByRole("button", { name: "Take it out" }).click();
  await till.add("Croissant");
  await expect(page.getByRole("button", { name: "Charge" })).toBeVisible();
});

test("what is weighed is paid as it is shown, and the receipt adds up", async ({ till }) => {
  const { page } = till;
  await till.add("Cheddar, loose (kg)");
  await till.setQuantity("Cheddar, loose (kg)", "0.257"); // 14.80 a kilo: 3.8036
  await page.getByRole("button", { name: "Charge" }).click();
  await page.getByLabel("Cash received").fill("3.79");
  await page.getByRole("button", { name: "Take cash" }).click();
  await expect(page.locator(".sell-sum strong")).toHaveText("£0.01");
  await page.getByRole("listitem").filter({ hasText: "£3.79" }).getByRole("button", { name: "Remove" }).click();
  await expect(page.locator(".sell-sum strong")).toHaveText("£3.80");
  await page.getByLabel("Cash received").fill("3.80");
  await page.getByRole("button", { name: "Take cash" }).click();
  const receipt = page.getByRole("status").filter({ hasText: "Recorded" });
  await expect(receipt.locator("dd")).toHaveText([/./, "£3.80", "£0.00"]);

  await till.add("Gift wrapping");
  await expect(page.getByText("after this sale")).toBeHidden();
});

test("a scanner that types into a figure adds the item and leaves the figure alone", async ({ till }) => {
  const { page } = till;
  const scan = async (code: string) => {
    await page.keyboard.type(code);
    await page.keyboard.press("Enter");
  };
  await till.add("Croissant");
  const croissants = page.getByRole("textbox", { name: "Quantity of Croissant" });
  await croissants.click();
  await page.keyboard.type("4");
  await expect(croissants, "what is typed takes the place of what was there").toHaveValue("4");
  await scan("5019912950285");
  await expect(croissants).toHaveValue("4");
  await expect(page.getByRole("textbox", { name: "Quantity of Bakery mug" })).toHaveValue("1");
  await croissants.click();
  await scan("96385074");
  await expect(page.getByText("No item has the code 96385074. The figure is as it was.")).toBeVisible();
  await expect(croissants).toHaveValue("4");

  await till.open("/receive");
  await expect(page.getByText("Tap or scan what came in.")).toBeVisible();
  await scan("5019903237579");
  await croissants.click();
  await page.keyboard.type("12");
  await scan("5019912950285");
  await expect(croissants).toHaveValue("12");
  await expect(page.getByLabel("Quantity of Bakery mug")).toHaveValue("1");
  await page.getByLabel("Unit cost of Croissant").click();
  await scan("5019912950285");
  await expect(page.getByLabel("Unit cost of Croissant")).toHaveValue("0.62");
  await expect(page.getByLabel("Quantity of Bakery mug")).toHaveValue("2");
  await page.getByLabel("Quantity of Bakery mug").click();
  await scan("96385074");
  await expect(page.getByText("No item has the code 96385074. The figure is as it was.")).toBeVisible();
  await page.getByRole("button", { name: "Record delivery" }).click();
  await expect(page.getByText("Recorded: 14 received")).toBeVisible();
});

test("a delivery that was recorded from the report is not offered a second time", async ({ till }) => {
  const { page } = till;
  await till.sell("Bakery mug", "3");
  await page.getByRole("navigation", { name: "Places" }).getByRole("link", { name: /Negative/ }).click();
  await page.getByRole("link", { name: /^Bakery mug/ }).first().click();
  await page.getByRole("link", { name: "A delivery was never entered" }).click();
  const mugs = page.getByLabel("Quantity of Bakery mug");
  await expect(mugs).toHaveValue("1");
  await page.getByRole("button", { name: "Sign out" }).click();
  await till.signIn();
  await expect(mugs, "not recorded yet").toHaveValue("1");
  await page.getByRole("button", { name: "Record delivery" }).click();
  await expect(page.getByText("Recorded: 1 received")).toBeVisible();
  await expect(page).toHaveURL(`${till.origin}/receive`);
  await page.getByRole("button", { name: "Sign out" }).click();
  await till.signIn();
  await expect(page.getByText("Tap or scan what came in.")).toBeVisible();
  await page.goBack();
  await expect(page.getByText("Bakery mug is not negative any more")).toBeVisible();
});

test("a delivery with a figure that makes no sense is refused with a sentence, and stays", async ({ till }) => {
  await till.open("/receive");
  await till.add("Croissant");
  await till.add("Croissant");
  await expect(till.page.getByLabel("Quantity of Croissant")).toHaveValue("2");
  const alert = till.page.getByRole("alert");
  for (const [quantity, cost, sentence] of [
    ["0", "1", "Quantity: Enter a quantity above 0 and up to a billion."],
    ["many", "1", "Quantity: This is not a number."],
    ["1.5", "1", "Quantity: This item is sold in whole units only."],
    ["2", "1.23456", "Unit cost: At most 4 digits after the point."],
    ["2", "", "Unit cost: Enter what one cost you, or 0."],
  ] as const) {
    await till.page.getByLabel("Quantity of Croissant").fill(quantity);
    await till.page.getByLabel("Unit cost of Croissant").fill(cost);
    await till.page.getByRole("button", { name: "Record delivery" }).click();
    await expect(alert).toHaveText(sentence);
  }
  await till.page.getByLabel("Unit cost of Croissant").fill("0,62");
  await till.page.getByRole("button", { name: "Record delivery" }).click();
  await expect(till.page.getByText("Recorded: 2 received")).toBeVisible();
});

test("switching the module off takes effect at the next sign-in", async ({ till }) => {
  await till.open("/settings/modules/negative-inventory");
  await till.page.getByRole("switch", { name: "Negative inventory" }).click();
  await till.page.getByRole("button", { name: "Save changes" }).click();
  await expect(till.page.getByText("Each employee works with it from their next sign-in.")).toBeVisible();
  await expect(till.page.getByText(/Olive Owen switched it off/)).toBeVisible();

  // Signed in before: what is missing stays missing.
  await till.sell("Bakery mug", "3");
  await till.open("/reports/negative-inventory");
  await expect(till.page.getByText("\u22121 on hand, all of it shown")).toBeVisible();

  await till.page.getByRole("button", { name: "Sign out" }).click();
  await till.signIn();
  await till.sell("Birthday cake", "2");
  await till.open("/items");
  await expect(till.page.getByRole("button", { name: /Birthday cake.*0 on hand/ })).toBeVisible();
  await expect(till.page.getByRole("button", { name: /Bakery mug.*\u22121 on hand/ })).toBeVisible();
});

test("a cashier cannot switch the module", async ({ till }) => {
  await till.signInAs("Chris Cole", "3333");
  await till.open("/settings/modules/negative-inventory");
  await expect(till.page.getByRole("switch", { name: "Negative inventory" })).toBeDisabled();
  await expect(till.page.getByText("Only somebody who may change settings can change this.")).toBeVisible();
});

test("two tabs of one tablet show the same shop", async ({ till }) => {
  const other = await till.secondTab();
  await other.goto(`${till.origin}/items`);
  await expect(other.getByRole("button", { name: /Croissant.*12 on hand/ })).toBeVisible();
  await expect(other.locator(".network-pill")).toHaveText("Online");
  await till.sell("Croissant", "5");
  await expect(other.getByRole("button", { name: /Croissant.*7 on hand/ })).toBeVisible();

  // Each serves a customer of its own, and neither takes the other's cart.
  await till.add("Croissant");
  await other.goto(`${till.origin}/sell`);
  await expect(other.getByText("The cart is empty.")).toBeVisible();
  await other.getByRole("button", { name: /Croissant/ }).click();
  await other.getByRole("button", { name: "Charge" }).click();
  await other.getByRole("button", { name: "Exact cash" }).click();
  await expect(other.getByText("Recorded")).toBeVisible();
  await till.charge();
  await expect(other.getByRole("button", { name: /Croissant.*5 on hand/ })).toBeVisible();
  await expect(till.page.getByRole("button", { name: /Croissant.*5 on hand/ })).toBeVisible();

  // The cart of a tab that is closed is not lost.
  await till.add("Croissant");
  await till.page.close();
  await expect(other.getByRole("textbox", { name: "Quantity of Croissant" })).toHaveValue("1");
});

test("the demo is one tap and a PIN away", async ({ unpack }) => {
  const till = await unpack();
  await till.page.getByRole("button", { name: "Try it as a demo till" }).click();
  await expect(till.page.getByRole("heading", { name: "High Street · Demo till" })).toBeVisible();
  await till.signIn();
  await expect(till.page.getByRole("button", { name: /Bakery mug.*2 on hand/ })).toBeVisible();
});

test("a device that cannot be paired says why", async ({ unpack }) => {
  const till = await unpack();
  const { page } = till;
  await page.getByLabel("Owner’s e-mail").fill("owner@cornerbakery.example");
  await page.getByLabel("Password").fill("stale bread");
  till.console.expects(/status of 401/);
  await page.getByRole("button", { name: "Continue" }).click();
  await expect(page.getByRole("alert")).toContainText(/password/i);
  await till.network(false);
  await page.getByRole("button", { name: "Continue" }).click();
  await expect(page.getByRole("alert")).toContainText("The server cannot be reached. Check the network and try again.");
});

test("Ctrl-C and a service manager stop the server cleanly", async ({ server }) => {
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    expect(await server.stop(signal)).toBe(0);
    await server.start();
  }
});

test("a sale is discounted, noted, and paid partly by card", async ({ till }) => {
  const { page } = till;
  await till.add("Bakery mug");
  await till.add("Croissant");
  await page.getByRole("button", { name: "Discount on Bakery mug" }).click();
  const sheet = page.getByRole("dialog", { name: "Discount on Bakery mug" });
  await sheet.getByLabel("Discount", { exact: true }).fill("101");
  await sheet.getByRole("button", { name: "Take off" }).click();
  await expect(sheet.getByText("Enter more than 0 and at most 100 %, with two decimals at most.")).toBeVisible();
  await sheet.getByLabel("Discount", { exact: true }).fill("");
  for (const key of ["1", "0"]) await sheet.getByRole("button", { name: key, exact: true }).click();
  await sheet.getByRole("button", { name: "Take off" }).click();
  await expect(sheet).toBeHidden();
  await page.getByRole("button", { name: "Discount on all" }).click();
  const all = page.getByRole("dialog", { name: "Discount on all" });
  await all.getByRole("radio", { name: "£" }).check();
  await all.getByLabel("Discount", { exact: true }).fill("1,65");
  await all.getByRole("button", { name: "Take off" }).click();
  // 9.50 less 0.95, and 2.10, less 1.65.
  await expect(page.locator(".sell-sum strong")).toHaveText("£9.00");
  await page.getByRole("button", { name: "Note" }).click();
  await page.getByLabel("Note on this sale").fill("Gift for the neighbours");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByText("Gift for the neighbours")).toBeVisible();
  await page.getByRole("button", { name: "Charge" }).click();
  await page.getByLabel("Cash received").fill("4");
  await page.getByRole("button", { name: "Take cash" }).click();
  await expect(page.locator(".sell-sum strong")).toHaveText("£5.00");
  await page.getByLabel("Cash received").fill("9.01");
  await page.getByRole("button", { name: "Card" }).click();
  await expect(page.getByRole("alert").filter({ hasText: "This is more than the total: a card gives no change." })).toBeVisible();
  await page.getByLabel("Cash received").fill("");
  await page.getByRole("button", { name: "Card" }).click();
  const receipt = page.getByRole("status").filter({ hasText: "Recorded" });
  await expect(receipt.locator("dd")).toHaveText([/./, "£9.00", "£0.00"]);
});

test("a device shows the page as somebody chose, also after it was closed", async ({ till }) => {
  const { page } = till;
  await till.open("/settings");
  await page.getByRole("radio", { name: "Dark" }).check();
  await page.getByRole("radio", { name: "High contrast" }).check();
  await page.reload();
  await expect(page.getByRole("radio", { name: "Dark" })).toBeChecked();
  const shown = await page.evaluate(() => [document.documentElement.dataset.theme, document.documentElement.dataset.contrast]);
  expect(shown).toEqual(["dark", "high"]);
});
