// Where the peers' pages are served: isolated from other origins, so that their timers are as precise as ours, and with the entries as one file.
import { createReadStream, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { type Server as HttpServer, createServer } from "node:http";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import { randomBytes } from "node:crypto";
import type { Account } from "./answer.ts";

const { SUBZERO_PEERS = "" } = process.env;
const HEADERS = {
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-embedder-policy": "require-corp",
  "cross-origin-resource-policy": "same-origin",
};

/** Each peer by what its page is called. */
export const PEERS = { "raw IndexedDB": "raw", Dexie: "dexie", RxDB: "rxdb", PouchDB: "pouchdb" } as const;
export type PeerName = keyof typeof PEERS;
export const PEER_NAMES = Object.keys(PEERS) as PeerName[];

export class PeerSite {
  private constructor(
    private readonly http: HttpServer,
    readonly origin: string,
  ) {}

  static async serve(accounts: Account[]) {
    const packed = new Map(accounts.map((account) => [`/${account.name}.json`, gzipped(account.entriesFile)]));
    const noise = randomBytes(4_000_000);
    const http = createServer((request, response) => {
      const { pathname, searchParams } = new URL(request.url ?? "/", "http://localhost");
      const entries = packed.get(pathname);
      if (entries) {
        response.writeHead(200, { ...HEADERS, "content-type": "application/json", "content-encoding": "gzip" });
        createReadStream(entries).pipe(response);
      } else if (pathname.endsWith(".js")) {
        response.writeHead(200, { ...HEADERS, "content-type": "text/javascript" });
        response.end(readFileSync(join(SUBZERO_PEERS, pathname)));
      } else if (pathname === "/noise") {
        response.writeHead(200, { ...HEADERS, "content-type": "application/octet-stream" });
        response.end(noise.subarray(0, Number(searchParams.get("bytes"))));
      } else {
        response.writeHead(200, { ...HEADERS, "content-type": "text/html" });
        response.end(`<!doctype html><title>peer</title><body><script type="module" src="${pathname}.js"></script>`);
      }
    });
    await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
    const address = http.address();
    const port = typeof address === "object" && address ? address.port : 0;
    return new PeerSite(http, `http://127.0.0.1:${port}`);
  }

  page(peer: PeerName, search = "") {
    return `${this.origin}/${PEERS[peer]}${search}`;
  }

  async close() {
    this.http.closeAllConnections();
    await new Promise((resolve) => this.http.close(resolve));
  }
}

/** The file, packed once. */
function gzipped(file: string): string {
  const packed = `${file}.gz`;
  if (!existsSync(packed)) {
    mkdirSync(dirname(packed), { recursive: true });
    writeFileSync(packed, new Uint8Array(gzipSync(readFileSync(file, "utf8"))));
  }
  return packed;
}
