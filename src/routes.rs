//! Every place in the page as a value, and its address: the one table from which links are made and addresses read.

use subzero_ledger::ids::{CountListId, EmployeeId, EntryId, ItemId, LineId, OrderId, ShopId, TransferId, VendorId};
use subzero_ledger::quantity::Qty;

use crate::screens::help::Topic;

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
    /// Those that were added automatically.
    AutomatedChanges,
    /// Receiving, with an item to begin with.
    Receive(Option<(ItemId, Qty)>),
    /// Receiving what a vendor brought and nobody entered: all of theirs that is negative, to begin with.
    ReceiveMissing(VendorId),
    /// Receiving what was ordered.
    ReceiveOrder(OrderId),
    /// All purchase orders.
    Orders,
    /// Writing an order.
    NewOrder,
    /// One order.
    Order(OrderId),
    /// Changing an order.
    EditOrder(OrderId),
    /// All transfers from or to this shop.
    Transfers,
    /// Writing a transfer.
    NewTransfer,
    /// One transfer.
    Transfer(TransferId),
    /// Sending items back to their vendor.
    VendorReturn,
    /// All count lists of this shop.
    Counts,
    /// One count list.
    Count(CountListId),
    /// All items.
    Items,
    /// One item.
    Item(ItemId),
    /// Creating an item.
    NewItem,
    /// Changing an item.
    EditItem(ItemId),
    /// Whom items are bought from.
    Vendors,
    /// Creating a vendor.
    NewVendor,
    /// One vendor.
    Vendor(VendorId),
    /// The negative inventory report.
    NegativeInventory,
    /// One negative item in a shop: why, and the ways out.
    NegativeItem(ItemId, ShopId),
    /// What is negative, with everything since it fell below zero.
    NegativeEpisodes,
    /// What was negative and is not any more.
    CuredNegatives,
    /// How it went, week by week.
    NegativeTrend,
    /// One entry, with one of its lines marked.
    Entry(EntryId, Option<u16>),
    /// Settings.
    Settings,
    /// Settings → Optional modules → Negative inventory.
    NegativeInventoryModule,
    /// Who works here.
    People,
    /// Somebody new.
    NewEmployee,
    /// One employee.
    Employee(EmployeeId),
    /// What each role may do.
    Rights,
    /// Who changed settings, rights and people, and who got in.
    Audit,
    /// Every register: how it stands, and what it may do.
    Registers,
    /// Items, vendors, stock and orders from files and into them.
    Files,
    /// What was not sent yet, and what needs attention.
    SyncStatus,
    /// Help: all of it, or one page.
    Help(Option<Topic>),
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
            Self::AutomatedChanges => "/reports/inventory-changes?automated=1".to_owned(),
            Self::Receive(None) => "/receive".to_owned(),
            Self::Receive(Some((item, qty))) => format!("/receive?item={item}&qty={qty}"),
            Self::ReceiveMissing(vendor) => format!("/receive?missing_of={vendor}"),
            Self::ReceiveOrder(order) => format!("/orders/{order}/receive"),
            Self::Orders => "/orders".to_owned(),
            Self::NewOrder => "/orders/new".to_owned(),
            Self::Order(order) => format!("/orders/{order}"),
            Self::EditOrder(order) => format!("/orders/{order}/edit"),
            Self::Transfers => "/transfers".to_owned(),
            Self::NewTransfer => "/transfers/new".to_owned(),
            Self::Transfer(transfer) => format!("/transfers/{transfer}"),
            Self::VendorReturn => "/stock/vendor-return".to_owned(),
            Self::Counts => "/counts".to_owned(),
            Self::Count(list) => format!("/counts/{list}"),
            Self::Items => "/items".to_owned(),
            Self::Item(item) => format!("/items/{item}"),
            Self::NewItem => "/items/new".to_owned(),
            Self::EditItem(item) => format!("/items/{item}/edit"),
            Self::Vendors => "/vendors".to_owned(),
            Self::NewVendor => "/vendors/new".to_owned(),
            Self::Vendor(vendor) => format!("/vendors/{vendor}"),
            Self::NegativeInventory => "/reports/negative-inventory".to_owned(),
            Self::NegativeItem(item, shop) => format!("/reports/negative-inventory/{shop}/{item}"),
            Self::NegativeEpisodes => "/reports/negative-inventory/episodes".to_owned(),
            Self::CuredNegatives => "/reports/negative-inventory/cured".to_owned(),
            Self::NegativeTrend => "/reports/negative-inventory/trend".to_owned(),
            Self::Entry(entry, None) => format!("/entries/{entry}"),
            Self::Entry(entry, Some(line)) => format!("/entries/{entry}?line={line}"),
            Self::Settings => "/settings".to_owned(),
            Self::NegativeInventoryModule => "/settings/modules/negative-inventory".to_owned(),
            Self::People => "/settings/people".to_owned(),
            Self::NewEmployee => "/settings/people/new".to_owned(),
            Self::Employee(employee) => format!("/settings/people/{employee}"),
            Self::Rights => "/settings/rights".to_owned(),
            Self::Audit => "/settings/audit".to_owned(),
            Self::Registers => "/settings/registers".to_owned(),
            Self::Files => "/settings/files".to_owned(),
            Self::SyncStatus => "/sync".to_owned(),
            Self::Help(None) => "/help".to_owned(),
            Self::Help(Some(topic)) => format!("/help/{}", topic.name()),
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
            (Some("stock"), Some("vendor-return"), None) => Self::VendorReturn,
            (Some("orders"), None, None) => Self::Orders,
            (Some("orders"), Some("new"), None) => Self::NewOrder,
            (Some("orders"), Some(order), None) => Self::Order(OrderId(order.parse().ok()?)),
            (Some("orders"), Some(order), Some("edit")) => Self::EditOrder(OrderId(order.parse().ok()?)),
            (Some("orders"), Some(order), Some("receive")) => Self::ReceiveOrder(OrderId(order.parse().ok()?)),
            (Some("transfers"), None, None) => Self::Transfers,
            (Some("transfers"), Some("new"), None) => Self::NewTransfer,
            (Some("transfers"), Some(transfer), None) => Self::Transfer(TransferId(transfer.parse().ok()?)),
            (Some("counts"), None, None) => Self::Counts,
            (Some("counts"), Some(list), None) => Self::Count(CountListId(list.parse().ok()?)),
            (Some("receive"), None, None) => match value("missing_of").and_then(|vendor| vendor.parse().ok()) {
                Some(vendor) => Self::ReceiveMissing(VendorId(vendor)),
                None => Self::Receive(value("item").and_then(|item| {
                    let item = ItemId(item.parse().ok()?);
                    Some((item, value("qty")?.parse().ok().filter(|qty: &Qty| qty.is_positive())?))
                })),
            },
            (Some("items"), None, None) => Self::Items,
            (Some("items"), Some("new"), None) => Self::NewItem,
            (Some("items"), Some(item), Some("edit")) => Self::EditItem(ItemId(item.parse().ok()?)),
            (Some("vendors"), None, None) => Self::Vendors,
            (Some("vendors"), Some("new"), None) => Self::NewVendor,
            (Some("vendors"), Some(vendor), None) => Self::Vendor(VendorId(vendor.parse().ok()?)),
            (Some("items"), Some(item), None) => Self::Item(ItemId(item.parse().ok()?)),
            (Some("reports"), Some("inventory-changes"), None) => match value("automated") {
                Some("1") => Self::AutomatedChanges,
                Some(_) | None => Self::InventoryChanges,
            },
            (Some("reports"), Some("negative-inventory"), None) => Self::NegativeInventory,
            (Some("reports"), Some("negative-inventory"), Some("episodes")) => Self::NegativeEpisodes,
            (Some("reports"), Some("negative-inventory"), Some("cured")) => Self::CuredNegatives,
            (Some("reports"), Some("negative-inventory"), Some("trend")) => Self::NegativeTrend,
            (Some("reports"), Some("negative-inventory"), Some(shop)) => {
                Self::NegativeItem(ItemId(parts.next()?.parse().ok()?), ShopId(shop.parse().ok()?))
            }
            (Some("entries"), Some(entry), None) => {
                Self::Entry(EntryId(entry.parse().ok()?), value("line").and_then(|line| line.parse().ok()))
            }
            (Some("settings"), None, None) => Self::Settings,
            (Some("settings"), Some("modules"), Some("negative-inventory")) => Self::NegativeInventoryModule,
            (Some("settings"), Some("people"), None) => Self::People,
            (Some("settings"), Some("people"), Some("new")) => Self::NewEmployee,
            (Some("settings"), Some("people"), Some(employee)) => Self::Employee(EmployeeId(employee.parse().ok()?)),
            (Some("settings"), Some("rights"), None) => Self::Rights,
            (Some("settings"), Some("audit"), None) => Self::Audit,
            (Some("settings"), Some("registers"), None) => Self::Registers,
            (Some("settings"), Some("files"), None) => Self::Files,
            (Some("sync"), None, None) => Self::SyncStatus,
            (Some("help"), None, None) => Self::Help(None),
            (Some("help"), Some(topic), None) => Self::Help(Some(Topic::named(topic)?)),
            _ => return None,
        };
        parts.next().is_none().then_some(route)
    }

    /// The place among those that are always in sight to which this one belongs.
    #[must_use]
    pub const fn belongs_to(self) -> Self {
        match self {
            Self::Sell => Self::Sell,
            Self::Receipts | Self::Receipt(_) | Self::Refund(_) | Self::RefundWithoutReceipt => Self::Receipts,
            Self::Stock
            | Self::Adjust
            | Self::InventoryChanges
            | Self::AutomatedChanges
            | Self::Receive(_)
            | Self::ReceiveMissing(_)
            | Self::ReceiveOrder(_)
            | Self::Orders
            | Self::NewOrder
            | Self::Order(_)
            | Self::EditOrder(_)
            | Self::Transfers
            | Self::NewTransfer
            | Self::Transfer(_)
            | Self::VendorReturn
            | Self::Counts
            | Self::Count(_)
            | Self::Items
            | Self::Item(_)
            | Self::NewItem
            | Self::EditItem(_)
            | Self::Vendors
            | Self::NewVendor
            | Self::Vendor(_) => Self::Stock,
            Self::NegativeInventory
            | Self::NegativeItem(..)
            | Self::NegativeEpisodes
            | Self::CuredNegatives
            | Self::NegativeTrend
            | Self::Entry(..) => Self::NegativeInventory,
            Self::Settings
            | Self::NegativeInventoryModule
            | Self::People
            | Self::NewEmployee
            | Self::Employee(_)
            | Self::Rights
            | Self::Audit
            | Self::Registers
            | Self::Files
            | Self::SyncStatus
            | Self::Help(_) => Self::Settings,
        }
    }

    /// The entry that a report's row comes from, its line marked.
    pub const fn source(line: LineId) -> Self {
        Self::Entry(line.entry, Some(line.line))
    }
}

