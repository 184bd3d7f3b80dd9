//! The replica, step by step: each case is one thing that goes wrong and what is done about it.
#![allow(clippy::unwrap_used)] // A test that cannot go on has failed.

use subzero_ledger::ids::ShopId;
use subzero_ledger::instant::Instant;
use subzero_sync::backoff::{ANSWERED_DELAY_MAX_MS, DELAY_MAX_MS, later};
use subzero_sync::chain::Position;
use subzero_sync::fault::{Attention, Failure, Fault, StorageFailure};
use subzero_sync::model::Cache;
use subzero_sync::records::{Collection, NewIncarnation};
use subzero_sync::replica::{ANSWER_MAX_MS, Alert, Input, Lane, Output, PushFailure, RECHECK_MS, Replica};
use subzero_sync::wire::{
    Checksum, Incarnation, Manifest, PullPage, PushConflict, PushReply, PushVerdict, ShopHead, Verdict,
};
use uuid::Uuid;

mod replica {
    mod catching_up;
    mod collection;
    mod laws;
    pub mod tablet;
}

use replica::tablet::{EPOCH, INC, NEXT_EPOCH, SHOP, Tablet, body, chain_to, manifest, page, rows};

#[test]
fn what_is_unsent_is_pushed_and_acked() {
    let mut tablet = Tablet::with(3, 1);
    assert_eq!(tablet.pushes(), Some((2, 3)));
    assert_eq!(tablet.replica.status().unsent, 2);
    tablet.push_succeeds();
    assert_eq!(tablet.acked(), 3);
    let status = tablet.replica.status();
    assert_eq!((status.unsent, status.oldest_unsent, status.online), (0, None, true));
    assert!(!status.up_to_date, "an answer to a push says nothing of what others did");
}

#[test]
fn a_device_is_up_to_date_only_while_the_server_tells_the_heads_and_every_copy_is_there() {
    let fresh = |tablet: &Tablet| (tablet.replica.status().up_to_date, tablet.replica.status().fresh_at);
    let mut tablet = Tablet::with(0, 0);
    tablet.manifest_comes(manifest(EPOCH, 3));
    assert_eq!(fresh(&tablet), (false, None), "three rows behind");
    tablet.page_comes(page(0, 3, 3));
    let then = tablet.now;
    assert_eq!(fresh(&tablet), (true, Some(then)));
    tablet.waits(1_000);
    let (attempt, _) = tablet.watched.take().unwrap();
    tablet.hears(Input::ManifestFinished { attempt, result: Err(Failure::SignedOut) });
    assert_eq!(fresh(&tablet), (false, Some(then)), "a refusal is no news");
    assert!(tablet.replica.status().online);
    tablet.waits(DELAY_MAX_MS);
    tablet.manifest_comes(manifest(EPOCH, 3));
    assert_eq!(fresh(&tablet), (true, Some(tablet.now)));
    tablet.hears(Input::WentOffline);
    assert!(!tablet.replica.status().up_to_date);
}

#[test]
fn an_appended_entry_is_pushed_at_once_and_its_age_is_known() {
    let mut tablet = Tablet::with(0, 0);
    let dseq = tablet.outbox.append(body(1));
    tablet.hears(Input::Appended { dseq });
    assert_eq!(tablet.pushes(), Some((1, 1)));
    assert_eq!(tablet.replica.status().oldest_unsent, Some(tablet.now));
}

#[test]
fn an_entry_that_nobody_told_of_is_found() {
    let mut tablet = Tablet::with(0, 0);
    tablet.outbox.append(body(1));
    tablet.waits(RECHECK_MS);
    assert_eq!(tablet.pushes(), Some((1, 1)));
}

#[test]
fn a_batch_that_is_too_large_is_halved_at_once_until_one_is_too_large() {
    let mut tablet = Tablet::with(8, 0);
    for expected in [(1, 8), (1, 4), (1, 2), (1, 1)] {
        assert_eq!(tablet.pushes(), Some(expected));
        tablet.push_fails(Failure::TooLarge);
    }
    assert_eq!(tablet.pushes(), None);
    assert_eq!(tablet.replica.status().needs_attention, Some(Attention::ServerRefuses));
    tablet.waits(DELAY_MAX_MS);
    tablet.push_succeeds();
    assert_eq!(tablet.pushes(), Some((2, 3)), "grows again");
    assert_eq!(tablet.replica.status().needs_attention, None);
}

