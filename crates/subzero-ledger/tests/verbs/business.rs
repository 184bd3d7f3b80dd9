//! A business of two shops that records what people enter.

use subzero_ledger::catalogue::Catalogue;
use subzero_ledger::documents::Documents;
use subzero_ledger::entry::catalogue::{EmployeeChange, ItemChange, ItemFields};
use subzero_ledger::entry::rights::Role;
use subzero_ledger::entry::{
    self, Body, Change, CostControl, Entry, Header, Mode, Order, OrderLine, OrderStage, Sale, SaleLine,
};
use subzero_ledger::ids::{DeviceId, EmployeeId, EntryId, ItemId, OrderId, SessionId, ShopId};
use subzero_ledger::instant::Instant;
use subzero_ledger::ledger::{Arrival, Ledger};
use subzero_ledger::money::{Amount, Price, UnitCost};
use subzero_ledger::quantity::Qty;
use subzero_ledger::verbs::{Delivery, Desk, Problem, ReceiveWish, WantedLine};

pub const HIGH_STREET: ShopId = ShopId(1);
pub const STATION: ShopId = ShopId(2);
pub const MUG: ItemId = ItemId::from_u128(1);
pub const CHEESE: ItemId = ItemId::from_u128(2);
pub const OWNER: EmployeeId = EmployeeId::from_u128(1);
pub const CASHIER: EmployeeId = EmployeeId::from_u128(2);
pub const MANAGER: EmployeeId = EmployeeId::from_u128(3);

/// Two shops of one account and a clock that goes a minute an entry.
#[derive(Clone)]
pub struct Business {
    pub ledger: Ledger,
    pub documents: Documents,
    pub catalogue: Catalogue,
    pub recorded: Vec<Entry>,
    pub employee: EmployeeId,
    pub approved_by: Option<EmployeeId>,
    pub mode: Mode,
}

impl Business {
    pub fn new() -> Self {
        let mut business = Self {
            ledger: Ledger::default(),
            documents: Documents::default(),
            catalogue: Catalogue::default(),
            recorded: Vec::new(),
            employee: OWNER,
            approved_by: None,
            mode: Mode::Allow,
        };
        let item = |(id, name, decimals): (_, &str, _)| {
            let fields = ItemFields { name: Some(name.into()), decimals: Some(decimals), ..ItemFields::default() };
            Change::Item(ItemChange { id, fields })
        };
        let employee = |(id, role)| {
            Change::Employee(EmployeeChange { id, name: None, role: Some(role), pin: None, active: Some(true) })
        };
        let people = [(OWNER, Role::Owner), (CASHIER, Role::Cashier), (MANAGER, Role::Manager)];
        let shops = [(HIGH_STREET, "High Street"), (STATION, "Station")];
        let changes = shops.map(|(id, name)| Change::Shop { id, name: name.into() }).into_iter();
        let changes = changes.chain(people.map(employee)).chain([(MUG, "Mug", 0), (CHEESE, "Cheddar", 3)].map(item));
        business.changes(changes.collect());
        business
    }

    pub fn changes(&mut self, changes: Vec<Change>) {
        let header = self.header(ShopId::OFFICE);
        let body = Body::Catalogue(entry::Catalogue { known: 0, changes });
        self.record(Entry { dseq: 0, header, body });
    }

    pub fn header(&self, shop: ShopId) -> Header {
        let number = self.recorded.len() as u64 + 1;
        Header {
            id: EntryId::from_u128(number.into()),
            shop,
            device: DeviceId(1),
            at: Instant::from_unix_ms(1_772_442_000_000 + number.cast_signed() * 60_000).unwrap(),
            employee: self.employee,
            session: SessionId::from_u128(1),
            approved_by: self.approved_by,
            import: None,
            mode: self.mode,
            cost_control: CostControl::Default,
        }
    }

    pub fn desk(&self, shop: ShopId) -> Desk<'_> {
        let Self { ledger, documents, catalogue, .. } = self;
        Desk { header: self.header(shop), ledger, documents, tables: catalogue }
    }

    pub fn record(&mut self, mut entry: Entry) -> EntryId {
        entry.dseq = self.recorded.len() as u64 + 1;
        let entry = Entry::decode(entry.dseq, &entry.encode().unwrap()).unwrap();
        self.ledger.insert(entry.clone(), Arrival::Own { dseq: entry.dseq });
        self.documents.insert(&entry);
        self.catalogue.insert(&entry, Arrival::Confirmed { seq: entry.dseq });
        self.recorded.push(entry.clone());
        entry.header.id
    }

    /// Records what the desk lets through.
    pub fn does(
        &mut self,
        verb: impl FnOnce(&Desk<'_>) -> Result<Entry, Problem>,
        shop: ShopId,
    ) -> Result<EntryId, Problem> {
        let entry = verb(&self.desk(shop))?;
        Ok(self.record(entry))
    }

    /// Records all that the desk lets through at once, each where it belongs.
    pub fn does_all(
        &mut self,
        verb: impl FnOnce(&Desk<'_>) -> Result<Vec<(ShopId, Body)>, Problem>,
        at: ShopId,
    ) -> Result<(), Problem> {
        for (shop, body) in verb(&self.desk(at))? {
            let header = self.header(shop);
            self.record(Entry { dseq: 0, header, body });
        }
        Ok(())
    }

    pub fn receives(&mut self, shop: ShopId, item: ItemId, units: u32) -> EntryId {
        let wish = ReceiveWish {
            of_line: None,
            item,
            qty: Qty::from_units(units),
            cost: UnitCost::from_ten_thousandths(40_000),
        };
        self.does(|desk| desk.receive(&Delivery::default(), &[wish]), shop).unwrap()
    }

    pub fn sells(&mut self, shop: ShopId, item: ItemId, units: u32, pence: i64) -> EntryId {
        let (item, header) = (self.catalogue.items[&item].stamped(), self.header(shop));
        let price = Price::from_ten_thousandths(pence * 100);
        let (discount, recorded_cost, oversold) = (Amount::ZERO, Amount::ZERO, None);
        let line = SaleLine { item, qty: Qty::from_units(units), price, discount, recorded_cost, oversold };
        let sale = Sale { receipt: "1-1-1".into(), lines: vec![line], tenders: vec![], places: 2, note: String::new() };
        self.record(Entry { dseq: 0, header, body: Body::Sale(sale) })
    }

    pub fn on_hand(&self, shop: ShopId, item: ItemId) -> String {
        self.ledger.on_hand(item, shop).to_string()
    }

    pub fn orders(&mut self, lines: &[(ItemId, u32)]) -> OrderId {
        let order = OrderId::from_u128(self.recorded.len() as u128);
        let line = |(number, &(item, units)): (u16, &(ItemId, u32))| {
            OrderLine::of(&self.catalogue.items[&item], number, Qty::from_units(units))
        };
        let lines = (1..).zip(lines).map(line).collect();
        let (number, stage, note) = ("PO-1".into(), OrderStage::Ordered, String::new());
        self.does(|desk| desk.save_order(Order { order, number, vendor: None, stage, lines, note }), HIGH_STREET)
            .unwrap();
        order
    }
}

pub fn wanted(item: ItemId, units: u32) -> WantedLine {
    WantedLine { item, qty: Qty::from_units(units) }
}
