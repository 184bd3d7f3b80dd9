// Our own page as the bench uses it: paired and signed in once, filled, kept as a profile that each run begins with a copy of.
import { cpSync } from "node:fs";
import { type Page, expect } from "@playwright/test";
import { Auditor } from "../../support/auditor.ts";
import { follow } from "../../support/follow.ts";
import { readReport } from "../../support/report.ts";
import { Server, dropFolder, newFolder } from "../../support/server.ts";
import { type Account, type Row, afterSales, isRight } from "./answer.ts";
import { type Backend, BenchBrowser } from "./bench_browser.ts";
import { type Expected, probeNow, rightAt } from "./probe.ts";
import { type Sold, sellInPage, watchStorage } from "./sales.ts";

export const REPORT = "/reports/negative-inventory";

/** What is shorter is fetched row by row: a snapshot of it would save nothing. */
const FOLDED_FROM = 20_000;
/** A server folds what it finds due as it starts. */
const FOLDED_WITHIN_MS = 300_000;

/** A real server on a copy of an account's data, folded as it is on any server that has been up for a while. */
export async function serve(account: Account) {
  const copy = newFolder("data");
  cpSync(account.data, copy, { recursive: true });
  const server = await Server.on(copy);
  if (account.entries >= FOLDED_FROM) {
    const auditor = await Auditor.of(server.origin, 1, account.sign);
    await expect.poll(() => auditor.isSnapshotOffered(), { timeout: FOLDED_WITHIN_MS }).toBe(true);
  }
  return server;
}

/** Pairs a new register, up to the moment at which the server is asked. */
async function fillIn(page: Page, { sign }: Account) {
  await page.getByLabel("Owner’s e-mail").fill(sign.email);
  await page.getByLabel("Password").fill(sign.password);
  await page.getByRole("button", { name: "Continue" }).click();
  await page.getByRole("radio", { name: sign.shop, exact: true }).check();
  await page.getByLabel("Name of this register").fill(`Bench ${Date.now()}`);
}

async function signIn(page: Page, { sign }: Account) {
  await page.getByRole("button", { name: sign.employee }).first().click();
  await page.keyboard.type(sign.pin);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await expect(page.getByRole("navigation", { name: "Places" })).toBeVisible({ timeout: 600_000 });
}

/** What became of a new register: when the people to sign in were there and when the report was right, in ms from the press on “Pair”. */
export type Unpacked = { people: number; right: number };

/** A new register up to the right report. */
export async function unpack(browser: BenchBrowser, server: Server, account: Account, expected: Expected): Promise<Unpacked> {
  const { page } = browser;
  await page.goto(server.origin);
  await fillIn(page, account);
  const start = Date.now();
  await page.getByRole("button", { name: "Pair this device" }).click();
  await page.getByRole("button", { name: account.sign.employee }).first().waitFor();
  const people = Date.now() - start;
  await signIn(page, account);
  await page.evaluate(follow, REPORT);
  await probeNow(page, expected);
  return { people, right: (await rightAt(page)) - start };
}

/** Waits until the register and its server have all of each other's. */
export async function isOnline(page: Page) {
  await expect(page.locator(".network-pill")).toHaveText("Online", { timeout: 600_000 });
}

/** What the report says, once it is open. */
export async function rowsOf(page: Page): Promise<Row[]> {
  if ((await page.getByRole("region", { name: "Negative inventory" }).count()) === 0) return [];
  const number = (text: string) => Number(text.replace(/,/g, "").replace("\u2212", "-"));
  return (await readReport(page)).map(({ item, on_hand, open }) => ({ name: item, onHand: number(on_hand), open: number(open) }));
}

/** A register that is kept as a profile. */
export type Kept = {
  profile: string;
  server: Server;
  account: Account;
  expected: Expected;
  /** What its report must say; none where it is too long to be read through, and only counted. */
  right?: Row[];
  /** Of the item that was sold without a network, its name and how many. */
  unsent: { name: string; sold: number };
};

/** Makes such a register: it has all that the server has, and sales that nobody else has. */
export async function keep(backend: Backend, account: Account, sold: number): Promise<Kept> {
  const server = await serve(account);
  const browser = await BenchBrowser.start(backend);
  const { page } = browser;
  const rows = account.rows;
  const isCounted = rows.length > 4_000;
  const expected = { rows: rows.length, negative: account.negative };
  await page.goto(server.origin);
  await fillIn(page, account);
  await page.getByRole("button", { name: "Pair this device" }).click();
  await signIn(page, account);
  await page.evaluate(() => navigator.serviceWorker.ready);
  await isOnline(page);
  // So that all that is fetched and compiled once is.
  await page.goto(server.origin + REPORT);
  await isOnline(page);
  await expect(page.locator(".loading")).toHaveCount(0, { timeout: 600_000 });
  if (rows.length > 0 && !isCounted) {
    await expect(page.getByRole("region", { name: "Negative inventory" }).locator("[data-cell=item]").first()).toBeVisible({ timeout: 600_000 });
    isRight(await rowsOf(page), rows, `Subzero, ${account.title}`);
  }
  const unsent = { name: "", sold };
  let right: Row[] = rows;
  await server.stop();
  if (sold > 0) {
    await page.evaluate(follow, "/sell");
    const tiles = await page.locator(".item-tile-name").allInnerTexts();
    unsent.name = tiles.map((text) => text.trim()).find((text) => account.idOf(text)) ?? "";
    expect(unsent.name, "an item that is negative can be sold").not.toBe("");
    await watchStorage(page);
    await page.evaluate(sellInPage, { names: [unsent.name], count: sold, pauseMs: 0 });
    right = afterSales(rows, unsent.name, sold);
    expected.rows = right.length;
  }
  await browser.end();
  return { profile: browser.profile, server, account, expected, right: isCounted ? undefined : right, unsent };
}

export async function drop({ profile, server }: Kept) {
  dropFolder(profile);
  await server.remove();
}

/** Rings up sales by hand's gestures, as fast as the page lets them. Answers how long each took. */
export async function sell(page: Page, names: string[], count: number, pauseMs: number): Promise<Sold[]> {
  return page.evaluate(sellInPage, { names, count, pauseMs });
}
