// The registers of a business, as its owner sees them, and who got in; and what a count had already when it arrived.
import type { Page } from "@playwright/test";
import { OWNER } from "./support/device.ts";
import { look } from "./support/look.ts";
import { expect, test } from "./support/test.ts";

const MUG = { code: "5019912950285", id: "00000000-0000-0000-0000-00000000000c" };

/** The owner types their password where it is asked for. */
async function signInAsOwner(page: Page, password = OWNER.password) {
  const offer = page.locator(".owner-sign-in");
  if ((await offer.getAttribute("open")) === null) await offer.locator("summary").click();
  await offer.getByLabel("Owner’s e-mail").fill(OWNER.email);
  await offer.getByLabel("Password").fill(password);
  await offer.getByRole("button", { name: "Continue" }).click();
}

/** The card of one register. */
const card = (page: Page, name: string) =>
  page.getByRole("list", { name: "Registers" }).getByRole("listitem").filter({ has: page.getByRole("heading", { name }) });

test("an owner sees every register, says which shops one may see, and lets another in", async ({ till, back }) => {
  const { page } = till;
  await back.isOnline();
  await till.open("/settings");
  await page.getByRole("link", { name: "Registers" }).click();
  await expect(card(page, "Front till").getByText("This register")).toBeVisible();
  await expect(card(page, "Back till").getByText(/^Olive Owen signed in since/)).toBeVisible();
  await expect(page.getByRole("button", { name: "Shops" })).toHaveCount(0);
  await signInAsOwner(page);
  await expect(card(page, "Front till").getByRole("button", { name: "Shops" })).toBeVisible();
  await expect(card(page, "Front till").getByRole("button", { name: "End access" })).toHaveCount(0);
  await expect(card(page, "Back till").getByText("May see and record for: High Street, Station")).toBeVisible();

  await card(page, "Back till").getByRole("button", { name: "Shops" }).click();
  const shops = page.getByRole("dialog", { name: "Shops of Back till" });
  await expect(shops.getByLabel("High Street")).toBeDisabled();
  await shops.getByLabel("Station").uncheck();
  await shops.getByRole("button", { name: "Save" }).click();
  await expect(card(page, "Back till").getByText("May see and record for: High Street", { exact: true })).toBeVisible();

  const letIn = page.getByRole("region", { name: "Let another register in" });
  await letIn.getByLabel("Name of this register").fill("Left till");
  await letIn.getByRole("button", { name: "Make a code" }).click();
  await expect(letIn.getByText("The code for Left till")).toBeVisible();
});

test("an owner ends a register's access, sees what is set aside of it, and lets it back in", async ({ till, back }) => {
  const { page } = till;
  await back.network(false);
  await back.open("/settings/rights");
  await back.page.getByRole("region", { name: "Cashier" }).getByLabel("see costs").selectOption("Yes");
  await back.says("Saved");
  await till.open("/settings/registers");
  await signInAsOwner(page);
  await expect(page.getByText("Nothing is set aside.")).toBeVisible();
  await card(page, "Back till").getByRole("button", { name: "End access" }).click();
  const ending = page.getByRole("dialog", { name: "End the access of Back till?" });
  await expect(ending.getByText(/What it has sold and not sent yet still counts; what it changes does not/)).toBeVisible();
  await ending.getByRole("button", { name: "End access" }).click();
  await expect(card(page, "Back till").getByText("Access ended", { exact: true })).toBeVisible();
  await expect(card(page, "Back till").getByRole("button", { name: "Shops" })).toHaveCount(0);

  // It gets no more news; what it changed is taken and set aside.
  back.console.expects(/status of 40[13]/);
  await back.network(true);
  await back.open("/sync");
  const aside = back.page.getByRole("region", { name: "Set aside by the server" });
  await expect(aside.getByRole("heading", { name: "Change to items or settings" })).toBeVisible({ timeout: 30_000 });
  await expect(back.pill()).toHaveText("2 need attention");

  await till.open("/settings/registers");
  await signInAsOwner(page);
  const setAside = page.getByRole("region", { name: "Set aside by the server" });
  await expect(setAside.getByRole("heading", { name: "Change to items or settings" })).toBeVisible();
  await expect(setAside.getByText(/^The access of Back till had ended/)).toBeVisible();
  await card(page, "Back till").getByRole("button", { name: "Let back in" }).click();
  await expect(card(page, "Back till").getByRole("button", { name: "End access" })).toBeVisible();
  // It is told again what others record.
  await back.page.getByRole("button", { name: "Send now" }).click();
  await till.sell("Croissant", "1");
  await expect(back.pill()).toHaveText("1 needs attention", { timeout: 30_000 });
});