#[test]
fn no_status_stops_the_queue() {
    for status in 400..600 {
        let mut tablet = Tablet::with(1, 0);
        if status != 413 {
            tablet.push_fails(Failure::from_status(status, None));
        }
        tablet.waits(DELAY_MAX_MS);
        assert_eq!(tablet.pushes(), Some((1, 1)), "status {status}");
    }
}

#[test]
fn a_device_that_is_signed_out_says_so_and_tries_again() {
    for (failure, attention) in
        [(Failure::SignedOut, Attention::PairAgain), (Failure::Forbidden, Attention::NotAllowed)]
    {
        let mut tablet = Tablet::with(1, 0);
        tablet.push_fails(failure);
        assert_eq!(tablet.replica.status().needs_attention, Some(attention));
        tablet.waits(DELAY_MAX_MS);
        tablet.push_succeeds();
        assert_eq!(tablet.replica.status().needs_attention, None);
    }
}

#[test]
fn an_outdated_page_still_pushes() {
    let mut tablet = Tablet::with(1, 0);
    let (attempt, _) = tablet.watched.take().unwrap();
    tablet.hears(Input::ManifestFinished { attempt, result: Err(Failure::Outdated) });
    assert_eq!(tablet.replica.status().needs_attention, Some(Attention::Reload));
    tablet.push_succeeds();
    assert_eq!(tablet.acked(), 1);
}

#[test]
fn a_register_whose_access_has_ended_says_so_and_still_pushes() {
    let mut tablet = Tablet::with(1, 0);
    let (attempt, _) = tablet.watched.take().unwrap();
    tablet.hears(Input::ManifestFinished { attempt, result: Err(Failure::Forbidden) });
    assert_eq!(tablet.replica.status().needs_attention, Some(Attention::NotAllowed));
    tablet.push_succeeds();
    assert_eq!(tablet.acked(), 1);
}

#[test]
fn a_server_that_asks_for_patience_gets_it() {
    let mut tablet = Tablet::with(1, 0);
    tablet.push_fails(Failure::Busy { retry_after_ms: Some(90_000) });
    tablet.hears(Input::CameOnline);
    tablet.waits(89_000);
    assert_eq!(tablet.pushes(), None);
    tablet.waits(1_000);
    assert_eq!(tablet.pushes(), Some((1, 1)));
}

#[test]
fn a_server_that_asks_for_too_much_patience_does_not_get_it() {
    let mut tablet = Tablet::with(1, 0);
    tablet.push_fails(Failure::Busy { retry_after_ms: Some(u64::MAX) });
    tablet.waits(120_000);
    assert_eq!(tablet.pushes(), Some((1, 1)));
}

#[test]
fn coming_online_tries_at_once() {
    let mut tablet = Tablet::with(1, 0);
    tablet.push_fails(Failure::Unreachable);
    assert_eq!(tablet.pushes(), None);
    assert!(!tablet.replica.status().online);
    tablet.hears(Input::CameOnline);
    assert_eq!(tablet.pushes(), Some((1, 1)));
}

#[test]
fn what_had_no_answer_for_long_is_tried_again_soon_once_the_server_answers_something_else() {
    let mut tablet = Tablet::with(3, 0);
    for _ in 0..8 {
        tablet.push_fails(Failure::Unreachable);
        tablet.waits(DELAY_MAX_MS);
    }
    tablet.hears(Input::CameOnline);
    tablet.push_fails(Failure::Unreachable);
    tablet.waits(ANSWERED_DELAY_MAX_MS);
    assert_eq!(tablet.pushes(), None, "nobody has answered");
    tablet.manifest_comes(manifest(EPOCH, 0));
    assert_eq!(tablet.pushes(), Some((1, 3)));
    tablet.push_fails(Failure::Unreachable);
    for _ in 0..20 {
        if tablet.watched.is_some() {
            tablet.manifest_comes(manifest(EPOCH, 0));
        }
        tablet.waits(ANSWERED_DELAY_MAX_MS / 25);
    }
    assert_eq!(tablet.pushes(), None, "many answers do not make it hurry more");
}

