//! Words of items and vendors.

use crate::words::sections;

sections! {
    /// One item.
    ItemWords {
        all = "All items";
        unknown = "There is no such item on this device";
        sku = "SKU";
        barcode = "Barcode";
        vendor = "Vendor";
        category = "Category";
        default_cost = "Default cost";
        on_hand_to_sell(1) = "on hand, {0} to sell";
        came_in(1) = "{0} came in";
        at_cost(1) = "at {0}";
        missing(2) = "{0} of {1} missing";
        since(1) = "since {0}";
        cured(1) = "Shown negative from {0}, put right by";
        cured_by = "an entry that arrived late";
        change = "Change this item";
        name = "Name";
        default_cost_or_none = "Default cost (empty for none)";
        save = "Save item";
        new = "New item";
        change_named(1) = "Change {0}";
        card = "History";
        balance = "On hand after";
        archived = "Archived";
        archived_too = "Archived too";
        archive = "Archive";
        bring_back = "Bring back";
        now_archived = "It is archived: it is no longer sold. What it did stays.";
        now_back = "It is sold again.";
        vendor_code = "Vendor’s code";
        sold_in = "Sold in";
        whole_units = "Whole units";
        steps_of(1) = "Steps of {0}";
        reorder_point = "Reorder point";
        reorder_hint = "Below it, a new order offers to fill it up. Empty for never.";
        holds_stock = "It holds stock";
        holds_none = "Holds no stock";
        kind = "Kind";
        stops_holding = "It then holds no stock in any shop: what is on hand, or missing, is closed.";
        starts_holding = "It then holds stock from 0 on. Count it to set what is there.";
        barcodes = "Barcodes";
        pack = "Units it stands for";
        add_barcode = "Add a barcode";
        code_of_pack(2) = "{0} (pack of {1})";
        all_on_hand = "On hand, all shops";
        all_sellable = "To sell, all shops";
        on_orders = "On orders, to here";
        on_transfers = "On transfers, to here";
    }
    /// Vendors.
    VendorWords {
        title = "Vendors";
        new = "New vendor";
        none = "No vendors yet.";
        unknown = "There is no such vendor on this device";
        email = "E-mail";
        phone = "Phone";
        note = "Note";
    }
}
