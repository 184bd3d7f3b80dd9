// The whole way through once: two tablets oversell without a network, a manager's phone shows what is missing and why, and a
// delivery closes it.
import { Auditor } from "./support/auditor.ts";
import { PHONE } from "./support/browser.ts";
import { readReport } from "./support/report.ts";
import { expect, test } from "./support/test.ts";

test("two tablets sell the last units offline, and a phone shows exactly what is missing", async ({ server, unpack }) => {
  test.setTimeout(180_000);
  const auditor = await Auditor.of(server.origin);
  const before = (await auditor.rows()).length;

  const front = await unpack({ profile: true });
  await front.pair("High Street", "Front till");
  await front.signIn("Chris Cole", "3333");
  const back = await unpack({ profile: true });
  await back.pair("High Street", "Back till");
  await back.signIn("Sam Singh", "4444");

  const receipts: string[] = [];
  for (const [tablet, quantity] of [
    [front, "2"],
    [back, "1"],
  ] as const) {
    await tablet.isReadyForOffline();
    await tablet.switchOff();
    await tablet.switchOn({ offline: true });
    await tablet.load("/");
    await expect(tablet.page.getByRole("button", { name: /Bakery mug.*2 on hand/ })).toBeVisible();
    await expect(tablet.pill()).toHaveText("Offline");
    receipts.push(await tablet.sell("Bakery mug", quantity));
    await expect(tablet.pill()).toHaveText("Offline · 1 to send");
  }
  expect((await auditor.rows()).length).toBe(before);

  // The one that sold last is back first: when a sale arrives changes nothing.
  for (const tablet of [back, front]) {
    await tablet.network(true);
    await tablet.isOnline();
  }
  expect((await auditor.rows()).length).toBe(before + 2);

  const phone = await unpack({ settings: PHONE });
  await phone.pair("High Street", "Maya’s phone");
  await phone.signIn("Maya Miller", "2222");
  await phone.page.getByRole("link", { name: "Negative" }).click();
  const card = phone.page.getByRole("article", { name: "Bakery mug, High Street" });
  await expect(card).toContainText("\u22121");
  for (const tablet of [front, back]) {
    await tablet.open("/reports/negative-inventory");
    const [row, ...others] = await readReport(tablet.page);
    expect(others).toEqual([]);
    // Cashiers do not see costs.
    expect(row).toMatchObject({ item: "Bakery mug", on_hand: "-1", receipt: receipts[1], short: "1", open: "1", unit_cost: "" });
    await expect(tablet.page.getByText("\u22121 on hand, all of it shown")).toBeVisible();
  }

  await card.getByRole("link", { name: "Look into it" }).click();
  await expect(phone.page.getByText("\u22121 on hand = \u2212(1) still open")).toBeVisible();
  await phone.page.getByRole("region", { name: "What led here" }).getByRole("link", { name: receipts[1] }).click();
  await expect(phone.page.getByRole("heading", { name: `Sale ${receipts[1]}` })).toBeVisible();
  await expect(phone.page.locator("[aria-current=true]")).toContainText("Bakery mug");
  await phone.page.goBack();
  await phone.page.getByRole("link", { name: "A delivery was never entered" }).click();
  await expect(phone.page.getByLabel("Quantity of Bakery mug")).toHaveValue("1");
  await phone.page.getByRole("button", { name: "Record delivery" }).click();
  await expect(phone.page.getByText("Recorded: 1 received")).toBeVisible();
  await phone.page.getByRole("link", { name: "Negative" }).click();
  await expect(phone.page.getByText("Nothing is negative.")).toBeVisible();
  await phone.isOnline();

  await server.stop("SIGKILL");
  await server.start();
  expect((await auditor.rows()).length).toBe(before + 3);
  for (const device of [front, back, phone]) {
    await device.load("/reports/negative-inventory");
    await expect(device.page.getByText("Nothing is negative.")).toBeVisible();
    await device.isOnline();
    await device.open("/items");
    await expect(device.page.getByRole("button", { name: /Bakery mug.*0 on hand/ })).toBeVisible();
  }
});
