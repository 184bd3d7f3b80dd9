// Every named scenario of the rules is played through the screens, each event at its own time and on its own register, without a network
// while it happens. In the end the item's card shows the stock that the scenario expects.
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { Auditor } from "./support/auditor.ts";
import { Device } from "./support/device.ts";
import { type Name, preparedData, preparedStorage } from "./support/prepared.ts";
import { readCopies, writeRecord } from "./support/disk.ts";
import { Server } from "./support/server.ts";
import { expect, test as base } from "./support/test.ts";

type Event = {
  doc: string;
  at: string;
  kind: string;
  shop: string;
  item: string;
  qty?: string;
  cost?: string;
  counted?: string;
  of?: string;
  to?: string;
  mode?: Mode;
  device?: string;
};
type Mode = "allow" | "auto_add";
type Vector = {
  name: string;
  settings: { mode: Mode };
  items: Record<string, { default_cost?: string }>;
  events: Event[];
  expect: { stock: { shop: string; item: string; on_hand: string }[] };
};

/** Scenarios that no screen lets anybody enter, and why. The ledger's own tests hold them all the same. */
const CANNOT_BE_ENTERED: Record<string, string> = {
  "36-received-and-returned-too-much":
    "Whoever says what became of a sending knows how much of it is left, and no register takes more than that in one line: five of two can only come from elsewhere.",
};

const FOLDER = join(import.meta.dirname, "../../crates/subzero-ledger/tests/vectors");
const VECTORS = readdirSync(FOLDER)
  .filter((name) => /^\d\d-.*\.json$/.test(name))
  .sort()
  .map((name) => JSON.parse(readFileSync(join(FOLDER, name), "utf8")) as Vector)
  .filter(({ name }) => !(name in CANNOT_BE_ENTERED));
const SHOPS: Record<string, string> = { A: "High Street", B: "Station" };

/** A register with whoever is signed in on it, and in which mode. */
type Register = { device: Device; employee: string; pin: string; mode: Mode };
type Registers = Record<"A1" | "A2" | "B1", Register>;
type Shop = { registers: Registers; auditor: Auditor };

/** A shop for as many scenarios as a worker plays: none touches what another needs, for each has items of its own. */
const test = base.extend<object, { shop: Shop }>({
  shop: [
    async ({ browser }, use) => {
      const server = await Server.onCopyOf(preparedData());
      const devices: Device[] = [];
      const register = async (name: Name): Promise<Register> => {
        const device = await Device.unpack(server, browser, { storage: preparedStorage(name) });
        devices.push(device);
        await device.load("/");
        // They play in the past, which the server finds odd: this is not about that.
        const copies = await readCopies(device.page);
        const seen = copies.map(({ shop, epoch }) => [shop, { epoch, seq: Number.MAX_SAFE_INTEGER }] as const);
        await writeRecord(device.page, "odd-seen", Object.fromEntries(seen));
        await device.load("/");
        await device.isOnline();
        return { device, employee: "Olive Owen", pin: "1111", mode: "allow" };
      };
      try {
        const registers = { A1: await register("front"), A2: await register("back"), B1: await register("station") };
        const shop = { registers, auditor: await Auditor.of(server.origin) };
        await importItems(registers.A1.device);
        await meet(shop);
        await use(shop);
      } finally {
        for (const device of devices) await device.remove();
        await server.remove();
      }
    },
    { scope: "worker", timeout: 60_000 },
  ],
});

/** The items of all scenarios come in with one file. */
async function importItems(device: Device) {
  const lines = VECTORS.flatMap((vector) =>
    Object.entries(vector.items).map(([item, { default_cost }]) => `${vector.name} ${item},1,${default_cost ?? ""},3`),
  );
  await device.open("/settings/files");
  const buffer = Buffer.from(`Name,Price,Default cost,Decimals\n${lines.join("\n")}\n`);
  await device.page.getByLabel("CSV file").setInputFiles({ name: "items.csv", mimeType: "text/csv", buffer });
  await device.page.getByRole("button", { name: `Record ${lines.length} lines` }).click();
  await device.says("recorded");
}

