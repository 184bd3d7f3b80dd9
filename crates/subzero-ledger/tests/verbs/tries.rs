//! Anything that people may try, in any order.

use crate::business::*;
use proptest::prelude::*;
use subzero_ledger::documents::Documents;
use subzero_ledger::entry::{
    AdjustmentKind, Body, CountScope, Entry, Order, OrderLine, OrderStage, ReturnReason, TenderKind,
};
use subzero_ledger::ids::{CountListId, EntryId, ItemId, LineId, OrderId, ShopId, TransferId};
use subzero_ledger::instant::Instant;
use subzero_ledger::ledger::{Arrival, Ledger};
use subzero_ledger::money::UnitCost;
use subzero_ledger::quantity::Qty;
use subzero_ledger::stock::Stock;
use subzero_ledger::verbs::{AdjustWish, Delivery, ReceiveWish, RefundWish, SettleWay, refundable};

/// A thing somebody tries, with figures that are often wrong.
#[derive(Clone, Debug)]
enum Try {
    Receive(ItemId, u32),
    Sell(ItemId, u32),
    Refund(usize, u32),
    Void(usize),
    Reassign(usize, u16, ItemId, u32),
    Adjust(AdjustmentKind, ItemId, u32),
    SendBack(ItemId, u32),
    Send(u128, ItemId, u32),
    Settle(usize, SettleWay, u32),
    Order(u128, OrderStage, ItemId, u32),
    ReceiveOrder(u128, u32),
    Tally(ItemId, i64),
    Reconcile,
    Undo(usize),
}

fn tries() -> impl Strategy<Value = Vec<(ShopId, Try)>> {
    let item = || prop_oneof![Just(MUG), Just(CHEESE)];
    let kind = prop_oneof![Just(AdjustmentKind::Found), Just(AdjustmentKind::Damaged)];
    let way = prop_oneof![Just(SettleWay::Received), Just(SettleWay::Returned), Just(SettleWay::Lost)];
    let stage =
        prop_oneof![1 => Just(OrderStage::Draft), 3 => Just(OrderStage::Ordered), 1 => Just(OrderStage::Closed)];
    let attempt = prop_oneof![
        3 => (item(), 1_u32..6).prop_map(|(item, units)| Try::Receive(item, units)),
        4 => (item(), 1_u32..6).prop_map(|(item, units)| Try::Sell(item, units)),
        3 => (0_usize..40, 0_u32..4).prop_map(|(of, units)| Try::Refund(of, units)),
        1 => (0_usize..40).prop_map(Try::Void),
        3 => (0_usize..40, 0_u16..2, item(), 0_u32..4).prop_map(|(of, line, to, units)| Try::Reassign(of, line, to, units)),
        2 => (kind, item(), 0_u32..6).prop_map(|(kind, item, units)| Try::Adjust(kind, item, units)),
        1 => (item(), 0_u32..4).prop_map(|(item, units)| Try::SendBack(item, units)),
        2 => (1_u128..4, item(), 0_u32..6).prop_map(|(transfer, item, units)| Try::Send(transfer, item, units)),
        4 => (0_usize..40, way, 0_u32..5).prop_map(|(of, way, units)| Try::Settle(of, way, units)),
        2 => (1_u128..4, stage, item(), 1_u32..9).prop_map(|(order, stage, item, units)| Try::Order(order, stage, item, units)),
        2 => (1_u128..4, 1_u32..9).prop_map(|(order, units)| Try::ReceiveOrder(order, units)),
        2 => (item(), -3_i64..6).prop_map(|(item, units)| Try::Tally(item, units)),
        1 => Just(Try::Reconcile),
        2 => (0_usize..40).prop_map(Try::Undo),
    ];
    proptest::collection::vec((prop_oneof![Just(HIGH_STREET), Just(STATION)], attempt), 1..40)
}

const LIST: CountListId = CountListId::from_u128(1);

