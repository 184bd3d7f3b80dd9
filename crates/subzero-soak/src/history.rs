//! What everybody saw, in one history that is checked at every line of it: the first line that cannot be is a violation.
//!
//! An epoch has rows of its own: what a restored server lost may come back elsewhere. Within one, a row never changes, and no device ever
//! sees less than it saw.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use subzero_ledger::entry::{Body, Entry};
use subzero_ledger::ids::{DeviceId, EntryId, ShopId};
use subzero_sync::records::Cursor;
use subzero_sync::segment::content_hash;
use subzero_sync::wire::{ContentHash, EntryBytes, Epoch, Row, ShopHead};

/// What one device has seen.
#[derive(Default)]
struct Seen {
    /// What it recorded, in order.
    recorded: Vec<ContentHash>,
    /// How far it heard that each shop goes.
    heads: BTreeMap<(Epoch, ShopId), u64>,
    /// What it must hear of at least, whenever it asks: its own entries that were acked, and what it heard before.
    floor: BTreeMap<(Epoch, ShopId), u64>,
    /// The same when it last asked.
    asked: BTreeMap<(Epoch, ShopId), u64>,
    /// Where its shown copy of each shop stands.
    shown: BTreeMap<ShopId, (Epoch, u64)>,
    /// Epochs that it has left behind.
    left: BTreeSet<(ShopId, Epoch)>,
}

/// What cannot be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// How long after the history began it was seen.
    pub at: Duration,
    /// On which device, and what.
    pub says: String,
}

/// All of it.
pub struct History {
    begun: Instant,
    devices: BTreeMap<DeviceId, Seen>,
    /// Which device recorded it, and where among all that it recorded.
    recorded: BTreeMap<ContentHash, (DeviceId, usize)>,
    rows: BTreeMap<(Epoch, ShopId, u64), ContentHash>,
    /// The other way round; by content and by id.
    places: BTreeMap<(Epoch, ContentHash), (ShopId, u64)>,
    ids: BTreeMap<(Epoch, EntryId), ContentHash>,
    /// Each device's entries in a shop by their place there, each with where it is among all that the device recorded.
    orders: BTreeMap<(Epoch, ShopId, DeviceId), BTreeMap<u64, usize>>,
    acked: BTreeSet<ContentHash>,
    violations: Vec<Violation>,
    told: usize,
}

impl History {
    /// A history that begins now.
    pub fn new() -> Self {
        Self {
            begun: Instant::now(),
            devices: BTreeMap::new(),
            recorded: BTreeMap::new(),
            rows: BTreeMap::new(),
            places: BTreeMap::new(),
            ids: BTreeMap::new(),
            orders: BTreeMap::new(),
            acked: BTreeSet::new(),
            violations: Vec::new(),
            told: 0,
        }
    }

    fn broken(&mut self, device: Option<DeviceId>, says: &str) {
        let device = device.map_or_else(|| "the audit".to_owned(), |device| format!("device {device}"));
        let (at, says) = (self.begun.elapsed(), format!("{device}: {says}"));
        self.violations.push(Violation { at, says });
    }

    fn seen(&mut self, device: DeviceId) -> &mut Seen {
        self.devices.entry(device).or_default()
    }

    /// A device recorded an entry: from here on it must never be without it.
    pub fn recorded(&mut self, device: DeviceId, body: &EntryBytes) {
        let hash = content_hash(&body.0);
        let seen = self.seen(device);
        seen.recorded.push(hash);
        let number = seen.recorded.len();
        self.recorded.insert(hash, (device, number));
    }

    /// A device stored that the server has an entry, and where.
    pub fn acked(&mut self, device: DeviceId, epoch: Epoch, body: &EntryBytes, place: Option<(ShopId, u64)>) {
        let hash = content_hash(&body.0);
        let Some((shop, seq)) = place else {
            return self.broken(Some(device), "an entry that is in order was set aside");
        };
        self.acked.insert(hash);
        self.has_place(Some(device), epoch, shop, seq, hash);
        let floor = self.seen(device).floor.entry((epoch, shop)).or_default();
        *floor = (*floor).max(seq);
    }

    /// A device asks how far the shops go.
    pub fn asks(&mut self, device: DeviceId) {
        let seen = self.seen(device);
        seen.asked.clone_from(&seen.floor);
    }

