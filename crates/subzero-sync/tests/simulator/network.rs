//! The network between tabs and server: loses, repeats, delays, reorders, refuses, and answers in the server's place.

use std::collections::BTreeMap;

use subzero_ledger::ids::DeviceId;
use subzero_sync::backoff::Jitter;
use subzero_sync::fault::Failure;
use subzero_sync::replica::{Attempt, Input, Output, PushFailure};
use subzero_sync::wire::{Manifest, PullPage, PushConflict, PushReply, ShopHead, Verdict};

use super::world::{Address, Event, World};

/// A manifest that the server holds back.
struct Parked {
    from: Address,
    attempt: Attempt,
    known: Vec<ShopHead>,
}

pub struct Network {
    /// Requests and answers are lost one in so many times.
    loss: u64,
    parked: BTreeMap<u64, Parked>,
    parked_next: u64,
    /// What a proxy may have kept.
    manifests: BTreeMap<DeviceId, Manifest>,
    pages: BTreeMap<DeviceId, PullPage>,
}

impl Network {
    pub fn new(dice: &mut Jitter) -> Self {
        Self {
            loss: 4 + dice.up_to(20),
            parked: BTreeMap::new(),
            parked_next: 0,
            manifests: BTreeMap::new(),
            pages: BTreeMap::new(),
        }
    }
}

impl World {
    /// A request leaves a tab.
    pub fn send(&mut self, from: Address, request: Output) {
        let loss = self.network.loss;
        if !self.devices[from.device].requests_pass {
            if self.one_in(2) {
                self.refuse(from, &request, Failure::Unreachable);
            }
            return;
        }
        if self.fault_in(loss) {
            return;
        }
        if self.fault_in(12) {
            let failure = self.other_answer();
            return self.refuse(from, &request, failure);
        }
        if self.fault_in(10) {
            let ms = self.delay_ms();
            self.put_in(ms, Event::Reaches(from, request.clone()));
        }
        let ms = self.delay_ms();
        self.put_in(ms, Event::Reaches(from, request));
    }

    fn delay_ms(&mut self) -> u64 {
        if self.fault_in(20) { 5_000 + self.dice.up_to(80_000) } else { 5 + self.dice.up_to(400) }
    }

    fn other_answer(&mut self) -> Failure {
        match self.dice.up_to(7) {
            0 => Failure::from_status(503, Some(self.dice.up_to(90_000))),
            1 => Failure::from_status(429, None),
            2 => Failure::from_status(401, None),
            3 => Failure::from_status(400, None),
            4 => Failure::from_status(500, None),
            5 => Failure::from_status(426, None),
            _ => Failure::NotOurs,
        }
    }

    fn refuse(&mut self, to: Address, request: &Output, failure: Failure) {
        let ms = self.delay_ms();
        let input = match request {
            Output::Push { attempt, .. } => {
                Input::PushFinished { attempt: *attempt, result: Err(PushFailure::Failed(failure)) }
            }
            Output::Pull { attempt, .. } => Input::PullFinished { attempt: *attempt, result: Err(failure) },
            Output::FetchSnapshot { attempt } => Input::SnapshotTold { attempt: *attempt, result: Err(failure) },
            Output::FetchSnapshotPart { attempt, .. } => {
                Input::SnapshotPartFetched { attempt: *attempt, result: Err(failure) }
            }
            Output::ListSegments { attempt, .. } => Input::SegmentsListed { attempt: *attempt, result: Err(failure) },
            Output::FetchSegment { attempt, .. } => Input::SegmentFetched { attempt: *attempt, result: Err(failure) },
            Output::FetchManifest { attempt, .. } => {
                Input::ManifestFinished { attempt: *attempt, result: Err(failure) }
            }
            Output::StoreSnapshotPart { .. }
            | Output::AdoptSnapshot { .. }
            | Output::ReadOwn { .. }
            | Output::StoreAck { .. }
            | Output::AdoptEpoch { .. }
            | Output::StartIncarnation { .. }
            | Output::StorePage { .. }
            | Output::ForgetShop { .. }
            | Output::Alert(_) => unreachable!("not a request"),
        };
        self.put_in(ms, Event::Tells(to, input));
    }

