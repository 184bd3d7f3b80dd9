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
    /// The device lets go of what was set aside, too.
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
    /// The server drops what it sets aside.
    AsideDropped,
    /// The server drops kinds of entry that it does not know.
    UnknownKindDropped,
    /// A restored server numbers new registers on from those it knows.
    NumberGivenAgain,
    /// A restored server leaves as much room for numbers each time: put back from one backup twice, it numbers alike.
    RoomIsFixed,
    /// A restored server knows nothing of a register that was paired after the backup.
    NotLetBack,
    /// … or only of one with a number below those that it gives now: after two restores of one backup, of half of them.
    LetBackBelow,
    /// A code lets in whoever types it, however often.
    CodeStays,
    /// The page does not ask for another access token once its own is over.
    TokenNotRenewed,
    /// The server looks at a token, and not at whether the register's access has ended.
    TokenOutlivesAccess,
    /// The server takes what a register changes after its access has ended.
    RemovedChanges,
    /// The server drops what a register says of stock after its access has ended.
    RemovedDropped,
    /// The server does not look at whose outbox it is.
    AnyOutbox,
    /// The server takes the change that leaves no owner.
    LastOwnerLeaves,
    /// The server writes nothing while its clock says less than it did.
    ClockMustRise,
    /// What was written before a call of the server's disk failed stays.
    HalfTxn,
    /// A call of the disk that failed once stops the server's writing until it starts anew.
    Wedged,
    /// The server carries a plan out once more where it did not hear of the commit.
    CommitRepeated,
}

impl Mutant {
    /// Every bug there is.
    pub const ALL: [Self; 38] = [
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
        Self::NumberGivenAgain,
        Self::RoomIsFixed,
        Self::NotLetBack,
        Self::LetBackBelow,
        Self::CodeStays,
        Self::TokenNotRenewed,
        Self::TokenOutlivesAccess,
        Self::RemovedChanges,
        Self::RemovedDropped,
        Self::AnyOutbox,
        Self::LastOwnerLeaves,
        Self::ClockMustRise,
        Self::HalfTxn,
        Self::Wedged,
        Self::CommitRepeated,
    ];

    /// The invariants that it breaks; being found by another one is no proof.
    pub const fn breaks(self) -> &'static [Invariant] {
        match self {
            Self::CursorBeforeData | Self::NoCompareAndSwap => &[Invariant::I4],
            Self::VerdictForgotten => &[Invariant::I5, Invariant::I6],
            Self::RefusalStopsQueue
            | Self::TimerNotRearmed
            | Self::ForkIgnored
            | Self::TokenNotRenewed
            | Self::ClockMustRise
            | Self::Wedged => &[Invariant::I9],
            Self::CollectionBeforeApplied | Self::AsideCollected | Self::AppliedBeforeAcked | Self::SaleNotStrict => {
                &[Invariant::I6]
            }
            Self::EpochIgnored | Self::RestoreTrusted => &[Invariant::I1, Invariant::I5, Invariant::I6],
            Self::NoDedupe | Self::CommitRepeated => &[Invariant::I2],
            Self::PlainSequence => &[Invariant::I3],
            Self::UnknownKindDropped => &[Invariant::I13],
            Self::TokenOutlivesAccess | Self::RemovedChanges | Self::RemovedDropped => &[Invariant::I16],
            Self::LastOwnerLeaves => &[Invariant::I17],
            Self::AnyOutbox => &[Invariant::I18],
            Self::NumberGivenAgain | Self::RoomIsFixed | Self::NotLetBack | Self::LetBackBelow | Self::CodeStays => {
                &[Invariant::I19]
            }
            Self::None
            | Self::AckTooFar
            | Self::LossUnnamed
            | Self::StandingUntrue
            | Self::AckBeforeCommit
            | Self::DedupeByIdOnly
            | Self::NoChain
            | Self::EpochKept
            | Self::AsideDropped
            | Self::HalfTxn => &[Invariant::I1],
        }
    }

    /// Within how many seeds it is found.
    pub const fn within(self) -> u64 {
        match self {
            Self::RestoreTrusted => 4_000,
            Self::AppliedBeforeAcked
            | Self::LossUnnamed
            | Self::StandingUntrue
            | Self::TimerNotRearmed
            | Self::RoomIsFixed
            | Self::AsideCollected
            | Self::HalfTxn
            | Self::LetBackBelow => 1_000,
            Self::NoCompareAndSwap | Self::AckTooFar | Self::NumberGivenAgain | Self::CommitRepeated | Self::Wedged => {
                200
            }
            Self::RefusalStopsQueue => 100,
            _ => 50,
        }
    }
}
