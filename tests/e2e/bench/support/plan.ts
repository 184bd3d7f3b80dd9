// What is to be measured, and on what: as `cargo xtask bench` says.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { Account } from "./answer.ts";
import type { Backend } from "./bench_browser.ts";

const { SUBZERO_ACCOUNTS = "", SUBZERO_ROWS = "", SUBZERO_RUNS = "7" } = process.env;

export const RUNS = Number(SUBZERO_RUNS);
const ROWS = SUBZERO_ROWS.split(",");

/** Whether one of these rows is asked for. */
export const isAsked = (...rows: string[]) => rows.some((row) => ROWS.includes(row));

/** How many times slower the processor is made. */
export const CPUS = [1, 6];
/** What takes longer than this on the processor as it is, is not tried on a slower one. */
export const SLOW_MS = 6_000;

const BAKERY = { shop: "Bakery", employee: "Olive", pin: "1111", email: "owner@bakery.example", password: "bread and butter" };
const LARGE = { shop: "Shop 1", employee: "Employee 0", pin: "1000", email: "owner@large.example", password: "twenty shops at once" };

export const empty = () => new Account("empty", "empty", BAKERY);
export const bakery = (times: number) => new Account(`bakery-${times}`, `bakery ×${times}`, BAKERY);
/** The largest business, where it was made: it takes minutes. */
export const large = () => (existsSync(join(SUBZERO_ACCOUNTS, "large", "answer.json")) ? [new Account("large", "large", LARGE)] : []);

/** So many turns: in each, everybody has one. */
export async function inTurns(turns: (() => Promise<void>)[]) {
  for (let run = 0; run < RUNS; run += 1) {
    // Nobody is always first, nor always after the same one.
    const from = run % Math.max(1, turns.length);
    for (const turn of [...turns.slice(from), ...turns.slice(0, from)]) await turn();
  }
}

export const backendsOf = (isBoth: boolean): Backend[] => (isBoth ? ["LevelDB", "SQLite"] : ["LevelDB"]);
