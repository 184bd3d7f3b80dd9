//! Items, vendors, people and rights: who may change them, what cannot be saved, and what is written down of it.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

use subzero_ledger::audit::{Audited, audit};
use subzero_ledger::catalogue::{Catalogue, Denied, Employee, Helped, Item, ItemProblem, Vendor};
use subzero_ledger::documents::Documents;
use subzero_ledger::entry::catalogue::{Barcode, EmployeeChange, PinVerifier};
use subzero_ledger::entry::rights::{May, Right, Rights, Role};
use subzero_ledger::entry::{self, Body, Change, CostControl, DecodeError, Entry, Header, ItemKind, Mode};
use subzero_ledger::ids::{DeviceId, EmployeeId, EntryId, ImportId, ItemId, SessionId, ShopId, VendorId};
use subzero_ledger::instant::Instant;
use subzero_ledger::ledger::{Arrival, Ledger};
use subzero_ledger::money::UnitCost;
use subzero_ledger::quantity::Qty;
use subzero_ledger::verbs::{Delivery, Desk, Problem, ReceiveWish, imports};

const OWNER: EmployeeId = EmployeeId::from_u128(1);
const MANAGER: EmployeeId = EmployeeId::from_u128(2);
const CASHIER: EmployeeId = EmployeeId::from_u128(3);
const MUG: ItemId = ItemId::from_u128(10);
const HERE: ShopId = ShopId(1);
const THERE: ShopId = ShopId(2);
const PIN: PinVerifier = PinVerifier { salt: [1; 16], rounds: 1, hash: [2; 32] };

struct Office {
    ledger: Ledger,
    documents: Documents,
    catalogue: Catalogue,
    recorded: u64,
    employee: EmployeeId,
    importing: Option<ImportId>,
}

impl Office {
    fn new() -> Self {
        let (ledger, documents, catalogue) = Default::default();
        let mut office = Self { ledger, documents, catalogue, recorded: 0, employee: OWNER, importing: None };
        let person = |id, name: &str, role| {
            let (name, role, pin) = (Some(name.to_owned()), Some(role), Some(PIN));
            Change::Employee(EmployeeChange { id, name, role, pin, active: Some(true) })
        };
        let people = [
            person(OWNER, "Olive", Role::Owner),
            person(MANAGER, "Maya", Role::Manager),
            person(CASHIER, "Chris", Role::Cashier),
        ];
        let shops = [(HERE, "Here"), (THERE, "There")].map(|(id, name)| Change::Shop { id, name: name.into() });
        let changes = people.into_iter().chain(shops).collect();
        office.record(ShopId::OFFICE, Body::Catalogue(entry::Catalogue { known: 0, changes }));
        office.save_item(None, &mug()).unwrap();
        office
    }

    /// Records as somebody who brings in a file.
    fn import(&mut self, import: ImportId, shop: ShopId, body: Body) {
        self.importing = Some(import);
        self.record(shop, body);
        self.importing = None;
    }

    fn header(&self, shop: ShopId) -> Header {
        let number = self.recorded + 1;
        Header {
            id: EntryId::from_u128(number.into()),
            shop,
            device: DeviceId(1),
            at: Instant::from_unix_ms(1_772_442_000_000 + number.cast_signed() * 60_000).unwrap(),
            employee: self.employee,
            session: SessionId::from_u128(1),
            approved_by: None,
            import: self.importing,
            mode: Mode::Allow,
            cost_control: CostControl::Default,
        }
    }

