//! Why an item went negative: what is suggested from signals, and what a person says.

use serde::{Deserialize, Serialize};

/// Why a line took out more than there was.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Cause {
    /// What is missing is on its way, and not received yet.
    NotReceived,
    /// It was received within two days after it was sold.
    SoldBeforeReceived,
    /// It comes in again and again, and a delivery is overdue.
    ReceivedNeverEntered,
    /// A look-alike has more than it should.
    MisScan,
    /// A count shortly before found too little.
    WrongCount,
    /// The receiving shop got less than was sent.
    Oversent,
    /// A customer ordered it and comes back for it: not an error.
    Backorder,
    /// It is never received and always negative: it may hold no stock at all.
    WrongType,
    /// Packs were mixed up with single units.
    PackMixUp,
    /// It was never stocked here.
    NeverStocked,
    /// Something else, as a person says.
    Other,
}

impl Cause {
    /// Every cause, in the order a person would look for them.
    pub const ALL: [Self; 11] = [
        Self::NotReceived,
        Self::SoldBeforeReceived,
        Self::ReceivedNeverEntered,
        Self::MisScan,
        Self::WrongCount,
        Self::Oversent,
        Self::Backorder,
        Self::WrongType,
        Self::PackMixUp,
        Self::NeverStocked,
        Self::Other,
    ];
}
