// Sales rung up by gestures from within the page, and the moments at which each was saved and shown.
import type { Page } from "@playwright/test";

/** How long a sale took from the press that completes it: until its bytes were saved, until the page said so; and how many bytes. */
export type Sold = { saved: number; shown: number; bytes: number };

type Watched = { subzeroSaved?: { at: number; bytes: number }; subzeroIsWatched?: boolean };

/** Notes in the page when entries are saved. */
export async function watchStorage(page: Page) {
  await page.evaluate(watch);
}

/** Makes every txn of a page wait for the disk, whatever the page says: all are held to the same. */
export const alwaysStrict = (page: Page) =>
  page.addInitScript(() => {
    const { transaction } = IDBDatabase.prototype;
    IDBDatabase.prototype.transaction = function (this: IDBDatabase, stores, mode, options) {
      return transaction.call(this, stores, mode, mode === "readwrite" ? { ...options, durability: "strict" } : options);
    };
  });

/** Runs in the page. */
function watch() {
  const watched = window as Watched;
  if (watched.subzeroIsWatched) return;
  watched.subzeroIsWatched = true;
  const { transaction } = IDBDatabase.prototype;
  const { add, put } = IDBObjectStore.prototype;
  const bytesOf = new WeakMap<IDBTransaction, number>();
  // Before the page can listen itself: what it does once it has heard of it is not part of saving.
  IDBDatabase.prototype.transaction = function (this: IDBDatabase, ...words: Parameters<IDBDatabase["transaction"]>) {
    const txn = transaction.apply(this, words);
    txn.addEventListener("complete", () => {
      const bytes = bytesOf.get(txn);
      if (bytes !== undefined) watched.subzeroSaved = { at: performance.now(), bytes };
    });
    return txn;
  };
  const note = ({ name, transaction: txn }: IDBObjectStore, value: unknown) => {
    if (name === "own") bytesOf.set(txn, value instanceof Uint8Array ? value.byteLength : 0);
  };
  IDBObjectStore.prototype.add = function (this: IDBObjectStore, value, key) {
    note(this, value);
    return key === undefined ? add.call(this, value) : add.call(this, value, key);
  };
  IDBObjectStore.prototype.put = function (this: IDBObjectStore, value, key) {
    note(this, value);
    return key === undefined ? put.call(this, value) : put.call(this, value, key);
  };
}

/** Runs in the page at the till: sells one of each of these items, so many times. */
export async function sellInPage({ names, count, pauseMs }: { names: string[]; count: number; pauseMs: number }): Promise<Sold[]> {
  const watched = window as Watched;
  // Whoever looks again and again takes the page's time: it is looked at when something has changed, and else every 20 ms.
  const turn = () =>
    new Promise<void>((resolve) => {
      const done = () => {
        observer.disconnect();
        clearTimeout(timer);
        resolve();
      };
      const observer = new MutationObserver(done);
      observer.observe(document.body, { subtree: true, childList: true, attributes: true, characterData: true });
      const timer = setTimeout(done, 20);
    });
  const found = async <T>(what: string, look: () => T | undefined | null | false): Promise<T> => {
    for (const end = performance.now() + 60_000; performance.now() < end; await turn()) {
      const it = look();
      if (it) return it;
    }
    throw new Error(`not there after a minute: ${what}`);
  };
  const button = (name: string) =>
    [...document.querySelectorAll<HTMLButtonElement>("main button")].find((one) => !one.disabled && one.innerText.trim().startsWith(name));
  const tile = (name: string) =>
    [...document.querySelectorAll<HTMLElement>(".item-tile")].find((one) => one.querySelector<HTMLElement>(".item-tile-name")?.innerText.trim() === name);
  const receipt = () => {
    const said = [...document.querySelectorAll<HTMLElement>("[role=status]")].find((one) => one.querySelector("dl") && one.innerText.includes("Recorded"));
    return said?.querySelector("dd")?.textContent ?? "";
  };
  const sold: Sold[] = [];
  let before = receipt();
  for (let number = 0; number < count; number += 1) {
    for (const name of names) (await found(name, () => tile(name))).click();
    (await found("Charge", () => button("Charge"))).click();
    const exact = await found("Exact cash", () => button("Exact cash"));
    // Nobody's finger is there at once.
    if (pauseMs > 0) await new Promise((resolve) => setTimeout(resolve, pauseMs));
    watched.subzeroSaved = undefined;
    const start = performance.now();
    exact.click();
    const shown = await found("the receipt", () => receipt() !== before && receipt());
    const shownAt = performance.now();
    const { at, bytes } = await found("the entry on the disk", () => watched.subzeroSaved);
    sold.push({ saved: at - start, shown: shownAt - start, bytes });
    before = shown;
    if (pauseMs > 0) await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
  return sold;
}
