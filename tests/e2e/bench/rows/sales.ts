// W1, W3: a sale of three lines until it is on the disk and until the screen says so; one after the other with a pause, and without.
import type { Page } from "@playwright/test";
import { type Account } from "../support/answer.ts";
import { BACKENDS, type Backend, BenchBrowser } from "../support/bench_browser.ts";
import { PEER_NAMES, type PeerName, PeerSite } from "../support/peer_site.ts";
import { CPUS, bakery, inTurns, isAsked } from "../support/plan.ts";
import { alwaysStrict, watchStorage } from "../support/sales.ts";
import { type Of, failure, percentile, sample } from "../support/samples.ts";
import { follow } from "../../support/follow.ts";
import { type Kept, REPORT, drop, isOnline, keep, sell } from "../support/till.ts";

const SALES = 40;
const IDLE_MS = 50;
const BACK_TO_BACK = 100;

/** What one of our entries of three lines weighs, as it is found to be. */
let entryBytes = 400;

export async function sales() {
  const account = bakery(10);
  const site = await PeerSite.serve([]);
  const kept: Kept[] = [];
  try {
    const turns: (() => Promise<void>)[] = [];
    for (const backend of BACKENDS) {
      const register = await keep(backend, account, 0);
      kept.push(register);
      await register.server.start();
      turns.push(() => ours(register, backend));
      for (const peer of PEER_NAMES) turns.push(() => theirs(site, peer, account, backend));
    }
    await inTurns(turns);
  } finally {
    for (const register of kept) await drop(register);
    await site.close();
  }
}

async function ours({ account, server, profile }: Kept, backend: Backend) {
  const of: Of = { row: "W1", input: account.title, subject: "Subzero", what: "", cpu: 1, backend };
  const browser = await BenchBrowser.start(backend, profile);
  try {
    const { page } = browser;
    await page.goto(server.origin + REPORT);
    await isOnline(page);
    await page.evaluate(follow, "/sell");
    const names = (await page.locator(".item-tile-name").allInnerTexts()).slice(0, 3).map((name) => name.trim());
    await watchStorage(page);
    await sell(page, names, 5, IDLE_MS);
    for (const cpu of CPUS) {
      await browser.slowDown(cpu);
      if (isAsked("W1")) {
        const sold = await sell(page, names, SALES, IDLE_MS);
        entryBytes = sold[0]?.bytes || entryBytes;
        spread({ ...of, cpu }, "until saved", sold.map(({ saved }) => saved));
        spread({ ...of, cpu }, "until shown", sold.map(({ shown }) => shown));
      }
      if (isAsked("W3") && cpu === 1) await oneAfterTheOther(page, { ...of, row: "W3" }, names);
    }
  } catch (error) {
    failure(of, String(error).split("\n")[0] ?? "");
  } finally {
    await browser.remove();
  }
}

async function oneAfterTheOther(page: Page, of: Of, names: string[]) {
  const start = performance.now();
  const sold = await sell(page, names, BACK_TO_BACK, 0);
  sample({ ...of, what: `${BACK_TO_BACK} sales back to back, all gestures` }, performance.now() - start, "ms");
  sample({ ...of, what: `${BACK_TO_BACK} sales back to back, from press to saved` }, sold.reduce((sum, { saved }) => sum + saved, 0), "ms");
}

/** A peer, or the browser's own limit: one record of as many bytes, into an empty database, each txn waiting for the disk. */
async function theirs(site: PeerSite, peer: PeerName, account: Account, backend: Backend) {
  const of: Of = { row: "W1", input: account.title, subject: peer, what: "until saved", cpu: 1, backend };
  const browser = await BenchBrowser.start(backend);
  try {
    const { page } = browser;
    await alwaysStrict(page);
    await page.goto(site.page(peer));
    await page.locator("body[data-ready]").waitFor({ state: "attached" });
    for (const cpu of CPUS) {
      await browser.slowDown(cpu);
      if (isAsked("W1")) {
        const took = await record(page, peer, SALES, IDLE_MS, cpu);
        spread({ ...of, cpu, subject: peer === "raw IndexedDB" ? "limit: one strict add" : peer }, "until saved", took);
      }
      if (isAsked("W3") && cpu === 1) {
        const took = await record(page, peer, BACK_TO_BACK, 0, 3);
        const subject = peer === "raw IndexedDB" ? "limit: strict adds" : peer;
        sample({ ...of, row: "W3", subject, what: `${BACK_TO_BACK} sales back to back, from press to saved` }, took.reduce((sum, ms) => sum + ms, 0), "ms");
      }
    }
  } catch (error) {
    failure(of, String(error).split("\n")[0] ?? "");
  } finally {
    await browser.remove();
  }
}

/** So many sales recorded by a peer. Answers how long each took. */
function record(page: Page, peer: PeerName, count: number, pauseMs: number, series: number): Promise<number[]> {
  return page.evaluate(
    async ({ isRaw, bytes, count, pauseMs, series }) => {
      const took: number[] = [];
      for (let number = 0; number < count; number += 1) {
        const line = (place: number) => ({ item: `0000ba4e-0000-7000-8000-00000000000${place}`, name: `Item ${place}`, qty: -1000, price: 25_000 });
        const sale = {
          id: crypto.randomUUID(),
          kind: "sale",
          shop: 1,
          at: Date.now(),
          device: 99,
          dseq: series * 1000 + number,
          employee: "0000ba4e-0000-0000-0000-000000000001",
          receipt: `1-99-${series}-${number}`,
          lines: [line(1), line(2), line(3)],
        };
        took.push(await (isRaw ? window.raw.add(bytes) : window.peer.record(sale)));
        if (pauseMs > 0) await new Promise((resolve) => setTimeout(resolve, pauseMs));
      }
      return took;
    },
    { isRaw: peer === "raw IndexedDB", bytes: entryBytes, count, pauseMs, series },
  );
}

function spread(of: Of, what: string, took: number[]) {
  for (const percent of [50, 95, 99]) sample({ ...of, what: `${what}, p${percent}` }, percentile(took, percent), "ms");
}