#[test]
fn a_push_without_an_answer_is_tried_again_and_its_late_answer_changes_nothing() {
    let mut tablet = Tablet::with(2, 0);
    let (late, _) = tablet.pushed.take().unwrap();
    tablet.waits(ANSWER_MAX_MS);
    tablet.waits(DELAY_MAX_MS);
    let (attempt, _) = tablet.pushed.clone().unwrap();
    assert_ne!(late, attempt);
    tablet.hears(Input::PushFinished { attempt: late, result: Err(PushFailure::Conflict(PushConflict::Fork)) });
    assert_eq!((tablet.pushes(), tablet.alerts.len()), (Some((1, 2)), 0));
    tablet.push_succeeds();
    assert_eq!(tablet.acked(), 2);
}

#[test]
fn an_answer_that_does_not_fit_the_push_counts_as_none() {
    let verdict = |dseq| PushVerdict { dseq, seq: Some(dseq), verdict: Verdict::Ok };
    let end = chain_to(INC, 3);
    let fits = PushReply { epoch: EPOCH, acked: 3, end, verdicts: vec![verdict(2), verdict(3)], aside: 0 };
    // To the same entries under the same numbers, of a clone that has since begun another life.
    let of_another = chain_to(Incarnation(Uuid::from_u128(11)), 3);
    let replies = [
        PushReply { epoch: NEXT_EPOCH, ..fits.clone() },
        PushReply { acked: 2, ..fits.clone() },
        PushReply { end: of_another, ..fits.clone() },
        PushReply { verdicts: vec![verdict(2)], ..fits.clone() },
        PushReply { verdicts: vec![verdict(3), verdict(2)], ..fits.clone() },
    ];
    for reply in replies {
        let mut tablet = Tablet::with(3, 1);
        let (attempt, _) = tablet.pushed.take().unwrap();
        tablet.hears(Input::PushFinished { attempt, result: Ok(reply.clone()) });
        assert_eq!(tablet.acked(), 1, "{reply:?}");
        tablet.waits(DELAY_MAX_MS);
        assert!(tablet.pushes().is_some(), "{reply:?}");
    }
}

#[test]
fn a_gap_goes_back_to_where_the_server_stands_and_the_ack_stays() {
    let mut tablet = Tablet::with(5, 4);
    tablet.push_conflicts(PushConflict::Gap { expected: 3 });
    tablet.waits(DELAY_MAX_MS);
    assert_eq!(tablet.pushes(), Some((3, 5)));
    let before = (1..=2).fold(Position::START, |place, number| place.next(INC, &body(number)));
    assert_eq!(tablet.pushed.as_ref().unwrap().1.before, before.chain);
    assert_eq!(tablet.acked(), 4);
    tablet.push_succeeds();
    assert_eq!(tablet.acked(), 5);
}

#[test]
fn a_new_epoch_sends_again_all_that_is_kept() {
    let mut tablet = Tablet::with(5, 5);
    tablet.manifest_comes(manifest(NEXT_EPOCH, 0));
    assert_eq!(tablet.pushes(), Some((6, 5)), "nothing to push: a push of nothing asks");
    tablet.push_conflicts(PushConflict::Epoch { epoch: NEXT_EPOCH, acked: 2 });
    assert_eq!((tablet.pushes(), tablet.acked()), (Some((1, 0)), 5), "nothing falls before the chain is confirmed");
    tablet.probe_succeeds(2);
    assert_eq!((tablet.acked(), tablet.outbox.control().epoch), (0, Some(NEXT_EPOCH)));
    assert_eq!(tablet.alerts, [Alert::EpochChanged { epoch: NEXT_EPOCH }]);
    tablet.waits(DELAY_MAX_MS);
    assert_eq!(tablet.pushes(), Some((1, 5)));
    tablet.push_succeeds();
    assert_eq!(tablet.acked(), 5);
}

