// W9: from the press on “Pair” to the right report: how long, how many bytes, how many requests.
import type { Server } from "../../support/server.ts";
import { type Account, isRight } from "../support/answer.ts";
import { BenchBrowser } from "../support/bench_browser.ts";
import { PEER_NAMES, type PeerName, PeerSite } from "../support/peer_site.ts";
import { bakery, inTurns, large } from "../support/plan.ts";
import { probe, untilRight } from "../support/probe.ts";
import { type Of, failure, sample } from "../support/samples.ts";
import { isOnline, rowsOf, serve, unpack } from "../support/till.ts";
import { shownBy } from "./cold_start.ts";

const BACKEND = "LevelDB";
const RIGHT = "until the report is right";
/** What a checkpoint of the bakery's ten times may weigh on the wire. */
const CHECKPOINT_BYTES = 400_000;

export async function newRegisters() {
  const ten = bakery(10);
  const servers = new Map<Account, Server>();
  for (const account of [ten, ...large()]) servers.set(account, await serve(account));
  const site = await PeerSite.serve([ten]);
  try {
    const ours = [...servers].map(([account, server]) => async () => {
      const of: Of = { row: "W9", input: account.title, subject: "Subzero", what: RIGHT, cpu: 1, backend: BACKEND };
      await attempt(of, async (browser) => {
        const traffic = await browser.traffic("/v1/");
        const rows = account.rows;
        const { people, right } = await unpack(browser, server, account, { rows: rows.length, negative: account.negative });
        const { bytes, requests } = { ...traffic };
        await isOnline(browser.page);
        if (account === ten) isRight(await rowsOf(browser.page), rows, "Subzero");
        sample(of, right, "ms");
        sample({ ...of, what: "until there are people to sign in" }, people, "ms");
        sample({ ...of, what: "received, the page besides" }, bytes, "bytes");
        sample({ ...of, what: "requests" }, requests, "requests");
      });
    });
    await inTurns([...ours, ...PEER_NAMES.map((peer) => () => theirs(site, peer, ten)), () => limit(site, ten)]);
  } finally {
    await site.close();
    for (const server of servers.values()) await server.remove();
  }
}

async function attempt(of: Of, work: (browser: BenchBrowser) => Promise<void>) {
  const browser = await BenchBrowser.start(BACKEND);
  try {
    await work(browser);
  } catch (error) {
    failure(of, String(error).split("\n")[0] ?? "");
  } finally {
    await browser.remove();
  }
}

/** A peer that gets all entries as one packed file. */
async function theirs(site: PeerSite, peer: PeerName, account: Account) {
  const of: Of = { row: "W9", input: account.title, subject: peer, what: RIGHT, cpu: 1, backend: BACKEND };
  await attempt(of, async (browser) => {
    const { page } = browser;
    await probe(page, { rows: account.rows.length, negative: account.negative });
    await page.goto(site.page(peer));
    await page.locator("body[data-ready]").waitFor({ state: "attached" });
    const traffic = await browser.traffic(".json");
    const start = await page.evaluate((url) => {
      const start = performance.now();
      void window.peer.load(url).catch((error: unknown) => {
        document.body.dataset.failed = String(error);
      });
      return start;
    }, `/${account.name}.json`);
    const failed = page.locator("body[data-failed]").waitFor({ state: "attached" });
    const right = await Promise.race([untilRight(page), failed.then(async () => Promise.reject(new Error((await page.locator("body").getAttribute("data-failed")) ?? "")))]);
    isRight(await shownBy(browser), account.rows, peer);
    sample(of, right - start, "ms");
    sample({ ...of, what: "received, the page besides" }, traffic.bytes, "bytes");
  });
}

/** The limit: the bytes of a checkpoint over the wire and in one txn that waits for the disk. */
async function limit(site: PeerSite, account: Account) {
  const subject = `limit: ${CHECKPOINT_BYTES / 1_000} kB, one txn`;
  const of: Of = { row: "W9", input: account.title, subject, what: RIGHT, cpu: 1, backend: BACKEND };
  await attempt(of, async ({ page }) => {
    await page.goto(site.page("raw IndexedDB"));
    await page.locator("body[data-ready]").waitFor({ state: "attached" });
    const ms = await page.evaluate(async (bytes) => {
      const start = performance.now();
      const came = await (await fetch(`/noise?bytes=${bytes}`)).arrayBuffer();
      await window.raw.keepThis(new Uint8Array(came));
      return performance.now() - start;
    }, CHECKPOINT_BYTES);
    sample(of, ms, "ms");
  });
}
