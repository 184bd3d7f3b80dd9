// The page without a network: every address starts cold, and a new version waits until somebody lets it in.
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Server } from "./support/server.ts";
import { expect, test } from "./support/test.ts";

const PLACES = [
  ["/", "Sell"],
  ["/sell", "Sell"],
  ["/receive", "Receive"],
  ["/items", "Items"],
  ["/items/00000000-0000-0000-0000-00000000000c", "Bakery mug"],
  ["/receive?item=00000000-0000-0000-0000-00000000000c&qty=3", "Receive"],
  ["/reports/negative-inventory", "Negative inventory"],
  ["/entries/00000000-0000-0000-0000-000000000001?line=0", "This device does not have that entry"],
  ["/settings", "Settings"],
  ["/settings/modules/negative-inventory", "Negative inventory"],
  ["/sync", "Sync"],
  ["/help/count", "Count it"],
  ["/nowhere", "There is nothing at this address"],
] as const;

test("every address starts cold with no server at all, and the back button goes back", async ({ server, take }) => {
  test.setTimeout(120_000);
  const till = await take("front", { profile: true });
  await till.switchOff();
  await server.stop("SIGKILL");

  await till.switchOn({ offline: false });
  for (const [path, heading] of PLACES) {
    await till.load(path);
    await expect(till.page.getByRole("heading", { name: heading }).first()).toBeAttached();
    await till.anotherTab();
  }
  await till.switchOff();

  await till.switchOn({ offline: false });
  await till.load("/items");
  await till.page.getByRole("button", { name: /Bakery mug/ }).click();
  await expect(till.page).toHaveURL(/\/items\/0/);
  await till.page.getByRole("link", { name: "Settings" }).click();
  await expect(till.page.getByRole("heading", { name: "Settings" })).toBeVisible();
  await till.page.goBack();
  await expect(till.page.getByRole("heading", { name: "Bakery mug" })).toBeVisible();
  await till.page.goBack();
  await expect(till.page.getByRole("heading", { name: "Items" })).toBeVisible();
  await till.page.goForward();
  await expect(till.page.getByRole("heading", { name: "Bakery mug" })).toBeVisible();
  // The sale is on the disk although nothing answers.
  await till.sell("Croissant", "1");
  await till.switchOff();
  await till.switchOn({ offline: false });
  await till.load("/sell");
  await expect(till.pill()).toHaveText("Offline · 1 to send");
});

test("a cart survives the browser, a wrong PIN lets nobody in, and signing in needs no network", async ({ server, take }) => {
  const till = await take("front", { profile: true });
  await till.add("Croissant");
  await till.add("Croissant");
  await expect(till.page.getByRole("textbox", { name: "Quantity of Croissant" })).toHaveValue("2");
  await till.page.getByRole("button", { name: "Sign out" }).click();
  await expect(till.page.getByRole("heading", { name: "Who is it?" })).toBeVisible();
  await till.switchOff();
  await server.stop("SIGKILL");

  await till.switchOn({ offline: true });
  await till.load("/sell");
  await till.page.getByRole("button", { name: "Sam Singh" }).click();
  await till.page.keyboard.type("1111");
  await till.page.keyboard.press("Enter");
  await expect(till.page.getByText("That PIN is not right. Try again.")).toBeVisible();
  await till.page.keyboard.type("4444");
  await till.page.keyboard.press("Enter");
  await expect(till.page.getByRole("textbox", { name: "Quantity of Croissant" })).toHaveValue("2");
});

test.describe(() => {
  test.use({ ownPage: true, startsOffline: true });

  test("a new version is installed whole beside the old one and waits to be let in", async ({ server, till }) => {
    const { page } = server;
    const newer = till.page.locator("meta[name=newer]");

    // Of the new version one file cannot be had: nothing of it is installed.
    const script = readFileSync(join(page, "sw.js"), "utf8");
    const index = readFileSync(join(page, "index.html"), "utf8").replace("<title>", '<meta name="newer"><title>');
    const integrity = (text: string) => `sha256-${createHash("sha256").update(text).digest("base64")}`;
    const old = integrity(readFileSync(join(page, "index.html"), "utf8"));
    expect(script).toContain(old);
    writeFileSync(join(page, "index.html"), index);
    writeFileSync(join(page, "sw.js"), script.replace(/VERSION = '\w+'/, "VERSION = 'torn'"));
    await restart(server);
    const torn = await till.page.evaluate(async () => {
      const registration = await navigator.serviceWorker.ready;
      await registration.update();
      const worker = registration.installing;
      if (worker === null) return "not found";
      return new Promise((resolve) => worker.addEventListener("statechange", () => resolve(worker.state)));
    });
    expect(torn).toBe("redundant");

    writeFileSync(join(page, "sw.js"), script.replace(/VERSION = '\w+'/, "VERSION = 'newer'").replace(old, integrity(index)));
    await restart(server);
    await till.page.evaluate(async () => (await navigator.serviceWorker.ready).update());
    await expect(till.page.getByText("A new version is ready.")).toBeVisible();
    await till.page.reload();
    await expect(till.page.getByText("A new version is ready.")).toBeVisible();
    await expect(newer).not.toBeAttached();

    // Not while somebody is being served.
    await till.add("Croissant");
    await expect(till.page.getByText("A new version is ready.")).toBeHidden();
    await till.charge();
    await till.page.getByRole("button", { name: "Update now" }).click();
    await expect(newer).toBeAttached();
    await expect(till.page.getByText("A new version is ready.")).toBeHidden();
  });
});

async function restart(server: Server) {
  await server.stop();
  await server.start();
}
