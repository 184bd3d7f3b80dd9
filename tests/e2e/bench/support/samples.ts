// What was measured: a line of JSON a figure, written as it is measured, so that a run that is ended has said what it knew.
import { appendFileSync } from "node:fs";

const { SUBZERO_SAMPLES = "" } = process.env;

/** What a figure is of. */
export type Of = {
  /** The row of the table of all that is measured. */
  row: string;
  /** On which input. */
  input: string;
  /** By whom. */
  subject: string;
  /** What of it. */
  what: string;
  /** How many times slower the processor is made. */
  cpu: number;
  /** Where the browser keeps databases. */
  backend: string;
};

export type Unit = "ms" | "bytes" | "requests";

function write(line: object) {
  appendFileSync(SUBZERO_SAMPLES, `${JSON.stringify(line)}\n`);
}

export function say(text: string) {
  process.stdout.write(`${text}\n`);
}

/** Notes one figure. */
export function sample(of: Of, value: number, unit: Unit) {
  write({ ...of, value, unit });
  say(`${of.row} ${of.input} · ${of.subject} · ${of.what} · ×${of.cpu} ${of.backend}: ${value.toFixed(1)} ${unit}`);
}

/** Notes that there is no figure, and why. */
export function failure(of: Of, why: string) {
  write({ ...of, failed: why });
  say(`${of.row} ${of.input} · ${of.subject} · ${of.what} · ×${of.cpu} ${of.backend}: ${why}`);
}

/** The value below which so many of a hundred lie. */
export function percentile(values: number[], percent: number): number {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor((sorted.length * percent) / 100))] ?? Number.NaN;
}
