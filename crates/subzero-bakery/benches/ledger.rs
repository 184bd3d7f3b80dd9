//! What the ledger takes natively, by itself: `cargo xtask bench native [--lines N] [--runs N] [--json]`. The bakery's tickets, as often as it takes for so many
//! lines; without `--lines` at ten thousand, a hundred thousand and a million.
#![allow(clippy::unwrap_used, clippy::disallowed_types, reason = "a measurement that cannot go on should stop")]

use std::hint::black_box;
use std::time::Instant as Clock;

use clap::Parser;
use subzero_bakery::made_up::{self, Good};
use subzero_bakery::tickets::{self, CSV};
use subzero_bakery::till::{self, Bakery, Register};
use subzero_ledger::catalogue::Catalogue;
use subzero_ledger::documents::Documents;
use subzero_ledger::entry::{self, Body, Change, CostControl, Entry, Header, Mode, Receipt, ReceiptLine};
use subzero_ledger::history::History;
use subzero_ledger::ids::{DeviceId, EmployeeId, EntryId, ItemId, SessionId, ShopId};
use subzero_ledger::instant::Instant;
use subzero_ledger::ledger::{Arrival, Ledger};
use subzero_ledger::quantity::Qty;
use subzero_ledger::report::{Books, Report};
use subzero_ledger::snapshot::{Frontier, Snapshot};

const LINES: [usize; 3] = [10_000, 100_000, 1_000_000];
const RUNS: usize = 5;
const SHOP: ShopId = ShopId(1);
const DAY_MS: i64 = 86_400_000;
/// The day after the last ticket: any will do, and this one makes every run the same.
const TODAY_MS: i64 = 1_780_000_000_000;

/// Times the ledger's work.
#[derive(Parser)]
struct Arguments {
    /// How many lines, instead of all the usual numbers. Ten million take some 10 GB.
    #[arg(long)]
    lines: Option<usize>,
    /// How often each is timed.
    #[arg(long, default_value_t = RUNS)]
    runs: usize,
    /// Print lines of JSON.
    #[arg(long)]
    json: bool,
    /// Given by cargo.
    #[arg(long, hide = true)]
    bench: bool,
}

fn main() {
    let Arguments { lines, runs, json, .. } = Arguments::parse();
    if !json {
        println!("{:>9}  {:<44}{:>12}{:>12}{:>12}  each", "lines", "what", "median ms", "least", "most");
    }
    for lines in lines.map_or_else(|| LINES.to_vec(), |lines| vec![lines]) {
        measure(&Bench { shop: Shop::with(lines), runs, json });
    }
}

/// What is timed over and over, and how it is said.
struct Bench {
    shop: Shop,
    runs: usize,
    json: bool,
}

/// A shop with so many lines.
struct Shop {
    goods: Vec<Good>,
    /// In the order in which they happened.
    entries: Vec<Entry>,
    lines: usize,
}

impl Shop {
    fn with(lines: usize) -> Self {
        let file = tickets::read(CSV).tickets;
        let of_file: usize = file.iter().map(|ticket| ticket.items.len()).sum();
        let times = u32::try_from(lines.div_ceil(of_file)).unwrap();
        let tickets = tickets::repeated(&file, times, Instant::from_unix_ms(TODAY_MS).unwrap());
        let goods = made_up::goods(&file);
        let deliveries = made_up::deliveries(&goods, &tickets);
        let register =
            |device| Register { device: DeviceId(device), employee: EmployeeId::from_u128(1), outbox: Vec::new() };
        let mut bakery = Bakery::new(SHOP, [register(1), register(2)], &goods);
        bakery.run(&tickets, &deliveries).unwrap();
        let read = |register: &Register| -> Vec<Entry> {
            (1..).zip(&register.outbox).map(|(dseq, bytes)| Entry::decode(dseq, &bytes.0).unwrap()).collect()
        };
        let mut entries: Vec<Entry> = bakery.registers().iter().flat_map(read).collect();
        entries.sort_by_key(|entry| (entry.header.at, entry.header.device, entry.dseq));
        let mut shop = Self { goods, entries: Vec::new(), lines: 0 };
        for entry in entries {
            if shop.lines >= lines {
                break;
            }
            shop.lines += lines_of(&entry);
            shop.entries.push(entry);
        }
        shop
    }

    fn catalogue(&self) -> Catalogue {
        let mut catalogue = Catalogue::default();
        for (seq, changes) in (1..).zip(till::changes(&self.goods).chunks(entry::LINES_MAX)) {
            catalogue.insert(&office(seq, changes.to_vec()), Arrival::Confirmed { seq });
        }
        catalogue
    }

    fn arrived(&self) -> Vec<(Entry, Arrival)> {
        (1..).zip(&self.entries).map(|(seq, entry)| (entry.clone(), Arrival::Confirmed { seq })).collect()
    }

    /// The last moment.
    fn end(&self) -> Instant {
        self.entries.last().unwrap().header.at
    }

    /// A delivery of an item that is entered now and dated so long before the end.
    fn late(&self, item: ItemId, number: u128, days: i64) -> Entry {
        let good = self.goods.iter().find(|good| good.id == item).unwrap();
        let item = entry::StampedItem { id: item, default_cost: good.default_cost, kind: entry::ItemKind::Inventory };
        let line = ReceiptLine { of_line: None, item, qty: Qty::ONE, cost: good.cost };
        let receipt = Receipt { order: None, vendor: None, lines: vec![line], reference: String::new() };
        let at = Instant::from_unix_ms(self.end().unix_ms() - days * DAY_MS).unwrap();
        let header = Header { at, id: EntryId::from_u128(number), ..header(SHOP) };
        Entry { dseq: u64::try_from(number).unwrap(), header, body: Body::Receipt(receipt) }
    }
}

