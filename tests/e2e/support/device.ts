// A device in a shop: a browser with a profile of its own, which outlives the browser as a tablet's does.
import { readlinkSync } from "node:fs";
import { join } from "node:path";
import { type BrowserContext, type Page, type PlaywrightTestOptions, chromium, expect } from "@playwright/test";
import { newFolder } from "./server.ts";

type Settings = Pick<PlaywrightTestOptions, "viewport" | "colorScheme"> & { hasTouch?: boolean };

export const TABLET: Settings = { viewport: { width: 1280, height: 800 }, colorScheme: "light" };
export const PHONE: Settings = { viewport: { width: 390, height: 844 }, colorScheme: "light" };

/** Where pictures of the screens go. */
export const PICTURES = join(import.meta.dirname, "../../../target/e2e/screens");

export const DEMO = { shop: "High Street", employee: "Olive Owen", pin: "1111" };

export class Device {
  page!: Page;
  private context!: BrowserContext;

  private constructor(
    readonly origin: string,
    private readonly settings: Settings,
    private readonly profile = newFolder("device"),
  ) {}

  static async unpack(origin: string, settings: Settings = TABLET) {
    const device = new Device(origin, settings);
    await device.switchOn({ offline: false });
    await device.page.goto(origin);
    return device;
  }

  /** Starts the browser on the profile, with no network if so said. No page is loaded yet. */
  async switchOn({ offline }: { offline: boolean }) {
    this.context = await chromium.launchPersistentContext(this.profile, {
      ...this.settings,
      offline,
      executablePath: process.env.SUBZERO_CHROMIUM,
      args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--no-first-run"],
    });
    this.page = this.context.pages()[0] ?? (await this.context.newPage());
    // A page that fails must not look as if it waited.
    this.page.on("pageerror", (error) => console.error(`page error: ${error.stack ?? error.message}`));
  }

  async switchOff() {
    await this.context.close();
  }

  /** Ends the browser as a power cut would: all of its processes at once, with no word to any. */
  async kill() {
    const closed = new Promise((resolve) => this.context.once("close", resolve));
    // The lock on a profile says which process has it; the others are in its group.
    const [pid] = readlinkSync(join(this.profile, "SingletonLock")).split("-").slice(-1);
    process.kill(-Number(pid), "SIGKILL");
    await closed;
  }

  async network(on: boolean) {
    await this.context.setOffline(!on);
  }

  async pair(shop = DEMO.shop, register = "Front till", owner?: { email: string; password: string }) {
    if (owner) {
      await this.page.getByLabel("Owner’s e-mail").fill(owner.email);
      await this.page.getByLabel("Password").fill(owner.password);
      await this.page.getByRole("button", { name: "Continue" }).click();
    } else {
      await this.page.getByRole("button", { name: "Use the demo sign-in" }).click();
    }
    await this.page.getByRole("radio", { name: shop, exact: true }).check();
    await this.page.getByLabel("Name of this register").fill(register);
    await this.page.getByRole("button", { name: "Pair this device" }).click();
    await expect(this.page.getByRole("heading", { name: "Who is it?" })).toBeVisible();
  }

  async signIn(employee = DEMO.employee, pin = DEMO.pin) {
    await this.page.getByRole("button", { name: employee }).click();
    await this.page.keyboard.type(pin);
    await this.page.getByRole("button", { name: "Sign in", exact: true }).click();
    await expect(this.page.getByRole("navigation", { name: "Places" })).toBeVisible();
  }

  /** Everything is here and the page can start without a network. */
  async isReadyForOffline() {
    await this.page.evaluate(() => navigator.serviceWorker.ready);
    await expect(this.pill()).toHaveText("Online");
  }

  async secondTab() {
    return this.context.newPage();
  }

  async open(path: string) {
    await this.page.goto(this.origin + path);
  }

  pill() {
    return this.page.locator(".network-pill");
  }

  /** The number that the server knows this device by. */
  async number(): Promise<number> {
    return (await this.records("paired")).device;
  }

  /** The secret by which the server knows it. */
  async token(): Promise<string> {
    return (await this.records("paired")).token;
  }

  /** Puts a small record among those that the page keeps beside its entries. */
  async keep(name: string, record: unknown) {
    await this.records(name, record);
  }

