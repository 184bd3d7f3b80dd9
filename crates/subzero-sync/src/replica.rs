//! The device's side of the protocol as a state machine: told what happened, it says what to do next.
//!
//! It exists so that everything that can go wrong between a till and the server can be tried in memory. It never sends,
//! stores, waits or asks the time itself; whoever holds it does, and tells it what came of it.
//!
//! # The protocol
//!
//! Three lanes run side by side, each with at most one request under way.
//!
//! **Push** sends what the outbox holds beyond the last ack: [read own entries](Output::ReadOwn) → [push](Output::Push) →
//! [store the ack](Output::StoreAck), and again until nothing is left. The server may answer with a conflict instead:
//!
//! - *gap*: it holds less than this outbox thinks. The chain is walked from the oldest kept entry to where the server
//!   stands, and pushing goes on from there.
//! - *fork*: another outbox pushed under the same incarnation, because this device was cloned or set back. A [new
//!   incarnation](Output::StartIncarnation) begins; every kept entry is sent under it, and those the server has are duplicates.
//! - *epoch*: the server was restored. A push of no entries asks it to confirm the chain where the oldest kept entry begins; then the ack
//!   [falls back to there](Output::AdoptEpoch), and everything is sent again. Without that question a clone that was faster
//!   after the restore would make this outbox take the clone's entries for its own; and an ack that stayed where it was would keep
//!   verdicts that the restored server never gave.
//!
//! **Watch** holds one [long poll](Output::FetchManifest) open that is answered when a shop's head moves. A manifest of another epoch
//! makes the push lane ask, if need be with a push of no entries: only the answer to a push says what the server still has.
//!
//! **Pull** [fetches](Output::Pull) the rows of a shop that lies behind its head, checks them against the page's checksum and
//! [stores them with the cursor](Output::StorePage), page by page; where it lies far behind, [segment](Output::FetchSegment) by segment from
//! a [list](Output::ListSegments) of them. A segment that is not what the list says is fetched as pages instead. Where there is no copy at all,
//! all of them begin with the account's [snapshot](Output::FetchSnapshot), and the rows that are folded into it are fetched only when
//! somebody [wants to see them](Input::OlderWanted). A copy of another epoch, or one that does not add up, is not
//! touched: a new copy is built beside it and shown once it reaches the head.
//!
//! **Letting go.** An own entry is kept for 30 days after its ack, for a server that is restored. Then, once it has been among the rows of the
//! shown copy for a while, the push lane reads it again and [lets it go](Output::ForgetOwn), oldest first.
//!
//! # Rules
//!
//! > An answer counts only if it names the attempt that is under way and is what that attempt asked for; anything twice, late or
//! > from another epoch changes nothing.
//! >
//! > Nothing is taken as done before the storage has said so: neither an ack nor a page.
//! >
//! > In every state a timer is armed. A request, and a write, that is not answered by its deadline has failed.
//! >
//! > No failure stops a lane; it only slows it down. No lane waits for another.
//! >
//! > Sales never come through here: the outbox takes them whether or not any of this works.
//!
//! # The loop
//!
//! ```
//! use subzero_sync::model::{Cache, Outbox};
//! use subzero_sync::records::{NewIncarnation, PageWrite};
//! use subzero_sync::replica::{Input, Output, Replica};
//! # use subzero_sync::{chain::*, fault::Failure, replica::PushFailure, wire::*};
//! # use subzero_ledger::{ids::*, instant::Instant};
//! # let (inc, mut now) = (Incarnation(Default::default()), Instant::MIN);
//! # let push = |request: PushRequest| -> Result<PushReply, PushFailure> {
//! #     let end = request.first + request.entries.len() as u64 - 1;
//! #     let verdicts = (request.first..=end).map(|dseq| PushVerdict { dseq, seq: Some(dseq), verdict: Verdict::Ok }).collect();
//! #     let before = Position { dseq: request.first - 1, chain: request.before };
//! #     let place = request.entries.iter().fold(before, |place, body| place.next(request.inc, body));
//! #     Ok(PushReply { epoch: Epoch(Default::default()), acked: end, end: place.chain, verdicts, aside: 0 })
//! # };
//! # let random = || 7;
//! let (mut outbox, mut cache) = (Outbox::new(inc), Cache::default());
//! outbox.append(EntryBytes(b"a sale".to_vec())); // the till sells, whatever happens below
//!
//! let mut replica = Replica::new(outbox.persisted(&cache), 1);
//! replica.handle(now, Input::Woke);
//! while let Some(output) = replica.poll() {
//!     let input = match output {
//!         Output::ReadOwn { attempt, after, entries_max, bytes_max } => {
//!             Input::OwnRead { attempt, read: outbox.own(after, entries_max, bytes_max) }
//!         }
//!         Output::Push { attempt, request } => Input::PushFinished { attempt, result: push(request) },
//!         Output::StoreAck { attempt, ack } => Input::AckStored { attempt, control: outbox.store_ack(&ack) },
//!         Output::AdoptEpoch { attempt, adoption } => {
//!             Input::EpochAdopted { attempt, control: outbox.adopt_epoch(&adoption) }
//!         }
//!         Output::StartIncarnation { attempt, instead_of } => {
//!             let control = outbox.start_incarnation(&NewIncarnation::from_random(instead_of, random()));
//!             Input::IncarnationStarted { attempt, control, last: outbox.last() }
//!         }
//!         Output::ForgetOwn { attempt, collection } => {
//!             Input::OwnForgotten { attempt, control: outbox.forget_own(&collection) }
//!         }
//!         Output::FetchManifest { attempt, .. } => Input::ManifestFinished { attempt, result: Err(Failure::TimedOut) },
//!         Output::Pull { attempt, .. } => Input::PullFinished { attempt, result: Err(Failure::Unreachable) },
//!         Output::FetchSnapshot { attempt } => Input::SnapshotTold { attempt, result: Err(Failure::Unreachable) },
//!         Output::FetchSnapshotPart { attempt, .. } => {
//!             Input::SnapshotPartFetched { attempt, result: Err(Failure::Unreachable) }
//!         }
//!         Output::StoreSnapshotPart { attempt, hash, bytes } => {
//!             cache.store_snapshot_part(hash, bytes);
//!             Input::SnapshotPartStored { attempt }
//!         }
//!         Output::AdoptSnapshot { attempt, adoption } => {
//!             Input::SnapshotAdopted { attempt, shops: cache.adopt_snapshot(&adoption) }
//!         }
//!         Output::ListSegments { attempt, .. } => Input::SegmentsListed { attempt, result: Err(Failure::Unreachable) },
//!         Output::FetchSegment { attempt, .. } => Input::SegmentFetched { attempt, result: Err(Failure::Unreachable) },
//!         Output::StorePage { attempt, page } => match cache.store_page(&page) {
//!             PageWrite::Stored(cursors) => Input::PageStored { attempt, cursors },
//!             PageWrite::Conflicted(cursors) => Input::PageConflicted { attempt, cursors },
//!         },
//!         Output::ForgetShop { shop } => {
//!             cache.forget_shop(shop);
//!             continue;
//!         }
//!         Output::Alert(alert) => panic!("{alert:?}"),
//!     };
//!     replica.handle(now, input);
//! }
//! assert_eq!(outbox.control().acked.dseq, 1);
//! assert_eq!(replica.status().unsent, 0);
//! assert!(replica.wake_at() > Some(now)); // and then it is told `Woke`
//! ```

