//! Words for what went wrong.

use crate::words::sections;

sections! {
    /// The sync status.
    SyncWords {
        registers = "Registers";
        heard(2) = "last heard {0}, {1} not sent then";
        title = "Sync";
        send_now = "Send now";
        not_sent = "Not sent yet";
        all_sent = "Everything is sent.";
        needs_a_look = "Needs a look";
        went_wrong = "Something went wrong with sync";
        seen = "I have seen this";
        entry(1) = "Entry {0} of this register";
        set_aside(1) = "Set aside: {0}";
        alert(2) = "{0}: {1}";
        ahead_of_time = "This device’s clock is ahead.";
        unknown_employee = "The employee does not work here any more.";
        unknown_item = "An item is not in the catalogue.";
        unreadable = "it cannot be read.";
        other_device = "it says it is from another device.";
        other_shop = "this device may not record for that shop.";
        id_taken = "another entry has its number.";
        not_allowed = "whoever made it may not change that.";
        forked = "Another device sent entries under this one’s identity: one is a copy of the other. This one goes on under a new identity, and nothing it recorded is lost.";
        lost(2) = "The server lost what this register recorded under the numbers {0} to {1}, and this device no longer keeps it. Tell the owner.";
        pair_again = "This device is signed out. Pair it again; nothing recorded is lost.";
        not_allowed_here = "This device may not sync. Ask the owner; nothing recorded is lost.";
        reload = "A newer version is there. Reload the page.";
        server_refuses = "The server does not take what this device sends. Tell whoever runs it.";
        device_full = "This device is full. Free some space.";
        outbox_damaged = "What this device recorded cannot be read in full. Export it now.";
    }
    /// What is not right with what was entered, or could not be done.
    ProblemWords {
        not_signed_in = "Sign in first.";
        busy = "The last one is still being saved.";
        not_a_number = "This is not a number.";
        too_many_places(0) = "At most {n} digit after the point.", "At most {n} digits after the point.";
        too_large = "This number is too large.";
        out_of_range = "A figure is out of range.";
        quantity = "Enter a quantity above 0 and up to a billion.";
        whole_units = "This item is sold in whole units only.";
        decimals(0) = "This item is sold with {n} decimal at most.", "This item is sold with {n} decimals at most.";
        empty_cart = "The cart is empty.";
        not_approved = "Nobody approved it, so nothing was recorded.";
        nothing_to_record = "There is nothing to record.";
        line(2) = "Line {0}: {1}";
        same_shop = "Choose another shop: this one cannot send to itself.";
        unchanged = "Nothing was changed.";
        no_name = "Enter a name.";
        name_taken = "Another one has that name.";
        last_owner = "One owner has to stay who can sign in.";
        sku_taken(2) = "{0} has the SKU {1} already.";
        barcode_taken(2) = "{0} has the barcode {1} already.";
        barcode_twice(1) = "The barcode {0} is there twice.";
        pack(2) = "Pack of the barcode {0}: {1}";
        price = "Enter a price from 0 to a billion.";
        item_decimals = "An item is sold with 0 to 3 decimals.";
        too_many_barcodes(1) = "An item has at most {0} barcodes.";
        no_shop = "Choose a shop.";
        no_vendor = "Choose a vendor.";
        other_shop = "This belongs to another shop.";
        unknown_document = "What this belongs to is not on this device.";
        nothing_left = "Nothing of it is left.";
        undone = "This is undone already.";
        reassigned = "Part of this sale was another item. Refund its lines instead.";
        same_item = "Choose another item: this is the one that was entered.";
        no_undo = "This cannot be undone.";
        stage = "It is not at that stage.";
        no_stock = "This item holds no stock.";
        cost = "Enter a cost from 0 to a billion.";
        only_left(1) = "Only {0} left.";
        only_on_hand(1) = "Only {0} on hand: what is not there cannot be taken off. Count it instead, if the figure is wrong.";
        unknown_line = "The line it names is not there.";
        too_many_lines(1) = "At most {0} lines at once.";
        unknown_item = "This item is not in the catalogue.";
        archived = "This item is archived: it is no longer sold.";
        not_enough = "This is less than the total.";
        too_much_on_card = "This is more than the total: a card gives no change.";
        tender = "Enter an amount as it can be paid.";
        too_many_tenders(1) = "A sale is paid in at most {0} parts.";
        too_much_cash = "The cash is far more than the total: check it.";
        below_zero(1) = "More than there is. {0}";
        needs_approval = "Somebody who may has to approve this with their PIN.";
        never = "Your role may not do this.";
        entry_too_long = "This is too much for one entry: record it in parts.";
        entry_lines(1) = "An entry has 1 to {0} lines.";
        entry_text = "A text is too long: shorten it.";
        entry_rights = "These rights cannot be given.";
        storage_unavailable(1) = "This browser does not let the page keep anything: {0}";
        storage_wont_open(2) = "{0} cannot be opened: {1}";
        storage_blocked = "Another tab of Subzero is in the way; close it.";
        storage_full = "This device has no room left. Free some space on it, then do this again: nothing is lost.";
        storage_closed = "The browser has closed the storage. Reload the page.";
        storage_aborted = "The browser did not save this. Try again.";
        storage_not_saved(1) = "This was not saved. Try again, and reload the page if it happens again. ({0})";
        storage_too_large = "This is too much to save at once.";
        storage_unreadable = "Something that was saved on this device cannot be read.";
        no_crypto = "PINs can be checked only on a page served over HTTPS.";
        pin_rounds = "This employee’s PIN must be set again.";
    }
}
