// How the end-to-end tests run. `cargo xtask test e2e` builds the page and the server, starts the server with the demo
// account, and says where it is in SUBZERO_URL.
import { defineConfig } from '@playwright/test';

export default defineConfig({
  testDir: '.',
  testMatch: '**/*.spec.ts',
  outputDir: '../../target/e2e/results',
  forbidOnly: Boolean(process.env.CI),
  // One till at a time: the tests share one server.
  workers: 1,
  retries: 0,
  timeout: 60_000,
  use: {
    baseURL: process.env.SUBZERO_URL ?? 'http://127.0.0.1:8080',
    trace: 'retain-on-failure',
    launchOptions: {
      // Without it Playwright's own Chromium.
      executablePath: process.env.SUBZERO_CHROMIUM,
      args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update', '--no-first-run'],
    },
  },
  projects: [{ name: 'chromium', use: { browserName: 'chromium' } }],
});
