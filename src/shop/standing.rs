//! How this device stands with the server: what is not sent, what went wrong, and how fresh what it knows is.

use leptos::prelude::*;
use subzero_ledger::entry::rights::Role;
use subzero_sync::devices::ClockState;
use subzero_sync::replica::Coming;
use subzero_sync::wire::QuarantineReason;
use subzero_till::flagged::{FlaggedPage, FlaggedRows, FlagsSeen};
use subzero_till::standing::{Heard, Network};
use subzero_till::verdicts::Unsent;

use super::Shop;
use crate::device::clock;
use crate::storage::error::StorageError;
use crate::storage::outbox::Slot;
use crate::sync::Sync;

impl Shop {
    /// How many own entries are on no server yet, and since when the oldest of them has been waiting.
    pub fn unsent(&self) -> Unsent {
        self.verdicts.with(|verdicts| self.read(|core| verdicts.unsent(core)))
    }

    /// The own entries that the server has set aside for a person to look at, and nobody has dealt with.
    pub fn set_aside(&self) -> Vec<(u64, QuarantineReason)> {
        let aside: Vec<_> = self.verdicts.with(|verdicts| verdicts.quarantined().collect());
        aside.into_iter().filter(|(dseq, _)| self.is_open(*dseq)).collect()
    }

    /// Whether the server has set aside the own entry of this number.
    pub fn is_set_aside(&self, dseq: u64) -> bool {
        self.verdicts.with(|verdicts| verdicts.is_quarantined(dseq))
    }

    /// How many things a person should look at.
    pub fn to_look_at(&self) -> usize {
        let attention =
            self.status.with(|status| status.as_ref().is_some_and(|status| status.needs_attention.is_some()));
        let troubles = [attention, self.full.get(), self.lost.with(Option::is_some)];
        self.set_aside().len()
            + self.flagged_count()
            + self.alerts.with(Vec::len)
            + troubles.into_iter().filter(|trouble| *trouble).count()
    }

    /// What the server found odd, of any register, and nobody here has seen.
    pub fn flagged(&self) -> FlaggedPage {
        self.ask_flagged(FlaggedRows::shown)
    }

    /// How many such there are.
    fn flagged_count(&self) -> usize {
        self.ask_flagged(FlaggedRows::count)
    }

    /// It is for whoever answers for the figures.
    fn ask_flagged<T: Default>(&self, ask: impl FnOnce(&FlaggedRows, &FlagsSeen) -> T) -> T {
        if self.role() == Role::Cashier {
            return T::default();
        }
        self.flags_seen.with(|seen| self.read(|core| ask(&core.flagged, seen)))
    }

    /// Somebody has seen these.
    pub async fn see_flagged(&self, shown: &FlaggedPage) -> Result<(), StorageError> {
        let seen = self.flags_seen.with_untracked(|seen| seen.and(&shown.rows));
        self.storage().outbox.keep(Slot::FlagsSeen, &seen).await?;
        self.flags_seen.set(seen);
        Ok(())
    }

    /// How fresh what this device knows of others is.
    pub fn heard(&self) -> Heard {
        if self.is_practice() || self.status.with(|status| status.as_ref().is_some_and(|status| status.up_to_date)) {
            Heard::Now
        } else {
            self.fresh_at.get().map_or(Heard::Never, Heard::At)
        }
    }

    /// Whether this register is new, and what the shops have is still on its way: what it shows is not all there is.
    pub fn is_loading(&self) -> bool {
        self.heard() == Heard::Never
    }

    /// How far that has come, where the server has said.
    pub fn coming(&self) -> Option<Coming> {
        self.status.with(|status| status.as_ref()?.coming)
    }

    /// How it stands with the server.
    pub fn network(&self) -> Network {
        Network::of(self.is_online(), self.to_look_at(), self.unsent().count)
    }

    /// How this device's clock stands to the server's, as far as that was ever heard of.
    pub fn clock_state(&self) -> ClockState {
        self.devices.with(|devices| devices.as_ref().map_or(ClockState::Right, |devices| devices.clock(clock::now())))
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
