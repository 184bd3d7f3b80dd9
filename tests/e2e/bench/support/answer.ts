// The report as one value that everybody must come to: how much each item is below zero, and how much of each shortage is open.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "@playwright/test";

const { SUBZERO_ACCOUNTS = "" } = process.env;

/** One shortage that is open, with its item and how much of that there is. */
export type Row = { name: string; onHand: number; open: number };

type Exported = { entries: number; lines: number; items: number; negative: { item: string; name: string; on_hand: number; open: number[] }[] };

/** A seeded account: its server's data, its entries as JSON, and what is right. */
export class Account {
  private readonly exported: Exported;

  constructor(
    readonly name: string,
    /** What it is called where people read of it. */
    readonly title: string,
    readonly sign: { shop: string; employee: string; pin: string; email: string; password: string },
  ) {
    this.exported = JSON.parse(readFileSync(join(this.folder, "answer.json"), "utf8"));
  }

  private get folder() {
    return join(SUBZERO_ACCOUNTS, this.name);
  }

  get data() {
    return join(this.folder, "data");
  }

  get entriesFile() {
    return join(this.folder, "entries.json");
  }

  get entries() {
    return this.exported.entries;
  }

  /** How many items are negative, each shop's for itself. */
  get negative() {
    return this.exported.negative.length;
  }

  /** What is open. */
  get rows(): Row[] {
    return this.exported.negative.flatMap(({ name, on_hand, open }) => open.map((qty) => ({ name, onHand: on_hand / 1000, open: qty / 1000 })));
  }

  /** An item's id by its name, of those that are negative. */
  idOf(name: string) {
    return this.exported.negative.find((item) => item.name === name)?.item;
  }
}

/** What is open once so many more of an item that is negative were sold, one by one. */
export function afterSales(rows: Row[], name: string, sold: number): Row[] {
  const before = rows.find((row) => row.name === name)?.onHand ?? 0;
  const others = rows.map((row) => (row.name === name ? { ...row, onHand: before - sold } : row));
  return [...others, ...Array.from({ length: sold }, () => ({ name, onHand: before - sold, open: 1 }))];
}

const inOneOrder = (rows: Row[]) => rows.map(({ name, onHand, open }) => `${name} | ${onHand} | ${open}`).sort();

export const negativeIn = (rows: Row[]) => new Set(rows.map(({ name }) => name)).size;

/** Somebody's rows are the right ones. */
export function isRight(rows: Row[], right: Row[], who: string) {
  expect(inOneOrder(rows), `${who}: the report is the right one`).toEqual(inOneOrder(right));
}
