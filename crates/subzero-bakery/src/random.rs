//! Small accounts drawn at random from a number: everything that people record, from devices whose clocks are off, in any order of arrival.
//!
//! What is recorded need not make sense, as long as a device could have recorded it: more comes back than was sold, a count is older than what
//! it counted, a refund is dated before its sale. The same number always draws the same account.

use subzero_ledger::entry::catalogue::{ItemChange, ItemFields};
use subzero_ledger::entry::{Body, Change, CostControl, Entry, Header, ItemKind, Mode, StampedItem};
use subzero_ledger::ids::{DeviceId, EmployeeId, EntryId, ItemId, SessionId, ShopId};
use subzero_ledger::instant::Instant;
use subzero_ledger::money::UnitCost;
use subzero_ledger::quantity::Qty;
use subzero_server::db::{AccountId, Db, NewAccount};
use subzero_server::seed::{SeedError, import, office_entry};
use subzero_sync::backoff::Jitter;
use subzero_sync::wire::ShopName;

mod bodies;

use bodies::Written;

const BEGIN_MS: i64 = 1_772_442_000_000;
const MINUTE_MS: i64 = 60_000;
const OWNER: EmployeeId = EmployeeId::from_u128(1);
const EMPLOYEES: u64 = 3;

/// Numbers that look random and are the same every time.
#[derive(Clone, Debug)]
struct Dice(Jitter);

impl Dice {
    /// One of `0..below`.
    fn below(&mut self, below: u64) -> u64 {
        self.0.up_to(below.max(1) - 1)
    }

    fn between(&mut self, from: i64, to: i64) -> i64 {
        from + self.below(to.abs_diff(from) + 1).cast_signed()
    }

    /// So many times in a hundred.
    fn percent(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }

    fn one_of<'a, T>(&mut self, among: &'a [T]) -> Option<&'a T> {
        among.get(usize::try_from(self.below(among.len() as u64)).unwrap_or(0))
    }

    fn shuffle<T>(&mut self, list: &mut [T]) {
        for place in (1..list.len()).rev() {
            list.swap(place, usize::try_from(self.below(place as u64 + 1)).unwrap_or(0));
        }
    }
}

#[derive(Clone, Copy, Debug)]
struct Item {
    id: ItemId,
    kind: ItemKind,
    default_cost: Option<UnitCost>,
    decimals: u8,
}

#[derive(Clone, Copy, Debug)]
struct Register {
    device: DeviceId,
    shop: ShopId,
    /// How far its clock is off.
    skew_ms: i64,
}

/// An account while it is drawn.
struct Drawing {
    dice: Dice,
    account: u64,
    shops: u64,
    items: Vec<Item>,
    registers: Vec<Register>,
    /// The right time.
    now_ms: i64,
    written: Vec<Written>,
    entries: Vec<Entry>,
}

/// A drawn account.
#[derive(Clone, Debug)]
pub struct Account {
    /// Its number.
    pub number: u64,
    /// How many shops it has.
    pub shops: u32,
    /// What the office says.
    pub items: Vec<ItemChange>,
    /// What happened, in the order in which the server learns of it.
    pub entries: Vec<Entry>,
}

/// The account of this number.
pub fn account(number: u64) -> Account {
    let mut dice = Dice(Jitter::new(number));
    let shops = 1 + dice.below(3);
    let items = (0..2 + dice.below(4)).map(|item| draw_item(&mut dice, id(number, 1, item))).collect();
    let register = |device: u64| {
        let shop = shop(if device < shops { device } else { dice.below(shops) });
        let skew_ms = if dice.percent(40) { 0 } else { dice.between(-120, 120) * MINUTE_MS };
        Register { device: DeviceId(u32::try_from(device + 1).unwrap_or(1)), shop, skew_ms }
    };
    let registers = (0..shops + 2).map(register).collect();
    let (written, entries) = (Vec::new(), Vec::new());
    let mut drawing = Drawing { dice, account: number, shops, items, registers, now_ms: BEGIN_MS, written, entries };
    for _ in 0..10 + drawing.dice.below(70) {
        drawing.draw_entry();
    }
    drawing.finish()
}

fn id(account: u64, kind: u128, number: u64) -> u128 {
    0x4a4d_0000_0000_7000_8000_0000_0000_0000 | (u128::from(account) << 80) | (kind << 32) | u128::from(number)
}

fn shop(number: u64) -> ShopId {
    ShopId(u32::try_from(number + 1).unwrap_or(1))
}

