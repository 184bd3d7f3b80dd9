// What may go wrong with a device itself, and what its people then see and can do. Selling never stops.
import { Auditor } from "./support/auditor.ts";
import { spoilCopies } from "./support/disk.ts";
import { expect, test } from "./support/test.ts";

test("copies of the server's books that are damaged are fetched again, and the till opens", async ({ till }) => {
  await till.sell("Croissant", "1");
  await till.isOnline();
  expect(await spoilCopies(till.page)).toBeGreaterThan(0);
  await till.load("/items");
  await expect(till.page.getByRole("button", { name: /Croissant.*11 on hand/ })).toBeVisible();
  await till.isOnline();
});

test("with a damaged copy and no network, what can be read is shown and the till sells", async ({ take }) => {
  const till = await take("front", { startsOffline: true });
  expect(await spoilCopies(till.page, 1)).toBeGreaterThan(0);
  await till.network(false);
  await till.load("/sell");
  await till.sell("Croissant", "1");
  await expect(till.page.getByText("Offline · 1 to send")).toBeVisible();
  await till.open("/items");
  await expect(till.page.getByRole("button", { name: /Croissant.*\u22121 on hand/ })).toBeVisible();
  await till.network(true);
  await expect(till.page.getByRole("button", { name: /Croissant.*11 on hand/ })).toBeVisible({ timeout: 60_000 });
});

test("a device whose token is no longer taken sells on, says so in every tab, and is let in again as the same register", async ({ till, server }) => {
  const other = await till.secondTab();
  await other.goto(`${till.origin}/sync`);
  await expect(other.locator(".network-pill")).toHaveText("Online");
  const auditor = await Auditor.of(server.origin);
  // The token that is not taken, and a wrong password.
  till.console.expects(/status of 401/);
  const rows = (await auditor.rows()).length;
  await auditor.takesOver(await till.number(), "Front till");
  // With what it has got from the server so far it may go on for a while.
  await till.load("/sell");
  await till.sell("Bakery mug", "3");
  for (const page of [till.page, other]) {
    await expect(page.locator(".network-pill")).toHaveText("1 needs attention");
  }
  await expect(till.page.getByText("As of now, with every register that is online.")).toBeHidden();

  // In the tab that does not sync.
  const owner = other.getByRole("region", { name: "Pair this device again" });
  await owner.getByLabel("Owner’s e-mail").fill("owner@cornerbakery.example");
  await owner.getByLabel("Password").fill("stale bread");
  await owner.getByRole("button", { name: "Continue" }).click();
  await expect(other.getByText("This e-mail address and password do not match.")).toBeVisible();
  await owner.getByLabel("Password").fill("fresh bread daily");
  await owner.getByRole("button", { name: "Continue" }).click();
  await expect(owner).toBeHidden();
  for (const page of [till.page, other]) {
    await expect(page.locator(".network-pill")).toHaveText("Online");
  }
  expect((await auditor.rows()).length).toBe(rows + 1);
});

test("what went wrong with sync is said until somebody has seen it", async ({ till }) => {
  const { page } = till;
  await till.keep("alerts", [{ at: Date.now(), alert: { EntriesLost: { first: 3, last: 5 } } }]);
  await till.load("/sell");
  await till.pill().click();
  await expect(till.pill()).toHaveText("1 needs attention");
  await expect(page.getByText(/The server lost what this register recorded under the numbers 3 to 5/)).toBeVisible();
  await page.getByRole("button", { name: "I have seen this" }).click();
  await till.isOnline();
  await page.reload();
  await till.isOnline();
  await expect(page.getByText("Something went wrong with sync")).toBeHidden();
});

test("signed out, the pill does not lead away from the place that was asked for", async ({ till }) => {
  const { page } = till;
  await page.getByRole("button", { name: "Sign out" }).click();
  await till.load("/reports/negative-inventory");
  await till.isOnline();
  await till.pill().click();
  await page.getByRole("button", { name: "Olive Owen" }).focus();
  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: "Somebody else" }).focus();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { name: "Who is it?" })).toBeVisible();
  await till.signIn();
  await expect(page.getByRole("heading", { name: "Negative inventory" })).toBeVisible();
});

test("a device that two tabs pair is one register", async ({ unpack }) => {
  const fresh = await unpack();
  const other = await fresh.secondTab();
  await other.goto(fresh.origin);
  await expect(other.getByRole("button", { name: "Try it as a demo till" })).toBeVisible();
  await fresh.pair("Station", "Left till");
  await other.getByRole("button", { name: "Try it as a demo till" }).click();
  await expect(other.getByRole("heading", { name: "Station · Left till" })).toBeVisible();
});
