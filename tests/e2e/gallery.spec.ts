// Every widget, in every state, by role and by keyboard; at every size, in both colours and with high contrast.
import type { Page } from "@playwright/test";
import { look } from "./support/look.ts";
import { expect, test as base } from "./support/test.ts";

/** The gallery, in a page of a till that belongs to nobody. */
const test = base.extend<{ gallery: Page }>({
  gallery: async ({ unpack }, use) => {
    const device = await unpack();
    await device.load("/gallery");
    await expect(device.page.getByRole("heading", { name: "Widgets" })).toBeVisible();
    await use(device.page);
  },
});

const section = (page: Page, name: string) => page.getByRole("region", { name, exact: true });

test("the gallery can be used by everyone, in every colour", async ({ gallery: page }) => {
  await look(page, "gallery", { layouts: true });
  await page.getByRole("radio", { name: "High" }).check();
  await look(page, "gallery-contrast", { layouts: true });
});

test("a button is pressed by Enter and by Space, unless it is disabled or busy", async ({ gallery: page }) => {
  const buttons = section(page, "Buttons");
  const pressed = buttons.getByRole("status", { name: "Pressed" });
  await buttons.getByRole("button", { name: "Primary" }).focus();
  await page.keyboard.press("Enter");
  await page.keyboard.press("Space");
  await expect(pressed).toHaveText("2");
  await page.keyboard.press("Tab");
  await expect(buttons.getByRole("button", { name: "Quiet" })).toBeFocused();
  await expect(buttons.getByRole("button", { name: "Disabled" })).toBeDisabled();
  const busy = buttons.getByRole("button", { name: "Busy" });
  await expect(busy).toBeDisabled();
  await expect(busy).toHaveAttribute("aria-busy", "true");
});

test("the pill says how it stands, and leads somewhere only where it should", async ({ gallery: page }) => {
  const buttons = section(page, "Buttons");
  for (const text of ["Online", "Sending 3", "Offline", "Offline · 12 to send"]) await expect(buttons.getByText(text, { exact: true })).toBeVisible();
  await expect(buttons.getByRole("link", { name: "2 need attention" })).toBeVisible();
});

test("help has a name that says about what, and is large enough to press", async ({ gallery: page }) => {
  const help = section(page, "Buttons").getByRole("link", { name: "Help: What it costs" });
  await expect(help).toHaveAttribute("href", "/help/costs");
  const box = await help.boundingBox();
  expect(Math.min(box?.width ?? 0, box?.height ?? 0)).toBeGreaterThanOrEqual(48);
});

test("a field says at the field what is wrong", async ({ gallery: page }) => {
  const fields = section(page, "Fields");
  const name = fields.getByLabel("Name");
  await name.fill("");
  await expect(fields.getByText("Enter a name.")).toBeVisible();
  await name.pressSequentially("Cup");
  await expect(fields.getByText("Enter a name.")).toBeHidden();
  await expect(fields.getByLabel("Locked")).toBeDisabled();
  const price = fields.getByLabel("Price");
  await price.fill("9,50");
  await expect(fields.getByText("Enter an amount.")).toBeHidden();
  await price.fill("nine");
  await expect(fields.getByText("Enter an amount.")).toBeVisible();
  await fields.getByRole("searchbox", { name: "Search" }).pressSequentially("mug");
  await expect(fields.getByRole("status", { name: "Searched" })).toHaveText("mug");
});

test("a quantity is stepped and typed, and a figure below zero is marked", async ({ gallery: page }) => {
  const figures = section(page, "Figures");
  const field = figures.getByLabel("Quantity of mugs");
  await figures.getByRole("button", { name: "One mugs more" }).click();
  await expect(field).toHaveValue("2");
  await figures.getByRole("button", { name: "One mugs less" }).press("Enter");
  await expect(field).toHaveValue("1");
  await field.fill("2,5");
  await field.press("Tab");
  await expect(field).toHaveValue("2.5");
  await field.fill("many");
  await field.press("Tab");
  await expect(field).toHaveValue("2.5");
  await expect(figures.getByLabel("Quantity of nothing")).toBeDisabled();
  await expect(figures.locator(".figure[data-negative=true]")).toHaveText("−3");
});

test("the number pad writes, takes one decimal mark and goes back", async ({ gallery: page }) => {
  const figures = section(page, "Figures");
  const pad = figures.getByRole("group", { name: "Amount" });
  for (const key of ["1", "2", "Decimal mark", "Decimal mark", "5", "0"]) await pad.getByRole("button", { name: key, exact: true }).click();
  await expect(figures.getByRole("status", { name: "Typed" })).toHaveText("12.50");
  await pad.getByRole("button", { name: "Delete last digit" }).press("Enter");
  await expect(figures.getByRole("status", { name: "Typed" })).toHaveText("12.5");
  await expect(figures.getByRole("group", { name: "Closed pad" }).getByRole("button", { name: "7" })).toBeDisabled();
});

test("of several chips one holds, and arrow keys go through them", async ({ gallery: page }) => {
  const chips = section(page, "Chips");
  const group = chips.getByRole("radiogroup", { name: "How many" });
  await expect(group.getByRole("radio", { name: "One" })).toBeChecked();
  await group.getByRole("radio", { name: "One" }).focus();
  await page.keyboard.press("ArrowRight");
  await expect(group.getByRole("radio", { name: "Two" })).toBeChecked();
  await expect(chips.getByRole("radiogroup", { name: "Closed" }).getByRole("radio", { name: "One" })).toBeDisabled();
  const toggle = chips.getByRole("button", { name: "On or off" });
  await toggle.press("Space");
  await expect(toggle).toHaveAttribute("aria-pressed", "true");
  await expect(chips.getByRole("button", { name: "Disabled chip" })).toBeDisabled();
});