fn lines_of(entry: &Entry) -> usize {
    entry.body.as_sale().map_or(0, |sale| sale.lines.len())
        + if let Body::Receipt(receipt) = &entry.body { receipt.lines.len() } else { 0 }
}

fn office(seq: u64, changes: Vec<Change>) -> Entry {
    let header = Header { id: EntryId::from_u128(u128::from(seq) << 64), ..header(ShopId::OFFICE) };
    Entry { dseq: seq, header, body: Body::Catalogue(entry::Catalogue { known: 0, changes }) }
}

fn header(shop: ShopId) -> Header {
    Header {
        id: EntryId::from_u128(0),
        shop,
        device: DeviceId(9),
        at: Instant::MIN,
        employee: EmployeeId::from_u128(1),
        session: SessionId::from_u128(9),
        approved_by: None,
        import: None,
        mode: Mode::Allow,
        cost_control: CostControl::Default,
    }
}

impl Bench {
    /// Times some work on what is prepared anew for each run, and says what one of so many things took.
    fn time<P, A>(&self, what: &str, (count, of): (usize, &str), prepare: impl Fn(usize) -> P, work: impl Fn(P) -> A) {
        let mut took: Vec<f64> = Vec::with_capacity(self.runs);
        for run in 0..self.runs {
            let prepared = prepare(run);
            let started = Clock::now();
            let answer = black_box(work(black_box(prepared)));
            took.push(started.elapsed().as_secs_f64() * 1e3);
            // Putting it away is not part of it.
            drop(answer);
        }
        took.sort_by(f64::total_cmp);
        let (median, least, most) = (took[took.len() / 2], took[0], took[took.len() - 1]);
        let lines = self.shop.lines;
        if self.json {
            let line = serde_json::json!({
                "lines": lines, "what": what, "median": median, "min": least, "max": most, "unit": "ms", "count": count, "of": of,
            });
            println!("{line}");
        } else {
            let each = median * 1e6 / f64::from(u32::try_from(count).unwrap());
            println!("{lines:>9}  {what:<44}{median:>12.3}{least:>12.3}{most:>12.3}  {each:.0} ns a {of}");
        }
    }
}

fn measure(bench: &Bench) {
    let shop = &bench.shop;
    let lines = (shop.lines, "line");
    let entries = (shop.entries.len(), "entry");
    let encoded: Vec<Vec<u8>> = shop.entries.iter().map(|entry| entry.encode().unwrap()).collect();
    bench.time("encode every entry", entries, |_| (), |()| shop.entries.iter().map(Entry::encode).collect::<Vec<_>>());
    bench.time(
        "decode every entry",
        entries,
        |_| (),
        |()| encoded.iter().map(|bytes| Entry::decode(1, bytes)).collect::<Vec<_>>(),
    );
    bench.time("apply in order, one entry after the other", lines, |_| shop.arrived(), apply);
    bench.time(
        "apply all at once",
        lines,
        |_| shop.arrived(),
        |arrived| {
            let mut ledger = Ledger::default();
            ledger.extend(arrived);
            ledger
        },
    );

    let ledger = apply(shop.arrived());
    let longest = |history: &History| history.len();
    let busiest = shop.goods.iter().map(|good| good.id);
    let busiest = busiest.max_by_key(|item| ledger.history(*item, SHOP).map(longest)).unwrap();
    let history = ledger.history(busiest, SHOP).unwrap();
    let length = history.len();
    bench.time(
        &format!("open the longest history ({length} lines)"),
        (length, "line"),
        |_| history.posts().to_vec(),
        |posts| {
            let mut history = History::default();
            history.insert(posts);
            history
        },
    );
    for (days, when) in [(3, "three days"), (365, "a year"), (100_000, "longer than all")] {
        bench.time(
            &format!("one line late by {when}, into that history"),
            (1, "line"),
            |run| (ledger.clone(), shop.late(busiest, run as u128 + 1, days)),
            |(mut ledger, late)| {
                ledger.insert(late, Arrival::Own { dseq: 1 });
                ledger
            },
        );
    }
    checkpoint(bench, &ledger);
}

/// The report, and what a new device begins from.
fn checkpoint(bench: &Bench, ledger: &Ledger) {
    let shop = &bench.shop;
    let lines = (shop.lines, "line");
    let (catalogue, documents) = (shop.catalogue(), Documents::default());
    let books = Books { ledger, documents: &documents, tables: &catalogue };
    let rows = Report::now(ledger, &documents, &catalogue, shop.end()).rows.len();
    bench.time(
        &format!("report ({rows} rows)"),
        (rows.max(1), "row"),
        |_| (),
        |()| Report::now(ledger, &documents, &catalogue, shop.end()),
    );
    let frontier = Frontier::from([(SHOP, shop.entries.len() as u64)]);
    let taken = Snapshot::take(&books, &frontier, shop.end()).unwrap();
    let bytes = taken.encode().unwrap();
    let kept = taken.entries().count();
    bench.time(
        &format!("snapshot: take ({kept} entries kept)"),
        lines,
        |_| (),
        |()| Snapshot::take(&books, &frontier, shop.end()),
    );
    bench.time(&format!("snapshot: encode ({} bytes)", bytes.len()), lines, |_| (), |()| taken.encode());
    bench.time("snapshot: decode", lines, |_| (), |()| Snapshot::decode(&bytes));
    bench.time("snapshot: begin", lines, |_| Snapshot::decode(&bytes).unwrap(), Snapshot::begin);
}

fn apply(arrived: Vec<(Entry, Arrival)>) -> Ledger {
    let mut ledger = Ledger::default();
    for (entry, arrival) in arrived {
        ledger.insert(entry, arrival);
    }
    ledger
}
