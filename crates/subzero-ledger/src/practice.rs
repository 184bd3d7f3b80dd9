//! Practice: what a throw-away account begins with, and the first lesson in it.
//!
//! Two shops, a small bakery's goods, one order on its way. The lesson is about one item of which there are 2: it is oversold, and then
//! either put right, or seen to have been added automatically. How far somebody is in it is read from the ledger; only what they looked at
//! the ledger does not know, and is told.

use serde::{Deserialize, Serialize};

use crate::entry::catalogue::EmployeeChange;
use crate::entry::rights::Role;
use crate::entry::{Body, Catalogue, Change, CostControl, Entry, Header, Mode, Order, OrderLine, OrderStage};
use crate::history::Fill;
use crate::ids::{DeviceId, EmployeeId, EntryId, ItemId, OrderId, SessionId, ShopId};
use crate::instant::Instant;
use crate::ledger::Ledger;
use crate::money::UnitCost;
use crate::quantity::Qty;
use crate::report::episodes;
use crate::sample::{self, Good};

/// The shop one practises in.
pub const SHOP: ShopId = ShopId(1);
/// The other one.
pub const OTHER_SHOP: ShopId = ShopId(2);
/// The register.
pub const REGISTER: DeviceId = DeviceId(1);
/// Whoever practises: a manager.
pub const PERSON: EmployeeId = EmployeeId::from_u128(1);
/// The item of the lesson.
pub const ITEM: ItemId = sample::MUG;
/// The order on which it is on its way.
pub const ORDER: OrderId = OrderId::from_u128(1);
/// How many are on that order.
const ORDERED: Qty = Qty::from_units(12);
/// What one is to cost: a little more than its default cost, so that there is a variance to see.
const ORDERED_AT: UnitCost = UnitCost::from_ten_thousandths(35_000);

/// What things are called, in the language that people read.
#[derive(Clone, Copy, Debug)]
pub struct Names<'a> {
    /// The shop one practises in.
    pub shop: &'a str,
    /// The other one.
    pub other_shop: &'a str,
    /// The register.
    pub register: &'a str,
    /// Whoever practises.
    pub person: &'a str,
    /// The order's number.
    pub order: &'a str,
}

/// The entries that a practice account begins with, each shop's in their order: the same ones for the same arguments.
pub fn opening(names: Names<'_>, mode: Mode, at: Instant) -> Vec<Entry> {
    let shops = [(SHOP, names.shop), (OTHER_SHOP, names.other_shop)];
    let shops = shops.map(|(id, name)| Change::Shop { id, name: name.to_owned() });
    let person = Change::Employee(EmployeeChange {
        id: PERSON,
        name: Some(names.person.to_owned()),
        role: Some(Role::Manager),
        pin: None,
        active: Some(true),
    });
    let register = Change::Register { id: REGISTER, name: names.register.to_owned(), shop: SHOP };
    let module = Change::NegativeInventory { from: Mode::Allow, to: mode };
    let changes = shops
        .into_iter()
        .chain([person, register])
        .chain((mode != Mode::Allow).then_some(module))
        .chain(sample::vendors().into_iter().map(Change::Vendor))
        .chain(sample::items().into_iter().map(Change::Item));
    let office = Body::Catalogue(Catalogue { known: 0, changes: changes.collect() });
    let bodies = [
        (ShopId::OFFICE, office),
        (SHOP, Body::Receipt(sample::opening_stock(|good| good.in_first))),
        (OTHER_SHOP, Body::Receipt(sample::opening_stock(|good| good.in_second))),
    ];
    let order = order(names.order).map(|order| (SHOP, Body::Order(order)));
    let entry = |(number, (shop, body)): (u128, (ShopId, Body))| {
        let header = Header {
            id: EntryId::from_u128(number),
            shop,
            device: REGISTER,
            at,
            employee: PERSON,
            session: SessionId::from_u128(0),
            approved_by: None,
            import: None,
            mode,
            cost_control: CostControl::Default,
        };
        Entry { dseq: 0, header, body }
    };
    (1..).zip(bodies.into_iter().chain(order)).map(entry).collect()
}

