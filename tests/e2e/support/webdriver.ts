// A browser driven over W3C WebDriver, for engines that Playwright cannot drive as people have them. Only what the tests here use.
import { type ChildProcess, spawn } from "node:child_process";
import { createServer } from "node:net";
import { expect } from "@playwright/test";
import { SOON, TABLET } from "./browser.ts";

const { SUBZERO_FIREFOX, SUBZERO_GECKODRIVER, SUBZERO_WEBKIT_DRIVER } = process.env;

/** How long the start of a browser, a load and a script may take. */
const LIMIT_MS = 20_000;

/** How each engine's driver is started, and what it is asked for. Nothing is said of the back/forward cache: it is as people have it. */
const DRIVERS = {
  firefox: {
    program: SUBZERO_GECKODRIVER,
    needsDisplay: false,
    options: { "moz:firefoxOptions": { binary: SUBZERO_FIREFOX, args: ["-headless"] } },
  },
  // It starts the small browser that it was built with.
  webkit: { program: SUBZERO_WEBKIT_DRIVER, needsDisplay: true, options: {} },
};

export type Engine = keyof typeof DRIVERS;

/** Those that are here. */
export const ENGINES = (Object.keys(DRIVERS) as Engine[]).filter((engine) => DRIVERS[engine].program !== undefined);

/** An element of the page, as the protocol names it. */
export type Reference = Record<string, string>;

export class Driven {
  private constructor(
    private readonly session: string,
    private readonly programs: ChildProcess[],
  ) {}

  /** A browser of its own with one window, which nobody sees. */
  static async start(engine: Engine): Promise<Driven> {
    const { program, needsDisplay, options } = DRIVERS[engine];
    if (program === undefined) throw new Error(`there is no driver for ${engine}`);
    const programs: ChildProcess[] = [];
    try {
      // WebKit's sandbox does not start for root, and all that is opened is ours.
      const env: NodeJS.ProcessEnv = { ...process.env, WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS: "1" };
      if (needsDisplay) env.DISPLAY = await startDisplay(programs);
      const port = await freePort();
      // In a group of its own, which what it starts belongs to.
      const driver = spawn(program, [`--port=${port}`], { env, stdio: "ignore", detached: true });
      driver.on("error", (error) => console.error(`cannot start ${program}: ${error.message}`));
      programs.push(driver);
      const address = `http://127.0.0.1:${port}`;
      await expect.poll(() => isReady(address), { ...SOON, timeout: LIMIT_MS, message: `${program} is ready` }).toBe(true);
      const timeouts = { script: LIMIT_MS, pageLoad: LIMIT_MS, implicit: 0 };
      const capabilities = { alwaysMatch: { ...options, timeouts } };
      const { sessionId } = await call<{ sessionId: string }>("POST", `${address}/session`, { capabilities });
      const driven = new Driven(`${address}/session/${sessionId}`, programs);
      await driven.ask("POST", "/window/rect", TABLET.viewport ?? {});
      return driven;
    } catch (error) {
      end(programs);
      throw error;
    }
  }

  /** Loads an address as somebody does who types it. */
  async navigate(url: string) {
    await this.ask("POST", "/url", { url });
  }

  async back() {
    await this.ask("POST", "/back", {});
  }

  /** Runs a function in the page. It may use nothing from around it, and answers a promise too. */
  async run<A extends unknown[], R>(work: (...words: A) => R, ...args: A): Promise<Awaited<R>> {
    const script = `
      const answer = arguments[arguments.length - 1];
      const words = [...arguments].slice(0, -1);
      Promise.resolve().then(() => (${work})(...words)).then((value) => answer({ value }), (error) => answer({ error: String(error) }));`;
    const { value, error } = await this.ask<{ value: Awaited<R>; error?: string }>("POST", "/execute/async", { script, args });
    if (error !== undefined) throw new Error(error);
    return value;
  }

  async click(element: Reference) {
    await this.ask("POST", `/element/${idOf(element)}/click`, {});
  }

  /** Presses keys in an element. */
  async type(element: Reference, text: string) {
    await this.ask("POST", `/element/${idOf(element)}/value`, { text });
  }

  /** What is on the screen, as a PNG. */
  async picture(): Promise<Buffer> {
    return Buffer.from(await this.ask<string>("GET", "/screenshot"), "base64");
  }

  /** Ends the browser, and all that was started for it. */
  async quit() {
    try {
      await this.ask("DELETE", "");
    } finally {
      end(this.programs);
    }
  }

  private ask<R>(method: string, path: string, body?: object): Promise<R> {
    return call(method, this.session + path, body);
  }
}

async function call<R>(method: string, address: string, body?: object): Promise<R> {
  const response = await fetch(address, {
    method,
    headers: { "content-type": "application/json" },
    body: body && JSON.stringify(body),
    signal: AbortSignal.timeout(2 * LIMIT_MS),
  });
  const { value } = (await response.json()) as { value: R & { error?: string; message?: string } };
  if (!response.ok) throw new Error(`WebDriver: ${value.error}: ${value.message}`);
  return value;
}

async function isReady(address: string): Promise<boolean> {
  try {
    return (await call<{ ready: boolean }>("GET", `${address}/status`)).ready;
  } catch {
    // It does not listen yet.
    return false;
  }
}

function idOf(element: Reference): string {
  const [id] = Object.values(element);
  if (id === undefined) throw new Error("this is no element");
  return id;
}

/** A display that nobody sees. It chooses its number, so that two can be started at once. */
async function startDisplay(programs: ChildProcess[]): Promise<string> {
  const { width, height } = TABLET.viewport ?? {};
  const words = ["-displayfd", "3", "-screen", "0", `${width}x${height}x24`, "-nolisten", "tcp"];
  const display = spawn("Xvfb", words, { stdio: ["ignore", "ignore", "ignore", "pipe"], detached: true });
  programs.push(display);
  return new Promise((resolve, reject) => {
    let number = "";
    display.stdio[3]?.on("data", (text) => {
      number += text;
      if (number.endsWith("\n")) resolve(`:${number.trim()}`);
    });
    display.once("error", reject);
    display.once("exit", (code) => reject(new Error(`Xvfb stopped with ${code}`)));
  });
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => (address && typeof address === "object" ? resolve(address.port) : reject(new Error("no free port"))));
    });
  });
}

/** Ends programs with what they have started, the last one first. */
function end(programs: ChildProcess[]) {
  for (const { pid } of programs.toReversed()) {
    try {
      if (pid !== undefined) process.kill(-pid, "SIGKILL");
    } catch {
      // It has ended by itself.
    }
  }
}