    /// It is answered: with no less than it heard before, and with what it had been told is stored.
    pub fn told(&mut self, device: DeviceId, epoch: Epoch, heads: &[ShopHead]) {
        for head in heads {
            let key = (epoch, head.shop);
            let seen = self.seen(device);
            let (own, before) = (seen.asked.get(&key).copied(), seen.heads.get(&key).copied());
            if own.is_some_and(|own| head.head < own) {
                let says = format!("shop {} goes up to {}, and its own row {own:?} is acked", head.shop, head.head);
                self.broken(Some(device), &says);
            }
            if before.is_some_and(|before| head.head < before) {
                let says = format!("shop {} went back from {before:?} to {}", head.shop, head.head);
                self.broken(Some(device), &says);
            }
            self.seen(device).heads.insert(key, head.head);
        }
    }

    /// A device stored rows behind the place where its copy stood.
    pub fn stored(&mut self, device: Option<DeviceId>, epoch: Epoch, shop: ShopId, from: u64, rows: &[Row]) {
        for (row, seq) in rows.iter().zip(from.saturating_add(1)..) {
            if row.seq != seq {
                return self.broken(device, &format!("shop {shop} has row {} in the place of {seq}", row.seq));
            }
            let hash = content_hash(&row.body.0);
            self.has_place(device, epoch, shop, seq, hash);
            self.is_in_order(device, epoch, shop, row, hash);
        }
    }

    /// One place, one entry; one entry, one place.
    fn has_place(&mut self, device: Option<DeviceId>, epoch: Epoch, shop: ShopId, seq: u64, hash: ContentHash) {
        if *self.rows.entry((epoch, shop, seq)).or_insert(hash) != hash {
            self.broken(device, &format!("shop {shop}, row {seq} is two different entries"));
        }
        let place = *self.places.entry((epoch, hash)).or_insert((shop, seq));
        if place != (shop, seq) {
            self.broken(device, &format!("one entry is shop {shop}, row {seq} and shop {}, row {}", place.0, place.1));
        }
    }

    /// A device's entries follow each other as it recorded them, and nobody else records in its name.
    fn is_in_order(&mut self, device: Option<DeviceId>, epoch: Epoch, shop: ShopId, row: &Row, hash: ContentHash) {
        let Ok(entry) = Entry::decode(row.dseq, &row.body.0) else {
            return self.broken(device, &format!("shop {shop}, row {} is no entry", row.seq));
        };
        if *self.ids.entry((epoch, entry.header.id)).or_insert(hash) != hash {
            self.broken(device, &format!("shop {shop}, row {} has another's id", row.seq));
        }
        let by = entry.header.device;
        if self.devices.get(&by).is_none_or(|seen| seen.recorded.is_empty()) {
            // A browser's: what it recorded it says by the receipt.
            return;
        }
        let Some((_, number)) = self.recorded.get(&hash).copied() else {
            return self.broken(device, &format!("shop {shop}, row {} was never recorded by device {by}", row.seq));
        };
        let order = self.orders.entry((epoch, shop, by)).or_default();
        order.insert(row.seq, number);
        let before = order.range(..row.seq).next_back().map_or(0, |(_, number)| *number);
        let after = order.range(row.seq.saturating_add(1)..).next().map_or(usize::MAX, |(_, number)| *number);
        if number <= before || number >= after {
            let says = format!("shop {shop}, row {}: device {by}'s entry {number} is out of its order", row.seq);
            self.broken(device, &says);
        }
    }

    /// Where a device's shown copy of a shop stands now.
    pub fn shows(&mut self, device: DeviceId, shop: ShopId, cursor: &Cursor) {
        self.reads(device, shop, cursor.epoch, cursor.seq);
    }

    /// The same, of a device that says it itself.
    pub fn reads(&mut self, device: DeviceId, shop: ShopId, epoch: Epoch, seq: u64) {
        let seen = self.seen(device);
        let before = seen.shown.insert(shop, (epoch, seq));
        if let Some((left, _)) = before.filter(|(before, _)| *before != epoch) {
            seen.left.insert((shop, left));
        }
        if seen.left.contains(&(shop, epoch)) {
            self.broken(Some(device), &format!("shop {shop} is shown again as it was before a restore"));
        }
        if let Some((_, before)) = before.filter(|(of, before)| *of == epoch && *before > seq) {
            self.broken(Some(device), &format!("what is shown of shop {shop} went back from row {before} to {seq}"));
        }
    }

    /// A device lost what it had of the server; what it recorded it still has.
    pub fn lost_copies(&mut self, device: DeviceId) {
        self.seen(device).shown.clear();
    }

