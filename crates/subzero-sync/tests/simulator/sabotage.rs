//! Planted bugs: a simulator that does not find them proves nothing by finding none.

/// Which bug is planted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sabotage {
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
    /// The server answers before it commits.
    AckBeforeCommit,
    /// The server takes what it holds for new.
    NoDedupe,
    /// The server tells a duplicate by its number alone, not by the chain.
    NoChain,
    /// The server numbers rows outside of the txn.
    PlainSequence,
    /// The server keeps its epoch when it is restored.
    EpochKept,
}
