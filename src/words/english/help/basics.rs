//! Help: what negative inventory is, and how to live with it.

use crate::words::help::HelpPage;
use crate::words::help::Says::{Careful, Example, Heading, Points, Steps, Text};

pub(super) const WHAT_IT_IS: HelpPage = HelpPage {
    title: "What negative inventory is",
    says: &[
        Text(
            "A customer holds the last mug in her hand, and the till says there is none. The mug is there, so the figure is wrong. You sell the mug.",
        ),
        Text(
            "Now on hand is −1. It means: one more went out than is known to have come in. Nothing is lost. The figure tells you that something is still to be entered or looked into.",
        ),
        Example(
            "There are 2 mugs on hand. A customer buys 3. On hand is −1. Only the one mug that was not there counts as negative, not all 3. Later the delivery of 12 is received: one of them fills the gap, and 11 are on hand.",
        ),
        Heading("What is kept"),
        Points(&[
            "Which sale took out more than there was, when, and who was at the till.",
            "How many are still missing of it.",
            "What is probably the reason.",
        ]),
        Text(
            "The Negative inventory report shows all of it until it is put right. An item can also go negative when too much is sent to another shop or back to a vendor.",
        ),
        Text(
            "Shops do not make up for each other. If one shop has −1 and another has 5, the first one is still negative.",
        ),
    ],
};

pub(super) const SWITCHING: HelpPage = HelpPage {
    title: "Switching it on and off",
    says: &[
        Text(
            "There is one switch for the whole account: Settings → Optional modules → Negative inventory, then Save changes. Only somebody who may change settings can do it. Accounts created since 26 June 2019 have it on from the start.",
        ),
        Heading("On"),
        Text(
            "An item can be sold when there is none left. What is missing is kept with its reason, and the report shows it until it is put right.",
        ),
        Heading("Off"),
        Text(
            "What is missing is added by itself, just before it is sold, at the item’s default cost; where it has none, at the estimate that the page What it costs explains. On hand does not fall below zero, or below where it already was, and there is no report. What was added is listed under Stock → Inventory changes → Automated only.",
        ),
        Example(
            "There are 2 mugs and 3 are sold. On: on hand is −1, and the report says why. Off: 1 mug is added, 3 are sold, on hand is 0.",
        ),
        Heading("When it takes effect"),
        Text(
            "For each person at their next sign-in. Whoever was signed in when it was switched stays on the old way until they sign out and in again. The setting’s page says which way you are signed in and lists who is still signed in on the old way, as far as the server has told this device. Each entry shows how it was made.",
        ),
        Careful(
            "Items that are negative when it is switched off stay negative. They are listed as work to do: receive or count them.",
        ),
    ],
};

pub(super) const WARNING: HelpPage = HelpPage {
    title: "The warning at the till",
    says: &[
        Text(
            "The till warns when the cart holds more of an item than there is on hand. It adds up all of the cart: one mug scanned three times is 3 mugs. It warns with no network too, and says how fresh its figure is.",
        ),
        Text("The customer does not have to wait. Choose what fits, or just go on:"),
        Points(&[
            "Reduce to what there is, or take it out: when the customer agrees.",
            "Just arrived: the box is here and not entered yet.",
            "Counted wrong: you can see that there are more.",
            "Tag swapped: it may really be another item.",
            "Other: you sell it, for any other reason.",
            "Order for the customer: they pay now and come back for it.",
        ]),
        Text("Your reason reaches the report. It helps whoever puts it right tomorrow, and takes one tap."),
        Example(
            "3 wanted, 2 on hand. The delivery stands in the back room: tap Just arrived, then Charge. The report will show −1 and your reason.",
        ),
        Text(
            "The till never stops a sale by itself. Where the account has decided that a role may not sell below zero, a colleague can approve it with their PIN, or the till says no.",
        ),
    ],
};

