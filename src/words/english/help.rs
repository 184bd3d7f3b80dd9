//! Words of help: its frame here, its pages beside.

mod basics;
mod causes;
mod ways;

use crate::words::help::HelpPage;
use crate::words::sections;

sections! {
    /// The frame around the pages.
    Help {
        title = "Help";
        learn = "Learning";
        intro = "It is all on this device: it can be read with no network.";
        about(1) = "Help: {0}";
        basics = "Negative inventory";
        causes = "Why something is negative";
        ways = "Putting it right";
        example = "For example";
        careful = "Careful";
        related = "Read on";
        go = "Where it is";
        begin_practice = "Begin to practise";
        was_helpful = "Was this helpful?";
        said_yes = "You said yes.";
        said_no = "You said no.";
        yes(0) = "{n} yes", "{n} yes";
        no(0) = "{n} no", "{n} no";
    }
}

/// Every page there is.
#[derive(Clone, Copy, Debug)]
#[allow(missing_docs)] // a page says what it is, in its title
pub struct Pages {
    pub what_it_is: HelpPage,
    pub switching: HelpPage,
    pub warning: HelpPage,
    pub report: HelpPage,
    pub costs: HelpPage,
    pub offline: HelpPage,
    pub practising: HelpPage,
    pub not_received: HelpPage,
    pub sold_before_received: HelpPage,
    pub received_never_entered: HelpPage,
    pub mis_scan: HelpPage,
    pub wrong_count: HelpPage,
    pub oversent: HelpPage,
    pub backorder: HelpPage,
    pub wrong_type: HelpPage,
    pub pack_mix_up: HelpPage,
    pub never_stocked: HelpPage,
    pub putting_right: HelpPage,
    pub receive_order: HelpPage,
    pub receive_transfer: HelpPage,
    pub enter_forgotten: HelpPage,
    pub take_back: HelpPage,
    pub other_item: HelpPage,
    pub count: HelpPage,
    pub adjust: HelpPage,
    pub customer_order: HelpPage,
    pub no_stock: HelpPage,
}

impl Pages {
    /// Them in English.
    pub const ENGLISH: Self = Self {
        what_it_is: basics::WHAT_IT_IS,
        switching: basics::SWITCHING,
        warning: basics::WARNING,
        report: basics::REPORT,
        costs: basics::COSTS,
        offline: basics::OFFLINE,
        practising: basics::PRACTISING,
        not_received: causes::NOT_RECEIVED,
        sold_before_received: causes::SOLD_BEFORE_RECEIVED,
        received_never_entered: causes::RECEIVED_NEVER_ENTERED,
        mis_scan: causes::MIS_SCAN,
        wrong_count: causes::WRONG_COUNT,
        oversent: causes::OVERSENT,
        backorder: causes::BACKORDER,
        wrong_type: causes::WRONG_TYPE,
        pack_mix_up: causes::PACK_MIX_UP,
        never_stocked: causes::NEVER_STOCKED,
        putting_right: ways::PUTTING_RIGHT,
        receive_order: ways::RECEIVE_ORDER,
        receive_transfer: ways::RECEIVE_TRANSFER,
        enter_forgotten: ways::ENTER_FORGOTTEN,
        take_back: ways::TAKE_BACK,
        other_item: ways::OTHER_ITEM,
        count: ways::COUNT,
        adjust: ways::ADJUST,
        customer_order: ways::CUSTOMER_ORDER,
        no_stock: ways::NO_STOCK,
    };
}
