//! One item of the catalogue, and what keeps a change of it from being saved.

use crate::entry::catalogue::{Barcode, ItemFields};
use crate::entry::{BARCODES_MAX, ItemKind, StampedItem, TEXT_BYTES_MAX};
use crate::ids::{ItemId, VendorId};
use crate::money::{Price, UnitCost};
use crate::quantity::Qty;

use super::{Tables, replace};

/// What is sold and counted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// Its identity.
    pub id: ItemId,
    /// What people call it.
    pub name: String,
    /// Its stock-keeping unit.
    pub sku: String,
    /// All its barcodes.
    pub barcodes: Vec<Barcode>,
    /// What one unit is sold for.
    pub price: Price,
    /// What one unit is taken to cost.
    pub default_cost: Option<UnitCost>,
    /// Its category.
    pub category: String,
    /// Whom it is bought from.
    pub vendor: Option<VendorId>,
    /// What that vendor calls it.
    pub vendor_code: String,
    /// How many decimals its quantity may have.
    pub decimals: u8,
    /// Whether it holds stock.
    pub kind: ItemKind,
    /// Below how much it is to be ordered again.
    pub reorder_point: Option<Qty>,
    /// Whether it is no longer sold.
    pub archived: bool,
}

/// Why a change of an item is not saved.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ItemProblem {
    /// It would have no name.
    #[error("an item needs a name")]
    NoName,
    /// Another item has that SKU.
    #[error("{other} has the SKU {sku}")]
    Sku {
        /// The SKU.
        sku: String,
        /// The other item's name.
        other: String,
    },
    /// Another item has that barcode.
    #[error("{other} has the barcode {code}")]
    Barcode {
        /// The barcode.
        code: String,
        /// The other item's name.
        other: String,
    },
    /// It would have one barcode twice.
    #[error("the barcode {code} is there twice")]
    BarcodeTwice {
        /// The barcode.
        code: String,
    },
    /// A pack that its quantity cannot be.
    #[error("the pack of the barcode {code}: {problem}")]
    Pack {
        /// The barcode.
        code: String,
        /// What is wrong with the pack.
        problem: QtyProblem,
    },
    /// More barcodes than an item may have.
    #[error("at most {BARCODES_MAX} barcodes")]
    TooManyBarcodes,
    /// A price out of range.
    #[error("enter a price from 0 to a billion")]
    Price,
    /// A cost out of range.
    #[error("enter a cost from 0 to a billion")]
    Cost,
    /// More decimals than a quantity has.
    #[error("an item is sold with 0 to 3 decimals")]
    Decimals,
    /// A reorder point that its quantity cannot be.
    #[error("reorder point: {0}")]
    ReorderPoint(QtyProblem),
    /// A text longer than an entry holds.
    #[error("a text is too long")]
    TextTooLong,
}

impl Item {
    /// An item of which nothing is known yet.
    pub fn new(id: ItemId) -> Self {
        Self {
            id,
            name: String::new(),
            sku: String::new(),
            barcodes: Vec::new(),
            price: Price::ZERO,
            default_cost: None,
            category: String::new(),
            vendor: None,
            vendor_code: String::new(),
            decimals: 0,
            kind: ItemKind::Inventory,
            reorder_point: None,
            archived: false,
        }
    }

    /// What an entry records of it.
    pub const fn stamped(&self) -> StampedItem {
        StampedItem { id: self.id, default_cost: self.default_cost, kind: self.kind }
    }

    /// Takes changed fields over.
    pub fn change(&mut self, fields: ItemFields) {
        replace(&mut self.name, fields.name);
        replace(&mut self.sku, fields.sku);
        replace(&mut self.barcodes, fields.barcodes);
        replace(&mut self.price, fields.price);
        replace(&mut self.default_cost, fields.default_cost);
        replace(&mut self.category, fields.category);
        replace(&mut self.vendor, fields.vendor);
        replace(&mut self.vendor_code, fields.vendor_code);
        replace(&mut self.decimals, fields.decimals);
        replace(&mut self.kind, fields.kind);
        replace(&mut self.reorder_point, fields.reorder_point);
        replace(&mut self.archived, fields.archived);
    }

