// The steps in which a page keeps and sends things, numbered, and a browser that is ended at one of them. Nothing of the page knows of it:
// what it calls of the browser is wrapped before it starts.
import type { Page } from "@playwright/test";

/** Where the page stopped: its steps so far, and what it said on the screen. */
export type Cut = { steps: string[]; said: string };

/** How many of what a txn over these stores writes may be on the disk: either, when its commit was asked for and the page had heard nothing. */
export function written({ steps }: Cut, stores: string): number[] {
  if (steps.includes(`saved ${stores} #1`)) return [1];
  const asked = steps.indexOf(`before commit ${stores} #1`);
  return asked === -1 || asked === steps.length - 1 ? [0] : [0, 1];
}

type Watch = { at?: string; steps?: string[] };

/** Begins to number steps in every page of this browser's. */
export async function watch(page: Page, onCut: (cut: Cut) => void) {
  const context = page.context();
  await context.exposeBinding("subzeroCut", (_, cut: Cut) => onCut(cut));
  await context.addInitScript(wrap);
}

/** Counts from one again; the page stops for good at the step of this name, if any. */
export async function count(page: Page, at?: string) {
  await page.evaluate((at) => {
    (window as unknown as { subzeroWatch: Watch }).subzeroWatch = { at, steps: [] };
  }, at);
}

/** The steps since then. */
export async function steps(page: Page): Promise<string[]> {
  return page.evaluate(() => (window as unknown as { subzeroWatch?: Watch }).subzeroWatch?.steps ?? []);
}

/** Runs in the page, before anything of it. */
function wrap() {
  const global = window as unknown as { subzeroWatch?: Watch; subzeroCut: (cut: Cut) => void };

  const step = (name: string) => {
    const watch = global.subzeroWatch;
    if (!watch?.steps) return;
    const times = watch.steps.filter((before) => before.startsWith(`${name} #`)).length;
    const at = `${name} #${times + 1}`;
    watch.steps.push(at);
    if (watch.at !== at) return;
    // Kept from doing anything more, until the whole browser is gone.
    global.subzeroCut({ steps: watch.steps, said: document.body.innerText });
    for (;;);
  };

  const stores = (txn: IDBTransaction) => [...txn.objectStoreNames].join("+");

  for (const verb of ["add", "put", "delete", "clear"] as const) {
    const original = IDBObjectStore.prototype[verb] as (...words: unknown[]) => IDBRequest;
    IDBObjectStore.prototype[verb] = function (this: IDBObjectStore, ...words: unknown[]) {
      const request = original.apply(this, words);
      const key = verb === "put" ? words[1] : words[0];
      step(`${verb} ${typeof key === "string" ? `${this.name}/${key}` : this.name}`);
      return request;
    } as never;
  }

  const transaction = IDBDatabase.prototype.transaction;
  IDBDatabase.prototype.transaction = function (this: IDBDatabase, ...words) {
    const txn = transaction.apply(this, words);
    // The first to hear of it: saved, and the page does not know.
    if (txn.mode === "readwrite") txn.addEventListener("complete", () => step(`saved ${stores(txn)}`));
    return txn;
  };

  const commit = IDBTransaction.prototype.commit;
  IDBTransaction.prototype.commit = function (this: IDBTransaction) {
    if (this.mode === "readwrite") step(`before commit ${stores(this)}`);
    commit.apply(this);
    if (this.mode === "readwrite") step(`after commit ${stores(this)}`);
  };

  const ask = window.fetch;
  window.fetch = async (input, init) => {
    const { pathname } = new URL(input instanceof Request ? input.url : input, location.href);
    step(`ask ${pathname}`);
    const answer = await ask(input, init);
    step(`hear ${pathname}`);
    return answer;
  };
}
