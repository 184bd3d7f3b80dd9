//! A small bakery's goods: what the demo account and practice begin with.
//!
//! Stock is low on purpose: a few sales and something is negative.

use crate::entry::catalogue::{Barcode, ItemChange, ItemFields, VendorChange, VendorFields};
use crate::entry::{ItemKind, Receipt, ReceiptLine, StampedItem};
use crate::ids::{ItemId, VendorId};
use crate::money::{Price, UnitCost};
use crate::quantity::Qty;

/// An item and its stock at the beginning.
#[derive(Clone, Copy, Debug)]
pub struct Good {
    /// Its name.
    pub name: &'static str,
    /// Its stock-keeping unit.
    pub sku: &'static str,
    /// Its barcode.
    pub barcode: &'static str,
    /// What one is sold for, in hundredths of the currency.
    pub price_pence: i64,
    /// What one is taken to cost, in hundredths of the currency.
    pub cost_pence: Option<i64>,
    /// Its category.
    pub category: &'static str,
    /// Whom it is bought from; empty for what is bought from nobody.
    pub vendor: &'static str,
    /// How many decimals its quantity has.
    pub decimals: u8,
    /// Whether it holds stock.
    pub kind: ItemKind,
    /// Units in the first shop.
    pub in_first: u32,
    /// Units in the second shop.
    pub in_second: u32,
}

/// The mug, of which the first shop has 2.
pub const MUG: ItemId = ItemId::from_u128(12);

const STOCKED: ItemKind = ItemKind::Inventory;
const MILL: &str = "Mill Lane Flour";
const DAIRY: &str = "Hill Farm Dairy";
const WHOLESALE: &str = "Harbour Wholesale";
const HARVEST: &str = "Harvest Preserves";
const VENDORS: [&str; 4] = [MILL, DAIRY, WHOLESALE, HARVEST];

/// All of them; the place in the list, from 1, is the item's number.
#[rustfmt::skip]
pub const GOODS: [Good; 13] = [
    Good { name: "Sourdough loaf", sku: "BRD-01", barcode: "5019901079195", price_pence: 420, cost_pence: Some(155), category: "Bread", vendor: MILL, decimals: 0, kind: STOCKED, in_first: 8, in_second: 4 },
    Good { name: "Wholemeal loaf", sku: "BRD-02", barcode: "5019902158387", price_pence: 360, cost_pence: Some(130), category: "Bread", vendor: MILL, decimals: 0, kind: STOCKED, in_first: 6, in_second: 3 },
    Good { name: "Croissant", sku: "PAS-01", barcode: "5019903237579", price_pence: 210, cost_pence: Some(62), category: "Pastry", vendor: MILL, decimals: 0, kind: STOCKED, in_first: 12, in_second: 10 },
    Good { name: "Cinnamon bun", sku: "PAS-02", barcode: "5019904316761", price_pence: 285, cost_pence: Some(80), category: "Pastry", vendor: MILL, decimals: 0, kind: STOCKED, in_first: 5, in_second: 4 },
    Good { name: "Cheese scone", sku: "PAS-03", barcode: "5019905395956", price_pence: 240, cost_pence: Some(75), category: "Pastry", vendor: MILL, decimals: 0, kind: STOCKED, in_first: 4, in_second: 0 },
    Good { name: "Birthday cake", sku: "CAK-01", barcode: "5019906475145", price_pence: 2850, cost_pence: Some(940), category: "Cake", vendor: MILL, decimals: 0, kind: STOCKED, in_first: 1, in_second: 0 },
    Good { name: "Coffee beans 250 g", sku: "GRO-01", barcode: "5019907554337", price_pence: 895, cost_pence: Some(480), category: "Grocery", vendor: WHOLESALE, decimals: 0, kind: STOCKED, in_first: 6, in_second: 2 },
    Good { name: "Oat milk 1 l", sku: "GRO-02", barcode: "5019908633529", price_pence: 220, cost_pence: Some(128), category: "Grocery", vendor: WHOLESALE, decimals: 0, kind: STOCKED, in_first: 6, in_second: 6 },
    Good { name: "Strawberry jam", sku: "GRO-03", barcode: "5019909712711", price_pence: 395, cost_pence: Some(190), category: "Grocery", vendor: HARVEST, decimals: 0, kind: STOCKED, in_first: 3, in_second: 2 },
    Good { name: "Cheddar, loose (kg)", sku: "DRY-01", barcode: "5019910791903", price_pence: 1480, cost_pence: Some(820), category: "Dairy", vendor: DAIRY, decimals: 3, kind: STOCKED, in_first: 2, in_second: 1 },
    Good { name: "Salted butter 250 g", sku: "DRY-02", barcode: "5019911871093", price_pence: 275, cost_pence: None, category: "Dairy", vendor: DAIRY, decimals: 0, kind: STOCKED, in_first: 4, in_second: 2 },
    Good { name: "Bakery mug", sku: "GFT-01", barcode: "5019912950285", price_pence: 950, cost_pence: Some(310), category: "Gifts", vendor: WHOLESALE, decimals: 0, kind: STOCKED, in_first: 2, in_second: 1 },
    Good { name: "Gift wrapping", sku: "SRV-01", barcode: "5019913029478", price_pence: 150, cost_pence: None, category: "Services", vendor: "", decimals: 0, kind: ItemKind::NonInventory, in_first: 0, in_second: 0 },
];