#[test]
fn a_new_epoch_in_which_the_server_holds_everything_is_asked_what_it_says_of_each() {
    let mut tablet = Tablet::with(5, 5);
    tablet.manifest_comes(manifest(NEXT_EPOCH, 0));
    tablet.push_conflicts(PushConflict::Epoch { epoch: NEXT_EPOCH, acked: 5 });
    tablet.probe_succeeds(5);
    tablet.waits(DELAY_MAX_MS);
    assert_eq!(tablet.pushes(), Some((1, 5)), "it may have set aside in what was restored what it had taken since");
}

#[test]
fn a_clone_that_was_faster_after_a_restore_shows_before_anything_is_taken_for_acked() {
    for acked in [3, 5, 9] {
        let mut tablet = Tablet::with(5, 5);
        tablet.manifest_comes(manifest(NEXT_EPOCH, 0));
        tablet.push_conflicts(PushConflict::Epoch { epoch: NEXT_EPOCH, acked });
        tablet.push_conflicts(PushConflict::Fork);
        assert_eq!(tablet.alerts, [Alert::Forked { incarnation: INC }]);
        assert_eq!((tablet.acked(), tablet.outbox.last()), (0, 5));
    }
}

#[test]
fn a_server_that_lost_what_this_device_no_longer_keeps_is_named() {
    let mut tablet = Tablet::with(5, 5);
    let kept = (1..=3).fold(Position::START, |place, number| place.next(INC, &body(number)));
    tablet.outbox.forget_own(&Collection { incarnation: INC, kept, receipt: 0 });
    let mut tablet = Tablet::on(tablet.outbox, tablet.cache);
    tablet.manifest_comes(manifest(NEXT_EPOCH, 0));
    tablet.push_conflicts(PushConflict::Epoch { epoch: NEXT_EPOCH, acked: 1 });
    assert_eq!(tablet.alerts, [Alert::EntriesLost { first: 2, last: 3 }]);
    let control = tablet.outbox.control();
    assert_ne!(control.incarnation, INC);
    assert_eq!(tablet.outbox.last(), 2, "what is kept is sent under a new incarnation");
}

#[test]
fn a_restored_server_that_put_aside_what_this_device_no_longer_keeps_is_named() {
    for former in [false, true] {
        let mut tablet = Tablet::with(5, 5);
        let kept = (1..=3).fold(Position::START, |place, number| place.next(INC, &body(number)));
        tablet.outbox.forget_own(&Collection { incarnation: INC, kept, receipt: 0 });
        if former {
            tablet.outbox.start_incarnation(&NewIncarnation::from_random(INC, 9));
        }
        let mut tablet = Tablet::on(tablet.outbox, tablet.cache);
        if former {
            tablet.push_conflicts(PushConflict::Epoch { epoch: NEXT_EPOCH, acked: 0 });
            tablet.probe_succeeds(0);
        } else {
            tablet.manifest_comes(manifest(NEXT_EPOCH, 0));
            tablet.push_conflicts(PushConflict::Epoch { epoch: NEXT_EPOCH, acked: 3 });
        }
        tablet.probe_finds_aside(3, 2);
        let changed = Alert::EpochChanged { epoch: NEXT_EPOCH };
        assert_eq!(tablet.alerts, [Alert::EntriesAside { entries: 2 }, changed]);
        assert_eq!(tablet.outbox.control().epoch, Some(NEXT_EPOCH), "it goes on all the same");
    }
}

#[test]
fn what_was_let_go_in_an_earlier_life_is_asked_for_under_that_one() {
    for (answer, alerts) in [(3, Vec::new()), (1, vec![Alert::EntriesLost { first: 2, last: 3 }])] {
        let mut tablet = Tablet::with(5, 5);
        let kept = (1..=3).fold(Position::START, |place, number| place.next(INC, &body(number)));
        tablet.outbox.forget_own(&Collection { incarnation: INC, kept, receipt: 0 });
        tablet.outbox.start_incarnation(&NewIncarnation::from_random(INC, 9));
        let mut tablet = Tablet::on(tablet.outbox, tablet.cache);
        tablet.push_conflicts(PushConflict::Epoch { epoch: NEXT_EPOCH, acked: 0 });
        tablet.probe_succeeds(0);
        let (_, request) = tablet.pushed.clone().unwrap();
        assert_eq!((request.inc, request.first, request.before), (INC, 4, kept.chain));
        match answer {
            3 => tablet.probe_succeeds(3),
            held => tablet.push_conflicts(PushConflict::Gap { expected: held + 1 }),
        }
        let changed = Alert::EpochChanged { epoch: NEXT_EPOCH };
        assert_eq!(tablet.alerts, alerts.into_iter().chain([changed]).collect::<Vec<_>>());
        assert_eq!(tablet.outbox.control().epoch, Some(NEXT_EPOCH));
    }
}