    fn desk(&self, shop: ShopId) -> Desk<'_> {
        let (ledger, documents, tables) = (&self.ledger, &self.documents, self.catalogue.tables());
        Desk { header: self.header(shop), ledger, documents, tables }
    }

    fn record(&mut self, shop: ShopId, body: Body) {
        let entry = Entry { dseq: self.recorded + 1, header: self.header(shop), body };
        self.recorded += 1;
        let entry = Entry::decode(entry.dseq, &entry.encode().unwrap()).unwrap();
        self.ledger.insert(entry.clone(), Arrival::Own { dseq: entry.dseq });
        self.documents.insert(&entry);
        self.catalogue.insert(&entry, Arrival::Confirmed { seq: entry.dseq });
    }

    fn does(&mut self, verb: impl FnOnce(&Desk<'_>) -> Result<Entry, Problem>) -> Result<(), Problem> {
        let entry = verb(&self.desk(ShopId::OFFICE))?;
        self.record(ShopId::OFFICE, entry.body);
        Ok(())
    }

    fn save_item(&mut self, before: Option<&Item>, now: &Item) -> Result<Vec<ShopId>, Problem> {
        let bodies = self.desk(HERE).save_item(before, now)?;
        let shops = bodies.iter().map(|(shop, _)| *shop).collect();
        for (shop, body) in bodies {
            self.record(shop, body);
        }
        Ok(shops)
    }

    fn employee(&self, id: EmployeeId) -> Employee {
        self.catalogue.employees[&id].clone()
    }
}

fn mug() -> Item {
    let barcodes = vec![Barcode::single("4006381333931"), Barcode { code: "77".into(), pack: Qty::from_units(6) }];
    Item { name: "Mug".into(), sku: "M-1".into(), barcodes, ..Item::new(MUG) }
}

#[test]
fn an_item_says_everything_that_keeps_it_from_being_saved() {
    let mut office = Office::new();
    let half = Qty::from_thousandths(500);
    let other = Item {
        name: " ".into(),
        sku: "m-1".into(),
        barcodes: vec![
            Barcode::single("04006381333931"),
            Barcode::single("5"),
            Barcode { code: "5".into(), pack: half },
        ],
        default_cost: Some(UnitCost::from_ten_thousandths(i64::MAX)),
        reorder_point: Some(half),
        ..Item::new(ItemId::from_u128(11))
    };
    let problems = office.catalogue.problems(&other);
    let has = |is: fn(&ItemProblem) -> bool| assert!(problems.iter().any(is), "{problems:?}");
    has(|problem| *problem == ItemProblem::NoName);
    has(|problem| matches!(problem, ItemProblem::Sku { other, .. } if other == "Mug"));
    has(|problem| matches!(problem, ItemProblem::Barcode { other, .. } if other == "Mug"));
    has(|problem| matches!(problem, ItemProblem::BarcodeTwice { code } if code == "5"));
    has(|problem| matches!(problem, ItemProblem::Pack { code, .. } if code == "5"));
    has(|problem| *problem == ItemProblem::Cost);
    has(|problem| matches!(problem, ItemProblem::ReorderPoint(_)));
    assert!(matches!(office.save_item(None, &other), Err(Problem::Item(_))));
    let known = office.catalogue.items[&MUG].clone();
    assert_eq!(office.save_item(Some(&known), &known), Err(Problem::Unchanged));
    office.employee = CASHIER;
    let renamed = Item { name: "Cup".into(), ..known.clone() };
    assert_eq!(office.save_item(Some(&known), &renamed), Err(Problem::Denied(Denied::Never)));
}

#[test]
fn an_item_that_becomes_a_service_says_so_in_every_shop_that_knows_it() {
    let mut office = Office::new();
    let wish = ReceiveWish { of_line: None, item: MUG, qty: Qty::from_units(3), cost: UnitCost::default() };
    for shop in [HERE, THERE] {
        let body = office.desk(shop).receive(&Delivery::default(), &[wish]).unwrap().body;
        office.record(shop, body);
    }
    let known = office.catalogue.items[&MUG].clone();
    let service = Item { kind: ItemKind::NonInventory, ..known.clone() };
    assert_eq!(office.save_item(Some(&known), &service), Ok(vec![ShopId::OFFICE, HERE, THERE]));
    assert_eq!([HERE, THERE].map(|shop| office.ledger.on_hand(MUG, shop)), [Qty::ZERO; 2]);
    assert_eq!(office.save_item(Some(&service), &known), Ok(vec![ShopId::OFFICE, HERE, THERE]));
    let body = office.desk(HERE).receive(&Delivery::default(), &[wish]).unwrap().body;
    office.record(HERE, body);
    assert_eq!(office.ledger.on_hand(MUG, HERE), Qty::from_units(3), "it holds stock again");
}

