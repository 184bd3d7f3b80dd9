// A till in a real browser, in bad weather: it sells until it is told to stop, starts the page again now and then, and says what it shows.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pass } from "node:timers/promises";
import { test } from "@playwright/test";
import { Outages } from "../support/console.ts";
import { Device } from "../support/device.ts";
import { type Copy, readCopies } from "../support/disk.ts";
import type { Server } from "../support/server.ts";

const ORIGINS = (process.env.SUBZERO_ORIGINS ?? "").split(" ");
/** Whether the soak has said so, by a file in its folder. */
const isTold = (word: "stop" | "end") => existsSync(join(process.env.SUBZERO_TOLD ?? "", word));
/** After so many sales the page starts again, from what it has kept. */
const RESTART_AFTER = 10;
/** Between two customers. */
const PAUSE_MS = 500;

/**
 * A sale, pressed within the page and not by a pointer: a server's clock that is wrong brings up a band and a question, and what moves between a
 * press and its release is not pressed. A soak is of what is stored and sent.
 */
async function sale(device: Device) {
  const press = (name: string | RegExp) => device.page.getByRole("button", { name }).evaluate((button: HTMLElement) => button.click());
  await device.open("/sell");
  await press(/^Bakery mug/);
  await press("Charge");
  await press("Exact cash");
  return device.receipt();
}

type Says = { says: "open"; device: number } | { says: "sold"; receipt: string } | { says: "shows"; copies: Copy[] } | { says: "closed" };

for (const [till, origin] of ORIGINS.entries()) {
  const say = (line: Says) => console.log(JSON.stringify({ till, ...line }));

  const sell = async (device: Device) => {
    // The server's clock is wrong now and then, and the page asks whose it is.
    const anyway = device.page.getByRole("button", { name: "Record with this clock" });
    // It goes by itself once the clock is right again: what is gone is not waited for.
    await device.page.addLocatorHandler(anyway, () => anyway.evaluateAll((all: HTMLElement[]) => all.forEach((one) => one.click())));
    await device.load("/");
    await device.pair(undefined, "Browser");
    // Whoever answers for the figures is told of all that a wrong clock makes odd: not a cashier.
    await device.signIn("Chris Cole", "3333");
    await device.isReadyForOffline();
    say({ says: "open", device: await device.number() });
    for (let sales = 1; !isTold("stop"); sales += 1) {
      say({ says: "sold", receipt: await sale(device) });
      say({ says: "shows", copies: await readCopies(device.page) });
      if (sales % RESTART_AFTER === 0) await device.load("/sell");
      await pass(PAUSE_MS);
    }
    await device.isOnline(30_000);
    say({ says: "closed" });
    while (!isTold("end")) {
      say({ says: "shows", copies: await readCopies(device.page) });
      await pass(PAUSE_MS);
    }
  };

  test(`the browser at ${origin}`, async ({ browser }) => {
    // All that is needed of a server: somebody else starts and ends it.
    const server = { origin, outages: new Outages() } as Server;
    const device = await Device.unpack(server, browser, { startsOffline: true });
    try {
      await sell(device);
    } catch (error) {
      // A picture is gone with the machine; words are in the report.
      console.log(await device.page.locator("body").ariaSnapshot());
      throw error;
    }
    await device.remove();
  });
}