use std::collections::{BTreeMap, VecDeque};

use subzero_ledger::ids::ShopId;
use subzero_ledger::instant::Instant;

use crate::backoff::Jitter;
use crate::chain::Position;
use crate::fault::Attention;
use crate::records::{Control, Persisted, ShopCursors};
use crate::wire::{ContentHash, Epoch, PUSH_ENTRIES_MAX, ShopHead};

mod alarm;
mod bootstrap;
mod collect;
mod io;
mod pull;
mod push;
mod segments;
mod timers;
mod watch;

pub use alarm::STUCK_AFTER_MS;
pub use io::{Alert, Attempt, Coming, Input, Output, PushFailure, Status};
pub use timers::{Lane, LaneFault};

use alarm::Alarm;
use bootstrap::{Bootstrap, ROWS_WORTH_A_PART};
use collect::Collecting;
use pull::{End, PullStep};
use push::PushStep;
use segments::Listed;
use timers::Timers;

/// A request that is not answered within this time has failed, in milliseconds.
pub const ANSWER_MAX_MS: u64 = 30_000;
/// A write or read that the storage has not answered within this time has failed, in milliseconds.
pub const STORAGE_MAX_MS: u64 = 30_000;
/// The outbox is looked at at least this often, in milliseconds: another tab's hint may have been lost.
pub const RECHECK_MS: u64 = 30_000;
/// The least time between a manifest and the next request for one, in milliseconds.
pub const WATCH_PAUSE_MS: u64 = 250;