    /// The fields in which `self` differs from what it was: what somebody else changes meanwhile stays theirs.
    pub fn changes_since(&self, before: &Self) -> ItemFields {
        fn changed<T: Clone + PartialEq>(now: &T, before: &T) -> Option<T> {
            (now != before).then(|| now.clone())
        }
        ItemFields {
            name: changed(&self.name, &before.name),
            sku: changed(&self.sku, &before.sku),
            barcodes: changed(&self.barcodes, &before.barcodes),
            price: changed(&self.price, &before.price),
            default_cost: changed(&self.default_cost, &before.default_cost),
            category: changed(&self.category, &before.category),
            vendor: changed(&self.vendor, &before.vendor),
            vendor_code: changed(&self.vendor_code, &before.vendor_code),
            decimals: changed(&self.decimals, &before.decimals),
            kind: changed(&self.kind, &before.kind),
            reorder_point: changed(&self.reorder_point, &before.reorder_point),
            archived: changed(&self.archived, &before.archived),
        }
    }
}

/// Why a line cannot have a quantity of an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum QtyProblem {
    /// It is zero, negative or too large.
    #[error("enter a quantity above 0 and up to a billion")]
    OutOfRange,
    /// More decimals than the item is sold in.
    #[error("{}", if *decimals == 0 { "this item is sold in whole units only".to_owned() } else { format!("this item is sold with {decimals} decimals at most") })]
    Decimals {
        /// How many it is sold in.
        decimals: u8,
    },
}

impl Item {
    /// Whether a line may have this quantity of it.
    pub fn check(&self, qty: Qty) -> Result<(), QtyProblem> {
        if !qty.is_positive() || qty > Qty::LINE_MAX {
            return Err(QtyProblem::OutOfRange);
        }
        if qty.thousandths().checked_rem(self.step()) != Some(0) {
            return Err(QtyProblem::Decimals { decimals: self.decimals });
        }
        Ok(())
    }

    /// How much of an on hand can be sold: nothing of what is below zero, and nothing finer than the item is sold in.
    pub fn sellable(&self, on_hand: Qty) -> Qty {
        let steps = on_hand.or_zero().thousandths().checked_div(self.step()).unwrap_or(0);
        Qty::from_thousandths(steps.saturating_mul(self.step()))
    }

    /// Thousandths in the least that it is sold in.
    fn step(&self) -> i64 {
        10_i64.checked_pow(3_u32.saturating_sub(self.decimals.into())).unwrap_or(1)
    }
}

impl Item {
    /// What an entry could not hold of it.
    fn out_of_range(&self) -> Vec<ItemProblem> {
        let texts = [&self.name, &self.sku, &self.category, &self.vendor_code].into_iter();
        let mut texts = texts.chain(self.barcodes.iter().map(|barcode| &barcode.code));
        let one = [
            (self.decimals > 3).then_some(ItemProblem::Decimals),
            (!self.price.is_in_range()).then_some(ItemProblem::Price),
            self.default_cost.is_some_and(|cost| !cost.is_in_range()).then_some(ItemProblem::Cost),
            (self.barcodes.len() > BARCODES_MAX).then_some(ItemProblem::TooManyBarcodes),
            texts.any(|text| text.len() > TEXT_BYTES_MAX).then_some(ItemProblem::TextTooLong),
        ];
        let point = self.reorder_point.filter(|point| !point.is_zero());
        let point = point.and_then(|point| self.check(point).err()).map(ItemProblem::ReorderPoint);
        let pack = |barcode: &Barcode| {
            let code = barcode.code.clone();
            self.check(barcode.pack).err().map(|problem| ItemProblem::Pack { code, problem })
        };
        one.into_iter().flatten().chain(point).chain(self.barcodes.iter().filter_map(pack)).collect()
    }
}

impl Tables {
    /// Everything that keeps an item from being saved as it is. Items that are archived keep their codes: they may come back.
    pub fn problems(&self, item: &Item) -> Vec<ItemProblem> {
        let mut problems = Vec::new();
        if item.name.trim().is_empty() {
            problems.push(ItemProblem::NoName);
        }
        let other = |found: Option<ItemId>| found.and_then(|id| self.items.get(&id)).map(|other| other.name.clone());
        if let Some(other) = other(self.index.sku_of_other(&item.sku, item.id)) {
            problems.push(ItemProblem::Sku { sku: item.sku.clone(), other });
        }
        problems.extend(item.out_of_range());
        for (place, Barcode { code, .. }) in item.barcodes.iter().enumerate() {
            if item.barcodes.iter().take(place).any(|before| before.code == *code) {
                problems.push(ItemProblem::BarcodeTwice { code: code.clone() });
            } else if let Some(other) = other(self.index.barcode_of_other(code, item.id)) {
                problems.push(ItemProblem::Barcode { code: code.clone(), other });
            }
        }
        problems
    }
}
