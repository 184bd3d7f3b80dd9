// What every peer's page does alike: it is asked to fill its database, to answer from it, to record a sale. How it keeps entries is its own.
import { type Entry, type Negative, shortages } from "./stock.ts";

export type { Entry } from "./stock.ts";

/** A page's way to keep entries. */
export type Store = {
  /** Puts many entries into the database. */
  fill(entries: Entry[]): Promise<void>;
  /** Reads all entries out of it. */
  all(): Promise<Entry[]>;
  /** Puts one more in; it is on the disk, or as near as the durability says, when this is done. */
  record(entry: Entry): Promise<void>;
};

/** What the bench may ask of the page. */
export type Peer = {
  load(url: string): Promise<void>;
  add(entries: Entry[]): Promise<void>;
  record(entry: Entry): Promise<number>;
  answer(): Promise<Negative[]>;
};

declare global {
  interface Window {
    peer: Peer;
  }
}

/** Entries a txn when many come at once: the most that keeps each of these libraries quick. */
export const BATCH = 2_000;

export function* batches<T>(all: T[], size = BATCH): Generator<T[]> {
  for (let from = 0; from < all.length; from += size) yield all.slice(from, from + size);
}

async function answer(store: Store): Promise<Negative[]> {
  const negative = shortages(await store.all());
  show(negative);
  return negative;
}

/** The report: a row for each shortage that is open. */
function show(negative: Negative[]) {
  const rows = negative.flatMap(({ name, onHand, open }) => open.map((qty) => [name, onHand / 1000, qty / 1000]));
  const table = document.createElement("table");
  for (const row of rows) {
    const line = table.insertRow();
    for (const cell of row) line.insertCell().textContent = String(cell);
  }
  document.body.replaceChildren(table);
  document.body.dataset.negative = String(negative.length);
  document.body.dataset.rows = String(rows.length);
}

/** Begins the page: with `?start` the report is shown as soon as it can be. */
export async function begin(store: Store) {
  window.peer = {
    async load(url) {
      await store.fill((await (await fetch(url)).json()) as Entry[]);
      await answer(store);
    },
    add: (entries) => store.fill(entries),
    async record(entry) {
      const start = performance.now();
      await store.record(entry);
      return performance.now() - start;
    },
    answer: () => answer(store),
  };
  if (location.search === "?start") await answer(store);
  document.body.dataset.ready = "";
}
