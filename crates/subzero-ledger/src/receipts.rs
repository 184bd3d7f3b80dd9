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
    // What is newest is mostly what is wanted: nothing further back is looked at than has to be.
    let until = ledger.newest_first().skip_while(|entry| wanted.until.is_some_and(|until| entry.header.at >= until));
    let within = until.take_while(|entry| wanted.from.is_none_or(|from| entry.header.at >= from));
    let receipts = within.filter(|entry| is_wanted(entry, wanted));
    let found = receipts.filter(|entry| words.is_empty() || is_found(entry, tables, &words));
    found.take(most).map(|entry| entry.header.id).collect()
}

fn is_wanted(entry: &Entry, wanted: &Wanted) -> bool {
    matches!(entry.body, Body::Sale(_) | Body::Refund(_)) && wanted.shop.is_none_or(|shop| shop == entry.header.shop)
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

/// No register writes so many receipts before another device hears of one: a number so far ahead is somebody's mischief, and nobody counts on from it.
const JUMP_MAX: u64 = 1_000_000;

/// How many receipts its register had written, this one included: the last part of its number.
pub fn running_number(entry: &Entry) -> Option<u64> {
    number(entry)?.rsplit('-').next()?.parse().ok()
}

/// How many receipts a register has written, of which there were so many before this entry of its.
pub fn count_on(before: u64, entry: &Entry) -> u64 {
    running_number(entry).filter(|running| running.saturating_sub(before) <= JUMP_MAX).unwrap_or_default().max(before)
}

fn items(entry: &Entry) -> Vec<ItemId> {
    let sold = entry.body.as_sale().into_iter().flat_map(|sale| &sale.lines).map(|line| line.item.id);
    let back = entry.body.as_refund().into_iter().flat_map(|refund| &refund.lines).map(|line| line.item.id);
    sold.chain(back).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entry::{CostControl, Header, Mode, Sale};
    use crate::ids::{DeviceId, EmployeeId, SessionId};

    fn sale(number: &str) -> Entry {
        let header = Header {
            id: EntryId::from_u128(1),
            shop: ShopId(1),
            device: DeviceId(2),
            employee: EmployeeId::from_u128(1),
            at: Instant::MIN,
            session: SessionId::from_u128(1),
            approved_by: None,
            import: None,
            mode: Mode::Allow,
            cost_control: CostControl::Default,
        };
        let (lines, tenders) = (Vec::new(), Vec::new());
        let sale = Sale { receipt: number.to_owned(), lines, tenders, places: 2, note: String::new() };
        Entry { dseq: 1, header, body: Body::Sale(sale) }
    }

    #[test]
    fn a_register_counts_on_from_its_receipts_and_from_no_number_that_is_far_ahead() {
        assert_eq!(count_on(0, &sale("1-2-7")), 7);
        assert_eq!(count_on(9, &sale("1-2-7")), 9, "an earlier one that arrives later");
        assert_eq!(count_on(999_999_998, &sale("1-2-999999999")), 999_999_999);
        for mischief in ["1-2-999999999", "1-2-18446744073709551615", "1-2-99999999999999999999", "1-2-x", ""] {
            assert_eq!(count_on(7, &sale(mischief)), 7, "{mischief}");
        }
    }
}
