//! What was gone through: a table of operations by faults. Every cell is hit by the seeds of the test suite, or says why it cannot be.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use subzero_sync::replica::{Input, Output};

/// What a device or the server does at the moment of a fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Operation {
    /// A sale is put into the outbox.
    Sale,
    /// Own entries are read.
    ReadOwn,
    /// A push is on its way to the server.
    PushRequest,
    /// A push is answered.
    PushAnswer,
    /// An ack is stored.
    AckStore,
    /// A device asks for news.
    ManifestRequest,
    /// The question for news is answered.
    ManifestAnswer,
    /// A device asks for rows.
    PullRequest,
    /// The question for rows is answered.
    PullAnswer,
    /// Rows are stored.
    PageStore,
    /// A new epoch is taken up.
    EpochAdoption,
    /// A new life of an outbox begins.
    NewIncarnation,
    /// Own entries that have had their time go.
    ForgetOwn,
    /// A shop that may no longer be read goes.
    ForgetShop,
    /// A device opens its databases.
    StartUp,
    /// The server commits a push.
    ServerCommit,
    /// A device gets an access token in the place of one that is over.
    AccessToken,
    /// A register is let in again as the one it was.
    Pairing,
}

/// What goes wrong with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fault {
    /// The page, or the server, ends before it.
    CrashBefore,
    /// The page, or the server, ends right after it.
    CrashAfter,
    /// The power goes right after it: what was not written strictly may be gone.
    PowerLoss,
    /// It, or word of it, gets lost; of a commit: whether it is on the disk, the server does not hear.
    Lost,
    /// It, or word of it, comes twice.
    Duplicated,
    /// It, or word of it, comes after its deadline, and after newer ones.
    Late,
    /// Half of it arrives.
    Truncated,
    /// Somebody else answers.
    Portal,
    /// It is refused: 4xx, 5xx, 429 with a time to wait.
    Refused,
    /// An older answer comes in its place.
    Stale,
    /// There is no room.
    Quota,
    /// The txn is given up.
    Aborted,
    /// What is there cannot be read.
    Damaged,
    /// Another tab does the same.
    TwoTabs,
    /// One call of the server's disk fails in the midst of it. What was written before it is rolled back, and the next call works.
    CallFails,
    /// The server's clock is a year ahead.
    ClockAhead,
    /// The server's clock is a year behind.
    ClockBehind,
    /// The register's access has ended.
    Removed,
    /// A thief does it, with a register's token.
    Thief,
}

use Fault::{
    Aborted, CallFails, ClockAhead, ClockBehind, CrashAfter, CrashBefore, Damaged, Duplicated, Late, Lost, Portal,
    PowerLoss, Quota, Refused, Removed, Stale, Thief, Truncated, TwoTabs,
};

impl Operation {
    /// Every one.
    pub const ALL: [Self; 18] = [
        Self::Sale,
        Self::ReadOwn,
        Self::PushRequest,
        Self::PushAnswer,
        Self::AckStore,
        Self::ManifestRequest,
        Self::ManifestAnswer,
        Self::PullRequest,
        Self::PullAnswer,
        Self::PageStore,
        Self::EpochAdoption,
        Self::NewIncarnation,
        Self::ForgetOwn,
        Self::ForgetShop,
        Self::StartUp,
        Self::ServerCommit,
        Self::AccessToken,
        Self::Pairing,
    ];

    /// What a storage or the network is asked for; none for an alert.
    pub(crate) const fn of(output: &Output) -> Option<Self> {
        Some(match output {
            Output::ReadOwn { .. } => Self::ReadOwn,
            Output::Push { .. } => Self::PushRequest,
            Output::StoreAck { .. } => Self::AckStore,
            Output::AdoptEpoch { .. } => Self::EpochAdoption,
            Output::StartIncarnation { .. } => Self::NewIncarnation,
            Output::ForgetOwn { .. } => Self::ForgetOwn,
            Output::FetchManifest { .. } => Self::ManifestRequest,
            Output::Pull { .. }
            | Output::ListSegments { .. }
            | Output::FetchSegment { .. }
            | Output::FetchSnapshot { .. }
            | Output::FetchSnapshotPart { .. } => Self::PullRequest,
            Output::StorePage { .. } | Output::StoreSnapshotPart { .. } | Output::AdoptSnapshot { .. } => {
                Self::PageStore
            }
            Output::ForgetShop { .. } => Self::ForgetShop,
            Output::Alert(_) => return None,
        })
    }

    /// The answer of a server that this input is; none for anything else.
    pub(crate) const fn answered(input: &Input) -> Option<Self> {
        Some(match input {
            Input::PushFinished { .. } => Self::PushAnswer,
            Input::ManifestFinished { .. } => Self::ManifestAnswer,
            Input::PullFinished { .. }
            | Input::SegmentsListed { .. }
            | Input::SegmentFetched { .. }
            | Input::SnapshotTold { .. }
            | Input::SnapshotPartFetched { .. } => Self::PullAnswer,
            _ => return None,
        })
    }

    const fn kind(self) -> Kind {
        match self {
            Self::Sale
            | Self::ReadOwn
            | Self::AckStore
            | Self::PageStore
            | Self::EpochAdoption
            | Self::NewIncarnation
            | Self::ForgetOwn
            | Self::ForgetShop => Kind::Txn,
            Self::StartUp => Kind::Opening,
            Self::PushRequest | Self::ManifestRequest | Self::PullRequest => Kind::Request,
            Self::PushAnswer | Self::ManifestAnswer | Self::PullAnswer => Kind::Answer,
            Self::ServerCommit => Kind::Commit,
            Self::AccessToken | Self::Pairing => Kind::Entrance,
        }
    }

