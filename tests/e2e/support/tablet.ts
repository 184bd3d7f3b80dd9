// A tablet with a browser that is driven, and the page in it: what is on the screen is found by role and name, and pressed as by a hand.
import { expect } from "@playwright/test";
import { SOON } from "./browser.ts";
import { DEMO } from "./device.ts";
import type { Driven, Reference } from "./webdriver.ts";

/** The elements of each role that is looked for here. */
const ROLES = { button: "button", navigation: "nav" } as const;

type Role = keyof typeof ROLES;

/** What the screen must show within this time: what hangs does so for good, and where much runs beside it a load takes long. */
const TIMEOUT_MS = 45_000;

export class Tablet {
  /** How often the browser kept a page that was left, to show it again to those who go back. */
  kept = 0;

  constructor(
    private readonly driven: Driven,
    private readonly origin: string,
  ) {}

  /** Pairs it with the demo's first shop. */
  async pair() {
    await this.load("/");
    await this.press("button", "Try it as a demo till");
    await this.find("button", DEMO.employee);
  }

  async signIn() {
    await this.press("button", DEMO.employee);
    for (const key of DEMO.pin) await this.press("button", key);
    await this.press("button", "Sign in");
    await this.isOpen();
  }

  /** Loads the page at an address, as somebody does who types it. */
  async load(path: string) {
    await this.driven.navigate(this.origin + path);
    await this.isAt(path);
  }

  /** Loads it again through the service worker, which the protocol's own way may not. */
  async reload() {
    await this.driven.run(() => {
      document.title = "before";
      setTimeout(() => location.reload());
    });
    await this.comesTrue("the page is loaded again", () => this.driven.run(() => document.title !== "before"));
    await this.isOpen();
  }

  /** Goes back to the address that was left last. A page that the browser kept is loaded again, so that it is not in the state in which it was left. */
  async goBack(path: string) {
    await this.driven.back();
    await this.isAt(path);
    await this.comesTrue("no old page is shown", () => this.driven.run(() => document.documentElement.dataset.isRecorded === undefined));
    await this.isOpen();
  }

  /** Sells one of an item. */
  async sell(item: string) {
    await this.fillCart(item);
    await this.driven.run(noteRecorded);
    await this.press("button", "Exact cash");
    await this.comesTrue("the sale is recorded", () => this.driven.run(() => document.documentElement.dataset.isRecorded !== undefined));
  }

  /** Sells one of an item, and leaves the page for another address so long after it is said that the sale is recorded. */
  async sellAndLeave(item: string, path: string, afterMs: number) {
    await this.fillCart(item);
    await this.driven.run(noteRecorded, path, afterMs);
    await this.press("button", "Exact cash");
    await this.isAt(path);
    await this.isOpen();
    if (await this.driven.run(() => sessionStorage.getItem("kept") === "true")) this.kept += 1;
  }

  /** As many of an item are on hand as the screen says where it is sold. */
  async hasOnHand(item: string, quantity: number) {
    const figure = String(quantity).replace("-", "\u2212");
    await this.find("button", `${item} .* ${figure} on hand`);
  }

  /** Everything is kept that a start without a network needs. */
  async isReadyForOffline() {
    await this.driven.run(async () => void (await navigator.serviceWorker.ready));
    await this.says("Online");
  }

  /** How it stands with the server. */
  async says(text: string) {
    const said = () => this.driven.run(() => document.querySelector(".network-pill")?.textContent?.trim());
    await this.comesTrue(`it says “${text}”`, async () => (await said()) === text);
  }

  private async fillCart(item: string) {
    await this.press("button", item);
    await this.press("button", "Charge");
  }

  private async press(role: Role, name: string) {
    await this.driven.click(await this.find(role, name));
  }

  private async isOpen() {
    await this.find("navigation", "Places");
  }

  private async isAt(path: string) {
    const here = () => location.pathname + location.search;
    await this.comesTrue(`the page at ${path} is there`, async () => (await this.driven.run(here)) === path);
  }

  private async find(role: Role, name: string): Promise<Reference> {
    return this.comesTrue(`the ${role} “${name}” is shown`, () => this.driven.run(shown, ROLES[role], name));
  }

  /** Waits for it. Answers what came of it. */
  private async comesTrue<R>(what: string, look: () => Promise<R | null | false>): Promise<R> {
    let found: R | null | false = false;
    let why = "";
    const isTrue = async () => {
      try {
        found = await look();
      } catch (error) {
        // A script ends with the page that it runs in, and the next page is not there yet.
        why = ` (${error})`;
        found = false;
      }
      return found !== null && found !== false;
    };
    try {
      await expect.poll(isTrue, { ...SOON, timeout: TIMEOUT_MS }).toBe(true);
    } catch {
      const screen = await this.driven.run(onScreen).catch(String);
      throw new Error(`not after ${TIMEOUT_MS} ms: ${what}${why}. ${screen.replace(/\s+/g, " ").slice(0, 300)}`);
    }
    return found as R;
  }
}

/** Runs in the page: the first element on the screen that is one of these, and whose name begins like this. */
function shown(selector: string, name: string): Reference | null {
  const nameOf = (element: HTMLElement) => (element.ariaLabel ?? element.innerText).replace(/\s+/g, " ").trim();
  const begins = new RegExp(`^${name}`);
  const found = [...document.querySelectorAll<HTMLElement>(selector)].find((one) => one.checkVisibility() && begins.test(nameOf(one)));
  // The protocol makes a reference of it.
  return (found ?? null) as unknown as Reference | null;
}

/** Runs in the page: what is to be seen. */
function onScreen(): string {
  return `At ${location.pathname + location.search}, loaded ${Math.round(performance.now())} ms ago, stands: ${document.body.innerText}`;
}

/** Runs in the page: notes when it says that the next sale is recorded, and leaves it a while after that if so told. */
function noteRecorded(path?: string, afterMs?: number) {
  const { dataset } = document.documentElement;
  delete dataset.isRecorded;
  addEventListener("pagehide", ({ persisted }) => sessionStorage.setItem("kept", String(persisted)));
  const watch = new MutationObserver(() => {
    const isRecorded = [...document.querySelectorAll("[role=status] dl")].some((list) => /Recorded/.test(list.closest("[role=status]")?.textContent ?? ""));
    if (!isRecorded) return;
    watch.disconnect();
    dataset.isRecorded = "";
    if (path !== undefined) setTimeout(() => location.assign(path), afterMs);
  });
  watch.observe(document.body, { childList: true, subtree: true, characterData: true });
}
