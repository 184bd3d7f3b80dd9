//! What entries of a random account say.

use subzero_ledger::entry::{
    Adjustment, AdjustmentKind, AdjustmentLine, Body, Conversion, Count, CountLine, Header, ItemKind, MoveLine, Order,
    OrderLine, OrderStage, Reassignment, Receipt, ReceiptLine, Refund, RefundLine, Retraction, ReturnLine,
    ReturnReason, Sale, SaleLine, StampedItem, TransferLoss, TransferReceive, TransferReturn, TransferSend,
    VendorReturn, Void,
};
use subzero_ledger::ids::{EntryId, ItemId, LineId, OrderId, ShopId, TransferId};
use subzero_ledger::instant::Instant;
use subzero_ledger::money::{Amount, Price};
use subzero_ledger::quantity::Qty;

use super::{Drawing, Drawn, MINUTE_MS, id, shop};

/// What later entries can refer to.
#[derive(Clone, Debug)]
pub struct Written {
    id: EntryId,
    shop: ShopId,
    what: What,
    /// Number, item and quantity of each line.
    lines: Vec<(u16, ItemId, Qty)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum What {
    Sale,
    /// The sale.
    Reassignment(EntryId),
    Send(ShopId),
    /// A receipt, an arrival, a return, a count, an adjustment, a conversion: what can be taken back.
    Undoable,
    Order(OrderId),
}

impl Drawing {
    /// What a register records, where there is what that needs.
    pub(super) fn draw_body(&mut self, header: Header) -> Drawn {
        let here = header.shop;
        match self.dice.below(100) {
            0..26 => Some(self.sale(header)),
            26..38 => Some(self.receipt(header)),
            38..48 => self.refund(header),
            48..52 => {
                let of = self.referred(|written| written.what == What::Sale)?.id;
                Some((here, Body::Void(Void { of, note: String::new() })))
            }
            52..57 => self.reassignment(header),
            57..63 => Some(self.order(header)),
            63..69 => self.send(header),
            69..78 => self.settle(header),
            78..83 => {
                let lines = self.moves();
                let (vendor, reason, note) = (None, ReturnReason::TooMany, String::new());
                self.remember(header, What::Undoable, &lines);
                Some((here, Body::VendorReturn(VendorReturn { vendor, reason, lines, note })))
            }
            83..90 => Some(self.count(header)),
            90..95 => Some(self.adjustment(header)),
            95..98 => {
                // Mostly what can be taken back; what cannot stands all the same.
                let any = self.dice.percent(20);
                let back = self.referred(|written| any || written.what == What::Undoable)?;
                // One that is said elsewhere takes nothing back.
                let shop = if self.dice.percent(90) { back.shop } else { here };
                Some((shop, Body::Retraction(Retraction { of: back.id })))
            }
            _ => {
                self.remember(header, What::Undoable, &[]);
                let item = self.item();
                let to = if self.dice.percent(60) { ItemKind::NonInventory } else { ItemKind::Inventory };
                Some((here, Body::Conversion(Conversion { item: self.stamp(item), to })))
            }
        }
    }

    /// A line of something before: now and then of nothing that there is.
    fn referred(&mut self, fits: impl Fn(&Written) -> bool) -> Option<Written> {
        let fitting: Vec<Written> = self.written.iter().filter(|written| fits(written)).cloned().collect();
        let mut found = self.dice.one_of(&fitting)?.clone();
        if self.dice.percent(2) {
            found.id = EntryId::from_u128(id(self.account, 9, self.dice.below(3)));
        }
        Some(found)
    }

    fn remember(&mut self, header: Header, what: What, lines: &[MoveLine]) {
        let lines = (0..).zip(lines).map(|(number, line)| (number, line.item.id, line.qty)).collect();
        self.written.push(Written { id: header.id, shop: header.shop, what, lines });
    }

    fn moves(&mut self) -> Vec<MoveLine> {
        let mut moves = Vec::new();
        for _ in 0..=self.dice.below(3) {
            let item = self.item();
            moves.push(MoveLine { item: self.stamp(item), qty: self.qty(item) });
        }
        moves
    }