#[cfg(test)]
mod tests {
    use super::{Route, Topic};
    use subzero_ledger::ids::{CountListId, EmployeeId, EntryId, ItemId, OrderId, ShopId, TransferId, VendorId};
    use subzero_ledger::quantity::Qty;

    #[test]
    fn every_place_is_found_again_by_its_address() {
        let (item, entry, order) = (ItemId::from_u128(7), EntryId::from_u128(9), OrderId::from_u128(3));
        let routes = [
            Route::Sell,
            Route::Stock,
            Route::Adjust,
            Route::InventoryChanges,
            Route::AutomatedChanges,
            Route::Receipts,
            Route::Receipt(entry),
            Route::Refund(entry),
            Route::RefundWithoutReceipt,
            Route::Receive(None),
            Route::Receive(Some((item, Qty::from_thousandths(1_250)))),
            Route::ReceiveMissing(VendorId::from_u128(6)),
            Route::ReceiveOrder(order),
            Route::Orders,
            Route::NewOrder,
            Route::Order(order),
            Route::EditOrder(order),
            Route::Transfers,
            Route::NewTransfer,
            Route::Transfer(TransferId::from_u128(4)),
            Route::VendorReturn,
            Route::Counts,
            Route::Count(CountListId::from_u128(5)),
            Route::Items,
            Route::Item(item),
            Route::NewItem,
            Route::EditItem(item),
            Route::Vendors,
            Route::NewVendor,
            Route::Vendor(VendorId::from_u128(6)),
            Route::NegativeInventory,
            Route::NegativeItem(item, ShopId(2)),
            Route::NegativeEpisodes,
            Route::CuredNegatives,
            Route::NegativeTrend,
            Route::Entry(entry, None),
            Route::Entry(entry, Some(3)),
            Route::Settings,
            Route::NegativeInventoryModule,
            Route::People,
            Route::NewEmployee,
            Route::Employee(EmployeeId::from_u128(8)),
            Route::Rights,
            Route::Audit,
            Route::Registers,
            Route::Files,
            Route::SyncStatus,
            Route::Help(None),
            Route::Help(Some(Topic::PackMixUp)),
        ];
        for route in routes {
            let address = route.path();
            let (path, query) = address.split_once('?').unwrap_or((&address, ""));
            assert_eq!(Route::parse(path, query), Some(route), "{address}");
        }
    }

    #[test]
    fn an_address_that_means_nothing_is_nowhere() {
        for path in ["/nowhere", "/items/not-an-id", "/sell/more", "/settings/modules/negative-inventory/x", "/help/x"]
        {
            assert_eq!(Route::parse(path, ""), None, "{path}");
        }
        assert_eq!(Route::parse("/", ""), Some(Route::Sell));
        assert_eq!(Route::parse("/receive", "?item=x&qty=1"), Some(Route::Receive(None)));
        assert_eq!(Route::parse("/receive", "?qty=-1"), Some(Route::Receive(None)));
        assert_eq!(Route::parse("/reports/inventory-changes", "?automated=x"), Some(Route::InventoryChanges));
    }
}
