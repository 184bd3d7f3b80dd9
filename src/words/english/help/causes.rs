//! Help: why something is negative.

use crate::words::help::HelpPage;
use crate::words::help::Says::{Careful, Example, Heading, Steps, Text};

const CHECK: &str = "How to check";
const DO: &str = "What to do";

pub(super) const NOT_RECEIVED: HelpPage = HelpPage {
    title: "Not received yet",
    says: &[
        Text(
            "As many as are missing, or more, are on their way: on an order or on a transfer. Most likely they are here already and were sold out of the box.",
        ),
        Heading(CHECK),
        Text("Look at the delivery. Is the box in the back room, perhaps opened?"),
        Heading(DO),
        Steps(&[
            "If it is here: receive the order or the transfer, one tap from the row.",
            "If it is not here yet: wait, and look for another reason why it could be sold.",
        ]),
        Example("Mug at −1, 12 on order. The box came this morning. Receive 12: one fills the gap, 11 are on hand."),
        Careful("Do not count first. What is on its way would be there twice once it is received."),
    ],
};

pub(super) const SOLD_BEFORE_RECEIVED: HelpPage = HelpPage {
    title: "Sold before it was received",
    says: &[
        Text("It was sold, and within two days a delivery of it was entered. It was most likely in the shop already."),
        Heading(CHECK),
        Text("Look at the delivery’s day, and at how many were on the delivery note. Was all of it entered?"),
        Heading(DO),
        Steps(&[
            "If some of the delivery was not entered: receive the rest.",
            "If all of it was: look for what else is missing, and count.",
            "To have it less often: receive before you put goods on the shelf.",
        ]),
        Example(
            "5 loaves are sold at 9:00. At 11:00 somebody enters the morning’s delivery, but only 3 of its 5. Two are still open: receive 2 more.",
        ),
    ],
};

pub(super) const RECEIVED_NEVER_ENTERED: HelpPage = HelpPage {
    title: "Received, never entered",
    says: &[
        Text(
            "The item usually comes at the same pace, and this time no delivery was entered. It probably came all the same.",
        ),
        Heading(CHECK),
        Text("Look for the delivery note or the vendor’s invoice. Ask who opens the shop."),
        Heading(DO),
        Steps(&[
            "If it came: choose A delivery was never entered, and enter what came at its cost.",
            "If it did not come: ask the vendor, and look for another reason.",
        ]),
        Example(
            "Milk comes every 2 days, 20 each time. The last delivery entered is 5 days old, and milk is at −14. The note for Tuesday’s 20 is in the drawer: enter it, and 6 are on hand.",
        ),
    ],
};

pub(super) const MIS_SCAN: HelpPage = HelpPage {
    title: "Another item scanned",
    says: &[
        Text("A similar item has more than it should. The one that was rung up is probably not the one that was sold."),
        Heading(CHECK),
        Text("Take both from the shelf. Compare names, tags and barcodes. Count both."),
        Heading(DO),
        Steps(&[
            "Choose Another item was sold, and choose the item that really went. The customer’s receipt stays as it is.",
            "Correct the tag, so that it does not happen again.",
        ]),
        Example(
            "Blue mug at −2, green mug at 2 though its shelf is empty. Two green mugs carried the blue tag. Move the sale to the green mug: both are at 0.",
        ),
    ],
};

pub(super) const WRONG_COUNT: HelpPage = HelpPage {
    title: "Counted wrong",
    says: &[
        Text(
            "A count shortly before took some away, and then more were sold than the count left. The count may have missed a shelf.",
        ),
        Heading(CHECK),
        Text("Look at the back room, the shop window and the second shelf. The row says what day the count was."),
        Heading(DO),
        Steps(&["Receive first what is on its way.", "Then count the item again, everywhere it can be."]),
        Example(
            "On Monday 4 candles were counted, but 6 more stood in the window. By Wednesday 7 are sold: −3. There are really 3: count 3.",
        ),
    ],
};