pub(super) const REPORT: HelpPage = HelpPage {
    title: "Reading the report",
    says: &[
        Text(
            "The report lists every item that is negative now, each with the entries that led there. It is worked out on this device, at once, with or without network.",
        ),
        Heading("What a row says"),
        Points(&[
            "On hand: how far below zero the item is in that shop.",
            "Reason: a sale, a return to a vendor, a transfer or an adjustment. It opens the entry.",
            "Went negative: how many of that entry were not there.",
            "Still open: how many of those are still missing.",
            "Unit cost and exposure: what they are taken to cost. Only for those who may see costs.",
            "When, employee and register: who could remember.",
            "On order and on transfer: what is already on its way. It opens where you receive it.",
            "Why: what it is probably due to, and what points to it. A manager can say otherwise.",
        ]),
        Example(
            "Mug, −3 on hand. Two rows: one sale with 1 still open, another with 2 still open. 1 + 2 = 3. It always adds up.",
        ),
        Heading("Four views"),
        Points(&[
            "Open: what is negative now.",
            "Whole episodes: the same, with everything since it fell below zero and what filled it.",
            "Put right: what was negative, and what filled it.",
            "By week: whether it gets better.",
        ]),
        Heading("How fresh it is"),
        Text(
            "The line under the title says when this device last knew everything. Another register that is offline may have sold more since.",
        ),
        Heading("A past evening"),
        Text(
            "Choose a day under As of the end of. You see what was negative that evening, as far as is known today. A delivery of that day that was entered later is counted in: it was there.",
        ),
        Text("If something seems to be missing, look whether a filter is set. The report says what it hides."),
    ],
};

pub(super) const COSTS: HelpPage = HelpPage {
    title: "What it costs",
    says: &[
        Text(
            "A unit that is sold before it came in has no cost yet. So it gets an estimate, and the real cost puts it right later.",
        ),
        Heading("Where the estimate comes from"),
        Steps(&[
            "The item’s default cost.",
            "If it has none: the last recorded cost, which is what the last unit that left had cost, of those whose cost was known.",
            "If there is none either: what the last unit that came in with a cost had cost: from a vendor, or found with its cost entered.",
            "If nothing is known: 0, and the row is marked Cost missing.",
        ]),
        Text(
            "An account can turn the first two round, so that the last recorded cost comes first. An item’s page in the report says which one holds there.",
        ),
        Example(
            "The mug’s default cost is 3.20. One is sold that is not there: it counts as 3.20. Then 12 come in at 3.50. The missing one really cost 3.50. The difference, 0.30, is kept as the variance.",
        ),
        Heading("Two figures for one sale"),
        Points(&[
            "Cost as recorded: what went negative, at its estimate. What comes in later does not change it; an entry from before it that arrives late can.",
            "Cost as now known: the same sale with what really came in.",
        ]),
        Text("If only some of what is missing comes in, the rest keeps its estimate."),
        Careful("Cost missing is not a cost of 0. Give the item a default cost, or receive it at its real cost."),
        Text(
            "What came in without a cost, found for example, or sent beyond what there was, is marked Cost missing too, until it is gone. It counts as 0 in sums, and nothing else is taken to cost that.",
        ),
    ],
};

pub(super) const OFFLINE: HelpPage = HelpPage {
    title: "Working offline",
    says: &[
        Text(
            "Selling, the warning, receiving, counting and the report all work with no network, for days. What you record is on this device’s disk before the till says so. When the network is back it is sent by itself.",
        ),
        Heading("The pill at the top"),
        Points(&[
            "Online: everything is sent, and everything is here.",
            "Sending: it is on its way.",
            "Offline, with a number: so many entries wait. Go on working.",
            "Needs attention: tap it, it says what to do.",
        ]),
        Heading("Two tills, one mug"),
        Text(
            "If two tills are offline, both can sell the last mug. Both sales happened, so both count. Once they meet, on hand is −1 and the report shows it. Nothing that happened is ever refused.",
        ),
        Example(
            "One mug on hand. The front till sells it at 10:05, the market stall at 10:20, both offline. At noon both are online: the mug is at −1, and the row says which sale it was.",
        ),
        Careful("Do not clear the browser’s site data while entries wait to be sent."),
    ],
};

pub(super) const PRACTISING: HelpPage = HelpPage {
    title: "Practising",
    says: &[
        Text(
            "Practice is this same app with a made-up shop. Nothing in it is real, and nothing in it can reach your stock: it is kept apart on this device and is never sent. It works with no network.",
        ),
        Text(
            "Every screen of it has a band at the top that says so. Leave practice ends it and throws away what was entered there. Your own till is then as you left it, with its cart.",
        ),
        Heading("A first lesson"),
        Text("A card leads you through it and ticks off what is done. Choose how you want to practise:"),
        Points(&[
            "With negative inventory: sell 3 mugs though there are 2, see in the report why that is −1, and put it right.",
            "Without it: sell 3 mugs though there are 2, and see what was added by itself.",
        ]),
        Text("Each takes about three minutes. You can start again as often as you like."),
    ],
};
