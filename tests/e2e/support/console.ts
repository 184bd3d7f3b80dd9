// What pages write to the console: nothing that a test did not expect. A warning is a fault that nobody has seen yet.
import { type BrowserContext, type ConsoleMessage, expect } from "@playwright/test";

/** What was refused at the end of an outage is written a moment after it. */
const WRITTEN_WITHIN_MS = 1000;

/** When somebody could not be reached, on purpose. */
export class Outages {
  private since?: number;
  private readonly past: { from: number; to: number }[] = [];

  begin() {
    this.since ??= Date.now();
  }

  end() {
    if (this.since !== undefined) this.past.push({ from: this.since, to: Date.now() });
    this.since = undefined;
  }

  cover(at: number) {
    const isNow = this.since !== undefined && at >= this.since;
    return isNow || this.past.some(({ from, to }) => from <= at && at <= to + WRITTEN_WITHIN_MS);
  }
}

/** What it says where a device keeps no page for a start without a network, on purpose. */
const KEEPS_NO_PAGE = "Service Worker registration blocked by Playwright";

/** What the browser writes when a request has no answer. */
const UNREACHED = /^Failed to load resource: net::ERR_|resulted in a network error response/;

export class Console {
  private readonly complaints: { text: string; at: number }[] = [];
  private readonly expected: RegExp[] = [];

  constructor(private readonly outages: Outages[]) {}

  /** Hears every page of a browser. */
  hear(context: BrowserContext) {
    context.on("console", (message) => this.note(message));
    context.on("weberror", (error) => {
      this.complaints.push({ text: `page error: ${error.error().stack ?? error.error().message}`, at: Date.now() });
    });
  }

  private note(message: ConsoleMessage) {
    if (!["warning", "error", "assert"].includes(message.type()) || message.text() === KEEPS_NO_PAGE) return;
    const { url, lineNumber } = message.location();
    this.complaints.push({ text: `${message.text()} (${url}:${lineNumber})`, at: message.timestamp() });
  }

  /** From here on and until now a line like this is no surprise. */
  expects(line: RegExp) {
    this.expected.push(line);
  }

  /** There was nothing but what was expected. */
  isClean() {
    const isExpected = ({ text, at }: { text: string; at: number }) =>
      this.expected.some((line) => line.test(text)) || (UNREACHED.test(text) && this.outages.some((outages) => outages.cover(at)));
    const unexpected = this.complaints.filter((complaint) => !isExpected(complaint));
    expect(unexpected.map(({ text }) => text), "the console is clean").toEqual([]);
  }
}
