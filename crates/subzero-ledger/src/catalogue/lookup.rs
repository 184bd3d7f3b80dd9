//! Finding items by what people type and scan.

use std::collections::BTreeSet;

use super::{Item, Tables};
use crate::ids::ItemId;
use crate::quantity::Qty;
use crate::search;

/// The fewest digits that may be a known item's code wherever they are typed: UPC-E without its leading zero has them.
const CODE_DIGITS_MIN: usize = 6;
/// From so many digits on, a whole number is a code even if no item has it: nobody types ten million as a quantity.
const STRANGE_CODE_DIGITS_MIN: usize = 8;

/// Whether a text looks like a code that a scanner typed.
pub fn looks_scanned(text: &str) -> bool {
    text.len() >= CODE_DIGITS_MIN && text.bytes().all(|letter| letter.is_ascii_digit())
}

/// What a field for a figure holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Typed<'t> {
    /// What may be a figure.
    Figure(&'t str),
    /// An item's code.
    Scan {
        /// What it means.
        scanned: Scanned,
        /// What was in the field before it was scanned.
        before: &'t str,
    },
    /// A code that no item has.
    StrangeCode(&'t str),
}

/// An item whose code was scanned, with how many units the code stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scanned {
    /// The item.
    pub item: ItemId,
    /// One unit, or the size of the pack whose code it was.
    pub pack: Qty,
}

/// Whether items that are no longer sold are looked through too.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Archived {
    /// Only what is sold.
    Without,
    /// All items there ever were.
    With,
}

impl Tables {
    /// What a scanned or typed code means: a barcode as it is, then without its leading zeros (EAN-13 and UPC-A write the same number with
    /// and without them), then an SKU in any case. An item that is still sold goes before one that is not.
    pub fn by_code(&self, code: &str) -> Option<Scanned> {
        let mut found = self.index.by_code(code).filter_map(|id| self.items.get(&id)).peekable();
        let first = found.peek().copied();
        let item = found.find(|item| !item.archived).or(first)?;
        Some(Scanned { item: item.id, pack: item.pack_of(code.trim()) })
    }

    /// What a field for a figure holds after somebody typed in it, or scanned, or typed and then scanned.
    pub fn typed<'t>(&self, text: &'t str) -> Typed<'t> {
        let text = text.trim();
        // A scanner types after what was there: the longest code wins.
        for (at, _) in text.char_indices() {
            let (before, code) = text.split_at(at);
            if looks_scanned(code)
                && let Some(scanned) = self.by_code(code)
            {
                return Typed::Scan { scanned, before };
            }
        }
        let is_strange_code = text.len() >= STRANGE_CODE_DIGITS_MIN && looks_scanned(text);
        if is_strange_code { Typed::StrangeCode(text) } else { Typed::Figure(text) }
    }

    /// Items whose name, SKU or a barcode holds every word of `text`, whatever the accents and the case; by name. Lazy: whoever shows
    /// sixty of fifty thousand takes sixty.
    pub fn search(&self, text: &str, archived: Archived) -> impl Iterator<Item = &Item> {
        let words: Vec<String> = text.split_whitespace().map(search::folded).collect();
        let found = self.index.search(words).filter_map(|id| self.items.get(&id));
        found.filter(move |item| archived == Archived::With || !item.archived)
    }

    /// The categories that items are in, by name.
    pub fn categories(&self) -> Vec<String> {
        let named = self.items.values().filter(|item| !item.archived && !item.category.is_empty());
        let categories: BTreeSet<&String> = named.map(|item| &item.category).collect();
        categories.into_iter().cloned().collect()
    }

    /// The categories that items are in, also those that are no longer sold, by name.
    pub fn all_categories(&self) -> impl Iterator<Item = &str> {
        self.index.categories()
    }

    /// Whether an item holds every one of these folded words; one that is not in the catalogue holds none.
    pub fn is_found_by(&self, item: ItemId, words: &[String]) -> bool {
        let text = self.index.text(item).unwrap_or_default();
        words.iter().all(|word| text.contains(word))
    }

    /// An item's name as names are sorted: no case, no accents. Empty for one that is not in the catalogue.
    pub fn folded_name(&self, item: ItemId) -> &str {
        self.index.name(item).unwrap_or_default()
    }

    /// The other items that are easily taken for one: those of its category at its price.
    pub fn look_alikes(&self, item: ItemId) -> impl Iterator<Item = &Item> {
        let of = self.items.get(&item);
        let alike = of.into_iter().flat_map(|of| self.index.alike(&of.category, of.price));
        alike.filter(move |other| *other != item).filter_map(|other| self.items.get(&other))
    }
}

impl Item {
    /// How many units one of its codes stands for.
    fn pack_of(&self, code: &str) -> Qty {
        let bare = |code: &str| code.trim_start_matches('0').to_owned();
        let exact = self.barcodes.iter().find(|barcode| barcode.code == code);
        let of_code = exact.or_else(|| self.barcodes.iter().find(|barcode| bare(&barcode.code) == bare(code)));
        of_code.map_or(Qty::ONE, |barcode| barcode.pack)
    }
}
