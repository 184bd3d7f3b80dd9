//! What a device shows: confirmed rows and its own entries that no server has confirmed yet, as one ledger, its documents and its catalogue.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use subzero_ledger::catalogue::Catalogue;
use subzero_ledger::documents::Documents;
use subzero_ledger::entry::{Body, Entry};
use subzero_ledger::ids::{DeviceId, EntryId, ShopId};
use subzero_ledger::instant::Instant;
use subzero_ledger::ledger::{Arrival, Ledger};
use subzero_ledger::receipts::running_number;
use subzero_ledger::report::{Books, Changed, LiveReport, Report};
use subzero_ledger::snapshot::{Beginning, Frontier, Lacking, Snapshot};
use subzero_sync::records::Own;
use subzero_sync::wire::{AccountKey, ContentHash, Epoch, Row};

use crate::flagged::FlaggedRows;

/// The snapshot that the copies of all shops begin with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Base {
    /// What it is named by.
    pub hash: ContentHash,
    /// As it was fetched: what is folded is begun with again whenever a copy takes the place of another.
    pub bytes: Arc<Vec<u8>>,
    /// Up to which device sequence own entries of each shop are among its rows and those that follow, but for those that the server set aside.
    pub own: BTreeMap<ShopId, u64>,
    /// Those.
    pub set_aside: BTreeSet<u64>,
}

impl Base {
    /// Whether an own entry of a shop is among the rows. One that is not too old for that comes as a row as well, and counts once.
    pub fn holds(&self, own: &Own, shop: ShopId) -> bool {
        let is_among = self.own.get(&shop).is_some_and(|last| own.dseq <= *last);
        is_among && !self.set_aside.contains(&own.dseq)
    }
}

/// Confirmed rows and own entries, folded. An entry counts once, whichever way it comes.
#[derive(Debug, Default)]
pub struct Visible {
    /// Every entry.
    pub ledger: Ledger,
    /// Orders, transfers and count lists.
    pub documents: Documents,
    /// The office's entries.
    pub catalogue: Catalogue,
    catalogue_version: u64,
    /// What ledger, documents and catalogue began with; none where they began with the first rows.
    base: Option<Base>,
    /// What is negative, kept up to date entry by entry.
    report: LiveReport,
    /// The highest number among own receipts, also of those that count nowhere.
    own_receipts: BTreeMap<DeviceId, u64>,
    /// The shops whose rows are here, and the highest sequence among them.
    shops: BTreeSet<ShopId>,
    seq_max: u64,
    account_key: Option<AccountKey>,
    own: BTreeMap<u64, (EntryId, Own)>,
    own_numbers: BTreeMap<EntryId, u64>,
    /// The own entries that no server has confirmed.
    unconfirmed: BTreeSet<u64>,
    /// What the server flagged among the rows that are here.
    pub flagged: FlaggedRows,
    /// Set aside by the server, and dealt with: they count nowhere else, so they do not here.
    left_out: BTreeSet<EntryId>,
    /// There is no server: what is recorded here follows the rows there are, and is as confirmed as it will ever be.
    is_alone: bool,
}

impl Visible {
    /// One that no server confirms.
    pub fn alone() -> Self {
        Self { is_alone: true, ..Self::default() }
    }

    /// Begins again with a snapshot, or with nothing: rows of all shops follow. Own entries stay.
    pub fn begin(&mut self, base: Option<(Base, Snapshot)>) {
        let (base, snapshot) = base.unzip();
        self.base = base;
        self.shops.clear();
        self.flagged.clear();
        self.fold_on(snapshot, Vec::new());
    }

    /// What is needed of the rows that are folded, for what is shown to be right.
    pub fn lacking(&self) -> Lacking {
        Lacking::of(&self.ledger, &self.documents)
    }

    /// Whether everything that is folded is among the rows from the first of each shop on to these.
    pub fn begins_within(&self, rows: &Frontier) -> bool {
        let reaches = |(shop, seq): (&ShopId, &u64)| rows.get(shop).is_some_and(|last| last >= seq);
        self.ledger.frontier().is_none_or(|frontier| frontier.iter().all(reaches))
    }

