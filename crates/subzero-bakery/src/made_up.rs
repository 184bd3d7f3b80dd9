//! What the tickets do not say, made up: prices, costs, and deliveries of which some are entered late and some never.
//!
//! Every figure comes from a hash of the item's name and the day, so a run can be repeated. Nothing here pretends to be the
//! bakery's own.

use std::collections::BTreeMap;

use subzero_ledger::entry::ItemKind;
use subzero_ledger::entry::catalogue::{Barcode, ItemChange, ItemFields, VendorChange, VendorFields};
use subzero_ledger::ids::{ItemId, VendorId};
use subzero_ledger::instant::Instant;
use subzero_ledger::money::{Price, UnitCost};

use crate::tickets::Ticket;

const HOUR_MS: i64 = 3_600_000;
const DAY_MS: i64 = 24 * HOUR_MS;
/// Marks the ids of these items; the rest is the item's number.
const VENDOR: VendorId = VendorId::from_u128(0xba4e_0000_0000_7000_9000_0000_0000_0000);
const ITEM_IDS_FROM: u128 = 0xba4e_0000_0000_7000_8000_0000_0000_0000;
/// Of a thousand deliveries, how many are never entered.
const NEVER_PER_MILLE: u64 = 5;
/// Of a thousand deliveries, how many are entered the next noon, dated then.
const NEXT_DAY_PER_MILLE: u64 = 40;
/// Of a thousand deliveries, how many are entered in the evening, dated when they came.
const BACK_DATED_PER_MILLE: u64 = 60;

/// An item with its made-up figures.
#[derive(Clone, Debug)]
pub struct Good {
    /// Its id.
    pub id: ItemId,
    /// Its name, as on the tickets.
    pub name: String,
    /// Its made-up price.
    pub price: Price,
    /// What its vendor charges.
    pub cost: UnitCost,
    /// Its default cost: every eleventh item has none.
    pub default_cost: Option<UnitCost>,
}

/// A made-up delivery.
#[derive(Clone, Debug)]
pub struct Delivery {
    /// When it is entered.
    pub entered: Instant,
    /// What it is dated: when it is entered, or earlier.
    pub dated: Instant,
    /// Place in the list of goods and units.
    pub lines: Vec<(usize, u32)>,
}

/// The goods on the tickets, by name.
pub fn goods(tickets: &[Ticket]) -> Vec<Good> {
    let names: std::collections::BTreeSet<&String> = tickets.iter().flat_map(|ticket| &ticket.items).collect();
    let good = |(place, name): (usize, &String)| {
        let price = 80 + i64::from(below(name, 0, 50)) * 10; // 0.80 to 5.70
        let cost = price * (30 + i64::from(below(name, 1, 26))) / 100; // 30 to 55 %
        let cost = UnitCost::from_ten_thousandths(cost * 100);
        Good {
            id: ItemId::from_u128(ITEM_IDS_FROM + place as u128),
            name: name.clone(),
            price: Price::from_ten_thousandths(price * 100),
            cost,
            default_cost: (place % 11 != 10).then_some(cost),
        }
    };
    names.into_iter().enumerate().map(good).collect()
}

/// The change that creates the vendor of all of them.
pub fn vendor() -> VendorChange {
    let fields = VendorFields { name: Some("Made-up Bakehouse".to_owned()), ..VendorFields::default() };
    VendorChange { id: VENDOR, fields }
}

impl Good {
    /// The change that creates it.
    pub fn change(&self, number: usize) -> ItemChange {
        let fields = ItemFields {
            name: Some(self.name.clone()),
            sku: Some(format!("BAK-{:03}", number + 1)),
            barcodes: Some(vec![Barcode::single(ean13(200_000_000_000 + number as u64 + 1))]),
            price: Some(self.price),
            default_cost: Some(self.default_cost),
            category: Some("Bakery".to_owned()),
            vendor: Some(Some(VENDOR)),
            decimals: Some(0),
            kind: Some(ItemKind::Inventory),
            ..ItemFields::default()
        };
        ItemChange { id: self.id, fields }
    }
}

