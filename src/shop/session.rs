//! Who is signed in at this device.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use subzero_ledger::entry::Mode;
use subzero_ledger::ids::{EmployeeId, SessionId};
use subzero_ledger::instant::Instant;
use subzero_sync::wire::SignedIn;

use super::Shop;
use crate::device::{clock, ids};
use crate::storage::error::StorageError;
use crate::storage::outbox::Slot;

/// Who is signed in, and the mode that was pinned when they did.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Session {
    /// Stamped on every entry.
    pub id: SessionId,
    /// Who.
    pub employee: EmployeeId,
    /// Allow or auto-add, until they sign in again.
    pub mode: Mode,
    /// Since when.
    pub since: Instant,
}

impl Session {
    /// What the account's other devices hear of it.
    pub(super) const fn said(self) -> SignedIn {
        SignedIn { employee: self.employee, mode: self.mode, since: self.since }
    }
}

impl Shop {
    /// Signs an employee in, in the mode that is set now.
    pub async fn sign_in(&self, employee: EmployeeId) -> Result<(), StorageError> {
        let session = Session { id: ids::session_id(), employee, mode: self.mode_setting(), since: clock::now() };
        self.storage().outbox.keep(Slot::Session, &session).await?;
        self.session.set(Some(session));
        self.tell_session();
        Ok(())
    }

    /// Signs out. The cart stays. Whoever signs out is signed out in this tab whatever the storage says: at worst the page, loaded again,
    /// has to be signed out of again.
    pub async fn sign_out(&self) {
        self.session.set(None);
        self.looking_at.set(None);
        let _ = self.storage().outbox.drop_kept(Slot::Session).await;
        self.tell_session();
    }

    /// The server hears who is signed in, and in which mode.
    pub(super) fn tell_session(&self) {
        let said = self.session.get_untracked().map(Session::said);
        self.with_sync(|sync| sync.signed_in(said));
    }
}
