// The page as a till in the other engines that a till can have: what is sold is there once and sent once, whenever the page is left and whether or
// not the server can be reached.
import { writeFileSync } from "node:fs";
import { Auditor } from "./support/auditor.ts";
import { Tablet } from "./support/tablet.ts";
import { expect, test as base } from "./support/test.ts";
import { Driven, ENGINES, type Engine } from "./support/webdriver.ts";

const ITEM = "Bakery mug";
/** As many are there at first. More are sold: fewer than none are on hand then. */
const ON_HAND = 2;
const SALES = 20;
/** How much later the page is left after each sale than after the one before, so that something else of it is under way. */
const LATER_MS = 12;

type Fixtures = {
  /** Out of its box; no page is loaded yet. */
  tablet: Tablet;
  /** Holds the server's books to how many sales there were. */
  books: { have: (sales: number) => Promise<void> };
};

const test = base.extend<Fixtures & { engine: Engine }>({
  engine: [ENGINES[0], { option: true }],

  tablet: async ({ engine, server }, use, info) => {
    const driven = await Driven.start(engine);
    try {
      await use(new Tablet(driven, server.origin));
      if (info.status !== info.expectedStatus) writeFileSync(info.outputPath("screen.png"), await driven.picture());
    } finally {
      await driven.quit();
    }
  },

  books: async ({ server }, use) => {
    const auditor = await Auditor.of(server.origin);
    const before = (await auditor.rows()).length;
    await use({ have: async (sales) => expect((await auditor.rows()).length - before, "sales that the server has").toBe(sales) });
  },
});

for (const engine of ENGINES) {
  test.describe(() => {
    test.use({ engine });
    // The page is loaded twenty times, and compiled each time.
    test.setTimeout(300_000);

    test(`${engine}: a till is paired and sells, and the server has the sale`, async ({ tablet, books }) => {
      await tablet.pair();
      await tablet.signIn();
      await tablet.hasOnHand(ITEM, ON_HAND);
      await tablet.sell(ITEM);
      await tablet.says("Online");
      await books.have(1);
    });

    test(`${engine}: a page left right after a sale loses nothing, the next one opens, and so does the one gone back to`, async ({ tablet, books }) => {
      await tablet.pair();
      await tablet.signIn();
      for (let sale = 1; sale <= SALES; sale += 1) {
        await tablet.sellAndLeave(ITEM, `/sell?after=${sale}`, sale * LATER_MS);
        await tablet.hasOnHand(ITEM, ON_HAND - sale);
      }
      console.log(`${engine}: left ${SALES} times, ${tablet.kept} times with the page kept by the browser`);
      // It is what the test is about: a page that is not kept holds nothing back.
      if (engine === "webkit") expect(tablet.kept).toBeGreaterThan(0);
      await tablet.goBack(`/sell?after=${SALES - 1}`);
      await tablet.hasOnHand(ITEM, ON_HAND - SALES);
      await tablet.sell(ITEM);
      await tablet.hasOnHand(ITEM, ON_HAND - SALES - 1);
      await tablet.says("Online");
      await books.have(SALES + 1);
    });

    test(`${engine}: a till starts and sells with the server stopped, and sends each sale once when it is back`, async ({ server, tablet, books }) => {
      await tablet.pair();
      await tablet.signIn();
      await tablet.isReadyForOffline();
      await server.stop("SIGKILL");
      await tablet.reload();
      await tablet.sell(ITEM);
      await tablet.says("Offline · 1 to send");
      await tablet.load("/sell?after=1");
      await tablet.hasOnHand(ITEM, ON_HAND - 1);
      await tablet.sell(ITEM);
      await tablet.says("Offline · 2 to send");
      await server.start();
      await tablet.says("Online");
      await tablet.hasOnHand(ITEM, ON_HAND - 2);
      await books.have(2);
    });
  });
}
