// W5, W13, W14: from a reload to the right report, what the page then takes, and what lies on the disk.
import { dropFolder } from "../../support/server.ts";
import { type Account, type Row, afterSales, isRight, negativeIn } from "../support/answer.ts";
import { type Backend, BenchBrowser, databaseBytes } from "../support/bench_browser.ts";
import { PEER_NAMES, type PeerName, PeerSite } from "../support/peer_site.ts";
import { CPUS, SLOW_MS, bakery, empty, inTurns, isAsked, large } from "../support/plan.ts";
import { probe, untilRight } from "../support/probe.ts";
import { type Of, failure, sample } from "../support/samples.ts";
import { type Kept, REPORT, drop, keep, rowsOf } from "../support/till.ts";

const UNSENT = 200;
/** What a checkpoint of such a business may weigh, in records of at most so many bytes. */
const CHECKPOINT = { bytes: 1_000_000, part: 65_536 };

/** One who starts: a profile to begin with, where it begins, and what must be there. */
type Starter = {
  subject: string;
  input: string;
  backend: Backend;
  profile: string;
  url: string;
  row: string;
  expected: { rows: number; negative: number };
  check?: (browser: BenchBrowser) => Promise<void>;
};

export async function coldStarts() {
  const times = isAsked("W5") ? [10, 1] : [10];
  const accounts = [...new Set(times)].map(bakery);
  const site = await PeerSite.serve(accounts);
  const starters: Starter[] = [];
  const kept: Kept[] = [];
  const profiles: string[] = [];
  const ours = async (row: string, account: Account, backend: Backend, sold: number) => {
    const register = await keep(backend, account, sold);
    kept.push(register);
    starters.push(await ourStarter(row, register, backend));
    if (account.entries > 0) onDisk(account, "Subzero", backend, register.profile);
    return register;
  };
  try {
    await ours("W5", empty(), "LevelDB", 0);
    let ten: Kept | undefined;
    for (const account of accounts) {
      const register = await ours("W5", account, "LevelDB", UNSENT);
      if (account.name === "bakery-10") ten = register;
    }
    if (isAsked("W5", "W13", "W14")) for (const account of large()) await ours("W5", account, "LevelDB", 0);
    if (ten) {
      const register = await ours("W5", ten.account, "SQLite", UNSENT);
      for (const backend of ["LevelDB", "SQLite"] as const) {
        for (const peer of PEER_NAMES) {
          // The slowest two are there to be seen, and one back end shows them.
          if (backend === "SQLite" && (peer === "RxDB" || peer === "PouchDB")) continue;
          const starter = await theirStarter(site, peer, register, backend);
          if (!starter) continue;
          profiles.push(starter.profile);
          starters.push(starter);
          onDisk(register.account, peer, backend, starter.profile);
        }
        const limit = await limitStarter(site, register.account, backend);
        profiles.push(limit.profile);
        starters.push(limit);
      }
    }
    const tooSlow = new Set<Starter>();
    await inTurns(starters.map((starter) => () => start(starter, tooSlow)));
  } finally {
    for (const register of kept) await drop(register);
    profiles.forEach(dropFolder);
    await site.close();
  }
}

async function start(starter: Starter, tooSlow: Set<Starter>) {
  const { row, input, subject, backend, expected } = starter;
  const of: Of = { row, input, subject, what: "cold start to the right report", cpu: 1, backend };
  const browser = await BenchBrowser.start(backend, starter.profile);
  try {
    const { page } = browser;
    await probe(page, expected);
    await page.goto(starter.url);
    await untilRight(page);
    for (const cpu of CPUS) {
      if (cpu > 1 && tooSlow.has(starter)) {
        failure({ ...of, cpu }, `not tried: more than ${SLOW_MS / 1000} s at ×1`);
        continue;
      }
      await browser.slowDown(cpu);
      await page.reload({ waitUntil: "commit" });
      const ms = await untilRight(page);
      sample({ ...of, cpu }, ms, "ms");
      if (cpu === 1) {
        await memory(browser, of);
        if (ms > SLOW_MS) tooSlow.add(starter);
      }
    }
    await browser.slowDown(1);
    await starter.check?.(browser);
  } catch (error) {
    failure(of, String(error).split("\n")[0] ?? "");
  } finally {
    await browser.remove();
  }
}