#[test]
fn a_fork_begins_a_new_incarnation_with_everything_that_is_kept() {
    let mut tablet = Tablet::with(4, 3);
    tablet.push_conflicts(PushConflict::Fork);
    assert_eq!(tablet.alerts, [Alert::Forked { incarnation: INC }]);
    assert_ne!(tablet.outbox.control().incarnation, INC);
    tablet.waits(DELAY_MAX_MS);
    assert_eq!(tablet.pushes(), Some((1, 4)));
    tablet.push_succeeds();
    assert_eq!(tablet.acked(), 4);
}

#[test]
fn a_head_that_moved_is_pulled_page_by_page_and_shown_once_it_is_reached() {
    let mut tablet = Tablet::with(0, 0);
    tablet.manifest_comes(manifest(EPOCH, 5));
    assert_eq!(tablet.pulled.map(|(_, shop, after)| (shop, after)), Some((SHOP, 0)));
    tablet.page_comes(page(0, 3, 5));
    assert_eq!(tablet.shown(), None);
    tablet.page_comes(page(3, 5, 5));
    assert_eq!(tablet.shown(), Some(5));
    assert_eq!(tablet.pulled, None);
}

#[test]
fn a_page_that_does_not_fit_counts_as_no_answer() {
    let fits = page(0, 3, 5);
    let hole = rows(1..=3).into_iter().filter(|row| row.seq != 2).collect();
    let pages = [
        PullPage { epoch: NEXT_EPOCH, ..fits.clone() },
        PullPage { shop: ShopId(2), ..fits.clone() },
        PullPage { after: 1, ..fits.clone() },
        PullPage { rows: hole, ..fits.clone() },
        PullPage { head: 2, ..fits.clone() },
        PullPage { rows: Vec::new(), ..fits.clone() },
    ];
    for page in pages {
        let mut tablet = Tablet::with(0, 0);
        tablet.manifest_comes(manifest(EPOCH, 5));
        tablet.page_comes(page.clone());
        assert_eq!(tablet.cache, Cache::default(), "{page:?}");
        assert_eq!(tablet.alerts, [], "{page:?}");
        tablet.waits(DELAY_MAX_MS);
        assert!(tablet.pulled.is_some(), "{page:?}");
    }
}

#[test]
fn a_copy_that_does_not_add_up_is_built_anew_beside_the_shown_one() {
    let mut tablet = Tablet::with(2, 0);
    tablet.manifest_comes(manifest(EPOCH, 3));
    tablet.page_comes(page(0, 3, 3));
    let own = tablet.outbox.own(0, 9, 9_999);
    let mut wrong = page(3, 4, 4);
    wrong.checksum = Checksum(1);
    tablet.waits(DELAY_MAX_MS);
    tablet.manifest_comes(manifest(EPOCH, 4));
    tablet.page_comes(wrong);
    assert_eq!(tablet.alerts, [Alert::CopyMismatched { shop: SHOP }]);
    tablet.waits(DELAY_MAX_MS);
    assert_eq!(tablet.pulled.map(|(_, _, after)| after), Some(0));
    tablet.page_comes(page(0, 2, 4));
    assert_eq!(tablet.shown(), Some(3), "the old copy is shown meanwhile");
    tablet.page_comes(page(2, 4, 4));
    assert_eq!(tablet.shown(), Some(4));
    assert_eq!(tablet.outbox.own(0, 9, 9_999), own, "the outbox is never touched");
}

