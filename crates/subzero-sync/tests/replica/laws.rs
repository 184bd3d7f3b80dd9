//! What holds whatever the replica is told.

use proptest::prelude::*;
use subzero_sync::backoff::later;
use subzero_sync::fault::{Failure, StorageFailure};
use subzero_sync::model::visible;
use subzero_sync::replica::{Attempt, Input, PushFailure, RECHECK_MS};
use subzero_sync::wire::{PushConflict, PushReply, PushVerdict, Verdict};

use super::tablet::{EPOCH, INC, NEXT_EPOCH, Tablet, chain_to, manifest, page};

fn any_failure() -> impl Strategy<Value = Failure> {
    (100_u16..700, proptest::option::of(any::<u64>())).prop_map(|(status, after)| Failure::from_status(status, after))
}

/// Answers to any attempt at all, most of them absurd.
fn any_input() -> impl Strategy<Value = Input> {
    let attempt = || (0_u64..40).prop_map(Attempt);
    let epoch = || prop_oneof![Just(EPOCH), Just(NEXT_EPOCH)];
    let verdict = |dseq| PushVerdict { dseq, seq: None, verdict: Verdict::Dup };
    let conflict = prop_oneof![
        any::<u64>().prop_map(|expected| PushConflict::Gap { expected }),
        Just(PushConflict::Fork),
        (epoch(), any::<u64>()).prop_map(|(epoch, acked)| PushConflict::Epoch { epoch, acked }),
    ];
    prop_oneof![
        Just(Input::Woke),
        Just(Input::CameOnline),
        Just(Input::WentOffline),
        Just(Input::StandingChanged),
        any::<u64>().prop_map(|dseq| Input::Appended { dseq }),
        (attempt(), any_failure()).prop_map(|(attempt, failure)| {
            Input::PushFinished { attempt, result: Err(PushFailure::Failed(failure)) }
        }),
        (attempt(), conflict).prop_map(|(attempt, conflict)| {
            Input::PushFinished { attempt, result: Err(PushFailure::Conflict(conflict)) }
        }),
        (attempt(), epoch(), 0_u64..9, 0_u64..5).prop_map(move |(attempt, epoch, acked, end)| {
            let end = chain_to(INC, end);
            let verdicts = (1..=acked).map(verdict).collect();
            Input::PushFinished { attempt, result: Ok(PushReply { epoch, acked, end, verdicts, aside: 0 }) }
        }),
        (attempt(), epoch(), 0_u64..9).prop_map(|(attempt, epoch, head)| {
            Input::ManifestFinished { attempt, result: Ok(manifest(epoch, head)) }
        }),
        (attempt(), any_failure())
            .prop_map(|(attempt, failure)| { Input::ManifestFinished { attempt, result: Err(failure) } }),
        (attempt(), 0_u64..4, 0_u64..4, 0_u64..9).prop_map(|(attempt, after, rows, head)| {
            Input::PullFinished { attempt, result: Ok(page(after, after + rows, head)) }
        }),
        (attempt(), any_failure()).prop_map(|(attempt, failure)| Input::PullFinished { attempt, result: Err(failure) }),
        attempt().prop_map(|attempt| Input::StorageFailed { attempt, failure: StorageFailure::Full }),
    ]
}

proptest! {
    #[test]
    fn a_timer_is_armed_in_every_state_and_it_always_moves_on(
        steps in proptest::collection::vec((any_input(), 0_u64..200_000), 0..40)
    ) {
        let mut tablet = Tablet::with(3, 1);
        for (input, ms) in steps {
            tablet.now = later(tablet.now, ms);
            tablet.hears(input);
            tablet.hears(Input::Woke);
            let wake_at = tablet.replica.wake_at().unwrap();
            prop_assert!(wake_at > tablet.now, "wakes at once, for ever");
            prop_assert!(wake_at <= later(tablet.now, RECHECK_MS), "sleeps too long");
        }
    }

    #[test]
    fn i15_no_answer_at_all_makes_the_outbox_lose_an_entry(
        steps in proptest::collection::vec((any_input(), 0_u64..200_000), 0..40)
    ) {
        let mut tablet = Tablet::with(3, 1);
        let before = visible(&tablet.outbox, &tablet.cache);
        for (input, ms) in steps {
            tablet.now = later(tablet.now, ms);
            tablet.hears(input);
        }
        let after = visible(&tablet.outbox, &tablet.cache);
        prop_assert!(before.keys().all(|body| after.contains_key(body)));
    }
}