impl Business {
    /// Does it, if the desk lets it through.
    fn tries(&mut self, shop: ShopId, attempt: &Try) {
        let pick = |place: usize| self.recorded[place % self.recorded.len()].header.id;
        let cost = UnitCost::from_ten_thousandths(25_000);
        let done = match *attempt {
            Try::Receive(item, units) => {
                self.receives(shop, item, units);
                return;
            }
            Try::Sell(item, units) => {
                self.sells(shop, item, units, 199);
                return;
            }
            Try::Refund(of, units) => {
                let (of, wish) = (pick(of), RefundWish { line: 0, qty: Qty::from_units(units) });
                self.does(|desk| desk.refund("1-1-9".into(), of, &[wish], TenderKind::Card, ""), shop)
            }
            Try::Void(of) => {
                let of = pick(of);
                self.does(|desk| desk.void(of, ""), shop)
            }
            Try::Reassign(of, line, to, units) => {
                let (line, from) = (LineId { entry: pick(of), line }, pick(of));
                let both = |business: &Self| {
                    let sum = business.ledger.on_hand(MUG, shop).checked_add(business.ledger.on_hand(CHEESE, shop));
                    (sum, business.ledger.entry(from).map(|entry| entry.header.shop))
                };
                let before = both(self);
                let done = self.does(|desk| desk.reassign(line, to, Qty::from_units(units)), shop);
                assert_eq!(both(self), before, "what comes back of the one goes out of the other");
                done
            }
            Try::Adjust(kind, item, units) => {
                let wish = AdjustWish { item, qty: Qty::from_units(units), cost: None };
                let done = self.does(|desk| desk.adjust(kind, &[wish], ""), shop);
                if done.is_ok() && kind == AdjustmentKind::Damaged {
                    // L12. Only a count of an earlier moment that is reconciled later can still make it go short.
                    assert!(!self.ledger.on_hand(item, shop).is_negative(), "adjusted to below zero");
                }
                done
            }
            Try::SendBack(item, units) => {
                self.does(|desk| desk.send_back(None, ReturnReason::Expired, &[wanted(item, units)], ""), shop)
            }
            Try::Send(transfer, item, units) => {
                let to = if shop == HIGH_STREET { STATION } else { HIGH_STREET };
                let transfer = TransferId::from_u128(transfer);
                self.does(|desk| desk.send_transfer(transfer, "T", to, &[wanted(item, units)], ""), shop)
            }
            Try::Settle(of, way, units) => {
                let of = pick(of);
                self.does(|desk| desk.settle_transfer(of, way, &[(0, Qty::from_units(units))], ""), shop)
            }
            Try::Order(order, stage, item, units) => {
                let line = OrderLine::of(&self.catalogue.items[&item], 1, Qty::from_units(units));
                let (order, number, note) = (OrderId::from_u128(order), String::new(), String::new());
                let order = Order { order, number, vendor: None, stage, lines: vec![line], note };
                self.does(|desk| desk.save_order(order), shop)
            }
            Try::ReceiveOrder(order, units) => {
                let order = OrderId::from_u128(order);
                let known = self.documents.order(order).map(|known| known.lines[0].line.item.id);
                let wish =
                    ReceiveWish { of_line: Some(1), item: known.unwrap_or(MUG), qty: Qty::from_units(units), cost };
                let delivery = Delivery { order: Some(order), ..Delivery::default() };
                self.does(|desk| desk.receive(&delivery, &[wish]), shop)
            }
            Try::Tally(item, units) => {
                if self.documents.count(LIST).is_none() {
                    self.does(|desk| desk.begin_count(LIST, "All", CountScope::All), shop).unwrap();
                }
                self.does(|desk| desk.tally(LIST, item, Qty::from_thousandths(units * 1000)), shop)
            }
            Try::Reconcile => {
                let Some(preview) = self.documents.count(LIST).map(|view| view.preview(&self.ledger)) else { return };
                for (_, body) in self.desk(shop).reconcile(LIST, &preview, &[]).unwrap_or_default() {
                    let header = self.header(shop);
                    self.record(Entry { dseq: 0, header, body });
                }
                return;
            }
            Try::Undo(of) => {
                let of = pick(of);
                let done = self.does(|desk| desk.undo(of), shop);
                if done.is_ok() && self.recorded.last().is_some_and(|last| matches!(last.body, Body::Retraction(_))) {
                    self.is_as_if_it_had_not_been(of);
                }
                done
            }
        };
        // What is refused changes nothing: the entry was never recorded.
        drop(done);
    }

