//! The server's rule, case by case.
#![allow(clippy::unwrap_used)] // A test that cannot go on has failed.

use std::collections::{BTreeMap, BTreeSet};

use subzero_ledger::entry::catalogue::{Change, EmployeeChange, ItemChange, ItemFields};
use subzero_ledger::entry::rights::Role;
use subzero_ledger::entry::{
    AHEAD_MAX_MS, Body, Catalogue, CostControl, Count, CountLine, Entry, Foreign, Header, ItemKind, Mode, Sale,
    SaleLine, StampedItem,
};
use subzero_ledger::ids::{DeviceId, EmployeeId, EntryId, ItemId, SessionId, ShopId};
use subzero_ledger::instant::Instant;
use subzero_ledger::money::{Amount, Price};
use subzero_ledger::quantity::Qty;
use subzero_sync::chain::Position;
use subzero_sync::intake::{Batch, BatchError, Decision, Facts, Held, LONG_AGO_MS, Outcome, Person, Stored};
use subzero_sync::wire::{
    Chain, EntryBytes, Epoch, Flag, Incarnation, PUSH_ENTRIES_MAX, PushConflict, PushRequest, QuarantineReason, Verdict,
};
use uuid::Uuid;

const EPOCH: Epoch = Epoch(Uuid::from_u128(1));
const INC: Incarnation = Incarnation(Uuid::from_u128(10));
const OTHER_INC: Incarnation = Incarnation(Uuid::from_u128(11));
const TILL: DeviceId = DeviceId(7);
const OWNER: EmployeeId = EmployeeId::from_u128(1);
const CASHIER: EmployeeId = EmployeeId::from_u128(2);
const MUG: ItemId = ItemId::from_u128(5);
const SHOP: ShopId = ShopId(1);

fn entry(id: u128, shop: ShopId, employee: EmployeeId, body: Body) -> Entry {
    let header = Header {
        id: EntryId::from_u128(id),
        shop,
        device: TILL,
        at: Instant::MIN,
        employee,
        session: SessionId::from_u128(1),
        approved_by: None,
        import: None,
        mode: Mode::Allow,
        cost_control: CostControl::Default,
    };
    Entry { dseq: 0, header, body }
}

fn bytes(entry: &Entry) -> EntryBytes {
    EntryBytes(entry.encode().unwrap())
}

fn sale_of(id: u128, item: ItemId) -> Entry {
    let item = StampedItem { id: item, default_cost: None, kind: ItemKind::Inventory };
    let line = SaleLine {
        item,
        qty: Qty::ONE,
        price: Price::ZERO,
        discount: Amount::ZERO,
        recorded_cost: Amount::ZERO,
        oversold: None,
    };
    let sale = Sale { receipt: "1-1-1".into(), lines: vec![line], tenders: vec![], places: 2, note: String::new() };
    entry(id, SHOP, CASHIER, Body::Sale(sale))
}

fn sale(id: u128) -> EntryBytes {
    bytes(&sale_of(id, MUG))
}

fn new_item(item: ItemId) -> Body {
    Body::Catalogue(Catalogue {
        known: 0,
        changes: vec![Change::Item(ItemChange { id: item, fields: ItemFields::default() })],
    })
}

const fn person(role: Role) -> Person {
    Person { role, is_active: true }
}

fn facts() -> Facts {
    Facts {
        writes: BTreeSet::from([SHOP]),
        people: BTreeMap::from([(OWNER, person(Role::Owner)), (CASHIER, person(Role::Cashier))]),
        items: BTreeSet::from([MUG]),
        ..Facts::new(EPOCH, TILL, Instant::MIN)
    }
}

fn push_after(before: Position, entries: &[EntryBytes]) -> PushRequest {
    let first = before.dseq + 1;
    PushRequest {
        epoch: Some(EPOCH),
        inc: INC,
        first,
        before: before.chain,
        now: Instant::MIN,
        entries: entries.to_vec(),
    }
}

/// A server that took these entries before, all of them at seq 100 + dseq.
fn facts_holding(entries: &[EntryBytes]) -> Facts {
    let mut facts = facts();
    for body in entries {
        facts.last = facts.last.next(INC, body);
        let outcome = Outcome::Stored { seq: 100 + facts.last.dseq };
        facts.held.insert(facts.last.dseq, Held { chain: facts.last.chain, outcome });
    }
    facts
}

