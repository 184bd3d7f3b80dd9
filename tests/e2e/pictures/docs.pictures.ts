// The pictures in docs/images: a real bakery's 159 days on the page as it is, without a network.
import { join } from "node:path";
import { expect, test } from "@playwright/test";
import { TABLET } from "../support/browser.ts";
import { Device } from "../support/device.ts";
import { Server, seedBakery } from "../support/server.ts";

const IMAGES = join(import.meta.dirname, "../../../docs/images");
const OWNER = { email: "owner@bakery.example", password: "bread and butter" };

test("the report over the bakery's history", async ({ browser }) => {
  const server = await Server.on(seedBakery().data);
  const till = await Device.unpack(server, browser, { settings: TABLET, startsOffline: true });
  try {
    await till.load("/");
    await till.pair("Bakery", "Register 3", OWNER);
    await till.signIn("Olive", "1111");
    await till.isReadyForOffline();
    await till.open("/reports/negative-inventory");
    await expect(till.page.getByRole("region", { name: "Negative inventory" }).locator("[data-cell=item]").first()).toBeVisible();
    await till.network(false);
    await expect(till.pill()).toHaveText("Offline");
    await till.page.screenshot({ path: join(IMAGES, "negative-inventory.png") });
  } finally {
    await till.remove();
    await server.remove();
  }
});
