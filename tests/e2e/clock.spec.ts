// A till whose clock is wrong: it says so before anything is recorded, nothing it records keeps stock from moving, and a manager sees it.
import { expect, test } from "./support/test.ts";

const HOUR_MS = 60 * 60 * 1_000;

test("a clock that is hours ahead is asked about, said on every screen, and seen by a manager", async ({ take, phone }) => {
  const till = await take("front", { clock: true });
  await till.page.clock.setSystemTime(Date.now() + 5 * HOUR_MS);
  await till.load("/sell");
  const question = till.page.getByRole("dialog", { name: "This device’s clock is 5 hours ahead" });
  await expect(question).toContainText("Record with this clock all the same?");
  await question.getByRole("button", { name: "Record with this clock" }).click();
  await expect(till.page.getByText("This device’s clock is 5 hours ahead").first()).toBeVisible();
  const receipt = await till.sell("Bakery mug", "1");
  await till.load("/sync");
  const odd = till.page.getByRole("region", { name: "Needs attention" });
  await expect(odd.getByRole("link", { name: receipt })).toContainText("It was dated more than five minutes after it arrived");

  // The manager's phone hears of it from the row itself.
  await phone.load("/sync");
  const told = phone.page.getByRole("region", { name: "Needs attention" });
  await expect(told.getByRole("link", { name: receipt })).toContainText("Front till");
  await told.getByRole("button", { name: "I have seen this" }).click();
  await expect(told).toBeHidden();
  await phone.load("/sync");
  await phone.isOnline();
  await expect(told).toBeHidden();
});

test("a clock that is minutes behind is said, and nobody is asked", async ({ take }) => {
  const till = await take("front", { clock: true });
  await till.page.clock.setSystemTime(Date.now() - 10 * 60_000);
  await till.load("/sell");
  await expect(till.page.getByText(/This device’s clock is \d+ minutes behind/)).toBeVisible();
  await expect(till.page.getByRole("dialog")).toBeHidden();
  await till.sell("Bakery mug", "1");
});
