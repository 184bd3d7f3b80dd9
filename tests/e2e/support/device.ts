// A device in a shop: a browser, or a part of one that knows nothing of the rest, and the page in it.
import { readFileSync, readdirSync } from "node:fs";
import { type Browser, type BrowserContext, type Page, chromium, expect } from "@playwright/test";
import type { Auditor } from "./auditor.ts";
import { LAUNCH, SOON, type Settings, TABLET } from "./browser.ts";
import { Console, Outages } from "./console.ts";
import { readDisk, readRecord, writeRecord } from "./disk.ts";
import { follow } from "./follow.ts";
import type { Storage } from "./prepared.ts";
import { type Server, dropFolder, newFolder } from "./server.ts";

export const DEMO = { shop: "High Street", employee: "Olive Owen", pin: "1111" };
export const OWNER = { email: "owner@cornerbakery.example", password: "fresh bread daily" };

export type Unpacked = {
  settings?: Settings;
  /** What it has kept already; nothing on a new one. */
  storage?: Storage;
  /** A browser of its own, whose profile outlives it as a tablet's does. Without it the device is gone when it is switched off. */
  profile?: boolean;
  /** Whether the page is kept for a start without a network. It is fetched twice then. */
  startsOffline?: boolean;
  /** How much its browser may keep for the page; as much as it can, if nothing is said. */
  roomBytes?: number;
  /** Whether the test moves the page's clock. */
  clock?: boolean;
};

export class Device {
  page!: Page;
  readonly console: Console;
  private readonly outages = new Outages();
  private readonly profile?: string;
  private context?: BrowserContext;

  private constructor(
    readonly server: Server,
    private readonly browser: Browser,
    private readonly how: Unpacked,
  ) {
    this.console = new Console([this.outages, server.outages]);
    if (how.profile) this.profile = newFolder("device");
  }

  /** A device that is switched on. No page is loaded yet. */
  static async unpack(server: Server, browser: Browser, how: Unpacked = {}) {
    const device = new Device(server, browser, how);
    await device.switchOn({ offline: false });
    if (how.roomBytes !== undefined) await device.hasRoom(how.roomBytes);
    if (how.storage) await device.context?.setStorageState(how.storage.at(server.origin));
    return device;
  }

  get origin() {
    return this.server.origin;
  }

  /** Starts the browser, with no network if so said. No page is loaded yet. */
  async switchOn({ offline }: { offline: boolean }) {
    // The server is built for tests and not for speed: it would take seconds to press the page.
    const settings = { ...(this.how.settings ?? TABLET), offline, extraHTTPHeaders: { "accept-encoding": "identity" } };
    if (offline) this.outages.begin();
    else this.outages.end();
    if (this.profile) {
      this.context = await chromium.launchPersistentContext(this.profile, { ...settings, ...LAUNCH });
    } else {
      this.context = await this.browser.newContext({ ...settings, serviceWorkers: this.how.startsOffline ? "allow" : "block" });
    }
    this.console.hear(this.context);
    if (this.how.clock) await this.context.clock.install();
    this.page = this.context.pages()[0] ?? (await this.context.newPage());
  }

  async switchOff() {
    await this.context?.close();
  }

  /** Switches it off for good: nothing of it is left. */
  async remove() {
    await this.switchOff();
    if (this.profile) dropFolder(this.profile);
  }

  /** Ends the browser as a power cut would: all of its processes at once, with no word to any. */
  async kill() {
    const { context, profile } = this;
    if (!context || !profile) throw new Error("only a browser of its own can be killed");
    const closed = new Promise((resolve) => context.once("close", resolve));
    process.kill(-browserOn(profile), "SIGKILL");
    await closed;
  }

  async network(on: boolean) {
    if (!on) this.outages.begin();
    await this.context?.setOffline(!on);
    if (on) this.outages.end();
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

  async signOut() {
    await this.page.getByRole("button", { name: "Sign out" }).click();
    await expect(this.page.getByRole("heading", { name: "Who is it?" })).toBeVisible();
  }

  /** Somebody else takes over. */
  async signInAs(employee = DEMO.employee, pin = DEMO.pin) {
    await this.signOut();
    await this.signIn(employee, pin);
  }

  /** The server has everything that is here, and everything that the server had is here. */
  async isOnline(timeout?: number) {
    await expect(this.pill()).toHaveText("Online", { timeout });
  }

  /** All that the server has is here, and the other way round. */
  async isUpToDate(auditor: Auditor) {
    await this.isOnline();
    for (const { shop, head } of await auditor.heads()) {
      await expect.poll(async () => (await readDisk(this.page, shop)).cursor, SOON).toBeGreaterThanOrEqual(head);
    }
  }

  /** Everything is here and the page can start without a network. */
  async isReadyForOffline() {
    await this.page.evaluate(() => navigator.serviceWorker.ready);
    await this.isOnline();
  }

  /** The browser may keep so much for the page from here on. It looks again before it refuses, and else not for half a minute. */
  async hasRoom(quotaSize: number) {
    const session = await this.page.context().newCDPSession(this.page);
    await session.send("Storage.overrideQuotaForOrigin", { origin: this.origin, quotaSize });
  }

  /** Closes the tab, and opens another. No page is loaded yet. */
  async anotherTab() {
    const old = this.page;
    this.page = await this.secondTab();
    await old.close();
  }

  async secondTab() {
    if (!this.context) throw new Error("the device is switched off");
    return this.context.newPage();
  }

  /** Loads the page at an address, as a browser does that had none. */
  async load(path: string) {
    await this.page.goto(this.origin + path);
  }

  /** Goes to a place as a link in the page leads there. What was said before is put away; a place where somebody is already begins anew. */
  async open(path: string) {
    await this.page.evaluate(follow, path);
  }

  /** All that the browser has kept for the page. */
  async storage() {
    if (!this.context) throw new Error("the device is switched off");
    return this.context.storageState({ indexedDB: true });
  }

  pill() {
    return this.page.locator(".network-pill");
  }

  /** What was done is said, since the last place was opened. */
  async says(text: string | RegExp, { timeout }: { timeout?: number } = {}) {
    await expect(this.page.locator(".toast:visible").filter({ hasText: text }).first()).toBeVisible({ timeout });
  }

  /** The number that the server knows this device by. */
  async number(): Promise<number> {
    return (await this.paired()).device;
  }

  /** The secret by which the server knows it. */
  async token(): Promise<string> {
    return (await this.paired()).token;
  }

  private paired() {
    return readRecord<{ device: number; token: string }>(this.page, "paired");
  }

  /** Puts a small record among those that the page keeps beside its entries. */
  async keep(name: string, record: unknown) {
    await writeRecord(this.page, name, record);
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
    return this.receipt();
  }

  /** The number of the sale that the till has just recorded. */
  async receipt() {
    const receipt = this.page.getByRole("status").filter({ hasText: "Recorded", has: this.page.locator("dl") });
    await expect(receipt).toBeVisible();
    return (await receipt.locator("dd").first().textContent()) ?? "";
  }

  async sell(item: string, quantity: string) {
    await this.open("/sell");
    await this.add(item);
    await this.setQuantity(item, quantity);
    return this.charge();
  }
}

/** The process that was started on a profile; all others of that browser are in its group. */
function browserOn(profile: string): number {
  for (const pid of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
    const words = commandOf(pid).split("\0");
    if (words.includes(`--user-data-dir=${profile}`) && !words.some((word) => word.startsWith("--type="))) return Number(pid);
  }
  throw new Error(`no browser runs on ${profile}`);
}

function commandOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8");
  } catch {
    // It has just ended.
    return "";
  }
}