/** What lies on the disk once all entries have come. */
function onDisk(account: Account, subject: string, backend: Backend, profile: string) {
  const of: Of = { row: "W13", input: account.title, subject, what: "on the disk, for 100,000 entries", cpu: 1, backend };
  sample(of, (databaseBytes(profile) * 100_000) / account.entries, "bytes");
}

async function memory(browser: BenchBrowser, of: Of) {
  const { wasm, heap, resident } = await browser.memory();
  const memory = { ...of, row: "W14" };
  sample({ ...memory, what: "WebAssembly memory" }, wasm, "bytes");
  sample({ ...memory, what: "JavaScript heap" }, heap, "bytes");
  sample({ ...memory, what: "both" }, wasm + heap, "bytes");
  sample({ ...memory, what: "process, resident" }, resident, "bytes");
}

async function ourStarter(row: string, register: Kept, backend: Backend): Promise<Starter> {
  const { account, server, expected, right, unsent, profile } = register;
  const input = unsent.sold > 0 ? `${account.title}, ${unsent.sold} unsent` : account.title;
  const check = async ({ page }: BenchBrowser) => {
    if (right) isRight(await rowsOf(page), right, `Subzero, ${input}`);
  };
  return { subject: "Subzero", input, backend, profile, url: server.origin + REPORT, row, expected, check };
}

/** A peer with the same entries, and the same sales that nobody else has; nothing where it does not come to the right answer. */
async function theirStarter(site: PeerSite, peer: PeerName, { account, unsent }: Kept, backend: Backend): Promise<Starter | undefined> {
  const input = `${account.title}, ${unsent.sold} unsent`;
  const of: Of = { row: "W5", input, subject: peer, what: "cold start to the right report", cpu: 1, backend };
  const right = afterSales(account.rows, unsent.name, unsent.sold);
  const browser = await BenchBrowser.start(backend);
  try {
    const { page } = browser;
    await page.goto(site.page(peer));
    await page.locator("body[data-ready]").waitFor({ state: "attached" });
    await page.evaluate((url) => window.peer.load(url), `/${account.name}.json`);
    const item = account.idOf(unsent.name) ?? "";
    await page.evaluate((entries) => window.peer.add(entries), ownSales(item, unsent.name, unsent.sold));
    await page.evaluate(() => window.peer.answer());
    isRight(await shownBy(browser), right, `${peer}, ${input}`);
  } catch (error) {
    failure(of, String(error).split("\n")[0] ?? "");
    await browser.remove();
    return undefined;
  }
  await browser.end();
  const expected = { rows: right.length, negative: negativeIn(right) };
  const check = async (browser: BenchBrowser) => isRight(await shownBy(browser), right, `${peer}, ${input}`);
  return { subject: peer, input, backend, profile: browser.profile, url: site.page(peer, "?start"), row: "W5", expected, check };
}

/** The limit: nothing but the bytes of a checkpoint, read. */
async function limitStarter(site: PeerSite, account: Account, backend: Backend): Promise<Starter> {
  const browser = await BenchBrowser.start(backend);
  await browser.page.goto(site.page("raw IndexedDB"));
  await browser.page.locator("body[data-ready]").waitFor({ state: "attached" });
  await browser.page.evaluate(({ bytes, part }) => window.raw.keep(bytes, part), CHECKPOINT);
  await browser.end();
  const input = `${account.title}, ${UNSENT} unsent`;
  const subject = `limit: ${CHECKPOINT.bytes / 1_000_000} MB read`;
  const expected = { rows: CHECKPOINT.bytes, negative: 0 };
  return { subject, input, backend, profile: browser.profile, url: site.page("raw IndexedDB", "?kept"), row: "W5", expected };
}

/** What a peer's page shows. */
export async function shownBy({ page }: BenchBrowser): Promise<Row[]> {
  return page.evaluate(() =>
    [...document.querySelectorAll("tr")].map((row) => {
      const [name = "", onHand, open] = [...row.cells].map((cell) => cell.textContent ?? "");
      return { name, onHand: Number(onHand), open: Number(open) };
    }),
  );
}

/** Sales as our register's were. */
function ownSales(item: string, name: string, sold: number) {
  const one = (number: number) => ({
    id: `own-${number}`,
    kind: "sale",
    shop: 1,
    at: Date.now(),
    device: 99,
    dseq: number,
    employee: "",
    receipt: `1-99-${number}`,
    lines: [{ item, name, qty: -1000, price: 10_000 }],
  });
  return Array.from({ length: sold }, (_, number) => one(number + 1));
}

