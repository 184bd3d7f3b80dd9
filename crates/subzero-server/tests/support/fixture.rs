//! An empty database of either kind, and tills that push into it without a network.

use std::sync::Arc;

use subzero_ledger::entry::catalogue::Change;
use subzero_ledger::entry::rights::Role;
use subzero_ledger::entry::{
    Body, Catalogue, CostControl, Entry, Header, ItemKind, Mode, Receipt, ReceiptLine, StampedItem,
};
use subzero_ledger::ids::{EmployeeId, EntryId, ItemId, SessionId, ShopId};
use subzero_ledger::instant::Instant;
use subzero_ledger::money::UnitCost;
use subzero_ledger::quantity::Qty;
use subzero_server::clock;
use subzero_server::db::driver::Driver;
use subzero_server::db::driver::postgres::PostgresDriver;
use subzero_server::db::driver::sqlite::SqliteDriver;
use subzero_server::db::{AccountId, Db, Device, NewAccount, PushError, Session};
use subzero_server::token::{self, TokenHash};
use subzero_sync::chain::Position;
use subzero_sync::wire::{
    Checksum, DeviceSeen, EntryBytes, Incarnation, PushReply, PushRequest, Row, ShopHead, ShopName,
};
use tempfile::TempDir;
use uuid::Uuid;

use crate::postgres_server;

pub const OWNER: EmployeeId = EmployeeId::from_u128(1);
pub const CASHIER: EmployeeId = EmployeeId::from_u128(2);
pub const MUG: ItemId = ItemId::from_u128(11);
/// How many shops an account has unless it is said.
pub const SHOPS: u32 = 10;

/// An empty database.
pub enum Fixture {
    Sqlite(TempDir),
    Postgres(String),
}

impl Fixture {
    pub fn sqlite() -> Self {
        Self::Sqlite(tempfile::tempdir().unwrap())
    }

    pub async fn postgres() -> Self {
        Self::Postgres(postgres_server::new_database().await)
    }

    /// Opens it, as a process of its own would.
    pub async fn driver(&self) -> Arc<dyn Driver> {
        match self {
            Self::Sqlite(folder) => Arc::new(SqliteDriver::open(folder.path()).await.unwrap()),
            Self::Postgres(address) => Arc::new(PostgresDriver::connect(&address.parse().unwrap()).await.unwrap()),
        }
    }

    pub async fn open(&self) -> Db {
        Db::over(self.driver().await).await.unwrap()
    }

    /// With the account of `kim@example.com`.
    pub async fn with_account(&self) -> (Db, Session) {
        let db = self.open().await;
        let session = add_account(&db, "kim@example.com").await;
        (db, session)
    }
}

pub async fn add_account(db: &Db, email: &str) -> Session {
    add_account_of(db, email, SHOPS).await
}

pub async fn add_account_of(db: &Db, email: &str, shops: u32) -> Session {
    let shops = (1..=shops).map(|id| ShopName { id: ShopId(id), name: format!("Shop {id}") }).collect();
    let new = NewAccount {
        name: "Kim's Kitchen".into(),
        currency: "GBP".into(),
        demo: false,
        email: email.into(),
        password: "a hash".into(),
        owner: OWNER,
        shops,
    };
    let account = db.create_account(new, clock::now()).await.unwrap();
    Session { account, employee: OWNER }
}

/// A new token.
pub fn token() -> TokenHash {
    token::mint().unwrap().1
}

/// A paired device with its outbox.
#[derive(Clone)]
pub struct Till {
    pub db: Db,
    pub device: Device,
    pub inc: Incarnation,
    /// Up to where the outbox is acked.
    pub acked: Position,
}

impl Till {
    pub async fn pair(db: &Db, session: Session, shop: u32) -> Self {
        let paired = db.pair(session, ShopId(shop), "Front till", token(), clock::now()).await.unwrap();
        Self { db: db.clone(), device: paired.device, inc: Incarnation(Uuid::new_v4()), acked: Position::START }
    }

    /// The same till with another life of its outbox.
    pub fn reborn(&self) -> Self {
        Self { inc: Incarnation(Uuid::new_v4()), acked: Position::START, ..self.clone() }
    }

    /// The same till at a process of its own over the same database: there it meets others in the database and nowhere else.
    pub async fn apart(&self, driver: &Arc<dyn Driver>) -> Self {
        Self { db: Db::over(Arc::clone(driver)).await.unwrap(), ..self.clone() }
    }

