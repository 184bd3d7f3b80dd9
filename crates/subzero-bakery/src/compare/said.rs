//! What an entry says, as flat rows: nothing is worked out here.

use subzero_ledger::entry::{
    Body, CostControl, CountLine, Entry, ItemKind, Mode, MoveLine, OrderStage, ReturnLine, StampedItem,
};
use subzero_ledger::ids::{EntryId, ItemId, OrderId, ShopId};
use subzero_ledger::instant::Instant;
use subzero_ledger::money::UnitCost;
use subzero_ledger::quantity::Qty;

/// A row of the table `entry`, beside what its header says.
#[derive(Debug, Default)]
pub struct Said {
    /// Which kind.
    pub kind: &'static str,
    /// The entry it refers to.
    pub refers_to: Option<EntryId>,
    /// The order it writes or answers.
    pub paper: Option<OrderId>,
    /// How far that order is.
    pub stage: Option<&'static str>,
    /// Where a sending goes.
    pub to_shop: Option<ShopId>,
    /// Its lines.
    pub lines: Vec<Line>,
}

/// A row of the table `line`.
#[derive(Clone, Copy, Debug)]
pub struct Line {
    /// Its number.
    pub line: u16,
    /// What.
    pub item: ItemId,
    /// Whether it holds stock.
    pub holds_stock: bool,
    /// Its default cost.
    pub default_cost: Option<UnitCost>,
    /// How much.
    pub qty: Option<Qty>,
    /// At which unit cost.
    pub cost: Option<UnitCost>,
    /// When.
    pub at: Instant,
    /// The entry whose line it brings back or settles.
    pub of_entry: Option<EntryId>,
    /// Which of its lines; the number of an order's line.
    pub of_line: Option<u16>,
    /// What an item becomes.
    pub becomes: Option<&'static str>,
}

/// What an entry's table of modes calls it.
pub const fn mode(mode: Mode) -> &'static str {
    match mode {
        Mode::Allow => "allow",
        Mode::AutoAdd => "auto_add",
    }
}

/// Likewise.
pub const fn cost_control(control: CostControl) -> &'static str {
    match control {
        CostControl::Default => "default",
        CostControl::LastRecorded => "last_recorded",
    }
}

const fn stage(stage: OrderStage) -> &'static str {
    match stage {
        OrderStage::Draft => "draft",
        OrderStage::Ordered => "ordered",
        OrderStage::Closed => "closed",
        OrderStage::Cancelled => "cancelled",
    }
}

const fn kind(kind: ItemKind) -> &'static str {
    match kind {
        ItemKind::Inventory => "inventory",
        ItemKind::NonInventory => "non_inventory",
    }
}

/// Reads an entry out.
pub fn said(entry: &Entry) -> Said {
    let at = entry.header.at;
    let line = |item: StampedItem, qty: Qty| Line::new(item, qty, at);
    let plain = |kind, lines| Said { kind, lines: numbered(lines), ..Said::default() };
    match &entry.body {
        Body::Sale(sale) => plain("sale", sale.lines.iter().map(|sold| line(sold.item, sold.qty)).collect()),
        Body::Refund(refund) => {
            let back = |back: &subzero_ledger::entry::RefundLine| {
                let of_line = Some(back.of_line);
                Line { of_entry: refund.of, of_line, ..line(back.item, back.qty) }
            };
            Said { refers_to: refund.of, ..plain("refund", refund.lines.iter().map(back).collect()) }
        }
        Body::Void(void) => Said { refers_to: Some(void.of), ..plain("void", Vec::new()) },
        Body::Reassignment(moved) => {
            let from = Line {
                of_entry: Some(moved.line.entry),
                of_line: Some(moved.line.line),
                ..line(moved.from, moved.qty)
            };
            Said { refers_to: Some(moved.of), ..plain("reassignment", vec![from, line(moved.to, moved.qty)]) }
        }
        Body::Order(order) => {
            let ordered = order.lines.iter().map(|ordered| Line {
                cost: Some(ordered.cost),
                of_line: Some(ordered.number),
                ..line(ordered.item, ordered.qty)
            });
            let (paper, stage) = (Some(order.order), Some(stage(order.stage)));
            Said { paper, stage, ..plain("order", ordered.collect()) }
        }
        Body::Receipt(receipt) => {
            let came = receipt.lines.iter().map(|came| Line {
                cost: Some(came.cost),
                of_line: came.of_line,
                ..line(came.item, came.qty)
            });
            Said { paper: receipt.order, ..plain("receipt", came.collect()) }
        }
        Body::TransferSend(send) => Said { to_shop: Some(send.to), ..plain("transfer_send", moved(&send.lines, at)) },
        Body::TransferReceive(receive) => settling("transfer_receive", receive.of, &receive.lines, at),
        Body::TransferReturn(back) => settling("transfer_return", back.of, &back.lines, at),
        Body::TransferLoss(loss) => settling("transfer_loss", loss.of, &loss.lines, at),
        Body::VendorReturn(back) => plain("vendor_return", moved(&back.lines, at)),
        Body::Count(count) => {
            let counted = |counted: &CountLine| Line::new(counted.item, counted.counted, counted.at);
            plain("count", count.lines.iter().map(counted).collect())
        }
        Body::Adjustment(adjustment) => {
            let adjusted = adjustment.lines.iter();
            let adjusted = adjusted.map(|adjusted| Line { cost: adjusted.cost, ..line(adjusted.item, adjusted.qty) });
            plain("adjustment", adjusted.collect())
        }
        Body::Retraction(back) => Said { refers_to: Some(back.of), ..plain("retraction", Vec::new()) },
        Body::Conversion(conversion) => {
            let converted = Line { qty: None, becomes: Some(kind(conversion.to)), ..line(conversion.item, Qty::ZERO) };
            plain("conversion", vec![converted])
        }
        Body::TransferDraft(_) | Body::CountList(_) | Body::Tally(_) | Body::Catalogue(_) | Body::Foreign(_) => {
            plain("other", Vec::new())
        }
    }
}

fn settling(kind: &'static str, of: EntryId, lines: &[ReturnLine], at: Instant) -> Said {
    let line = |line: &ReturnLine| {
        let of_line = Some(line.of_line);
        Line { of_entry: Some(of), of_line, ..Line::new(line.item, line.qty, at) }
    };
    let lines = numbered(lines.iter().map(line).collect());
    Said { kind, refers_to: Some(of), lines, ..Said::default() }
}

fn moved(lines: &[MoveLine], at: Instant) -> Vec<Line> {
    lines.iter().map(|line| Line::new(line.item, line.qty, at)).collect()
}

fn numbered(mut lines: Vec<Line>) -> Vec<Line> {
    for (number, line) in (0..).zip(&mut lines) {
        line.line = number;
    }
    lines
}

impl Line {
    const fn new(item: StampedItem, qty: Qty, at: Instant) -> Self {
        Self {
            line: 0,
            item: item.id,
            holds_stock: matches!(item.kind, ItemKind::Inventory),
            default_cost: item.default_cost,
            qty: Some(qty),
            cost: None,
            at,
            of_entry: None,
            of_line: None,
            becomes: None,
        }
    }
}
