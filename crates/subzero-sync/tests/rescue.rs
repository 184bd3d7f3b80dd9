//! Rescue files: what goes in comes out, whatever was done to a file on its way is noticed, and what it holds counts once.
#![allow(clippy::unwrap_used)] // A test that cannot go on has failed.

use std::collections::BTreeMap;

use proptest::prelude::*;
use subzero_ledger::entry::ENTRY_BYTES_MAX;
use subzero_ledger::ids::DeviceId;
use subzero_ledger::instant::Instant;
use subzero_sync::chain::Position;
use subzero_sync::intake::{Batch, Decision, Facts, Held, Outcome};
use subzero_sync::records::{Control, Own};
use subzero_sync::rescue::{Rescue, RescueError, Run, Salvage, severed};
use subzero_sync::wire::{
    AccountKey, Chain, EntryBytes, Epoch, Incarnation, PUSH_ENTRIES_MAX, PushConflict, PushRequest, RESCUE_BYTES_MAX,
    RESCUE_ENTRIES_MAX, RESCUE_TEXT_MAX,
};
use uuid::Uuid;

const ACCOUNT: AccountKey = AccountKey(Uuid::from_u128(7));
const INC: Incarnation = Incarnation(Uuid::from_u128(2));
const EPOCH: Epoch = Epoch(Uuid::from_u128(1));

fn entry(number: u64) -> EntryBytes {
    EntryBytes(format!("entry {number}").into_bytes())
}

fn own(numbers: impl IntoIterator<Item = u64>) -> Vec<Own> {
    numbers.into_iter().map(|dseq| Own { dseq, body: entry(dseq) }).collect()
}

fn place(dseq: u64) -> Position {
    (1..=dseq).fold(Position::START, |at, number| at.next(INC, &entry(number)))
}

fn acked(dseq: u64) -> Control {
    Control { acked: place(dseq), epoch: Some(EPOCH), ..Control::new(INC) }
}

fn run(first: u64, count: u64) -> Run {
    let before = place(first - 1).chain;
    Run { inc: INC, first, before, entries: (first..first + count).map(entry).collect() }
}

fn rescue(runs: Vec<Run>) -> Rescue {
    Rescue { account: ACCOUNT, device: DeviceId(3), made: Instant::MIN, runs }
}

#[test]
fn a_file_says_what_it_is_letter_by_letter() {
    let text = rescue(vec![Run { entries: vec![EntryBytes(vec![1, 2, 255])], ..run(1, 1) }]).encode();
    let expected = concat!(
        r#"{"subzero_rescue":1,"bytes":231,"sha256":"01dde9fa091aa3a25c3e0bb9a8fb3502c448463a46f593c3c4e73fc13d235465"}"#,
        "\n",
        r#"{"account":"00000000-0000-0000-0000-000000000007","device":3,"made":0,"runs":[{"inc":"00000000-0000-0000-0000-000000000002","#,
        r#""first":1,"before":"0000000000000000000000000000000000000000000000000000000000000000","entries":["AQL/"]}]}"#,
        "\n",
    );
    assert_eq!(text, expected);
}