    /// A request reaches the server.
    pub fn reach(&mut self, from: Address, request: Output) {
        if !self.server_is_up {
            return self.refuse(from, &request, Failure::Unreachable);
        }
        let device = self.devices[from.device].id;
        let now = self.server_now();
        match request {
            Output::Push { attempt, request } => {
                let result = self.server.push(device, now, request, &mut self.dice);
                self.look_at_server();
                self.count(&result);
                self.answer(from, Input::PushFinished { attempt, result });
                self.answer_parked(false);
            }
            Output::Pull { attempt, shop, after, to } => {
                let mut result = self.server.pull(device, shop, after, to);
                if let Ok(page) = &mut result {
                    let kept = self.network.pages.insert(device, page.clone());
                    *page = kept.filter(|_| self.fault_in(40)).unwrap_or_else(|| page.clone());
                }
                self.answer(from, Input::PullFinished { attempt, result });
            }
            Output::FetchSnapshot { .. } | Output::FetchSnapshotPart { .. } => unreachable!("no snapshot is offered"),
            Output::ListSegments { attempt, shop, after } => {
                let result = self.server.segments(device, shop, after);
                self.answer(from, Input::SegmentsListed { attempt, result });
            }
            Output::FetchSegment { attempt, shop, hash } => {
                let mut result = self.server.segment(device, shop, hash);
                if let Ok(bytes) = &mut result {
                    self.meet("segment");
                    if self.fault_in(30) {
                        bytes.truncate(bytes.len() / 2);
                    }
                }
                self.answer(from, Input::SegmentFetched { attempt, result });
            }
            Output::FetchManifest { attempt, wait_ms, known } => {
                let parked = Parked { from, attempt, known };
                let number = self.network.parked_next;
                self.network.parked_next += 1;
                self.network.parked.insert(number, parked);
                self.put_in(u64::from(wait_ms), Event::Unparks(number));
                self.answer_parked(false);
            }
            Output::StoreSnapshotPart { .. }
            | Output::AdoptSnapshot { .. }
            | Output::ReadOwn { .. }
            | Output::StoreAck { .. }
            | Output::AdoptEpoch { .. }
            | Output::StartIncarnation { .. }
            | Output::StorePage { .. }
            | Output::ForgetShop { .. }
            | Output::Alert(_) => unreachable!("not a request"),
        }
    }

    fn count(&mut self, result: &Result<PushReply, PushFailure>) {
        match result {
            Ok(reply) if reply.verdicts.iter().any(|verdict| verdict.verdict == Verdict::Dup) => self.meet("duplicate"),
            Err(PushFailure::Conflict(PushConflict::Gap { .. })) => self.meet("gap"),
            Ok(_) | Err(PushFailure::Conflict(_) | PushFailure::Failed(_)) => {}
        }
    }

    /// Answers the manifests that have news; all of them if the server was restored.
    pub fn answer_parked(&mut self, all: bool) {
        let with_news = self.network.parked.iter().filter(|(_, parked)| {
            let device = self.devices[parked.from.device].id;
            all || self.server.manifest(device, self.server_now()).heads != parked.known
        });
        let numbers: Vec<u64> = with_news.map(|(number, _)| *number).collect();
        for number in numbers {
            self.unpark(number);
        }
    }

    pub fn unpark(&mut self, number: u64) {
        let Some(parked) = self.network.parked.remove(&number) else { return };
        let device = self.devices[parked.from.device].id;
        let manifest = self.server.manifest(device, self.server_now());
        let kept = self.network.manifests.insert(device, manifest.clone());
        let manifest = kept.filter(|_| self.fault_in(40)).unwrap_or(manifest);
        self.answer(parked.from, Input::ManifestFinished { attempt: parked.attempt, result: Ok(manifest) });
    }

    /// An answer leaves the server.
    fn answer(&mut self, to: Address, input: Input) {
        let loss = self.network.loss;
        if !self.devices[to.device].answers_pass || self.fault_in(loss) {
            return; // The server may have committed all the same.
        }
        if self.fault_in(10) {
            let ms = self.delay_ms();
            self.put_in(ms, Event::Tells(to, input.clone()));
        }
        let ms = self.delay_ms();
        self.put_in(ms, Event::Tells(to, input));
    }
}