/// What is decided on one entry that is pushed first.
fn decision(body: EntryBytes, facts: &Facts) -> Decision {
    let plan = Batch::read(push_after(Position::START, &[body])).unwrap().decide(facts).unwrap();
    plan.entries[0].decision.clone()
}

fn quarantine(reason: QuarantineReason) -> Decision {
    Decision::Quarantine { reason }
}

#[test]
fn new_entries_are_accepted_and_the_reply_names_their_places() {
    let request = push_after(Position::START, &[sale(1), sale(2)]);
    let plan = Batch::read(request).unwrap().decide(&facts()).unwrap();
    let reply = plan.reply(EPOCH, &BTreeMap::from([(1, 40), (2, 41)]));
    assert_eq!(reply.acked, 2);
    let verdicts: Vec<_> = reply.verdicts.iter().map(|verdict| (verdict.dseq, verdict.seq, &verdict.verdict)).collect();
    assert_eq!(verdicts, [(1, Some(40), &Verdict::Ok), (2, Some(41), &Verdict::Ok)]);
}

#[test]
fn the_same_push_again_is_all_duplicates_with_the_same_places() {
    let entries = [sale(1), sale(2)];
    let facts = facts_holding(&entries);
    let plan = Batch::read(push_after(Position::START, &entries)).unwrap().decide(&facts).unwrap();
    assert_eq!(plan.last, facts.last);
    let reply = plan.reply(EPOCH, &BTreeMap::new());
    assert_eq!(reply.verdicts.iter().map(|verdict| verdict.seq).collect::<Vec<_>>(), [Some(101), Some(102)]);
    assert!(reply.verdicts.iter().all(|verdict| verdict.verdict == Verdict::Dup));
}

#[test]
fn an_overlap_is_a_duplicate_and_what_follows_is_new() {
    let facts = facts_holding(&[sale(1), sale(2)]);
    let after_one = Position::START.next(INC, &sale(1));
    let plan = Batch::read(push_after(after_one, &[sale(2), sale(3)])).unwrap().decide(&facts).unwrap();
    assert_eq!(plan.entries[0].decision, Decision::Held(Outcome::Stored { seq: 102 }));
    assert!(matches!(plan.entries[1].decision, Decision::Accept { .. }));
    assert_eq!(plan.last.dseq, 3);
}

#[test]
fn an_overlap_whose_bytes_differ_is_a_fork_wherever_it_begins() {
    let facts = facts_holding(&[sale(1), sale(2)]);
    let after = |ids: &[u128]| ids.iter().fold(Position::START, |place, &id| place.next(INC, &sale(id)));
    let fork = |request| Batch::read(request).unwrap().decide(&facts) == Err(PushConflict::Fork);
    assert!(fork(push_after(Position::START, &[sale(1), sale(9)])), "in the overlap");
    assert!(fork(push_after(after(&[9]), &[sale(2), sale(3)])), "before the overlap");
    assert!(fork(push_after(after(&[1, 9]), &[sale(3)])), "right after what is held");
    assert!(fork(push_after(after(&[1, 9]), &[])), "with no entries at all");
    let wrong_start = PushRequest { before: Chain([7; 32]), ..push_after(Position::START, &[sale(1)]) };
    assert!(fork(wrong_start), "at the beginning");
    assert!(!fork(push_after(after(&[1, 2]), &[sale(3)])));
}

#[test]
fn a_gap_and_another_epoch_are_conflicts_that_say_where_the_server_stands() {
    let facts = facts_holding(&[sale(1)]);
    let gap = push_after(Position { dseq: 4, chain: Chain([1; 32]) }, &[sale(5)]);
    assert_eq!(Batch::read(gap.clone()).unwrap().decide(&facts), Err(PushConflict::Gap { expected: 2 }));
    let other = PushRequest { epoch: Some(Epoch(Uuid::from_u128(2))), ..gap };
    let conflict = PushConflict::Epoch { epoch: EPOCH, acked: 1 };
    assert_eq!(Batch::read(other).unwrap().decide(&facts), Err(conflict));
}

#[test]
fn the_very_first_push_need_not_name_an_epoch() {
    let request = PushRequest { epoch: None, ..push_after(Position::START, &[sale(1)]) };
    assert!(Batch::read(request).unwrap().decide(&facts()).is_ok());
}

