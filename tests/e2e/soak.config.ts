// How `cargo xtask soak` runs browsers: each a till that sells until it is told to stop, and says in lines of JSON what people see.
import { defineConfig } from "@playwright/test";
import tests from "./playwright.config.ts";

export default defineConfig(tests, {
  testDir: "soak",
  testMatch: "**/*.soak.ts",
  outputDir: "../../target/soak/results",
  // The servers are the soak's own.
  globalSetup: undefined,
  workers: 2,
  // As long as the soak.
  timeout: 0,
  reporter: "dot",
});
