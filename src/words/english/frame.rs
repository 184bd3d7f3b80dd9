//! Words of the frame around every screen, of signing in and of pairing.

use crate::words::sections;

sections! {
    /// Words that many screens use.
    Common {
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
        as_server_said(1) = "As the server said at {0}.";
        none = "none";
        dash = "–";
        all_shops = "All shops";
        shop(1) = "Shop {0}";
        register(1) = "Register {0}";
        item = "Item";
        shop_label = "Shop";
        quantity = "Quantity";
        unit_cost = "Unit cost";
        cost_missing = "Cost missing";
        price = "Price";
        on_hand = "on hand";
        not_sent_yet = "Not sent yet";
        quantity_of(1) = "Quantity of {0}";
        remove_named(1) = "Remove {0}";
        parts(2) = "{0} · {1}";
        print = "Print";
    }
    /// What lies further back than this device goes.
    Horizon {
        left_out(1) = "What happened before {0} is not on this device.";
        nothing = "Nothing on this device.";
        bring = "Bring it here";
        coming(2) = "Older records are coming: {0} of {1}.";
        waiting = "Older records come as soon as there is a connection.";
        not_then = "What was negative then is not on this device.";
        uncertain = "Some figures wait for older records and may be off until those are here.";
    }
    /// While a new register receives what the shops have.
    Loading {
        begins = "Loading what the shop has …";
        coming(2) = "Still loading: {0} of {1} records";
        waits = "Loading goes on as soon as there is a connection.";
        nothing_yet = "Nothing so far. It is still loading.";
    }
    /// How long ago.
    Age {
        now = "just now";
        minutes(0) = "{n} min", "{n} min";
        hours(0) = "{n} h", "{n} h";
        days(0) = "{n} day", "{n} days";
    }
    /// The page before anything else.
    App {
        crashed = "Something went wrong. Reload: nothing that was recorded is lost.";
        opening_title = "Waiting for this device’s storage";
        opening_note = "Another Subzero page may be holding it. Close other pages of Subzero, then try again. Nothing is lost.";
        cannot_open = "This device’s records cannot be opened";
        nothing_deleted = "Nothing was deleted. Close other tabs of Subzero, then reload.";
        nowhere = "There is nothing at this address";
        to_the_till = "Go to the till";
        update_ready = "A new version is ready.";
        update_now = "Update now";
    }
    /// Places to go.
    Places {
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
    Network {
        online = "Online";
        offline = "Offline";
        offline_unsent(1) = "Offline · {0} to send";
        sending(1) = "Sending {0}";
        attention(0) = "{n} needs attention", "{n} need attention";
    }
    /// How fresh what this device knows is.
    Fresh {
        now(1) = "As of {0}.";
        since(1) = "As of {0}; offline since. Other registers may have sold or received more.";
        never = "As this device knows it.";
        unsent(0) = "{n} entry of this device is not sent yet.", "{n} entries of this device are not sent yet.";
        silent(2) = "{0} was last heard of {1} ago";
        silent_with(3) = "{0} was last heard of {1} ago, with {2} not sent then";
        entries(0) = "{n} entry", "{n} entries";
        silent_more(0) = "{n} more is silent", "{n} more are silent";
        till_now = "As of now, with every register that is online.";
        till_since(1) = "As of {0}; other registers may have sold since.";
        till_never = "As this register knows it; others may have sold since.";
        sync_now = "Up to date with the server.";
        sync_since(1) = "Up to date as of {0}. Selling goes on, and everything will be sent.";
        sync_never = "Not yet in touch with the server. Selling goes on, and everything will be sent.";
    }
    /// Signing in.
    SignIn {
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
    Pair {
        intro = "Pair this device with your account. It needs a network once; after that it sells without one.";
        again = "Pair this device again";
        home_screen_first = "On an iPad or iPhone, add this page to the home screen first, open it from there, and pair it there: that one keeps its own records, and knows nothing of what is paired here.";
        again_intro = "It stays the register it is, and sends what it has not sent yet.";
        cleared(1) = "This browser was {0}, and has cleared what it kept";
        cleared_note = "Pair it again as the register it was: everything the server has comes back, and you are told how much had not been sent.";
        as_another = "Make it another register";
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
        with_code = "With a code from the owner";
        code = "Code";
        code_hint = "Eight letters and digits. The owner makes it under Settings → Registers on a register that is paired.";
        pair_with_code = "Pair with the code";
        let_in = "Let another register in";
        let_in_intro = "You get a code to type on the new register. Your password need not be typed there.";
        make_code = "Make a code";
        your_code(1) = "The code for {0}";
        code_note = "Type it on the new register within ten minutes. It works once.";
        unreachable = "The server cannot be reached. Check the network and try again.";
    }
    /// Finding an item.
    Find {
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
}
