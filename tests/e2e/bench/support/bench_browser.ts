// The browser that is measured: a profile on the disk, a back end for its databases, a processor as slow as said, and what a page takes.
import { cpSync, existsSync, readFileSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { type BrowserContext, type CDPSession, type Page, chromium } from "@playwright/test";
import { LAUNCH, TABLET } from "../../support/browser.ts";
import { dropFolder, newFolder } from "../../support/server.ts";

export type Backend = "LevelDB" | "SQLite";
export const BACKENDS: Backend[] = ["LevelDB", "SQLite"];

const FEATURE: Record<Backend, string[]> = {
  LevelDB: [],
  SQLite: ["--enable-features=IdbSqliteOnDiskRollout:stage/UseSqliteForNewStores"],
};

/** What a page takes, in bytes. */
export type Memory = { wasm: number; heap: number; resident: number };

export class BenchBrowser {
  private constructor(
    readonly profile: string,
    readonly backend: Backend,
    private readonly context: BrowserContext,
    readonly page: Page,
    private readonly session: CDPSession,
  ) {}

  /** Starts a browser on a new profile, or on a copy of one. */
  static async start(backend: Backend, template?: string) {
    const profile = newFolder("bench");
    if (template) cpSync(template, profile, { recursive: true });
    return BenchBrowser.startOn(backend, profile);
  }

  static async startOn(backend: Backend, profile: string) {
    const args = [...LAUNCH.args, ...FEATURE[backend]];
    const context = await chromium.launchPersistentContext(profile, { ...TABLET, ...LAUNCH, args });
    context.setDefaultTimeout(Number(process.env.SUBZERO_WAIT_MS ?? 600_000));
    const page = context.pages()[0] ?? (await context.newPage());
    await context.addInitScript(keepMemory);
    const session = await context.newCDPSession(page);
    await session.send("Performance.enable");
    return new BenchBrowser(profile, backend, context, page, session);
  }

  get version() {
    return this.context.browser()?.version() ?? "";
  }

  secondTab() {
    return this.context.newPage();
  }

  /** Makes the page's processor so many times slower. */
  async slowDown(times: number) {
    await this.session.send("Emulation.setCPUThrottlingRate", { rate: times });
  }

  /** Counts what comes over the wire from here on, of what these words are in the address of: the headers and what is packed, as it comes. */
  async traffic(...words: string[]) {
    const counted = { bytes: 0, requests: 0 };
    const meant = new Set<string>();
    await this.session.send("Network.enable");
    this.session.on("Network.requestWillBeSent", ({ request, requestId }) => {
      if (!words.some((word) => request.url.includes(word))) return;
      meant.add(requestId);
      counted.requests += 1;
    });
    this.session.on("Network.loadingFinished", ({ encodedDataLength, requestId }) => {
      if (meant.has(requestId)) counted.bytes += encodedDataLength;
    });
    return counted;
  }

  /** What the page takes now. */
  async memory(): Promise<Memory> {
    const wasm = await this.page.evaluate(() => {
      const { subzeroMemories = [] } = window as { subzeroMemories?: WebAssembly.Memory[] };
      return subzeroMemories.reduce((sum, memory) => sum + memory.buffer.byteLength, 0);
    });
    const { metrics } = await this.session.send("Performance.getMetrics");
    const heap = metrics.find(({ name }) => name === "JSHeapUsedSize")?.value ?? 0;
    return { wasm, heap, resident: Math.max(...renderersOn(this.profile).map(residentOf)) };
  }

  /** Ends it, and leaves its profile; what it kept there lies where it was said to. */
  async end() {
    await this.context.close();
    const folder = databasesOn(this.profile);
    const kept = existsSync(folder) ? readdirSync(folder) : [];
    const isLevelDb = kept.some((name) => name.endsWith(".indexeddb.leveldb"));
    if (kept.length > 0 && isLevelDb !== (this.backend === "LevelDB")) throw new Error(`not in ${this.backend}: ${kept.join(", ")}`);
  }

  /** Ends it for good. */
  async remove() {
    await this.end();
    dropFolder(this.profile);
  }
}

/** Runs before the page: remembers each memory that it makes or gets. */
function keepMemory() {
  const memories: WebAssembly.Memory[] = [];
  (window as { subzeroMemories?: WebAssembly.Memory[] }).subzeroMemories = memories;
  const note = (instance: WebAssembly.Instance) => {
    for (const exported of Object.values(instance.exports)) {
      if (exported instanceof WebAssembly.Memory && !memories.includes(exported)) memories.push(exported);
    }
  };
  const { instantiate, instantiateStreaming } = WebAssembly;
  const noted = <T extends WebAssembly.Instance | WebAssembly.WebAssemblyInstantiatedSource>(made: T) => {
    note("instance" in made ? made.instance : made);
    return made;
  };
  WebAssembly.instantiate = ((...words: Parameters<typeof instantiate>) => instantiate(...words).then(noted)) as typeof instantiate;
  WebAssembly.instantiateStreaming = (source, imports) => instantiateStreaming(source, imports).then(noted);
  WebAssembly.Memory = new Proxy(WebAssembly.Memory, {
    construct(target, words: [WebAssembly.MemoryDescriptor]) {
      const memory = new target(...words);
      memories.push(memory);
      return memory;
    },
  });
}

/** The processes that show pages of the browser on this profile. */
function renderersOn(profile: string): number[] {
  const all = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  const words = (pid: string) => read(`/proc/${pid}/cmdline`).split(/[\0 ]/);
  const browser = all.find((pid) => words(pid).includes(`--user-data-dir=${profile}`) && !words(pid).some((word) => word.startsWith("--type=")));
  const parents = new Map(all.map((pid) => [pid, /\) \S (\d+)/.exec(read(`/proc/${pid}/stat`))?.[1] ?? ""]));
  const isOf = (pid: string | undefined): boolean => pid !== undefined && pid !== "" && (pid === browser || isOf(parents.get(pid)));
  return all.filter((pid) => words(pid).includes("--type=renderer") && isOf(pid)).map(Number);
}

function residentOf(pid: number): number {
  return 1024 * Number(/VmRSS:\s+(\d+)/.exec(read(`/proc/${pid}/status`))?.[1] ?? 0);
}

function read(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    // It has just ended.
    return "";
  }
}

/** Where a browser keeps its databases. */
const databasesOn = (profile: string) => join(profile, "Default/IndexedDB");

/** How many bytes those take, once the browser has ended. */
export const databaseBytes = (profile: string) => sizeOf(databasesOn(profile));

function sizeOf(path: string): number {
  if (!existsSync(path)) return 0;
  if (!statSync(path).isDirectory()) return statSync(path).size;
  return readdirSync(path).reduce((sum, name) => sum + sizeOf(join(path, name)), 0);
}
