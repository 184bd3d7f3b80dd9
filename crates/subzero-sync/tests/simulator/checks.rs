//! The invariants, each as a question to the whole world.

use std::collections::{BTreeMap, BTreeSet};

use subzero_ledger::entry::Entry;
use subzero_ledger::ids::ShopId;
use subzero_ledger::ledger::{Arrival, Ledger};
use subzero_sync::backoff::Jitter;
use subzero_sync::model::visible;
use subzero_sync::records::{Cursor, PageRecord};
use subzero_sync::wire::{Checksum, EntryBytes, Row};

use super::device::Device;
use super::server::Server;

/// By their numbers in the design.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Invariant {
    I1,
    I2,
    I3,
    I4,
    I5,
    I6,
    I7,
    I8,
    I9,
    I10,
    I11,
    I14,
    I15,
}

/// What was broken, and how; the first time only.
pub type Violations = BTreeMap<Invariant, String>;

pub fn note(violations: &mut Violations, invariant: Invariant, says: impl FnOnce() -> String) {
    violations.entry(invariant).or_insert_with(says);
}

/// I3: seqs are 1, 2, 3 … in every shop. `from` is how many rows were looked at before.
pub fn server_seqs(server: &Server, looked_at: &mut BTreeMap<ShopId, usize>, violations: &mut Violations) {
    for (shop, rows) in &server.books.histories {
        let from = looked_at.entry(*shop).or_default();
        for (place, row) in rows.iter().enumerate().skip(*from) {
            if row.seq != place as u64 + 1 {
                note(violations, Invariant::I3, || format!("shop {shop} has seq {} at place {}", row.seq, place + 1));
            }
        }
        *from = rows.len();
    }
}

/// I2: every entry once by its id, and once by its number in its outbox.
pub fn exactly_once(server: &Server, violations: &mut Violations) {
    let (mut ids, mut numbers) = (BTreeSet::new(), BTreeSet::new());
    for (shop, row) in server.books.histories.iter().flat_map(|(shop, rows)| rows.iter().map(move |row| (shop, row))) {
        let id = Entry::decode(row.dseq, &row.body.0).map(|entry| entry.header.id);
        if !id.is_ok_and(|id| ids.insert(id)) {
            note(violations, Invariant::I2, || format!("the entry at {shop}/{} is there twice by its id", row.seq));
        }
        if !numbers.insert((row.inc, row.dseq)) {
            note(violations, Invariant::I2, || format!("the entry at {shop}/{} is there twice by its number", row.seq));
        }
    }
}

/// I4: a copy holds exactly the rows 1 to its cursor, and its checksum is theirs.
pub fn copies(device: &Device, violations: &mut Violations) {
    for (shop, cursors) in device.cache.cursors() {
        for cursor in [cursors.shown, cursors.building].into_iter().flatten() {
            let rows = device.cache.rows_of(shop, cursor.generation);
            if let Some(says) = copy(shop, cursor, &rows) {
                note(violations, Invariant::I4, || format!("device {}: {says}", device.id));
            }
        }
    }
}

fn copy(shop: ShopId, cursor: Cursor, rows: &[Row]) -> Option<String> {
    let dense = rows.iter().zip(1..).all(|(row, seq)| row.seq == seq);
    if !dense || rows.len() as u64 != cursor.seq {
        let seqs: Vec<_> = rows.iter().map(|row| row.seq).collect();
        return Some(format!("the cursor of shop {shop} is {}, its rows are {seqs:?}", cursor.seq));
    }
    let sum = Checksum::EMPTY.add_all(shop, rows);
    (sum != cursor.checksum).then(|| format!("shop {shop} does not add up at {}", cursor.seq))
}

/// I5: what is shown is the shown copies and the outbox, no more and no less. I6: all that was recorded is among it.
pub fn view(device: &Device, violations: &mut Violations) {
    let view = visible(&device.outbox, &device.cache);
    let own = device.outbox.own(0, usize::MAX, usize::MAX).own.into_iter().map(|own| own.body);
    let copies = device.cache.cursors().into_keys().filter_map(|shop| device.cache.load(shop));
    let confirmed = copies.flat_map(|(_, rows)| rows).map(|row| row.body);
    let expected: BTreeSet<EntryBytes> = own.chain(confirmed).collect();
    if !view.keys().eq(expected.iter()) {
        let missing = expected.iter().filter(|body| !view.contains_key(body)).count();
        note(violations, Invariant::I5, || {
            format!(
                "device {}: {} shown, {} expected, {missing} of them missing",
                device.id,
                view.len(),
                expected.len()
            )
        });
    }
    if let Some(body) = device.recorded.iter().find(|body| !view.contains_key(body)) {
        note(violations, Invariant::I6, || format!("device {} no longer shows {}", device.id, name(body)));
    }
}

