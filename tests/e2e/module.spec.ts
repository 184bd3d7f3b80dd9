// The module: one switch, two tablets in different modes, who still works as it was before, and what a device tells when it is opened.
import { Auditor } from "./support/auditor.ts";
import { TABLET } from "./support/browser.ts";
import type { Device } from "./support/device.ts";
import { readReport } from "./support/report.ts";
import { expect, test } from "./support/test.ts";

async function switchModule(device: Device) {
  await device.open("/settings/modules/negative-inventory");
  await device.page.getByRole("switch", { name: "Negative inventory" }).click();
  await device.page.getByRole("button", { name: "Save changes" }).click();
  await expect(device.page.getByText("Each employee works with it from their next sign-in.")).toBeVisible();
}

test("two tablets in different modes: one still adds by itself, the next goes below zero (vector 26)", async ({ server, take }) => {
  const auditor = await Auditor.of(server.origin);
  const office = await take("phone", { settings: TABLET });
  await office.signInAs("Olive Owen", "1111");
  await switchModule(office);
  await office.isUpToDate(auditor);
  const before = await take("front");
  await before.isUpToDate(auditor);
  await before.signInAs("Chris Cole", "3333");
  await expect(before.page.getByRole("navigation", { name: "Places" })).toBeVisible();
  await switchModule(office);

  // Who signed in before is named to whoever switched it, and works on as before.
  const old = office.page.getByRole("region", { name: "Still signed in as it was before" });
  await expect(old.getByText(/Olive Owen on this device/)).toBeHidden();
  await expect(old.getByText(/Chris Cole on Front till/)).toBeVisible();
  await office.isUpToDate(auditor);
  const after = await take("back");
  await after.isUpToDate(auditor);
  await after.signInAs("Sam Singh", "4444");

  // The cake is there once; both sell it beyond that, with no network.
  await before.sell("Birthday cake", "1");
  await before.isOnline();
  await after.open("/items");
  await expect(after.page.getByRole("button", { name: /Birthday cake.*0 on hand/ })).toBeVisible();
  await before.network(false);
  await after.network(false);
  await before.sell("Birthday cake", "1");
  await after.sell("Birthday cake", "1");
  await before.network(true);
  await after.network(true);

  await office.open("/reports/negative-inventory");
  await expect(office.page.getByText("\u22121 on hand, all of it shown")).toBeVisible();
  const rows = await readReport(office.page);
  expect(rows.map((row) => [row.item, row.on_hand, row.short, row.open])).toEqual([["Birthday cake", "-1", "1", "1"]]);
  await office.open("/reports/inventory-changes");
  await office.page.getByLabel("Automated only").check();
  await expect(office.page.getByText("1 added automatically")).toHaveCount(1);

  // Signed out and in again, nobody is left on the old mode.
  await before.signInAs("Chris Cole", "3333");
  await office.open("/settings/modules/negative-inventory");
  await expect(office.page.getByText("Nobody is signed in as it was before, as far as is known.")).toBeVisible();
});

test("cost control is saved with the switch, recorded, and holds for the next shortage", async ({ till }) => {
  const { page } = till;
  await till.open("/receive");
  await till.add("Bakery mug");
  await page.getByLabel("Unit cost of Bakery mug").fill("7");
  await page.getByRole("button", { name: "Record delivery" }).click();
  await expect(page.getByText("Recorded: 1 received")).toBeVisible();
  await till.open("/settings/modules/negative-inventory");
  const save = page.getByRole("button", { name: "Save changes" });
  await expect(save).toBeDisabled();
  await page.getByRole("radio", { name: /^What the last one that left had cost first/ }).check();
  await save.click();
  await expect(page.getByText(/Olive Owen put the last recorded cost first/)).toBeVisible();
  await till.sell("Bakery mug", "5");
  await till.open("/reports/negative-inventory");
  await expect(page.locator("[data-cell=unit-cost]")).toHaveText("£7.00");
  await page.getByRole("link", { name: /^Bakery mug/ }).first().click();
  await expect(page.getByText(/what the last one that left had cost\./)).toBeVisible();
});