pub(super) const OVERSENT: HelpPage = HelpPage {
    title: "Too much sent",
    says: &[
        Text(
            "More was sent to another shop than arrived there. What was entered as sent was probably never in the van.",
        ),
        Heading(CHECK),
        Text("Ask the other shop how many came. Look whether the rest is still here."),
        Heading(DO),
        Steps(&[
            "If it never left, or is still on the road: take back what was sent too much.",
            "If it did arrive: let the other shop receive it.",
            "If it is lost: say so on the transfer. It then stays open here until you count.",
        ]),
        Example(
            "There were 5 lamps here, and 8 were entered as sent: −3. The other shop got 5. Take back 3: on hand is 0, in both shops it is right.",
        ),
    ],
};

pub(super) const BACKORDER: HelpPage = HelpPage {
    title: "Ordered by a customer",
    says: &[
        Text("A customer paid for it and comes back when it is there. This is no mistake: it is owed."),
        Heading(CHECK),
        Text("The receipt says who bought it and when, if a note was made."),
        Heading(DO),
        Steps(&[
            "Order it from the vendor, if nobody has.",
            "When it comes: receive it. The row closes by itself. Then call the customer.",
        ]),
        Example(
            "A customer pays for 1 armchair that is not in stock: −1. It is kept apart as a customer order. The armchair is received on Friday, and on hand is 0.",
        ),
        Text("The report counts these apart. You can leave them out with the filter Customer orders."),
    ],
};

pub(super) const WRONG_TYPE: HelpPage = HelpPage {
    title: "Holds no stock",
    says: &[
        Text(
            "It goes out again and again and never comes in. Perhaps it is nothing that can be counted: gift wrapping, a repair, a deposit.",
        ),
        Heading(CHECK),
        Text("Is it a thing on a shelf? Does anybody ever buy it from a vendor?"),
        Heading(DO),
        Steps(&[
            "If it is no thing: choose It holds no stock. What is open is closed, in every shop.",
            "If it is a thing: enter the deliveries that were forgotten.",
        ]),
        Example(
            "Gift wrapping is at −240 after a year. Nobody ever receives it. Made an item that holds no stock, it is gone from the report and can be sold as before.",
        ),
    ],
};

pub(super) const PACK_MIX_UP: HelpPage = HelpPage {
    title: "Packs and single units mixed up",
    says: &[
        Text(
            "Whole packs are missing. Perhaps a pack was never entered, or entered as one unit, or a single unit was sold as a pack.",
        ),
        Heading(CHECK),
        Text("Look at the last delivery: 3 packs, or 1, or 3 units? Look at which barcode was scanned at the till."),
        Heading(DO),
        Steps(&[
            "If the delivery is wrong: enter what was forgotten, in units.",
            "If the sale is wrong: refund its line and ring it up again.",
            "Check the item’s pack barcode: how many units it stands for.",
        ]),
        Example(
            "Three packs of 6 bottles came, and one was entered. After all 18 are sold the bottle is at −12: two whole packs. Enter the 12 that were forgotten: on hand is 0.",
        ),
    ],
};

pub(super) const NEVER_STOCKED: HelpPage = HelpPage {
    title: "Never stocked here",
    says: &[
        Text("It never came in to this shop, not by delivery, transfer or count. It was sold all the same."),
        Heading(CHECK),
        Text(
            "Is it on the shelf? Did somebody bring it from another shop? Is it a new item whose first stock was not entered?",
        ),
        Heading(DO),
        Steps(&[
            "If it came from another shop: choose A transfer was never entered.",
            "If it came from a vendor: choose A delivery was never entered.",
            "If it is not here at all: probably another item was sold. Choose that.",
        ]),
        Example(
            "A new tea is at −4 after two days. The 24 that came were put on the shelf and never entered. Enter them: 20 are on hand.",
        ),
    ],
};