    /// Takes in what was lacking of the rows that are folded, with all that hangs together with it.
    pub fn complete(&mut self, asked: &Lacking, rows: &[Row]) {
        let entries: Vec<_> = rows.iter().filter_map(confirmed).collect();
        self.documents.complete(&asked.papers, entries.iter().map(|(entry, _)| entry));
        let mut changed = Changed::default();
        for (entry, _) in &entries {
            changed.by_entry(entry);
        }
        let ids: Vec<EntryId> = entries.iter().map(|(entry, _)| entry.header.id).collect();
        changed.by_stock(self.ledger.complete(asked, entries));
        self.note_confirmed(&ids);
        let books = Books { ledger: &self.ledger, documents: &self.documents, tables: &self.catalogue };
        self.report.follow(&books, &changed);
    }

    /// All rows that were folded are here: nothing is left out any more.
    pub fn unfold(&mut self, rows: &[(ShopId, Vec<Row>)]) {
        let mut entries: Vec<_> = rows.iter().flat_map(|(_, rows)| rows).filter_map(confirmed).collect();
        entries.extend(self.confirmed_but(None));
        self.base = None;
        self.fold_anew(entries);
    }

    /// Adds rows of a shop, as this epoch has them; where they take the place of those known before, everything is folded anew. A row is an
    /// entry of its shop.
    pub fn add_rows(&mut self, shop: ShopId, epoch: Option<Epoch>, rows: &[Row], replaces: bool) {
        let mut entries: Vec<_> = rows.iter().filter_map(confirmed).collect();
        self.flagged.add(shop, epoch, rows, replaces);
        self.seq_max = rows.iter().map(|row| row.seq).fold(self.seq_max, u64::max);
        let is_known = !self.shops.insert(shop);
        if replaces && is_known {
            entries.extend(self.confirmed_but(Some(shop)));
            self.fold_anew(entries);
        } else {
            self.fold(entries);
        }
    }

    /// Adds own entries.
    pub fn add_own(&mut self, own: Vec<Own>) {
        let mut entries = Vec::new();
        for own in own {
            if let Some(entry) = unconfirmed(&own) {
                entries.extend(self.take_own(own, entry));
            }
        }
        self.fold(entries);
    }

    /// Adds the entry that was just recorded here, with what was written of it.
    pub fn add_recorded(&mut self, entry: Entry, written: Own) {
        let entry = Entry { dseq: written.dseq, ..entry };
        let counted = self.take_own(written, entry);
        self.fold(counted.into_iter().collect());
    }

    fn take_own(&mut self, own: Own, entry: Entry) -> Option<(Entry, Arrival)> {
        let id = entry.header.id;
        // Also of one that is left out: its number was handed out.
        self.count_receipts_from(entry.header.device, running_number(&entry).unwrap_or_default());
        let arrival = self.counts_as(id, &own, entry.header.shop);
        self.own_numbers.insert(id, own.dseq);
        self.own.insert(own.dseq, (id, own));
        Some((entry, arrival?))
    }

    /// The outbox was numbered anew: these are all of its entries up to `last`. What was recorded since they were read stays.
    pub fn replace_own(&mut self, own: Vec<Own>, last: u64) {
        self.own.retain(|dseq, _| *dseq > last);
        self.own_numbers.retain(|_, dseq| *dseq > last);
        if let Some(base) = &mut self.base {
            // What was folded goes by the numbers of before.
            base.own.clear();
        }
        let entries = self.confirmed_but(None).collect();
        self.fold_anew(entries);
        self.add_own(own);
    }

    /// Leaves these own entries out from now on, unless the server confirms them after all.
    pub fn leave_out(&mut self, left_out: BTreeSet<EntryId>) {
        let before = std::mem::replace(&mut self.left_out, left_out);
        let has_changed = |(id, _): &(EntryId, Own)| before.contains(id) != self.left_out.contains(id);
        if self.own.values().any(has_changed) {
            let entries = self.confirmed_but(None).collect();
            self.fold_anew(entries);
        }
    }

    /// Another than before wherever the catalogue may be another.
    pub const fn catalogue_version(&self) -> u64 {
        self.catalogue_version
    }

    /// An own entry as it was recorded, left out or not.
    pub fn own_body(&self, dseq: u64) -> Option<Entry> {
        self.own.get(&dseq).and_then(|(_, own)| unconfirmed(own))
    }

    /// What tells the account from every other, once the beginning of its office's history is here.
    pub fn account_key(&self) -> Option<AccountKey> {
        self.account_key
    }

