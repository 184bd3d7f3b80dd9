// What a register has not sent, carried by hand: saved to a file on one, brought in on another, and nothing counts twice.
import { readFileSync } from "node:fs";
import type { Page } from "@playwright/test";
import { Auditor } from "./support/auditor.ts";
import { expect, test } from "./support/test.ts";

/** Presses a button that gives a file, and answers where it is. */
async function saved(page: Page, button: string) {
  const download = page.waitForEvent("download");
  await page.getByRole("button", { name: button }).click();
  return (await download).path();
}

async function bringIn(page: Page, file: string | { name: string; mimeType: string; buffer: Buffer }) {
  await page.getByLabel("The file").setInputFiles(file);
}

test("what a till could not send is saved, brought in elsewhere, and counts once when the till comes back", async ({ server, till, station: other }) => {
  const auditor = await Auditor.of(server.origin);
  await till.sell("Bakery mug", "1");
  await till.isOnline();
  await till.network(false);
  await till.sell("Bakery mug", "2");
  await till.sell("Croissant", "1");
  await till.open("/sync");
  const rows = (await auditor.rows()).length;
  const waiting = till.page.getByRole("region", { name: "Not sent yet" });
  await expect(waiting.getByRole("link", { name: /Sale .*Olive Owen · just now/ })).toHaveCount(2);
  const file = await saved(till.page, "Save what is not sent");
  await expect(till.page.getByText("2 entries saved to a file.")).toBeVisible();
  const text = readFileSync(file, "utf8");
  expect(text).not.toContain("Olive");

  await other.open("/sync");
  // Without a network nothing is brought in, nothing is lost, and it is offered again.
  await bringIn(other.page, file);
  await expect(other.page.getByText(/^Front till, saved .*: 2 entries$/)).toBeVisible();
  await other.network(false);
  await other.page.getByRole("button", { name: "Bring it in" }).click();
  await expect(other.page.getByText(/nothing was brought in yet. Keep the file/)).toBeVisible();
  expect((await auditor.rows()).length).toBe(rows);
  await other.network(true);
  await other.page.getByRole("button", { name: "Bring it in" }).click();
  await expect(other.page.getByText("2 brought in, 0 known already, 0 set aside.")).toBeVisible();
  expect((await auditor.rows()).length).toBe(rows + 2);
  await other.page.getByRole("button", { name: "Another file" }).click();

  // What was changed on its way, and what is no such file, is refused where it is chosen.
  const changed = Buffer.from(text.replace('"first":1', '"first":2'));
  expect(changed.toString()).not.toBe(text);
  await bringIn(other.page, { name: "changed.txt", mimeType: "text/plain", buffer: changed });
  await expect(other.page.getByText("This file was changed or damaged on its way")).toBeVisible();
  await bringIn(other.page, { name: "items.txt", mimeType: "text/plain", buffer: Buffer.from("name,price\n") });
  await expect(other.page.getByText("This is not a file of what a register had not sent.")).toBeVisible();

  await till.network(true);
  await expect(till.pill()).toHaveText("2 need attention", { timeout: 60_000 });
  await till.open("/sync");
  const odd = till.page.getByRole("region", { name: "Needs attention" });
  await expect(odd.getByRole("link", { name: /It was brought in from a file, not sent by its register/ })).toHaveCount(2);
  await odd.getByRole("button", { name: "I have seen this" }).click();
  await till.isOnline();
  await till.sell("Croissant", "1");
  await till.isOnline();
  expect((await auditor.rows()).length).toBe(rows + 3);
});

test("a cashier saves a file and brings none in", async ({ till }) => {
  await till.signInAs("Sam Singh", "4444");
  await till.open("/sync");
  await expect(till.page.getByText("Only a manager or an owner can bring in a file.")).toBeVisible();
  await till.page.getByRole("button", { name: "Save what is not sent" }).click();
  await expect(till.page.getByText("There is nothing to save: everything is sent.")).toBeVisible();
});

test("a server that answers and takes nothing is an alarm, with a report that gives nothing away", async ({ take }) => {
  const till = await take("front", { clock: true });
  const { page } = till;
  const token = await till.token();
  let asked = 0;
  till.console.expects(/status of 502/);
  await page.context().route("**/v1/sync/push", (route) => {
    asked += 1;
    return route.fulfill({ status: 502, body: "<html>proxy</html>" });
  });
  // Minutes that pass at once are none to the server: it answers without waiting for news.
  let news = 0;
  await page.context().route("**/v1/sync/manifest*", async (route) => {
    await route.fulfill({ response: await route.fetch({ url: route.request().url().replace(/wait_ms=\d+/, "wait_ms=0") }) });
    news += 1;
  });
  // What it asked before would be answered when there is news.
  await till.load("/sell");
  await till.sell("Bakery mug", "1");
  await expect(till.pill()).toHaveText(/1/);
  // Three minutes pass. It hears from the server all the while, and never waits for longer than one to send again.
  for (let minute = 0; minute < 3; minute += 1) {
    const before = asked;
    for (const _ of [1, 2]) {
      const heard = news;
      await page.clock.fastForward(30_000);
      await expect.poll(() => news).toBeGreaterThan(heard + 1);
    }
    await expect.poll(() => asked).toBeGreaterThan(before);
  }
  await expect(till.pill()).toHaveText("1 needs attention");
  await till.pill().click();
  await expect(page.getByText(/for more than two minutes it has taken nothing/)).toBeVisible();
  const report = readFileSync(await saved(page, "Save the report"), "utf8");
  const told = JSON.parse(report);
  expect(told.outbox).toMatchObject({ number: 1, unsent: 1, last: 1 });
  expect(told.outbox.oldest_unsent_ms).toBeGreaterThan(110_000);
  expect(told.link).toMatchObject({ this_tab_syncs: true, attention: "not_sending" });
  const pushing = told.link.faults.find((fault: { lane: unknown }) => fault.lane === "push");
  expect(pushing.in_a_row).toBeGreaterThan(2);
  for (const secret of [token, "Olive", "Owen", "Front till", "High Street", "Bakery", "Corner"]) {
    expect(report).not.toContain(secret);
  }
  await page.context().unrouteAll({ behavior: "ignoreErrors" });
  await page.getByRole("button", { name: "Send now" }).click();
  await till.isOnline();
});