#[test]
fn a_push_of_nothing_is_answered_with_where_the_server_stands() {
    let facts = facts_holding(&[sale(1), sale(2)]);
    let plan = Batch::read(push_after(Position::START, &[])).unwrap().decide(&facts).unwrap();
    assert_eq!(plan.reply(EPOCH, &BTreeMap::new()).acked, 2);
}

#[test]
fn limits_are_held_and_sequences_count_from_one() {
    let many = vec![sale(1); PUSH_ENTRIES_MAX + 1];
    assert_eq!(Batch::read(push_after(Position::START, &many)), Err(BatchError::TooLarge));
    let heavy = vec![EntryBytes(vec![0; 32 * 1024]); 5];
    assert_eq!(Batch::read(push_after(Position::START, &heavy)), Err(BatchError::TooLarge));
    let zero = PushRequest { first: 0, ..push_after(Position::START, &[sale(1)]) };
    assert_eq!(Batch::read(zero), Err(BatchError::Sequence));
    let last = PushRequest { first: u64::MAX, ..push_after(Position::START, &[sale(1)]) };
    assert_eq!(Batch::read(last), Err(BatchError::Sequence));
}

#[test]
fn an_entry_known_under_another_incarnation_is_a_duplicate_with_its_old_place() {
    let mut facts = facts();
    let stored = Stored { inc: OTHER_INC, seq: 33, body: sale(1) };
    facts.stored.insert(EntryId::from_u128(1), stored);
    assert_eq!(decision(sale(1), &facts), Decision::Moved { seq: 33 });
}

#[test]
fn an_id_with_other_content_or_twice_in_one_outbox_is_taken() {
    let mut known = facts();
    let other_content = bytes(&sale_of(1, ItemId::from_u128(6)));
    known.stored.insert(EntryId::from_u128(1), Stored { inc: OTHER_INC, seq: 33, body: other_content });
    assert_eq!(decision(sale(1), &known), quarantine(QuarantineReason::IdTaken));
    known.stored.insert(EntryId::from_u128(1), Stored { inc: INC, seq: 33, body: sale(1) });
    assert_eq!(decision(sale(1), &known), quarantine(QuarantineReason::IdTaken));
    let twice = Batch::read(push_after(Position::START, &[sale(1), sale(1)])).unwrap().decide(&facts()).unwrap();
    assert!(matches!(twice.entries[0].decision, Decision::Accept { .. }));
    assert_eq!(twice.entries[1].decision, quarantine(QuarantineReason::IdTaken));
}

#[test]
fn poison_is_put_aside_and_the_queue_moves_on() {
    let poison = EntryBytes(b"poison".to_vec());
    let plan = Batch::read(push_after(Position::START, &[poison, sale(2)])).unwrap().decide(&facts()).unwrap();
    assert_eq!(plan.entries[0].decision, quarantine(QuarantineReason::Unreadable));
    assert!(matches!(plan.entries[1].decision, Decision::Accept { .. }));
    let reply = plan.reply(EPOCH, &BTreeMap::from([(2, 1)]));
    assert_eq!(reply.acked, 2);
    assert_eq!(reply.verdicts[0].seq, None);
}

#[test]
fn a_quarantined_entry_that_is_pushed_again_is_said_to_be_quarantined_again() {
    let mut facts = facts_holding(&[sale(1)]);
    let reason = QuarantineReason::OtherShop;
    facts.held.get_mut(&1).unwrap().outcome = Outcome::Quarantined { reason };
    let plan = Batch::read(push_after(Position::START, &[sale(1)])).unwrap().decide(&facts).unwrap();
    assert_eq!(plan.reply(EPOCH, &BTreeMap::new()).verdicts[0].verdict, Verdict::Quarantined { reason });
}

#[test]
fn stock_entries_need_a_shop_that_was_granted_and_their_own_device() {
    let elsewhere = |shop| {
        let entry = sale_of(1, MUG);
        bytes(&Entry { header: Header { shop, ..entry.header }, ..entry })
    };
    assert_eq!(decision(elsewhere(ShopId(2)), &facts()), quarantine(QuarantineReason::OtherShop));
    assert_eq!(decision(elsewhere(ShopId::OFFICE), &facts()), quarantine(QuarantineReason::OtherShop));
    let entry = sale_of(1, MUG);
    let other_device = bytes(&Entry { header: Header { device: DeviceId(8), ..entry.header }, ..entry });
    assert_eq!(decision(other_device, &facts()), quarantine(QuarantineReason::OtherDevice));
}

