//! Planted bugs: a simulator that does not find them proves nothing by finding none.

use crate::checks::Invariant;

/// Which bug is planted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mutant {
    /// None.
    None,
    /// The device stores a page's cursor in a txn of its own, before the rows.
    CursorBeforeData,
    /// The device stores pages without comparing cursors.
    NoCompareAndSwap,
    /// The device stores a quarantine's ack and forgets its verdict.
    VerdictForgotten,
    /// The device stops pushing at the first 4xx.
    RefusalStopsQueue,
    /// The device's timer is not armed again after an answer that failed.
    TimerNotRearmed,
    /// The device lets own entries go once they are acked, whether or not they have come back.
    CollectionBeforeApplied,
    /// The device lets go of what was put aside, too.
    AsideCollected,
    /// The device takes up a new epoch and keeps its ack.
    EpochIgnored,
    /// The device takes a restored server's number for its own entries, and sends only what follows.
    RestoreTrusted,
    /// The device keeps as acked all it has, not what was sent.
    AckTooFar,
    /// The device takes a row with its numbers for its own entry before that was acked.
    AppliedBeforeAcked,
    /// The device goes on under an incarnation that another outbox uses, too.
    ForkIgnored,
    /// The outbox is written without waiting for the disk.
    SaleNotStrict,
    /// The device does not say what it knows to be lost.
    LossUnnamed,
    /// A device says that nothing is unsent.
    StandingUntrue,
    /// The server answers before it commits.
    AckBeforeCommit,
    /// The server takes what it holds for new.
    NoDedupe,
    /// The server tells a duplicate by its id alone.
    DedupeByIdOnly,
    /// The server tells a duplicate by its number alone, not by the chain.
    NoChain,
    /// The server numbers rows outside of the txn.
    PlainSequence,
    /// The server keeps its epoch when it is restored.
    EpochKept,
    /// The server drops what it puts aside.
    AsideDropped,
    /// The server drops kinds of entry that it does not know.
    UnknownKindDropped,
}

impl Mutant {
    /// Every bug there is.
    pub const ALL: [Self; 23] = [
        Self::CursorBeforeData,
        Self::NoCompareAndSwap,
        Self::VerdictForgotten,
        Self::RefusalStopsQueue,
        Self::TimerNotRearmed,
        Self::CollectionBeforeApplied,
        Self::AsideCollected,
        Self::EpochIgnored,
        Self::RestoreTrusted,
        Self::AckTooFar,
        Self::AppliedBeforeAcked,
        Self::ForkIgnored,
        Self::SaleNotStrict,
        Self::LossUnnamed,
        Self::StandingUntrue,
        Self::AckBeforeCommit,
        Self::NoDedupe,
        Self::DedupeByIdOnly,
        Self::NoChain,
        Self::PlainSequence,
        Self::EpochKept,
        Self::AsideDropped,
        Self::UnknownKindDropped,
    ];

    /// The invariants that it breaks; being found by another one is no proof.
    pub const fn breaks(self) -> &'static [Invariant] {
        match self {
            Self::CursorBeforeData | Self::NoCompareAndSwap => &[Invariant::I4],
            Self::VerdictForgotten => &[Invariant::I5, Invariant::I6],
            Self::RefusalStopsQueue | Self::TimerNotRearmed | Self::ForkIgnored => &[Invariant::I9],
            Self::CollectionBeforeApplied | Self::AsideCollected | Self::AppliedBeforeAcked | Self::SaleNotStrict => {
                &[Invariant::I6]
            }
            Self::EpochIgnored | Self::RestoreTrusted => &[Invariant::I1, Invariant::I5, Invariant::I6],
            Self::NoDedupe => &[Invariant::I2],
            Self::PlainSequence => &[Invariant::I3],
            Self::UnknownKindDropped => &[Invariant::I13],
            Self::None
            | Self::AckTooFar
            | Self::LossUnnamed
            | Self::StandingUntrue
            | Self::AckBeforeCommit
            | Self::DedupeByIdOnly
            | Self::NoChain
            | Self::EpochKept
            | Self::AsideDropped => &[Invariant::I1],
        }
    }

    /// Within how many seeds it is found.
    pub const fn within(self) -> u64 {
        match self {
            Self::RestoreTrusted | Self::AppliedBeforeAcked | Self::LossUnnamed | Self::StandingUntrue => 1_000,
            Self::NoCompareAndSwap | Self::TimerNotRearmed | Self::AsideCollected | Self::AckTooFar => 200,
            Self::RefusalStopsQueue => 100,
            _ => 50,
        }
    }
}