/// One tab's sync. Several may run on one device at once: storage and server sort them out.
#[derive(Clone, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each says one thing, and no two of them go together")]
pub struct Replica {
    now: Instant,
    attempt: Attempt,
    outputs: VecDeque<Output>,
    timers: Timers,
    jitter: Jitter,

    /// Where the outbox stands, as last read or written.
    control: Control,
    /// The highest own device sequence, as last read.
    last: u64,
    /// An entry was appended since the outbox was last read.
    appended: bool,
    /// Up to where entries have been pushed and answered; pushing goes on from here.
    sent: Position,
    /// At most so many entries in the next push.
    batch_max: usize,
    /// The server may be of this epoch.
    suspect: Option<Epoch>,
    push: Option<(Attempt, PushStep)>,
    /// Which own entries may go.
    collecting: Collecting,

    /// Where the copies stand, as last read or written.
    shops: BTreeMap<ShopId, ShopCursors>,
    /// The heads the server last named, in the outbox's epoch.
    heads: BTreeMap<ShopId, ShopHead>,
    /// The last time they were asked for, they were told.
    heads_told: bool,
    /// The last generation of a shop that did not add up or could not be read.
    mismatched: BTreeMap<ShopId, u32>,
    pull: Option<(Attempt, PullStep)>,
    /// The segments that are to be fetched next, by shop and the end of its copy that grows.
    listed: BTreeMap<(ShopId, End), Listed>,
    /// Somebody wants to see rows that are folded.
    wants_older: bool,
    /// The snapshot that the server last offered, in the outbox's epoch.
    offered: Option<ContentHash>,
    bootstrap: Bootstrap,
    /// So many rows are worth each part of a newer one.
    rows_worth_a_part: u64,
    watch: Option<Attempt>,

    online: bool,
    last_contact: Option<Instant>,
    fresh_at: Option<Instant>,
    oldest_unsent: Option<Instant>,
    alarm: Alarm,
}

impl Replica {
    /// Begins from what the storage holds. `seed` spreads the retries of many devices; any number will do.
    pub fn new(persisted: Persisted, seed: u64) -> Self {
        Self {
            now: Instant::MIN,
            attempt: Attempt(0),
            outputs: VecDeque::new(),
            timers: Timers::new(),
            jitter: Jitter::new(seed),
            control: persisted.control,
            last: persisted.last,
            appended: false,
            sent: persisted.control.acked,
            batch_max: PUSH_ENTRIES_MAX,
            suspect: None,
            push: None,
            collecting: Collecting::default(),
            shops: persisted.shops,
            heads: BTreeMap::new(),
            heads_told: false,
            mismatched: BTreeMap::new(),
            pull: None,
            listed: BTreeMap::new(),
            wants_older: false,
            offered: None,
            bootstrap: Bootstrap::default(),
            rows_worth_a_part: ROWS_WORTH_A_PART,
            watch: None,
            online: false,
            last_contact: None,
            fresh_at: None,
            oldest_unsent: None,
            alarm: Alarm::default(),
        }
    }

    /// Goes on from a newer snapshot after so many rows for each of its parts.
    #[must_use]
    pub fn with_rows_worth_a_part(self, rows: u64) -> Self {
        Self { rows_worth_a_part: rows, ..self }
    }