    /// Some lines of what is referred to, each with how much of it: mostly no more than there is.
    fn part(&mut self, of: &Written) -> Vec<ReturnLine> {
        let mut part = Vec::new();
        for &(of_line, item, qty) in &of.lines {
            if !part.is_empty() && self.dice.percent(40) {
                continue;
            }
            let whole = self.known(item).decimals == 0;
            let (most, unit) = if whole { (qty.thousandths() / 1_000, 1_000) } else { (qty.thousandths(), 1) };
            let more = if self.dice.percent(10) { 3 } else { 0 };
            let qty = Qty::from_thousandths(self.dice.between(1, most.max(1) + more) * unit);
            let known = self.known(item);
            let of_line = if self.dice.percent(1) { 40 } else { of_line };
            part.push(ReturnLine { of_line, item: self.stamp(known), qty });
        }
        part
    }

    fn sale(&mut self, header: Header) -> (ShopId, Body) {
        let lines = self.moves();
        self.remember(header, What::Sale, &lines);
        let line = |line: &MoveLine| SaleLine {
            item: line.item,
            qty: line.qty,
            price: Price::ZERO,
            discount: Amount::ZERO,
            recorded_cost: Amount::ZERO,
            oversold: None,
        };
        let lines = lines.iter().map(line).collect();
        let sale = Sale { receipt: String::new(), lines, tenders: Vec::new(), places: 2, note: String::new() };
        (header.shop, Body::Sale(sale))
    }

    fn refund(&mut self, header: Header) -> Drawn {
        let sale =
            if self.dice.percent(80) { Some(self.referred(|written| written.what == What::Sale)?) } else { None };
        let (of, back, shop) = match sale {
            // Mostly where it was bought.
            Some(sale) if self.dice.percent(85) => (Some(sale.id), self.part(&sale), sale.shop),
            Some(sale) => (Some(sale.id), self.part(&sale), header.shop),
            None => {
                let lines =
                    self.moves().into_iter().map(|line| ReturnLine { of_line: 0, item: line.item, qty: line.qty });
                (None, lines.collect(), header.shop)
            }
        };
        let line =
            |ReturnLine { of_line, item, qty }: ReturnLine| RefundLine { of_line, item, qty, amount: Amount::ZERO };
        let lines = back.into_iter().map(line).collect();
        let refund = Refund { of, receipt: String::new(), lines, tenders: Vec::new(), note: String::new() };
        Some((shop, Body::Refund(refund)))
    }

    fn reassignment(&mut self, header: Header) -> Drawn {
        let moved = self.referred(|written| matches!(written.what, What::Sale | What::Reassignment(_)))?;
        let (line, item, qty) = self.dice.one_of(&moved.lines).copied()?;
        let of = if let What::Reassignment(sale) = moved.what { sale } else { moved.id };
        let (from, to) = (self.known(item), self.item());
        let (from, to): (StampedItem, StampedItem) = (self.stamp(from), self.stamp(to));
        let qty = if self.dice.percent(60) { qty } else { Qty::from_thousandths(1_000.min(qty.thousandths())) };
        self.written.push(Written {
            id: header.id,
            shop: moved.shop,
            what: What::Reassignment(of),
            lines: vec![(1, to.id, qty)],
        });
        let line = LineId { entry: moved.id, line };
        Some((moved.shop, Body::Reassignment(Reassignment { of, line, from, to, qty })))
    }

    fn order(&mut self, header: Header) -> (ShopId, Body) {
        let again = self.dice.percent(40);
        let known = if again { self.referred(|written| matches!(written.what, What::Order(_))) } else { None };
        let order = match known {
            Some(Written { what: What::Order(order), .. }) => order,
            _ => OrderId::from_u128(id(self.account, 3, self.entries.len() as u64)),
        };
        let stage = match self.dice.below(10) {
            0 => OrderStage::Draft,
            1 => OrderStage::Closed,
            2 => OrderStage::Cancelled,
            _ => OrderStage::Ordered,
        };
        let lines = self.moves();
        let mut written = Written { id: header.id, shop: header.shop, what: What::Order(order), lines: Vec::new() };
        let mut ordered = Vec::new();
        for (number, line) in (1..).zip(lines) {
            written.lines.push((number, line.item.id, line.qty));
            let (cost, vendor_code) = (self.cost(), String::new());
            ordered.push(OrderLine { number, item: line.item, qty: line.qty, cost, vendor_code });
        }
        self.written.push(written);
        let (number, note) = (String::new(), String::new());
        (header.shop, Body::Order(Order { order, number, vendor: None, stage, lines: ordered, note }))
    }

