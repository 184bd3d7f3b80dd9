//! What a replica is told, and what it asks for.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use subzero_ledger::ids::ShopId;
use subzero_ledger::instant::Instant;

use crate::fault::{Attention, Failure, StorageFailure};
use crate::records::{
    AckRecord, Collection, Control, EpochAdoption, OwnRead, PageRecord, ShopCursors, SnapshotAdoption,
};
use crate::wire::{
    ContentHash, Epoch, Incarnation, Manifest, PullPage, PushConflict, PushReply, PushRequest, QuarantineReason,
    SegmentList, ShopHead, SnapshotInfo,
};

/// Which output an input answers. An answer to an attempt that was given up is told apart by it, and changes nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Attempt(pub u64);

/// What has happened. Anything may be told twice, late or never.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input {
    /// An entry was committed to the outbox, by this tab or another.
    Appended {
        /// Its number.
        dseq: u64,
    },
    /// [`Output::ReadOwn`] was carried out.
    OwnRead {
        /// Which.
        attempt: Attempt,
        /// What was read.
        read: OwnRead,
    },
    /// [`Output::Push`] was answered, or not.
    PushFinished {
        /// Which.
        attempt: Attempt,
        /// The answer.
        result: Result<PushReply, PushFailure>,
    },
    /// [`Output::StoreAck`] was carried out.
    AckStored {
        /// Which.
        attempt: Attempt,
        /// Where the outbox stands now, whether the ack was written or not.
        control: Control,
    },
    /// [`Output::AdoptEpoch`] was carried out.
    EpochAdopted {
        /// Which.
        attempt: Attempt,
        /// Where the outbox stands now, whether the epoch was written or not.
        control: Control,
    },
    /// [`Output::StartIncarnation`] was carried out.
    IncarnationStarted {
        /// Which.
        attempt: Attempt,
        /// Where the outbox stands now, whether a new life began or not.
        control: Control,
        /// The highest device sequence of that life.
        last: u64,
    },
    /// [`Output::ForgetOwn`] was carried out.
    OwnForgotten {
        /// Which.
        attempt: Attempt,
        /// Where the outbox stands now, whether entries went or not.
        control: Control,
    },
    /// [`Output::FetchManifest`] was answered, or not.
    ManifestFinished {
        /// Which.
        attempt: Attempt,
        /// The answer.
        result: Result<Manifest, Failure>,
    },
    /// [`Output::Pull`] was answered, or not.
    PullFinished {
        /// Which.
        attempt: Attempt,
        /// The answer.
        result: Result<PullPage, Failure>,
    },
    /// [`Output::ListSegments`] was answered, or not.
    SegmentsListed {
        /// Which.
        attempt: Attempt,
        /// The answer.
        result: Result<SegmentList, Failure>,
    },
    /// [`Output::FetchSegment`] was answered, or not.
    SegmentFetched {
        /// Which.
        attempt: Attempt,
        /// The answer: bytes of which nothing is known yet.
        result: Result<Vec<u8>, Failure>,
    },
    /// [`Output::FetchSnapshot`] was answered, or not.
    SnapshotTold {
        /// Which.
        attempt: Attempt,
        /// The answer.
        result: Result<SnapshotInfo, Failure>,
    },
    /// [`Output::FetchSnapshotPart`] was answered, or not.
    SnapshotPartFetched {
        /// Which.
        attempt: Attempt,
        /// The answer: bytes of which nothing is known yet.
        result: Result<Vec<u8>, Failure>,
    },
    /// [`Output::StoreSnapshotPart`] was carried out.
    SnapshotPartStored {
        /// Which.
        attempt: Attempt,
    },
    /// [`Output::AdoptSnapshot`] was carried out, or another tab was faster.
    SnapshotAdopted {
        /// Which.
        attempt: Attempt,
        /// Where the copies of every shop stand now.
        shops: BTreeMap<ShopId, ShopCursors>,
    },
    /// Somebody wants to see rows that are folded into the snapshot: they are fetched as soon as nothing newer is to be.
    OlderWanted,
    /// [`Output::StorePage`] was carried out.
    PageStored {
        /// Which.
        attempt: Attempt,
        /// Where the shop's copies stand now.
        cursors: ShopCursors,
    },
    /// [`Output::StorePage`] was not carried out: another tab stored a page first.
    PageConflicted {
        /// Which.
        attempt: Attempt,
        /// Where the shop's copies stand now.
        cursors: ShopCursors,
    },
    /// The storage could not do what this output asked for.
    StorageFailed {
        /// Which.
        attempt: Attempt,
        /// Why.
        failure: StorageFailure,
    },
    /// The shown copy of a shop cannot be read: it is built anew beside, like one that does not add up. May be told again and again.
    CopyDamaged {
        /// The shop.
        shop: ShopId,
        /// Which copy.
        generation: u32,
    },
    /// The copies that are there, read without being asked: another tab may have begun the cache anew, or a shop that was to go may still
    /// be there. To be told now and then.
    CopiesRead {
        /// Where the copies of every shop stand.
        shops: BTreeMap<ShopId, ShopCursors>,
    },
    /// The browser says that there is a network again: try at once.
    CameOnline,
    /// The browser says that there is none. Only shown; trying goes on.
    WentOffline,
    /// Somebody signed in or out: what this device says of itself with a question for news is said anew at once.
    StandingChanged,
    /// The moment of [`Replica::wake_at`](super::Replica::wake_at) has come, or any other moment.
    Woke,
}