  /** Notes that the server has set aside the entry under this key. */
  async setAside(key: number, verdict: unknown) {
    await this.page.evaluate(
      async ([key, verdict]) => {
        const done = <T>(request: IDBRequest<T>) =>
          new Promise<T>((resolve, reject) => {
            request.onsuccess = () => resolve(request.result);
            request.onerror = () => reject(request.error);
          });
        for (const found of await indexedDB.databases()) {
          const db = await done(indexedDB.open(found.name ?? ""));
          if (db.objectStoreNames.contains("verdict")) {
            const store = db.transaction("verdict", "readwrite").objectStore("verdict");
            await done(store.put(new TextEncoder().encode(JSON.stringify(verdict)), key));
          }
          db.close();
        }
      },
      [key, verdict] as const,
    );
  }

  /** Reads such a record, or writes it. */
  private async records(name: string, record?: unknown) {
    return this.page.evaluate(
      async ([name, record]) => {
        const done = <T>(request: IDBRequest<T>) =>
          new Promise<T>((resolve, reject) => {
            request.onsuccess = () => resolve(request.result);
            request.onerror = () => reject(request.error);
          });
        for (const found of await indexedDB.databases()) {
          const db = await done(indexedDB.open(found.name ?? ""));
          try {
            if (!db.objectStoreNames.contains("own")) continue;
            const store = db.transaction("ctl", "readwrite").objectStore("ctl");
            if (record === undefined) return JSON.parse(new TextDecoder().decode(await done(store.get(name))));
            await done(store.put(new TextEncoder().encode(JSON.stringify(record)), name));
          } finally {
            db.close();
          }
        }
      },
      [name, record] as const,
    );
  }

  /** Puts an item into the cart by its tile. */
  async add(item: string) {
    await this.page.getByRole("list", { name: "Items" }).getByRole("button", { name: item }).click();
  }

  async setQuantity(item: string, quantity: string) {
    const field = this.page.getByRole("textbox", { name: `Quantity of ${item}` });
    await field.fill(quantity);
    await field.press("Tab");
  }

  /** Takes exact cash. Answers the receipt's number. */
  async charge() {
    await this.page.getByRole("button", { name: "Charge" }).click();
    await this.page.getByRole("button", { name: "Exact cash" }).click();
    const receipt = this.page.getByRole("status").filter({ hasText: "Recorded" });
    await expect(receipt).toBeVisible();
    return (await receipt.locator("dd").first().textContent()) ?? "";
  }

  async sell(item: string, quantity: string) {
    await this.open("/sell");
    await this.add(item);
    await this.setQuantity(item, quantity);
    return this.charge();
  }

  /** The Negative inventory report as a wide screen shows it, an object a row: gone through from the top, for only rows in sight exist. */
  async report(): Promise<ReportRow[]> {
    const table = this.page.getByRole("region", { name: "Negative inventory" });
    await expect(table.getByRole("table")).toBeVisible();
    return table.evaluate(async (area) => {
      const drawn = () => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
      const rows = new Map<number, ReportRow>();
      const count = Number(area.querySelector("table")?.getAttribute("aria-rowcount")) - 1;
      for (let seen = 0; seen <= count; ) {
        for (const row of area.querySelectorAll("tbody tr")) {
          const cell = (name: string, within = "") => {
            const found = row.querySelector(`[data-cell=${name}] ${within}`.trim());
            return found?.textContent?.trim() ?? "";
          };
          seen = Math.max(seen, Number(row.getAttribute("aria-rowindex")));
          if (!row.querySelector("[data-cell=item]")) continue;
          rows.set(Number(row.getAttribute("aria-rowindex")), {
            item: cell("item", "a span"),
            on_hand: cell("on-hand").replace("\u2212", "-"),
            receipt: cell("reason", "small span"),
            short: cell("short"),
            open: cell("open"),
            unit_cost: cell("unit-cost"),
            since: row.querySelector("time")?.dateTime ?? "",
          });
        }
        if (seen > count) break;
        area.scrollBy(0, area.clientHeight / 2);
        await drawn();
      }
      area.scrollTo(0, 0);
      return [...rows].sort(([one], [other]) => one - other).map(([, row]) => row);
    });
  }
}

export type ReportRow = Record<"item" | "on_hand" | "receipt" | "short" | "open" | "unit_cost" | "since", string>;
