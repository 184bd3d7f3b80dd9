//! What there is help about.

use subzero_ledger::entry::Cause;

use crate::routes::Route;
use crate::words::help::HelpPage;
use crate::words::words;

/// A page of help.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)] // a page says what it is, in its title
pub enum Topic {
    WhatItIs,
    Switching,
    Warning,
    Report,
    Costs,
    Offline,
    Practising,
    NotReceived,
    SoldBeforeReceived,
    ReceivedNeverEntered,
    MisScan,
    WrongCount,
    Oversent,
    Backorder,
    WrongType,
    PackMixUp,
    NeverStocked,
    PuttingRight,
    ReceiveOrder,
    ReceiveTransfer,
    EnterForgotten,
    TakeBack,
    OtherItem,
    Count,
    Adjust,
    CustomerOrder,
    NoStock,
}

impl Topic {
    /// What it is, and how to live with it.
    pub const BASICS: [Self; 7] =
        [Self::WhatItIs, Self::Warning, Self::Report, Self::Costs, Self::Switching, Self::Offline, Self::Practising];
    /// Why something is negative.
    pub const CAUSES: [Self; 10] = [
        Self::NotReceived,
        Self::SoldBeforeReceived,
        Self::ReceivedNeverEntered,
        Self::MisScan,
        Self::WrongCount,
        Self::Oversent,
        Self::Backorder,
        Self::WrongType,
        Self::PackMixUp,
        Self::NeverStocked,
    ];
    /// Putting it right.
    pub const WAYS: [Self; 10] = [
        Self::PuttingRight,
        Self::ReceiveOrder,
        Self::ReceiveTransfer,
        Self::EnterForgotten,
        Self::TakeBack,
        Self::OtherItem,
        Self::Count,
        Self::Adjust,
        Self::CustomerOrder,
        Self::NoStock,
    ];

    /// Every page.
    pub fn all() -> impl Iterator<Item = Self> {
        Self::BASICS.into_iter().chain(Self::CAUSES).chain(Self::WAYS)
    }

