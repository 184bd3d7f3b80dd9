// What is negative and why: each line in the order in which it happened, what goes out beyond what is there opens a shortage, what comes in fills the
// oldest first.

export type Line = { item: string; name: string; qty: number; price: number };

/** A sale or a receipt; quantities are thousandths, below zero where they go out. */
export type Entry = {
  id: string;
  kind: string;
  shop: number;
  at: number;
  device: number;
  dseq: number;
  employee: string;
  receipt: string;
  lines: Line[];
};

/** An item that is negative in a shop, with what is open of each shortage, the oldest first. */
export type Negative = { item: string; name: string; shop: number; onHand: number; open: number[] };

type Stock = Negative & { first: number };

export function shortages(entries: Entry[]): Negative[] {
  entries.sort((one, other) => one.at - other.at || one.device - other.device || one.dseq - other.dseq);
  const stocks = new Map<string, Stock>();
  for (const { shop, lines } of entries) {
    for (const { item, name, qty } of lines) {
      const key = `${shop} ${item}`;
      let stock = stocks.get(key);
      if (!stock) stocks.set(key, (stock = { item, name, shop, onHand: 0, open: [], first: 0 }));
      apply(stock, qty);
    }
  }
  const negative = [...stocks.values()].filter(({ onHand }) => onHand < 0);
  return negative.map(({ first, open, ...stock }) => ({ ...stock, open: open.slice(first) }));
}

function apply(stock: Stock, qty: number) {
  if (qty < 0) {
    const short = -qty - Math.max(0, stock.onHand);
    if (short > 0) stock.open.push(short);
  } else {
    for (let rest = qty; rest > 0 && stock.first < stock.open.length; ) {
      const open = stock.open[stock.first] ?? 0;
      const filled = Math.min(open, rest);
      rest -= filled;
      stock.open[stock.first] = open - filled;
      if (filled === open) stock.first += 1;
    }
  }
  stock.onHand += qty;
}
