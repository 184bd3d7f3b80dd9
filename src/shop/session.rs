//! Who is signed in at this device.

use leptos::prelude::*;
use subzero_ledger::ids::EmployeeId;
use subzero_till::session::Session;

use super::Shop;
use crate::device::{clock, ids};
use crate::storage::error::StorageError;
use crate::storage::outbox::Slot;

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
