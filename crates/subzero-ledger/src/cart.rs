//! The cart: what a customer is about to buy, the oversell warning, and the sale it becomes.

use serde::{Deserialize, Serialize};

use crate::catalogue::{Denied, Item, QtyProblem, Tables};
use crate::entry::rights::Right;
use crate::entry::{Body, Entry, Header, ItemKind, LINES_MAX, Mode, OversellReason, Sale, SaleLine, TENDERS_MAX};
use crate::ids::{ItemId, ShopId};
use crate::ledger::Ledger;
use crate::money::{Amount, Price};
use crate::quantity::Qty;
use crate::stock::{Stamp, Stock};

mod discount;
mod payment;

pub use discount::{Discount, Percent, spread};
pub use payment::Payment;

/// What a customer is about to buy. A plain value: the shell keeps its draft.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Cart {
    lines: Vec<CartLine>,
    /// Off the whole cart, after what is taken off its lines.
    pub discount: Option<Discount>,
    /// What the cashier wrote on it.
    pub note: String,
}

/// One item in the cart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CartLine {
    /// Which item.
    pub item: ItemId,
    /// How much, above zero.
    pub qty: Qty,
    /// For how much a unit.
    pub price: Price,
    /// What is taken off.
    #[serde(default)]
    pub discount: Option<Discount>,
    /// Why it is sold although the till warned.
    pub oversold: Option<OversellReason>,
}

impl CartLine {
    /// Price × quantity, exact.
    pub fn full(&self) -> Amount {
        self.price.times(self.qty)
    }
}

/// What a cart comes to, line by line and in all. In whole coins, so that a receipt adds up.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Bill {
    /// What is taken off each line, its share of what is taken off the cart included.
    pub discounts: Vec<Amount>,
    /// What is paid for each line.
    pub lines: Vec<Amount>,
    /// What is taken off in all.
    pub discount: Amount,
    /// What is paid in all.
    pub total: Amount,
}

/// More of an item is in the cart than there is: summed over the cart's lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Oversell {
    /// Which item.
    pub item: ItemId,
    /// How much the whole cart holds.
    pub wanted: Qty,
    /// How much there is.
    pub on_hand: Qty,
}

/// Why a cart cannot change or become a sale.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CartError {
    /// There is nothing in it.
    #[error("the cart is empty")]
    Empty,
    /// It has as many lines as an entry may have.
    #[error("a sale has at most {LINES_MAX} lines")]
    TooManyLines,
    /// A quantity that cannot be.
    #[error(transparent)]
    Quantity(#[from] QtyProblem),
    /// An item that the catalogue does not have.
    #[error("this item is not in the catalogue")]
    UnknownItem,
    /// An item that is no longer sold.
    #[error("this item is archived: it is no longer sold")]
    Archived,
    /// Less money than the total.
    #[error("this is less than the total")]
    NotEnough,
    /// More on cards than the total: a card gives no change.
    #[error("this is more than the total: a card gives no change")]
    TooMuchOnCard,
    /// A payment of nothing, or with more decimals than the currency has.
    #[error("enter an amount as it can be paid")]
    Tender,
    /// More ways to pay than a sale may have.
    #[error("a sale is paid in at most {TENDERS_MAX} parts")]
    TooManyTenders,
    /// Far more cash than the total: a code scanned into the wrong field, a finger that stayed on a key.
    #[error("the cash is far more than the total: check it")]
    TooMuchCash,
    /// It holds more than there is, and whoever is signed in may not sell that.
    #[error("more than there is: {0}")]
    BelowZero(Denied),
    /// A sum outgrew its range.
    #[error("a figure is out of range")]
    OutOfRange,
}

impl Cart {
    /// The lines, in the order they were added.
    pub fn lines(&self) -> &[CartLine] {
        &self.lines
    }

    /// Whether there is nothing in it.
    pub fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    /// So much more of an item: one unit, or a pack whose code was scanned.
    pub fn add(&mut self, item: &Item, qty: Qty) -> Result<(), CartError> {
        if item.archived {
            return Err(CartError::Archived);
        }
        let had = self.qty_of(item.id);
        let wanted = had.checked_add(qty).ok_or(QtyProblem::OutOfRange)?;
        item.check(wanted)?;
        if had.is_zero() {
            if self.lines.len() >= LINES_MAX {
                return Err(CartError::TooManyLines);
            }
            let line = CartLine { item: item.id, qty, price: item.price, discount: None, oversold: None };
            self.lines.push(line);
        }
        self.set_qty(item, wanted)
    }

    /// Takes so much off an item's line; none takes nothing off.
    pub fn set_discount(&mut self, item: ItemId, discount: Option<Discount>) {
        for line in self.lines.iter_mut().filter(|line| line.item == item) {
            line.discount = discount;
        }
    }

    /// Exactly this much of an item that is in the cart.
    pub fn set_qty(&mut self, item: &Item, qty: Qty) -> Result<(), CartError> {
        item.check(qty)?;
        let line = self.lines.iter_mut().find(|line| line.item == item.id).ok_or(CartError::UnknownItem)?;
        line.qty = qty;
        Ok(())
    }

    /// Takes in what another cart holds.
    pub fn take_in(&mut self, other: &Self) {
        for line in &other.lines {
            match self.lines.iter_mut().find(|known| known.item == line.item) {
                Some(known) => known.qty = known.qty.checked_add(line.qty).unwrap_or(known.qty),
                None => self.lines.push(*line),
            }
        }
        self.discount = self.discount.or(other.discount);
        if self.note.is_empty() {
            self.note.clone_from(&other.note);
        }
    }

