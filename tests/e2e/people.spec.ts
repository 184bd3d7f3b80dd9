// Who works here, what they may do, who looked where, and what was written down of it. Without a network once paired.
import { expect, test } from "./support/test.ts";

test.use({ withoutNetwork: true });

test("somebody new gets a PIN and signs in; who leaves cannot; one owner stays", async ({ till }) => {
  const { page } = till;
  await till.open("/settings");
  await page.getByRole("link", { name: "Who works here" }).click();
  await page.getByRole("link", { name: "Somebody new" }).click();
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByText("Enter a name.")).toBeVisible();
  await page.getByLabel("Name").fill("Nora Nash");
  await page.getByLabel("PIN", { exact: true }).fill("12a4");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByText("Enter 4 to 8 digits.")).toBeVisible();
  await page.getByLabel("PIN", { exact: true }).fill("5555");
  await page.getByLabel("The same PIN again").fill("5556");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByText("This is not the same PIN.")).toBeVisible();
  await page.getByLabel("The same PIN again").fill("5555");
  await page.getByRole("radio", { name: "Manager" }).check();
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByRole("link", { name: /Nora Nash.*Manager/ })).toBeVisible();

  await page.getByRole("link", { name: /Olive Owen/ }).click();
  await page.getByRole("button", { name: "Does not work here any more" }).click();
  await expect(page.getByText("One owner has to stay who can sign in.")).toBeVisible();
  await page.getByRole("radio", { name: "Cashier" }).check();
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByText("One owner has to stay who can sign in.")).toBeVisible();
  await till.open("/settings/people");
  await page.getByRole("link", { name: /Sam Singh/ }).click();
  await page.getByRole("button", { name: "Does not work here any more" }).click();
  await expect(page.getByRole("link", { name: /Sam Singh.*Left/ })).toBeVisible();

  await till.signOut();
  await expect(page.getByRole("button", { name: "Sam Singh" })).toHaveCount(0);
  await till.signIn("Nora Nash", "5555");
  await till.open("/settings/people");
  await expect(page.getByText("Only an owner can change this.")).toBeVisible();
  await expect(page.getByRole("link", { name: "Somebody new" })).toHaveCount(0);
});

test("rights decide at once, and everything is on the audit list", async ({ take }) => {
  const till = await take("front", { startsOffline: true });
  const { page } = till;
  await till.open("/settings/rights");
  const cashier = page.getByRole("region", { name: "Cashier" });
  await cashier.getByLabel("sell, send or return more than there is").selectOption("No");
  await till.says("Saved");
  await cashier.getByLabel("see costs").selectOption("Yes");
  await expect(cashier.getByLabel("see costs").getByRole("option")).toHaveText(["Yes", "No"]);
  // Each change has a way back of its own.
  await expect(page.getByRole("button", { name: "Undo" })).toHaveCount(2);
  await page.getByRole("button", { name: "Undo" }).last().click();
  await expect(cashier.getByLabel("see costs")).toHaveValue("1");

  await till.signInAs("Chris Cole", "3333");
  await till.open("/sell");
  await till.add("Bakery mug");
  await till.setQuantity("Bakery mug", "3");
  await page.getByRole("button", { name: "Charge" }).click();
  await page.getByRole("button", { name: "Exact cash" }).click();
  await expect(page.getByText("More than there is. Your role may not do this.")).toBeVisible();

  await till.signInAs();
  await till.open("/settings/rights");
  await cashier.getByLabel("sell, send or return more than there is").selectOption("With a colleague’s PIN");
  await till.says("Saved");

  // The cart outlives who is signed in.
  await till.signInAs("Chris Cole", "3333");
  await till.open("/sell");
  await expect(page.getByLabel("Quantity of Bakery mug")).toHaveValue("3");
  await page.getByRole("button", { name: "Charge" }).click();
  await page.getByRole("button", { name: "Exact cash" }).click();
  const ask = page.getByRole("dialog", { name: "Ask a colleague" });
  await ask.getByRole("button", { name: "Maya Miller" }).click();
  await page.keyboard.type("2222");
  await ask.getByRole("button", { name: "Approve" }).click();
  await expect(page.getByRole("status").filter({ hasText: "Recorded" })).toBeVisible();
  await till.open("/settings/audit");
  await expect(page.getByText("Your role may not do this.")).toBeVisible();

  await till.signInAs();
  await till.load("/settings/audit");
  const rows = page.getByRole("list", { name: "Audit list" }).getByRole("link");
  await expect(rows.nth(0)).toContainText("Maya Miller approved: Sale");
  await expect(rows.nth(0)).toContainText("Chris Cole");
  await expect(rows.nth(1)).toContainText("Cashier, sell, send or return more than there is: No → With a colleague’s PIN");
  await expect(rows.nth(2)).toContainText("Cashier, see costs: Yes → No");
  await rows.nth(0).click();
  await expect(page.locator(".facts").getByText("Maya Miller")).toBeVisible();
});

test("who may not see costs receives without seeing one, and is asked for what nobody knows", async ({ till }) => {
  const { page } = till;
  await till.signInAs("Chris Cole", "3333");
  await till.open("/receive");
  await till.add("Bakery mug");
  await till.add("Salted butter 250 g");
  await expect(page.getByLabel("Quantity of Bakery mug")).toBeVisible();
  await expect(page.getByLabel("Unit cost of Bakery mug")).toHaveCount(0);
  await page.getByLabel("Unit cost of Salted butter 250 g").fill("1.45");
  await page.getByRole("button", { name: "Record delivery" }).click();
  await till.says("Recorded: 2 received");
});

test("another shop is looked at, and the till stays where it is", async ({ till }) => {
  const { page } = till;
  await till.open("/items");
  const mug = page.getByRole("list", { name: "Items" }).getByRole("button", { name: /Bakery mug/ });
  await expect(mug).toContainText("2 on hand");
  await page.getByLabel("Shop to look at").selectOption("Station");
  await expect(mug).toContainText("1 on hand");
  await expect(page.getByText("You are looking at Station. What is entered here is recorded for High Street.")).toBeVisible();
  await page.getByRole("link", { name: "Sell" }).click();
  await expect(mug).toContainText("2 on hand");
  await page.getByRole("button", { name: "Back to High Street" }).click();
  await expect(page.getByText("You are looking at")).toHaveCount(0);
});