/// Them, to be created.
pub fn items() -> Vec<ItemChange> {
    numbered().map(|(id, good)| ItemChange { id, fields: good.fields() }).collect()
}

/// Whom they are bought from, to be created.
pub fn vendors() -> Vec<VendorChange> {
    let vendor = |(number, name): (u128, &str)| {
        let fields = VendorFields { name: Some(name.to_owned()), ..VendorFields::default() };
        VendorChange { id: VendorId::from_u128(number), fields }
    };
    (1..).zip(VENDORS).map(vendor).collect()
}

/// The vendor of that name; none of no name.
pub fn vendor(name: &str) -> Option<VendorId> {
    (1..).zip(VENDORS).find(|(_, known)| *known == name).map(|(number, _)| VendorId::from_u128(number))
}

/// A delivery with as many of each as `delivered` says.
pub fn opening_stock(delivered: impl Fn(&Good) -> u32) -> Receipt {
    let line = |(id, good): (ItemId, &Good)| {
        let qty = Qty::from_units(delivered(good));
        // What has no default cost came in at half its price.
        let cost = good.default_cost().unwrap_or(UnitCost::from_ten_thousandths(good.price_pence.saturating_mul(50)));
        qty.is_positive().then(|| ReceiptLine { of_line: None, item: good.stamped(id), qty, cost })
    };
    let lines = numbered().filter_map(line).collect();
    Receipt { order: None, vendor: None, lines, reference: "Opening stock".to_owned() }
}

fn numbered() -> impl Iterator<Item = (ItemId, &'static Good)> {
    (1..).zip(&GOODS).map(|(number, good)| (ItemId::from_u128(number), good))
}

impl Good {
    /// The one with that number.
    pub fn with_id(id: ItemId) -> Option<&'static Self> {
        numbered().find(|(number, _)| *number == id).map(|(_, good)| good)
    }

    /// What a line of an entry says of it.
    pub fn stamped(&self, id: ItemId) -> StampedItem {
        StampedItem { id, default_cost: self.default_cost(), kind: self.kind }
    }

    fn default_cost(&self) -> Option<UnitCost> {
        self.cost_pence.map(|pence| UnitCost::from_ten_thousandths(pence.saturating_mul(100)))
    }

    fn fields(&self) -> ItemFields {
        ItemFields {
            name: Some(self.name.to_owned()),
            sku: Some(self.sku.to_owned()),
            barcodes: Some(vec![Barcode::single(self.barcode)]),
            price: Some(Price::from_ten_thousandths(self.price_pence.saturating_mul(100))),
            default_cost: self.default_cost().map(Some),
            category: Some(self.category.to_owned()),
            vendor: vendor(self.vendor).map(Some),
            decimals: Some(self.decimals),
            kind: Some(self.kind),
            ..ItemFields::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_barcode_scans() {
        for good in &GOODS {
            let digits: Vec<u32> = good.barcode.chars().map(|digit| digit.to_digit(10).unwrap()).collect();
            assert_eq!(digits.len(), 13, "{}", good.name);
            let sum: u32 = digits.iter().zip([1, 3].iter().cycle()).map(|(digit, weight)| digit * weight).sum();
            assert_eq!(sum % 10, 0, "{}", good.name);
        }
    }

    #[test]
    fn the_mug_is_the_mug() {
        let mug = Good::with_id(MUG).unwrap();
        assert_eq!((mug.name, mug.in_first), ("Bakery mug", 2));
    }
}
