//! Words of the till and its receipts.

use crate::words::sections;

sections! {
    /// The till.
    Sell {
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
        other_reason = "Other";
        order_for_customer = "Order for the customer";
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
    /// Receipts, refunds and voids.
    Receipts {
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
    ApprovalWords {
        title = "Ask a colleague";
        for_what(1) = "Somebody who may has to approve this: {0}.";
        nobody = "Nobody here may approve this.";
        approve = "Approve";
    }
    /// What people may do.
    RightWords {
        see_costs = "see costs";
        below_zero = "sell, send or return more than there is";
        adjust = "adjust stock";
        count = "count";
        refund = "refund and void";
        change_items = "change items";
        change_settings = "change settings";
    }
}
