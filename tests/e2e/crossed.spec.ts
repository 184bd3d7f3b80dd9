// Two people change one thing, each without a network and without knowing of the other: what arrived last holds, the other stays in sight,
// and somebody decides.
import { PHONE } from "./support/browser.ts";
import type { Device } from "./support/device.ts";
import { expect, test } from "./support/test.ts";

async function openMug(device: Device) {
  await device.open("/items");
  await device.page.getByLabel("Find an item or scan a code").fill("Bakery mug");
  await device.page.getByRole("list", { name: "Items" }).getByRole("button", { name: "Bakery mug" }).click();
}

test("a price that two registers changed at once is told, and the one that lost can be put back", async ({ till: front, take }) => {
  const back = await take("back", { settings: PHONE });
  for (const [device, price] of [
    [front, "10.25"],
    [back, "9.75"],
  ] as const) {
    await device.network(false);
    await openMug(device);
    await device.page.getByRole("link", { name: "Change this item" }).click();
    await device.page.getByLabel("Price").fill(price);
    await device.page.getByRole("button", { name: "Save item" }).click();
    await device.says("Saved");
  }
  for (const device of [front, back]) {
    await device.network(true);
    await device.isOnline();
  }

  for (const device of [front, back]) {
    await openMug(device);
    const told = device.page.getByRole("region", { name: "Changed in two places" });
    await expect(told).toContainText("Bakery mug: Price");
    await expect(told).toContainText("£9.75 (Olive Owen, Back till");
    await expect(told).toContainText("£10.25 (Olive Owen, Front till");
  }
  await front.open("/sync");
  await front.page.getByRole("button", { name: "Use £10.25" }).click();
  await expect(front.page.getByRole("region", { name: "Changed in two places" })).toHaveCount(0);
  await expect(back.page.getByRole("region", { name: "Changed in two places" })).toHaveCount(0);
  await expect(back.page.getByText("£10.25")).toBeVisible();
});
