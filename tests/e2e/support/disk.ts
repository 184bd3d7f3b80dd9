// What a device keeps, as it is on its disk.
import type { Page } from "@playwright/test";

export type Disk = {
  /** How many own entries the outbox holds. */
  own: number;
  /** Where the shown copy of the shop stands. */
  cursor: number;
  /** The last row that is kept of that copy. */
  rows: number;
};

/** A request of a database as a promise. */
export type Done = <T>(request: IDBRequest<T>) => Promise<T>;

const done: Done = (request) =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

/** Does something in the page with each of its databases, one after the other. Answers what came of it. The work may use nothing from around it. */
export async function inDatabases<A, R>(page: Page, arg: A, work: (db: IDBDatabase, done: Done, arg: A) => Promise<R>): Promise<R[]> {
  return page.evaluate(`(async () => {
    const done = ${done};
    const answers = [];
    for (const { name } of await indexedDB.databases()) {
      const db = await done(indexedDB.open(name));
      try {
        answers.push(await (${work})(db, done, ${JSON.stringify(arg)}));
      } finally {
        db.close();
      }
    }
    return answers;
  })()`);
}

/** Reads what is kept of a shop, in a page of the device's server. */
export async function readDisk(page: Page, shop = 1): Promise<Disk> {
  const all = await inDatabases(page, shop, async (db, done, shop) => {
    const disk = { own: 0, cursor: 0, rows: 0 };
    if (db.objectStoreNames.contains("own")) {
      disk.own += await done(db.transaction("own").objectStore("own").count());
    }
    if (db.objectStoreNames.contains("cur")) {
      const txn = db.transaction(["cur", "seg", "tail"]);
      const found: Uint8Array | undefined = await done(txn.objectStore("cur").get(shop));
      const { shown } = found ? JSON.parse(new TextDecoder().decode(found)) : { shown: null };
      if (shown) {
        disk.cursor = shown.seq;
        disk.rows = shown.base;
        const copy = IDBKeyRange.bound([shop, shown.generation], [shop, shown.generation, []]);
        for (const store of ["seg", "tail"]) {
          const keys = (await done(txn.objectStore(store).getAllKeys(copy))) as [number, number, number][];
          for (const [, , last] of keys) disk.rows = Math.max(disk.rows, last);
        }
      }
    }
    return disk;
  });
  const sum = (name: keyof Disk) => all.reduce((total, disk) => total + disk[name], 0);
  return { own: sum("own"), cursor: sum("cursor"), rows: sum("rows") };
}

/** A shown copy of a shop. */
export type Copy = { shop: number; epoch: string; seq: number; checksum: string };

/** Reads where every shown copy stands. */
export async function readCopies(page: Page): Promise<Copy[]> {
  const all = await inDatabases(page, null, async (db, done) => {
    const copies: Copy[] = [];
    if (!db.objectStoreNames.contains("cur")) return copies;
    const store = db.transaction("cur").objectStore("cur");
    for (const shop of (await done(store.getAllKeys())) as number[]) {
      const found: Uint8Array = await done(store.get(shop));
      const { shown } = JSON.parse(new TextDecoder().decode(found));
      if (shown) copies.push({ shop, epoch: shown.epoch, seq: shown.seq, checksum: shown.checksum });
    }
    return copies;
  });
  return all.flat();
}

/** Reads one of the small records that the page keeps beside its entries. */
export async function readRecord<R>(page: Page, name: string): Promise<R> {
  const found = await inDatabases(page, name, async (db, done, name) => {
    if (!db.objectStoreNames.contains("own")) return [];
    const record: Uint8Array = await done(db.transaction("ctl").objectStore("ctl").get(name));
    return [JSON.parse(new TextDecoder().decode(record))];
  });
  return found.flat()[0];
}

/** Puts such a record among them. */
export async function writeRecord(page: Page, name: string, record: unknown) {
  await inDatabases(page, [name, JSON.stringify(record)] as const, async (db, done, [name, record]) => {
    if (!db.objectStoreNames.contains("own")) return;
    await done(db.transaction("ctl", "readwrite").objectStore("ctl").put(new TextEncoder().encode(record), name));
  });
}

/** Notes that the server has set aside the entry under this key. */
export async function setAside(page: Page, key: number, verdict: unknown) {
  await inDatabases(page, [key, JSON.stringify(verdict)] as const, async (db, done, [key, verdict]) => {
    if (!db.objectStoreNames.contains("verdict")) return;
    await done(db.transaction("verdict", "readwrite").objectStore("verdict").put(new TextEncoder().encode(verdict), key));
  });
}

/** Spoils the copies of the server's books on this device: all of them, or those of one shop. Answers how many records that were. */
export async function spoilCopies(page: Page, shop: number | null = null): Promise<number> {
  const spoilt = await inDatabases(page, shop, async (db, done, only) => {
    if (!db.objectStoreNames.contains("tail")) return 0;
    let records = 0;
    const store = db.transaction("tail", "readwrite").objectStore("tail");
    for (const key of await done(store.getAllKeys())) {
      if (only === null || (key as number[])[0] === only) {
        await done(store.put("not a row", key));
        records += 1;
      }
    }
    return records;
  });
  return spoilt.reduce((sum, records) => sum + records, 0);
}
