//! All rows of one account, from one snapshot, for whoever writes them out. No password and no token is among them.

use subzero_ledger::entry::rights::Role;
use subzero_ledger::ids::{DeviceId, EmployeeId, ShopId};
use subzero_ledger::instant::Instant;
use subzero_sync::wire::{Checksum, EntryBytes, Epoch, Incarnation, QuarantineReason, Row};

use super::driver::{Txn, the_row};
use super::statement::{self, Statement};
use super::{AccountId, Db, DbError, value};

/// How many rows are read at once.
const PAGE_ROWS: i64 = 500;

impl Db {
    /// The rows of an account, as of now.
    pub async fn rows_of(&self, account: AccountId) -> Result<Rows, DbError> {
        Ok(Rows { txn: self.driver.snapshot().await?, account })
    }
}

/// One account, as of one moment.
pub struct Rows {
    txn: Box<dyn Txn>,
    account: AccountId,
}

/// What is known of an account as a whole.
pub struct Facts {
    /// What the business is called.
    pub name: String,
    /// ISO 4217 code of its currency.
    pub currency: String,
    /// Whether its sign-ins are public.
    pub demo: bool,
    /// The run of the server's history it was read from.
    pub epoch: Epoch,
}

/// A shop and how far its history goes.
pub struct Shop {
    /// Which.
    pub id: ShopId,
    /// What it is called.
    pub name: String,
    /// The last sequence.
    pub head: u64,
    /// The checksum up to there.
    pub checksum: Checksum,
}

/// A device.
pub struct KeptDevice {
    /// Its number.
    pub id: DeviceId,
    /// Where it stands.
    pub shop: ShopId,
    /// What people call it.
    pub register: String,
    /// When it was paired.
    pub paired: Instant,
    /// When its access ended, if it did.
    pub revoked: Option<Instant>,
    /// When it was last heard of, if it ever was.
    pub seen: Option<Instant>,
    /// The shops it may read and write.
    pub grants: Vec<ShopId>,
}

/// An entry that was set aside.
pub struct PutAside {
    /// The outbox it came from.
    pub inc: Incarnation,
    /// Its number there.
    pub dseq: u64,
    /// Its bytes.
    pub body: EntryBytes,
    /// Why.
    pub reason: QuarantineReason,
    /// When.
    pub recorded: Instant,
}

impl Rows {
    /// The account itself.
    pub async fn facts(&mut self) -> Result<Facts, DbError> {
        let ask = Statement::new("select name, currency, demo, (select epoch from server) from account where id = $1");
        let [name, currency, demo, epoch] = the_row(self.run(ask.with(self.account)).await?, "account")?.cells()?;
        Ok(Facts {
            name: name.text("name")?,
            currency: currency.text("currency")?,
            demo: demo.int("demo")? == 1,
            epoch: Epoch(value::read_uuid(epoch, "epoch")?),
        })
    }

    /// The e-mail address of each owner, and who they are in the account's own books.
    pub async fn owners(&mut self) -> Result<Vec<(String, EmployeeId)>, DbError> {
        let ask = Statement::new("select email, employee from owner where account = $1 order by id");
        let mut owners = Vec::new();
        for row in self.run(ask.with(self.account)).await? {
            let [email, employee] = row.cells()?;
            owners.push((email.text("e-mail")?, EmployeeId(value::read_uuid(employee, "employee")?)));
        }
        Ok(owners)
    }

    /// The shops, the office first.
    pub async fn shops(&mut self) -> Result<Vec<Shop>, DbError> {
        let ask = Statement::new(
            "select shop.id, shop.name, shop_head.head, shop_head.checksum from shop
             join shop_head on shop_head.account = shop.account and shop_head.shop = shop.id
             where shop.account = $1 order by shop.id",
        );
        let mut shops = Vec::new();
        for row in self.run(ask.with(self.account)).await? {
            let [id, name, head, checksum] = row.cells()?;
            shops.push(Shop {
                id: value::read_shop(id)?,
                name: name.text("name")?,
                head: value::read_sequence(head)?,
                checksum: value::read_checksum(checksum)?,
            });
        }
        Ok(shops)
    }

