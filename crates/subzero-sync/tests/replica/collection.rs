//! Letting own entries go: what they must have behind them, and what keeps them.

use subzero_ledger::entry::{Body, CostControl, Entry, Foreign, Header, Mode};
use subzero_ledger::ids::{DeviceId, EmployeeId, EntryId, SessionId};
use subzero_ledger::instant::Instant;
use subzero_sync::backoff::later;
use subzero_sync::model::{Cache, Outbox, visible};
use subzero_sync::records::{AckRecord, Collection, Control, EpochAdoption, MARK_EVERY_MS, OWN_KEPT_MS};
use subzero_sync::wire::{Checksum, EntryBytes, Epoch, Manifest, PullPage, QuarantineReason, Row, Verdict};
use uuid::Uuid;

use super::tablet::{EPOCH, INC, SHOP, Tablet, manifest};

const BEGIN: i64 = 1_800_000_000_000;

fn entry(number: u64) -> EntryBytes {
    let header = Header {
        id: EntryId::from_u128(u128::from(number)),
        shop: SHOP,
        device: DeviceId(1),
        at: Instant::MIN,
        employee: EmployeeId::from_u128(1),
        session: SessionId::from_u128(1),
        approved_by: None,
        import: None,
        mode: Mode::Allow,
        cost_control: CostControl::Default,
    };
    let body = Body::Foreign(Foreign { kind: 900, payload: number.to_be_bytes().to_vec() });
    EntryBytes(Entry { dseq: 0, header, body }.encode().unwrap())
}

/// So many days after the beginning, by the server's clock, the server says how far its history goes.
fn tells(tablet: &mut Tablet, day: i64, head: u64) {
    let now = Instant::from_unix_ms(BEGIN + day * 86_400_000).unwrap();
    tablet.waits(1_000);
    tablet.manifest_comes(Manifest { now, ..manifest(EPOCH, head) });
    tablet.waits(120_000);
    tablet.manifest_comes(Manifest { now: later(now, 130_000), ..manifest(EPOCH, head) });
}

/// Three entries, acked on the first day.
fn with_three_acked() -> Tablet {
    let mut outbox = Outbox::new(INC);
    (1..=3).for_each(|number| _ = outbox.append(entry(number)));
    let mut tablet = Tablet::on(outbox, Cache::default());
    tablet.push_succeeds();
    tablet.manifest_comes(Manifest { now: Instant::from_unix_ms(BEGIN).unwrap(), ..manifest(EPOCH, 0) });
    tablet.outbox.append(entry(4));
    tablet.waits(30_000);
    tablet.push_succeeds();
    tablet
}

/// All four come back confirmed.
fn comes_back(tablet: &mut Tablet) {
    let row = |seq| Row { seq, inc: INC, dseq: seq, recorded: Instant::MIN, flags: Vec::new(), body: entry(seq) };
    let rows: Vec<Row> = (1..=4).map(row).collect();
    tablet.waits(1_000);
    tablet.manifest_comes(Manifest { now: Instant::from_unix_ms(BEGIN).unwrap(), ..manifest(EPOCH, 4) });
    let checksum = Checksum::EMPTY.add_all(SHOP, &rows);
    tablet.page_comes(PullPage { epoch: EPOCH, shop: SHOP, after: 0, rows, head: 4, checksum });
}

fn kept(tablet: &Tablet) -> usize {
    tablet.outbox.own(0, usize::MAX, usize::MAX).own.len()
}

#[test]
fn what_was_acked_thirty_days_ago_and_came_back_goes_and_is_shown_all_the_same() {
    let mut tablet = with_three_acked();
    comes_back(&mut tablet);
    tells(&mut tablet, OWN_KEPT_MS / 86_400_000 - 1, 4);
    assert_eq!(kept(&tablet), 4, "not yet");
    tells(&mut tablet, OWN_KEPT_MS / 86_400_000 + 1, 4);
    assert_eq!(kept(&tablet), 0);
    assert_eq!(visible(&tablet.outbox, &tablet.cache).len(), 4);
    assert_eq!((tablet.acked(), tablet.outbox.last()), (4, 4));
}