/// I10: within one life and one epoch the ack only rises.
pub fn ack(device: &mut Device, violations: &mut Violations) {
    let control = device.outbox.control();
    let now = (control.incarnation, control.epoch, control.acked.dseq);
    if let Some(before) = device.acked_before.replace(now)
        && (before.0, before.1) == (now.0, now.1)
        && before.2 > now.2
    {
        note(violations, Invariant::I10, || format!("device {} fell from {} to {}", device.id, before.2, now.2));
    }
}

/// I14: no txn over 128 KB.
pub fn page_size(page: &PageRecord, violations: &mut Violations) {
    let bytes: usize = page.rows.iter().map(|row| row.body.0.len()).sum();
    if bytes > 128 * 1024 {
        note(violations, Invariant::I14, || format!("a page of {bytes} bytes"));
    }
}

/// I9: the faults have stopped five minutes ago, and nothing waits any more.
pub fn outboxes_empty(devices: &[Device], violations: &mut Violations) {
    for (place, device) in devices.iter().enumerate() {
        let unsent = device.outbox.last() - device.outbox.control().acked.dseq;
        if unsent > 0 {
            note(violations, Invariant::I9, || format!("device {} at place {place} has {unsent} unsent", device.id));
        }
    }
}

/// I1: everything that was ever recorded is with the server. I11 says the same of a server that was restored.
pub fn nothing_lost(server: &Server, devices: &[Device], restored: bool, violations: &mut Violations) {
    for device in devices {
        if let Some(body) = device.recorded.iter().find(|body| !server.has(body)) {
            let invariant = if restored { Invariant::I11 } else { Invariant::I1 };
            note(violations, invariant, || format!("the server does not have {} of device {}", name(body), device.id));
            note(violations, Invariant::I1, || format!("{} of device {} is lost", name(body), device.id));
        }
    }
}

/// I7: every copy says what the server says. I8: in whichever order the entries arrived.
pub fn copies_agree(server: &Server, devices: &[Device], dice: &mut Jitter, violations: &mut Violations) {
    let expected: BTreeMap<_, _> =
        server.books.histories.keys().map(|&shop| (shop, fold(&server.books.histories[&shop]))).collect();
    for device in devices {
        for shop in &server.reads[&device.id] {
            let Some((cursor, mut rows)) = device.cache.load(*shop) else {
                note(violations, Invariant::I7, || format!("device {} has no copy of shop {shop}", device.id));
                continue;
            };
            if (cursor.seq, cursor.checksum) != (server.head(*shop), server.checksum(*shop)) {
                note(violations, Invariant::I7, || {
                    format!("device {} has shop {shop} at {} of {}", device.id, cursor.seq, server.head(*shop))
                });
            } else if fold(&rows) != expected[shop] {
                note(violations, Invariant::I7, || format!("device {} folds shop {shop} to another state", device.id));
            }
            shuffle(&mut rows, dice);
            if (cursor.seq == server.head(*shop)) && fold(&rows) != expected[shop] {
                note(violations, Invariant::I8, || format!("shop {shop} folds to another state in another order"));
            }
        }
    }
}

/// What these rows come to: their ids, and the stock they leave behind, byte for byte.
fn fold(rows: &[Row]) -> (BTreeSet<EntryBytes>, String) {
    let mut ledger = Ledger::default();
    for row in rows {
        let entry = Entry::decode_confirmed(row.dseq, &row.body.0).expect("the server stores only entries");
        ledger.insert(entry, Arrival::Confirmed { seq: row.seq });
    }
    let stocks: Vec<_> = ledger.stocks().collect();
    (rows.iter().map(|row| row.body.clone()).collect(), format!("{stocks:?}"))
}

fn shuffle(rows: &mut [Row], dice: &mut Jitter) {
    for last in (1..rows.len()).rev() {
        let other = usize::try_from(dice.up_to(last as u64)).expect("small");
        rows.swap(last, other);
    }
}

fn name(body: &EntryBytes) -> String {
    Entry::decode(0, &body.0).map_or_else(
        |_| String::from_utf8_lossy(&body.0).into_owned(),
        |entry| format!("entry {} of shop {}, kind {}", entry.header.id, entry.header.shop, entry.body.kind()),
    )
}
