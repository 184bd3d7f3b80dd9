//! A tablet for one case: its storage is real and answers at once, the server's answers are the test's.

use subzero_ledger::ids::ShopId;
use subzero_ledger::instant::Instant;
use subzero_sync::backoff::later;
use subzero_sync::chain::Position;
use subzero_sync::fault::Failure;
use subzero_sync::model::{Cache, Outbox};
use subzero_sync::records::{AckRecord, NewIncarnation, PageWrite};
use subzero_sync::replica::{Alert, Attempt, Input, Output, PushFailure, Replica};
use subzero_sync::segment;
use subzero_sync::wire::{
    Chain, Checksum, ContentHash, EntryBytes, Epoch, Incarnation, Manifest, PullPage, PushConflict, PushReply,
    PushRequest, PushVerdict, Row, SegmentInfo, SegmentList, ShopHead, SnapshotInfo, Verdict,
};
use uuid::Uuid;

pub const EPOCH: Epoch = Epoch(Uuid::from_u128(1));
pub const NEXT_EPOCH: Epoch = Epoch(Uuid::from_u128(2));
pub const INC: Incarnation = Incarnation(Uuid::from_u128(10));
pub const SHOP: ShopId = ShopId(1);

pub fn body(number: u64) -> EntryBytes {
    EntryBytes(format!("entry {number}").into_bytes())
}

pub fn rows(numbers: std::ops::RangeInclusive<u64>) -> Vec<Row> {
    let row = |seq| Row {
        seq,
        inc: Incarnation(Uuid::from_u128(99)),
        dseq: seq,
        recorded: Instant::MIN,
        flags: Vec::new(),
        body: body(seq),
    };
    numbers.map(row).collect()
}

pub fn page(after: u64, to: u64, head: u64) -> PullPage {
    let checksum = Checksum::EMPTY.add_all(SHOP, &rows(1..=to));
    PullPage { epoch: EPOCH, shop: SHOP, after, rows: rows(after + 1..=to), head, checksum }
}

/// The chain over the first so many own entries of a tablet.
pub fn chain_to(inc: Incarnation, number: u64) -> Chain {
    (1..=number).fold(Position::START, |place, number| place.next(inc, &body(number))).chain
}

/// The chain up to the last entry of a push.
pub fn end_of(request: &PushRequest) -> Chain {
    let before = Position { dseq: request.first - 1, chain: request.before };
    request.entries.iter().fold(before, |place, body| place.next(request.inc, body)).chain
}

pub fn manifest(epoch: Epoch, head: u64) -> Manifest {
    Manifest {
        epoch,
        now: Instant::MIN,
        heads: vec![ShopHead { shop: SHOP, head, sealed: 0 }],
        devices: Vec::new(),
        snapshot: None,
    }
}

/// The segments of the history `rows(1..=to)`, each of so many rows.
pub fn segments(each: u64, to: u64) -> Vec<(SegmentInfo, Vec<u8>)> {
    let segment = |number: u64| {
        let (first, last) = (number * each + 1, (number + 1) * each);
        let bytes = segment::encode(&rows(first..=last)).unwrap();
        let checksum = Checksum::EMPTY.add_all(SHOP, &rows(1..=last));
        (SegmentInfo { first, last, hash: segment::content_hash(&bytes), checksum }, bytes)
    };
    (0..to / each).map(segment).collect()
}

/// A tablet whose storage answers at once; what goes to the server is left for the test to answer.
pub struct Tablet {
    pub outbox: Outbox,
    pub cache: Cache,
    pub replica: Replica,
    pub now: Instant,
    pub alerts: Vec<Alert>,
    pub forgotten: Vec<ShopId>,
    pub pushed: Option<(Attempt, PushRequest)>,
    pub watched: Option<(Attempt, Vec<ShopHead>)>,
    pub pulled: Option<(Attempt, ShopId, u64)>,
    /// Up to where it was pulled, if that was said.
    pub pulled_to: Option<u64>,
    pub listed: Option<(Attempt, u64)>,
    pub fetched: Option<(Attempt, ContentHash)>,
    pub asked_snapshot: Option<Attempt>,
    pub asked_part: Option<(Attempt, ContentHash)>,
}

