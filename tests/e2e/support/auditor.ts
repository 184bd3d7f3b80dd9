// Somebody who reads the server's books over its own API, and counts.
import { expect } from "@playwright/test";

const DEMO_OWNER = { email: "owner@cornerbakery.example", password: "fresh bread daily" };

type Manifest = {
  heads: { shop: number; head: number }[];
  devices: { device: number; standing: { unsent: number; session: unknown } }[];
};

type Row = { seq: number; inc: string; dseq: number; body: string };

export class Auditor {
  private constructor(
    private readonly origin: string,
    private readonly session: string,
    private readonly secret: string,
    private readonly shop: number,
  ) {}

  static async of(origin: string, shop = 1, whose = DEMO_OWNER) {
    const owner = await post(origin, "/v1/auth/owner", whose);
    const paired = await post(origin, "/v1/devices/pair", { shop, register: "The auditor" }, owner.token);
    return new Auditor(origin, owner.token, paired.token, shop);
  }

  /** Becomes another device of the shop: its token is no longer taken from anybody else. */
  async takesOver(device: number, register: string) {
    await post(this.origin, "/v1/devices/pair", { shop: this.shop, register, again: device }, this.session);
  }

  /** How much a device had not sent when the server last heard of it. */
  async unsentOf(device: number): Promise<number | undefined> {
    const { devices } = await this.manifest();
    return devices.find((seen) => seen.device === device)?.standing.unsent;
  }

  /** On how many registers somebody is signed in, as far as the server has heard. */
  async sessions(): Promise<number> {
    return (await this.manifest()).devices.filter(({ standing }) => standing.session !== null).length;
  }

  /** How far the history of each shop goes, and of the office. */
  async heads() {
    return (await this.manifest()).heads;
  }

  private async manifest(): Promise<Manifest> {
    const authorization = `Bearer ${await this.access()}`;
    const response = await fetch(`${this.origin}/v1/sync/manifest?wait_ms=0&known=`, { headers: { authorization } });
    expect(response.status).toBe(200);
    return (await response.json()) as Manifest;
  }

  /** Whether a new device would begin with what the server has folded. */
  async isSnapshotOffered(): Promise<boolean> {
    const authorization = `Bearer ${await this.access()}`;
    return (await fetch(`${this.origin}/v1/sync/snapshot`, { headers: { authorization } })).status === 200;
  }

  /** What its calls carry; an audit may take longer than a quarter of an hour. */
  private async access(): Promise<string> {
    return (await post(this.origin, "/v1/auth/device", undefined, this.secret)).token;
  }

  /** Every row of the shop, each once: dense sequence, no body and no place in an outbox twice. */
  async rows(): Promise<Row[]> {
    const rows: Row[] = [];
    const authorization = `Bearer ${await this.access()}`;
    for (;;) {
      const address = `${this.origin}/v1/sync/pull?shop=${this.shop}&after=${rows.length}`;
      const response = await fetch(address, { headers: { authorization } });
      expect(response.status).toBe(200);
      const page = (await response.json()) as { rows: Row[]; head: number };
      rows.push(...page.rows);
      if (rows.length >= page.head) break;
    }
    expect(rows.map((row) => row.seq)).toEqual(rows.map((_, index) => index + 1));
    expect(new Set(rows.map((row) => row.body)).size).toBe(rows.length);
    expect(new Set(rows.map((row) => `${row.inc} ${row.dseq}`)).size).toBe(rows.length);
    return rows;
  }
}

async function post(origin: string, path: string, body: unknown, token?: string) {
  const authorization: Record<string, string> = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const response = await fetch(origin + path, {
    method: "POST",
    headers: { "content-type": "application/json", ...authorization },
    body: JSON.stringify(body),
  });
  expect(response.status).toBe(200);
  return (await response.json()) as { token: string };
}