#[test]
fn vendors_have_names_of_their_own() {
    let mut office = Office::new();
    let mill = Vendor { name: "Mill Lane".into(), ..Vendor::default() };
    let (one, two) = (VendorId::from_u128(1), VendorId::from_u128(2));
    office.does(|desk| desk.save_vendor(one, None, &mill)).unwrap();
    let same = Vendor { name: " mill LANE ".into(), ..Vendor::default() };
    assert_eq!(office.does(|desk| desk.save_vendor(two, None, &same)), Err(Problem::NameTaken));
    assert_eq!(office.does(|desk| desk.save_vendor(two, None, &Vendor::default())), Err(Problem::NoName));
    assert_eq!(office.does(|desk| desk.save_vendor(one, Some(&mill), &mill)), Err(Problem::Unchanged));
    let archived = Vendor { archived: true, ..mill.clone() };
    office.does(|desk| desk.save_vendor(one, Some(&mill), &archived)).unwrap();
    assert!(office.catalogue.vendors[&one].archived);
}

#[test]
fn one_owner_stays_who_can_sign_in() {
    let mut office = Office::new();
    let owner = office.employee(OWNER);
    for now in [Employee { active: false, ..owner.clone() }, Employee { role: Role::Manager, ..owner.clone() }] {
        assert_eq!(office.does(|desk| desk.save_employee(Some(&owner), &now)), Err(Problem::LastOwner));
    }
    let new = Employee { name: "Nora".into(), role: Role::Owner, ..Employee::new(EmployeeId::from_u128(9)) };
    office.does(|desk| desk.save_employee(None, &new)).unwrap();
    let leaves = Employee { active: false, ..owner.clone() };
    let without_pin = office.does(|desk| desk.save_employee(Some(&owner), &leaves));
    assert_eq!(without_pin, Err(Problem::LastOwner), "she has no PIN yet");
    let with_pin = Employee { pin: Some(PIN), ..new.clone() };
    office.does(|desk| desk.save_employee(Some(&new), &with_pin)).unwrap();
    let taken = Employee { name: "chris".into(), ..owner.clone() };
    assert_eq!(office.does(|desk| desk.save_employee(Some(&owner), &taken)), Err(Problem::NameTaken));
    office.does(|desk| desk.save_employee(Some(&owner), &leaves)).unwrap();
    office.employee = MANAGER;
    let manager = office.employee(MANAGER);
    let promoted = Employee { role: Role::Owner, ..manager.clone() };
    let by_themselves = office.does(|desk| desk.save_employee(Some(&manager), &promoted));
    assert_eq!(by_themselves, Err(Problem::Denied(Denied::Never)));
}

#[test]
fn what_was_decided_and_approved_is_listed_the_newest_first() {
    let mut office = Office::new();
    let from = Rights::at_first(Role::Cashier);
    let to = from.with(Right::SeeCosts, May::Yes).with(Right::Refund, May::No);
    office.does(|desk| desk.change(vec![Change::Rights { role: Role::Cashier, from, to }])).unwrap();
    office.does(|desk| desk.change(vec![Change::NegativeInventory { from: Mode::Allow, to: Mode::AutoAdd }])).unwrap();
    let found: Vec<Audited> = audit(&office.ledger).map(|(_, audited)| audited).take(3).collect();
    let (role, costs, refund) = (Role::Cashier, Right::SeeCosts, Right::Refund);
    assert_eq!(
        found,
        [
            Audited::Mode { from: Mode::Allow, to: Mode::AutoAdd },
            Audited::Right { role, right: costs, from: May::No, to: May::Yes },
            Audited::Right { role, right: refund, from: May::WithApproval, to: May::No },
        ]
    );
    office.employee = CASHIER;
    let refused = office.does(|desk| desk.change(vec![Change::Rights { role, from: to, to: from }]));
    assert_eq!(refused, Err(Problem::Denied(Denied::Never)));
}

