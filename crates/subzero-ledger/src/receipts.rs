//! Finding the paper again: sales and refunds, newest first, by number, by item or by day.

use crate::catalogue::Tables;
use crate::entry::{Body, Entry};
use crate::ids::{EntryId, ItemId, ShopId};
use crate::instant::Instant;
use crate::ledger::Ledger;
use crate::search;

/// What somebody looks for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    /// A part of the receipt's number, or words of an item on it.
    pub text: String,
    /// Only of this shop.
    pub shop: Option<ShopId>,
    /// Not before this moment.
    pub from: Option<Instant>,
    /// Before this moment.
    pub until: Option<Instant>,
}

/// At most so many receipts that are wanted, newest first.
pub fn find(ledger: &Ledger, tables: &Tables, wanted: &Wanted, most: usize) -> Vec<EntryId> {
    let words: Vec<String> = wanted.text.split_whitespace().map(search::folded).collect();
    let mut found: Vec<(Instant, EntryId)> = ledger
        .entries()
        .filter(|(entry, _)| is_wanted(entry, wanted))
        .filter(|(entry, _)| words.is_empty() || is_found(entry, tables, &words))
        .map(|(entry, _)| (entry.header.at, entry.header.id))
        .collect();
    found.sort_unstable_by(|a, b| b.cmp(a));
    found.into_iter().take(most).map(|(_, id)| id).collect()
}

fn is_wanted(entry: &Entry, wanted: &Wanted) -> bool {
    let header = &entry.header;
    matches!(entry.body, Body::Sale(_) | Body::Refund(_))
        && wanted.shop.is_none_or(|shop| shop == header.shop)
        && wanted.from.is_none_or(|from| header.at >= from)
        && wanted.until.is_none_or(|until| header.at < until)
}

fn is_found(entry: &Entry, tables: &Tables, words: &[String]) -> bool {
    let number = number(entry).unwrap_or_default();
    let by_number = words.iter().all(|word| number.contains(word.as_str()));
    by_number || items(entry).into_iter().any(|item| tables.is_found_by(item, words))
}

/// The number of a receipt; none for what has no receipt.
pub fn number(entry: &Entry) -> Option<&str> {
    let sale = entry.body.as_sale().map(|sale| sale.receipt.as_str());
    sale.or_else(|| entry.body.as_refund().map(|refund| refund.receipt.as_str()))
}

/// Gives a receipt another number; what has no receipt stays as it is.
pub fn renumber(entry: &mut Entry, number: String) {
    if let Body::Sale(sale) = &mut entry.body {
        sale.receipt = number;
    } else if let Body::Refund(refund) = &mut entry.body {
        refund.receipt = number;
    }
}

/// No register writes so many receipts: a number beyond it is somebody's mischief, and nobody counts on from it.
const RUNNING_MAX: u64 = 1_000_000_000;

/// How many receipts its register had written, this one included: the last part of its number.
pub fn running_number(entry: &Entry) -> Option<u64> {
    let running = number(entry)?.rsplit('-').next()?.parse().ok();
    running.filter(|running| *running < RUNNING_MAX)
}

fn items(entry: &Entry) -> Vec<ItemId> {
    let sold = entry.body.as_sale().into_iter().flat_map(|sale| &sale.lines).map(|line| line.item.id);
    let back = entry.body.as_refund().into_iter().flat_map(|refund| &refund.lines).map(|line| line.item.id);
    sold.chain(back).collect()
}