    /// Takes in what has happened by `now`.
    pub fn handle(&mut self, now: Instant, input: Input) {
        self.timers.follow_clock(self.now, now);
        self.now = now;
        match input {
            Input::Appended { dseq } => self.on_appended(dseq),
            Input::OwnRead { attempt, read } => self.on_own_read(attempt, read),
            Input::PushFinished { attempt, result } => self.on_push_finished(attempt, result),
            Input::OwnForgotten { attempt, control } => self.on_own_forgotten(attempt, &control),
            Input::AckStored { attempt, control } | Input::EpochAdopted { attempt, control } => {
                self.on_control_stored(attempt, &control);
            }
            Input::IncarnationStarted { attempt, control, last } => {
                self.on_incarnation_started(attempt, &control, last);
            }
            Input::ManifestFinished { attempt, result } => self.on_manifest_finished(attempt, result),
            Input::PullFinished { attempt, result } => self.on_pull_finished(attempt, result),
            Input::SnapshotTold { attempt, result } => self.on_snapshot_told(attempt, result),
            Input::SnapshotPartFetched { attempt, result } => self.on_part_fetched(attempt, result),
            Input::SnapshotPartStored { attempt } => self.on_part_stored(attempt),
            Input::SnapshotAdopted { attempt, shops } => self.on_snapshot_adopted(attempt, shops),
            Input::OlderWanted => self.wants_older = true,
            Input::SegmentsListed { attempt, result } => self.on_segments_listed(attempt, result),
            Input::SegmentFetched { attempt, result } => self.on_segment_fetched(attempt, result),
            Input::PageStored { attempt, cursors } => self.on_page_stored(attempt, cursors),
            Input::PageConflicted { attempt, cursors } => self.on_page_conflicted(attempt, cursors),
            Input::StorageFailed { attempt, failure } => {
                self.on_push_storage_failed(attempt, failure);
                self.on_pull_storage_failed(attempt, failure);
                self.on_bootstrap_storage_failed(attempt, failure);
            }
            Input::CopyDamaged { shop, generation } => self.give_up_copy(shop, generation),
            Input::CopiesRead { shops } => self.on_copies_read(shops),
            Input::CameOnline => self.timers.hurry(),
            Input::WentOffline => self.online = false,
            Input::StandingChanged => self.abandon_watch(),
            Input::Woke => {}
        }
        self.give_up_late_ones();
        self.go_on();
        self.alarm.follow(now, &self.control, self.unsent());
        if self.is_up_to_date() {
            self.fresh_at = self.last_contact;
        }
    }

    /// What is to be done next; call until there is nothing.
    pub fn poll(&mut self) -> Option<Output> {
        self.outputs.pop_front()
    }

    /// When to hand in [`Input::Woke`] at the latest. There is always such a moment.
    pub fn wake_at(&self) -> Option<Instant> {
        self.timers.next()
    }

    /// What the sync pill shows.
    pub fn status(&self) -> Status {
        let unsent = self.unsent();
        let stuck = self.alarm.is_due(self.now).then_some(Attention::NotSending);
        Status {
            online: self.online,
            unsent,
            epoch: self.control.epoch,
            oldest_unsent: self.oldest_unsent.filter(|_| unsent > 0),
            needs_attention: self.timers.attention().or(stuck),
            up_to_date: self.is_up_to_date(),
            fresh_at: self.fresh_at,
            coming: self.coming(),
        }
    }

    fn coming(&self) -> Option<Coming> {
        let epoch = self.control.epoch.filter(|_| self.heads_told && !self.is_up_to_date())?;
        let here = |head: &ShopHead| self.target(head.shop, epoch).seq.min(head.head);
        let all = self.heads.values().map(|head| head.head).fold(0, u64::saturating_add);
        Some(Coming { here: self.heads.values().map(here).fold(0, u64::saturating_add), all })
    }

    /// What last went wrong in each lane, for whoever has to find out why: nothing is decided by it.
    pub fn faults(&self) -> Vec<LaneFault> {
        self.timers.faults()
    }

    const fn unsent(&self) -> u64 {
        self.last.saturating_sub(self.control.acked.dseq)
    }

    /// An answer alone does not make it so: the server may refuse, and after days it takes time to catch up.
    fn is_up_to_date(&self) -> bool {
        let Some(epoch) = self.control.epoch else { return false };
        let has_all = |head: &ShopHead| self.behind(head, epoch).is_none();
        self.online && self.heads_told && !self.heads.is_empty() && self.heads.values().all(has_all)
    }

    fn give_up_late_ones(&mut self) {
        for lane in self.timers.take_missed(self.now) {
            match lane {
                Lane::Push => self.give_up_push(),
                Lane::Watch => self.give_up_watch(),
                Lane::Pull(_) => self.give_up_pull(),
                Lane::Bootstrap => self.give_up_bootstrap(),
            }
        }
    }

    fn go_on(&mut self) {
        self.timers.drop_passed(self.now);
        self.start_push();
        self.start_watch();
        self.start_bootstrap();
        self.start_pull();
    }

    const fn next_attempt(&mut self) -> Attempt {
        self.attempt = Attempt(self.attempt.0.saturating_add(1));
        self.attempt
    }

    fn ask(&mut self, output: Output) {
        self.outputs.push_back(output);
    }

    /// The server has answered, with something that counts.
    fn note_contact(&mut self) {
        self.online = true;
        self.alarm.hear(self.now);
        self.timers.hear();
        self.last_contact = Some(self.now);
    }
}
