//! Words of practice and of the first lesson in it.

use crate::words::sections;

sections! {
    /// Practice.
    Practice {
        practise = "Practise";
        first = "Practise first";
        title = "Practice.";
        label = "Practice";
        nothing_real = "Nothing here is real.";
        leave = "Leave practice";
        intro = "A made-up shop, on this device alone. Nothing in it can reach your stock. A card leads you through a first lesson in three steps.";
        how = "How do you want to practise?";
        with = "With negative inventory";
        with_hint = "An item can be sold when there is none left, and the report shows it until it is put right.";
        without = "Without it";
        without_hint = "What is missing is added by itself, and there is no report.";
        cannot = "This browser does not let a tab keep what it practises.";
        not_opened = "Practice could not be opened";
        real_books = "These are the real books: what you record now counts.";
        go_on = "Go on";
        never_sent = "This is practice: nothing is sent.";
        account = "Practice";
        shop = "Practice shop";
        other_shop = "Second practice shop";
        register = "Practice till";
        person = "Practice manager";
        order = "P1";
        lesson = "First lesson";
        step(3) = "Step {0} of {1}: {2}";
        done = "Done";
        sell = "Sell more than there is";
        sell_how(3) = "{0}: there are {1}. Put {2} in the cart. The till warns; say why if you like, then charge.";
        why = "See why it is negative";
        why_how(2) = "{0} is at {1}. Open it in the report: what went out and was not there adds up to just that.";
        receive = "Receive what is on its way";
        receive_how(1) = "Order {0} is on its way. Receive it. Counting first would put it there twice.";
        added = "See what was added";
        added_how(1) = "{0} did not go below zero: what was missing was added just before the sale. Tick Automated only to see it.";
        no_report = "See why there is no report";
        no_report_how = "Nothing goes below zero, so there is nothing to report. The screen says so, and where to look instead.";
        to_till = "Go to the till";
        to_report = "Go to the report";
        to_item(1) = "Open {0}";
        to_changes = "Go to Inventory changes";
        seen = "I have seen it";
        well_done = "Well done";
        filled(4) = "{0} of what came in filled the gap, and {1} are on hand. A missing one was taken to cost {2} and came in at {3}. The sale now shows what it really cost.";
        added_done(1) = "{0} was added by itself, and on hand never fell below zero. But nothing asks where it came from: whether it was forgotten, miscounted or mixed up.";
        otherwise = "Put right, but not the best way";
        otherwise_how(2) = "{0} is not negative any more, but order {1} was not what filled the gap. Whatever is still received of it may then be there twice. That is why receiving comes first.";
        again = "Start again";
        now_with = "Now with it";
        now_without = "Now without it";
    }
}
