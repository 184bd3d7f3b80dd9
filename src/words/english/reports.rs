//! Words of reports and of single entries.

use crate::words::sections;

sections! {
    /// The kinds of entries, as a shop calls them.
    Kinds {
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
        reassignment = "Sale moved to another item";
        retraction = "Taken back";
        catalogue = "Change to items or settings";
        foreign = "Entry of a newer version";
    }
    /// One entry.
    EntryWords {
        taken_back = "This was taken back: it moves nothing any more";
        by_what = "See what took it back";
        of_what = "See what was taken back";
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
        absorbed(1) = "Counted {0}, before this had arrived: the count already had it";
        absorbed_tag = "already counted";
        absorptions(1) = "{n} line dated before the count of {0} arrived after it: the count already had it", "{n} lines dated before the count of {0} arrived after it: the count already had them";
        absorptions_in(2) = "{n} line dated before the count of {0} in {1} arrived after it: the count already had it", "{n} lines dated before the count of {0} in {1} arrived after it: the count already had them";
        count_again = "Count again if on hand looks wrong.";
        see_count = "See the count";
    }
    /// What is odd about an entry.
    Odd {
        refund_exceeds = "More came back than was left to refund";
        return_exceeds = "More came back or was lost than was left of what was sent";
        receive_exceeds = "More arrived than was sent";
        unknown_document = "It refers to a line that is not here, or that moved no stock";
        out_of_range = "Its figures are too large to count";
    }
}