#[test]
fn the_catalogue_is_changed_in_the_office_by_those_who_may() {
    let by = |employee, shop| bytes(&entry(1, shop, employee, new_item(MUG)));
    assert!(matches!(decision(by(OWNER, ShopId::OFFICE), &facts()), Decision::Accept { .. }));
    assert_eq!(decision(by(CASHIER, ShopId::OFFICE), &facts()), quarantine(QuarantineReason::NotAllowed));
    let stranger = EmployeeId::from_u128(3);
    assert_eq!(decision(by(stranger, ShopId::OFFICE), &facts()), quarantine(QuarantineReason::NotAllowed));
    assert_eq!(decision(by(OWNER, SHOP), &facts()), quarantine(QuarantineReason::OtherShop));
}

#[test]
fn whoever_signed_in_may_say_whether_a_page_helped() {
    let says = || {
        Body::Catalogue(Catalogue { known: 0, changes: vec![Change::Feedback { page: "count".into(), helpful: true }] })
    };
    let by = |employee| decision(bytes(&entry(1, ShopId::OFFICE, employee, says())), &facts());
    assert!(matches!(by(CASHIER), Decision::Accept { flags, .. } if flags.is_empty()));
    let left = EmployeeId::from_u128(3);
    assert!(matches!(by(left), Decision::Accept { flags, .. } if flags == [Flag::UnknownEmployee]));
}

#[test]
fn what_one_entry_of_a_batch_changes_counts_for_the_next() {
    let manager = EmployeeId::from_u128(4);
    let hired = EmployeeChange { id: manager, name: None, role: Some(Role::Manager), pin: None, active: Some(true) };
    let hire = Body::Catalogue(Catalogue { known: 0, changes: vec![Change::Employee(hired)] });
    let cup = ItemId::from_u128(6);
    let entries = [
        bytes(&entry(1, ShopId::OFFICE, OWNER, hire)),
        bytes(&entry(2, ShopId::OFFICE, manager, new_item(cup))),
        bytes(&sale_of(3, cup)),
    ];
    let plan = Batch::read(push_after(Position::START, &entries)).unwrap().decide(&facts()).unwrap();
    for planned in &plan.entries {
        assert!(matches!(&planned.decision, Decision::Accept { flags, .. } if flags.is_empty()), "{planned:?}");
    }
}

#[test]
fn odd_entries_are_accepted_and_flagged() {
    let entry = sale_of(1, ItemId::from_u128(99));
    let at = Instant::from_unix_ms(5 * 60 * 1_000 + 1).unwrap();
    let odd = Entry { header: Header { at, employee: EmployeeId::from_u128(3), ..entry.header }, ..entry };
    let Decision::Accept { flags, .. } = decision(bytes(&odd), &facts()) else { panic!("not accepted") };
    assert_eq!(flags, [Flag::AheadOfTime, Flag::UnknownEmployee, Flag::UnknownItem]);
}

#[test]
fn the_dates_of_lines_are_judged_like_the_entrys_own() {
    let now = Instant::from_unix_ms(400 * 86_400_000).unwrap();
    let facts = Facts { now, ..facts() };
    let at = |ms: i64| Instant::from_unix_ms(now.unix_ms() + ms).unwrap();
    let flags = |own: i64, line: i64| {
        let item = StampedItem { id: MUG, default_cost: None, kind: ItemKind::Inventory };
        let lines = vec![CountLine { item, counted: Qty::ONE, at: at(line) }];
        let count = entry(1, SHOP, CASHIER, Body::Count(Count { list: None, lines }));
        let dated = Entry { header: Header { at: at(own), ..count.header }, ..count };
        let Decision::Accept { flags, .. } = decision(bytes(&dated), &facts) else { panic!("not accepted") };
        flags
    };
    let (ahead, long_ago) = (AHEAD_MAX_MS + 1, -LONG_AGO_MS - 1);
    assert_eq!(flags(AHEAD_MAX_MS, -LONG_AGO_MS), []);
    assert_eq!(flags(ahead, 0), [Flag::AheadOfTime]);
    assert_eq!(flags(0, ahead), [Flag::AheadOfTime]);
    assert_eq!(flags(long_ago, 0), [Flag::LongAgo]);
    assert_eq!(flags(0, long_ago), [Flag::LongAgo]);
    let Decision::Accept { flags, .. } = decision(sale(1), &Facts { takes_old: true, ..facts }) else {
        panic!("not accepted")
    };
    assert_eq!(flags, [], "a history that is loaded is not late");
}

