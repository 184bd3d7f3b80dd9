//! The invariants, each as a question to the whole world.

use std::collections::{BTreeMap, BTreeSet};

use subzero_ledger::catalogue::Catalogue;
use subzero_ledger::entry::Entry;
use subzero_ledger::entry::rights::Role;
use subzero_ledger::ids::{DeviceId, ShopId};
use subzero_ledger::instant::Instant;
use subzero_ledger::ledger::{Arrival, Ledger};
use subzero_sync::backoff::Jitter;
use subzero_sync::devices::Devices;
use subzero_sync::model::visible;
use subzero_sync::records::{Cursor, PageRecord};
use subzero_sync::wire::{Checksum, EntryBytes, Row};

use crate::device::{Device, Recorded};
use crate::server::{Server, folded_rows, is_foreign};
use crate::world::World;

/// By their numbers in `docs/protocol.md`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[allow(missing_docs, reason = "docs/protocol.md says what each of them is")]
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
    I13,
    I14,
    I15,
    I16,
    I17,
    I18,
    I19,
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

/// The account as the office's history tells it.
pub fn office(server: &Server) -> Catalogue {
    let mut office = Catalogue::default();
    follow(server, &mut office);
    office
}

fn follow(server: &Server, office: &mut Catalogue) {
    let known = usize::try_from(office.confirmed_to).expect("small");
    for row in server.books.histories[&ShopId::OFFICE].iter().skip(known) {
        let entry = Entry::decode_confirmed(row.dseq, &row.body.0).expect("the server stores only entries");
        office.insert(&entry, Arrival::Confirmed { seq: row.seq });
    }
}

/// I17: there is always an active owner. `office` is what was looked at before.
pub fn has_owner(server: &Server, office: &mut Catalogue, violations: &mut Violations) {
    follow(server, office);
    if !office.employees.values().any(|employee| employee.active && employee.role == Role::Owner) {
        note(violations, Invariant::I17, || format!("nobody owns the account at {}", office.confirmed_to));
    }
}

/// I19, once all is quiet: every device is let in as the register it was.
pub fn all_are_in(server: &Server, devices: &[Device], violations: &mut Violations) {
    let is_in = |device: &&Device| {
        server.books.door.of_secret(device.secret) == Some(device.id) && !server.books.door.is_removed(device.id)
    };
    if let Some(device) = devices.iter().find(|device| !is_in(device)) {
        note(violations, Invariant::I19, || format!("device {} is not let in again", device.id));
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
            let here = device.cache.rows_of(shop, cursor.generation);
            let (older, newer): (Vec<_>, Vec<_>) = here.into_iter().partition(|row| row.seq <= cursor.base);
            let folded = folded(device, shop, cursor.base);
            if !folded.starts_with(&older) || older.len() as u64 != cursor.older.seq {
                note(violations, Invariant::I4, || format!("device {} has other older rows of shop {shop}", device.id));
            }
            let rows: Vec<Row> = folded.into_iter().chain(newer).collect();
            if let Some(says) = copy(shop, cursor, &rows) {
                note(violations, Invariant::I4, || format!("device {}: {says}", device.id));
            }
        }
    }
}

/// The rows of a shop that a device's snapshot holds, up to one.
fn folded(device: &Device, shop: ShopId, base: u64) -> Vec<Row> {
    if base == 0 {
        return Vec::new();
    }
    let rows = device.cache.base().map(|(_, bytes)| folded_rows(&bytes, shop)).unwrap_or_default();
    rows.into_iter().filter(|row| row.seq <= base).collect()
}

/// The shown copy of a shop with all of its rows, those that are folded among them.
fn shown(device: &Device, shop: ShopId) -> Option<(Cursor, Vec<Row>)> {
    let (cursor, rows) = device.cache.load(shop)?;
    let all = folded(device, shop, cursor.base).into_iter().chain(rows);
    Some((cursor, all.collect()))
}