/** The device's clock stands still at a moment, or goes on as it was. */
async function clock(device: Device, at?: string) {
  await device.page.evaluate((at) => {
    const page = globalThis as unknown as { now?: () => number };
    page.now ??= Date.now;
    Date.now = at === undefined ? page.now : () => at;
  }, at === undefined ? undefined : Date.parse(at));
}

/** Everything that each register knows, all of them know. */
async function meet({ registers, auditor }: Shop) {
  const devices = Object.values(registers).map(({ device }) => device);
  for (const device of devices) await device.network(true);
  // What each has recorded is at the server; then what the server has is on each.
  for (const device of devices) await device.isOnline();
  for (const device of devices) await device.isUpToDate(auditor);
  for (const device of devices) await device.network(false);
}

/** Somebody signs in anew on a register, in that mode. */
async function sign(register: Register, mode: Mode) {
  if (register.mode === mode) return;
  const { page } = register.device;
  await register.device.open("/settings/modules/negative-inventory");
  const toggle = page.getByRole("switch", { name: "Negative inventory" });
  await toggle.setChecked(mode === "allow");
  if (await page.getByRole("button", { name: "Save changes" }).isEnabled()) {
    await page.getByRole("button", { name: "Save changes" }).click();
    await expect(page.getByText("Each employee works with it from their next sign-in.")).toBeVisible();
  }
  await page.getByRole("button", { name: "Sign out" }).click();
  await register.device.signIn(register.employee, register.pin);
  register.mode = mode;
}

/** Which register an event happens on. */
function where(event: Event): keyof Registers {
  if (event.shop === "B") return "B1";
  return event.device === "A2" || event.device === "B" ? "A2" : "A1";
}

/** What the receipts and transfers of the documents are called. */
const known: Record<string, string> = {};