fn unknown_kind(shop: ShopId) -> EntryBytes {
    bytes(&entry(1, shop, CASHIER, Body::Foreign(Foreign { kind: 900, payload: vec![1, 2, 3] })))
}

#[test]
fn a_register_whose_access_has_ended_says_what_happened_to_stock_and_changes_nothing_else() {
    let facts = Facts { is_removed: true, ..facts() };
    let Decision::Accept { flags, .. } = decision(sale(1), &facts) else { panic!("not accepted") };
    assert_eq!(flags, [Flag::RemovedRegister]);
    let item = bytes(&entry(1, ShopId::OFFICE, OWNER, new_item(ItemId::from_u128(6))));
    for change in [item, unknown_kind(SHOP), unknown_kind(ShopId::OFFICE)] {
        assert_eq!(decision(change, &facts), quarantine(QuarantineReason::RemovedRegister));
    }
}

#[test]
fn there_is_always_an_active_owner() {
    let second = EmployeeId::from_u128(7);
    let change = |id, role, active| EmployeeChange { id, name: None, role, pin: None, active };
    let by_owner = |changes: Vec<EmployeeChange>| {
        let changes = changes.into_iter().map(Change::Employee).collect();
        bytes(&entry(1, ShopId::OFFICE, OWNER, Body::Catalogue(Catalogue { known: 0, changes })))
    };
    let leaves = |id| by_owner(vec![change(id, None, Some(false))]);
    let steps_down = |id| by_owner(vec![change(id, Some(Role::Manager), None)]);
    let refused = quarantine(QuarantineReason::LastOwner);
    let alone = facts();
    assert_eq!(decision(leaves(OWNER), &alone), refused);
    assert_eq!(decision(steps_down(OWNER), &alone), refused);
    // Somebody who no longer works here is no owner who could go on.
    let mut with_one_who_left = facts();
    with_one_who_left.people.insert(second, Person { role: Role::Owner, is_active: false });
    assert_eq!(decision(steps_down(OWNER), &with_one_who_left), refused);
    let both_at_once = by_owner(vec![change(OWNER, None, Some(false)), change(second, Some(Role::Owner), None)]);
    assert_eq!(decision(both_at_once, &with_one_who_left), refused);
    let takes_over = by_owner(vec![change(OWNER, None, Some(false)), change(second, None, Some(true))]);
    assert!(matches!(decision(takes_over, &with_one_who_left), Decision::Accept { .. }));
    // Of two, one may go, and not the other one after them.
    let mut two = facts();
    two.people.insert(second, person(Role::Owner));
    let push = push_after(Position::START, &[steps_down(second), other_id(&leaves(OWNER))]);
    let plan = Batch::read(push).unwrap().decide(&two).unwrap();
    assert!(matches!(plan.entries[0].decision, Decision::Accept { .. }));
    assert_eq!(plan.entries[1].decision, refused);
}

/// The same entry under another id.
fn other_id(body: &EntryBytes) -> EntryBytes {
    let entry = Entry::decode(1, &body.0).unwrap();
    bytes(&Entry { header: Header { id: EntryId::from_u128(2), ..entry.header }, ..entry })
}

#[test]
fn i13_an_unknown_kind_is_stored_as_it_is() {
    let body = unknown_kind(SHOP);
    let plan = Batch::read(push_after(Position::START, std::slice::from_ref(&body))).unwrap().decide(&facts()).unwrap();
    assert!(matches!(plan.entries[0].decision, Decision::Accept { .. }));
    assert_eq!(plan.entries[0].body, body);
}

#[test]
fn a_change_of_an_unknown_kind_is_put_aside_for_nobody_can_tell_who_may_make_it() {
    assert_eq!(decision(unknown_kind(ShopId::OFFICE), &facts()), quarantine(QuarantineReason::UnknownChange));
}

#[test]
fn what_must_be_looked_up_is_named() {
    let batch = Batch::read(push_after(Position::START, &[sale(1), EntryBytes(b"poison".to_vec())])).unwrap();
    assert_eq!(batch.dseqs(), 0..=2);
    assert_eq!(batch.ids(), BTreeSet::from([EntryId::from_u128(1)]));
    assert_eq!(batch.employees(), BTreeSet::from([CASHIER]));
    assert_eq!(batch.items(), BTreeSet::from([MUG]));
}