#[test]
fn a_copy_that_cannot_be_read_is_built_anew_beside_it() {
    let mut tablet = Tablet::with(0, 0);
    tablet.manifest_comes(manifest(EPOCH, 3));
    tablet.page_comes(page(0, 3, 3));
    let (damaged, _) = tablet.cache.load(SHOP).unwrap();
    for _ in 0..2 {
        tablet.hears(Input::CopyDamaged { shop: SHOP, generation: damaged.generation });
        assert_eq!(tablet.pulled.map(|(_, _, after)| after), Some(0));
        assert!(!tablet.replica.status().up_to_date);
    }
    tablet.page_comes(page(0, 3, 3));
    let (whole, _) = tablet.cache.load(SHOP).unwrap();
    assert!(whole.generation > damaged.generation);
    tablet.hears(Input::CopyDamaged { shop: SHOP, generation: damaged.generation });
    assert_eq!(tablet.pulled, None, "late news of the old one changes nothing");
    assert!(tablet.replica.status().up_to_date);
}

#[test]
fn a_shop_that_may_no_longer_be_read_is_forgotten_and_what_is_unsent_still_goes() {
    let mut tablet = Tablet::with(1, 0);
    tablet.manifest_comes(manifest(EPOCH, 3));
    tablet.page_comes(page(0, 3, 3));
    tablet.waits(1_000);
    tablet.manifest_comes(Manifest { heads: Vec::new(), ..manifest(EPOCH, 0) });
    assert_eq!(tablet.forgotten, [SHOP]);
    tablet.push_succeeds();
    assert_eq!(tablet.acked(), 1);
}

#[test]
fn a_cache_that_another_tab_began_anew_is_filled_again() {
    let mut tablet = Tablet::with(0, 0);
    tablet.manifest_comes(manifest(EPOCH, 3));
    tablet.page_comes(page(0, 3, 3));
    assert!(tablet.replica.status().up_to_date);
    tablet.cache.rebuild();
    tablet.hears(Input::CopiesRead { shops: tablet.cache.cursors() });
    assert!(!tablet.replica.status().up_to_date);
    tablet.page_comes(page(0, 3, 3));
    assert_eq!(tablet.shown(), Some(3));
}

#[test]
fn a_shop_that_would_not_go_is_told_to_go_again() {
    let mut tablet = Tablet::with(0, 0);
    tablet.manifest_comes(manifest(EPOCH, 3));
    tablet.page_comes(page(0, 3, 3));
    let still_there = tablet.cache.cursors();
    tablet.waits(1_000);
    tablet.manifest_comes(Manifest { heads: Vec::new(), ..manifest(EPOCH, 0) });
    tablet.hears(Input::CopiesRead { shops: still_there });
    assert_eq!(tablet.forgotten, [SHOP, SHOP]);
}

#[test]
fn a_shop_that_fails_does_not_hold_up_another() {
    let mut tablet = Tablet::with(0, 0);
    let heads = [1, 2].map(|shop| ShopHead { shop: ShopId(shop), head: 1, sealed: 0 }).to_vec();
    tablet.manifest_comes(Manifest { heads, ..manifest(EPOCH, 0) });
    let (attempt, shop, _) = tablet.pulled.take().unwrap();
    tablet.hears(Input::PullFinished { attempt, result: Err(Failure::Forbidden) });
    let (_, other, _) = tablet.pulled.unwrap();
    assert_eq!((shop, other), (ShopId(1), ShopId(2)));
}

#[test]
fn who_signs_in_is_told_with_a_new_question_at_once_and_the_old_one_is_given_up() {
    let mut tablet = Tablet::with(0, 0);
    tablet.manifest_comes(manifest(EPOCH, 0));
    tablet.waits(1_000);
    let (given_up, _) = tablet.watched.clone().unwrap();
    tablet.hears(Input::StandingChanged);
    let (asked, _) = tablet.watched.clone().unwrap();
    assert!(asked > given_up);
    tablet.pulled = None;
    tablet.hears(Input::ManifestFinished { attempt: given_up, result: Ok(manifest(EPOCH, 9)) });
    assert!(tablet.pulled.is_none(), "an answer to what was given up changes nothing");
}

#[test]
fn a_clock_that_is_set_back_by_days_wedges_nothing() {
    let mut tablet = Tablet::with(1, 0);
    tablet.push_fails(Failure::Unreachable);
    tablet.now = Instant::from_unix_ms(tablet.now.unix_ms() - 3 * 86_400_000).unwrap();
    tablet.hears(Input::Woke);
    tablet.waits(DELAY_MAX_MS);
    assert_eq!(tablet.pushes(), Some((1, 1)));
}

