//! Everything people do beside selling: the desk checks it, a colleague approves it where that is needed, and only then it is recorded.

use std::rc::Rc;

use futures::channel::oneshot;
use leptos::prelude::*;
use subzero_ledger::cart::CartError;
use subzero_ledger::catalogue::Denied;
use subzero_ledger::entry::rights::Right;
use subzero_ledger::entry::{Body, Entry, Header};
use subzero_ledger::ids::{EmployeeId, ImportId, ShopId};
use subzero_ledger::verbs::{Desk, Problem};

use super::{Recorded, Shop, VerbError};
use crate::device::ids;

impl VerbError {
    /// The right that a colleague's PIN would stand in for.
    const fn needs_approval(&self) -> Option<Right> {
        match self {
            Self::Problem(Problem::Denied(Denied::NeedsApproval(right)))
            | Self::Cart(CartError::BelowZero(Denied::NeedsApproval(right))) => Some(*right),
            Self::NotSignedIn
            | Self::Busy
            | Self::NotApproved
            | Self::Cart(_)
            | Self::Problem(_)
            | Self::Entry(_)
            | Self::Storage(_) => None,
        }
    }
}

impl Shop {
    /// Records what the desk lets through. The verb may be asked twice: a second time once a colleague has approved it.
    pub async fn enter(
        &self,
        at: ShopId,
        verb: impl Fn(&Desk<'_>) -> Result<Entry, Problem>,
    ) -> Result<Recorded, VerbError> {
        self.one_at_a_time(async {
            let entry = self.approved(self.header(at)?, |header| self.at_desk(header, &verb)).await?;
            self.record(entry).await
        })
        .await
    }

    /// The same for what comes in quick succession, as scans do: each waits for the one before.
    pub async fn enter_in_turn(
        &self,
        at: ShopId,
        verb: impl Fn(&Desk<'_>) -> Result<Entry, Problem>,
    ) -> Result<Recorded, VerbError> {
        let turns = self.handles.with_value(|handles| Rc::clone(&handles.turns));
        let _turn = turns.lock().await;
        self.enter(at, verb).await
    }

    /// Records several entries, each in its shop, one after the other, that the desk lets through as one. What cannot be saved any more is
    /// not recorded, and what was before it is.
    pub async fn enter_all(
        &self,
        verb: impl Fn(&Desk<'_>) -> Result<Vec<(ShopId, Body)>, Problem>,
    ) -> Result<(), VerbError> {
        self.one_at_a_time(async {
            let checked = |header| Ok((header, self.at_desk(header, &verb)?));
            let (header, bodies) = self.approved(self.header(self.here())?, checked).await?;
            for (shop, body) in bodies {
                let header = Header { id: ids::entry_id(), shop, ..header };
                self.record(Entry { dseq: 0, header, body }).await?;
            }
            Ok(())
        })
        .await
    }

    /// Records what came in with a file, all of it under one import. `goes_on` is told after each entry how many are recorded, and may end
    /// it there. Answers how many are.
    pub async fn enter_import(
        &self,
        import: ImportId,
        right: Option<Right>,
        bodies: Vec<(ShopId, Body)>,
        goes_on: impl Fn(usize) -> bool,
    ) -> Result<usize, VerbError> {
        self.one_at_a_time(async {
            let may = |header| {
                self.at_desk(header, |desk| right.map_or(Ok(()), |right| desk.allow(right)))?;
                Ok(header)
            };
            let header = self.approved(self.header(self.here())?, may).await?;
            let mut recorded = 0;
            for (shop, body) in bodies {
                let header = Header { id: ids::entry_id(), shop, import: Some(import), ..header };
                self.record(Entry { dseq: 0, header, body }).await?;
                recorded += 1;
                if !goes_on(recorded) {
                    break;
                }
            }
            Ok(recorded)
        })
        .await
    }

    /// What the desk says, without recording anything.
    pub fn at_desk<T>(&self, header: Header, verb: impl Fn(&Desk<'_>) -> Result<T, Problem>) -> Result<T, VerbError> {
        self.core.with_value(|core| {
            let (ledger, documents, tables) = (&core.ledger, &core.documents, core.catalogue.tables());
            Ok(verb(&Desk { header, ledger, documents, tables })?)
        })
    }

    /// What somebody at the desk would read now; nothing while nobody is signed in.
    pub fn at_desk_now<T>(&self, read: impl Fn(&Desk<'_>) -> T) -> Option<T> {
        self.at_desk(self.header(self.here()).ok()?, |desk| Ok(read(desk))).ok()
    }

    /// The number of the next receipt of this register.
    pub fn next_receipt(&self) -> Result<String, VerbError> {
        let header = self.header(untrack(|| self.id()))?;
        let last = self.core.with_value(|core| core.last_receipt(header.device));
        let number = last.max(self.storage().outbox.last_receipt()).saturating_add(1);
        Ok(format!("{}-{}-{number}", header.shop, header.device))
    }

    /// Does it; where that needs a colleague's approval, asks for it and does it again.
    pub(super) async fn approved<T>(
        &self,
        header: Header,
        does: impl Fn(Header) -> Result<T, VerbError>,
    ) -> Result<T, VerbError> {
        let done = does(header);
        let Some(right) = done.as_ref().err().and_then(VerbError::needs_approval) else { return done };
        let by = self.ask_approval(right).await.ok_or(VerbError::NotApproved)?;
        does(Header { approved_by: Some(by), ..header })
    }

    /// Shows the question until a colleague has answered, or nobody will.
    async fn ask_approval(&self, right: Right) -> Option<EmployeeId> {
        let (answer, answered) = oneshot::channel();
        self.handles.update_value(|handles| handles.approval = Some(answer));
        self.asking.set(Some(right));
        answered.await.ok().flatten()
    }

    /// Answers the question: who approved, or that nobody did.
    pub fn answer_approval(&self, by: Option<EmployeeId>) {
        self.asking.set(None);
        let asked = self.handles.try_update_value(|handles| handles.approval.take()).flatten();
        if let Some(asked) = asked {
            // Whoever asked may be gone.
            let _ = asked.send(by);
        }
    }
}