    /// All that a device shows: whatever it recorded is among it.
    pub fn views<'a>(&mut self, device: DeviceId, view: impl IntoIterator<Item = &'a EntryBytes>) {
        let view: BTreeSet<ContentHash> = view.into_iter().map(|body| content_hash(&body.0)).collect();
        let recorded = &self.seen(device).recorded;
        let missing = recorded.iter().filter(|hash| !view.contains(*hash)).count();
        if missing > 0 {
            self.broken(Some(device), &format!("{missing} entries that it recorded are not shown"));
        }
    }

    /// Something else went wrong.
    pub fn failed(&mut self, device: Option<DeviceId>, says: &str) {
        self.broken(device, says);
    }

    /// All is quiet, and these are all rows of every shop: each entry that anybody recorded is there, once.
    pub fn end(&mut self, epoch: Epoch, histories: &BTreeMap<ShopId, Vec<Row>>) {
        let mut times: BTreeMap<ContentHash, usize> = BTreeMap::new();
        for (&shop, rows) in histories {
            self.stored(None, epoch, shop, 0, rows);
            for row in rows {
                *times.entry(content_hash(&row.body.0)).or_default() += 1;
            }
        }
        let counts: Vec<(DeviceId, usize, usize, bool)> = self
            .recorded
            .iter()
            .map(|(hash, (device, number))| {
                (*device, *number, times.get(hash).copied().unwrap_or(0), self.acked.contains(hash))
            })
            .filter(|(_, _, times, _)| *times != 1)
            .collect();
        for (device, number, times, is_acked) in counts {
            let acked = if is_acked { "acked" } else { "recorded" };
            self.broken(Some(device), &format!("its entry {number} was {acked} and is there {times} times"));
        }
    }

    /// All is quiet: a browser's receipts are there, each once.
    pub fn end_of_browser(&mut self, receipts: &[String], histories: &BTreeMap<ShopId, Vec<Row>>) {
        let mut times: BTreeMap<String, usize> = BTreeMap::new();
        for row in histories.values().flatten() {
            if let Ok(Entry { body: Body::Sale(sale), .. }) = Entry::decode(row.dseq, &row.body.0) {
                *times.entry(sale.receipt).or_default() += 1;
            }
        }
        for receipt in receipts {
            let times = times.get(receipt).copied().unwrap_or(0);
            if times != 1 {
                self.broken(None, &format!("a browser's receipt {receipt} is there {times} times"));
            }
        }
    }

    /// How many different entries were acked.
    pub fn entries_acked(&self) -> usize {
        self.acked.len()
    }

    /// How many violations there were.
    pub fn count(&self) -> usize {
        self.violations.len()
    }

    /// What was broken since this was last asked.
    pub fn news(&mut self) -> Vec<Violation> {
        let news = self.violations.get(self.told..).unwrap_or_default().to_vec();
        self.told = self.violations.len();
        news
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sale::sale;
    use subzero_sync::wire::Incarnation;
    use uuid::Uuid;

    const EPOCH: Epoch = Epoch(Uuid::from_u128(1));
    const SHOP: ShopId = ShopId(1);
    const TILL: DeviceId = DeviceId(3);

    fn row(seq: u64, body: &EntryBytes) -> Row {
        let recorded = subzero_ledger::instant::Instant::MIN;
        Row { seq, inc: Incarnation(Uuid::from_u128(2)), dseq: seq, recorded, flags: Vec::new(), body: body.clone() }
    }

    fn news(history: &mut History) -> Vec<String> {
        history.news().into_iter().map(|violation| violation.says).collect()
    }

    fn head(head: u64) -> [ShopHead; 1] {
        [ShopHead { shop: SHOP, head, sealed: 0 }]
    }

    /// Two entries that a till recorded, and heard of as rows 1 and 2.
    fn begun() -> (History, [EntryBytes; 2]) {
        let mut history = History::new();
        let bodies = [1, 2].map(|number| sale(TILL, SHOP, number));
        for (body, seq) in bodies.iter().zip(1..) {
            history.recorded(TILL, body);
            history.acked(TILL, EPOCH, body, Some((SHOP, seq)));
        }
        (history, bodies)
    }

    /// What is said of a history that ends with rows of these entries.
    fn ends(rows: impl FnOnce(&[EntryBytes; 2]) -> Vec<Row>) -> Vec<String> {
        let (mut history, bodies) = begun();
        history.end(EPOCH, &BTreeMap::from([(SHOP, rows(&bodies))]));
        news(&mut history)
    }

    #[test]
    fn a_history_in_which_all_is_well_has_no_violation() {
        let (mut history, [first, second]) = begun();
        history.asks(TILL);
        history.told(TILL, EPOCH, &head(2));
        let rows = [row(1, &first), row(2, &second)];
        history.stored(Some(TILL), EPOCH, SHOP, 0, &rows);
        history.reads(TILL, SHOP, EPOCH, 2);
        history.views(TILL, [&first, &second]);
        history.end(EPOCH, &BTreeMap::from([(SHOP, rows.to_vec())]));
        assert_eq!((news(&mut history), history.entries_acked()), (Vec::new(), 2));
    }

    #[test]
    fn an_acked_entry_that_is_lost_is_found() {
        let said = ends(|[first, _]| vec![row(1, first)]);
        assert_eq!(said, ["device 3: its entry 2 was acked and is there 0 times"]);
    }

    #[test]
    fn an_entry_that_is_there_twice_is_found() {
        let said = ends(|[first, second]| vec![row(1, first), row(2, second), row(3, first)]);
        assert!(said.contains(&"device 3: its entry 1 was acked and is there 2 times".to_owned()), "{said:?}");
    }

    #[test]
    fn an_ack_that_nobody_gave_is_found_as_soon_as_the_place_is_somebody_elses() {
        let (mut history, [first, _]) = begun();
        let other = sale(DeviceId(4), SHOP, 9);
        history.stored(Some(TILL), EPOCH, SHOP, 0, &[row(1, &first), row(2, &other)]);
        assert_eq!(news(&mut history), ["device 3: shop 1, row 2 is two different entries"]);
    }

    #[test]
    fn an_entry_that_nobody_recorded_is_found() {
        let (mut history, [first, second]) = begun();
        let rows = [row(1, &first), row(2, &second), row(3, &sale(TILL, SHOP, 77))];
        history.stored(Some(TILL), EPOCH, SHOP, 0, &rows);
        assert_eq!(news(&mut history), ["device 3: shop 1, row 3 was never recorded by device 3"]);
    }

    #[test]
    fn a_hole_is_found() {
        let (mut history, [first, _]) = begun();
        history.stored(Some(TILL), EPOCH, SHOP, 0, &[row(2, &first)]);
        assert_eq!(news(&mut history), ["device 3: shop 1 has row 2 in the place of 1"]);
    }

    #[test]
    fn a_device_whose_entries_change_places_is_found() {
        let mut history = History::new();
        let bodies = [1, 2].map(|number| sale(TILL, SHOP, number));
        for body in &bodies {
            history.recorded(TILL, body);
        }
        history.stored(None, EPOCH, SHOP, 0, &[row(1, &bodies[1]), row(2, &bodies[0])]);
        assert_eq!(news(&mut history), ["the audit: shop 1, row 2: device 3's entry 1 is out of its order"]);
    }

    #[test]
    fn what_goes_back_is_found() {
        let (mut history, [first, second]) = begun();
        history.asks(TILL);
        history.told(TILL, EPOCH, &head(1));
        history.told(TILL, EPOCH, &head(2));
        history.told(TILL, EPOCH, &head(1));
        let said = news(&mut history);
        assert!(said.iter().any(|said| said.contains("is acked")), "{said:?}");
        assert!(said.iter().any(|said| said.contains("went back from Some(2) to 1")), "{said:?}");
        history.reads(TILL, SHOP, EPOCH, 2);
        history.reads(TILL, SHOP, EPOCH, 1);
        assert_eq!(news(&mut history).len(), 1);
        history.views(TILL, [&first]);
        assert_eq!(news(&mut history), ["device 3: 1 entries that it recorded are not shown"]);
        history.views(TILL, [&second, &first]);
        assert_eq!(news(&mut history), [""; 0]);
    }

    #[test]
    fn what_a_device_hears_after_a_restore_may_be_less_and_what_was_before_it_is_over() {
        let (mut history, _) = begun();
        let restored = Epoch(Uuid::from_u128(9));
        history.told(TILL, EPOCH, &head(2));
        history.told(TILL, restored, &head(1));
        history.reads(TILL, SHOP, EPOCH, 2);
        history.reads(TILL, SHOP, restored, 1);
        assert_eq!(news(&mut history), [""; 0]);
        history.reads(TILL, SHOP, EPOCH, 2);
        assert_eq!(news(&mut history), ["device 3: shop 1 is shown again as it was before a restore"]);
    }

    #[test]
    fn a_browsers_receipt_that_is_lost_is_found() {
        let (mut history, [first, _]) = begun();
        let histories = BTreeMap::from([(SHOP, vec![row(1, &first)])]);
        history.end_of_browser(&["soak-3-1".to_owned(), "1-7-1".to_owned()], &histories);
        assert_eq!(news(&mut history), ["the audit: a browser's receipt 1-7-1 is there 0 times"]);
    }
}
