//! Words of everything that changes stock.

use crate::words::sections;

sections! {
    /// Everything that changes stock.
    Stock {
        title = "Stock";
        items = "Items";
        items_hint = "What there is, in every shop";
        receive = "Receive";
        receive_hint = "A delivery came in";
        orders = "Orders";
        orders_hint = "What is wanted from vendors, and what came of it";
        transfers = "Transfers";
        transfers_hint = "From one shop to another";
        vendor_return = "Return to vendor";
        vendor_return_hint = "Damaged, expired, too many";
        counts = "Counts";
        counts_hint = "Several people, one list";
        adjust = "Adjust";
        adjust_hint = "Written off, damaged, own use, found";
        changes = "Inventory changes";
        changes_hint = "Everything that moved stock, newest first";
    }
    /// Inventory changes.
    ChangeWords {
        title = "Inventory changes";
        rows(0) = "{n} change", "{n} changes";
        when = "When";
        what = "What";
        change = "Change";
        employee = "Employee";
        register = "Register";
        transfer = "Transfer";
        all_kinds = "Everything";
        everybody = "Everybody";
        all_registers = "All registers";
        from = "From";
        until = "Until";
        automated_only = "Automated only";
        automated(1) = "{0} added automatically";
        taken_back = "taken back";
    }
    /// Adjusting by hand.
    Adjust {
        title = "Adjust";
        why = "Why";
        written_off = "Written off";
        found = "Found";
        damaged = "Damaged";
        own_use = "Own use";
        opening = "Opening stock";
        correction = "Correction";
        empty = "Tap or scan what to adjust.";
        note = "Note (optional)";
        record = "Record adjustment";
        recorded = "The adjustment is recorded.";
        undone = "The adjustment is taken back.";
    }
    /// Purchase orders.
    OrderWords {
        title = "Orders";
        titled(1) = "Order {0}";
        new = "New order";
        change = "Change order";
        none = "No orders yet.";
        number = "Order number";
        no_vendor = "No vendor";
        empty = "Tap or scan what to order.";
        reorder = "Add what is below its reorder point";
        nothing_to_reorder = "Nothing is below its reorder point.";
        note = "Note (optional)";
        save_draft = "Save as draft";
        order = "Mark as ordered";
        draft = "Draft";
        ordered = "Ordered";
        partly = "Partly received";
        received = "Received";
        closed = "Closed";
        cancelled = "Cancelled";
        unknown = "There is no such order on this device";
        line(3) = "{0} ordered, {1} received, {2} to come";
        line_code(1) = "Vendor’s code {0}";
        unordered = "Received and not ordered";
        deliveries = "Deliveries";
        total = "Total";
        begun = "Begun";
        receive = "Receive";
        close = "Close: nothing more will come";
        cancel = "Cancel order";
        reopen = "Open again";
        saved = "The order is saved.";
        now_ordered = "The order is marked as ordered.";
        now_closed = "The order is closed.";
        now_cancelled = "The order is cancelled.";
        now_open = "The order is open again.";
        taken_back = "That is taken back.";
        lines(0) = "{n} item", "{n} items";
    }
    /// Transfers between shops.
    TransferWords {
        title = "Transfers";
        titled(1) = "Transfer {0}";
        new = "New transfer";
        none = "No transfers yet.";
        to = "To";
        choose_shop = "Choose a shop";
        number = "Transfer number";
        empty = "Tap or scan what to send.";
        note = "Note (optional)";
        save_draft = "Save as draft";
        send = "Send";
        sent_now = "The transfer is sent.";
        back_now = "What was on its way is back in stock.";
        saved = "The transfer is saved.";
        cancel = "Cancel transfer";
        cancelled_now = "The transfer is cancelled.";
        from_to(2) = "{0} to {1}";
        draft = "Draft";
        sent = "On its way";
        arriving = "To receive";
        partly = "Partly received";
        settled = "Done";
        cancelled = "Cancelled";
        unknown = "There is no such transfer on this device";
        line_sent(1) = "{0} sent";
        line_received(1) = "{0} received";
        line_returned(1) = "{0} came back";
        line_lost(1) = "{0} written off";
        line_left(1) = "{0} on the way";
        what_happened = "What happened to it";
        received = "Arrived";
        returned = "Came back";
        lost = "Lost on the way";
        record_received = "Record arrival";
        record_returned = "Record return";
        record_lost = "Write off";
        arrival_undone = "What arrived is on its way again.";
        recorded = "Recorded.";
        nothing_left = "Nothing is on the way any more.";
        sent_at(2) = "Sent {0} by {1}";
    }
    /// Returns to vendors.
    VendorReturnWords {
        title = "Return to vendor";
        why = "Why";
        damaged = "Damaged";
        expired = "Expired";
        wrong_item = "Wrong item";
        too_many = "Too many";
        recalled = "Recalled";
        empty = "Tap or scan what goes back.";
        note = "Note (optional)";
        record = "Record return";
        recorded = "The return is recorded.";
        undone = "The return is taken back.";
    }
    /// Counting.
    CountWords {
        title = "Counts";
        new = "New count";
        none = "No counts yet.";
        name = "Name of the count";
        name_example = "For example: Shelf by the window";
        what = "What to count";
        everything = "Everything";
        category = "A category";
        vendor = "A vendor";
        negative = "What is negative";
        no_negative = "Nothing is negative here.";
        begin = "Begin counting";
        open = "Counting";
        reconciled = "Reconciled";
        cancelled = "Given up";
        unknown = "There is no such count on this device";
        counting = "Count";
        differences = "Differences";
        missed = "Not counted yet";
        view = "What to show";
        seen(0) = "{n} item counted", "{n} items counted";
        left(0) = "{n} not counted yet", "{n} not counted yet";
        empty = "Scan or tap each item you see. Selling can go on.";
        not_on_list = "not on this list";
        of_registers(0) = "by {n} register", "by {n} registers";
        none_there = "None there";
        none_there_of(1) = "None there: {0}";
        all_counted = "Everything on the list is counted.";
        counted(2) = "{0} counted, {1} on hand then";
        right = "As it should be";
        moved = "Sold or received while it was counted: count it once more if that may be on both sides.";
        no_differences = "Nothing is counted yet.";
        missed_to_zero(0) = "Set the {n} item not counted to 0", "Set the {n} items not counted to 0";
        missed_hint = "Only if you looked everywhere: what nobody counted is then taken to be gone.";
        reconcile = "Reconcile";
        reconcile_hint = "Sets on hand to what was counted, each item as of the moment it was counted. What was sold since stays sold.";
        undone = "The count is taken back, and its list is open again.";
        done = "On hand is set to what was counted.";
        give_up = "Give up this count";
        given_up = "The count is given up. Nothing changed.";
        reopen = "Open again";
        reopened = "The count is open again.";
        as_of(1) = "as of {0}";
        not_negative = "Fewer than none cannot be there: enter 0 or more.";
    }
    /// Receiving.
    Receive {
        title = "Receive";
        empty = "Tap or scan what came in.";
        reference = "Delivery note or order (optional)";
        record = "Record delivery";
        recorded(1) = "Recorded: {0} received";
        cost_of(1) = "Unit cost of {0}";
        closes(1) = "{0} on hand: this closes what is missing first.";
        quantity_problem(1) = "Quantity: {0}";
        cost_problem(1) = "Unit cost: {0}";
        cost_missing = "Enter what one cost you, or 0.";
        for_order(1) = "Receive order {0}";
        start_at_none = "Count it from 0";
        undone = "The delivery is taken back.";
    }
}