impl Tablet {
    /// With so many own entries, the first `acked` of them acked in [`EPOCH`].
    pub fn with(own: u64, acked: u64) -> Self {
        let mut outbox = Outbox::new(INC);
        let mut place = Position::START;
        for number in 1..=own {
            outbox.append(body(number));
            if number <= acked {
                place = place.next(INC, &body(number));
            }
        }
        outbox.store_ack(&AckRecord { incarnation: INC, epoch: EPOCH, acked: place, verdicts: Vec::new(), at: None });
        Self::on(outbox, Cache::default())
    }

    pub fn on(outbox: Outbox, cache: Cache) -> Self {
        let replica = Replica::new(outbox.persisted(&cache), 7);
        let now = Instant::from_unix_ms(1_800_000_000_000).unwrap();
        let mut tablet = Self {
            outbox,
            cache,
            replica,
            now,
            alerts: Vec::new(),
            forgotten: Vec::new(),
            pushed: None,
            watched: None,
            pulled: None,
            pulled_to: None,
            listed: None,
            fetched: None,
            asked_snapshot: None,
            asked_part: None,
        };
        tablet.hears(Input::Woke);
        tablet
    }

    pub fn hears(&mut self, input: Input) {
        self.replica.handle(self.now, input);
        while let Some(output) = self.replica.poll() {
            let input = match output {
                Output::ReadOwn { attempt, after, entries_max, bytes_max } => {
                    Input::OwnRead { attempt, read: self.outbox.own(after, entries_max, bytes_max) }
                }
                Output::StoreAck { attempt, ack } => Input::AckStored { attempt, control: self.outbox.store_ack(&ack) },
                Output::AdoptEpoch { attempt, adoption } => {
                    Input::EpochAdopted { attempt, control: self.outbox.adopt_epoch(&adoption) }
                }
                Output::StartIncarnation { attempt, instead_of } => {
                    let control = self.outbox.start_incarnation(&NewIncarnation::from_random(instead_of, 77));
                    Input::IncarnationStarted { attempt, control, last: self.outbox.last() }
                }
                Output::StorePage { attempt, page } => match self.cache.store_page(&page) {
                    PageWrite::Stored(cursors) => Input::PageStored { attempt, cursors },
                    PageWrite::Conflicted(cursors) => Input::PageConflicted { attempt, cursors },
                },
                Output::ForgetOwn { attempt, collection } => {
                    Input::OwnForgotten { attempt, control: self.outbox.forget_own(&collection) }
                }
                Output::Push { attempt, request } => {
                    self.pushed = Some((attempt, request));
                    continue;
                }
                Output::FetchManifest { attempt, known, .. } => {
                    self.watched = Some((attempt, known));
                    continue;
                }
                Output::Pull { attempt, shop, after, to } => {
                    self.pulled = Some((attempt, shop, after));
                    self.pulled_to = to;
                    continue;
                }
                Output::StoreSnapshotPart { attempt, hash, bytes } => {
                    self.cache.store_snapshot_part(hash, bytes);
                    Input::SnapshotPartStored { attempt }
                }
                Output::AdoptSnapshot { attempt, adoption } => {
                    Input::SnapshotAdopted { attempt, shops: self.cache.adopt_snapshot(&adoption) }
                }
                Output::FetchSnapshot { attempt } => {
                    self.asked_snapshot = Some(attempt);
                    continue;
                }
                Output::FetchSnapshotPart { attempt, hash } => {
                    self.asked_part = Some((attempt, hash));
                    continue;
                }
                Output::ListSegments { attempt, after, .. } => {
                    self.listed = Some((attempt, after));
                    continue;
                }
                Output::FetchSegment { attempt, hash, .. } => {
                    self.fetched = Some((attempt, hash));
                    continue;
                }
                Output::ForgetShop { shop } => {
                    self.cache.forget_shop(shop);
                    self.forgotten.push(shop);
                    continue;
                }
                Output::Alert(alert) => {
                    self.alerts.push(alert);
                    continue;
                }
            };
            self.replica.handle(self.now, input);
        }
    }