async function play(vector: Vector, event: Event, device: Device) {
  const { page } = device;
  const item = `${vector.name} ${event.item}`;
  const doc = `${vector.name} ${event.doc}`;
  const of = known[`${vector.name} ${event.of}`] ?? "";
  const qty = event.qty ?? "0";
  const find = async (path: string) => {
    await device.open(path);
    await clock(device, event.at);
    await page.getByLabel("Find an item or scan a code").fill(item);
    await device.add(item);
  };
  const said = (text: string) => device.says(text);
  switch (event.kind) {
    case "receive":
      await find("/receive");
      await device.setQuantity(item, qty);
      await page.getByLabel(`Unit cost of ${item}`).fill(event.cost ?? "0");
      await page.getByRole("button", { name: "Record delivery" }).click();
      await said("received");
      break;
    case "sale":
      await find("/sell");
      await device.setQuantity(item, qty);
      known[doc] = await device.charge();
      break;
    case "refund":
      if (event.of === undefined) {
        await find("/receipts/refund");
        await device.setQuantity(item, qty);
        await page.getByRole("button", { name: "Refund", exact: true }).click();
      } else {
        await device.open("/receipts");
        await page.getByLabel("Find a receipt or an item").fill(item);
        await page.getByRole("link", { name: new RegExp(`^${of}\\b`) }).click();
        await page.getByRole("link", { name: "Refund", exact: true }).click();
        await clock(device, event.at);
        await device.setQuantity(item, qty);
        await page.getByRole("button", { name: "Refund", exact: true }).click();
      }
      await said("The refund is recorded.");
      break;
    case "void":
      await device.open("/receipts");
      await page.getByLabel("Find a receipt or an item").fill(item);
      await page.getByRole("link", { name: new RegExp(`^${of}\\b`) }).click();
      await clock(device, event.at);
      await page.getByRole("button", { name: "Void" }).click();
      await page.getByRole("dialog").getByRole("button", { name: "Void" }).click();
      await said("The sale is voided.");
      break;
    case "transfer_send":
      await find("/transfers/new");
      await page.getByRole("combobox", { name: "To", exact: true }).selectOption(SHOPS[event.to ?? "B"] ?? "");
      await device.setQuantity(item, qty);
      await page.getByLabel("Transfer number").fill(doc);
      await page.getByRole("button", { name: "Send", exact: true }).click();
      await said("The transfer is sent.");
      known[doc] = doc;
      break;
    case "transfer_receive":
    case "transfer_return":
      await device.open("/transfers");
      await page.getByRole("link", { name: new RegExp(of) }).click();
      await clock(device, event.at);
      await device.setQuantity(item, qty);
      await page.getByRole("button", { name: event.kind === "transfer_receive" ? "Record arrival" : "Record return" }).click();
      await said("Recorded.");
      break;
    case "vendor_return":
      await find("/stock/vendor-return");
      await device.setQuantity(item, qty);
      await page.getByRole("button", { name: "Record return" }).click();
      await said("The return is recorded.");
      break;
    case "count":
      await device.open("/counts");
      await page.getByRole("button", { name: "New count" }).click();
      await page.getByRole("button", { name: "Begin counting" }).click();
      await expect(page.getByText("0 items counted")).toBeVisible();
      await clock(device, event.at);
      await page.getByLabel("Find an item or scan a code").fill(item);
      await device.add(item);
      await device.setQuantity(item, event.counted ?? "0");
      await expect(page.getByLabel(`Quantity of ${item}`)).toHaveValue(event.counted ?? "0");
      await page.getByRole("radio", { name: "Differences" }).check();
      await page.getByRole("button", { name: "Reconcile" }).click();
      await said("On hand is set to what was counted.");
      break;
    case "adjust":
      await device.open("/stock/adjust");
      await page.getByRole("radio", { name: qty.startsWith("-") ? "Damaged" : "Found" }).check();
      await clock(device, event.at);
      await page.getByLabel("Find an item or scan a code").fill(item);
      await device.add(item);
      await device.setQuantity(item, qty.replace("-", ""));
      if (event.cost !== undefined) await page.getByLabel(`Unit cost of ${item}`).fill(event.cost);
      await page.getByRole("button", { name: "Record adjustment" }).click();
      await said("The adjustment is recorded.");
      break;
    default:
      throw new Error(`${vector.name}: nobody knows how to ${event.kind}`);
  }
  await clock(device);
}

test("the scenarios are there", () => {
  expect(VECTORS.length).toBeGreaterThanOrEqual(30);
});

for (const vector of VECTORS) {
  test(`${vector.name} is played through the screens`, async ({ shop }) => {
    const { registers } = shop;
    for (const event of vector.events) {
      const register = registers[where(event)];
      await sign(register, event.mode ?? vector.settings.mode);
      await play(vector, event, register.device);
      // What another register answers later, it has to know of.
      const isAnswered = vector.events.some((later) => later.of === event.doc && where(later) !== where(event));
      if (isAnswered) await meet(shop);
    }
    await meet(shop);
    const { device } = registers.A1;
    const { page } = device;
    for (const { shop: at, item, on_hand } of vector.expect.stock) {
      const name = SHOPS[at] ?? "";
      await device.open("/items");
      await page.getByLabel("Find an item or scan a code").fill(`${vector.name} ${item}`);
      await device.add(`${vector.name} ${item}`);
      const expected = on_hand.replace("-", "−");
      const card = page.locator(".item-shop").filter({ has: page.getByRole("heading", { name }) });
      await expect(card.locator(".figure").first()).toHaveText(expected);
      await page.locator(".item-history").getByLabel("Shop").selectOption(name);
      const newest = page.getByRole("region", { name: "History" }).getByRole("row").nth(1);
      await expect(newest.getByRole("cell").nth(3)).toHaveText(expected);
    }
    for (const { device } of Object.values(registers)) device.console.isClean();
  });
}
