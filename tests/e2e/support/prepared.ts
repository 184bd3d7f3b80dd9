// A shop that was opened once, with registers that were paired and signed in once: each test begins with copies of them.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Browser, type BrowserContext, expect } from "@playwright/test";
import { Auditor } from "./auditor.ts";
import { PHONE, type Settings, TABLET } from "./browser.ts";
import { Device } from "./device.ts";
import { Server, newFolder } from "./server.ts";

type Register = { shop: string; register: string; employee: string; pin: string; settings: Settings };

/** They are paired in this order: the first has the number 1. */
export const REGISTERS = {
  front: { shop: "High Street", register: "Front till", employee: "Olive Owen", pin: "1111", settings: TABLET },
  back: { shop: "High Street", register: "Back till", employee: "Olive Owen", pin: "1111", settings: TABLET },
  station: { shop: "Station", register: "Station till", employee: "Olive Owen", pin: "1111", settings: TABLET },
  phone: { shop: "High Street", register: "Maya’s phone", employee: "Maya Miller", pin: "2222", settings: PHONE },
} satisfies Record<string, Register>;

export type Name = keyof typeof REGISTERS;

type State = Awaited<ReturnType<BrowserContext["storageState"]>>;

/** What a browser has kept for the page. */
export class Storage {
  constructor(private readonly state: State) {}

  /** The same at another address. */
  at(origin: string): State {
    return { ...this.state, origins: this.state.origins.map((kept) => ({ ...kept, origin })) };
  }
}

/** Where the prepared shop is, for all of a run. */
const FOLDER = "SUBZERO_PREPARED";
const storageFile = (folder: string) => join(folder, "storage.json");

/** The folder of its server, to be copied. */
export const preparedData = () => join(process.env[FOLDER] ?? "", "data");

/** What one of its registers has kept. */
export function preparedStorage(name: Name): Storage {
  const states = JSON.parse(readFileSync(storageFile(process.env[FOLDER] ?? ""), "utf8")) as Record<Name, State>;
  return new Storage(states[name]);
}

/** Opens the shop and its registers. Answers the folder, which the tests of this run find. */
export async function prepare(browser: Browser): Promise<string> {
  const folder = newFolder("prepared");
  const server = await Server.withDemo(undefined, join(folder, "data"));
  try {
    writeFileSync(storageFile(folder), JSON.stringify(await storageOfAll(server, browser)));
    await server.stop();
  } finally {
    await server.stop("SIGKILL");
  }
  process.env[FOLDER] = folder;
  return folder;
}

async function storageOfAll(server: Server, browser: Browser): Promise<Record<string, State>> {
  const devices: Device[] = [];
  for (const { shop, register, employee, pin, settings } of Object.values(REGISTERS)) {
    const device = await Device.unpack(server, browser, { settings });
    devices.push(device);
    await device.load("/");
    await device.pair(shop, register);
    await device.signIn(employee, pin);
  }
  const auditor = await Auditor.of(server.origin);
  for (const device of devices) await device.isUpToDate(auditor);
  const states = await Promise.all(devices.map((device) => device.storage()));
  // As the server knows it nobody is signed in: a register that a test does not switch on is not in its way.
  for (const device of devices) await device.signOut();
  await expect.poll(() => auditor.sessions()).toBe(0);
  for (const device of devices) {
    await device.remove();
    device.console.isClean();
  }
  return Object.fromEntries(Object.keys(REGISTERS).map((name, place) => [name, states[place]]));
}