    pub fn waits(&mut self, ms: u64) {
        self.now = later(self.now, ms);
        self.hears(Input::Woke);
    }

    /// The first and the last device sequence of the push that waits for its answer.
    pub fn pushes(&self) -> Option<(u64, u64)> {
        let (_, request) = self.pushed.as_ref()?;
        Some((request.first, request.first + request.entries.len() as u64 - 1))
    }

    pub fn push_succeeds(&mut self) {
        let (attempt, request) = self.pushed.take().unwrap();
        let end = request.first + request.entries.len() as u64 - 1;
        let verdict = |dseq| PushVerdict { dseq, seq: Some(dseq), verdict: Verdict::Ok };
        let reply = PushReply {
            end: end_of(&request),
            epoch: self.outbox.control().epoch.unwrap_or(EPOCH),
            acked: end,
            aside: 0,
            verdicts: (request.first..=end).map(verdict).collect(),
        };
        self.hears(Input::PushFinished { attempt, result: Ok(reply) });
    }

    /// The server confirms, in the next epoch, the chain that it was asked for.
    pub fn probe_succeeds(&mut self, acked: u64) {
        self.probe_finds_aside(acked, 0);
    }

    /// … and tells how many up to there were set aside.
    pub fn probe_finds_aside(&mut self, acked: u64, aside: u64) {
        let (attempt, request) = self.pushed.take().unwrap();
        assert_eq!((request.epoch, request.entries.len()), (Some(NEXT_EPOCH), 0));
        let reply = PushReply { epoch: NEXT_EPOCH, acked, end: end_of(&request), verdicts: Vec::new(), aside };
        self.hears(Input::PushFinished { attempt, result: Ok(reply) });
    }

    pub fn push_fails(&mut self, failure: Failure) {
        let (attempt, _) = self.pushed.take().unwrap();
        self.hears(Input::PushFinished { attempt, result: Err(PushFailure::Failed(failure)) });
    }

    pub fn push_conflicts(&mut self, conflict: PushConflict) {
        let (attempt, _) = self.pushed.take().unwrap();
        self.hears(Input::PushFinished { attempt, result: Err(PushFailure::Conflict(conflict)) });
    }

    pub fn manifest_comes(&mut self, manifest: Manifest) {
        let (attempt, _) = self.watched.take().unwrap();
        self.hears(Input::ManifestFinished { attempt, result: Ok(manifest) });
    }

    pub fn page_comes(&mut self, page: PullPage) {
        let (attempt, ..) = self.pulled.take().unwrap();
        self.hears(Input::PullFinished { attempt, result: Ok(page) });
    }

    /// The segments of the history `rows(1..=to)`, each of so many rows, that hold rows after `after`.
    pub fn segments_come(&mut self, each: u64, to: u64) {
        let (attempt, after) = self.listed.take().unwrap();
        let segments = segments(each, to).into_iter().map(|(info, _)| info).filter(|info| info.last > after).collect();
        self.hears(Input::SegmentsListed {
            attempt,
            result: Ok(SegmentList { epoch: EPOCH, shop: SHOP, after, segments }),
        });
    }

    pub fn segment_comes(&mut self, bytes: Vec<u8>) {
        let (attempt, _) = self.fetched.take().unwrap();
        self.hears(Input::SegmentFetched { attempt, result: Ok(bytes) });
    }

    pub fn snapshot_comes(&mut self, info: SnapshotInfo) {
        let attempt = self.asked_snapshot.take().unwrap();
        self.hears(Input::SnapshotTold { attempt, result: Ok(info) });
    }

    pub fn part_comes(&mut self, bytes: &[u8]) {
        let (attempt, _) = self.asked_part.take().unwrap();
        self.hears(Input::SnapshotPartFetched { attempt, result: Ok(bytes.to_vec()) });
    }

    pub fn shown(&self) -> Option<u64> {
        self.cache.load(SHOP).map(|(cursor, _)| cursor.seq)
    }

    pub fn acked(&self) -> u64 {
        self.outbox.control().acked.dseq
    }
}