    /// Which entry an own number is.
    pub fn own_entry(&self, dseq: u64) -> Option<EntryId> {
        self.own.get(&dseq).map(|(id, _)| *id)
    }

    /// Own entries that no server has confirmed, with their device sequence, oldest first.
    pub fn unconfirmed(&self) -> impl Iterator<Item = (u64, &Entry)> {
        self.unconfirmed.iter().filter_map(|&dseq| {
            let (id, _) = self.own.get(&dseq)?;
            Some((dseq, self.ledger.entry(*id)?))
        })
    }

    /// The highest number of a register's receipts.
    pub fn last_receipt(&self, device: DeviceId) -> u64 {
        self.own_receipts.get(&device).copied().unwrap_or_default().max(self.ledger.last_receipt(device))
    }

    /// A register's receipts count on from here: the ones before it are kept nowhere on this device, perhaps.
    pub fn count_receipts_from(&mut self, device: DeviceId, last: u64) {
        let known = self.own_receipts.entry(device).or_default();
        *known = last.max(*known);
    }

    /// What is negative, as of now. Working it out has been done: this takes in that time has passed.
    pub fn report_at(&mut self, now: Instant) -> &Report {
        let books = Books { ledger: &self.ledger, documents: &self.documents, tables: &self.catalogue };
        self.report.at(&books, now)
    }

    /// What is negative, as of when it was last asked for.
    pub const fn report(&self) -> &Report {
        self.report.report()
    }

    /// An own entry as it counts; nothing if it does not, or is folded already.
    fn counted(&self, id: EntryId, own: &Own) -> Option<(Entry, Arrival)> {
        let entry = unconfirmed(own)?;
        let arrival = self.counts_as(id, own, entry.header.shop)?;
        Some((entry, arrival))
    }

    fn counts_as(&self, id: EntryId, own: &Own, shop: ShopId) -> Option<Arrival> {
        let is_folded = self.base.as_ref().is_some_and(|base| base.holds(own, shop));
        if is_folded || self.left_out.contains(&id) {
            return None;
        }
        let seq = self.seq_max.saturating_add(own.dseq);
        Some(if self.is_alone { Arrival::Confirmed { seq } } else { Arrival::Own { dseq: own.dseq } })
    }

    /// The confirmed entries that are here already, but for those of a shop.
    fn confirmed_but(&self, shop: Option<ShopId>) -> impl Iterator<Item = (Entry, Arrival)> {
        let confirmed = self.ledger.entries().filter(|(_, arrival)| is_confirmed(*arrival));
        let others = confirmed.filter(move |(entry, _)| Some(entry.header.shop) != shop);
        others.map(|(entry, arrival)| (entry.clone(), arrival))
    }

    /// Begins again with these entries and the own ones. The office's come in the order of their sequence.
    fn fold_anew(&mut self, mut entries: Vec<(Entry, Arrival)>) {
        entries.sort_by_key(|(_, arrival)| *arrival);
        // It was read before.
        let snapshot = self.base.as_ref().and_then(|base| Snapshot::decode_kept(&base.bytes).ok());
        self.fold_on(snapshot, entries);
    }

    /// Begins again with a snapshot, or with nothing, and with these entries and the own ones.
    fn fold_on(&mut self, snapshot: Option<Snapshot>, mut entries: Vec<(Entry, Arrival)>) {
        entries.extend(self.own.values().filter_map(|(id, own)| self.counted(*id, own)));
        let last = snapshot.iter().flat_map(|snapshot| snapshot.frontier().values()).max();
        self.seq_max = self.seq_max.max(last.copied().unwrap_or_default());
        let Beginning { ledger, documents, catalogue } = snapshot.map(Snapshot::begin).unwrap_or_default();
        (self.ledger, self.documents, self.catalogue) = (ledger, documents, catalogue);
        self.catalogue_version = self.catalogue_version.wrapping_add(1);
        self.account_key = self.ledger.entries().find_map(|(entry, arrival)| account_key(entry, arrival));
        self.report = LiveReport::default();
        self.unconfirmed.clear();
        let mut changed = Changed::default();
        changed.beyond_telling();
        self.fold_with(entries, changed);
    }

    fn fold(&mut self, entries: Vec<(Entry, Arrival)>) {
        self.fold_with(entries, Changed::default());
    }

