//! Taking back what was entered wrong.

use serde::{Deserialize, Serialize};

use super::Body;
use super::rights::Right;
use crate::ids::EntryId;

/// An entry taken back. Both stay in the ledger; from the replay's point of view the one that is named never happened, so what it closed is
/// open again as it was, with its own cause, cost and age. See ADR 12.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Retraction {
    /// Which entry.
    pub of: EntryId,
}

impl Body {
    /// The right that taking such an entry back needs, some time after it was done; none for what is not taken back by a retraction: a sale is
    /// voided instead, for the customer had the goods; a sending comes back; what moves no stock is saved again.
    pub const fn retraction_needs(&self) -> Option<Right> {
        match self {
            Self::Count(_) => Some(Right::Count),
            Self::Adjustment(_)
            | Self::Reassignment(_)
            | Self::Receipt(_)
            | Self::TransferReceive(_)
            | Self::VendorReturn(_) => Some(Right::Adjust),
            Self::Conversion(_) => Some(Right::ChangeItems),
            Self::Sale(_)
            | Self::Refund(_)
            | Self::Void(_)
            | Self::Order(_)
            | Self::TransferDraft(_)
            | Self::TransferSend(_)
            | Self::TransferReturn(_)
            | Self::TransferLoss(_)
            | Self::CountList(_)
            | Self::Tally(_)
            | Self::Retraction(_)
            | Self::Catalogue(_)
            | Self::Foreign(_) => None,
        }
    }

    /// Whether taking such an entry back is a retraction.
    pub const fn is_retractable(&self) -> bool {
        self.retraction_needs().is_some()
    }
}
