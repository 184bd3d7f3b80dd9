// The same work on PouchDB: an entry a document, worked out anew at each start. It has no word for durability: the bench makes its txns wait for the disk
// where the others' do.
import PouchDB from "pouchdb-browser";
import { type Entry, batches, begin } from "../shared/peer.ts";

type Stored = Omit<Entry, "id">;

const db = new PouchDB<Stored>("till", { auto_compaction: true });
const toStored = ({ id, ...entry }: Entry) => ({ _id: id, ...entry });

await begin({
  async fill(entries) {
    for (const batch of batches(entries)) {
      const refused = (await db.bulkDocs(batch.map(toStored))).find((answer) => "error" in answer);
      if (refused) throw new Error(`not stored: ${JSON.stringify(refused)}`);
    }
  },
  async all() {
    const { rows } = await db.allDocs({ include_docs: true });
    return rows.flatMap(({ doc }) => (doc ? [{ ...doc, id: doc._id }] : []));
  },
  async record(entry) {
    await db.put(toStored(entry));
  },
});
