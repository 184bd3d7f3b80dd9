// The same work on Dexie: entries in a table, worked out anew at each start.
import { Dexie, type EntityTable } from "dexie";
import { type Entry, batches, begin } from "../shared/peer.ts";

const db = new Dexie("till", { chromeTransactionDurability: "strict" }) as Dexie & { entries: EntityTable<Entry, "id"> };
db.version(1).stores({ entries: "id" });

await begin({
  async fill(entries) {
    for (const batch of batches(entries)) await db.entries.bulkAdd(batch);
  },
  all: () => db.entries.toArray(),
  async record(entry) {
    await db.entries.add(entry);
  },
});
