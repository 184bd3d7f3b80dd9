//! Words of settings and people.

use crate::words::sections;

sections! {
    /// Settings.
    Settings {
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
    PeopleWords {
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
    /// The registers.
    RegisterWords {
        title = "Registers";
        none_listed = "The server has not listed any register yet.";
        this_one = "This register";
        heard(1) = "last heard {0}";
        never_heard = "not heard of yet";
        all_sent = "Everything is sent";
        unsent(1) = "{0} not sent then";
        unsent_since(2) = "{0} not sent then, the oldest of {1}";
        missing(1) = "{0} missing there";
        signed_in(2) = "{0} signed in since {1}";
        nobody = "Nobody signed in";
        clock_ahead(1) = "Clock {0} ahead";
        clock_behind(1) = "Clock {0} behind";
        version(1) = "Version {0}";
        storage_open = "Its browser may clear what it keeps";
        sees(1) = "May see and record for: {0}";
        access_ended = "Access ended";
        ended_at(1) = "Access ended {0}";
        offer = "For the owner: end a register’s access, let another in, and see what is set aside";
        session_over = "Your sign-in is over. Sign in again.";
        end_access = "End access";
        end_title(1) = "End the access of {0}?";
        end_means = "It gets no more news. What it has sold and not sent yet still counts; what it changes does not.";
        let_back_in = "Let back in";
        shops = "Shops";
        shops_title(1) = "Shops of {0}";
        shops_mean = "What it may see and record for. It drops what it has of the others.";
        set_aside_note = "These count on the register that recorded them and nowhere else. They are dealt with there, under Sync.";
        nothing_set_aside = "Nothing is set aside.";
        cannot_be_read = "Something that cannot be read";
        unreadable = "It is no entry. Tell whoever runs the server.";
        other_device(1) = "It says it is from another register than {0}. Recorded again there, it is that one’s own.";
        other_shop(2) = "{0} may not record for {1}. Allow it under Shops, then have it recorded again there.";
        id_taken(1) = "Another entry has its number. Recorded again on {0}, it gets one of its own.";
        removed(1) = "The access of {0} had ended, so what it changes does not count. Make the change on another register if it is wanted.";
        newer_version(1) = "A newer version of Subzero recorded it than the server runs. Once that is updated, have it recorded again on {0}.";
    }
    /// The audit list.
    AuditWords {
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
        shown = "What is shown";
        all = "All";
        people = "People and settings";
        registers = "Registers and sign-ins";
        offer = "For the owner: see who signed in with the password and which registers were let in";
        earlier = "Earlier sign-ins and registers";
        signed_in = "The owner signed in with the password";
        sign_in_failed = "A wrong password was tried";
        code_made = "A code to let a register in was made";
        code_wrong = "A wrong code to let a register in was tried";
        paired(1) = "{0} was paired";
        removed(1) = "{0}’s access was ended";
        rescued(1) = "A file of what {0} had not sent was brought in";
        restored = "The server began another history: it was put back from a backup, or another machine took over";
        granted(1) = "Which shops {0} may see was changed";
        new_password = "The owner was given a new password";
        let_back_in(1) = "{0} was let back in";
        owner_restored = "Somebody was made an owner again, with a new PIN";
        by_owner = "As the owner";
        by_register = "As a register";
        by_register_named(1) = "On {0}";
        by_operator = "By whoever runs the server";
        some_register = "A register";
    }
    /// The module's switch.
    Module {
        title = "Negative inventory";
        on_means = "On: an item can be sold when there is none left. What is missing is kept with its cause, and the Negative inventory report shows it until it is put right.";
        off_means = "Off: what is missing is added automatically, just before it is sold.";
        save = "Save changes";
        not_yours = "Only somebody who may change settings can change this.";
        saved_note = "Each employee works with it from their next sign-in.";
        takes_effect = "A change takes effect for an employee only after they sign out and in again.";
        still_old = "Still signed in as it was before";
        still_old_note = "They work on as it was until they sign out and in again.";
        none_old = "Nobody is signed in as it was before, as far as is known.";
        old_line(3) = "{0} on {1}, since {2}";
        this_device = "this device";
        costs = "What a missing unit costs";
        costs_mean = "Until the real cost is known, a unit that is sold before it is there is counted at an estimate.";
        cost_default = "The item’s default cost first, then what the last one that left had cost";
        cost_last = "What the last one that left had cost first, then the item’s default cost";
        yours_on = "You signed in with it on.";
        yours_off = "You signed in with it off.";
        still_negative = "Some items are still negative";
        still_negative_note(0) = "{n} item is negative. It stays until it is put right.", "{n} items are negative. They stay until they are put right.";
        changes = "Changes";
        switched_on(2) = "{0} switched it on, {1}.";
        switched_off(2) = "{0} switched it off, {1}.";
        never = "It was never switched.";
        costs_default(2) = "{0} put the default cost first, {1}.";
        costs_last(2) = "{0} put the last recorded cost first, {1}.";
    }
}
