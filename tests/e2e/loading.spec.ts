// A register that is new says how much of what the shops have is here, and nowhere that there is nothing.
import { join } from "node:path";
import type { BrowserContext } from "@playwright/test";
import { PHONE, PICTURES, TABLET } from "./support/browser.ts";
import { DEMO } from "./support/device.ts";
import { expect, test } from "./support/test.ts";

for (const [name, settings] of [
  ["tablet-light", TABLET],
  ["tablet-dark", { ...TABLET, colorScheme: "dark" as const }],
  ["phone-light", PHONE],
  ["phone-dark", { ...PHONE, colorScheme: "dark" as const }],
] as const) {
  test(`a new register says what is still on its way (${name})`, async ({ unpack }) => {
    const till = await unpack({ settings });
    const release = await holdBooks(till.context);
    await till.pair(undefined, `New till ${name}`);
    const loading = till.page.locator(".loading");
    await expect(loading).toContainText(/^Still loading: \d+ of \d+ records$/);
    await till.page.screenshot({ path: join(PICTURES, `loading-people-${name}.png`) });
    await till.signIn();
    await till.open("/reports/negative-inventory");
    await expect(loading).toBeVisible();
    await expect(till.page.getByText("Nothing so far. It is still loading.")).toBeVisible();
    await expect(till.page.getByText("Nothing is negative.")).toHaveCount(0);
    await expect(till.page.locator(".totals")).not.toContainText("0");
    await till.page.screenshot({ path: join(PICTURES, `loading-report-${name}.png`) });
    await till.open("/receipts");
    await expect(loading).toBeVisible();
    await expect(till.page.getByText("Nothing so far. It is still loading.")).toBeVisible();
    await till.page.screenshot({ path: join(PICTURES, `loading-receipts-${name}.png`) });
    release();
    await expect(loading).toHaveCount(0);
    await till.open("/items");
    await expect(loading).toHaveCount(0);
  });
}

test("nothing moves under a finger when a new register has all of it", async ({ unpack }) => {
  const till = await unpack({ settings: TABLET });
  const release = await holdBooks(till.context);
  await till.pair(undefined, "New till");
  const loading = till.page.locator(".loading");
  await expect(loading).toBeVisible();
  const someone = till.page.getByRole("button", { name: DEMO.employee });
  const aimedAt = await someone.boundingBox();
  release();
  await expect(loading).toHaveCount(0);
  expect(await someone.boundingBox()).toEqual(aimedAt);
});

/** Items and people come; what happened in the shops does not before what is answered is called. */
async function holdBooks(context: BrowserContext): Promise<() => void> {
  let release = () => {};
  const held = new Promise<void>((resolve) => (release = resolve));
  await context.route(/\/v1\/sync\/pull\?shop=[1-9]/, async (route) => {
    await held;
    await route.continue();
  });
  return () => release();
}
