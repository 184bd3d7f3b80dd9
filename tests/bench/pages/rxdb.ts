// The same work on RxDB over its Dexie storage: entries in a collection, worked out anew at each start.
import { type RxJsonSchema, createRxDatabase } from "rxdb/plugins/core";
import { getRxStorageDexie } from "rxdb/plugins/storage-dexie";
import { type Entry, batches, begin } from "../shared/peer.ts";

const line = {
  type: "object",
  properties: { item: { type: "string" }, name: { type: "string" }, qty: { type: "integer" }, price: { type: "integer" } },
} as const;

const schema: RxJsonSchema<Entry> = {
  version: 0,
  primaryKey: "id",
  type: "object",
  properties: {
    id: { type: "string", maxLength: 64 },
    kind: { type: "string" },
    shop: { type: "integer" },
    at: { type: "integer" },
    device: { type: "integer" },
    dseq: { type: "integer" },
    employee: { type: "string" },
    receipt: { type: "string" },
    lines: { type: "array", items: line },
  },
  required: ["id", "kind", "shop", "at", "device", "dseq", "lines"],
};

const storage = getRxStorageDexie({ chromeTransactionDurability: "strict" });
const db = await createRxDatabase({ name: "till", storage, multiInstance: false });
const { entries } = await db.addCollections({ entries: { schema } });

await begin({
  async fill(all) {
    for (const batch of batches(all)) {
      const { error } = await entries.bulkInsert(batch);
      if (error[0]) throw new Error(`not inserted: ${error[0].status}`);
    }
  },
  async all() {
    const found = await entries.find().exec();
    return found.map((document) => document.toJSON() as Entry);
  },
  async record(entry) {
    await entries.insert(entry);
  },
});
