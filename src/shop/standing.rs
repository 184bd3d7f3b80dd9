//! How this device stands with the server: what is not sent, what went wrong, and how fresh what it knows is.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use subzero_ledger::instant::Instant;
use subzero_sync::replica::Alert;
use subzero_sync::wire::Verdict;

use super::Shop;
use crate::storage::error::StorageError;
use crate::storage::outbox::Slot;
use crate::sync::Sync;
use crate::widgets::network_pill::Network;

/// Something that went wrong with sync, until somebody has said that they saw it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Told {
    /// When.
    pub at: Instant,
    /// What.
    pub alert: Alert,
}

/// How fresh what this device knows of others is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Heard {
    /// Everything the server has is here.
    Now,
    /// It last was then.
    At(Instant),
    /// It never was.
    Never,
}

impl Shop {
    /// How many own entries are on no server yet.
    pub fn unsent(&self) -> usize {
        self.read(|core| core.unconfirmed().count()).saturating_sub(self.set_aside())
    }

    /// How many own entries the server has set aside for a person to look at.
    pub fn set_aside(&self) -> usize {
        let set_aside = |(_, verdict): &&(u64, Verdict)| matches!(verdict, Verdict::Quarantined { .. });
        self.verdicts.with(|verdicts| verdicts.iter().filter(set_aside).count())
    }

    /// Whether the server has set aside the own entry of this number.
    pub fn is_set_aside(&self, dseq: u64) -> bool {
        self.verdicts.with(|verdicts| {
            verdicts.iter().any(|(of, verdict)| *of == dseq && matches!(verdict, Verdict::Quarantined { .. }))
        })
    }

    /// How many things a person should look at.
    pub fn to_look_at(&self) -> usize {
        let attention =
            self.status.with(|status| status.as_ref().is_some_and(|status| status.needs_attention.is_some()));
        self.set_aside() + self.alerts.with(Vec::len) + usize::from(attention)
    }

    /// How fresh what this device knows of others is.
    pub fn heard(&self) -> Heard {
        if self.is_practice() || self.status.with(|status| status.as_ref().is_some_and(|status| status.up_to_date)) {
            Heard::Now
        } else {
            self.fresh_at.get().map_or(Heard::Never, Heard::At)
        }
    }

    /// How it stands with the server.
    pub fn network(&self) -> Network {
        let online = self.status.with(|status| status.as_ref().is_some_and(|status| status.online));
        match (online, self.to_look_at(), self.unsent()) {
            (_, to_look_at @ 1.., _) => Network::Attention(to_look_at),
            (true, 0, 0) => Network::Online,
            (true, 0, unsent) => Network::Sending(unsent),
            (false, 0, unsent) => Network::Offline(unsent),
        }
    }

    /// Tries to sync at once.
    pub fn sync_now(&self) {
        self.with_sync(Sync::hurry);
    }

    /// Somebody has seen what went wrong.
    pub async fn clear_alerts(&self) -> Result<(), StorageError> {
        self.storage().outbox.drop_kept(Slot::Alerts).await?;
        self.tell_alerts();
        Ok(())
    }

    /// Every tab reads again what is kept of them.
    pub(super) fn tell_alerts(&self) {
        self.with_sync(Sync::tell_alerts);
    }
}
