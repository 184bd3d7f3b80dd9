//! The report as a file, and as a text to send to somebody.

use leptos::prelude::*;
use subzero_csv::{Column as ItemColumn, File, Writing};
use subzero_ledger::report::{Report, Row, Section, Shown};

use super::causes::{cause_words, evidence_words, reason_words};
use super::list::{adjustment_id, employee_name, item_name, register_name, source_words};
use crate::device::clock;
use crate::format;
use crate::shop::Shop;
use crate::words::{words, yes_or_no};

/// The most items that a text names.
const NAMED_MAX: usize = 20;

/// A row a line, in the order shown.
pub(super) fn as_file(shop: Shop, report: &Report, shown: Option<&Shown>) -> String {
    untrack(|| {
        let all = words();
        let names = &all.report;
        let sees_costs = shop.sees_costs();
        let writing = Writing { shop: shop.id(), decimal_mark: format::decimal_mark(), sees_costs };
        let mut columns = vec![
            names.adjustment_id,
            ItemColumn::Sku.name(),
            all.common.item,
            all.common.shop_label,
            names.on_hand,
            names.reason,
            names.source,
            names.went_negative,
            names.still_open,
        ];
        if sees_costs {
            columns.extend([all.common.unit_cost, all.common.cost_missing, names.exposure]);
        }
        columns.extend([
            names.when,
            names.employee,
            names.register,
            names.on_orders,
            names.on_transfers,
            names.cause,
            names.evidence,
            all.common.not_sent_yet,
        ]);
        let mut file = File::new(writing, &columns);
        for row in rows(report, shown) {
            let cells = cells(shop, report, row, &file, sees_costs);
            file.row(&cells);
        }
        file.finish()
    })
}

fn rows<'a>(report: &'a Report, shown: Option<&'a Shown>) -> impl Iterator<Item = &'a Row> {
    let sections = shown.into_iter().flat_map(|shown| &shown.sections);
    sections.flat_map(|section: &Section| &section.rows).filter_map(|row| report.rows.get(*row))
}

fn cells(shop: Shop, report: &Report, row: &Row, file: &File, sees_costs: bool) -> Vec<String> {
    let negative = report.items.get(&(row.item, row.shop)).copied();
    let (on_hand, incoming) = negative.map(|negative| (negative.on_hand, negative.incoming)).unwrap_or_default();
    let sku = shop.item(row.item).map(|item| item.sku).unwrap_or_default();
    let mut cells = vec![
        file.text(&adjustment_id(row.line)),
        file.text(&sku),
        file.text(&item_name(shop, row.item)),
        file.text(&shop.name_of(row.shop)),
        file.number(&on_hand),
        file.text(reason_words(row.reason)),
        file.text(&source_words(shop, row)),
        file.number(&row.short),
        file.number(&row.open),
    ];
    if sees_costs {
        cells.push(file.cost(row.unit_cost.known()));
        cells.push(yes_or_no(row.unit_cost.is_missing()));
        cells.push(file.number(&row.exposure));
    }
    cells.extend([
        format::iso(row.since),
        file.text(&employee_name(shop, row)),
        file.text(&register_name(shop, row)),
        file.number(&incoming.on_orders),
        file.number(&incoming.on_transfers),
        file.text(cause_words(row.cause())),
        file.text(&evidence_words(shop, row)),
        yes_or_no(row.unsynced),
    ]);
    cells
}

/// What somebody sends to a colleague: how fresh it is, the totals, and the items.
pub(super) fn as_text(shop: Shop, report: &Report, shown: Option<&Shown>) -> String {
    untrack(|| {
        let names = &words().report;
        let at = report.at.unwrap_or_else(clock::now);
        let totals = shown.map(|shown| shown.totals).unwrap_or_default();
        let mut lines = vec![
            names.shared_line.with([names.title, &format::moment(at)]),
            names.shared_line.with([names.items, &format::count(totals.items)]),
            names.shared_line.with([names.units, &format::qty(totals.units)]),
        ];
        let mut listed = Vec::new();
        for row in rows(report, shown) {
            let place = (row.item, row.shop);
            if !listed.contains(&place) && listed.len() < NAMED_MAX {
                listed.push(place);
                let on_hand = report.items.get(&place).map(|negative| negative.on_hand).unwrap_or_default();
                let name = names.in_shop.with([&item_name(shop, row.item), &shop.name_of(row.shop)]);
                lines.push(names.shared_line.with([&name, &format::qty(on_hand)]));
            }
        }
        lines.join("\n")
    })
}