fn order(number: &str) -> Option<Order> {
    let good = Good::with_id(ITEM)?;
    let line =
        OrderLine { number: 0, item: good.stamped(ITEM), qty: ORDERED, cost: ORDERED_AT, vendor_code: String::new() };
    let (number, note) = (number.to_owned(), String::new());
    let vendor = sample::vendor(good.vendor);
    Some(Order { order: ORDER, number, vendor, stage: OrderStage::Ordered, lines: vec![line], note })
}

/// A thing to do in the lesson.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Sell more of the item than there is.
    Sell,
    /// See in the report why it is negative.
    SeeWhy,
    /// Receive the order that is on its way.
    Receive,
    /// See in the inventory changes what was added automatically.
    SeeAdded,
    /// See that there is no report, and why.
    SeeNoReport,
}

/// What somebody looked at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seen {
    /// Why the item is negative.
    pub why: bool,
    /// What was added automatically.
    pub added: bool,
    /// That there is no report.
    pub no_report: bool,
}

/// The lesson: with the module on or off, and what was looked at in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lesson {
    /// With it, or without.
    pub mode: Mode,
    /// What was looked at.
    pub seen: Seen,
}

/// How far somebody is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stand {
    /// This is next.
    At(Step),
    /// The item is not negative any more, but its order was not received: what is on its way may come to be there twice.
    Otherwise,
    /// The order filled what was missing.
    Filled {
        /// What it did to the cost.
        fill: Fill,
        /// How many there are now.
        on_hand: Qty,
    },
    /// What was added automatically was seen.
    Added {
        /// How many.
        qty: Qty,
    },
}

impl Lesson {
    /// A new one.
    pub fn new(mode: Mode) -> Self {
        Self { mode, seen: Seen::default() }
    }

    /// Its steps.
    pub const fn steps(self) -> [Step; 3] {
        match self.mode {
            Mode::Allow => [Step::Sell, Step::SeeWhy, Step::Receive],
            Mode::AutoAdd => [Step::Sell, Step::SeeAdded, Step::SeeNoReport],
        }
    }

    /// How far somebody is in it.
    pub fn stand(self, ledger: &Ledger) -> Stand {
        match self.mode {
            Mode::Allow => self.stand_with(ledger),
            Mode::AutoAdd => self.stand_without(ledger),
        }
    }

    fn stand_with(self, ledger: &Ledger) -> Stand {
        let Some(last) = episodes(ledger, ITEM, SHOP).into_iter().next() else { return Stand::At(Step::Sell) };
        let on_hand = ledger.on_hand(ITEM, SHOP);
        if on_hand.is_negative() {
            return Stand::At(if self.seen.why { Step::Receive } else { Step::SeeWhy });
        }
        let is_of_order = |fill: &Fill| {
            let by = ledger.entry(fill.by.entry).map(|entry| &entry.body);
            matches!(by, Some(Body::Receipt(receipt)) if receipt.order == Some(ORDER))
        };
        let fill = last.rows.iter().flat_map(|row| &row.fills).find(|fill| is_of_order(fill));
        fill.map_or(Stand::Otherwise, |fill| Stand::Filled { fill: *fill, on_hand })
    }

    fn stand_without(self, ledger: &Ledger) -> Stand {
        let Some((_, portion)) = ledger.automated(ITEM, SHOP).next() else { return Stand::At(Step::Sell) };
        match (self.seen.added, self.seen.no_report) {
            (false, _) => Stand::At(Step::SeeAdded),
            (true, false) => Stand::At(Step::SeeNoReport),
            (true, true) => Stand::Added { qty: portion.qty },
        }
    }
}

/// How many of the item to sell so that one of them is not there.
pub fn too_many(ledger: &Ledger) -> Qty {
    let there = ledger.on_hand(ITEM, SHOP).max(Qty::ZERO);
    there.checked_add(Qty::ONE).unwrap_or(there)
}

impl Seen {
    /// The same, once whoever is at such a step has looked. What is done in the ledger is not looked at.
    #[must_use]
    pub const fn and(mut self, step: Step) -> Self {
        match step {
            Step::SeeWhy => self.why = true,
            Step::SeeAdded => self.added = true,
            Step::SeeNoReport => self.no_report = true,
            Step::Sell | Step::Receive => {}
        }
        self
    }
}