    /// The last part of its address, and what answers about it are kept under: it never changes.
    pub const fn name(self) -> &'static str {
        match self {
            Self::WhatItIs => "what-it-is",
            Self::Switching => "switching",
            Self::Warning => "warning",
            Self::Report => "report",
            Self::Costs => "costs",
            Self::Offline => "offline",
            Self::Practising => "practising",
            Self::NotReceived => "not-received",
            Self::SoldBeforeReceived => "sold-before-received",
            Self::ReceivedNeverEntered => "received-never-entered",
            Self::MisScan => "mis-scan",
            Self::WrongCount => "wrong-count",
            Self::Oversent => "oversent",
            Self::Backorder => "backorder",
            Self::WrongType => "wrong-type",
            Self::PackMixUp => "pack-mix-up",
            Self::NeverStocked => "never-stocked",
            Self::PuttingRight => "putting-right",
            Self::ReceiveOrder => "receive-order",
            Self::ReceiveTransfer => "receive-transfer",
            Self::EnterForgotten => "enter-forgotten",
            Self::TakeBack => "take-back",
            Self::OtherItem => "other-item",
            Self::Count => "count",
            Self::Adjust => "adjust",
            Self::CustomerOrder => "customer-order",
            Self::NoStock => "no-stock",
        }
    }

    /// The page of that name.
    pub fn named(name: &str) -> Option<Self> {
        Self::all().find(|topic| topic.name() == name)
    }

    /// Its words.
    pub const fn page(self) -> &'static HelpPage {
        let pages = &words().help_pages;
        match self {
            Self::WhatItIs => &pages.what_it_is,
            Self::Switching => &pages.switching,
            Self::Warning => &pages.warning,
            Self::Report => &pages.report,
            Self::Costs => &pages.costs,
            Self::Offline => &pages.offline,
            Self::Practising => &pages.practising,
            Self::NotReceived => &pages.not_received,
            Self::SoldBeforeReceived => &pages.sold_before_received,
            Self::ReceivedNeverEntered => &pages.received_never_entered,
            Self::MisScan => &pages.mis_scan,
            Self::WrongCount => &pages.wrong_count,
            Self::Oversent => &pages.oversent,
            Self::Backorder => &pages.backorder,
            Self::WrongType => &pages.wrong_type,
            Self::PackMixUp => &pages.pack_mix_up,
            Self::NeverStocked => &pages.never_stocked,
            Self::PuttingRight => &pages.putting_right,
            Self::ReceiveOrder => &pages.receive_order,
            Self::ReceiveTransfer => &pages.receive_transfer,
            Self::EnterForgotten => &pages.enter_forgotten,
            Self::TakeBack => &pages.take_back,
            Self::OtherItem => &pages.other_item,
            Self::Count => &pages.count,
            Self::Adjust => &pages.adjust,
            Self::CustomerOrder => &pages.customer_order,
            Self::NoStock => &pages.no_stock,
        }
    }

    /// What explains a cause; where none is known or it is another one, how to read the report.
    pub const fn of_cause(cause: Option<Cause>) -> Self {
        match cause {
            Some(Cause::NotReceived) => Self::NotReceived,
            Some(Cause::SoldBeforeReceived) => Self::SoldBeforeReceived,
            Some(Cause::ReceivedNeverEntered) => Self::ReceivedNeverEntered,
            Some(Cause::MisScan) => Self::MisScan,
            Some(Cause::WrongCount) => Self::WrongCount,
            Some(Cause::Oversent) => Self::Oversent,
            Some(Cause::Backorder) => Self::Backorder,
            Some(Cause::WrongType) => Self::WrongType,
            Some(Cause::PackMixUp) => Self::PackMixUp,
            Some(Cause::NeverStocked) => Self::NeverStocked,
            Some(Cause::Other) | None => Self::Report,
        }
    }

    /// What to read next.
    pub const fn related(self) -> &'static [Self] {
        match self {
            Self::WhatItIs => &[Self::Warning, Self::Report, Self::Switching],
            Self::Switching => &[Self::WhatItIs, Self::Practising, Self::Report],
            Self::Warning => &[Self::WhatItIs, Self::Report, Self::Offline],
            Self::Report => &[Self::PuttingRight, Self::Costs, Self::WhatItIs],
            Self::Costs => &[Self::Report, Self::ReceiveOrder],
            Self::Offline => &[Self::Warning, Self::Report],
            Self::Practising => &[Self::WhatItIs, Self::PuttingRight],
            Self::NotReceived => &[Self::ReceiveOrder, Self::ReceiveTransfer, Self::Count],
            Self::SoldBeforeReceived => &[Self::ReceiveOrder, Self::EnterForgotten],
            Self::ReceivedNeverEntered => &[Self::EnterForgotten, Self::Costs],
            Self::MisScan => &[Self::OtherItem],
            Self::WrongCount => &[Self::Count],
            Self::Oversent => &[Self::TakeBack, Self::ReceiveTransfer],
            Self::Backorder => &[Self::CustomerOrder, Self::ReceiveOrder],
            Self::WrongType => &[Self::NoStock],
            Self::PackMixUp => &[Self::EnterForgotten],
            Self::NeverStocked => &[Self::EnterForgotten, Self::OtherItem],
            Self::PuttingRight => &[
                Self::ReceiveOrder,
                Self::ReceiveTransfer,
                Self::EnterForgotten,
                Self::TakeBack,
                Self::OtherItem,
                Self::CustomerOrder,
                Self::NoStock,
                Self::Count,
                Self::Adjust,
            ],
            Self::ReceiveOrder => &[Self::NotReceived, Self::Costs, Self::PuttingRight],
            Self::ReceiveTransfer => &[Self::NotReceived, Self::Oversent, Self::PuttingRight],
            Self::EnterForgotten => &[Self::ReceivedNeverEntered, Self::NeverStocked, Self::PuttingRight],
            Self::TakeBack => &[Self::Oversent, Self::PuttingRight],
            Self::OtherItem => &[Self::MisScan, Self::PuttingRight],
            Self::Count => &[Self::WrongCount, Self::ReceiveOrder, Self::PuttingRight],
            Self::Adjust => &[Self::Count, Self::PuttingRight],
            Self::CustomerOrder => &[Self::Backorder, Self::PuttingRight],
            Self::NoStock => &[Self::WrongType, Self::PuttingRight],
        }
    }

    /// The screen it is about, and what that is called.
    pub const fn screen(self) -> (Route, &'static str) {
        let words = words();
        match self {
            Self::Switching => (Route::NegativeInventoryModule, words.module.title),
            Self::Warning => (Route::Sell, words.sell.title),
            Self::Offline => (Route::SyncStatus, words.sync.title),
            Self::ReceiveOrder => (Route::Orders, words.orders.title),
            Self::ReceiveTransfer | Self::TakeBack | Self::Oversent => (Route::Transfers, words.transfers.title),
            Self::EnterForgotten => (Route::Receive(None), words.stock.receive),
            Self::Count | Self::WrongCount => (Route::Counts, words.counts.title),
            Self::Adjust => (Route::Adjust, words.adjust.title),
            Self::NoStock | Self::WrongType | Self::PackMixUp => (Route::Items, words.stock.items),
            Self::WhatItIs
            | Self::Report
            | Self::Costs
            | Self::Practising
            | Self::NotReceived
            | Self::SoldBeforeReceived
            | Self::ReceivedNeverEntered
            | Self::MisScan
            | Self::Backorder
            | Self::NeverStocked
            | Self::PuttingRight
            | Self::OtherItem
            | Self::CustomerOrder => (Route::NegativeInventory, words.report.title),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_page_is_found_by_its_name_and_says_something() {
        for topic in Topic::all() {
            assert_eq!(Topic::named(topic.name()), Some(topic));
            assert!(topic.page().says.len() > 2, "{topic:?} says too little");
            assert!(!topic.related().is_empty() && !topic.related().contains(&topic), "{topic:?}");
        }
    }

    #[test]
    fn every_cause_has_a_page_that_is_called_what_the_report_calls_it() {
        let names = &words().causes;
        let called = [
            names.not_received,
            names.sold_before_received,
            names.received_never_entered,
            names.mis_scan,
            names.wrong_count,
            names.oversent,
            names.backorder,
            names.wrong_type,
            names.pack_mix_up,
            names.never_stocked,
        ];
        let known = Cause::ALL.into_iter().filter(|cause| *cause != Cause::Other);
        let pages: Vec<_> = known.map(|cause| Topic::of_cause(Some(cause)).page().title).collect();
        assert_eq!(pages, called);
    }
}