    fn fold_with(&mut self, entries: Vec<(Entry, Arrival)>, mut changed: Changed) {
        for (entry, arrival) in &entries {
            self.account_key = self.account_key.or_else(|| account_key(entry, *arrival));
            let known = self.ledger.arrival(entry.header.id);
            let is_older_news = known.is_some_and(is_confirmed) && !is_confirmed(*arrival);
            if !is_older_news && self.catalogue.insert(entry, *arrival) {
                changed.beyond_telling();
            }
            let is_catalogue = matches!(entry.body, Body::Catalogue(_));
            self.catalogue_version = self.catalogue_version.wrapping_add(is_catalogue.into());
            self.documents.insert(entry);
            changed.by_entry(entry);
        }
        let ids: Vec<EntryId> = entries.iter().map(|(entry, _)| entry.header.id).collect();
        changed.by_stock(self.ledger.extend(entries));
        self.note_confirmed(&ids);
        let books = Books { ledger: &self.ledger, documents: &self.documents, tables: &self.catalogue };
        self.report.follow(&books, &changed);
    }

    /// Which of these are own entries that no server has confirmed.
    fn note_confirmed(&mut self, ids: &[EntryId]) {
        for (id, dseq) in ids.iter().filter_map(|id| Some((*id, *self.own_numbers.get(id)?))) {
            if matches!(self.ledger.arrival(id), Some(Arrival::Own { .. })) {
                self.unconfirmed.insert(dseq);
            } else {
                self.unconfirmed.remove(&dseq);
            }
        }
    }
}

const fn is_confirmed(arrival: Arrival) -> bool {
    matches!(arrival, Arrival::Confirmed { .. })
}

/// What the account is known by, if this is the first entry of its office.
fn account_key(entry: &Entry, arrival: Arrival) -> Option<AccountKey> {
    let is_first = entry.header.shop == ShopId::OFFICE && arrival == Arrival::Confirmed { seq: 1 };
    is_first.then_some(AccountKey(entry.header.id.0))
}

/// A row that cannot be read at all moves nothing: the server set such entries aside.
fn confirmed(row: &Row) -> Option<(Entry, Arrival)> {
    let entry = row.entry().ok()?;
    Some((entry, Arrival::Confirmed { seq: row.seq }))
}