/// Why a push was not taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PushFailure {
    /// 409: the server holds something else than this outbox thinks.
    Conflict(PushConflict),
    /// There was no answer, or none that counts.
    Failed(Failure),
}

/// What is to be done. Of each kind at most one is under way; a new one takes the place of one that is still out, whose
/// request may be aborted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Output {
    /// Read own entries and the control record in one txn.
    ReadOwn {
        /// To be named in the answer.
        attempt: Attempt,
        /// Entries with a higher device sequence.
        after: u64,
        /// At most so many.
        entries_max: usize,
        /// At most so many bytes, but at least one entry.
        bytes_max: usize,
    },
    /// `POST /v1/sync/push`.
    Push {
        /// To be named in the answer.
        attempt: Attempt,
        /// The body.
        request: PushRequest,
    },
    /// Keep an ack in database A.
    StoreAck {
        /// To be named in the answer.
        attempt: Attempt,
        /// The ack.
        ack: AckRecord,
    },
    /// Take up a new epoch in database A.
    AdoptEpoch {
        /// To be named in the answer.
        attempt: Attempt,
        /// From which to which.
        adoption: EpochAdoption,
    },
    /// Mint an incarnation at random and begin a new life of database A with it.
    StartIncarnation {
        /// To be named in the answer.
        attempt: Attempt,
        /// The life that ends.
        instead_of: Incarnation,
    },
    /// Let own entries of database A go that have had their time.
    ForgetOwn {
        /// To be named in the answer.
        attempt: Attempt,
        /// Which.
        collection: Collection,
    },
    /// `GET /v1/sync/manifest`.
    FetchManifest {
        /// To be named in the answer.
        attempt: Attempt,
        /// How long the server may hold it back.
        wait_ms: u32,
        /// The heads known.
        known: Vec<ShopHead>,
    },
    /// `GET /v1/sync/pull`.
    Pull {
        /// To be named in the answer.
        attempt: Attempt,
        /// The shop.
        shop: ShopId,
        /// Rows with a higher seq …
        after: u64,
        /// … up to this one, if any is said.
        to: Option<u64>,
    },
    /// `GET /v1/sync/segments`.
    ListSegments {
        /// To be named in the answer.
        attempt: Attempt,
        /// The shop.
        shop: ShopId,
        /// Those with rows of a higher seq.
        after: u64,
    },
    /// `GET /v1/sync/segment`.
    FetchSegment {
        /// To be named in the answer.
        attempt: Attempt,
        /// The shop.
        shop: ShopId,
        /// Which.
        hash: ContentHash,
    },
    /// `GET /v1/sync/snapshot`.
    FetchSnapshot {
        /// To be named in the answer.
        attempt: Attempt,
    },
    /// `GET /v1/sync/snapshot/part`.
    FetchSnapshotPart {
        /// To be named in the answer.
        attempt: Attempt,
        /// Which.
        hash: ContentHash,
    },
    /// Keep a part of a snapshot in database B. It is of no use before the snapshot is adopted.
    StoreSnapshotPart {
        /// To be named in the answer.
        attempt: Attempt,
        /// What it is named by.
        hash: ContentHash,
        /// The part.
        bytes: Vec<u8>,
    },
    /// Begin the copies of all shops with a snapshot.
    AdoptSnapshot {
        /// To be named in the answer.
        attempt: Attempt,
        /// From where to where.
        adoption: SnapshotAdoption,
    },
    /// Keep a page in database B.
    StorePage {
        /// To be named in the answer.
        attempt: Attempt,
        /// The page.
        page: Box<PageRecord>,
    },
    /// Drop a shop from database B: this device may no longer read it. Needs no answer.
    ForgetShop {
        /// The shop.
        shop: ShopId,
    },
    /// Tell the person at the till. Needs no answer.
    Alert(Alert),
}

