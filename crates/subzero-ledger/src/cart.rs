//! The cart: what a customer is about to buy, the oversell warning, and the sale it becomes.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::catalogue::{Item, Tables};
use crate::entry::{Body, Entry, Header, ItemKind, LINES_MAX, OversellReason, Sale, SaleLine};
use crate::ids::{ItemId, ShopId};
use crate::ledger::Ledger;
use crate::money::{Amount, Price};
use crate::quantity::Qty;
use crate::stock::Stamp;

/// What a customer is about to buy. A plain value: the shell keeps its draft.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cart {
    lines: Vec<CartLine>,
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
    /// Why it is sold although the till warned.
    pub oversold: Option<OversellReason>,
}

impl CartLine {
    /// What the customer pays for it.
    pub fn amount(&self) -> Amount {
        self.price.times(self.qty)
    }
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
    /// How much there will be after this sale.
    pub after: Qty,
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
    /// A quantity that is zero, negative or too large.
    #[error("this quantity is out of range")]
    Quantity,
    /// More decimals than the item is sold in.
    #[error("this item is counted in steps of its last decimal only")]
    Decimals,
    /// An item that the catalogue does not have.
    #[error("this item is not in the catalogue")]
    UnknownItem,
    /// Less cash than the total.
    #[error("the cash is less than the total")]
    NotEnoughCash,
    /// Far more cash than the total: a code scanned into the wrong field, a finger that stayed on a key.
    #[error("the cash is far more than the total: check it")]
    TooMuchCash,
    /// A sum outgrew its range.
    #[error("a figure is out of range")]
    OutOfRange,
}

impl Item {
    /// Whether a line may have this quantity of it.
    pub fn check(&self, qty: Qty) -> Result<(), CartError> {
        if !qty.is_positive() || qty > Qty::LINE_MAX {
            return Err(CartError::Quantity);
        }
        let step = 10_i64.checked_pow(3_u32.saturating_sub(self.decimals.into())).unwrap_or(1);
        if qty.thousandths().checked_rem(step) != Some(0) {
            return Err(CartError::Decimals);
        }
        Ok(())
    }
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

    /// One more unit of an item.
    pub fn add(&mut self, item: &Item) -> Result<(), CartError> {
        let had = self.qty_of(item.id);
        let wanted = had.checked_add(Qty::ONE).ok_or(CartError::Quantity)?;
        if had.is_zero() {
            if self.lines.len() >= LINES_MAX {
                return Err(CartError::TooManyLines);
            }
            self.lines.push(CartLine { item: item.id, qty: Qty::ONE, price: item.price, oversold: None });
        }
        self.set_qty(item, wanted)
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

    /// How much of an item the whole cart holds.
    pub fn qty_of(&self, item: ItemId) -> Qty {
        let of_item = self.lines.iter().filter(|line| line.item == item);
        of_item.fold(Qty::ZERO, |sum, line| sum.checked_add(line.qty).unwrap_or(Qty::ON_HAND_MAX))
    }

    /// What the customer pays.
    pub fn total(&self) -> Result<Amount, CartError> {
        let amounts = self.lines.iter().map(CartLine::amount);
        amounts.into_iter().try_fold(Amount::ZERO, |sum, amount| sum.checked_add(amount).ok_or(CartError::OutOfRange))
    }

    /// The items of which the cart holds more than there is, in the order they were added.
    pub fn oversells(&self, ledger: &Ledger, tables: &Tables, shop: ShopId) -> Vec<Oversell> {
        let mut wanted_by_item: BTreeMap<ItemId, Qty> = BTreeMap::new();
        let mut order = Vec::new();
        for line in &self.lines {
            let counted = tables.items.get(&line.item).is_none_or(|item| item.kind == ItemKind::Inventory);
            let converted = ledger.stock(line.item, shop).is_some_and(crate::stock::Stock::holds_no_stock);
            if counted && !converted && wanted_by_item.insert(line.item, self.qty_of(line.item)).is_none() {
                order.push(line.item);
            }
        }
        let oversell = |item| {
            let (wanted, on_hand) = (*wanted_by_item.get(&item)?, ledger.on_hand(item, shop));
            let after = on_hand.checked_sub(wanted)?;
            after.is_negative().then_some(Oversell { item, wanted, on_hand, after })
        };
        order.into_iter().filter_map(oversell).collect()
    }

    /// The sale this cart becomes, with its costs as this device knows them. Changes nothing.
    pub fn settle(
        &self,
        header: Header,
        receipt: String,
        cash: Amount,
        ledger: &Ledger,
        tables: &Tables,
    ) -> Result<Entry, CartError> {
        if self.lines.is_empty() {
            return Err(CartError::Empty);
        }
        let total = self.total()?;
        if cash < total {
            return Err(CartError::NotEnoughCash);
        }
        if cash > most_cash(total) {
            return Err(CartError::TooMuchCash);
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
        let lines = self.lines.iter().zip(stamped).zip(costs).map(|((line, (item, qty)), recorded_cost)| SaleLine {
            item,
            qty,
            price: line.price,
            recorded_cost,
            oversold: line.oversold,
        });
        let sale = Sale { receipt, lines: lines.collect(), cash };
        Ok(Entry { dseq: 0, header, body: Body::Sale(sale) })
    }
}

/// More than anybody hands over for this total, in whatever currency: its largest note for its smallest price.
fn most_cash(total: Amount) -> Amount {
    Amount::from_ten_millionths(total.ten_millionths().saturating_mul(100).saturating_add(1_000 * 10_000_000))
}
