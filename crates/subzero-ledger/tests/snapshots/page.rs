//! A page that may begin from a snapshot, and a server that has every row.

use subzero_ledger::catalogue::Catalogue;
use subzero_ledger::documents::Documents;
use subzero_ledger::entry::catalogue::{ItemChange, ItemFields};
use subzero_ledger::entry::{self, Body, Change, CostControl, Entry, Header, Mode};
use subzero_ledger::ids::{DeviceId, EmployeeId, EntryId, ItemId, SessionId, ShopId};
use subzero_ledger::instant::Instant;
use subzero_ledger::ledger::{Arrival, Ledger};
use subzero_ledger::report::{Books, Changed, LiveReport, Report};
use subzero_ledger::snapshot::{Beginning, Frontier, Lacking, Search, Snapshot};

const NOW_MS: i64 = 1_772_442_000_000 + 60 * 60_000;

/// Every row, in the order in which the server heard of it.
#[derive(Clone, Debug)]
pub struct Server {
    pub rows: Vec<(Entry, Arrival)>,
}

impl Server {
    /// Each shop's rows get their sequence; the office first says which shops and items there are.
    pub fn of(entries: Vec<Entry>) -> Self {
        let mut heads = Frontier::new();
        let mut rows = Vec::new();
        for mut entry in [opening()].into_iter().chain(entries) {
            if matches!(entry.body, Body::Catalogue(_)) {
                entry.header.shop = ShopId::OFFICE;
            }
            let head = heads.entry(entry.header.shop).or_default();
            *head += 1;
            rows.push((entry, Arrival::Confirmed { seq: *head }));
        }
        Self { rows }
    }

    /// The rows that are lacking, with their bundles.
    fn older(&self, folded: usize, lacking: &Lacking) -> Vec<(Entry, Arrival)> {
        let within = || self.rows[..folded].iter();
        let mut search = Search::of(lacking);
        for (entry, _) in within() {
            search.see(entry);
        }
        let mut found = search.end();
        within().filter(|(entry, _)| found.holds(entry.header.id)).cloned().collect()
    }
}

fn opening() -> Entry {
    let item = |number: u128| {
        let (name, category) = (Some(format!("Bread {number}")), Some("Bakery".to_owned()));
        let fields = ItemFields { name, category, ..ItemFields::default() };
        Change::Item(ItemChange { id: ItemId::from_u128(number), fields })
    };
    let shop = |id: u32| Change::Shop { id: ShopId(id), name: format!("Shop {id}") };
    let changes = (1..4).map(item).chain((1..4).map(shop)).collect();
    Entry { dseq: 1, header: header(DeviceId(9)), body: Body::Catalogue(entry::Catalogue { known: 0, changes }) }
}

fn header(device: DeviceId) -> Header {
    Header {
        id: EntryId::from_u128(8_888),
        shop: ShopId::OFFICE,
        device,
        at: Instant::MIN,
        employee: EmployeeId::from_u128(1),
        session: SessionId::from_u128(1),
        approved_by: None,
        import: None,
        mode: Mode::Allow,
        cost_control: CostControl::Default,
    }
}

/// What a device hears after a snapshot: the rows after it in any order, but the office's in theirs; some it had recorded itself. Of those
/// that are in the snapshot already it hears, as it sends them again, that they are confirmed.
pub fn told(rows: &[(Entry, Arrival)], folded: usize, own: &[u8], order: &[usize]) -> Vec<(Entry, Arrival)> {
    let is_office = |(entry, _): &(Entry, Arrival)| entry.header.shop == ShopId::OFFICE;
    let after = &rows[folded..];
    let mut offices = after.iter().filter(|row| is_office(row));
    let confirmed = order.iter().map(|place| &after[*place]);
    let confirmed = confirmed.map(|row| if is_office(row) { offices.next().unwrap() } else { row }).cloned();
    let own = || rows.iter().zip(own).enumerate().filter(|(_, (row, own))| **own == 0 && !is_office(row));
    let recorded = own().map(|(place, ((entry, _), _))| (entry.clone(), Arrival::Own { dseq: place as u64 }));
    let sent_again = own().filter(|(place, _)| *place < folded).map(|(_, (row, _))| row.clone());
    recorded.chain(confirmed).chain(sent_again).collect()
}

