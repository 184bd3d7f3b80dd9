//! Every place in the page as a value, and its address: the one table from which links are made and addresses read.

use subzero_ledger::ids::{EntryId, ItemId, LineId};
use subzero_ledger::quantity::Qty;

/// A place in the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Route {
    /// The till.
    Sell,
    /// All receipts.
    Receipts,
    /// One receipt.
    Receipt(EntryId),
    /// Refunding lines of a sale.
    Refund(EntryId),
    /// Taking items back without their receipt.
    RefundWithoutReceipt,
    /// Everything that changes stock.
    Stock,
    /// Adjusting by hand.
    Adjust,
    /// Every adjustment there ever was.
    InventoryChanges,
    /// Receiving, with an item to begin with.
    Receive(Option<(ItemId, Qty)>),
    /// All items.
    Items,
    /// One item.
    Item(ItemId),
    /// The negative inventory report.
    NegativeInventory,
    /// One entry, with one of its lines marked.
    Entry(EntryId, Option<u16>),
    /// Settings.
    Settings,
    /// Settings → Optional modules → Negative inventory.
    NegativeInventoryModule,
    /// What was not sent yet, and what needs attention.
    SyncStatus,
}

impl Route {
    /// The address.
    pub fn path(self) -> String {
        match self {
            Self::Sell => "/sell".to_owned(),
            Self::Receipts => "/receipts".to_owned(),
            Self::Receipt(entry) => format!("/receipts/{entry}"),
            Self::Refund(entry) => format!("/receipts/{entry}/refund"),
            Self::RefundWithoutReceipt => "/receipts/refund".to_owned(),
            Self::Stock => "/stock".to_owned(),
            Self::Adjust => "/stock/adjust".to_owned(),
            Self::InventoryChanges => "/reports/inventory-changes".to_owned(),
            Self::Receive(None) => "/receive".to_owned(),
            Self::Receive(Some((item, qty))) => format!("/receive?item={item}&qty={qty}"),
            Self::Items => "/items".to_owned(),
            Self::Item(item) => format!("/items/{item}"),
            Self::NegativeInventory => "/reports/negative-inventory".to_owned(),
            Self::Entry(entry, None) => format!("/entries/{entry}"),
            Self::Entry(entry, Some(line)) => format!("/entries/{entry}?line={line}"),
            Self::Settings => "/settings".to_owned(),
            Self::NegativeInventoryModule => "/settings/modules/negative-inventory".to_owned(),
            Self::SyncStatus => "/sync".to_owned(),
        }
    }

    /// The place an address means; none for an address that means nothing. A query that cannot be read is as if it were not there.
    pub fn parse(path: &str, query: &str) -> Option<Self> {
        let value = |name: &str| {
            let pairs = query.trim_start_matches('?').split('&').filter_map(|pair| pair.split_once('='));
            pairs.filter(|(key, _)| *key == name).map(|(_, value)| value).next()
        };
        let mut parts = path.split('/').filter(|part| !part.is_empty());
        let route = match (parts.next(), parts.next(), parts.next()) {
            (None, ..) | (Some("sell"), None, None) => Self::Sell,
            (Some("receipts"), None, None) => Self::Receipts,
            (Some("receipts"), Some("refund"), None) => Self::RefundWithoutReceipt,
            (Some("receipts"), Some(entry), None) => Self::Receipt(EntryId(entry.parse().ok()?)),
            (Some("receipts"), Some(entry), Some("refund")) => Self::Refund(EntryId(entry.parse().ok()?)),
            (Some("stock"), None, None) => Self::Stock,
            (Some("stock"), Some("adjust"), None) => Self::Adjust,
            (Some("receive"), None, None) => Self::Receive(value("item").and_then(|item| {
                let item = ItemId(item.parse().ok()?);
                Some((item, value("qty")?.parse().ok().filter(|qty: &Qty| qty.is_positive())?))
            })),
            (Some("items"), None, None) => Self::Items,
            (Some("items"), Some(item), None) => Self::Item(ItemId(item.parse().ok()?)),
            (Some("reports"), Some("inventory-changes"), None) => Self::InventoryChanges,
            (Some("reports"), Some("negative-inventory"), None) => Self::NegativeInventory,
            (Some("entries"), Some(entry), None) => {
                Self::Entry(EntryId(entry.parse().ok()?), value("line").and_then(|line| line.parse().ok()))
            }
            (Some("settings"), None, None) => Self::Settings,
            (Some("settings"), Some("modules"), Some("negative-inventory")) => Self::NegativeInventoryModule,
            (Some("sync"), None, None) => Self::SyncStatus,
            _ => return None,
        };
        parts.next().is_none().then_some(route)
    }

    /// The entry that a report's row comes from, its line marked.
    pub const fn source(line: LineId) -> Self {
        Self::Entry(line.entry, Some(line.line))
    }
}

#[cfg(test)]
mod tests {
    use super::Route;
    use subzero_ledger::ids::{EntryId, ItemId};
    use subzero_ledger::quantity::Qty;

    #[test]
    fn every_place_is_found_again_by_its_address() {
        let (item, entry) = (ItemId::from_u128(7), EntryId::from_u128(9));
        let routes = [
            Route::Sell,
            Route::Stock,
            Route::Adjust,
            Route::InventoryChanges,
            Route::Receipts,
            Route::Receipt(entry),
            Route::Refund(entry),
            Route::RefundWithoutReceipt,
            Route::Receive(None),
            Route::Receive(Some((item, Qty::from_thousandths(1_250)))),
            Route::Items,
            Route::Item(item),
            Route::NegativeInventory,
            Route::Entry(entry, None),
            Route::Entry(entry, Some(3)),
            Route::Settings,
            Route::NegativeInventoryModule,
            Route::SyncStatus,
        ];
        for route in routes {
            let address = route.path();
            let (path, query) = address.split_once('?').unwrap_or((&address, ""));
            assert_eq!(Route::parse(path, query), Some(route), "{address}");
        }
    }

    #[test]
    fn an_address_that_means_nothing_is_nowhere() {
        for path in ["/nowhere", "/items/not-an-id", "/sell/more", "/settings/modules/negative-inventory/x"] {
            assert_eq!(Route::parse(path, ""), None, "{path}");
        }
        assert_eq!(Route::parse("/", ""), Some(Route::Sell));
        assert_eq!(Route::parse("/receive", "?item=x&qty=1"), Some(Route::Receive(None)));
        assert_eq!(Route::parse("/receive", "?qty=-1"), Some(Route::Receive(None)));
    }
}
