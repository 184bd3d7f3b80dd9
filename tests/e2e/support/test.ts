// What tests begin with: a shop whose registers are paired and signed in. Whatever a test opens is closed at its end, and then no page may
// have written a warning to its console.
import { test as base } from "@playwright/test";
import type { Settings } from "./browser.ts";
import { Device, type Unpacked } from "./device.ts";
import { type Name, REGISTERS, preparedData, preparedStorage } from "./prepared.ts";
import { Server } from "./server.ts";

export { expect } from "@playwright/test";

/** How prepared registers begin: all of them as these options say. */
type Options = {
  /** In another size than usual, or with other colours. */
  settings: Settings | undefined;
  /** Whether the network goes away as soon as everything is there. */
  withoutNetwork: boolean;
  /** Whether they keep the page for a start without a network. */
  startsOffline: boolean;
  /** Whether each is a browser of its own that can be ended and started again. */
  profile: boolean;
  /** What the server is started with besides. */
  serverOptions: string[];
  /** Whether the server gives out a copy of the page that a test may change. */
  ownPage: boolean;
};

type Fixtures = {
  /** A server on a copy of the prepared shop. */
  server: Server;
  /** Takes a new device out of its box, and loads the page. */
  unpack: (how?: Unpacked) => Promise<Device>;
  /** Takes over a prepared register: paired, signed in, and online. */
  take: (name: Name, how?: Unpacked) => Promise<Device>;
  /** The front till at High Street; Olive Owen, the owner, is signed in. */
  till: Device;
  /** The back till at High Street; Olive Owen. */
  back: Device;
  /** The till at Station; Olive Owen. */
  station: Device;
  /** A phone at High Street; Maya Miller, a manager. */
  phone: Device;
  /** All devices of the test. */
  devices: Device[];
};

export const test = base.extend<Fixtures & Options>({
  settings: [undefined, { option: true }],
  withoutNetwork: [false, { option: true }],
  startsOffline: [false, { option: true }],
  profile: [false, { option: true }],
  serverOptions: [[], { option: true }],
  ownPage: [false, { option: true }],

  server: async ({ serverOptions, ownPage }, use) => {
    const server = await Server.onCopyOf(preparedData(), { options: serverOptions, ownPage });
    await use(server);
    await server.remove();
  },

  devices: async ({}, use) => {
    const devices: Device[] = [];
    await use(devices);
    for (const device of devices) await device.remove();
    for (const device of devices) device.console.isClean();
  },

  unpack: async ({ server, browser, devices }, use) => {
    await use(async (how) => {
      const device = await Device.unpack(server, browser, how);
      devices.push(device);
      await device.load("/");
      return device;
    });
  },

  take: async ({ server, browser, devices, settings, startsOffline, profile, withoutNetwork }, use) => {
    await use(async (name, how = {}) => {
      const usual = { settings: settings ?? REGISTERS[name].settings, storage: preparedStorage(name), startsOffline, profile };
      const device = await Device.unpack(server, browser, { ...usual, ...how });
      devices.push(device);
      await device.load("/");
      await device.isOnline();
      if (how.startsOffline ?? how.profile ?? (startsOffline || profile)) await device.isReadyForOffline();
      if (withoutNetwork) await device.network(false);
      return device;
    });
  },

  till: async ({ take }, use) => use(await take("front")),
  back: async ({ take }, use) => use(await take("back")),
  station: async ({ take }, use) => use(await take("station")),
  phone: async ({ take }, use) => use(await take("phone")),
});