    fn receipt(&mut self, header: Header) -> (ShopId, Body) {
        let answers = self.dice.percent(40);
        let order = if answers { self.referred(|written| matches!(written.what, What::Order(_))) } else { None };
        let mut lines = Vec::new();
        let (paper, shop) = if let Some(written @ Written { what: What::Order(order), .. }) = &order {
            for line in self.part(written) {
                let of_line = Some(line.of_line).filter(|_| !self.dice.percent(10));
                lines.push(ReceiptLine { of_line, item: line.item, qty: line.qty, cost: self.cost() });
            }
            (Some(*order), written.shop)
        } else {
            for line in self.moves() {
                lines.push(ReceiptLine { of_line: None, item: line.item, qty: line.qty, cost: self.cost() });
            }
            (None, header.shop)
        };
        let came: Vec<MoveLine> = lines.iter().map(|line| MoveLine { item: line.item, qty: line.qty }).collect();
        self.remember(Header { shop, ..header }, What::Undoable, &came);
        let receipt = Receipt { order: paper, vendor: None, lines, reference: String::new() };
        (shop, Body::Receipt(receipt))
    }

    fn send(&mut self, header: Header) -> Drawn {
        let to = shop(self.dice.below(self.shops));
        if to == header.shop {
            return None;
        }
        let lines = self.moves();
        self.remember(header, What::Send(to), &lines);
        let transfer = TransferId::from_u128(id(self.account, 4, self.entries.len() as u64));
        let (number, note) = (String::new(), String::new());
        Some((header.shop, Body::TransferSend(TransferSend { transfer, number, to, lines, note })))
    }

    fn settle(&mut self, header: Header) -> Drawn {
        let sent = self.referred(|written| matches!(written.what, What::Send(_)))?;
        let What::Send(to) = sent.what else { return None };
        let (of, lines) = (sent.id, self.part(&sent));
        Some(match self.dice.below(9) {
            0..5 => {
                self.remember(Header { shop: to, ..header }, What::Undoable, &[]);
                (to, Body::TransferReceive(TransferReceive { of, lines }))
            }
            5..8 => (sent.shop, Body::TransferReturn(TransferReturn { of, lines })),
            _ => (sent.shop, Body::TransferLoss(TransferLoss { of, lines, note: String::new() })),
        })
    }

    fn count(&mut self, header: Header) -> (ShopId, Body) {
        let mut lines = Vec::new();
        for MoveLine { item, qty } in self.moves() {
            let counted = if self.dice.percent(30) { Qty::ZERO } else { qty };
            let ago = self.dice.between(0, 45) * MINUTE_MS;
            let at = Instant::from_unix_ms(header.at.unix_ms() - ago).unwrap_or(header.at);
            lines.push(CountLine { item, counted, at });
        }
        self.remember(header, What::Undoable, &[]);
        (header.shop, Body::Count(Count { list: None, lines }))
    }

    fn adjustment(&mut self, header: Header) -> (ShopId, Body) {
        let less = self.dice.percent(60);
        let mut lines = Vec::new();
        for MoveLine { item, qty } in self.moves() {
            let qty = if less { qty.negated() } else { qty };
            let cost = if self.dice.percent(50) { Some(self.cost()) } else { None };
            lines.push(AdjustmentLine { item, qty, cost });
        }
        let kind = if less { AdjustmentKind::Damaged } else { AdjustmentKind::Found };
        self.remember(header, What::Undoable, &[]);
        (header.shop, Body::Adjustment(Adjustment { kind, lines, note: String::new() }))
    }
}