/// What a device shows: a ledger shows what is folded as well.
fn seen(device: &Device) -> BTreeSet<EntryBytes> {
    let shown = device.cache.cursors().into_keys().filter_map(|shop| shown(device, shop));
    let confirmed = shown.flat_map(|(_, rows)| rows).map(|row| row.body);
    visible(&device.outbox, &device.cache).into_keys().chain(confirmed).collect()
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
    let view = seen(device);
    let own = device.outbox.own(0, usize::MAX, usize::MAX).own.into_iter().map(|own| own.body);
    let copies = device.cache.cursors().into_keys().filter_map(|shop| shown(device, shop));
    let confirmed = copies.flat_map(|(_, rows)| rows).map(|row| row.body);
    let expected: BTreeSet<EntryBytes> = own.chain(confirmed).collect();
    if view != expected {
        let missing = expected.iter().filter(|body| !view.contains(*body)).count();
        note(violations, Invariant::I5, || {
            format!(
                "device {}: {} shown, {} expected, {missing} of them missing",
                device.id,
                view.len(),
                expected.len()
            )
        });
    }
    let may_be_gone = device.cache_lost || device.lost_named > 0 || device.aside_named > 0;
    let is_excused = |body: &EntryBytes| may_be_gone && device.collected.contains(body);
    let mut recorded = device.recorded.iter().map(|recorded| &recorded.body);
    if let Some(body) = recorded.find(|body| !view.contains(*body) && !is_excused(body)) {
        note(violations, Invariant::I6, || format!("device {} no longer shows {}", device.id, name(body)));
    }
}