    /// What was taken back leaves nothing behind, neither of itself nor of its retraction.
    fn is_as_if_it_had_not_been(&self, retracted: EntryId) {
        let mut without = Ledger::default();
        let others = self.recorded.iter().filter(|entry| entry.header.id != retracted);
        without.extend(others.map(|entry| (entry.clone(), Arrival::Own { dseq: entry.dseq })));
        let stocks = |ledger: &Ledger| {
            let stocks = ledger.stocks().map(|(item, shop, stock)| (item, shop, stock.clone()));
            stocks.filter(|(_, _, stock)| *stock != Stock::default()).collect::<Vec<_>>()
        };
        assert_eq!(stocks(&self.ledger), stocks(&without));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, ..ProptestConfig::default() })]

    #[test]
    fn what_one_desk_lets_through_is_never_odd(tries in tries()) {
        let mut business = Business::new();
        for (shop, attempt) in &tries {
            business.tries(*shop, attempt);
        }
        let Business { ledger, documents, recorded, .. } = &business;
        prop_assert!(ledger.oddities().is_empty(), "{:?}", ledger.oddities());
        // What the papers say is left is what the ledger says is left.
        for send in documents.transfers().flat_map(|transfer| transfer.sends) {
            for (line, sent) in (0..).zip(&send.lines) {
                prop_assert_eq!(ledger.left_of(LineId { entry: send.header.id, line }), Some(sent.left()));
            }
        }
        for sale in recorded.iter().filter(|entry| matches!(entry.body, Body::Sale(_))) {
            for line in refundable(sale.header.id, ledger).unwrap() {
                let id = LineId { entry: sale.header.id, line: line.line };
                prop_assert_eq!(ledger.left_of(id), Some(line.left));
                prop_assert!(line.given_back <= line.paid);
            }
        }
    }

    #[test]
    fn papers_are_the_same_in_whatever_order_their_entries_arrive(tries in tries(), seed in any::<u64>()) {
        let mut business = Business::new();
        for (shop, attempt) in &tries {
            business.tries(*shop, attempt);
        }
        let mut shuffled = business.recorded.clone();
        let mut dice = seed | 1;
        for place in (1..shuffled.len()).rev() {
            dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            shuffled.swap(place, (dice >> 33) as usize % (place + 1));
        }
        let mut other = Documents::default();
        for entry in shuffled.iter().chain(&business.recorded) {
            other.insert(entry);
        }
        prop_assert_eq!(format!("{:?}", business.documents), format!("{other:?}"));
    }

    #[test]
    fn a_running_balance_ends_at_what_is_on_hand(tries in tries()) {
        let mut business = Business::new();
        for (shop, attempt) in &tries {
            business.tries(*shop, attempt);
        }
        for (item, shop, stock) in business.ledger.stocks() {
            let history = business.ledger.history(item, shop).unwrap();
            let last = history.running(shop).last().map_or(Qty::ZERO, |(_, _, on_hand)| on_hand);
            prop_assert_eq!(last, stock.on_hand());
            prop_assert_eq!(history.on_hand_at(shop, Instant::MAX), stock.on_hand());
            for (post, effect, _) in history.running(shop) {
                prop_assert_eq!(history.effect(post.position), Some(effect));
            }
        }
    }
}
