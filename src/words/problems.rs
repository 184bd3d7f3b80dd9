//! Errors as sentences: each error of the core, the storage and the device has its words here and nowhere else.

use subzero_ledger::cart::CartError;
use subzero_ledger::catalogue::{Denied, ItemProblem, QtyProblem};
use subzero_ledger::decimal::DecimalError;
use subzero_ledger::entry::{BARCODES_MAX, DecodeError, LINES_MAX, TENDERS_MAX};
use subzero_ledger::verbs::{LineProblem, Problem};

use subzero_sync::fault::Attention;
use subzero_sync::replica::Alert;
use subzero_sync::rescue::RescueError;

use super::words;
use crate::device::pin::PinError;
use crate::format;
use crate::shop::VerbError;
use crate::storage::error::StorageError;

/// What can be said to a person.
pub trait ToWords {
    /// The sentence they read.
    fn to_words(&self) -> String;
}

impl ToWords for DecimalError {
    fn to_words(&self) -> String {
        let words = &words().problem;
        match self {
            Self::NotANumber => words.not_a_number.to_owned(),
            Self::TooManyPlaces(places) => words.too_many_places.of(usize::try_from(*places).unwrap_or_default(), []),
            Self::TooLarge => words.too_large.to_owned(),
        }
    }
}

impl ToWords for QtyProblem {
    fn to_words(&self) -> String {
        let words = &words().problem;
        match self {
            Self::OutOfRange => words.quantity.to_owned(),
            Self::Decimals { decimals: 0 } => words.whole_units.to_owned(),
            Self::Decimals { decimals } => words.decimals.of((*decimals).into(), []),
        }
    }
}

impl ToWords for Denied {
    fn to_words(&self) -> String {
        match self {
            Self::NeedsApproval(_) => words().problem.needs_approval.to_owned(),
            Self::Never => words().problem.never.to_owned(),
        }
    }
}

impl ToWords for CartError {
    fn to_words(&self) -> String {
        let words = &words().problem;
        match self {
            Self::Empty => words.empty_cart.to_owned(),
            Self::TooManyLines => words.too_many_lines.with([&format::count(LINES_MAX)]),
            Self::Quantity(problem) => problem.to_words(),
            Self::UnknownItem => words.unknown_item.to_owned(),
            Self::Archived => words.archived.to_owned(),
            Self::NotEnough => words.not_enough.to_owned(),
            Self::TooMuchOnCard => words.too_much_on_card.to_owned(),
            Self::Tender => words.tender.to_owned(),
            Self::TooManyTenders => words.too_many_tenders.with([&format::count(TENDERS_MAX)]),
            Self::TooMuchCash => words.too_much_cash.to_owned(),
            Self::BelowZero(denied) => words.below_zero.with([&denied.to_words()]),
            Self::OutOfRange => words.out_of_range.to_owned(),
        }
    }
}

impl ToWords for ItemProblem {
    fn to_words(&self) -> String {
        let words = &words().problem;
        match self {
            Self::NoName => words.no_name.to_owned(),
            Self::Sku { sku, other } => words.sku_taken.with([other, sku]),
            Self::Barcode { code, other } => words.barcode_taken.with([other, code]),
            Self::BarcodeTwice { code } => words.barcode_twice.with([code]),
            Self::Pack { code, problem } => words.pack.with([code, &problem.to_words()]),
            Self::Price => words.price.to_owned(),
            Self::Cost => words.cost.to_owned(),
            Self::Decimals => words.item_decimals.to_owned(),
            Self::ReorderPoint(problem) => problem.to_words(),
            Self::TooManyBarcodes => words.too_many_barcodes.with([&format::count(BARCODES_MAX)]),
            Self::TextTooLong => words.entry_text.to_owned(),
        }
    }
}

impl ToWords for LineProblem {
    fn to_words(&self) -> String {
        let words = &words().problem;
        match self {
            Self::UnknownItem => words.unknown_item.to_owned(),
            Self::Archived => words.archived.to_owned(),
            Self::NoStock => words.no_stock.to_owned(),
            Self::Qty(problem) => problem.to_words(),
            Self::Cost => words.cost.to_owned(),
            Self::Beyond { left } => words.only_left.with([&format::qty(*left)]),
            Self::BelowZero { on_hand } => words.only_on_hand.with([&format::qty(*on_hand)]),
            Self::UnknownLine => words.unknown_line.to_owned(),
        }
    }
}