test("a dialog keeps the focus, Escape closes it, and the focus goes back", async ({ gallery: page }) => {
  const dialogs = section(page, "Dialogs");
  const open = dialogs.getByRole("button", { name: "Open dialog" });
  await open.press("Enter");
  const dialog = page.getByRole("dialog", { name: "A question" });
  await expect(dialog).toBeVisible();
  for (let step = 0; step < 4; step++) {
    await page.keyboard.press("Tab");
    const isOutside = await page.evaluate(() => document.activeElement !== document.body && document.activeElement?.closest("dialog") === null);
    expect(isOutside).toBe(false);
  }
  await page.keyboard.press("Escape");
  await expect(dialog).toBeHidden();
  await expect(open).toBeFocused();
  await dialogs.getByRole("button", { name: "Open sheet" }).click();
  const sheet = page.getByRole("dialog", { name: "More" });
  await sheet.getByLabel("Inside").fill("x");
  await sheet.getByRole("button", { name: "Close" }).click();
  await expect(sheet).toBeHidden();
  await open.click();
  await page.mouse.click(5, 5);
  await expect(dialog).toBeHidden();
});

test("a toast says what was done and offers a way back once", async ({ gallery: page }) => {
  const dialogs = section(page, "Dialogs");
  await dialogs.getByRole("button", { name: "Say it", exact: true }).click();
  const toasts = page.locator(".toasts");
  await expect(toasts).toHaveText("Saved");
  await expect(toasts).toHaveAttribute("role", "status");
  await dialogs.getByRole("button", { name: "Say it with undo" }).click();
  await toasts.getByRole("button", { name: "Undo" }).press("Enter");
  await expect(dialogs.getByRole("status", { name: "Undone" })).toHaveText("1");
  await expect(toasts.getByText("Removed")).toBeHidden();
});

test("what is loading, empty or failed says so, and can be tried again", async ({ gallery: page }) => {
  const states = section(page, "States");
  await expect(states.getByRole("status", { name: "Loading" })).toBeVisible();
  await expect(states.getByText("Nothing here yet.")).toBeVisible();
  await states.getByRole("button", { name: "Try again" }).press("Enter");
  await expect(states.getByRole("status", { name: "Tries" })).toHaveText("1");
  await expect(states.getByRole("alert").filter({ hasText: "Warning notice" })).toBeVisible();
  await expect(section(page, "Cards").getByRole("article").filter({ hasText: "Bakery mug" }).getByRole("button", { name: "Receive" })).toBeVisible();
});

test("what comes above a button that is pressed waits for the press", async ({ gallery: page }) => {
  const states = section(page, "States");
  const button = states.getByRole("button", { name: "Press below a band" });
  const band = states.getByRole("alert").filter({ hasText: "A band" });
  await button.hover();
  await page.mouse.down();
  await expect(states.getByRole("status", { name: "Wanted" })).toHaveText("true");
  await expect(band).toBeHidden();
  await page.mouse.up();
  await expect(states.getByRole("status", { name: "Presses" })).toHaveText("1");
  await expect(band).toBeVisible();
});

test("a list offers its choices, and a row leads where it says", async ({ gallery: page }) => {
  const lists = section(page, "Lists");
  const size = lists.getByRole("combobox", { name: "Size" });
  await expect(size.locator("option:checked")).toHaveText("Middle");
  await size.focus();
  await page.keyboard.type("Lar");
  await expect(lists.getByRole("status", { name: "Chosen" })).toHaveText("3");
  await expect(lists.getByRole("alert")).toHaveText("Choose one.");
  await expect(lists.getByRole("listitem")).toHaveCount(3);
  const row = lists.getByRole("link", { name: /Order 1-1-1.*Harbour Wholesale.*Ordered.*2 items/ });
  await row.press("Enter");
  await expect(page).toHaveURL(/#row$/);
});

test("a million rows are gone through by wheel, by key and to the end", async ({ gallery: page }) => {
  const tables = section(page, "Tables");
  const area = tables.getByRole("region", { name: "Adjustments" });
  const table = tables.getByRole("table");
  await expect(table).toHaveAttribute("aria-rowcount", "1000001");
  await expect(table.getByRole("row").nth(1)).toContainText("Adjustment 1Bakery mug");
  expect(await table.getByRole("row").count()).toBeLessThan(40);
  await area.focus();
  await page.keyboard.press("End");
  await expect(table.getByText("Adjustment 1,000,000", { exact: true })).toBeVisible();
  await page.keyboard.press("Home");
  await expect(table.getByText("Adjustment 1", { exact: true })).toBeVisible();
  await area.hover();
  await page.mouse.wheel(0, 480);
  await expect(table.getByText("Adjustment 11", { exact: true })).toBeVisible();
  await expect(table.getByText("Adjustment 1", { exact: true })).toBeHidden();
  await tables.getByRole("button", { name: "Seven rows" }).click();
  await expect(table.getByText("Adjustment 7", { exact: true })).toBeVisible();
  await tables.getByRole("button", { name: "No rows" }).click();
  await expect(tables.getByText("Nothing matches.")).toBeVisible();
});
