//! What this register has not sent, as a file to be carried by hand; files of other registers; and what was set aside or is missing.

use std::collections::BTreeSet;

use leptos::prelude::*;
use subzero_ledger::entry::Entry;
use subzero_ledger::entry::rights::Role;
use subzero_ledger::ids::{DeviceId, EntryId, ShopId};
use subzero_ledger::ledger::Arrival;
use subzero_sync::fault::Failure;
use subzero_sync::rescue::{Rescue, RescueError};
use subzero_sync::wire::{AccountKey, Paired, RescueReply, RescueRequest};

use super::{Recorded, Shop, VerbError};
use crate::device::{clock, file};
use crate::remote::Refusal;
use crate::storage::beside::Lost;
use crate::storage::error::StorageError;
use crate::storage::outbox::Slot;

/// What came of saving what was not sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Saved {
    /// How many entries the files hold.
    pub entries: usize,
    /// How many records could not be read.
    pub unreadable: u64,
}

impl Shop {
    /// Gives what was not sent, and what was set aside, as files to keep: whatever of it can be read. None while nobody knows whose it would be.
    pub async fn save_unsent(&self) -> Option<Saved> {
        let (account, device) = self.identity()?;
        let salvage = self.storage().outbox.salvage().await;
        let files = Rescue::files(account, device, clock::now(), &salvage.runs(device));
        let several = files.len() > 1;
        for (number, rescue) in (1..).zip(&files) {
            let part = if several { format!("-{number}") } else { String::new() };
            file::give_as(
                &format!("register-{device}-not-sent{part}.txt"),
                &rescue.encode(),
                "text/plain;charset=utf-8",
            );
        }
        Some(Saved { entries: files.iter().map(Rescue::count).sum(), unreadable: salvage.unreadable })
    }

    /// Reads a file of a register of this account.
    pub fn read_rescue(&self, text: &str) -> Result<Rescue, RescueError> {
        let rescue = Rescue::decode(text)?;
        match self.identity() {
            Some((account, _)) => rescue.for_account(account),
            // The server knows.
            None => Ok(rescue),
        }
    }

    /// Whether whoever is signed in may bring in such a file. The server asks the same again.
    pub fn may_bring_in(&self) -> bool {
        matches!(self.role(), Role::Manager | Role::Owner)
    }

    /// Sends a file to the server; what it holds then comes back like anything else.
    pub async fn bring_in(&self, rescue: &Rescue) -> Result<RescueReply, Refusal> {
        let unreachable = Refusal { failure: Failure::Unreachable, said: None };
        let (Some(remote), Some(session)) = (self.remote(), self.session.get_untracked()) else {
            return Err(unreachable);
        };
        let reply = remote.rescue(&RescueRequest { by: session.employee, file: rescue.encode() }).await?;
        self.sync_now();
        Ok(reply)
    }

    /// Which account and register this is, as far as it was ever told.
    fn identity(&self) -> Option<(AccountKey, DeviceId)> {
        let paired: Paired = self.paired.get_untracked()?;
        Some((
            paired.account_key.or_else(|| self.core.with_value(subzero_till::visible::Visible::account_key))?,
            paired.device,
        ))
    }

    /// Records once more what the server has set aside; the one before is dealt with then.
    pub async fn record_again(&self, aside: Entry) -> Result<Recorded, VerbError> {
        let at: ShopId = aside.header.shop;
        let recorded = self.enter(at, |desk| desk.again(&aside)).await?;
        self.deal_with(aside.header.id).await?;
        Ok(recorded)
    }

    /// Somebody has dealt with an entry that the server has set aside. It is kept, and counts here no more than anywhere else.
    pub async fn deal_with(&self, entry: EntryId) -> Result<(), StorageError> {
        let mut dealt_with = self.dealt_with.get_untracked();
        dealt_with.insert(entry);
        self.storage().outbox.keep(Slot::DealtWith, &dealt_with).await?;
        self.take_dealt_with(dealt_with);
        self.with_sync(crate::sync::Sync::tell_alerts);
        Ok(())
    }

    /// Shows what was dealt with, in this tab or another.
    pub(super) fn take_dealt_with(&self, dealt_with: BTreeSet<EntryId>) {
        if self.dealt_with.with_untracked(|before| *before != dealt_with) {
            self.change(|core| core.leave_out(dealt_with.clone()));
            self.dealt_with.set(dealt_with);
        }
    }

    /// Whether the server has set an own entry aside and nobody has dealt with it; once the server has it after all, somebody has.
    pub fn is_open(&self, dseq: u64) -> bool {
        let entry = self.read(|core| core.own_entry(dseq));
        let Some(entry) = entry else { return true };
        let is_confirmed = self.read(|core| matches!(core.ledger.arrival(entry), Some(Arrival::Confirmed { .. })));
        !is_confirmed && !self.dealt_with.with(|dealt_with| dealt_with.contains(&entry))
    }

    /// Somebody who may has seen what is missing.
    pub async fn clear_lost(&self) -> Result<(), StorageError> {
        self.storage().outbox.drop_kept(Slot::Lost).await?;
        self.lost.set(None);
        self.with_sync(crate::sync::Sync::tell_alerts);
        Ok(())
    }

    /// What the server last heard of this register before its outbox was lost says how much is missing.
    pub(super) async fn note_lost(&self, paired: &Paired, is_lost: bool) -> Result<(), StorageError> {
        let storage = self.storage();
        let unknown = storage.outbox.kept::<Lost>(Slot::Lost).await?.is_some_and(|lost| lost.entries.is_none());
        let Some(heard) = paired.last_heard.filter(|_| is_lost || unknown) else { return Ok(()) };
        let lost = Lost { at: clock::now(), entries: Some(heard.standing.unsent) };
        storage.outbox.keep(Slot::Lost, &lost).await?;
        self.lost.set(Some(lost));
        Ok(())
    }
}
