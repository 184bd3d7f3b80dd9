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
    by_code: BTreeMap<Code, BTreeSet<ItemId>>,
    text_by_name: BTreeMap<(Arc<str>, ItemId), Arc<str>>,
    folded_by_item: BTreeMap<ItemId, Folded>,
    /// By category and price; those of no category are like nothing.
    by_likeness: BTreeMap<String, BTreeMap<Price, BTreeSet<ItemId>>>,
}

impl ItemIndex {
    pub fn add(&mut self, item: &Item) {
        for code in codes(item) {
            self.by_code.entry(code).or_default().insert(item.id);
        }
        let folded = Folded { name: search::folded(&item.name).into(), text: text(item).into() };
        self.text_by_name.insert((Arc::clone(&folded.name), item.id), Arc::clone(&folded.text));
        self.folded_by_item.insert(item.id, folded);
        if !item.category.is_empty() {
            let of_category = self.by_likeness.entry(item.category.clone()).or_default();
            of_category.entry(item.price).or_default().insert(item.id);
        }
    }

    pub fn remove(&mut self, item: &Item) {
        for code in codes(item) {
            if let Some(items) = self.by_code.get_mut(&code) {
                items.remove(&item.id);
                if items.is_empty() {
                    self.by_code.remove(&code);
                }
            }
        }
        if let Some(folded) = self.folded_by_item.remove(&item.id) {
            self.text_by_name.remove(&(folded.name, item.id));
        }
        if let Some(of_category) = self.by_likeness.get_mut(&item.category) {
            let alike = of_category.entry(item.price).or_default();
            alike.remove(&item.id);
            if alike.is_empty() {
                of_category.remove(&item.price);
            }
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
        let alike = self.by_likeness.get(category).and_then(|of_category| of_category.get(&price));
        alike.into_iter().flatten().copied()
    }

    /// The items that a scanned or typed code may mean, the likeliest first.
    pub fn by_code(&self, code: &str) -> impl Iterator<Item = ItemId> {
        let code = code.trim();
        let meanings = [Some(Code::Barcode(code.to_owned())), Code::number(code), Code::sku(code)];
        meanings.into_iter().flatten().filter_map(|code| self.by_code.get(&code)).flatten().copied()
    }

    /// Items whose text holds every word, by name.
    pub fn search(&self, words: Vec<String>) -> impl Iterator<Item = ItemId> {
        let found = self.text_by_name.iter().filter(move |(_, text)| words.iter().all(|word| text.contains(word)));
        found.map(|((_, item), _)| *item)
    }

    pub fn sku_of_other(&self, sku: &str, item: ItemId) -> Option<ItemId> {
        self.other(&Code::sku(sku)?, item)
    }

    pub fn barcode_of_other(&self, barcode: &str, item: ItemId) -> Option<ItemId> {
        let as_it_is = self.other(&Code::Barcode(barcode.to_owned()), item);
        as_it_is.or_else(|| self.other(&Code::number(barcode)?, item))
    }

    fn other(&self, code: &Code, item: ItemId) -> Option<ItemId> {
        self.by_code.get(code)?.iter().copied().find(|other| *other != item)
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