#[test]
fn anybody_says_whether_a_page_helped_and_counts_once_as_they_last_said() {
    let mut office = Office::new();
    let page = "count";
    let mut says = |employee, helpful| {
        office.employee = employee;
        office.does(|desk| desk.change(vec![Change::Feedback { page: page.into(), helpful }])).unwrap();
    };
    says(CASHIER, true);
    says(MANAGER, true);
    says(CASHIER, false);
    let feedback = &office.catalogue.feedback;
    assert_eq!(feedback.helped(page), Helped { yes: 1, no: 1 });
    assert_eq!([CASHIER, MANAGER, OWNER].map(|who| feedback.of(page, who)), [Some(false), Some(true), None]);
    assert_eq!(feedback.helped("adjust"), Helped::default());
    assert!(audit(&office.ledger).all(|(entry, _)| entry.header.employee == OWNER), "it is no decision");
}

#[test]
fn an_answer_names_a_page_and_nothing_else() {
    let office = Office::new();
    let encoded = |page: &str| {
        let changes = vec![Change::Feedback { page: page.to_owned(), helpful: true }];
        office.desk(ShopId::OFFICE).change(changes).unwrap().encode().map(|_| ())
    };
    for page in ["count", "pack-mix-up", &"a".repeat(60)] {
        assert_eq!(encoded(page), Ok(()), "{page}");
    }
    for page in ["", "Count", "a page", "../count", &"a".repeat(61)] {
        assert_eq!(encoded(page), Err(DecodeError::Text), "{page}");
    }
}

#[test]
fn an_import_is_taken_back_but_for_what_somebody_changed_since() {
    let mut office = Office::new();
    let known = office.catalogue.items[&MUG].clone();
    let import = ImportId::from_u128(1);
    let new = ItemId::from_u128(20);
    let created = Item { name: "Rye".into(), sku: "R-1".into(), ..Item::new(new) };
    let blue = Item { name: "Blue mug".into(), category: "Gifts".into(), ..known.clone() };
    let change = |now: &Item, before: &Item| {
        Change::Item(entry::catalogue::ItemChange { id: now.id, fields: now.changes_since(before) })
    };
    let changes = vec![change(&created, &Item::new(new)), change(&blue, &known)];
    office.import(import, ShopId::OFFICE, Body::Catalogue(entry::Catalogue { known: 0, changes }));
    let line = entry::AdjustmentLine { item: known.stamped(), qty: Qty::from_units(4), cost: None };
    let opening =
        entry::Adjustment { kind: entry::AdjustmentKind::Opening, lines: vec![line], note: "stock.csv".into() };
    office.import(import, HERE, Body::Adjustment(opening));
    let renamed = Item { name: "Mug, blue".into(), ..blue.clone() };
    office.save_item(Some(&blue), &renamed).unwrap();
    let listed: Vec<_> = imports(&office.ledger).into_iter().map(|import| (import.id, import.lines)).collect();
    assert_eq!(listed, [(import, 3)]);

    let bodies = office.desk(HERE).undo_import(import).unwrap();
    for (shop, body) in bodies {
        office.record(shop, body);
    }
    let mug = &office.catalogue.items[&MUG];
    assert_eq!((mug.name.as_str(), mug.category.as_str()), ("Mug, blue", ""));
    let rye = &office.catalogue.items[&new];
    assert_eq!((rye.archived, rye.sku.as_str()), (true, ""), "its codes are free for the next try");
    assert_eq!(office.ledger.on_hand(MUG, HERE), Qty::ZERO);
    assert_eq!(office.desk(HERE).undo_import(import), Err(Problem::Undone));
    assert_eq!(office.desk(HERE).undo_import(ImportId::from_u128(2)), Err(Problem::UnknownDocument));
}
