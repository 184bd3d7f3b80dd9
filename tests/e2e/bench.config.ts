// How `cargo xtask bench` runs: one browser, nothing beside it, and time to load a large business.
import { defineConfig } from "@playwright/test";
import tests from "./playwright.config.ts";

export default defineConfig(tests, {
  testDir: "bench",
  testMatch: "**/*.bench.ts",
  outputDir: "../../target/bench/results",
  // It has a business of its own, and measures.
  globalSetup: undefined,
  workers: 1,
  timeout: 30 * 60_000,
  reporter: "dot",
});
