//! How devices get in: by an owner's session, or by a code that an owner made for one register.

use subzero_ledger::entry::Change;
use subzero_ledger::ids::{EmployeeId, ShopId};
use subzero_ledger::instant::Instant;
use subzero_sync::pairing::{self, Named, Pairing, Refused};
use subzero_sync::wire::{CODE_GOOD_FOR_MS, Incarnation, PairRequest};

use super::access::{NewDevice, add_device, grants, latest_end, renew_device};
use super::driver::{Inside, first};
use super::push::{Arrival, Outbox};
use super::statement::{Row, Statement};
use super::{AccountId, Db, DbError, Device, ImportError, PairError, PairedDevice, Session, account, value};
use crate::code::Code;
use crate::seed::{SERVER, office_entry};
use crate::token::TokenHash;

/// How many codes of one account are good at once: with one more, the oldest is not.
pub const CODES_MAX: i64 = 10;
/// How many wrong codes may be tried at the place of one that is good: then it is not any more.
pub const CODE_TRIES_MAX: i64 = 5;

impl Db {
    /// Adds a device, and says so in the office's history.
    pub async fn pair(
        &self,
        session: Session,
        shop: ShopId,
        register: &str,
        token: TokenHash,
        now: Instant,
    ) -> Result<PairedDevice, PairError> {
        let request = PairRequest { shop, register: register.to_owned(), again: None, account: None };
        self.pair_as(session, &request, token, now).await
    }

    /// Does what an owner asks for. Whatever ended the access of a device before, an owner has let it in again.
    pub async fn pair_as(
        &self,
        session: Session,
        request: &PairRequest,
        token: TokenHash,
        now: Instant,
    ) -> Result<PairedDevice, PairError> {
        let mut txn = self.driver.begin().await?;
        let paired = self.let_in(&mut *txn, session, request, token, now).await?;
        txn.commit().await?;
        Ok(paired)
    }

    /// Keeps a code for what an owner asks for. False if its place is taken: then another one has to be made.
    pub async fn add_code(
        &self,
        session: Session,
        request: &PairRequest,
        code: &Code,
        now: Instant,
    ) -> Result<bool, PairError> {
        let mut txn = self.driver.begin().await?;
        let Session { account, employee } = session;
        account::lock(&mut *txn, account).await?;
        find(&mut *txn, account, request).await?;
        let forget =
            Statement::new("delete from pairing_code where account = $1 and (expires_ms <= $2 or expires_ms > $3)");
        txn.run(forget.with(account).with(now).with(latest_end(now, CODE_GOOD_FOR_MS.into()))).await?;
        let forget = Statement::new(
            "delete from pairing_code where account = $1 and place not in (
               select place from pairing_code where account = $1 order by expires_ms desc, place limit $2)",
        );
        txn.run(forget.with(account).with(CODES_MAX - 1)).await?;
        let expires_ms = now.unix_ms() + i64::from(CODE_GOOD_FOR_MS);
        let add = Statement::new(
            "insert into pairing_code (place, account, employee, code, shop, register, device, expires_ms, wrong)
             values ($1, $2, $3, $4, $5, $6, $7, $8, 0)
             on conflict (place) do update
             set account = excluded.account, employee = excluded.employee, code = excluded.code, shop = excluded.shop,
               register = excluded.register, device = excluded.device, expires_ms = excluded.expires_ms, wrong = 0
             where pairing_code.expires_ms <= $9 returning place",
        );
        let device = request.again.map(|device| i64::from(device.0));
        let add = add.with(code.place()).with(account).with(employee.0).with(code.hash()).with(request.shop);
        let add = add.with(request.register.as_str()).with(device).with(expires_ms).with(now);
        let is_added = !txn.run(add).await?.is_empty();
        txn.commit().await?;
        Ok(is_added)
    }

    /// The account that a code is of which has this one's place.
    pub async fn account_at(&self, code: &Code) -> Result<Option<AccountId>, DbError> {
        let ask = Statement::new("select account from pairing_code where place = $1").with(code.place());
        first(self.driver.read(ask).await?).map(|row| value::read_account(row.only()?)).transpose()
    }

    /// Does what an owner made this code for, once; nothing if there is no such code. A wrong one counts against that whose place it names.
    pub async fn pair_by_code(
        &self,
        code: &Code,
        token: TokenHash,
        now: Instant,
    ) -> Result<Option<(PairRequest, PairedDevice)>, PairError> {
        let mut txn = self.driver.begin().await?;
        let ask = Statement::new("select account from pairing_code where place = $1").with(code.place());
        let Some(row) = first(txn.run(ask).await?) else { return Ok(None) };
        let account = value::read_account(row.only()?)?;
        // Whoever changes codes of an account has it locked: of two that try one code at once, the second finds none.
        account::lock(&mut *txn, account).await?;
        let ask = Statement::new(
            "select code, employee, shop, register, device from pairing_code
             where place = $1 and account = $2 and expires_ms > $3 and expires_ms <= $4",
        );
        let ask = ask.with(code.place()).with(account).with(now).with(latest_end(now, CODE_GOOD_FOR_MS.into()));
        let Some(row) = first(txn.run(ask).await?) else { return Ok(None) };
        let kept = read_code(row)?;
        if !code.is(kept.hash) {
            let count = Statement::new("update pairing_code set wrong = wrong + 1 where place = $1");
            txn.run(count.with(code.place())).await?;
            let forget = Statement::new("delete from pairing_code where place = $1 and wrong >= $2");
            txn.run(forget.with(code.place()).with(CODE_TRIES_MAX)).await?;
            txn.commit().await?;
            return Ok(None);
        }
        txn.run(Statement::new("delete from pairing_code where place = $1").with(code.place())).await?;
        let session = Session { account, employee: kept.employee };
        // That it is of this account was known when the code was made.
        let key = account::key(&mut *txn, account).await?;
        let request = PairRequest { account: kept.request.again.and(key), ..kept.request };
        let paired = self.let_in(&mut *txn, session, &request, token, now).await?;
        txn.commit().await?;
        Ok(Some((request, paired)))
    }

    async fn let_in(
        &self,
        txn: Inside<'_>,
        session: Session,
        request: &PairRequest,
        token: TokenHash,
        now: Instant,
    ) -> Result<PairedDevice, PairError> {
        let account = session.account;
        let books = account::lock(&mut *txn, account).await?;
        let PairRequest { shop, register, .. } = request;
        let (id, is_known) = match find(&mut *txn, account, request).await? {
            Pairing::Again(id) => (id, true),
            Pairing::Back(id) => (id, false),
            Pairing::New => (account::next_device(&mut *txn, account).await?, false),
        };
        if is_known {
            renew_device(&mut *txn, account, id, token).await?;
        } else {
            let new = NewDevice { account, id, shop: *shop, register, token: Some(token), now };
            self.add(&mut *txn, session.employee, new, books.server).await?;
        }
        let shops = grants(&mut *txn, account, id).await?;
        let device = Device { account, id, shops, is_removed: false };
        Ok(PairedDevice { device, account: books.name, currency: books.currency })
    }

    /// A device that nobody has paired here, and the office hears of it. The account is locked, and `inc` is the outbox through which the server
    /// writes.
    pub(super) async fn add(
        &self,
        txn: Inside<'_>,
        employee: EmployeeId,
        new: NewDevice<'_>,
        inc: Incarnation,
    ) -> Result<(), PairError> {
        let NewDevice { account, id, shop, register, now, .. } = new;
        add_device(&mut *txn, new).await?;
        let change = Change::Register { id, name: register.to_owned(), shop };
        let entry = office_entry(employee, now, vec![change]);
        match self.load(txn, Outbox { account, device: SERVER, inc }, vec![&entry], Arrival::Now).await {
            Ok(()) => Ok(()),
            // Paired it is, whether or not the books say so.
            Err(error @ (ImportError::PutAside { .. } | ImportError::Entry(_))) => {
                tracing::warn!(%error, "the office does not know of a device");
                Ok(())
            }
            Err(ImportError::Push(error)) => Err(PairError::Push(error)),
        }
    }
}

