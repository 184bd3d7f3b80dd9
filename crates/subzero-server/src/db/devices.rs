//! What is heard of devices, and what of that another device may know.

use std::collections::BTreeMap;

use subzero_ledger::ids::{DeviceId, ShopId};
use subzero_ledger::instant::Instant;
use subzero_sync::wire::{ASIDE_LISTED_MAX, AsideEntry, DeviceSeen, EntryBytes, ListedRegister, Standing};

use super::driver::the_row;
use super::statement::{Row, Statement, Value, with_rows};
use super::{AccountId, Db, DbError, Device, value};

/// How exactly it is kept when a device was last seen.
const NOTED_EVERY_MS: i64 = 20_000;

/// What a device that asked for news is to the database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Contact {
    /// It was noted a moment ago, and is as it was.
    Noted,
    /// It is as it was. That it was seen is still to be noted.
    Seen,
    /// It said something new, which is noted.
    Said {
        /// Whether somebody else is signed in there than before.
        session_changed: bool,
    },
}

impl Db {
    /// Notes what a device that asked for news said of itself, unless it is what it said before: sales wait for the same writer.
    pub async fn note_standing(
        &self,
        device: &Device,
        said: Option<Standing>,
        now: Instant,
    ) -> Result<Contact, DbError> {
        let ask = Statement::new("select seen_ms, standing from device where account = $1 and id = $2");
        let found = self.driver.read(ask.with(device.account).with(device.id)).await?;
        let [seen, standing] = the_row(found, "device")?.cells()?;
        let seen = seen.if_any().map(value::read_instant).transpose()?;
        let before = read_standing(&standing.text("standing")?);
        let said = said.map(|said| said.kept(&before, self.epoch()));
        let is_fresh = seen.is_some_and(|seen| seen <= now && now.ms_since(seen) < NOTED_EVERY_MS);
        // Of a device that was never heard of others hear at once.
        let (is_first, said) = (seen.is_none(), said.unwrap_or(before));
        if said == before && !is_first {
            return Ok(if is_fresh { Contact::Noted } else { Contact::Seen });
        }
        let text = serde_json::to_string(&said).map_err(|_| DbError::Corrupt("standing"))?;
        let note = Statement::new("update device set seen_ms = $1, standing = $2 where account = $3 and id = $4");
        let mut txn = self.driver.begin().await?;
        txn.run(note.with(now).with(text).with(device.account).with(device.id)).await?;
        txn.commit().await?;
        Ok(Contact::Said { session_changed: said.session != before.session })
    }

    /// Notes when devices were last seen. Who was seen later meanwhile stays so.
    pub async fn note_seen(&self, devices: &BTreeMap<(AccountId, DeviceId), Instant>) -> Result<(), DbError> {
        let rows =
            devices.iter().map(|((account, device), seen)| [(*account).into(), (*device).into(), (*seen).into()]);
        let then = ") update device set seen_ms = seen.at_ms from seen
                    where device.account = seen.account and device.id = seen.device and coalesce(seen_ms, 0) < seen.at_ms";
        for note in with_rows("with seen (account, device, at_ms) as (", rows.collect::<Vec<[Value; 3]>>(), then) {
            let mut txn = self.driver.begin().await?;
            txn.run(note).await?;
            txn.commit().await?;
        }
        Ok(())
    }

    /// A device that was heard of later than now was heard of by a clock that was wrong: it is as if it were now.
    pub async fn seen_by_now(&self, now: Instant) -> Result<(), DbError> {
        let mut txn = self.driver.begin().await?;
        txn.run(Statement::new("update device set seen_ms = $1 where seen_ms > $1").with(now)).await?;
        txn.commit().await
    }

    /// The registers of an account that were ever paired, for its owner.
    pub async fn registers(&self, account: AccountId) -> Result<Vec<ListedRegister>, DbError> {
        let ask = Statement::new(
            "select id, register, shop, paired_ms, seen_ms, skew_ms, standing, revoked_ms from device
             where account = $1 and token is not null order by id",
        );
        let mut registers: Vec<ListedRegister> =
            self.driver.read(ask.with(account)).await?.into_iter().map(read_register).collect::<Result<_, _>>()?;
        let ask = Statement::new("select device, shop from device_shop where account = $1 and shop <> 0 order by shop");
        let mut shops: BTreeMap<DeviceId, Vec<ShopId>> = BTreeMap::new();
        for row in self.driver.read(ask.with(account)).await? {
            let [device, shop] = row.cells()?;
            shops.entry(value::read_device(device)?).or_default().push(value::read_shop(shop)?);
        }
        for register in &mut registers {
            register.shops = shops.remove(&register.device).unwrap_or_default();
        }
        Ok(registers)
    }

    /// What was set aside of an account, the newest first.
    pub async fn aside(&self, account: AccountId) -> Result<Vec<AsideEntry>, DbError> {
        let ask = Statement::new(
            "select incarnation.device, quarantine.reason, quarantine.recorded_ms, quarantine.body from quarantine
             join incarnation on incarnation.account = quarantine.account and incarnation.inc = quarantine.inc
             where quarantine.account = $1 order by quarantine.recorded_ms desc, quarantine.inc, quarantine.dseq desc limit $2",
        );
        let most = i64::try_from(ASIDE_LISTED_MAX).unwrap_or(i64::MAX);
        let mut entries = Vec::new();
        for row in self.driver.read(ask.with(account).with(most)).await? {
            let [device, reason, recorded, body] = row.cells()?;
            entries.push(AsideEntry {
                device: value::read_device(device)?,
                reason: value::read_word(reason)?,
                recorded: value::read_instant(recorded)?,
                body: EntryBytes(body.bytes("entry")?),
            });
        }
        Ok(entries)
    }
}

/// A device's number, when it was last seen and what it said then.
pub fn read_seen(row: Row) -> Result<DeviceSeen, DbError> {
    let [id, seen, standing] = row.cells()?;
    Ok(DeviceSeen {
        device: value::read_device(id)?,
        seen: value::read_instant(seen)?,
        standing: read_standing(&standing.text("standing")?),
    })
}

fn read_register(row: Row) -> Result<ListedRegister, DbError> {
    let [id, register, shop, paired, seen, skew, standing, revoked] = row.cells()?;
    Ok(ListedRegister {
        device: value::read_device(id)?,
        register: register.text("register")?,
        shop: value::read_shop(shop)?,
        paired: value::read_instant(paired)?,
        seen: seen.if_any().map(value::read_instant).transpose()?,
        skew_ms: skew.if_any().map(|skew| skew.int("skew")).transpose()?,
        standing: read_standing(&standing.text("standing")?),
        shops: Vec::new(),
        removed: revoked.if_any().map(value::read_instant).transpose()?,
    })
}

/// What a device of another version said may not be readable: then it said nothing.
fn read_standing(text: &str) -> Standing {
    serde_json::from_str(text).unwrap_or_default()
}