/// Something that went wrong and was dealt with, or that a person must deal with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Alert {
    /// Another outbox pushed under this one's incarnation: the device was cloned or set back. A new incarnation begins.
    Forked {
        /// The incarnation that two outboxes shared.
        incarnation: Incarnation,
    },
    /// The server is of a new epoch: what it no longer has is sent again.
    EpochChanged {
        /// The new epoch.
        epoch: Epoch,
    },
    /// The server lost entries of this device that this device no longer keeps either.
    EntriesLost {
        /// The first lost one.
        first: u64,
        /// The last.
        last: u64,
    },
    /// A restored server set aside entries of this device that it had taken before, and that this device no longer keeps.
    EntriesAside {
        /// How many.
        entries: u64,
    },
    /// A copy does not add up and is built anew.
    CopyMismatched {
        /// The shop.
        shop: ShopId,
    },
    /// The server put an entry aside.
    EntryQuarantined {
        /// Its number.
        dseq: u64,
        /// Why.
        reason: QuarantineReason,
    },
}

impl Alert {
    /// Whether a person is told, and asked to confirm; not where all is well again by itself or is shown with the entry.
    pub const fn is_for_people(self) -> bool {
        match self {
            Self::Forked { .. } | Self::EntriesLost { .. } | Self::EntriesAside { .. } => true,
            Self::EpochChanged { .. } | Self::CopyMismatched { .. } | Self::EntryQuarantined { .. } => false,
        }
    }
}

/// What the sync pill shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Status {
    /// Whether the server answered last time.
    pub online: bool,
    /// How many own entries the server has not acked.
    pub unsent: u64,
    /// The epoch in which it has not; none before the server has answered for the first time.
    pub epoch: Option<Epoch>,
    /// Since when the oldest of them has been waiting; none if nothing is.
    pub oldest_unsent: Option<Instant>,
    /// What a person must do; none if nothing.
    pub needs_attention: Option<Attention>,
    /// Whether everything the server has of the shops is here: it answers, and no copy lies behind.
    pub up_to_date: bool,
    /// When that was last so; none since this replica began.
    pub fresh_at: Option<Instant>,
    /// While copies lie behind: how many of how many rows are here, as far as the server has said.
    pub coming: Option<Coming>,
}

/// Rows on their way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Coming {
    /// So many are here.
    pub here: u64,
    /// Of so many.
    pub all: u64,
}