impl ToWords for Problem {
    fn to_words(&self) -> String {
        let words = &words().problem;
        match self {
            Self::Empty => words.nothing_to_record.to_owned(),
            Self::TooManyLines => words.too_many_lines.with([&format::count(LINES_MAX)]),
            Self::Line { line, problem } => words.line.with([&format::count(line + 1), &problem.to_words()]),
            Self::Denied(denied) => denied.to_words(),
            Self::SameShop => words.same_shop.to_owned(),
            Self::NoShop => words.no_shop.to_owned(),
            Self::OtherShop => words.other_shop.to_owned(),
            Self::UnknownDocument => words.unknown_document.to_owned(),
            Self::NothingLeft => words.nothing_left.to_owned(),
            Self::Undone => words.undone.to_owned(),
            Self::NoUndo => words.no_undo.to_owned(),
            Self::Stage => words.stage.to_owned(),
            Self::OutOfRange => words.out_of_range.to_owned(),
            Self::Item(problem) => problem.to_words(),
            Self::Unchanged => words.unchanged.to_owned(),
            Self::Reassigned => words.reassigned.to_owned(),
            Self::SameItem => words.same_item.to_owned(),
            Self::NoName => words.no_name.to_owned(),
            Self::NameTaken => words.name_taken.to_owned(),
            Self::LastOwner => words.last_owner.to_owned(),
        }
    }
}

impl ToWords for DecodeError {
    fn to_words(&self) -> String {
        let words = &words().problem;
        match self {
            Self::TooLong => words.entry_too_long.to_owned(),
            Self::Lines => words.entry_lines.with([&format::count(LINES_MAX)]),
            Self::Text => words.entry_text.to_owned(),
            Self::Rights => words.entry_rights.to_owned(),
            // What this page writes is of this version and canonical; what remains is a figure.
            Self::Version(_)
            | Self::Frame
            | Self::Body
            | Self::NotCanonical
            | Self::Time
            | Self::Figure
            | Self::Repeated => words.out_of_range.to_owned(),
        }
    }
}

impl ToWords for StorageError {
    fn to_words(&self) -> String {
        let words = &words().problem;
        match self {
            Self::Unavailable(reason) => words.storage_unavailable.with([reason]),
            Self::WontOpen { name, reason } => words.storage_wont_open.with([name, reason]),
            Self::Blocked => words.storage_blocked.to_owned(),
            Self::Full => words.storage_full.to_owned(),
            Self::Closed => words.storage_closed.to_owned(),
            Self::Aborted => words.storage_aborted.to_owned(),
            Self::NotSaved(reason) => words.storage_not_saved.with([reason]),
            Self::Late => words.storage_late.to_owned(),
            Self::Recorded | Self::NumberTaken => words.storage_recorded.to_owned(),
            Self::TooLarge { .. } => words.storage_too_large.to_owned(),
            Self::Unreadable { .. } => words.storage_unreadable.to_owned(),
        }
    }
}

impl ToWords for PinError {
    fn to_words(&self) -> String {
        match self {
            Self::NoCrypto => words().problem.no_crypto.to_owned(),
            Self::Rounds => words().problem.pin_rounds.to_owned(),
        }
    }
}

impl ToWords for VerbError {
    fn to_words(&self) -> String {
        match self {
            Self::NotSignedIn => words().problem.not_signed_in.to_owned(),
            Self::Busy => words().problem.busy.to_owned(),
            Self::NotApproved => words().problem.not_approved.to_owned(),
            Self::Problem(problem) => problem.to_words(),
            Self::Cart(error) => error.to_words(),
            Self::Entry(error) => error.to_words(),
            Self::Storage(error) => error.to_words(),
        }
    }
}

impl ToWords for Attention {
    fn to_words(&self) -> String {
        let words = &words().sync;
        let sentence = match self {
            Self::PairAgain => words.pair_again,
            Self::NotAllowed => words.not_allowed_here,
            Self::Reload => words.reload,
            Self::ServerRefuses => words.server_refuses,
            Self::DeviceFull => words.device_full,
            Self::OutboxDamaged => words.outbox_damaged,
            Self::NotSending => words.not_sending,
        };
        sentence.to_owned()
    }
}

impl ToWords for RescueError {
    fn to_words(&self) -> String {
        let words = &words().sync;
        let sentence = match self {
            Self::NotRescue => words.file_not_one,
            Self::Newer(_) => words.file_newer,
            Self::Cut => words.file_cut,
            Self::Damaged => words.file_damaged,
            Self::TooLarge => words.file_too_large,
            Self::OtherAccount => words.file_other_account,
        };
        sentence.to_owned()
    }
}

impl ToWords for Alert {
    fn to_words(&self) -> String {
        let words = &words().sync;
        match self {
            Self::Forked { .. } => words.forked.to_owned(),
            Self::EntriesLost { first, last } => words.lost.with([&first.to_string(), &last.to_string()]),
            Self::EntriesAside { entries } => words.aside_again.of(usize::try_from(*entries).unwrap_or_default(), []),
            // No person is told of these: see `is_for_people`.
            Self::EpochChanged { .. } | Self::CopyMismatched { .. } | Self::EntryQuarantined { .. } => String::new(),
        }
    }
}
