//! The tickets and deliveries through the ordinary till: a cart is filled and settled, and the sale is an entry like any other.
//!
//! Two registers take turns by ticket number; both know what the other sold. Deliveries are entered at the first.

use serde::Serialize;
use subzero_ledger::cart::{Cart, CartError, Payment};
use subzero_ledger::catalogue::{Catalogue, Item};
use subzero_ledger::documents::Documents;
use subzero_ledger::entry::{
    self, Body, Change, CostControl, DecodeError, Entry, Header, Mode, Receipt, ReceiptLine, SaleLine,
};
use subzero_ledger::ids::{DeviceId, EmployeeId, EntryId, SessionId, ShopId};
use subzero_ledger::instant::Instant;
use subzero_ledger::ledger::{Arrival, Ledger};
use subzero_ledger::money::{Amount, UnitCost};
use subzero_ledger::quantity::Qty;
use subzero_ledger::report::{Filter, GroupBy, Order, Report, Shown, Totals};
use subzero_ledger::stock::Overflow;
use subzero_sync::wire::EntryBytes;
use uuid::Builder;

use crate::made_up::{Delivery, Good};
use crate::tickets::Ticket;

/// Decimal places of the account's currency.
const PLACES: u8 = 2;

/// Why an entry was not recorded.
#[derive(Debug, thiserror::Error)]
pub enum TillError {
    /// The cart.
    #[error("ticket {ticket}: {error}")]
    Cart {
        /// The ticket.
        ticket: u32,
        /// Why it cannot be sold.
        error: CartError,
    },
    /// The codec.
    #[error(transparent)]
    Encode(#[from] DecodeError),
    /// The report.
    #[error(transparent)]
    Overflow(#[from] Overflow),
}

/// One register: its device, who works at it, and what it has recorded.
#[derive(Clone, Debug)]
pub struct Register {
    /// Its device.
    pub device: DeviceId,
    /// Who is signed in.
    pub employee: EmployeeId,
    /// Its outbox, in order.
    pub outbox: Vec<EntryBytes>,
}

/// A shop with its registers.
#[derive(Debug)]
pub struct Bakery {
    shop: ShopId,
    registers: [Register; 2],
    ledger: Ledger,
    catalogue: Catalogue,
    items: Vec<Item>,
    costs: Vec<UnitCost>,
    recorded: u64,
}

/// One row of the report in words: what a screen and a support tool must agree on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ReportRow {
    /// The item's name.
    pub item: String,
    /// Its quantity, below zero.
    pub on_hand: String,
    /// The receipt number of the sale that went negative.
    pub receipt: String,
    /// How much went negative.
    pub short: String,
    /// How much of it is still open.
    pub open: String,
    /// Estimated unit cost; none when no cost is known.
    pub unit_cost: Option<String>,
    /// When, in Unix milliseconds.
    pub since_ms: i64,
}

impl Bakery {
    /// A shop that sells these goods at two registers.
    pub fn new(shop: ShopId, registers: [Register; 2], goods: &[Good]) -> Self {
        let mut bakery = Self {
            shop,
            registers,
            ledger: Ledger::default(),
            catalogue: Catalogue::default(),
            items: Vec::new(),
            costs: goods.iter().map(|good| good.cost).collect(),
            recorded: 0,
        };
        for (seq, changes) in (1..).zip(changes(goods).chunks(entry::LINES_MAX)) {
            let header = bakery.header(0, Instant::MIN, 0);
            let body = Body::Catalogue(entry::Catalogue { known: 0, changes: changes.to_vec() });
            let entry = Entry { dseq: seq, header: Header { shop: ShopId::OFFICE, ..header }, body };
            bakery.catalogue.insert(&entry, Arrival::Confirmed { seq });
        }
        bakery.items = goods.iter().filter_map(|good| bakery.catalogue.items.get(&good.id)).cloned().collect();
        bakery
    }

    /// Runs all tickets and deliveries in the order in which they were entered.
    pub fn run(&mut self, tickets: &[Ticket], deliveries: &[Delivery]) -> Result<(), TillError> {
        let mut deliveries = deliveries.iter().peekable();
        for ticket in tickets {
            while let Some(delivery) = deliveries.next_if(|delivery| delivery.entered <= ticket.at) {
                self.receive(delivery)?;
            }
            self.sell(ticket)?;
        }
        deliveries.try_for_each(|delivery| self.receive(delivery))
    }

    fn sell(&mut self, ticket: &Ticket) -> Result<(), TillError> {
        let refused = |error| TillError::Cart { ticket: ticket.number, error };
        let register = usize::from(ticket.number.is_multiple_of(2));
        let mut cart = Cart::default();
        for name in &ticket.items {
            let item = self.items.iter().find(|item| item.name == *name).ok_or(refused(CartError::UnknownItem))?;
            cart.add(item, Qty::ONE).map_err(refused)?;
        }
        let header = self.header(register, ticket.at, self.recorded);
        let number = self.registers[register].outbox.len() + 1;
        let receipt = format!("{}-{}-{number}", self.shop, self.registers[register].device);
        let cash = Payment::cash(cart.bill(PLACES).map_err(refused)?.total, PLACES);
        let sale = cart.settle(header, receipt, cash, &self.ledger, &self.catalogue).map_err(refused)?;
        self.record(register, sale)
    }

