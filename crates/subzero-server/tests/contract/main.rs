//! What [`subzero_server::db`] promises, held against every database there is: each test below runs on `SQLite` and on `PostgreSQL`.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on should stop")]

mod access;
mod audits;
mod books;
mod codes;
#[path = "../support/fixture.rs"]
mod fixture;
mod histories;
mod holes;
mod postgres_alone;
#[allow(dead_code, reason = "the processes' tests use the rest of it")]
#[path = "../support/postgres.rs"]
mod postgres_server;
mod pushes;
mod segments;
mod shared;
mod slow;
mod snapshots;

/// Makes two tests of each function that takes a `Fixture`.
macro_rules! on_every_database {
    ($($module:ident: $($name:ident),+;)+) => {
        mod sqlite {
            $($(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() {
                super::$module::$name(super::fixture::Fixture::sqlite()).await;
            })+)+
        }
        mod postgres {
            $($(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() {
                super::$module::$name(super::fixture::Fixture::postgres().await).await;
            })+)+
        }
    };
}

on_every_database! {
    access: a_session_is_over_after_ten_minutes, a_token_is_a_device_and_says_when_it_was_removed, grants_are_what_was_set_last_and_the_office,
        devices_that_are_paired_at_once_get_numbers_of_their_own, a_device_that_is_paired_again_is_the_same,
        a_register_that_was_paired_after_the_backup_comes_back_as_the_one_it_was, an_owner_is_put_back_whatever_the_books_say,
        a_lost_register_comes_back_after_its_file_was_brought_in_and_by_a_code,
        what_was_begun_by_a_clock_that_was_a_year_ahead_is_over_once_it_is_right,
        what_a_device_says_is_told_to_those_who_may_know, an_account_is_alone_in_its_database,
        what_a_removed_register_sends_is_stored_and_flagged,
        access_is_over_after_a_quarter_of_an_hour_or_with_another_token_of_the_device,
        a_device_has_a_few_accesses_at_once_and_the_newest_count;
    audits: what_is_noted_is_listed_newest_first_by_the_hundred, what_was_noted_is_kept_for_four_hundred_days,
        a_clock_that_was_wrong_for_a_minute_takes_no_more_notes_than_came,
        a_restore_is_noted_in_every_account;
    books: what_the_office_says_counts_for_the_next_push, a_history_is_loaded_with_its_devices_and_its_dates,
        a_name_that_no_text_can_hold_stops_nothing;
    codes: a_code_lets_one_register_in_once, a_code_is_over_after_ten_minutes_and_then_its_place_is_free,
        a_code_is_not_guessed_without_end, of_many_who_have_a_code_one_is_let_in,
        a_code_for_a_register_that_is_not_there_is_not_made;
    histories: a_page_is_of_one_moment_and_of_bounded_size, an_empty_history_has_an_empty_page, only_granted_shops_have_heads,
        what_is_given_up_at_any_step_is_over;
    pushes: what_is_pushed_is_what_is_read, i2_a_push_again_gets_the_same_places, i2_first_pushes_of_one_outbox_at_once_are_stored_once,
        i2_one_entry_from_two_outboxes_at_once_is_stored_once, a_gap_a_fork_and_another_epoch_store_nothing,
        another_devices_outbox_is_a_fork, poison_is_kept_aside_with_its_reason, the_largest_push_is_a_dozen_statements,
        pushes_that_meet_at_several_shops_all_arrive, i3_readers_see_no_hole_while_writers_commit_in_any_order;
    segments: a_history_is_cut_once_and_for_ever, a_segment_is_there_for_its_account_and_its_shop_alone,
        damage_is_not_handed_out_under_a_name;
    snapshots: an_account_is_folded_when_it_is_due_and_not_before, a_device_that_begins_with_one_shows_what_the_whole_history_shows,
        what_goes_on_from_the_last_one_is_what_the_first_row_leads_to_and_two_are_kept, what_was_folded_by_a_clock_a_year_ahead_harms_nothing_that_comes, nobody_is_offered_what_they_may_not_read,
        a_device_hears_which_of_its_own_are_folded, of_several_that_fold_at_once_one_is_taken,
        what_would_save_nothing_is_not_stored_and_not_tried_again_at_once,
        a_row_that_cannot_be_read_ends_its_shop_and_a_damaged_one_the_fold, a_snapshot_is_of_the_epoch_that_is,
        a_fold_that_its_process_did_not_outlive_is_not_begun_again_at_once;
    shared: a_restart_finds_everything, a_new_epoch_is_noticed_by_who_has_the_database_open, a_txn_that_is_dropped_has_never_been;
}