#[derive(Default)]
pub struct Page {
    pub ledger: Ledger,
    pub documents: Documents,
    pub catalogue: Catalogue,
    live: LiveReport,
    frontier: Frontier,
}

impl Page {
    pub fn of(rows: Vec<(Entry, Arrival)>) -> Self {
        let mut page = Self::default();
        page.learns(rows);
        page
    }

    pub fn begun(snapshot: Snapshot) -> Self {
        let frontier = snapshot.frontier().clone();
        let Beginning { ledger, documents, catalogue } = snapshot.begin();
        let live = LiveReport::new(&Books { ledger: &ledger, documents: &documents, tables: &catalogue }, now());
        Self { ledger, documents, catalogue, live, frontier }
    }

    pub fn learns(&mut self, rows: Vec<(Entry, Arrival)>) {
        let mut changed = Changed::default();
        for (entry, arrival) in &rows {
            if let Arrival::Confirmed { seq } = arrival {
                let head = self.frontier.entry(entry.header.shop).or_default();
                *head = (*head).max(*seq);
            }
            if self.catalogue.insert(entry, *arrival) {
                changed.beyond_telling();
            }
            self.documents.insert(entry);
            changed.by_entry(entry);
        }
        changed.by_stock(self.ledger.extend(rows));
        self.follow(&changed);
    }

    pub fn complete(&mut self, asked: &Lacking, rows: Vec<(Entry, Arrival)>) {
        let mut changed = Changed::default();
        self.documents.complete(&asked.papers, rows.iter().map(|(entry, _)| entry));
        for (entry, _) in &rows {
            changed.by_entry(entry);
        }
        changed.by_stock(self.ledger.complete(asked, rows));
        self.follow(&changed);
    }

    /// Asks the server until nothing is lacking.
    pub fn completes(&mut self, server: &Server, folded: usize) {
        for _ in 0..20 {
            let lacking = self.lacking();
            if lacking.is_empty() {
                return;
            }
            self.complete(&lacking, server.older(folded, &lacking));
        }
        panic!("still lacking: {:?}", self.lacking());
    }

    fn follow(&mut self, changed: &Changed) {
        let Self { ledger, documents, catalogue, live, .. } = self;
        live.follow(&Books { ledger, documents, tables: catalogue }, changed);
    }

    pub fn lacking(&self) -> Lacking {
        Lacking::of(&self.ledger, &self.documents)
    }

    pub fn snapshot(&self, horizon: Instant) -> Snapshot {
        let Self { ledger, documents, catalogue, frontier, .. } = self;
        Snapshot::take(&Books { ledger, documents, tables: catalogue }, frontier, horizon).unwrap()
    }

    pub fn report(&self) -> Report {
        Report::now(&self.ledger, &self.documents, &self.catalogue, now())
    }

    pub fn kept(&mut self) -> &Report {
        let Self { ledger, documents, catalogue, live, .. } = self;
        live.at(&Books { ledger, documents, tables: catalogue }, now())
    }

    pub fn next_numbers(&self, device: DeviceId) -> (String, String) {
        let header = header(device);
        (self.documents.next_order_number(&header), self.documents.next_transfer_number(&header))
    }

    /// What is to be seen of the papers that something is still to happen to.
    pub fn open_papers(&self) -> Vec<String> {
        use subzero_ledger::documents::{OrderStatus, TransferStatus};
        use subzero_ledger::entry::CountStage;
        let is_done = |status| matches!(status, OrderStatus::Received | OrderStatus::Closed | OrderStatus::Cancelled);
        let orders = self.documents.orders().filter(|order| !is_done(order.status()));
        let is_done = |status| matches!(status, TransferStatus::Settled | TransferStatus::Cancelled);
        let transfers = self.documents.transfers().filter(|transfer| !is_done(transfer.status()));
        let lists = self.documents.counts().filter(|count| count.list.stage == CountStage::Open);
        let shown = orders.map(|order| format!("{order:?}")).chain(transfers.map(|transfer| format!("{transfer:?}")));
        shown.chain(lists.map(|count| format!("{count:?}"))).collect()
    }
}

fn now() -> Instant {
    Instant::from_unix_ms(NOW_MS).unwrap()
}