    fn receive(&mut self, delivery: &Delivery) -> Result<(), TillError> {
        let line = |&(place, units): &(usize, u32)| {
            let (item, cost) = (self.items.get(place)?, *self.costs.get(place)?);
            Some(ReceiptLine { of_line: None, item: item.stamped(), qty: Qty::from_units(units), cost })
        };
        let lines = delivery.lines.iter().filter_map(line).collect();
        let body =
            Body::Receipt(Receipt { order: None, vendor: None, lines, reference: "made-up delivery".to_owned() });
        let header = self.header(0, delivery.dated, self.recorded);
        self.record(0, Entry { dseq: 0, header, body })
    }

    fn record(&mut self, register: usize, mut entry: Entry) -> Result<(), TillError> {
        let outbox = &mut self.registers[register].outbox;
        outbox.push(EntryBytes(entry.encode()?));
        entry.dseq = outbox.len() as u64;
        self.recorded += 1;
        self.ledger.insert(entry, Arrival::Own { dseq: self.recorded });
        Ok(())
    }

    fn header(&self, register: usize, at: Instant, number: u64) -> Header {
        let random: [u8; 10] = std::array::from_fn(|place| number.to_be_bytes().get(place).copied().unwrap_or(0xba));
        let id = Builder::from_unix_timestamp_millis(at.unix_ms().unsigned_abs(), &random).into_uuid();
        let Register { device, employee, .. } = self.registers[register];
        let (mode, cost_control, approved_by) = (Mode::Allow, CostControl::Default, None);
        // One long sign-in a register.
        let session = SessionId::from_u128(device.0.into());
        Header {
            id: EntryId(id),
            shop: self.shop,
            device,
            at,
            employee,
            session,
            approved_by,
            import: None,
            mode,
            cost_control,
        }
    }

    /// The registers with what they recorded.
    pub const fn registers(&self) -> &[Register; 2] {
        &self.registers
    }

    /// All that was recorded, in the order in which it was.
    pub fn recorded(&self) -> Vec<Entry> {
        let mut recorded: Vec<(&Entry, Arrival)> = self.ledger.entries().collect();
        recorded.sort_by_key(|(_, arrival)| *arrival);
        recorded.into_iter().map(|(entry, _)| entry.clone()).collect()
    }

    /// The report, natively, as of the last entry.
    pub fn report(&self) -> Report {
        let now = self.ledger.newest_first().next().map_or(Instant::MIN, |entry| entry.header.at);
        Report::now(&self.ledger, &Documents::default(), &self.catalogue, now)
    }

    fn shown(&self, report: &Report) -> Result<Shown, TillError> {
        Ok(report.shown(&self.catalogue, &Filter::default(), Order::default(), GroupBy::Item)?)
    }

    /// The report's totals.
    pub fn report_totals(&self) -> Result<Totals, TillError> {
        Ok(self.shown(&self.report())?.totals)
    }

    /// The report's rows in words, in the order shown.
    pub fn report_rows(&self) -> Result<Vec<ReportRow>, TillError> {
        let report = self.report();
        let shown = self.shown(&report)?;
        let rows = shown.sections.iter().flat_map(|section| &section.rows).filter_map(|row| report.rows.get(*row));
        let in_words = rows.map(|row| {
            let on_hand = report.items.get(&(row.item, row.shop)).map(|negative| negative.on_hand).unwrap_or_default();
            let receipt = self.ledger.receipt(row.item, row.shop, row.line).unwrap_or_default().to_owned();
            ReportRow {
                item: self.catalogue.items.get(&row.item).map(|item| item.name.clone()).unwrap_or_default(),
                on_hand: on_hand.to_string(),
                receipt,
                short: row.short.to_string(),
                open: row.open.to_string(),
                unit_cost: row.unit_cost.known().map(|cost| cost.to_string()),
                since_ms: row.since.unix_ms(),
            }
        });
        Ok(in_words.collect())
    }

    /// Units sold by all sales of both registers.
    pub fn units_sold(&self) -> Qty {
        self.sale_lines().fold(Qty::ZERO, |sum, line| sum.checked_add(line.qty).unwrap_or(sum))
    }

    /// What customers paid, all in all.
    pub fn takings(&self) -> Amount {
        self.sale_lines().fold(Amount::ZERO, |sum, line| sum.checked_add(line.price.times(line.qty)).unwrap_or(sum))
    }

    fn sale_lines(&self) -> impl Iterator<Item = &SaleLine> {
        self.ledger.entries().filter_map(|(entry, _)| entry.body.as_sale()).flat_map(|sale| &sale.lines)
    }
}

/// The changes that create the goods.
pub fn changes(goods: &[Good]) -> Vec<Change> {
    goods.iter().enumerate().map(|(number, good)| Change::Item(good.change(number))).collect()
}
