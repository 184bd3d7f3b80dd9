//! What the server writes into an account's books itself: that a device was paired ([`super::pairing`]), and histories that are loaded. It goes
//! through the same intake as what a till pushes.

use std::collections::BTreeMap;

use subzero_ledger::entry::Entry;
use subzero_ledger::ids::{DeviceId, ShopId};
use subzero_ledger::instant::Instant;
use subzero_sync::intake::{Batch, Facts};
use subzero_sync::wire::{EntryBytes, Incarnation, PUSH_BYTES_MAX, PUSH_ENTRIES_MAX, PushRequest, Verdict};
use uuid::Uuid;

use super::access::{NewDevice, add_device, grants};
use super::driver::Inside;
use super::push::{Arrival, Outbox};
use super::{AccountId, Db, DbError, ImportError, PushError, account, facts};
use crate::seed::SERVER;

impl Db {
    /// Loads entries in one txn. `outboxes` are those that earlier batches of the same history went through.
    pub async fn import(
        &self,
        account: AccountId,
        outboxes: &mut BTreeMap<DeviceId, Incarnation>,
        entries: &[Entry],
    ) -> Result<(), ImportError> {
        let mut txn = self.driver.begin().await?;
        let mut devices: Vec<DeviceId> = Vec::new();
        let mut by_device: BTreeMap<DeviceId, Vec<&Entry>> = BTreeMap::new();
        for entry in entries {
            let of_device = by_device.entry(entry.header.device).or_default();
            if of_device.is_empty() {
                devices.push(entry.header.device);
            }
            of_device.push(entry);
        }
        for device in devices {
            let entries = by_device.remove(&device).unwrap_or_default();
            let inc = match outboxes.get(&device) {
                Some(inc) => *inc,
                None => open_outbox(&mut *txn, account, device, &entries).await?,
            };
            outboxes.insert(device, inc);
            self.load(&mut *txn, Outbox { account, device, inc }, entries, Arrival::AsItHappened).await?;
        }
        txn.commit().await?;
        Ok(())
    }

    /// Appends entries to an outbox and takes them from it, as many at once as one push may carry.
    pub(super) async fn load(
        &self,
        txn: Inside<'_>,
        outbox: Outbox,
        entries: Vec<&Entry>,
        arrival: Arrival,
    ) -> Result<(), ImportError> {
        let writes = grants(&mut *txn, outbox.account, outbox.device).await?;
        let mut left = entries.into_iter().peekable();
        while left.peek().is_some() {
            let mut pushed = Vec::new();
            let mut now = Instant::MIN;
            let mut bytes = 0;
            while let Some(entry) = left.peek() {
                let body = entry.encode()?;
                if !pushed.is_empty() && (pushed.len() >= PUSH_ENTRIES_MAX || bytes + body.len() > PUSH_BYTES_MAX) {
                    break;
                }
                bytes += body.len();
                now = now.max(entry.header.at);
                pushed.push((entry.header.id, EntryBytes(body)));
                left.next();
            }
            let (ids, entries): (Vec<_>, Vec<_>) = pushed.into_iter().unzip();
            let mut facts = Facts::new(self.epoch(), outbox.device, now);
            facts.writes.clone_from(&writes);
            facts.takes_old = matches!(arrival, Arrival::AsItHappened);
            let last = facts::lock_outbox(&mut *txn, outbox).await?.last.ok_or(DbError::Corrupt("outbox"))?;
            let (first, before) = (last.dseq + 1, last.chain);
            let request = PushRequest { epoch: None, inc: outbox.inc, first, before, now, entries };
            let batch = Batch::read(request).map_err(PushError::Batch)?;
            let reply = self.take(&mut *txn, outbox, facts, batch, arrival).await?;
            for (entry, pushed) in ids.into_iter().zip(reply.verdicts) {
                if let Verdict::Quarantined { reason } = pushed.verdict {
                    return Err(ImportError::PutAside { entry, reason });
                }
            }
        }
        Ok(())
    }
}

/// An outbox for what is loaded in a device's name. It is never the device's own: a till's chain is the till's.
async fn open_outbox(
    txn: Inside<'_>,
    account: AccountId,
    device: DeviceId,
    entries: &[&Entry],
) -> Result<Incarnation, DbError> {
    if device == SERVER {
        return Ok(account::lock(txn, account).await?.server);
    }
    if !account::has_device(&mut *txn, account, device).await? {
        let shop = entries.first().map_or(ShopId::OFFICE, |entry| entry.header.shop);
        let now = entries.first().map_or(Instant::MIN, |entry| entry.header.at);
        let register = format!("Register {device}");
        add_device(txn, NewDevice { account, id: device, shop, register: &register, token: None, now }).await?;
    }
    Ok(Incarnation(Uuid::new_v4()))
}