/// Every morning brings what the day will sell and up to three more of each item; some of it is entered late, or never.
pub fn deliveries(goods: &[Good], tickets: &[Ticket]) -> Vec<Delivery> {
    let place_by_name: BTreeMap<&str, usize> =
        goods.iter().enumerate().map(|(place, good)| (good.name.as_str(), place)).collect();
    let mut sold_by_day: BTreeMap<i64, BTreeMap<usize, u32>> = BTreeMap::new();
    for ticket in tickets {
        let sold = sold_by_day.entry(ticket.at.unix_ms().div_euclid(DAY_MS)).or_default();
        for place in ticket.items.iter().filter_map(|name| place_by_name.get(name.as_str())) {
            *sold.entry(*place).or_default() += 1;
        }
    }
    let mut left_over: BTreeMap<usize, u32> = BTreeMap::new();
    let mut deliveries = Vec::new();
    for (day, sold) in sold_by_day {
        let mut by_fate: BTreeMap<(i64, i64), Vec<(usize, u32)>> = BTreeMap::new();
        for (place, wanted) in sold {
            let left = left_over.entry(place).or_default();
            let Some(good) = goods.get(place) else { continue };
            let qty = (wanted + below(&good.name, day.unsigned_abs(), 4)).saturating_sub(*left);
            *left = *left + qty - wanted;
            if let Some(fate) = fate(&good.name, day).filter(|_| qty > 0) {
                by_fate.entry(fate).or_default().push((place, qty));
            }
        }
        let at = |ms| Instant::from_unix_ms(day * DAY_MS + ms).unwrap_or(Instant::MIN);
        let entered = by_fate.into_iter().map(|((entered, dated), lines)| Delivery {
            entered: at(entered),
            dated: at(dated),
            lines,
        });
        deliveries.extend(entered);
    }
    deliveries.sort_by_key(|delivery| delivery.entered);
    deliveries
}

/// When a delivery that came at half past midnight is entered and how it is dated, in milliseconds into its day; none for never.
fn fate(name: &str, day: i64) -> Option<(i64, i64)> {
    let came = HOUR_MS / 2;
    let drawn = hash(name, day.unsigned_abs() + 1_000_000) % 1000;
    if drawn < NEVER_PER_MILLE {
        None
    } else if drawn < NEVER_PER_MILLE + NEXT_DAY_PER_MILLE {
        Some((36 * HOUR_MS, 36 * HOUR_MS))
    } else if drawn < NEVER_PER_MILLE + NEXT_DAY_PER_MILLE + BACK_DATED_PER_MILLE {
        Some((DAY_MS - 1, came))
    } else {
        Some((came, came))
    }
}

fn below(name: &str, salt: u64, limit: u32) -> u32 {
    u32::try_from(hash(name, salt) % u64::from(limit)).unwrap_or_default()
}

/// FNV-1a over the name and the salt, stirred once: repeatable everywhere, and nothing more is asked of it.
fn hash(name: &str, salt: u64) -> u64 {
    let bytes = name.bytes().chain(salt.to_le_bytes());
    let hash =
        bytes.fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
    (hash ^ (hash >> 29)).wrapping_mul(0xbf58_476d_1ce4_e5b9) >> 17
}

/// Twelve digits with their check digit.
fn ean13(digits: u64) -> String {
    let text = format!("{digits:012}");
    let weighted =
        text.bytes().zip([1_u32, 3].into_iter().cycle()).map(|(byte, weight)| u32::from(byte - b'0') * weight);
    let check = (10 - weighted.sum::<u32>() % 10) % 10;
    format!("{text}{check}")
}

#[cfg(test)]
mod tests {
    use super::{deliveries, ean13, goods};
    use crate::tickets::{CSV, read};

    #[test]
    fn barcodes_have_their_check_digit() {
        assert_eq!(ean13(400_638_133_393), "4006381333931");
    }

    #[test]
    fn deliveries_are_repeatable_and_some_are_late() {
        let tickets = read(CSV).tickets;
        let goods = goods(&tickets);
        let deliveries = deliveries(&goods, &tickets);
        let late = deliveries.iter().filter(|delivery| delivery.dated < delivery.entered).count();
        assert!(late > 100, "{late} back-dated deliveries");
        assert!(deliveries.windows(2).all(|pair| pair[0].entered <= pair[1].entered));
    }
}