#[test]
fn what_is_no_file_of_this_account_and_version_is_refused_by_name() {
    let text = rescue(vec![run(1, 3)]).encode();
    let refused = |text: &str| Rescue::decode(text).unwrap_err();
    for strange in ["", "\n", "{}", "[]", "null", "name,price\nMug,3\n", "\u{feff}{\"subzero_rescue\":1}"] {
        assert_eq!(refused(strange), RescueError::NotRescue, "{strange:?}");
    }
    assert_eq!(refused(&text.replacen(":1,", ":2,", 1)), RescueError::Newer(2));
    assert_eq!(refused(r#"{"subzero_rescue":9,"whatever":[]}"#), RescueError::Newer(9));
    assert_eq!(refused(&text.replacen(":1,", ":0,", 1)), RescueError::NotRescue);
    assert_eq!(refused(&format!("{text}\n")), RescueError::Cut);
    assert_eq!(refused(&" ".repeat(RESCUE_TEXT_MAX + 1)), RescueError::TooLarge);
    let rescue = Rescue::decode(&text).unwrap();
    assert_eq!(rescue.clone().for_account(ACCOUNT), Ok(rescue.clone()));
    assert_eq!(rescue.for_account(AccountKey(Uuid::from_u128(8))), Err(RescueError::OtherAccount));
}

/// Whoever can make a file can make its checksum fit: what it holds is held to the limits all the same.
#[test]
fn a_file_that_adds_up_and_cannot_be_is_refused() {
    let refused = |runs| Rescue::decode(&rescue(runs).encode()).err();
    let of = |entries| Run { entries, ..run(1, 1) };
    assert_eq!(refused(vec![of(Vec::new())]), Some(RescueError::Damaged), "a run of nothing");
    assert_eq!(refused(vec![Run { first: 0, ..run(1, 1) }]), Some(RescueError::Damaged), "numbers count from 1");
    assert_eq!(refused(vec![Run { first: u64::MAX, ..run(1, 1) }]), Some(RescueError::Damaged), "and end");
    let large = EntryBytes(vec![0; ENTRY_BYTES_MAX + 1]);
    assert_eq!(refused(vec![of(vec![large])]), Some(RescueError::Damaged), "an entry that cannot be");
    let many = vec![EntryBytes(vec![0]); RESCUE_ENTRIES_MAX + 1];
    assert_eq!(refused(vec![of(many)]), Some(RescueError::TooLarge));
    let heavy = vec![EntryBytes(vec![0; ENTRY_BYTES_MAX]); RESCUE_BYTES_MAX / ENTRY_BYTES_MAX + 1];
    assert_eq!(refused(vec![of(heavy)]), Some(RescueError::TooLarge));
}

#[test]
fn what_is_not_sent_and_what_was_set_aside_are_outboxes_of_their_own() {
    let alone = |first: u64, last: u64| {
        let entries: Vec<EntryBytes> = (first..=last).map(entry).collect();
        Run { inc: severed(DeviceId(3), &entries), first: 1, before: Chain::GENESIS, entries }
    };
    let salvage = Salvage { control: Some(acked(2)), own: own(1..=5), ..Salvage::default() };
    assert_eq!(salvage.runs(DeviceId(3)), [alone(3, 5)]);
    let all_sent = Salvage { control: Some(acked(5)), ..salvage };
    assert_eq!(all_sent.runs(DeviceId(3)), []);
    let own = own([1, 2, 3, 4, 6, 7, 9]);
    let salvage = Salvage { control: Some(acked(3)), own, aside: [1, 3].into(), unreadable: 2 };
    assert_eq!(salvage.runs(DeviceId(3)), [alone(1, 1), alone(3, 4), alone(6, 7), alone(9, 9)]);
    let nothing_known = Salvage { control: None, ..salvage };
    assert_eq!(nothing_known.runs(DeviceId(3)), [alone(1, 4), alone(6, 7), alone(9, 9)]);
    assert_ne!(severed(DeviceId(3), &[entry(1)]), severed(DeviceId(3), &[entry(2)]));
    assert_ne!(severed(DeviceId(3), &[entry(1)]), severed(DeviceId(4), &[entry(1)]));
    assert_ne!(
        severed(DeviceId(3), &[EntryBytes(vec![1, 2])]),
        severed(DeviceId(3), &[EntryBytes(vec![1]), EntryBytes(vec![2])])
    );
}

#[test]
fn what_is_too_much_for_one_file_goes_on_in_the_next() {
    let count = RESCUE_ENTRIES_MAX as u64 + 5;
    let files = Rescue::files(ACCOUNT, DeviceId(3), Instant::MIN, &[run(1, count), run(1, 3)]);
    assert_eq!(files.iter().map(Rescue::count).collect::<Vec<_>>(), [RESCUE_ENTRIES_MAX, 8]);
    assert_eq!(files[1].runs, [run(RESCUE_ENTRIES_MAX as u64 + 1, 5), run(1, 3)]);
    for file in files {
        assert_eq!(Rescue::decode(&file.encode()), Ok(file));
    }
    assert_eq!(Rescue::files(ACCOUNT, DeviceId(3), Instant::MIN, &[]), []);
}

/// What the server holds of one outbox.
#[derive(Default)]
struct Holds(BTreeMap<u64, Held>);

impl Holds {
    fn take(&mut self, request: PushRequest) -> Result<Vec<Decision>, PushConflict> {
        let mut facts = Facts::new(EPOCH, DeviceId(3), Instant::MIN);
        if let Some((&dseq, held)) = self.0.last_key_value() {
            facts.last = Position { dseq, chain: held.chain };
        }
        facts.held.clone_from(&self.0);
        let plan = Batch::read(request).unwrap().decide(&facts)?;
        for planned in &plan.entries {
            let Position { dseq, chain } = planned.position;
            self.0.entry(dseq).or_insert(Held { chain, outcome: Outcome::Stored { seq: dseq } });
        }
        Ok(plan.entries.into_iter().map(|planned| planned.decision).collect())
    }
}

#[test]
fn a_file_is_pushed_once_however_often_it_is_brought_in_and_never_as_the_registers_own_outbox() {
    let all = PUSH_ENTRIES_MAX as u64 + 20;
    let pushed = |first: u64, count: u64| rescue(vec![run(first, count)]).requests(Instant::MIN);
    let file = pushed(11, all - 10);
    assert_eq!(file.iter().map(|request| request.entries.len()).collect::<Vec<_>>(), [PUSH_ENTRIES_MAX, 10]);
    assert!(file.iter().all(|request| request.inc == file[0].inc && request.inc != INC));
    let mut server = Holds::default();
    let is_held = |decision: &Decision| matches!(decision, Decision::Held(_));
    for request in &file {
        assert!(!server.take(request.clone()).unwrap().iter().any(is_held));
    }
    for request in &file {
        assert!(server.take(request.clone()).unwrap().iter().all(is_held), "brought in again");
    }
    assert_ne!(
        pushed(11, all - 9)[0].inc,
        file[0].inc,
        "with one more it is another outbox, and its entries are known by their ids"
    );
}

fn runs() -> impl Strategy<Value = Vec<Run>> {
    let entries = proptest::collection::vec(proptest::collection::vec(any::<u8>(), 0..40).prop_map(EntryBytes), 1..6);
    let one = (any::<u128>(), 1_u64..1 << 50, any::<[u8; 32]>(), entries);
    let run = one.prop_map(|(inc, first, before, entries)| Run {
        inc: Incarnation(Uuid::from_u128(inc)),
        first,
        before: Chain(before),
        entries,
    });
    proptest::collection::vec(run, 0..4)
}

proptest! {
    #[test]
    fn a_file_comes_back_as_it_went(runs in runs()) {
        let rescue = rescue(runs);
        prop_assert_eq!(Rescue::decode(&rescue.encode()), Ok(rescue));
    }

    #[test]
    fn any_flipped_bit_is_noticed(runs in runs(), place in any::<prop::sample::Index>(), bit in 0_u8..8) {
        let mut bytes = rescue(runs).encode().into_bytes();
        let place = place.index(bytes.len());
        bytes[place] ^= 1 << bit;
        let Ok(text) = String::from_utf8(bytes) else { return Ok(()) };
        prop_assert!(Rescue::decode(&text).is_err(), "{}", text);
    }

    #[test]
    fn any_cut_is_noticed(runs in runs(), place in any::<prop::sample::Index>()) {
        let text = rescue(runs).encode();
        prop_assert!(Rescue::decode(&text[..place.index(text.len())]).is_err());
    }

    #[test]
    fn no_text_is_too_strange_to_be_refused(text in any::<String>(), tail in "[ -~]{0,80}") {
        prop_assert!(Rescue::decode(&text).is_err());
        let head = format!(r#"{{"subzero_rescue":1,"bytes":{},"sha256":"{:064x}"}}"#, tail.len(), 0);
        let (whole, begun) = (format!("{head}\n{tail}\n"), format!(r#"{{"subzero_rescue":1,{tail}"#));
        prop_assert!(Rescue::decode(&whole).is_err());
        prop_assert!(Rescue::decode(&begun).is_err());
    }
}
