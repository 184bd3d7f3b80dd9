// Every way stock moves, once with the keyboard alone and once with fingers alone, without a network.
import type { Page } from "@playwright/test";
import { PHONE, TABLET } from "./support/browser.ts";
import { expect, test } from "./support/test.ts";

/** What somebody can do, whatever they do it with. */
interface Hand {
  /** Presses what is called so: a button, a link, a choice. */
  press(name: string | RegExp): Promise<void>;
  /** Writes into the field that is called so. */
  write(label: string, text: string): Promise<void>;
  /** Chooses from the list that is called so. */
  choose(label: string, option: string): Promise<void>;
  /** Takes an item. */
  take(item: string, code: string): Promise<void>;
}

/** Tab, Enter, arrows and letters; no pointer. */
class Keyboard implements Hand {
  constructor(private readonly page: Page) {}

  private focused() {
    return this.page.evaluate(() => {
      const element = document.activeElement as HTMLInputElement | null;
      const label = element?.labels?.[0];
      const name =
        element?.getAttribute("aria-label") ?? label?.querySelector(".field-label")?.textContent ?? label?.textContent;
      const group = element?.closest("[role=radiogroup]");
      const choices = [...(group?.querySelectorAll("label") ?? [])].map((choice) => choice.textContent?.trim() ?? "");
      return { name: (name ?? element?.textContent ?? "").trim(), choices };
    });
  }

  private async reach(name: string | RegExp) {
    const is = (text: string) => (typeof name === "string" ? text === name : name.test(text));
    for (let step = 0; step < 120; step += 1) {
      const { name, choices } = await this.focused();
      if (is(name)) return choices.length > 0;
      if (choices.some(is)) await this.page.keyboard.press("ArrowRight");
      else await this.page.keyboard.press("Tab");
    }
    throw new Error(`the keyboard never reaches ${name}`);
  }

  async press(name: string | RegExp) {
    const isChoice = await this.reach(name);
    await this.page.keyboard.press(isChoice ? "Space" : "Enter");
  }

  async write(label: string, text: string) {
    await this.reach(label);
    await this.page.keyboard.press("Control+A");
    await this.page.keyboard.type(text);
    await this.page.keyboard.press("Tab");
  }

  async choose(label: string, option: string) {
    await this.reach(label);
    await this.page.keyboard.type(option);
  }

  async take(_item: string, code: string) {
    await this.reach("Find an item or scan a code");
    await this.page.keyboard.type(code);
    await this.page.keyboard.press("Enter");
  }
}

/** Taps, and letters from the keyboard on the screen. */
class Fingers implements Hand {
  constructor(private readonly page: Page) {}

  async press(name: string | RegExp) {
    const named = { name, exact: true };
    const page = this.page;
    const found = page.getByRole("button", named).or(page.getByRole("link", named)).or(page.getByRole("radio", named));
    const dialog = page.getByRole("dialog");
    const target = (await dialog.count()) > 0 ? found.and(dialog.locator("*")) : found;
    await target.first().tap();
  }

  async write(label: string, text: string) {
    const field = this.page.getByRole("textbox", { name: label, exact: true });
    await field.tap();
    await field.fill(text);
    await field.blur();
  }

  async choose(label: string, option: string) {
    await this.page.getByRole("combobox", { name: label, exact: true }).selectOption(option);
  }

  async take(item: string, _code: string) {
    await this.page.getByLabel("Find an item or scan a code").fill(item.slice(0, 6));
    await this.page.getByRole("list", { name: "Items" }).getByRole("button", { name: item }).tap();
  }
}

const MUG = ["Bakery mug", "5019912950285"] as const;

for (const [kind, settings, of] of [
  ["the keyboard", TABLET, (page: Page) => new Keyboard(page)],
  ["fingers", { ...PHONE, hasTouch: true }, (page: Page) => new Fingers(page)],
] as const) {
  test(`every flow can be gone through with ${kind} alone`, async ({ take }) => {
    test.setTimeout(180_000);
    const till = await take("front", { settings, startsOffline: true });
    await till.network(false);
    const { page } = till;
    const hand: Hand = of(page);

    await test.step("a sale, refunded and another voided", async () => {
      for (const _ of [1, 2]) {
        await till.open("/sell");
        await hand.take(...MUG);
        await hand.press("Charge");
        await hand.press("Exact cash");
        await expect(page.getByText("Recorded")).toBeVisible();
      }
      await till.open("/receipts");
      await hand.press(/^1-1-1/);
      await hand.press("Refund");
      await hand.press("All that is left");
      await hand.press("Refund");
      await till.says("The refund is recorded.");
      await till.open("/receipts");
      await hand.press(/^1-1-2/);
      await hand.press("Void");
      await expect(page.getByRole("dialog")).toBeVisible();
      await hand.press("Void");
      await till.says("The sale is voided.");
    });
    await test.step("a delivery", async () => {
      await till.open("/receive");
      await hand.take(...MUG);
      await hand.write("Quantity of Bakery mug", "5");
      await hand.press("Record delivery");
      await till.says("Recorded: 5 received");
    });
    await test.step("an order, received and closed", async () => {
      await till.open("/orders/new");
      await hand.take(...MUG);
      await hand.press("Mark as ordered");
      await hand.press("Receive");
      await hand.press("Record delivery");
      await hand.press("Close: nothing more will come");
      await till.says("The order is closed.");
    });
    await test.step("a transfer that comes back", async () => {
      await till.open("/transfers/new");
      await hand.choose("To", "Station");
      await hand.take(...MUG);
      await hand.press("Send");
      await hand.press("Record return");
      await till.says("Recorded.");
    });
    await test.step("a return to the vendor", async () => {
      await till.open("/stock/vendor-return");
      await hand.press("Expired");
      await hand.take(...MUG);
      await hand.press("Record return");
      await till.says("The return is recorded.");
    });
    await test.step("a count", async () => {
      await till.open("/counts");
      await hand.press("New count");
      await hand.press("Begin counting");
      await expect(page.getByText("0 items counted")).toBeVisible();
      await hand.take(...MUG);
      await hand.write("Quantity of Bakery mug", "9");
      await expect(page.getByLabel("Quantity of Bakery mug")).toHaveValue("9");
      await hand.press("Differences");
      await hand.press("Reconcile");
      await till.says("On hand is set to what was counted.");
    });
    await test.step("an adjustment, taken back", async () => {
      await till.open("/stock/adjust");
      await hand.press("Damaged");
      await hand.take(...MUG);
      await hand.press("Record adjustment");
      await till.says("The adjustment is recorded.");
      await hand.press("Undo");
      await till.says("The adjustment is taken back.");
    });
    await test.step("a new item", async () => {
      await till.open("/items/new");
      await hand.write("Name", "Rye roll");
      await hand.write("Price", "0.85");
      await hand.press("Save item");
      await expect(page.getByRole("heading", { level: 1, name: "Rye roll" })).toBeVisible();
    });
    // Of every kind, what was recorded is what a page reads that is loaded anew.
    for (const go of [() => till.open("/items"), () => till.load("/items")]) {
      await go();
      await page.getByLabel("Find an item or scan a code").fill("mug");
      await expect(page.getByRole("button", { name: /Bakery mug.* 9 on hand/ })).toBeVisible();
    }
  });
}