    /// Who works or worked there, what they may do, and whether they still work there. Their names are in the office's entries.
    pub async fn employees(&mut self) -> Result<Vec<(EmployeeId, Role, bool)>, DbError> {
        let ask = Statement::new("select id, role, active from employee where account = $1 order by id");
        let mut employees = Vec::new();
        for row in self.run(ask.with(self.account)).await? {
            let [id, role, active] = row.cells()?;
            let id = EmployeeId(value::read_uuid(id, "employee")?);
            employees.push((id, value::read_word(role)?, active.int("active")? == 1));
        }
        Ok(employees)
    }

    /// The devices, the server itself first.
    pub async fn devices(&mut self) -> Result<Vec<KeptDevice>, DbError> {
        let ask = Statement::new(
            "select id, shop, register, paired_ms, revoked_ms, seen_ms from device where account = $1 order by id",
        );
        let mut devices = Vec::new();
        for row in self.run(ask.with(self.account)).await? {
            let [id, shop, register, paired, revoked, seen] = row.cells()?;
            let id = value::read_device(id)?;
            let ask = Statement::new("select shop from device_shop where account = $1 and device = $2 order by shop");
            let grants = self.run(ask.with(self.account).with(id)).await?;
            devices.push(KeptDevice {
                id,
                shop: value::read_shop(shop)?,
                register: register.text("register")?,
                paired: value::read_instant(paired)?,
                revoked: revoked.if_any().map(value::read_instant).transpose()?,
                seen: seen.if_any().map(value::read_instant).transpose()?,
                grants: grants.into_iter().map(|row| value::read_shop(row.only()?)).collect::<Result<_, _>>()?,
            });
        }
        Ok(devices)
    }

    /// The next rows of a shop's history; none once there is no more.
    pub async fn entries(&mut self, shop: ShopId, after: u64) -> Result<Vec<Row>, DbError> {
        let ask = Statement::new(
            "select seq, inc, dseq, recorded_ms, body, flags from entry
             where account = $1 and shop = $2 and seq > $3 order by seq limit $4",
        );
        let ask = ask.with(self.account).with(shop).with(value::sequence(after)?).with(PAGE_ROWS);
        let mut entries = Vec::new();
        for row in self.run(ask).await? {
            let [seq, inc, dseq, recorded, body, flags] = row.cells()?;
            entries.push(Row {
                seq: value::read_sequence(seq)?,
                inc: Incarnation(value::read_uuid(inc, "incarnation")?),
                dseq: value::read_sequence(dseq)?,
                recorded: value::read_instant(recorded)?,
                flags: value::read_flags(&flags.text("flag")?)?,
                body: EntryBytes(body.bytes("entry")?),
            });
        }
        Ok(entries)
    }

    /// The next entries that were set aside, by outbox and number; none once there is no more.
    pub async fn put_aside(&mut self, after: Option<(Incarnation, u64)>) -> Result<Vec<PutAside>, DbError> {
        let (inc, dseq) = match after {
            Some((inc, dseq)) => (inc.0.into_bytes().to_vec(), dseq),
            None => (Vec::new(), 0),
        };
        let ask = Statement::new(
            "select inc, dseq, body, reason, recorded_ms from quarantine
             where account = $1 and (inc, dseq) > ($2, $3) order by inc, dseq limit $4",
        );
        let ask = ask.with(self.account).with(inc).with(value::sequence(dseq)?).with(PAGE_ROWS);
        let mut put_aside = Vec::new();
        for row in self.run(ask).await? {
            let [inc, dseq, body, reason, recorded] = row.cells()?;
            put_aside.push(PutAside {
                inc: Incarnation(value::read_uuid(inc, "incarnation")?),
                dseq: value::read_sequence(dseq)?,
                body: EntryBytes(body.bytes("entry")?),
                reason: value::read_word(reason)?,
                recorded: value::read_instant(recorded)?,
            });
        }
        Ok(put_aside)
    }

    async fn run(&mut self, statement: Statement) -> Result<Vec<statement::Row>, DbError> {
        self.txn.run(statement).await
    }
}
