// A real server: the built binary over a folder of its own, stopped and started as a shopkeeper's would be.
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Outages } from "./console.ts";

const { SUBZERO_SERVER = "", SUBZERO_BAKERY = "", SUBZERO_PAGE = "" } = process.env;

export const newFolder = (name: string) => mkdtempSync(join(tmpdir(), `subzero-${name}-`));

/** Removes such a folder. */
export const dropFolder = (folder: string) => rmSync(folder, { recursive: true, force: true, maxRetries: 3 });

export class Server {
  /** When it was stopped on purpose. */
  readonly outages = new Outages();
  private child?: ChildProcess;
  origin = "";
  private port = 0;

  private constructor(
    readonly data: string,
    /** What it is started with, the next time too. */
    readonly options: string[],
    /** The folder of the page that it gives out. */
    readonly page = SUBZERO_PAGE,
  ) {}

  /** A server on a new folder, in which it makes the demo account. */
  static async withDemo(page?: string, data = newFolder("data")) {
    const server = new Server(data, ["--demo"], page);
    await server.start();
    return server;
  }

  /** A server on a folder that already has an account. */
  static async on(data: string) {
    const server = new Server(data, []);
    await server.start();
    return server;
  }

  /** A server on a copy of a folder that has the demo account: nothing has to be made, and what it was is as it was. */
  static async onCopyOf(data: string, { options = [], ownPage = false }: { options?: string[]; ownPage?: boolean } = {}) {
    const server = new Server(copyOf("data", data), ["--demo", ...options], ownPage ? copyOf("page", SUBZERO_PAGE) : SUBZERO_PAGE);
    await server.start();
    return server;
  }

  /** Starts it, at the same address as before if it ran before. */
  async start() {
    const options = ["--port", String(this.port), "--data", this.data, "--page", this.page, ...this.options];
    const child = spawn(SUBZERO_SERVER, options, { stdio: ["ignore", "pipe", "inherit"] });
    this.child = child;
    this.origin = await new Promise((resolve, reject) => {
      let said = "";
      child.stdout.on("data", (text) => {
        said += text;
        const listening = /listening on (http:\S+)/.exec(said)?.[1];
        if (listening) resolve(listening);
      });
      child.once("exit", (code) => reject(new Error(`the server stopped with ${code} before it listened: ${said}`)));
    });
    this.port = Number(new URL(this.origin).port);
    this.outages.end();
  }

  /** Ends it: SIGTERM as a careful operator would, or SIGKILL as a power cut. Answers its exit code. */
  async stop(signal: "SIGTERM" | "SIGINT" | "SIGKILL" = "SIGTERM") {
    const child = this.child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return child?.exitCode ?? null;
    this.outages.begin();
    const ended = new Promise<number | null>((resolve) => child.once("exit", resolve));
    child.kill(signal);
    return ended;
  }

  /** Ends it for good: nothing of it is left. */
  async remove() {
    await this.stop("SIGKILL");
    dropFolder(this.data);
    if (this.page !== SUBZERO_PAGE) dropFolder(this.page);
  }
}

function copyOf(name: string, folder: string) {
  const copy = newFolder(name);
  cpSync(folder, copy, { recursive: true });
  return copy;
}

/** Rings up the bakery's first tickets into a new folder; answers where, and the report's rows as computed natively. */
export function seedBakery(tickets?: number): { data: string; report: string } {
  const data = newFolder("bakery");
  const report = join(newFolder("report"), "rows.json");
  const some = tickets === undefined ? [] : ["--tickets", String(tickets)];
  execFileSync(SUBZERO_BAKERY, ["--quiet", "--data", data, "--report", report, ...some], { stdio: "inherit" });
  return { data, report };
}
