//! The invariants, each as a test of its name, over the same seeds.
//!
//! `cargo xtask simulate` runs any number of seeds, and tells what happened in one.
#![allow(clippy::expect_used)] // A test that cannot go on has failed.

use std::sync::OnceLock;

use subzero_simulator::findings::{Findings, hunt};
use subzero_simulator::mutant::Mutant;
use subzero_simulator::{Invariant, Mode, run};

const SEEDS: u64 = 500;

/// What the runs came to, shared by the tests below.
fn findings() -> &'static Findings {
    static FINDINGS: OnceLock<Findings> = OnceLock::new();
    FINDINGS.get_or_init(|| Findings::of_all(0..SEEDS, 2, &|| ()))
}

fn holds(invariant: Invariant) {
    if let Some((seed, says)) = findings().by_invariant.get(&invariant) {
        panic!("{invariant:?} is broken by seed {seed}: {says}\nto see it: cargo xtask simulate --seed {seed} --tell");
    }
}

#[test]
fn every_seed_runs_the_same_twice() {
    assert_eq!(findings().unequal, Vec::<u64>::new());
}

#[test]
fn two_seeds_do_not_run_the_same() {
    assert_ne!(run(1, Mutant::None, Mode::Repeat).hash, run(2, Mutant::None, Mode::Repeat).hash);
}

#[test]
fn every_operation_meets_every_fault_that_it_can_meet() {
    let wrong = findings().cells.wrong();
    assert!(wrong.is_empty(), "neither hit nor excused, or both: {wrong:?}\n{}", findings().cells.table());
}

#[test]
fn the_runs_meet_what_they_are_about() {
    let met = &findings().met;
    println!("{} entries; met: {met:?}", findings().entries);
    let all = [
        "a last owner who stays",
        "a month",
        "a named loss with an outbox",
        "a removed register",
        "access token",
        "clone",
        "collection",
        "crash",
        "damaged copy",
        "duplicate",
        "epoch heal",
        "eviction",
        "flag",
        "fork",
        "gap",
        "half as much",
        "loss of power",
        "loss that was named",
        "page conflict",
        "newer snapshot",
        "paired again",
        "quarantine",
        "restore",
        "set back",
        "theft",
    ];
    for what in all {
        assert!(met.contains_key(what), "no run met: {what}; {met:?}");
    }
}

#[test]
fn i1_no_recorded_entry_is_lost() {
    assert!(findings().entries > 0);
    holds(Invariant::I1);
}

#[test]
fn i2_every_entry_is_stored_exactly_once() {
    holds(Invariant::I2);
}

#[test]
fn i3_server_seqs_have_no_hole() {
    holds(Invariant::I3);
}

#[test]
fn i4_a_copy_holds_the_rows_up_to_its_cursor() {
    holds(Invariant::I4);
}

#[test]
fn i5_the_view_is_confirmed_and_own() {
    holds(Invariant::I5);
}

#[test]
fn i6_a_recorded_sale_never_disappears_from_its_device() {
    holds(Invariant::I6);
}

#[test]
fn i7_all_copies_agree_in_the_end() {
    holds(Invariant::I7);
}

#[test]
fn i8_any_order_folds_to_the_same_state() {
    holds(Invariant::I8);
}

#[test]
fn i9_outboxes_are_empty_five_minutes_after_the_faults_stop() {
    holds(Invariant::I9);
}

#[test]
fn i10_an_ack_never_falls_within_an_epoch() {
    holds(Invariant::I10);
}

#[test]
fn i11_a_restored_server_is_healed_from_the_devices() {
    holds(Invariant::I11);
}

#[test]
fn i13_an_unknown_kind_of_entry_is_handed_on_and_moves_nothing() {
    holds(Invariant::I13);
}

#[test]
fn i14_no_txn_is_over_128_kb() {
    holds(Invariant::I14);
}

#[test]
fn i15_an_answer_delivered_twice_is_harmless() {
    holds(Invariant::I15);
}

#[test]
fn i16_a_removed_register_changes_nothing_and_what_it_says_of_stock_is_kept() {
    holds(Invariant::I16);
}

#[test]
fn i17_there_is_always_an_active_owner() {
    holds(Invariant::I17);
}

#[test]
fn i18_no_register_makes_the_outbox_of_another_fork() {
    holds(Invariant::I18);
}

#[test]
fn i19_a_number_is_given_once_and_its_register_is_always_let_in_again() {
    holds(Invariant::I19);
}

/// Within the number of seeds that is its own.
fn caught(mutant: Mutant) {
    let found = hunt(mutant);
    assert!(found.is_some(), "{mutant:?} survived {} seeds", mutant.within());
    println!("{mutant:?} is caught by seed {found:?}");
}

#[test]
fn a_cursor_stored_before_its_rows_is_caught() {
    caught(Mutant::CursorBeforeData);
}