#[test]
fn a_damaged_outbox_is_said_to_be_and_looked_at_again() {
    let outbox = Tablet::with(1, 0).outbox;
    let mut replica = Replica::new(outbox.persisted(&Cache::default()), 1);
    let now = Instant::from_unix_ms(1_800_000_000_000).unwrap();
    replica.handle(now, Input::Woke);
    let Some(Output::ReadOwn { attempt, .. }) = replica.poll() else { panic!("does not read") };
    replica.handle(now, Input::StorageFailed { attempt, failure: StorageFailure::Damaged });
    assert_eq!(replica.status().needs_attention, Some(Attention::OutboxDamaged));
    replica.handle(later(now, DELAY_MAX_MS), Input::Woke);
    assert!(std::iter::from_fn(|| replica.poll()).any(|output| matches!(output, Output::ReadOwn { .. })));
}

/// The server answers questions for news, and no push gets through: an access point with a filter, a broken proxy.
fn answers_but_takes_nothing(tablet: &mut Tablet, ms: u64) {
    for _ in 0..ms / 10_000 {
        tablet.waits(10_000);
        if tablet.pushed.is_some() {
            tablet.push_fails(Failure::Unreachable);
        }
        if tablet.watched.is_some() {
            tablet.manifest_comes(manifest(EPOCH, 0));
        }
    }
}

#[test]
fn entries_that_a_reachable_server_does_not_take_are_an_alarm_after_two_minutes() {
    let stuck = |tablet: &Tablet| tablet.replica.status().needs_attention == Some(Attention::NotSending);
    let mut tablet = Tablet::with(1, 0);
    tablet.manifest_comes(manifest(EPOCH, 0));
    answers_but_takes_nothing(&mut tablet, 110_000);
    assert!(!stuck(&tablet), "not yet");
    answers_but_takes_nothing(&mut tablet, 20_000);
    assert!(stuck(&tablet));
    let lanes = tablet.replica.faults();
    let pushing = lanes.iter().find(|fault| fault.lane == Lane::Push).unwrap();
    assert!(pushing.in_a_row > 1 && pushing.fault == Fault::Request(Failure::Unreachable), "{pushing:?}");
    tablet.waits(DELAY_MAX_MS);
    tablet.push_succeeds();
    assert!(!stuck(&tablet), "taken");
    assert!(tablet.replica.faults().iter().all(|fault| fault.lane != Lane::Push || fault.in_a_row == 0));
    answers_but_takes_nothing(&mut tablet, 300_000);
    assert!(!stuck(&tablet), "nothing waits");
}

#[test]
fn days_without_a_network_are_no_alarm_and_neither_is_what_is_being_sent_after_them() {
    let stuck = |tablet: &Tablet| tablet.replica.status().needs_attention == Some(Attention::NotSending);
    let mut tablet = Tablet::with(5_000, 0);
    for _ in 0..100 {
        tablet.waits(1_800_000);
        if tablet.pushed.is_some() {
            tablet.push_fails(Failure::Unreachable);
        }
        assert!(!stuck(&tablet), "no network");
    }
    tablet.hears(Input::CameOnline);
    for _ in 0..9 {
        tablet.waits(ANSWER_MAX_MS - 1);
        tablet.push_succeeds();
        assert!(!stuck(&tablet), "batch after batch, four minutes of them");
    }
}

#[test]
fn a_tablet_that_slept_or_whose_clock_was_set_back_is_no_alarm() {
    let mut tablet = Tablet::with(1, 0);
    tablet.manifest_comes(manifest(EPOCH, 0));
    tablet.waits(8 * 3_600_000);
    assert_eq!(tablet.replica.status().needs_attention, None, "asleep, it heard nothing");
    tablet.now = Instant::from_unix_ms(tablet.now.unix_ms() - 86_400_000).unwrap();
    tablet.hears(Input::Woke);
    assert_eq!(tablet.replica.status().needs_attention, None);
    tablet.watched.is_some().then(|| tablet.manifest_comes(manifest(EPOCH, 0)));
    answers_but_takes_nothing(&mut tablet, 150_000);
    assert_eq!(tablet.replica.status().needs_attention, Some(Attention::NotSending));
}