/// I6, once all is quiet: what went after its time and was lost with the cache is shown again, unless the server lost it, too.
pub fn views_are_whole(server: &Server, devices: &[Device], violations: &mut Violations) {
    for device in devices {
        let view = seen(device);
        let mut recorded = device.recorded.iter().map(|recorded| &recorded.body);
        let may_read = |body: &EntryBytes| {
            Entry::decode(0, &body.0).is_ok_and(|entry| server.reads(device.id).contains(&entry.header.shop))
        };
        if let Some(body) = recorded.find(|body| !view.contains(*body) && server.is_confirmed(body) && may_read(body)) {
            note(violations, Invariant::I6, || format!("device {} never shows {} again", device.id, name(body)));
        }
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

/// I14: no txn over 128 KB. Let go of, and pushed, is never more than what is read at once, which has the same limit.
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

/// What was recorded in an outbox that is no more.
pub struct Gone {
    pub device: DeviceId,
    /// Since when, by the server's clock.
    pub at: Instant,
    pub entries: Vec<Recorded>,
    /// What of it the device had let go after its time, and how many of those it had said are lost.
    pub let_go: BTreeSet<EntryBytes>,
    pub lost_named: u64,
    /// The browser threw it away; else the disk was set back.
    pub is_evicted: bool,
    /// It knew of the server's epoch: what the server had lost in a restore was sent again, or known to be unsent.
    pub is_healed: bool,
}

/// I1: everything that was ever recorded is with the server, or its loss is named. I11 says the same of a server that was restored. I13: so
/// are kinds of entry that nobody here knows.
pub fn nothing_lost(world: &mut World) {
    let server = &world.server;
    let mut lost = Vec::new();
    let mut named = 0;
    for device in &world.devices {
        let missing = || device.recorded.iter().map(|recorded| &recorded.body).filter(|body| !server.has(body));
        let (let_go, kept): (Vec<_>, Vec<_>) = missing().partition(|body| device.collected.contains(*body));
        lost.extend(kept.into_iter().map(|body| (device.id, body.clone())));
        if let_go.len() as u64 > device.lost_named {
            lost.extend(let_go.into_iter().map(|body| (device.id, body.clone())));
        } else {
            named += let_go.len();
        }
    }
    for (device, body) in lost {
        let says = || format!("the server does not have {} of device {device}", name(&body));
        note(&mut world.violations, Invariant::I1, says);
        if world.restored_at.is_some() {
            note(&mut world.violations, Invariant::I11, says);
        }
        if is_foreign(&body) {
            note(&mut world.violations, Invariant::I13, says);
        }
    }
    if named > 0 {
        world.meet("a named loss after a month");
    }
    losses_with_outboxes_are_named(world);
}

/// A tab that never heard of a sale says so little of it until it reads the outbox itself: at the next attempt to push.
const UNHEARD_MAX_MS: i64 = 180_000;

/// Another outbox was cloned from it, or it was set back before: what is heard of the device since may be the other one's word.
fn speaks_for(world: &World, device: DeviceId) -> bool {
    let is_cloned = world.devices.iter().any(|other| other.id == device);
    is_cloned || world.gone.iter().filter(|gone| gone.device == device).count() > 1
}

/// An outbox that is gone cannot say what it held. What it had declared as unsent, or since when it has been silent, is with the server.
fn losses_with_outboxes_are_named(world: &mut World) {
    let now = world.server_now();
    let devices = Devices::of(&world.server.manifest(world.devices[0].id, now), now);
    let silent: BTreeMap<DeviceId, _> =
        devices.silent(world.devices[0].id).into_iter().map(|seen| (seen.device, seen)).collect();
    let mut met = Vec::new();
    for gone in &world.gone {
        // Or before, and the device had not sent again what the server lost, nor said so: what was last heard of it is of before.
        let last_heard = silent.get(&gone.device).and_then(|seen| seen.standing.epoch);
        let was_restored = !gone.is_healed
            || world.restored_at.is_some() && last_heard != Some(world.server.books.epoch)
            || world.restored_at.is_some_and(|at| at.unix_ms() + UNHEARD_MAX_MS >= gone.at.unix_ms());
        let missing = || gone.entries.iter().filter(|recorded| !world.server.has(&recorded.body));
        let is_let_go = |lost: &Recorded| gone.let_go.contains(&lost.body);
        let is_named = missing().filter(|lost| is_let_go(lost)).count() as u64 <= gone.lost_named;
        for lost in missing() {
            if is_named && is_let_go(lost) {
                met.push("a named loss after a month");
            } else if !gone.is_evicted {
                met.push("a loss with a disk that was set back");
            } else if was_restored {
                met.push("a loss with both an outbox and a server");
            } else if speaks_for(world, gone.device) {
                met.push("a loss with one of two clones");
            } else if !silent.contains_key(&gone.device) {
                met.push("a loss with a register that was never heard of");
            } else if silent.get(&gone.device).is_some_and(|seen| {
                seen.standing.unsent > 0 || seen.seen > now || seen.seen.unix_ms() <= lost.at.unix_ms() + UNHEARD_MAX_MS
            }) {
                met.push("a named loss with an outbox");
            } else {
                let says = || format!("nobody says that {} of device {} is lost", name(&lost.body), gone.device);
                note(&mut world.violations, Invariant::I1, says);
            }
        }
    }
    for what in met {
        world.meet(what);
    }
}

/// I7: every copy says what the server says. I8: every copy says the same in whichever order its entries arrived, be it the server's or not.
pub fn copies_agree(server: &Server, devices: &[Device], dice: &mut Jitter, violations: &mut Violations) {
    let expected: BTreeMap<_, _> = server.books.histories.iter().map(|(&shop, rows)| (shop, fold(rows))).collect();
    for (shop, rows) in &server.books.histories {
        if !foreign_moves_nothing(rows) {
            note(violations, Invariant::I13, || format!("an unknown kind of entry moves the stock of shop {shop}"));
        }
    }
    for device in devices {
        for shop in server.reads(device.id) {
            let Some((cursor, mut rows)) = shown(device, shop) else {
                note(violations, Invariant::I7, || format!("device {} has no copy of shop {shop}", device.id));
                continue;
            };
            let folded = fold(&rows);
            if (cursor.seq, cursor.checksum) != (server.head(shop), server.checksum(shop)) {
                note(violations, Invariant::I7, || {
                    format!("device {} has shop {shop} at {} of {}", device.id, cursor.seq, server.head(shop))
                });
            } else if folded != expected[&shop] {
                note(violations, Invariant::I7, || format!("device {} folds shop {shop} to another state", device.id));
            }
            shuffle(&mut rows, dice);
            if fold(&rows) != folded {
                note(violations, Invariant::I8, || format!("shop {shop} folds to another state in another order"));
            }
        }
    }
}

/// I13: a kind of entry that is not known here moves nothing, and goes on byte for byte.
fn foreign_moves_nothing(rows: &[Row]) -> bool {
    let known: Vec<Row> = rows.iter().filter(|row| !is_foreign(&row.body)).cloned().collect();
    let is_kept = |row: &Row| {
        Entry::decode(row.dseq, &row.body.0).is_ok_and(|entry| entry.encode().ok() == Some(row.body.0.clone()))
    };
    let stocks = |rows: &[Row]| fold(rows).1;
    stocks(rows) == stocks(&known) && rows.iter().all(is_kept)
}

/// What these rows come to: their ids, and the stock they leave behind, byte for byte.
fn fold(rows: &[Row]) -> (BTreeSet<EntryBytes>, String) {
    let mut ledger = Ledger::default();
    for row in rows {
        let entry = row.entry().expect("the server stores only entries");
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::door::Asked;
    use crate::entries::{Stamp, plain_sale};
    use crate::mutant::Mutant;
    use crate::script::Incident;
    use crate::world::{Mode, World};
    use subzero_sync::wire::{Incarnation, Standing};
    use uuid::Uuid;

    /// A till whose only sale was let go and then lost by the server, and that was thrown away after it had said so, or not.
    fn i1_where_the_lost_were(named: u64) -> Option<String> {
        let (mut dice, day) = (Jitter::new(1), |day: i64| Instant::from_unix_ms(day * 86_400_000).expect("in range"));
        let mut till = Device::new(1, &[1]);
        let sale = plain_sale(Stamp { number: 1, shop: ShopId(1), device: till.id, at: day(1) }, &mut dice);
        till.append(sale.clone(), day(1), Mutant::None);
        till.collected.insert(sale);
        till.lost_named = named;
        let mut world = World::new(vec![till, Device::new(5, &[])], dice, Mutant::None, Mode::Check);
        // It was heard of long after the sale, and had nothing that was not sent.
        let id = world.devices[0].id;
        world.server.note_standing(id, Standing::default(), day(60));
        world.passed_ms = 365 * 86_400_000;
        world.befall(Incident::IsEvicted { device: 0 });
        nothing_lost(&mut world);
        world.violations.remove(&Invariant::I1)
    }

    #[test]
    fn what_a_device_said_is_lost_stays_named_when_its_outbox_is_thrown_away() {
        assert_eq!(i1_where_the_lost_were(1), None);
        assert!(i1_where_the_lost_were(0).is_some_and(|says| says.starts_with("nobody says")));
    }

    #[test]
    fn a_copy_with_other_rows_than_the_server_breaks_i7_alone() {
        let (mut dice, shop) = (Jitter::new(7), ShopId(1));
        let (mut server, mut device) = (Server::new(Mutant::None, Instant::MIN, &mut dice), Device::new(1, &[1]));
        let asked = Asked { again: None, sells_in: device.sells_in.clone() };
        let paired = server.pair(&asked, Instant::MIN, &mut dice);
        (device.id, device.secret) = paired.expect("a new one");
        let mut row = |number| {
            let stamp = Stamp { number, shop, device: device.id, at: Instant::MIN };
            let body = plain_sale(stamp, &mut dice);
            Row {
                seq: 1,
                inc: Incarnation(Uuid::from_u128(1)),
                dseq: 1,
                recorded: Instant::MIN,
                flags: Vec::new(),
                body,
            }
        };
        let (theirs, ours) = (row(1), row(2));
        server.books.histories.insert(shop, vec![theirs]);
        let from = Cursor::start(1, server.books.epoch);
        let to = Cursor { seq: 1, checksum: Checksum::EMPTY.add(shop, &ours), ..from };
        let rows = vec![ours];
        let together = BTreeSet::new();
        device.cache.store_page(&PageRecord { shop, from, to, rows, sealed: false, complete: true, together });
        let mut violations = Violations::new();
        copies_agree(&server, &[device], &mut dice, &mut violations);
        assert_eq!(violations.into_keys().collect::<Vec<_>>(), [Invariant::I7]);
    }
}
