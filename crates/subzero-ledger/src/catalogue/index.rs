//! The items by what people type and scan, kept up to date change by change: it holds nothing that the items do not say.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::Item;
use crate::ids::ItemId;
use crate::money::Price;
use crate::search;

/// A code as it is looked up; in the order in which one is preferred to another.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Code {
    /// A barcode as it is.
    Barcode(String),
    /// A barcode of digits without its leading zeros: EAN-13 and UPC-A write the same number with and without them.
    Number(String),
    /// An SKU, whatever its case.
    Sku(String),
}

impl Code {
    fn number(barcode: &str) -> Option<Self> {
        let digits = barcode.trim_start_matches('0');
        let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
        is_number.then(|| Self::Number(digits.to_owned()))
    }

    fn sku(sku: &str) -> Option<Self> {
        let sku = sku.trim();
        (!sku.is_empty()).then(|| Self::Sku(sku.to_ascii_uppercase()))
    }
}

/// What an item is found and sorted by, folded once: a list of ten thousand is sorted while somebody waits.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Folded {
    name: Arc<str>,
    /// All that a search looks through.
    text: Arc<str>,
}

/// Items by code, by name with all that a search looks through, and by what makes them easily taken for each other.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct ItemIndex {
    /// In one tree, like those by price: a set of its own for each code would be a node of its own.
    by_code: BTreeSet<(Code, ItemId)>,
    text_by_name: BTreeMap<(Arc<str>, ItemId), Arc<str>>,
    folded_by_item: BTreeMap<ItemId, Folded>,
    /// By category and price; those of no category are like nothing.
    by_likeness: BTreeMap<String, BTreeSet<(Price, ItemId)>>,
}

impl ItemIndex {
    pub fn add(&mut self, item: &Item) {
        for code in codes(item) {
            self.by_code.insert((code, item.id));
        }
        let folded = Folded { name: search::folded(&item.name).into(), text: text(item).into() };
        self.text_by_name.insert((Arc::clone(&folded.name), item.id), Arc::clone(&folded.text));
        self.folded_by_item.insert(item.id, folded);
        if !item.category.is_empty() {
            self.by_likeness.entry(item.category.clone()).or_default().insert((item.price, item.id));
        }
    }

    pub fn remove(&mut self, item: &Item) {
        for code in codes(item) {
            self.by_code.remove(&(code, item.id));
        }
        if let Some(folded) = self.folded_by_item.remove(&item.id) {
            self.text_by_name.remove(&(folded.name, item.id));
        }
        if let Some(of_category) = self.by_likeness.get_mut(&item.category) {
            of_category.remove(&(item.price, item.id));
            if of_category.is_empty() {
                self.by_likeness.remove(&item.category);
            }
        }
    }

    /// An item's name, folded; none for one that is not in the catalogue.
    pub fn name(&self, item: ItemId) -> Option<&str> {
        self.folded_by_item.get(&item).map(|folded| &*folded.name)
    }

    /// All that a search looks through of an item; none for one that is not in the catalogue.
    pub fn text(&self, item: ItemId) -> Option<&str> {
        self.folded_by_item.get(&item).map(|folded| &*folded.text)
    }

    /// The categories of all items.
    pub fn categories(&self) -> impl Iterator<Item = &str> {
        self.by_likeness.keys().map(String::as_str)
    }

    /// The items of a category at a price.
    pub fn alike(&self, category: &str, price: Price) -> impl Iterator<Item = ItemId> {
        let of_price = (price, ItemId::from_u128(0))..=(price, ItemId::from_u128(u128::MAX));
        let alike = self.by_likeness.get(category).into_iter().flat_map(move |alike| alike.range(of_price.clone()));
        alike.map(|(_, item)| *item)
    }

    /// The items that a scanned or typed code may mean, the likeliest first.
    pub fn by_code(&self, code: &str) -> impl Iterator<Item = ItemId> {
        let code = code.trim();
        let meanings = [Some(Code::Barcode(code.to_owned())), Code::number(code), Code::sku(code)];
        meanings.into_iter().flatten().flat_map(|code| self.of_code(code))
    }

    /// Items whose text holds every word, by name.
    pub fn search(&self, words: Vec<String>) -> impl Iterator<Item = ItemId> {
        let found = self.text_by_name.iter().filter(move |(_, text)| words.iter().all(|word| text.contains(word)));
        found.map(|((_, item), _)| *item)
    }

    pub fn sku_of_other(&self, sku: &str, item: ItemId) -> Option<ItemId> {
        self.other(Code::sku(sku)?, item)
    }

    pub fn barcode_of_other(&self, barcode: &str, item: ItemId) -> Option<ItemId> {
        let as_it_is = self.other(Code::Barcode(barcode.to_owned()), item);
        as_it_is.or_else(|| self.other(Code::number(barcode)?, item))
    }

    fn of_code(&self, code: Code) -> impl Iterator<Item = ItemId> {
        let first = (code.clone(), ItemId::from_u128(0));
        self.by_code.range(first..=(code, ItemId::from_u128(u128::MAX))).map(|(_, item)| *item)
    }

    fn other(&self, code: Code, item: ItemId) -> Option<ItemId> {
        self.of_code(code).find(|other| *other != item)
    }
}

fn codes(item: &Item) -> Vec<Code> {
    let barcodes = item.barcodes.iter().map(|barcode| barcode.code.trim()).filter(|code| !code.is_empty());
    let both = barcodes.flat_map(|code| [Some(Code::Barcode(code.to_owned())), Code::number(code)]);
    both.chain([Code::sku(&item.sku)]).flatten().collect()
}

fn text(item: &Item) -> String {
    let mut text = search::folded(&item.name);
    for part in [&item.sku].into_iter().chain(item.barcodes.iter().map(|barcode| &barcode.code)) {
        text.push(' ');
        text.push_str(&search::folded(part));
    }
    text
}