    /// Takes an item out.
    pub fn remove(&mut self, item: ItemId) {
        self.lines.retain(|line| line.item != item);
    }

    /// Notes why an item is sold although the till warned; none takes the note back.
    pub fn note_oversell(&mut self, item: ItemId, reason: Option<OversellReason>) {
        for line in self.lines.iter_mut().filter(|line| line.item == item) {
            line.oversold = reason;
        }
    }

    /// How much of an item the cart holds: an item is one line.
    pub fn qty_of(&self, item: ItemId) -> Qty {
        self.lines.iter().find(|line| line.item == item).map_or(Qty::ZERO, |line| line.qty)
    }

    /// What it comes to, in a currency with so many decimal places.
    pub fn bill(&self, places: u8) -> Result<Bill, CartError> {
        let of_lines: Vec<Amount> = self
            .lines
            .iter()
            .map(|line| line.discount.map_or(Amount::ZERO, |discount| discount.off(line.full(), places)))
            .collect();
        let net = |line: &CartLine, discount: &Amount| {
            line.full().checked_sub(*discount).map(|net| net.rounded(places)).ok_or(CartError::OutOfRange)
        };
        let nets = self.lines.iter().zip(&of_lines).map(|(line, off)| net(line, off)).collect::<Result<Vec<_>, _>>()?;
        let before = sum(&nets)?;
        let of_cart = self.discount.map_or(Amount::ZERO, |discount| discount.off(before, places));
        let shares = spread(of_cart, &nets, places).ok_or(CartError::OutOfRange)?;
        let mut bill = Bill::default();
        for ((line, of_line), share) in self.lines.iter().zip(of_lines).zip(shares) {
            let off = of_line.checked_add(share).ok_or(CartError::OutOfRange)?.min(line.full());
            bill.lines.push(net(line, &off)?);
            bill.discounts.push(off);
        }
        bill.discount = sum(&bill.discounts)?;
        bill.total = sum(&bill.lines)?;
        Ok(bill)
    }

    /// The items of which the cart holds more than there is, in the order they were added.
    pub fn oversells(&self, ledger: &Ledger, tables: &Tables, shop: ShopId) -> Vec<Oversell> {
        let oversell = |line: &CartLine| {
            let (item, wanted) = (line.item, line.qty);
            let on_hand = stocked(item, ledger, tables, shop)?;
            on_hand.checked_sub(wanted)?.is_negative().then_some(Oversell { item, wanted, on_hand })
        };
        self.lines.iter().filter_map(oversell).collect()
    }

    /// How much of an item there will be after this sale; none for what holds no stock.
    pub fn leaves(&self, item: ItemId, mode: Mode, ledger: &Ledger, tables: &Tables, shop: ShopId) -> Option<Qty> {
        let on_hand = stocked(item, ledger, tables, shop)?;
        let after = on_hand.checked_sub(self.qty_of(item))?;
        // L14: what is missing is added, so on hand falls no further than to nothing.
        Some(if mode == Mode::AutoAdd { after.max(on_hand.min(Qty::ZERO)) } else { after })
    }

    /// The sale this cart becomes, with its costs as this device knows them. Changes nothing.
    pub fn settle(
        &self,
        header: Header,
        receipt: String,
        payment: Payment,
        ledger: &Ledger,
        tables: &Tables,
    ) -> Result<Entry, CartError> {
        if self.lines.is_empty() {
            return Err(CartError::Empty);
        }
        let places = payment.places;
        let bill = self.bill(places)?;
        payment.change(bill.total)?;
        if header.mode == Mode::Allow && !self.oversells(ledger, tables, header.shop).is_empty() {
            tables.allow(&header, Right::BelowZero).map_err(CartError::BelowZero)?;
        }
        let stamped = self
            .lines
            .iter()
            .map(|line| Some((tables.items.get(&line.item)?.stamped(), line.qty)))
            .collect::<Option<Vec<_>>>()
            .ok_or(CartError::UnknownItem)?;
        let Header { mode, cost_control, at, .. } = header;
        let stamp = Stamp { mode, cost_control, default_cost: None, at };
        let costs = ledger.quote(header.shop, &stamped, stamp).map_err(|_| CartError::OutOfRange)?;
        let lines = self.lines.iter().zip(stamped).zip(bill.discounts).zip(costs);
        let lines = lines.map(|(((line, (item, qty)), discount), recorded_cost)| SaleLine {
            item,
            qty,
            price: line.price,
            discount,
            recorded_cost,
            oversold: line.oversold,
        });
        let (lines, note) = (lines.collect(), self.note.trim().to_owned());
        let sale = Sale { receipt, lines, tenders: payment.tenders, places, note };
        Ok(Entry { dseq: 0, header, body: Body::Sale(sale) })
    }
}

fn sum(amounts: &[Amount]) -> Result<Amount, CartError> {
    amounts.iter().try_fold(Amount::ZERO, |sum, amount| sum.checked_add(*amount).ok_or(CartError::OutOfRange))
}

/// How much there is of an item; none for what holds no stock. An item that is not in the catalogue does.
fn stocked(item: ItemId, ledger: &Ledger, tables: &Tables, shop: ShopId) -> Option<Qty> {
    let counted = tables.items.get(&item).is_none_or(|item| item.kind == ItemKind::Inventory);
    let converted = ledger.stock(item, shop).is_some_and(Stock::holds_no_stock);
    (counted && !converted).then(|| ledger.on_hand(item, shop))
}

/// So many hundredths, for tests.
#[cfg(test)]
fn pence(pence: i64) -> Amount {
    Amount::from_ten_millionths(i128::from(pence).saturating_mul(100_000))
}