fn draw_item(dice: &mut Dice, id: u128) -> Item {
    let kind = if dice.percent(85) { ItemKind::Inventory } else { ItemKind::NonInventory };
    let default_cost = dice.percent(65).then(|| UnitCost::from_ten_thousandths(dice.between(0, 200_000)));
    let decimals = if dice.percent(70) { 0 } else { 3 };
    Item { id: ItemId::from_u128(id), kind, default_cost, decimals }
}

impl Drawing {
    fn qty(&mut self, item: Item) -> Qty {
        if item.decimals == 0 {
            Qty::from_thousandths(self.dice.between(1, 9) * 1_000)
        } else {
            Qty::from_thousandths(self.dice.between(1, 9_000))
        }
    }

    fn cost(&mut self) -> UnitCost {
        UnitCost::from_ten_thousandths(if self.dice.percent(5) { 0 } else { self.dice.between(1, 250_000) })
    }

    fn item(&mut self) -> Item {
        let first = self.items[0];
        self.dice.one_of(&self.items).copied().unwrap_or(first)
    }

    /// An item as some device knows it: now and then one that knows less, or another cost.
    fn stamp(&mut self, item: Item) -> StampedItem {
        let default_cost = match self.dice.below(20) {
            0 => None,
            1 => Some(self.cost()),
            _ => item.default_cost,
        };
        StampedItem { id: item.id, default_cost, kind: item.kind }
    }

    fn known(&self, id: ItemId) -> Item {
        self.items.iter().copied().find(|item| item.id == id).unwrap_or(self.items[0])
    }

    /// The entry that comes next, where there is what it needs.
    fn draw_entry(&mut self) {
        // Often at the same minute, so that ties are common.
        self.now_ms += if self.dice.percent(30) { 0 } else { self.dice.between(1, 90) * MINUTE_MS };
        let registers = self.registers.clone();
        let Some(register) = self.dice.one_of(&registers).copied() else { return };
        let number = self.entries.len() as u64;
        let header = Header {
            id: EntryId::from_u128(id(self.account, 2, number)),
            shop: register.shop,
            device: register.device,
            at: Instant::from_unix_ms(self.now_ms + register.skew_ms).unwrap_or(Instant::MIN),
            employee: EmployeeId::from_u128(u128::from(1 + self.dice.below(EMPLOYEES))),
            session: SessionId::from_u128(u128::from(number)),
            approved_by: None,
            import: None,
            mode: if self.dice.percent(75) { Mode::Allow } else { Mode::AutoAdd },
            cost_control: if self.dice.percent(50) { CostControl::Default } else { CostControl::LastRecorded },
        };
        let Some((shop, body)) = self.draw_body(header) else { return };
        self.entries.push(Entry { dseq: 0, header: Header { shop, ..header }, body });
    }

    fn finish(mut self) -> Account {
        let change = |item: &Item| ItemChange {
            id: item.id,
            fields: ItemFields {
                name: Some(format!("Item {}", item.id)),
                default_cost: Some(item.default_cost),
                decimals: Some(item.decimals),
                kind: Some(item.kind),
                ..ItemFields::default()
            },
        };
        let items = self.items.iter().map(change).collect();
        if self.dice.percent(50) {
            self.dice.shuffle(&mut self.entries);
        } else {
            // Every device sends what it has in its own order, one device after the other.
            self.dice.shuffle(&mut self.registers);
            let turn = |device| self.registers.iter().position(|register| register.device == device);
            self.entries.sort_by_key(|entry| turn(entry.header.device));
        }
        let shops = u32::try_from(self.shops).unwrap_or(1);
        Account { number: self.account, shops, items, entries: self.entries }
    }
}

/// Puts an account into a server's database, through the server's own import. Nobody can sign in to it.
pub async fn load(db: &Db, account: Account) -> Result<AccountId, SeedError> {
    let now = Instant::from_unix_ms(BEGIN_MS).unwrap_or(Instant::MIN);
    let new = NewAccount {
        name: format!("Account {}", account.number),
        currency: "GBP".to_owned(),
        demo: false,
        email: format!("{}@random.example", account.number),
        password: String::new(),
        owner: OWNER,
        shops: (1..=account.shops).map(|shop| ShopName { id: ShopId(shop), name: format!("Shop {shop}") }).collect(),
    };
    let loaded = db.create_account(new, now).await?;
    let mut entries = vec![office_entry(OWNER, now, account.items.into_iter().map(Change::Item).collect())];
    entries.extend(account.entries);
    import(db, loaded, entries).await?;
    Ok(loaded)
}

/// A body and the shop whose stock it moves.
type Drawn = Option<(ShopId, Body)>;
