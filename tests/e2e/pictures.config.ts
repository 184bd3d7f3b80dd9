// How `cargo xtask pictures` runs.
import { defineConfig } from "@playwright/test";
import tests from "./playwright.config.ts";

export default defineConfig(tests, {
  testDir: "pictures",
  testMatch: "**/*.pictures.ts",
  outputDir: "../../target/pictures/results",
  globalSetup: undefined,
  workers: 1,
  timeout: 5 * 60_000,
  reporter: "line",
});
