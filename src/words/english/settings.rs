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
        heard(1) = "As the server told at {0}.";
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