#[test]
fn a_page_stored_without_comparing_cursors_is_caught() {
    caught(Mutant::NoCompareAndSwap);
}

#[test]
fn a_forgotten_verdict_is_caught() {
    caught(Mutant::VerdictForgotten);
}

#[test]
fn a_refusal_that_stops_the_queue_is_caught() {
    caught(Mutant::RefusalStopsQueue);
}

#[test]
fn a_timer_that_is_not_armed_again_is_caught() {
    caught(Mutant::TimerNotRearmed);
}

#[test]
fn a_collection_of_what_has_not_come_back_is_caught() {
    caught(Mutant::CollectionBeforeApplied);
}

#[test]
fn a_collection_of_what_was_put_aside_is_caught() {
    caught(Mutant::AsideCollected);
}

#[test]
fn an_epoch_that_is_ignored_is_caught() {
    caught(Mutant::EpochIgnored);
}

#[test]
fn a_restored_server_whose_number_is_trusted_is_caught() {
    caught(Mutant::RestoreTrusted);
}

#[test]
fn an_ack_beyond_what_was_sent_is_caught() {
    caught(Mutant::AckTooFar);
}

#[test]
fn a_row_taken_for_an_own_entry_that_was_not_acked_is_caught() {
    caught(Mutant::AppliedBeforeAcked);
}

#[test]
fn a_fork_that_is_ignored_is_caught() {
    caught(Mutant::ForkIgnored);
}

#[test]
fn a_sale_that_does_not_wait_for_the_disk_is_caught() {
    caught(Mutant::SaleNotStrict);
}

#[test]
fn a_loss_that_is_not_named_is_caught() {
    caught(Mutant::LossUnnamed);
}

#[test]
fn a_standing_that_is_not_true_is_caught() {
    caught(Mutant::StandingUntrue);
}

#[test]
fn an_ack_before_the_commit_is_caught() {
    caught(Mutant::AckBeforeCommit);
}

#[test]
fn a_server_that_does_not_know_duplicates_is_caught() {
    caught(Mutant::NoDedupe);
}

#[test]
fn a_server_that_knows_duplicates_by_id_only_is_caught() {
    caught(Mutant::DedupeByIdOnly);
}

#[test]
fn a_server_that_ignores_the_chain_is_caught() {
    caught(Mutant::NoChain);
}

#[test]
fn a_sequence_outside_of_the_txn_is_caught() {
    caught(Mutant::PlainSequence);
}

#[test]
fn an_epoch_that_outlives_a_restore_is_caught() {
    caught(Mutant::EpochKept);
}

#[test]
fn a_server_that_drops_what_it_puts_aside_is_caught() {
    caught(Mutant::AsideDropped);
}

#[test]
fn a_server_that_drops_unknown_kinds_is_caught() {
    caught(Mutant::UnknownKindDropped);
}

#[test]
fn a_number_that_is_given_again_is_caught() {
    caught(Mutant::NumberGivenAgain);
}

#[test]
fn a_room_for_numbers_that_is_the_same_after_each_restore_is_caught() {
    caught(Mutant::RoomIsFixed);
}

#[test]
fn a_register_that_is_not_let_back_is_caught() {
    caught(Mutant::NotLetBack);
}

#[test]
fn a_register_with_a_number_above_the_room_that_is_not_let_back_is_caught() {
    caught(Mutant::LetBackBelow);
}

#[test]
fn a_code_that_is_good_twice_is_caught() {
    caught(Mutant::CodeStays);
}

#[test]
fn an_access_token_that_is_not_renewed_is_caught() {
    caught(Mutant::TokenNotRenewed);
}

#[test]
fn a_token_that_outlives_the_access_is_caught() {
    caught(Mutant::TokenOutlivesAccess);
}

#[test]
fn a_change_by_a_removed_register_is_caught() {
    caught(Mutant::RemovedChanges);
}

#[test]
fn a_fact_of_a_removed_register_that_is_dropped_is_caught() {
    caught(Mutant::RemovedDropped);
}

#[test]
fn an_outbox_that_anybody_may_push_to_is_caught() {
    caught(Mutant::AnyOutbox);
}

#[test]
fn a_last_owner_who_leaves_is_caught() {
    caught(Mutant::LastOwnerLeaves);
}

#[test]
fn a_server_that_waits_for_its_clock_is_caught() {
    caught(Mutant::ClockMustRise);
}

#[test]
fn a_txn_that_is_rolled_back_by_half_is_caught() {
    caught(Mutant::HalfTxn);
}

#[test]
fn a_server_that_writes_no_more_after_one_fault_is_caught() {
    caught(Mutant::Wedged);
}

#[test]
fn a_commit_that_is_repeated_is_caught() {
    caught(Mutant::CommitRepeated);
}
