// Before the tests: the shop that they all begin with is opened once.
import { chromium } from "@playwright/test";
import { LAUNCH } from "./browser.ts";
import { prepare } from "./prepared.ts";
import { dropFolder } from "./server.ts";

export default async function setUp() {
  const browser = await chromium.launch(LAUNCH);
  const folder = await prepare(browser).finally(() => browser.close());
  return () => dropFolder(folder);
}