    /// What can go wrong with it by chance. What is so for a while comes about by itself.
    pub(crate) fn faults(self) -> Vec<Fault> {
        let by_itself = [TwoTabs, ClockAhead, ClockBehind, Removed, Thief];
        let by_chance = Fault::ALL.into_iter().filter(|fault| !by_itself.contains(fault));
        by_chance.filter(|fault| excuse(self, *fault).is_none()).collect()
    }
}

/// What kinds of operation there are: a fault of the network has no meaning for a txn, and the other way round.
#[derive(Clone, Copy)]
enum Kind {
    Txn,
    Opening,
    Request,
    Answer,
    Commit,
    Entrance,
}

impl Fault {
    /// Every one.
    pub const ALL: [Self; 19] = [
        CrashBefore,
        CrashAfter,
        PowerLoss,
        Lost,
        Duplicated,
        Late,
        Truncated,
        Portal,
        Refused,
        Stale,
        Quota,
        Aborted,
        Damaged,
        TwoTabs,
        CallFails,
        ClockAhead,
        ClockBehind,
        Removed,
        Thief,
    ];
}

/// Why a cell cannot be hit; none if it must be.
pub fn excuse(operation: Operation, fault: Fault) -> Option<&'static str> {
    match (operation.kind(), fault) {
        (Kind::Txn | Kind::Opening | Kind::Answer, CallFails | ClockAhead | ClockBehind | Removed | Thief) => {
            Some("the server takes no part in it, or has done its part")
        }
        (Kind::Request, CallFails) => Some("what a request makes the server write is the commit"),
        (Kind::Entrance, Truncated | Portal | Stale) => Some("as refused: the page asks anew"),
        (Kind::Entrance, PowerLoss) => Some("it is one strict put: as a crash"),
        (Kind::Entrance, Quota | Aborted) => Some("as lost: what was answered is not kept"),
        (Kind::Entrance, Damaged | TwoTabs) => Some("one tab asks, and stores no more than a token"),
        (Kind::Entrance, Duplicated | Late) if operation == Operation::AccessToken => {
            Some("each asks for a token of its own, and any is good")
        }
        (Kind::Entrance, Thief) if operation == Operation::Pairing => Some("only an owner lets a register in"),
        (Kind::Txn | Kind::Opening | Kind::Commit, Truncated | Portal | Refused | Stale) => {
            Some("no network takes part in a txn")
        }
        (Kind::Opening, Lost | Duplicated | Late) => Some("a start is not told to anybody"),
        (Kind::Opening, Quota) => Some("only the very first start writes, and then there is nothing to lose"),
        (Kind::Commit, Duplicated | Late) => Some("word of a commit is the answer to the push"),
        (Kind::Commit, Damaged) => Some("a damaged server is a restored one: see the adoption of an epoch"),
        (Kind::Commit, TwoTabs) => Some("the incarnation's row is locked: the other push waits"),
        (Kind::Txn, Damaged) if operation == Operation::Sale => Some("a sale reads nothing"),
        (Kind::Txn, Lost | Duplicated | Late) if operation == Operation::ForgetShop => Some("it needs no answer"),
        (Kind::Txn, Quota) if operation == Operation::ReadOwn => Some("a read takes no room"),
        (Kind::Request, Stale) => Some("a request that is old is late"),
        (Kind::Request | Kind::Answer, Quota | Aborted | Damaged) => Some("no storage takes part in a request"),
        (Kind::Answer, Portal | Refused) => Some("who answers in the server's place answers the request"),
        _ => None,
    }
}

/// How often each cell was hit.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cells(BTreeMap<(Operation, Fault), u64>);

impl Cells {
    pub(crate) fn hit(&mut self, operation: Operation, fault: Fault) {
        *self.0.entry((operation, fault)).or_default() += 1;
    }

    pub(crate) fn add(&mut self, later: &Self) {
        for (cell, times) in &later.0 {
            *self.0.entry(*cell).or_default() += times;
        }
    }

    /// How often.
    pub fn hits(&self, operation: Operation, fault: Fault) -> u64 {
        self.0.get(&(operation, fault)).copied().unwrap_or(0)
    }

    /// How many cells were hit, and how many there are to hit.
    pub fn count(&self) -> (usize, usize) {
        let all = Operation::ALL.into_iter().flat_map(|operation| Fault::ALL.map(|fault| (operation, fault)));
        let wanted: Vec<_> = all.filter(|(operation, fault)| excuse(*operation, *fault).is_none()).collect();
        let hit = wanted.iter().filter(|(operation, fault)| self.hits(*operation, *fault) > 0).count();
        (hit, wanted.len())
    }

    /// The cells that are neither hit nor excused, and those that are both.
    pub fn wrong(&self) -> Vec<(Operation, Fault)> {
        let all = Operation::ALL.into_iter().flat_map(|operation| Fault::ALL.map(|fault| (operation, fault)));
        all.filter(|(operation, fault)| excuse(*operation, *fault).is_some() == (self.hits(*operation, *fault) > 0))
            .collect()
    }

    /// As a table in Markdown: how often, or a dash for what cannot be.
    pub fn table(&self) -> String {
        let head = Fault::ALL.map(|fault| format!(" {fault:?} |")).concat();
        let mut table = format!("| |{head}\n|---|{}\n", "---|".repeat(Fault::ALL.len()));
        for operation in Operation::ALL {
            let cell = |fault| match excuse(operation, fault) {
                Some(_) => " – |".to_owned(),
                None => format!(" {} |", self.hits(operation, fault)),
            };
            let _ = writeln!(table, "| {operation:?} |{}", Fault::ALL.map(cell).concat());
        }
        table
    }
}