    pub fn header(&self, shop: u32) -> Header {
        Header {
            id: EntryId(Uuid::now_v7()),
            shop: ShopId(shop),
            device: self.device.id,
            at: clock::now(),
            employee: CASHIER,
            session: SessionId::from_u128(1),
            approved_by: None,
            import: None,
            mode: Mode::Allow,
            cost_control: CostControl::Default,
        }
    }

    /// A delivery of one mug.
    pub fn receipt(&self, shop: u32) -> Vec<u8> {
        encode(self.header(shop), receipt_of(&[MUG]))
    }

    /// Changes that somebody makes to the account.
    pub fn changes(&self, employee: EmployeeId, changes: Vec<Change>) -> Vec<u8> {
        encode(Header { employee, ..self.header(0) }, Body::Catalogue(Catalogue { known: 0, changes }))
    }

    pub fn request(&self, entries: &[Vec<u8>]) -> PushRequest {
        PushRequest {
            epoch: None,
            inc: self.inc,
            first: self.acked.dseq + 1,
            before: self.acked.chain,
            now: clock::now(),
            entries: entries.iter().cloned().map(EntryBytes).collect(),
        }
    }

    pub async fn send(&self, request: PushRequest) -> Result<PushReply, PushError> {
        self.db.push(&self.device, request, clock::now()).await
    }

    /// Pushes and takes the ack.
    pub async fn push(&mut self, entries: &[Vec<u8>]) -> PushReply {
        let request = self.request(entries);
        let reply = self.send(request.clone()).await.unwrap();
        self.acked = request.entries.iter().fold(self.acked, |at, body| at.next(self.inc, body));
        assert_eq!(reply.acked, self.acked.dseq);
        reply
    }

    /// A shop's whole history.
    pub async fn history(&self, shop: u32) -> Vec<Row> {
        let mut rows = Vec::new();
        while more_of(&self.db, self.device.account, ShopId(shop), &mut rows).await {}
        rows
    }
}

/// Reads on where the rows end, and holds the page to its promises. False once there is no more.
pub async fn more_of(db: &Db, account: AccountId, shop: ShopId, rows: &mut Vec<Row>) -> bool {
    let after = u64::try_from(rows.len()).unwrap();
    let page = db.page(account, shop, after, None).await.unwrap();
    let seqs: Vec<u64> = page.rows.iter().map(|row| row.seq).collect();
    assert_eq!(seqs, (after + 1..).take(seqs.len()).collect::<Vec<_>>(), "a hole in shop {shop}");
    rows.extend(page.rows);
    let last = u64::try_from(rows.len()).unwrap();
    assert!(last <= page.head, "a row past the head of shop {shop}");
    assert!(last > after || after >= page.head, "nothing of shop {shop}, though there is more");
    assert_eq!(page.checksum, Checksum::EMPTY.add_all(shop, rows.as_slice()), "the checksum of shop {shop}");
    last < page.head
}

/// The heads that a device is told.
pub async fn heads_of(db: &Db, device: &Device) -> Vec<ShopHead> {
    db.overview(device.account).await.unwrap().heads(device.id).copied().collect()
}

/// The devices that a device is told of.
pub async fn devices_seen_by(db: &Db, device: &Device) -> Vec<DeviceSeen> {
    db.overview(device.account).await.unwrap().devices(device.id).copied().collect()
}

pub fn encode(header: Header, body: Body) -> Vec<u8> {
    Entry { dseq: 0, header, body }.encode().unwrap()
}

pub fn receipt_of(items: &[ItemId]) -> Body {
    let line = |item: &ItemId| ReceiptLine {
        of_line: None,
        item: StampedItem { id: *item, default_cost: None, kind: ItemKind::Inventory },
        qty: Qty::ONE,
        cost: UnitCost::from_ten_thousandths(31_000),
    };
    let lines = items.iter().map(line).collect();
    Body::Receipt(Receipt { order: None, vendor: None, lines, reference: String::new() })
}

pub fn later(from: Instant, minutes: i64) -> Instant {
    Instant::from_unix_ms(from.unix_ms() + minutes * 60_000).unwrap()
}

/// Somebody new who may do this.
pub fn hire(employee: EmployeeId, role: Role) -> Change {
    use subzero_ledger::entry::catalogue::EmployeeChange;
    Change::Employee(EmployeeChange {
        id: employee,
        name: Some("Lee".into()),
        role: Some(role),
        pin: None,
        active: None,
    })
}
