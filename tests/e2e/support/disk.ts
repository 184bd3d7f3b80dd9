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

/** Reads it in a page of the device's server. */
export async function readDisk(page: Page, shop = 1): Promise<Disk> {
  return page.evaluate(async (shop) => {
    const done = <T>(request: IDBRequest<T>) =>
      new Promise<T>((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
      });
    const disk = { own: 0, cursor: 0, rows: 0 };
    for (const { name } of await indexedDB.databases()) {
      const db = await done(indexedDB.open(name ?? ""));
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
      db.close();
    }
    return disk;
  }, shop);
}