test("what an owner sees of the registers fits its screen and can be used by everyone", async ({ till }) => {
  await till.open("/settings/registers");
  await signInAsOwner(till.page);
  await expect(till.page.getByText("Nothing is set aside.")).toBeVisible();
  await look(till.page, "registers-owner", { layouts: true });
});

test("who changed what and who got in are one list, of which either part can be shown alone", async ({ till }) => {
  const { page } = till;
  await till.open("/settings/rights");
  await page.getByRole("region", { name: "Cashier" }).getByLabel("see costs").selectOption("Yes");
  await till.says("Saved");
  await till.isOnline();
  await till.open("/settings/audit");
  const rows = page.getByRole("list", { name: "Audit list" }).getByRole("listitem");
  await expect(rows.first()).toContainText("Cashier, see costs");
  await expect(rows.filter({ hasText: "was paired" })).toHaveCount(0);
  // The wrong password is refused.
  till.console.expects(/status of 401/);
  await signInAsOwner(page, "stale bread");
  await expect(page.getByText("This e-mail address and password do not match.")).toBeVisible();
  await signInAsOwner(page);
  await expect(rows.nth(0)).toContainText("The owner signed in with the password");
  await expect(rows.nth(1)).toContainText("A wrong password was tried");
  await expect(rows.nth(2)).toContainText("Cashier, see costs");
  await expect(rows.filter({ hasText: "Station till was paired" })).toHaveCount(1);
  await look(page, "audit-owner");
  await page.getByRole("radio", { name: "People and settings" }).check();
  await expect(rows.filter({ hasText: /signed in|was paired/ })).toHaveCount(0);
  await expect(rows.first()).toContainText("Cashier, see costs");
  await page.getByRole("radio", { name: "Registers and sign-ins" }).check();
  await expect(rows.first()).toContainText("The owner signed in");
  await expect(rows.filter({ hasText: "see costs" })).toHaveCount(0);
});

test("a sale that arrives after a later count of its item is said to be in that count", async ({ till, take }) => {
  const back = await take("back");
  const { page } = till;
  await till.network(false);
  await till.sell("Bakery mug", "1");
  await back.open("/counts");
  await back.page.getByRole("button", { name: "New count" }).click();
  await back.page.getByRole("button", { name: "Begin counting" }).click();
  await back.page.getByLabel("Find an item or scan a code").fill(MUG.code);
  await back.page.getByLabel("Find an item or scan a code").press("Enter");
  await expect(back.page.getByText("1 item counted")).toBeVisible();
  await back.page.getByRole("radio", { name: "Differences" }).check();
  await back.page.getByRole("button", { name: "Reconcile" }).click();
  await back.says("On hand is set to what was counted.");
  await back.isOnline();
  await till.network(true);
  await till.isOnline();

  await till.open(`/items/${MUG.id}`);
  await expect(page.getByText(/^1 line dated before the count of .* in High Street arrived after it: the count already had it$/)).toBeVisible();
  await expect(page.getByText("Count again if on hand looks wrong.")).toBeVisible();
  await expect(page.getByRole("row", { name: /Sale/ }).getByText("already counted")).toBeVisible();
  await look(page, "item-absorbed", { layouts: true });
  await page.getByRole("row", { name: /Sale/ }).getByRole("link", { name: "Sale" }).click();
  await expect(page.getByText(/^Counted .*, before this had arrived: the count already had it$/)).toBeVisible();
  await look(page, "entry-absorbed");

  await till.sell("Bakery mug", "3");
  await till.open(`/reports/negative-inventory/1/${MUG.id}`);
  await expect(page.getByRole("row", { name: /Sale/ }).filter({ hasText: "the count already had it" })).toHaveCount(1);
});
