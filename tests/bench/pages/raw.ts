// The browser's own limit: IndexedDB and nothing else, entries in one object store, and the bytes of a checkpoint as they would lie there.
import { type Entry, batches, begin } from "../shared/peer.ts";

declare global {
  interface Window {
    raw: {
      /** Keeps so many bytes, in records of at most `part` bytes each. */
      keep(bytes: number, part: number): Promise<number>;
      /** Keeps these bytes as one record. */
      keepThis(bytes: Uint8Array): Promise<void>;
      /** Reads all that was kept. Answers how many bytes that were. */
      readKept(): Promise<number>;
      /** Adds one record of so many bytes; strict. Answers the milliseconds until it was saved. */
      add(bytes: number): Promise<number>;
    };
  }
}

const opening = indexedDB.open("till", 1);
opening.onupgradeneeded = () => {
  opening.result.createObjectStore("entries", { keyPath: "id" });
  opening.result.createObjectStore("kept");
  opening.result.createObjectStore("added", { autoIncrement: true });
};
const done = <T>(request: IDBRequest<T>) =>
  new Promise<T>((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
const db = await done(opening);

/** Does something in one txn that waits for the disk. */
async function write(store: string, work: (store: IDBObjectStore) => void) {
  const txn = db.transaction(store, "readwrite", { durability: "strict" });
  work(txn.objectStore(store));
  txn.commit();
  await new Promise<void>((resolve, reject) => {
    txn.oncomplete = () => resolve();
    txn.onabort = () => reject(txn.error);
  });
}

async function timed(work: () => Promise<unknown>) {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

/** Bytes that no disk makes smaller. */
function noise(bytes: number) {
  const all = new Uint8Array(bytes);
  for (let from = 0; from < bytes; from += 65_536) crypto.getRandomValues(all.subarray(from, Math.min(bytes, from + 65_536)));
  return all;
}

window.raw = {
  keep: (bytes, part) =>
    timed(async () => {
      for (let from = 0; from < bytes; from += part) {
        const record = noise(Math.min(part, bytes - from));
        await write("kept", (store) => store.put(record, from));
      }
    }),
  keepThis: (bytes) => write("kept", (store) => store.put(bytes, 0)),
  async readKept() {
    const all = (await done(db.transaction("kept").objectStore("kept").getAll())) as Uint8Array[];
    return all.reduce((sum, record) => sum + record.byteLength, 0);
  },
  add(bytes) {
    const record = noise(bytes);
    return timed(() => write("added", (store) => store.add(record)));
  },
};

await begin({
  async fill(entries) {
    for (const batch of batches(entries)) await write("entries", (store) => batch.forEach((entry) => store.add(entry)));
  },
  all: () => done(db.transaction("entries").objectStore("entries").getAll()) as Promise<Entry[]>,
  record: (entry) => write("entries", (store) => store.add(entry)),
});
if (location.search === "?kept") {
  document.body.dataset.rows = String(await window.raw.readKept());
  document.body.dataset.negative = "0";
}