test("switched off with negatives left, they are listed as work to do, and the report's address says why it is not there", async ({ till }) => {
  const { page } = till;
  await till.sell("Bakery mug", "3");
  await switchModule(till);
  await expect(page.getByRole("alert").filter({ hasText: "Some items are still negative" })).toBeVisible();
  await page.getByRole("link", { name: /Bakery mug/ }).click();
  await expect(page.getByText(/^It may still go below zero until you sign out/)).toBeVisible();
  await page.getByRole("button", { name: "Sign out" }).click();
  await till.signIn();
  await till.open("/reports/negative-inventory");
  const off = page.getByRole("heading", { name: "The report is switched off" });
  await expect(off).toBeVisible();
  await page.getByRole("link", { name: "See what was added" }).click();
  await expect(page.getByLabel("Automated only")).toBeChecked();
  for (const view of ["episodes", "cured", "trend"]) {
    await till.open(`/reports/negative-inventory/${view}`);
    await expect(off).toBeVisible();
    await expect(page.getByRole("navigation", { name: "Views" })).toHaveCount(0);
  }
  await page.getByRole("link", { name: /Bakery mug/ }).click();
  await page.getByRole("button", { name: "Count it" }).click();
  await page.getByLabel("On the shelf now").fill("0");
  await page.getByRole("button", { name: "Record" }).click();
  await expect(page.getByText("Bakery mug is not negative any more")).toBeVisible();
});

test("a manager who opens the app reads what changed, and on the schedule they chose", async ({ take }) => {
  const phone = await take("phone", { startsOffline: true });
  const { page } = phone;
  const digest = page.getByRole("region", { name: "Since the last look" });
  await expect(digest).toBeHidden();
  await phone.sell("Bakery mug", "3");
  await phone.network(false);
  await phone.load("/sell");
  await expect(digest).toContainText(": 1 new.");
  await digest.getByRole("button", { name: "Got it" }).click();
  await expect(digest).toBeHidden();
  await phone.load("/sell");
  await expect(page.getByRole("navigation", { name: "Places" })).toBeVisible();
  await expect(digest).toBeHidden();

  // A week later, by the kept record: weekly is due, thirty days is not, never is never.
  const seen_at = Date.now() - 8 * 86_400_000;
  for (const [every, shown] of [["Week", true], ["Month", false], ["Never", false]] as const) {
    await phone.keep("digest", { every, older_than_days: 7, seen_at });
    await phone.load("/sell");
    await expect(page.getByRole("navigation", { name: "Places" })).toBeVisible();
    if (shown) await expect(digest).toContainText("1 new");
    else await expect(digest).toBeHidden();
  }
  await phone.open("/settings/modules/negative-inventory");
  await page.getByRole("radio", { name: "Every 30 days" }).check();
  await page.getByLabel("Count as old after, in days").fill("30");
  await page.getByLabel("Count as old after, in days").press("Tab");
  await phone.load("/settings/modules/negative-inventory");
  await expect(page.getByRole("radio", { name: "Every 30 days" })).toBeChecked();
  await expect(page.getByLabel("Count as old after, in days")).toHaveValue("30");
});

test("a register that has fallen silent is named in the report, with what it had not sent", async ({ take }) => {
  const phone = await take("phone", { startsOffline: true });
  const { page } = phone;
  const own = await phone.number();
  await phone.sell("Bakery mug", "3");
  await phone.network(false);
  const at = Date.now();
  const standing = { unsent: 41, oldest_unsent: at - 10_800_000, session: null };
  await phone.keep("devices", {
    at,
    seen: [
      { device: own, seen: at - 10_800_000, standing },
      { device: own + 7, seen: at - 10_800_000, standing },
    ],
  });
  await phone.load("/reports/negative-inventory");
  await expect(page.getByText(`Register ${own + 7} was last heard of 3 h ago, with 41 entries not sent then.`)).toBeVisible();
  await expect(page.getByText(/Maya’s phone was last heard/)).toBeHidden();
});
