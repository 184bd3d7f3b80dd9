//! Why, in a shop's words: reasons, causes and the evidence for them.

use subzero_ledger::entry::{Cause, OversellReason};
use subzero_ledger::report::{AgeBucket, Column, Evidence, GroupBy, Row};
use subzero_ledger::stock::Reason;

use crate::format;
use crate::shop::Shop;
use crate::words::words;

/// Why units went out.
pub const fn reason_words(reason: Reason) -> &'static str {
    let words = &words().report;
    match reason {
        Reason::Sale => words.sale,
        Reason::VendorReturn => words.vendor_return,
        Reason::Transfer => words.transfer,
        Reason::Adjustment => words.adjustment,
    }
}

/// Why something is negative.
pub const fn cause_words(cause: Option<Cause>) -> &'static str {
    let causes = &words().causes;
    match cause {
        Some(Cause::NotReceived) => causes.not_received,
        Some(Cause::SoldBeforeReceived) => causes.sold_before_received,
        Some(Cause::ReceivedNeverEntered) => causes.received_never_entered,
        Some(Cause::MisScan) => causes.mis_scan,
        Some(Cause::WrongCount) => causes.wrong_count,
        Some(Cause::Oversent) => causes.oversent,
        Some(Cause::Backorder) => causes.backorder,
        Some(Cause::WrongType) => causes.wrong_type,
        Some(Cause::PackMixUp) => causes.pack_mix_up,
        Some(Cause::NeverStocked) => causes.never_stocked,
        Some(Cause::Other) => causes.other,
        None => words().report.no_cause,
    }
}

/// On what evidence.
pub fn evidence_words(shop: Shop, row: &Row) -> String {
    let causes = &words().causes;
    if row.said.is_some() {
        return causes.said_by_person.to_owned();
    }
    let Some(evidence) = row.evidence else { return causes.unknown.to_owned() };
    match evidence {
        Evidence::Incoming { qty } => causes.incoming.with([&format::qty(qty)]),
        Evidence::ReceivedAfter { at, .. } => causes.received_after.with([&format::moment(at)]),
        Evidence::Overdue { every_days, .. } => causes.overdue.of(usize::try_from(every_days).unwrap_or(1), []),
        Evidence::LookAlike { item, on_hand } => {
            let name = shop.item(item).map(|item| item.name).unwrap_or_default();
            causes.look_alike.with([&name, &format::qty(on_hand)])
        }
        Evidence::CountedLess { at, less, .. } => causes.counted_less.with([&format::qty(less), &format::day(at)]),
        Evidence::ArrivedShort { missing } => causes.arrived_short.with([&format::qty(missing)]),
        Evidence::Said(reason) => said_words(reason).to_owned(),
        Evidence::NeverReceived { times } => causes.never_received.of(times, []),
        Evidence::WholePacks { pack } => causes.whole_packs.with([&format::qty(pack)]),
        Evidence::NeverStocked => causes.nothing_came.to_owned(),
    }
}

/// What a cashier said.
pub const fn said_words(reason: OversellReason) -> &'static str {
    let causes = &words().causes;
    match reason {
        OversellReason::Backorder => causes.ordered,
        OversellReason::JustArrived => causes.said_just_arrived,
        OversellReason::CountedWrong => causes.said_counted_wrong,
        OversellReason::TagSwapped => causes.said_tag_swapped,
        OversellReason::Other => causes.said_other,
    }
}

/// How old something is.
pub const fn age_words(age: AgeBucket) -> &'static str {
    let words = &words().report;
    match age {
        AgeBucket::UpTo1 => words.up_to_1,
        AgeBucket::UpTo7 => words.up_to_7,
        AgeBucket::UpTo30 => words.up_to_30,
        AgeBucket::UpTo90 => words.up_to_90,
        AgeBucket::Over90 => words.over_90,
    }
}

/// What rows are put together by.
pub const fn group_words(by: GroupBy) -> &'static str {
    let all = words();
    match by {
        GroupBy::Item => all.common.item,
        GroupBy::Shop => all.common.shop_label,
        GroupBy::Vendor => all.report.vendor,
        GroupBy::Category => all.report.category,
        GroupBy::Employee => all.report.employee,
        GroupBy::Cause => all.report.cause,
    }
}

/// What a column is called.
pub const fn column_words(column: Column) -> &'static str {
    let all = words();
    match column {
        Column::Item => all.common.item,
        Column::Shop => all.common.shop_label,
        Column::OnHand => all.report.on_hand,
        Column::Reason => all.report.reason,
        Column::Short => all.report.went_negative,
        Column::Open => all.report.still_open,
        Column::UnitCost => all.common.unit_cost,
        Column::Exposure => all.report.exposure,
        Column::When => all.report.when,
        Column::Employee => all.report.employee,
        Column::Register => all.report.register,
        Column::OnOrders => all.report.on_orders,
        Column::OnTransfers => all.report.on_transfers,
        Column::Cause => all.report.cause,
    }
}
