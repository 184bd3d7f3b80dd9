// The Negative inventory report as it is on the screen.
import { type Page, expect } from "@playwright/test";

export type ReportRow = Record<"item" | "on_hand" | "receipt" | "short" | "open" | "unit_cost" | "since", string>;

/** The report as a wide screen shows it, an object a row: gone through from the top, for only rows in sight exist. */
export async function readReport(page: Page): Promise<ReportRow[]> {
  const table = page.getByRole("region", { name: "Negative inventory" });
  await expect(table.getByRole("table")).toBeVisible();
  return table.evaluate(async (area) => {
    const drawn = () => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
    const rows = new Map<number, ReportRow>();
    const count = Number(area.querySelector("table")?.getAttribute("aria-rowcount")) - 1;
    for (let seen = 0; seen <= count; ) {
      for (const row of area.querySelectorAll("tbody tr")) {
        const cell = (name: string, within = "") => {
          const found = row.querySelector(`[data-cell=${name}] ${within}`.trim());
          return found?.textContent?.trim() ?? "";
        };
        seen = Math.max(seen, Number(row.getAttribute("aria-rowindex")));
        if (!row.querySelector("[data-cell=item]")) continue;
        rows.set(Number(row.getAttribute("aria-rowindex")), {
          item: cell("item", "a span"),
          on_hand: cell("on-hand").replace("\u2212", "-"),
          receipt: cell("reason", "small span"),
          short: cell("short"),
          open: cell("open"),
          unit_cost: cell("unit-cost"),
          since: row.querySelector("time")?.dateTime ?? "",
        });
      }
      if (seen > count) break;
      area.scrollBy(0, area.clientHeight / 2);
      await drawn();
    }
    area.scrollTo(0, 0);
    return [...rows].sort(([one], [other]) => one - other).map(([, row]) => row);
  });
}