/// What a request comes to. The account is locked.
async fn find(txn: Inside<'_>, account: AccountId, request: &PairRequest) -> Result<Pairing, PairError> {
    let has_shop = account::has_shop(&mut *txn, account, request.shop).await?;
    let key = account::key(&mut *txn, account).await?;
    let id = request.again.filter(|id| *id != SERVER);
    let mut here = None;
    if let Some(id) = id {
        let ask = Statement::new("select shop, register, token from device where account = $1 and id = $2");
        if let Some(row) = first(txn.run(ask.with(account).with(id)).await?) {
            let [shop, name, token] = row.cells()?;
            here = Some((value::read_shop(shop)?, name.text("register")?, token.if_any().is_none()));
        }
    }
    let named = match (id, &here) {
        (None, _) => None,
        (_, Some((_, _, true))) => Some(Named::Rescued),
        (_, Some((shop, name, false))) => Some(Named::Known { shop: *shop, name }),
        (Some(_), None) => Some(Named::Absent { was_restored: account::was_restored(&mut *txn, account).await? }),
    };
    pairing::judge(request, key, has_shop, named).map_err(|refused| match refused {
        Refused::NoShop => PairError::NoShop(request.shop),
        Refused::NoRegister => PairError::NoDevice(request.register.clone()),
    })
}

/// A code as it is kept.
struct Kept {
    hash: TokenHash,
    /// The owner who made it.
    employee: EmployeeId,
    request: PairRequest,
}

fn read_code(row: Row) -> Result<Kept, DbError> {
    let [code, employee, shop, register, device] = row.cells()?;
    let hash = code.bytes("code")?.try_into().map(TokenHash).map_err(|_| DbError::Corrupt("code"))?;
    let employee = EmployeeId(value::read_uuid(employee, "employee")?);
    let again = device.if_any().map(value::read_device).transpose()?;
    let request =
        PairRequest { shop: value::read_shop(shop)?, register: register.text("register")?, again, account: None };
    Ok(Kept { hash, employee, request })
}
