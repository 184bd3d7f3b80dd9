//! What entries say that things cost, and what a ledger makes of it.

use std::collections::BTreeSet;

use subzero_ledger::cost::Cost;
use subzero_ledger::entry::{Body, CostControl, Entry, StampedItem};
use subzero_ledger::ledger::Ledger;
use subzero_ledger::money::UnitCost;
use subzero_ledger::stock::CostKnown;

/// Every cost that these entries say: a default, what a vendor charged, what somebody typed.
pub fn said(entries: &[Entry]) -> BTreeSet<UnitCost> {
    let said = |entry: &Entry| {
        let mut body = entry.body.clone();
        let receipt = if let Body::Receipt(receipt) = &body { Some(receipt) } else { None };
        let charged: Vec<UnitCost> = receipt.iter().flat_map(|receipt| &receipt.lines).map(|line| line.cost).collect();
        charged.into_iter().chain(optional(&mut body).into_iter().filter_map(|cost| *cost)).collect::<Vec<_>>()
    };
    entries.iter().flat_map(said).collect()
}

/// The same entries, of which none says any cost.
pub fn unsaid(mut entries: Vec<Entry>) -> Vec<Entry> {
    entries.retain(|entry| !matches!(entry.body, Body::Receipt(_)));
    for entry in &mut entries {
        for cost in optional(&mut entry.body) {
            *cost = None;
        }
    }
    entries
}

/// The costs that an entry may leave unsaid.
fn optional(body: &mut Body) -> Vec<&mut Option<UnitCost>> {
    fn defaults<'a>(items: impl Iterator<Item = &'a mut StampedItem>) -> Vec<&'a mut Option<UnitCost>> {
        items.map(|item| &mut item.default_cost).collect()
    }
    match body {
        Body::Sale(sale) => defaults(sale.lines.iter_mut().map(|line| &mut line.item)),
        Body::Refund(refund) => defaults(refund.lines.iter_mut().map(|line| &mut line.item)),
        Body::Receipt(receipt) => defaults(receipt.lines.iter_mut().map(|line| &mut line.item)),
        Body::TransferSend(send) => defaults(send.lines.iter_mut().map(|line| &mut line.item)),
        Body::TransferReceive(receive) => defaults(receive.lines.iter_mut().map(|line| &mut line.item)),
        Body::TransferReturn(back) => defaults(back.lines.iter_mut().map(|line| &mut line.item)),
        Body::TransferLoss(loss) => defaults(loss.lines.iter_mut().map(|line| &mut line.item)),
        Body::VendorReturn(back) => defaults(back.lines.iter_mut().map(|line| &mut line.item)),
        Body::Count(count) => defaults(count.lines.iter_mut().map(|line| &mut line.item)),
        Body::Adjustment(adjustment) => {
            let lines = adjustment.lines.iter_mut();
            lines.flat_map(|line| [&mut line.item.default_cost, &mut line.cost]).collect()
        }
        Body::Conversion(conversion) => vec![&mut conversion.item.default_cost],
        Body::Reassignment(moved) => vec![&mut moved.from.default_cost, &mut moved.to.default_cost],
        Body::Void(_)
        | Body::Order(_)
        | Body::TransferDraft(_)
        | Body::CountList(_)
        | Body::Tally(_)
        | Body::Retraction(_)
        | Body::Catalogue(_)
        | Body::Foreign(_) => Vec::new(),
    }
}

/// Every cost that a ledger shows or goes by.
pub fn of(ledger: &Ledger) -> Vec<Cost> {
    let mut costs = Vec::new();
    for (item, shop, stock) in ledger.stocks() {
        costs.extend(stock.lots().map(|lot| lot.cost));
        costs.extend(stock.shortages().map(|shortage| shortage.estimate));
        costs.extend(ledger.fills(item, shop).flat_map(|fill| [fill.estimate, fill.actual]));
        costs.extend(ledger.automated(item, shop).map(|(_, portion)| portion.cost));
        let controls = [CostControl::Default, CostControl::LastRecorded];
        costs.extend(controls.map(|control| stock.cost_known(control, None)).map(CostKnown::cost));
    }
    costs
}
