//! The catalogue in English, and by that the list of all words there are.

use super::catalogue;

catalogue! {
    /// Words that many screens use.
    common: Common {
        app = "Subzero";
        cancel = "Cancel";
        close = "Close";
        back = "Back";
        save = "Save";
        saved = "Saved";
        remove = "Remove";
        undo = "Undo";
        retry = "Try again";
        reload = "Reload";
        search = "Search";
        on = "On";
        off = "Off";
        yes = "Yes";
        no = "No";
        loading = "Loading";
        nothing_yet = "Nothing here yet.";
        nothing_matches = "Nothing matches.";
        unknown_item = "Unknown item";
        somebody = "Somebody";
        none = "none";
        dash = "–";
        all_shops = "All shops";
        shop(1) = "Shop {0}";
        item = "Item";
        shop_label = "Shop";
        quantity = "Quantity";
        unit_cost = "Unit cost";
        price = "Price";
        on_hand = "on hand";
        not_sent_yet = "Not sent yet";
        quantity_of(1) = "Quantity of {0}";
        remove_named(1) = "Remove {0}";
        parts(2) = "{0} · {1}";
        print = "Print";
    }
    /// How long ago.
    age: Age {
        now = "just now";
        minutes(0) = "{n} min", "{n} min";
        hours(0) = "{n} h", "{n} h";
        days(0) = "{n} day", "{n} days";
    }
    /// The page before anything else.
    app: App {
        crashed = "Something went wrong. Reload: nothing that was recorded is lost.";
        cannot_open = "This device’s records cannot be opened";
        nothing_deleted = "Nothing was deleted. Close other tabs of Subzero, then reload.";
        nowhere = "There is nothing at this address";
        to_the_till = "Go to the till";
        update_ready = "A new version is ready.";
        update_now = "Update now";
    }
    /// Places to go.
    places: Places {
        label = "Places";
        sell = "Sell";
        receipts = "Receipts";
        stock = "Stock";
        items = "Items";
        negative = "Negative";
        negative_rest = " inventory";
        settings = "Settings";
        sign_out = "Sign out";
        shop_seen = "Shop to look at";
        looking_at(2) = "You are looking at {0}. What is entered here is recorded for {1}.";
        look_here(1) = "Back to {0}";
        negatives(0) = "{n} item", "{n} items";
    }
    /// The network pill.
    network: Network {
        online = "Online";
        offline = "Offline";
        offline_unsent(1) = "Offline · {0} to send";
        sending(1) = "Sending {0}";
        attention(0) = "{n} needs attention", "{n} need attention";
    }
    /// How fresh what this device knows is.
    fresh: Fresh {
        now(1) = "As of {0}.";
        since(1) = "As of {0}; offline since. Other registers may have sold or received more.";
        never = "As this device knows it.";
        unsent(0) = "{n} entry of this device is not sent yet.", "{n} entries of this device are not sent yet.";
        till_now = "As of now, with every register that is online.";
        till_since(1) = "As of {0}; other registers may have sold since.";
        till_never = "As this register knows it; others may have sold since.";
        sync_now = "Up to date with the server.";
        sync_since(1) = "Up to date as of {0}. Selling goes on, and everything will be sent.";
        sync_never = "Not yet in touch with the server. Selling goes on, and everything will be sent.";
    }
    /// Signing in.
    sign_in: SignIn {
        who = "Who is it?";
        fetching = "Fetching the people who work here. This needs the network once.";
        mode_on = "Negative inventory is on.";
        mode_off = "Negative inventory is off: what is missing is added automatically.";
        pin_for(1) = "PIN for {0}";
        somebody_else = "Somebody else";
        wrong = "That PIN is not right. Try again.";
        no_pin = "This employee has no PIN yet. An owner can set one.";
        pad = "PIN pad";
        digits(0) = "{n} digit entered", "{n} digits entered";
        delete_digit = "Delete last digit";
        sign_in = "Sign in";
    }
    /// Pairing a device.
    pair: Pair {
        intro = "Pair this device with your account. It needs a network once; after that it sells without one.";
        again = "Pair this device again";
        again_intro = "It stays the register it is, and sends what it has not sent yet.";
        email = "Owner’s e-mail";
        password = "Password";
        go_on = "Continue";
        try_demo = "Try it as a demo till";
        use_demo = "Use the demo sign-in";
        demo_till = "Demo till";
        demo_no_shop = "The demo account has no shop.";
        where_is_it = "Where does it stand?";
        register = "Name of this register";
        register_example = "For example: Front till";
        pair = "Pair this device";
        unreachable = "The server cannot be reached. Check the network and try again.";
    }
    /// Finding an item.
    find: Find {
        label = "Find an item or scan a code";
        unknown(1) = "No item has the code or name “{0}”. Try a part of its name.";
        items = "Items";
        no_items = "No items yet.";
        no_match = "No item matches.";
        more_than_there_is(1) = "{0} more than there is";
        more_added(1) = "{0} more than there is: added automatically";
        decimal_mark = "Decimal mark";
        code_unknown(1) = "No item has the code {0}. The figure is as it was.";
    }
    /// The till.
    sell: Sell {
        title = "Sell";
        cart = "Cart";
        empty = "The cart is empty.";
        one_less(1) = "One {0} less";
        one_more(1) = "One {0} more";
        after_this_sale = "after this sale";
        total = "Total";
        charge = "Charge";
        short = "More than there is on hand";
        wanted(2) = "{0} wanted, {1} on hand.";
        sell_anyway = "You can sell it anyway.";
        added_automatically = "What is missing is added automatically.";
        why(1) = "Why {0} is sold anyway";
        reduce(1) = "Reduce to {0}";
        take_out = "Take it out";
        just_arrived = "Just arrived";
        counted_wrong = "Counted wrong";
        tag_swapped = "Tag swapped";
        payment = "Payment";
        to_pay = "To pay";
        exact_cash = "Exact cash";
        cash_received = "Cash received";
        take_cash = "Take cash";
        cash = "Cash";
        card = "Card";
        part_hint = "Less than the total, by cash or card, takes a part of it.";
        discount = "Discount";
        discount_of(1) = "Discount on {0}";
        discount_all = "Discount on all";
        discount_in = "Discount in";
        discount_problem = "Enter more than 0 and at most 100 %, with two decimals at most.";
        no_discount = "No discount";
        take_off = "Take off";
        off(1) = "−{0}";
        note = "Note";
        note_label = "Note on this sale";
        back_to_cart = "Back to the cart";
        recorded = "Recorded";
        receipt = "Receipt";
        paid = "Paid";
        change = "Change";
    }
    /// Everything that changes stock.
    stock: Stock {
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
    changes: ChangeWords {
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
    }
    /// Adjusting by hand.
    adjust: Adjust {
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
    orders: OrderWords {
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
        to_come(1) = "{0} to come";
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
    transfers: TransferWords {
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
        recorded = "Recorded.";
        nothing_left = "Nothing is on the way any more.";
        sent_at(2) = "Sent {0} by {1}";
        on_the_way(1) = "{0} on the way";
    }
    /// Returns to vendors.
    vendor_returns: VendorReturnWords {
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
    counts: CountWords {
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
        not_on_list(1) = "{0} is not on this list; it is counted all the same.";
        of_registers(0) = "by {n} register", "by {n} registers";
        none_there = "None there";
        none_there_of(1) = "None of {0} there";
        all_counted = "Everything on the list is counted.";
        counted(2) = "{0} counted, {1} on hand then";
        right = "As it should be";
        moved = "Sold or received while it was counted: count it once more if that may be on both sides.";
        no_differences = "Nothing is counted yet.";
        missed_to_zero(0) = "Set the {n} item not counted to 0", "Set the {n} items not counted to 0";
        missed_hint = "Only if you looked everywhere: what nobody counted is then taken to be gone.";
        reconcile = "Reconcile";
        reconcile_hint = "Sets on hand to what was counted, each item as of the moment it was counted. What was sold since stays sold.";
        done = "On hand is set to what was counted.";
        give_up = "Give up this count";
        given_up = "The count is given up. Nothing changed.";
        reopen = "Open again";
        reopened = "The count is open again.";
        as_of(1) = "as of {0}";
        not_negative = "Fewer than none cannot be there: enter 0 or more.";
    }
    /// Receipts, refunds and voids.
    receipts: Receipts {
        title = "Receipts";
        search = "Find a receipt or an item";
        day = "Day";
        none = "Nothing was sold here yet.";
        without = "Refund without receipt";
        ways = "What can be done";
        line(2) = "{0} × {1}";
        times(2) = "{0} × {1}";
        given_back = "Given back";
        details = "Details";
        refund = "Refund";
        void = "Void";
        void_title = "Void this sale?";
        void_means = "Everything on it that is not refunded yet comes back into stock, as if it had not been sold. Give the customer their money back.";
        void_note = "Why (optional)";
        voided = "The sale is voided.";
        is_void = "This sale was voided";
        refunded = "The refund is recorded.";
        all_of_it = "All that is left";
        back_by = "Money back by";
        refund_note = "Note on this refund";
        left_of(2) = "{0} of {1} left";
        without_means = "Without a receipt, goods come back at what they cost the shop by default. Enter what the customer gets.";
        price_back = "Money back each";
        price_of(1) = "Money back for each {0}";
        empty = "Tap or scan what came back.";
    }
    /// Asking a colleague.
    approval: ApprovalWords {
        title = "Ask a colleague";
        for_what(1) = "Somebody who may has to approve this: {0}.";
        nobody = "Nobody here may approve this.";
        approve = "Approve";
    }
    /// What people may do.
    rights: RightWords {
        see_costs = "see costs";
        below_zero = "sell, send or return more than there is";
        adjust = "adjust stock";
        count = "count";
        refund = "refund and void";
        change_items = "change items";
        change_settings = "change settings";
    }
    /// Receiving.
    receive: Receive {
        title = "Receive";
        delivery = "Delivery";
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
    /// One item.
    item: ItemWords {
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
        cured(1) = "Shown negative from {0}, cured by";
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
        places(0) = "{n} decimal", "{n} decimals";
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
    vendors: VendorWords {
        title = "Vendors";
        new = "New vendor";
        none = "No vendors yet.";
        unknown = "There is no such vendor on this device";
        email = "E-mail";
        phone = "Phone";
        note = "Note";
    }
    /// The kinds of entries, as a shop calls them.
    kinds: Kinds {
        sale = "Sale";
        refund = "Refund";
        void = "Voided sale";
        order = "Order";
        receipt = "Delivery";
        transfer_draft = "Transfer draft";
        transfer_send = "Transfer sent";
        transfer_receive = "Transfer received";
        transfer_return = "Transfer returned";
        transfer_loss = "Transfer written off";
        vendor_return = "Return to vendor";
        count_list = "Count list";
        tally = "Counting";
        count = "Count";
        adjustment = "Adjustment";
        conversion = "Item converted";
        catalogue = "Change to items or settings";
        foreign = "Entry of a newer version";
    }
    /// One entry.
    entry: EntryWords {
        unknown = "This device does not have that entry";
        when = "When";
        register = "Register";
        employee = "Employee";
        approved = "Approved by";
        mode = "Mode";
        mode_on = "Negative inventory on";
        mode_off = "Negative inventory off";
        sync = "Sync";
        sent = "Sent";
        set_aside = "Sent, and set aside by the server";
        titled(2) = "{0} {1}";
    }
    /// What is odd about an entry.
    odd: Odd {
        refund_exceeds = "More came back than was left to refund";
        return_exceeds = "More came back or was lost than was left of what was sent";
        receive_exceeds = "More arrived than was sent";
        unknown_document = "It refers to a line that is not here, or that moved no stock";
        out_of_range = "Its figures are too large to count";
    }
    /// The Negative inventory report.
    report: Report {
        title = "Negative inventory";
        too_large = "The figures are too large to add up";
        nothing = "Nothing is negative.";
        nothing_matches = "Nothing negative matches this filter.";
        items = "Items";
        units = "Units";
        exposure = "Exposure";
        oldest = "Oldest";
        filter = "Filter";
        reason = "Reason";
        all_reasons = "All reasons";
        cost_missing = "Cost missing";
        source = "Source";
        went_negative = "Went negative";
        still_open = "Still open";
        when = "When";
        age = "Age";
        employee = "Employee";
        register = "Register";
        receive = "Receive";
        partly_shown = "The filter hides some of this item’s rows; those shown do not add up.";
        adds_up(2) = "{0} on hand = −({1}) still open";
        in_shop(2) = "{0}, {1}";
        entry_line(1) = "Entry, line {0}";
        sale = "Sale";
        vendor_return = "Returned to vendor";
        transfer = "Removed for transfer";
        adjustment = "Adjustment";
    }
    /// Settings.
    settings: Settings {
        title = "Settings";
        modules = "Optional modules";
        device = "This device";
        account = "Account";
        register = "Register";
        signed_in = "Signed in";
        storage = "Storage";
        storage_kept = "Kept: the browser will not clear it by itself";
        storage_open = "Not promised: the browser may clear it when it runs out of room";
        storage_asking = "Asking the browser";
        display = "Display";
        theme = "Theme";
        theme_system = "As the device";
        theme_light = "Light";
        theme_dark = "Dark";
        contrast = "Contrast";
        contrast_system = "Contrast as the device";
        contrast_high = "High contrast";
    }
    /// The people who work here, and what they may do.
    people: PeopleWords {
        title = "People";
        who = "Who works here";
        new = "Somebody new";
        unknown = "Nobody of that number works here";
        owners_only = "Only an owner can change this.";
        cashier = "Cashier";
        manager = "Manager";
        owner = "Owner";
        role = "Role";
        left = "Left";
        no_pin = "No PIN yet";
        pin = "PIN";
        new_pin = "New PIN";
        pin_again = "The same PIN again";
        pin_hint = "4 to 8 digits. It says who did what; it keeps no secrets.";
        pin_problem = "Enter 4 to 8 digits.";
        pin_differs = "This is not the same PIN.";
        leaves = "Does not work here any more";
        comes_back = "Works here again";
        rights = "What each role may do";
        rights_mean = "Owners may do everything. What somebody may not do alone, a colleague who may can approve with their PIN; that is recorded.";
        may = "Yes";
        may_with_approval = "With a colleague’s PIN";
        may_not = "No";
    }
    /// The audit list.
    audit: AuditWords {
        title = "Audit list";
        mode_on = "Negative inventory switched on";
        mode_off = "Negative inventory switched off";
        cost_default = "Costs are estimated by the default cost first";
        cost_last = "Costs are estimated by the last recorded cost first";
        right(4) = "{0}, {1}: {2} → {3}";
        role(2) = "{0} is {1}";
        works(1) = "{0} works here";
        left(1) = "{0} left";
        pin(1) = "PIN of {0} set";
        renamed(1) = "{0} renamed";
        register(2) = "{0} is a register in {1}";
        approved(2) = "{0} approved: {1}";
    }
    /// The module's switch.
    module: Module {
        title = "Negative inventory";
        on_means = "On: an item can be sold when there is none left. What is missing is kept with its cause, and the Negative inventory report shows it until it is put right.";
        off_means = "Off: what is missing is added automatically, just before it is sold.";
        save = "Save changes";
        not_yours = "Only somebody who may change settings can change this.";
        saved_note = "Each employee works with it from their next sign-in.";
        takes_effect = "A change takes effect for an employee only after they sign out and in again.";
        yours_on = "You signed in with it on.";
        yours_off = "You signed in with it off.";
        still_negative = "Some items are still negative";
        still_negative_note(0) = "{n} item went negative before it was switched off. It stays until it is put right.", "{n} items went negative before it was switched off. They stay until they are put right.";
        see_them = "See them";
        changes = "Changes";
        switched_on(2) = "{0} switched it on, {1}.";
        switched_off(2) = "{0} switched it off, {1}.";
        never = "It was never switched.";
    }
    /// The sync status.
    sync: SyncWords {
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
    problem: ProblemWords {
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
