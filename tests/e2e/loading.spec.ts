// A register that is new says how much of what the shops have is here, and nowhere that there is nothing.
import { join } from "node:path";
import { PHONE, PICTURES, TABLET } from "./support/browser.ts";
import { expect, test } from "./support/test.ts";

for (const [name, settings] of [
  ["tablet-light", TABLET],
  ["tablet-dark", { ...TABLET, colorScheme: "dark" as const }],
  ["phone-light", PHONE],
  ["phone-dark", { ...PHONE, colorScheme: "dark" as const }],
] as const) {
  test(`a new register says what is still on its way (${name})`, async ({ unpack }) => {
    const till = await unpack({ settings });
    let release = () => {};
    const held = new Promise<void>((resolve) => (release = resolve));
    // Items and people come; what happened in the shops does not yet.
    await till.context.route(/\/v1\/sync\/pull\?shop=[1-9]/, async (route) => {
      await held;
      await route.continue();
    });
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