fn unconfirmed(own: &Own) -> Option<Entry> {
    Entry::decode_confirmed(own.dseq, &own.body.0).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;
    use subzero_ledger::entry::{
        Adjustment, AdjustmentKind, AdjustmentLine, Body, CostControl, Header, ItemKind, Mode, StampedItem,
    };
    use subzero_ledger::ids::{EmployeeId, SessionId};
    use subzero_ledger::practice::{self, ITEM, Names, SHOP};
    use subzero_ledger::quantity::Qty;
    use subzero_ledger::snapshot::Search;
    use subzero_sync::wire::{EntryBytes, Incarnation};

    const DAY_MS: i64 = 86_400_000;

    fn day(number: i64) -> Instant {
        Instant::from_unix_ms(number * DAY_MS).unwrap()
    }

    /// Some go, on a day.
    fn gone(number: u128, at: i64, qty: u32) -> Entry {
        let header = Header {
            id: EntryId::from_u128(number),
            shop: SHOP,
            device: practice::REGISTER,
            at: day(at),
            employee: EmployeeId::from_u128(1),
            session: SessionId::from_u128(1),
            approved_by: None,
            import: None,
            mode: Mode::Allow,
            cost_control: CostControl::Default,
        };
        let item = StampedItem { id: ITEM, default_cost: None, kind: ItemKind::Inventory };
        let lines = vec![AdjustmentLine { item, qty: Qty::from_units(qty).negated(), cost: None }];
        let adjustment = Adjustment { kind: AdjustmentKind::WrittenOff, lines, note: String::new() };
        Entry { dseq: 0, header, body: Body::Adjustment(adjustment) }
    }

    /// What the shops' histories hold: an opening, something that went a hundred days ago, and something that went today.
    fn histories() -> BTreeMap<ShopId, Vec<Row>> {
        let names = Names { shop: "A", other_shop: "B", register: "R", person: "P", order: "O" };
        let entries = practice::opening(names, Mode::Allow, day(1)).into_iter();
        let mut histories: BTreeMap<ShopId, Vec<Row>> = BTreeMap::new();
        for entry in entries.chain([gone(101, 2, 1), gone(102, 102, 5)]) {
            let rows = histories.entry(entry.header.shop).or_default();
            rows.push(row(rows.len() as u64 + 1, &entry));
        }
        histories
    }

    /// A row that arrived as soon as it was recorded.
    fn row(seq: u64, entry: &Entry) -> Row {
        let (inc, body) = (Incarnation(uuid::Uuid::from_u128(1)), EntryBytes(entry.encode().unwrap()));
        Row { seq, inc, dseq: seq, recorded: entry.header.at, flags: Vec::new(), body }
    }

    fn books(core: &Visible) -> Books<'_> {
        Books { ledger: &core.ledger, documents: &core.documents, tables: &core.catalogue }
    }

    fn whole() -> Visible {
        let mut core = Visible::default();
        for (shop, rows) in histories() {
            core.add_rows(shop, None, &rows, true);
        }
        core
    }

    /// Of these rows of the first shop, what is folded.
    fn folded(last: usize, own: BTreeMap<ShopId, u64>) -> (Base, Snapshot) {
        let mut core = Visible::default();
        let mut frontier = BTreeMap::new();
        for (shop, mut rows) in histories() {
            rows.truncate(if shop == SHOP { last } else { usize::MAX });
            frontier.insert(shop, rows.len() as u64);
            core.add_rows(shop, None, &rows, true);
        }
        let bytes = Snapshot::take(&books(&core), &frontier, day(100)).unwrap().encode().unwrap();
        let snapshot = Snapshot::decode(&bytes).unwrap();
        (Base { hash: ContentHash([0; 32]), bytes: Arc::new(bytes), own, set_aside: BTreeSet::new() }, snapshot)
    }

    /// Begun with what is folded of the first shop, and with all rows after it.
    fn begun(last: usize, own: BTreeMap<ShopId, u64>) -> Visible {
        let mut core = Visible::default();
        core.begin(Some(folded(last, own)));
        add_the_rest(&mut core, last);
        core
    }

    fn add_the_rest(core: &mut Visible, last: usize) {
        for (shop, rows) in histories() {
            let after = if shop == SHOP { last } else { rows.len() };
            core.add_rows(shop, None, &rows[after..], true);
        }
    }

    fn own(dseq: u64, entry: &Entry) -> Own {
        Own { dseq, body: EntryBytes(entry.encode().unwrap()) }
    }

    #[test]
    fn what_begins_with_a_snapshot_shows_what_is_there_also_where_it_goes_negative() {
        let (mut whole, mut begun) = (whole(), begun(3, BTreeMap::new()));
        assert_eq!(begun.ledger.on_hand(ITEM, SHOP), whole.ledger.on_hand(ITEM, SHOP));
        assert!(whole.ledger.on_hand(ITEM, SHOP).is_negative());
        assert_eq!(begun.catalogue.tables().items, whole.catalogue.tables().items);
        assert_eq!(begun.ledger.horizon(), Some(day(100)));
        assert!(begun.ledger.entry(EntryId::from_u128(101)).is_none(), "it is in the base");
        assert!(begun.lacking().is_empty());
        assert_eq!(begun.report_at(day(103)), whole.report_at(day(103)));
        begun.unfold(&histories().into_iter().collect::<Vec<_>>());
        assert_eq!(begun.ledger.horizon(), None);
        assert_eq!(begun.report_at(day(103)), whole.report_at(day(103)));
        assert!(begun.ledger.entry(EntryId::from_u128(101)).is_some());
    }

    #[test]
    fn what_comes_too_late_for_a_base_is_right_once_what_is_lacking_was_looked_for() {
        let (mut whole, mut begun) = (whole(), begun(3, BTreeMap::new()));
        let late = Row { recorded: day(103), ..row(histories()[&SHOP].len() as u64 + 1, &gone(103, 3, 2)) };
        for core in [&mut whole, &mut begun] {
            core.add_rows(SHOP, None, std::slice::from_ref(&late), false);
        }
        let lacking = begun.lacking();
        assert!(begun.ledger.is_lacking(ITEM, SHOP) && !lacking.is_empty());
        let older: Vec<Row> = histories().into_values().flatten().collect();
        let mut search = Search::of(&lacking);
        for row in &older {
            search.see(&row.entry().unwrap());
        }
        let mut found = search.end();
        let rows: Vec<Row> = older.into_iter().filter(|row| found.holds(row.entry().unwrap().header.id)).collect();
        begun.complete(&lacking, &rows);
        assert!(begun.lacking().is_empty());
        assert_eq!(begun.report_at(day(104)), whole.report_at(day(104)));
        assert_eq!(begun.ledger.horizon(), Some(day(100)), "and no more was taken in than that");
    }

    #[test]
    fn only_what_changes_the_catalogue_counts_as_another_catalogue() {
        let mut till = whole();
        let before = till.catalogue_version();
        till.add_own(vec![own(1, &gone(103, 102, 1))]);
        assert_eq!(till.catalogue_version(), before);
        let names = Names { shop: "A", other_shop: "B", register: "R", person: "P", order: "O" };
        let opening = practice::opening(names, Mode::Allow, day(2)).into_iter();
        let items = opening.filter(|entry| matches!(entry.body, Body::Catalogue(_))).map(|mut entry| {
            entry.header.id = EntryId::from_u128(entry.header.id.0.as_u128() + 1_000_000);
            entry
        });
        till.add_own(items.zip(2..).map(|(entry, dseq)| own(dseq, &entry)).collect());
        let after = till.catalogue_version();
        assert_ne!(after, before);
        till.begin(None);
        assert_ne!(till.catalogue_version(), after);
    }

    #[test]
    fn what_was_just_recorded_shows_as_what_is_read_again() {
        let (mut recorded, mut read) = (whole(), whole());
        let entry = gone(103, 102, 1);
        recorded.add_recorded(entry.clone(), own(1, &entry));
        read.add_own(vec![own(1, &entry)]);
        assert_eq!(recorded.ledger.on_hand(ITEM, SHOP), read.ledger.on_hand(ITEM, SHOP));
        assert_eq!(recorded.own_body(1), read.own_body(1));
        let both = [&recorded, &read]
            .map(|core| core.unconfirmed().map(|(dseq, entry)| (dseq, entry.clone())).collect::<Vec<_>>());
        assert_eq!(both[0], both[1]);
        assert_eq!(both[0].len(), 1);
        assert_eq!(recorded.report_at(day(103)), read.report_at(day(103)));
    }

    #[test]
    fn what_is_folded_stays_when_all_else_is_folded_anew() {
        let mut core = begun(3, BTreeMap::new());
        let before = (core.ledger.on_hand(ITEM, SHOP), core.report_at(day(103)).clone());
        core.add_own(vec![own(1, &gone(103, 102, 1))]);
        core.leave_out(BTreeSet::from([EntryId::from_u128(103)]));
        assert_eq!((core.ledger.on_hand(ITEM, SHOP), core.report_at(day(103)).clone()), before);
    }

    #[test]
    fn an_own_entry_that_is_folded_counts_once_and_one_that_was_set_aside_counts() {
        let old = gone(101, 2, 1);
        let mut core = begun(3, BTreeMap::from([(SHOP, 7)]));
        let on_hand = core.ledger.on_hand(ITEM, SHOP);
        core.add_own(vec![own(7, &old)]);
        assert_eq!(core.ledger.on_hand(ITEM, SHOP), on_hand);
        assert_eq!(core.own_entry(7), Some(old.header.id), "it is still known");

        let (folded, snapshot) = folded(3, BTreeMap::from([(SHOP, 7)]));
        let mut core = Visible::default();
        core.begin(Some((Base { set_aside: BTreeSet::from([6]), ..folded }, snapshot)));
        core.add_own(vec![own(6, &gone(104, 102, 2)), own(8, &gone(105, 102, 1))]);
        add_the_rest(&mut core, 3);
        assert_eq!(core.ledger.on_hand(ITEM, SHOP), on_hand.checked_sub(Qty::from_units(3)).unwrap());
    }

    #[test]
    fn a_snapshot_takes_the_place_of_what_was_shown() {
        let mut core = whole();
        let on_hand = core.ledger.on_hand(ITEM, SHOP);
        core.begin(Some(folded(4, BTreeMap::new())));
        add_the_rest(&mut core, 4);
        assert_eq!(core.ledger.on_hand(ITEM, SHOP), on_hand);
        assert!(core.ledger.horizon().is_some());
        core.begin(None);
        for (shop, rows) in histories() {
            core.add_rows(shop, None, &rows, true);
        }
        assert_eq!((core.ledger.on_hand(ITEM, SHOP), core.ledger.horizon()), (on_hand, None));
    }
}
