// How the end-to-end tests run. `cargo xtask test e2e` builds what they need and says where it is.
import { defineConfig } from '@playwright/test';

export default defineConfig({
  testDir: '.',
  testMatch: '**/*.spec.ts',
  outputDir: '../../target/e2e/results',
  forbidOnly: Boolean(process.env.CI),
  // Two browsers with a till each are what two cores can do.
  workers: 1,
  retries: 0,
  timeout: 60_000,
  use: {
    // What cannot be done by then fails where it is, not at the end of the test.
    actionTimeout: 20_000,
    trace: 'retain-on-failure',
    launchOptions: {
      // Without it Playwright's own Chromium.
      executablePath: process.env.SUBZERO_CHROMIUM,
      args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update', '--no-first-run'],
    },
  },
  projects: [{ name: 'chromium', use: { browserName: 'chromium' } }],
});