#[test]
fn what_has_not_come_back_stays() {
    let mut tablet = with_three_acked();
    tells(&mut tablet, 100, 0);
    tells(&mut tablet, 101, 0);
    assert_eq!(kept(&tablet), 4);
}

#[test]
fn a_device_whose_own_clock_is_months_ahead_lets_nothing_go() {
    let mut tablet = with_three_acked();
    comes_back(&mut tablet);
    tablet.now = later(tablet.now, 100 * 86_400_000);
    tells(&mut tablet, 1, 4);
    tells(&mut tablet, 2, 4);
    assert_eq!(kept(&tablet), 4);
}

#[test]
fn what_was_put_aside_stays_and_so_does_all_that_follows_it() {
    let mut tablet = with_three_acked();
    comes_back(&mut tablet);
    let control = tablet.outbox.control();
    let reason = QuarantineReason::IdTaken;
    let verdict = subzero_sync::wire::PushVerdict { dseq: 2, seq: None, verdict: Verdict::Quarantined { reason } };
    let ack = AckRecord { incarnation: INC, epoch: EPOCH, acked: control.acked, verdicts: vec![verdict], at: None };
    tablet.outbox.store_ack(&ack);
    tells(&mut tablet, 31, 4);
    assert_eq!(kept(&tablet), 3, "the first alone may go");
}

#[test]
fn what_another_life_numbered_is_not_let_go_by_an_old_word() {
    let mut tablet = with_three_acked();
    let collection = Collection { incarnation: INC, kept: tablet.outbox.control().acked, receipt: 0 };
    let new = subzero_sync::records::NewIncarnation::from_random(INC, 5);
    tablet.outbox.start_incarnation(&new);
    tablet.outbox.forget_own(&collection);
    assert_eq!(kept(&tablet), 4);
}

#[test]
fn there_are_marks_enough_for_the_whole_time() {
    let day_ms = 86_400_000;
    let most = u64::try_from((OWN_KEPT_MS + MARK_EVERY_MS) / day_ms + 1).unwrap();
    let mut control = Control::new(INC);
    let mut place = control.acked;
    for day in 0..200 {
        place = place.next(INC, &entry(1));
        let at = Instant::from_unix_ms(BEGIN + day * day_ms).unwrap();
        let ack = AckRecord { incarnation: INC, epoch: EPOCH, acked: place, verdicts: Vec::new(), at: Some(at) };
        assert!(control.take_ack(&ack));
        let old = control.marks.had_their_time(at);
        if old > control.kept.dseq {
            let kept = subzero_sync::chain::Position { dseq: old, ..place };
            control.take_collection(&Collection { incarnation: INC, kept, receipt: 0 });
        }
        let left = control.acked.dseq - control.kept.dseq;
        assert!(left <= most, "{left} days are kept on day {day}");
    }
}

#[test]
fn i9_an_epoch_is_not_taken_up_from_before_what_another_tab_has_let_go() {
    let mut control = Control::new(INC);
    let ack = |acked| AckRecord { incarnation: INC, epoch: EPOCH, acked, verdicts: Vec::new(), at: None };
    let first = control.acked.next(INC, &entry(1));
    assert!(control.take_ack(&ack(first)));
    let to = Epoch(Uuid::from_u128(9));
    let adoption = |acked| EpochAdoption { incarnation: INC, from: Some(EPOCH), to, acked };
    let asked_before = adoption(control.kept);
    assert!(control.take_collection(&Collection { incarnation: INC, kept: first, receipt: 0 }));
    assert!(!control.take_epoch(&asked_before), "the entry before could not be sent again");
    assert_eq!(control.acked, first);
    assert!(control.take_epoch(&adoption(first)));
}
