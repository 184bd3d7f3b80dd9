//! Help: putting it right.

use crate::words::help::HelpPage;
use crate::words::help::Says::{Careful, Example, Heading, Points, Steps, Text};

const WHEN: &str = "When";
const HOW: &str = "How";

pub(super) const PUTTING_RIGHT: HelpPage = HelpPage {
    title: "Which way out to take",
    says: &[
        Text(
            "Open the item in the report. The ways out stand under Put it right. Each makes an ordinary entry, and the row closes by itself. Most can be taken back right after.",
        ),
        Text("Ask in this order:"),
        Steps(&[
            "Is it on its way or in the back room? Receive the order or the transfer.",
            "Did it come and nobody entered it? Enter what was forgotten.",
            "Was too much sent away? Take it back.",
            "Was it really another item? Move the sale to that one.",
            "Is it owed to a customer? Mark it as a customer order.",
            "Is it nothing that can be counted? Make it an item that holds no stock.",
            "None of these? Count it, or enter what was found.",
        ]),
        Careful(
            "Receive first, count later. If you count while a delivery is not received, and then receive it, it is there twice.",
        ),
    ],
};

pub(super) const RECEIVE_ORDER: HelpPage = HelpPage {
    title: "Receive the order",
    says: &[
        Heading(WHEN),
        Text("The item is on order, and the goods are here."),
        Heading(HOW),
        Steps(&[
            "On the item’s page in the report, tap Receive with the order’s number.",
            "If more or less came than was ordered: tap Open the order instead, and enter what came.",
        ]),
        Example(
            "Mug at −1, 12 on order at 3.50. Receive 12. One fills the gap, 11 are on hand, and the sale’s cost becomes 3.50.",
        ),
        Text("What comes in fills the oldest gap first. What is left over is on hand."),
    ],
};

pub(super) const RECEIVE_TRANSFER: HelpPage = HelpPage {
    title: "Receive the transfer",
    says: &[
        Heading(WHEN),
        Text("Another shop sent it, and it is here."),
        Heading(HOW),
        Steps(&[
            "On the item’s page in the report, tap Receive with the shop’s name.",
            "If only some came: tap Open the transfer, and enter what came. The rest stays on its way.",
        ]),
        Example(
            "Scarf at −2. The other shop sent 5 yesterday, and the bag is behind the counter. Receive 5: 3 are on hand here. Nothing changes for the shop that sent them.",
        ),
    ],
};

pub(super) const ENTER_FORGOTTEN: HelpPage = HelpPage {
    title: "Enter what was forgotten",
    says: &[
        Heading(WHEN),
        Text("A delivery or a transfer came, and nobody entered it."),
        Heading(HOW),
        Steps(&[
            "A delivery: tap A delivery was never entered. Enter how many came, and what one cost. Enter all of it, not only what is missing.",
            "A transfer: tap A transfer was never entered, and choose the shop that sent it. It is taken out there and comes in here.",
        ]),
        Example("Milk at −14, and the note says 20 came. Enter 20, not 14: 6 are on hand, as on the shelf."),
        Careful(
            "Look first whether the delivery is there as an order. If it is, receive the order: else it is entered twice.",
        ),
    ],
};

pub(super) const TAKE_BACK: HelpPage = HelpPage {
    title: "Take back what was sent too much",
    says: &[
        Heading(WHEN),
        Text("More was entered as sent than there was, and the rest never left, or came back."),
        Heading(HOW),
        Steps(&[
            "If it was not received there yet: tap Take back. It comes off the transfer.",
            "If the other shop received it and sent it back: tap the button with that shop’s name.",
        ]),
        Example(
            "5 lamps were here, 8 were entered as sent, 5 arrived. Take back 3: on hand is 0, and the transfer is complete.",
        ),
    ],
};

pub(super) const OTHER_ITEM: HelpPage = HelpPage {
    title: "Move the sale to the item really sold",
    says: &[
        Heading(WHEN),
        Text("Another item was rung up than the one that went over the counter."),
        Heading(HOW),
        Steps(&["Tap Another item was sold.", "Find or scan the item that was really sold, and record."]),
        Text(
            "The first item gets its units back, the other one gives them. The customer’s receipt and what they paid stay as they are.",
        ),
        Example(
            "Blue mug at −2, green mug at 2. Move the sale of 2 to the green mug: both are at 0, as on the shelves.",
        ),
    ],
};

pub(super) const COUNT: HelpPage = HelpPage {
    title: "Count it",
    says: &[
        Heading(WHEN),
        Text("Nothing is on its way, nothing was forgotten, and you want the figure to be what is on the shelf."),
        Heading(HOW),
        Steps(&[
            "Receive first whatever is on its way.",
            "Count everywhere: shelf, window, back room.",
            "Tap Count it, and enter what is there now.",
        ]),
        Careful(
            "Counting before receiving makes stock out of nothing. If something is on its way, the app says so and offers Receive first.",
        ),
        Example(
            "Mug at −1. A box of 12 came and one was sold out of it: 11 are on the shelf. Wrong: count 11, then receive 12. On hand is 23, and 12 of them do not exist. Right: receive 12, and on hand is 11.",
        ),
        Text(
            "A count sets the figure as of the moment you counted. A sale from before that arrives later does not change it.",
        ),
    ],
};

pub(super) const ADJUST: HelpPage = HelpPage {
    title: "Adjust",
    says: &[
        Heading(WHEN),
        Text("You know how many were found, and do not want to count all of it."),
        Heading(HOW),
        Steps(&[
            "On the item’s page in the report, tap Found some, and enter how many.",
            "For what is broken or used up: Stock → Adjust, with the reason. That never goes below zero.",
        ]),
        Example("Candle at −3. A box of 10 is found under the stairs. Enter 10 found: 7 are on hand."),
        Careful("If something is on its way, receive it first. What you found may be just that."),
    ],
};

pub(super) const CUSTOMER_ORDER: HelpPage = HelpPage {
    title: "Mark as customer order",
    says: &[
        Heading(WHEN),
        Text("It was sold on purpose before it was here, and a customer waits for it."),
        Heading(HOW),
        Steps(&[
            "At the till: tap Order for the customer in the warning.",
            "Later: on the item’s page in the report, tap Ordered by customers.",
        ]),
        Text(
            "On hand stays negative, as it should: it is owed. The report keeps it apart, and it closes when the item is received.",
        ),
        Example(
            "1 armchair sold, 0 here: −1, ordered by a customer. When it is received on Friday, on hand is 0 and it is ready to be fetched.",
        ),
    ],
};

pub(super) const NO_STOCK: HelpPage = HelpPage {
    title: "Make it an item that holds no stock",
    says: &[
        Heading(WHEN),
        Text("It is nothing that can be on a shelf: a service, a deposit, gift wrapping."),
        Heading(HOW),
        Steps(&["On the item’s page in the report, tap It holds no stock, and confirm."]),
        Points(&[
            "What is open is closed, with that reason, in every shop.",
            "It can be sold as before, and never goes negative again.",
            "You can turn it round in the item’s details. It then starts at 0.",
        ]),
        Example("Gift wrapping at −240. It is not counted any more: the report is 240 units shorter, and says why."),
    ],
};
