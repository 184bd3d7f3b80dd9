//! The network between tabs and server: loses, repeats, delays, reorders, cuts off, refuses, and answers in the server's place.

use std::collections::BTreeMap;

use subzero_ledger::ids::DeviceId;
use subzero_sync::backoff::Jitter;
use subzero_sync::fault::Failure;
use subzero_sync::replica::{Attempt, Input, Output, PushFailure, Replica};
use subzero_sync::wire::{Manifest, PullPage, PushConflict, PushReply, QuarantineReason, ShopHead, Standing, Verdict};

use crate::cells::{Fault, Operation};
use crate::door::Minted;
use crate::mutant::Mutant;
use crate::script::Incident;
use crate::server::Disk;
use crate::world::{Address, Event, Headers, Place, World};

/// A manifest that the server holds back.
struct Parked {
    from: Address,
    attempt: Attempt,
    known: Vec<ShopHead>,
}

pub struct Network {
    /// Something goes wrong with a request or an answer one in so many times.
    pub fault_one_in: u64,
    parked: BTreeMap<u64, Parked>,
    parked_next: u64,
    /// What a proxy may have kept.
    manifests: BTreeMap<DeviceId, Manifest>,
    pages: BTreeMap<DeviceId, PullPage>,
    replies: BTreeMap<DeviceId, PushReply>,
}

impl Network {
    pub fn new(dice: &mut Jitter) -> Self {
        Self {
            fault_one_in: 5 + dice.up_to(30),
            parked: BTreeMap::new(),
            parked_next: 0,
            manifests: BTreeMap::new(),
            pages: BTreeMap::new(),
            replies: BTreeMap::new(),
        }
    }
}

impl World {
    /// A request leaves a tab.
    pub fn send(&mut self, from: Address, request: Output) {
        let operation = Operation::of(&request).expect("a request");
        if self.ends_at(Place::Device(from.device)) {
            return;
        }
        if self.devices[from.device].another_asks(from.tab, operation) {
            self.cells.hit(operation, Fault::TwoTabs);
        }
        self.devices[from.device].tabs[from.tab].asked.insert(operation);
        if !self.devices[from.device].requests_pass {
            if self.one_in(2) {
                self.refuse(from, &request, Failure::Unreachable);
            }
            return;
        }
        if operation == Operation::PushRequest && !self.devices[from.device].pushes_pass {
            return self.refuse(from, &request, Failure::from_status(403, None));
        }
        let token = self.devices[from.device].token;
        let headers = Headers { standing: self.standing(from), token, passed_ms: self.passed_ms };
        let fault = self.draw(operation);
        if let Some(fault) = fault {
            self.cells.hit(operation, fault);
        }
        let mut ms = self.delay_ms();
        match fault {
            Some(Fault::CrashBefore) => return self.die(from.device),
            Some(Fault::Lost) => return,
            Some(Fault::Portal) => return self.refuse(from, &request, Failure::NotOurs),
            Some(Fault::Truncated) => return self.refuse(from, &request, Failure::from_status(400, None)),
            Some(Fault::Refused) => {
                let failure = self.other_answer();
                return self.refuse(from, &request, failure);
            }
            Some(Fault::Duplicated) => {
                let ms = self.delay_ms();
                self.put_in(ms, Event::Reaches(from, request.clone(), headers));
            }
            Some(Fault::Late) => ms += 55_001 + self.dice.up_to(30_000),
            Some(Fault::CrashAfter) => self.die(from.device),
            Some(Fault::PowerLoss) => self.lose_power(from.device),
            _ => {}
        }
        self.put_in(ms, Event::Reaches(from, request, headers));
        if fault.is_none() {
            self.ends_at(Place::Device(from.device));
        }
    }

    /// What the tab says of its device with a question.
    fn standing(&self, from: Address) -> Standing {
        let replica = self.devices[from.device].tabs[from.tab].replica.as_ref();
        let status = replica.filter(|_| self.mutant != Mutant::StandingUntrue).map(Replica::status);
        status.map_or_else(Standing::default, |status| Standing {
            unsent: status.unsent,
            oldest_unsent: status.oldest_unsent,
            epoch: status.epoch,
            ..Standing::default()
        })
    }

    fn delay_ms(&mut self) -> u64 {
        5 + self.dice.up_to(400)
    }

    fn other_answer(&mut self) -> Failure {
        match self.dice.up_to(8) {
            0 => Failure::from_status(503, Some(self.dice.up_to(90_000))),
            1 => Failure::from_status(429, Some(self.dice.up_to(200_000))),
            2 => Failure::from_status(429, None),
            3 => Failure::from_status(401, None),
            4 => Failure::from_status(403, None),
            5 => Failure::from_status(413, None),
            6 => Failure::from_status(426, None),
            7 => Failure::from_status(400, None),
            _ => Failure::from_status(500, None),
        }
    }

    fn refuse(&mut self, to: Address, request: &Output, failure: Failure) {
        let ms = self.delay_ms();
        let input = match request {
            Output::Push { attempt, .. } => {
                Input::PushFinished { attempt: *attempt, result: Err(PushFailure::Failed(failure)) }
            }
            Output::Pull { attempt, .. } => Input::PullFinished { attempt: *attempt, result: Err(failure) },
            Output::ListSegments { attempt, .. } => Input::SegmentsListed { attempt: *attempt, result: Err(failure) },
            Output::FetchSegment { attempt, .. } => Input::SegmentFetched { attempt: *attempt, result: Err(failure) },
            Output::FetchSnapshot { attempt } => Input::SnapshotTold { attempt: *attempt, result: Err(failure) },
            Output::FetchSnapshotPart { attempt, .. } => {
                Input::SnapshotPartFetched { attempt: *attempt, result: Err(failure) }
            }
            Output::FetchManifest { attempt, .. } => {
                Input::ManifestFinished { attempt: *attempt, result: Err(failure) }
            }
            _ => unreachable!("not a request"),
        };
        self.put_in(ms, Event::Tells(to, input));
    }

    /// A request reaches the server.
    pub fn reach(&mut self, from: Address, request: Output, headers: Headers) {
        // No request is on its way for a month.
        if !self.server_is_up || headers.passed_ms != self.passed_ms {
            return self.refuse(from, &request, Failure::Unreachable);
        }
        let device = match self.let_in(from, &request, headers.token) {
            Ok(device) => device,
            Err(failure) => return self.refuse(from, &request, failure),
        };
        let operation = Operation::of(&request).expect("a request");
        self.note_clock(operation);
        match request {
            Output::Push { .. } => self.commit(from, device, &request),
            Output::Pull { attempt, shop, after, to } => {
                let result = self.server.pull(device, shop, after, to);
                self.answer(from, Input::PullFinished { attempt, result });
            }
            Output::ListSegments { attempt, shop, after } => {
                let result = self.server.segments(device, shop, after);
                self.answer(from, Input::SegmentsListed { attempt, result });
            }
            Output::FetchSegment { attempt, shop, hash } => {
                let result = self.server.segment(device, shop, hash);
                if result.is_ok() {
                    self.meet("segment");
                }
                self.answer(from, Input::SegmentFetched { attempt, result });
            }
            Output::FetchSnapshot { attempt } => {
                let result = self.server.snapshot(device);
                self.answer(from, Input::SnapshotTold { attempt, result });
            }
            Output::FetchSnapshotPart { attempt, hash } => {
                let result = self.server.snapshot_part(device, hash);
                self.answer(from, Input::SnapshotPartFetched { attempt, result });
            }
            Output::FetchManifest { attempt, wait_ms, known } => {
                self.server.note_standing(device, headers.standing, self.server_now());
                let number = self.network.parked_next;
                self.network.parked_next += 1;
                self.network.parked.insert(number, Parked { from, attempt, known });
                self.put_in(u64::from(wait_ms), Event::Unparks(number));
                self.answer_parked(false);
            }
            _ => unreachable!("not a request"),
        }
    }

    /// Who asks, by the token that their calls carry. The page gets another one in the place of one that is over.
    fn let_in(&mut self, from: Address, request: &Output, token: Option<Minted>) -> Result<DeviceId, Failure> {
        let is_push = matches!(request, Output::Push { .. });
        let good = token.map(|token| self.may_ask(token, is_push));
        let known = match good {
            Some(Ok(known)) => known,
            Some(Err(_)) | None if !self.is_there(from) => return Err(Failure::SignedOut),
            Some(Err(_)) | None => {
                let token = self.renew_token(from)?;
                self.may_ask(token, is_push).map_err(|_| Failure::SignedOut)?
            }
        };
        known.ok_or_else(|| {
            self.cells.hit(Operation::of(request).expect("a request"), Fault::Removed);
            if !self.removed.contains(&self.devices[from.device].id) {
                // The backup is from when its access had ended.
                self.must_be_paired(from.device);
            }
            Failure::Forbidden
        })
    }

    fn renew_token(&mut self, from: Address) -> Result<Minted, Failure> {
        let operation = Operation::AccessToken;
        let is_first = self.devices[from.device].token.is_none();
        if self.mutant == Mutant::TokenNotRenewed && !is_first {
            return Err(Failure::SignedOut);
        }
        let fault = self.draw(operation);
        if let Some(fault) = fault {
            self.cells.hit(operation, fault);
        }
        match fault {
            Some(Fault::CrashBefore) => {
                self.die(from.device);
                return Err(Failure::Unreachable);
            }
            Some(Fault::CallFails) => return Err(Failure::Broken { status: 500 }),
            Some(Fault::Refused) => return Err(self.other_answer()),
            _ => {}
        }
        let (secret, now) = (self.devices[from.device].secret, self.server_now());
        let Ok(token) = self.server.open_access(secret, now) else {
            self.must_be_paired(from.device);
            return Err(Failure::SignedOut);
        };
        self.note_clock(operation);
        if self.server.books.door.is_removed(self.devices[from.device].id) {
            self.cells.hit(operation, Fault::Removed);
        }
        if fault == Some(Fault::Lost) {
            return Err(Failure::TimedOut);
        }
        if fault == Some(Fault::CrashAfter) {
            self.die(from.device);
            return Err(Failure::Unreachable);
        }
        self.meet("access token");
        self.devices[from.device].token = Some(token);
        Ok(token)
    }

    /// The server's clock is off while this is done.
    pub fn note_clock(&mut self, operation: Operation) {
        match self.server_skew_ms {
            0 => {}
            1.. => self.cells.hit(operation, Fault::ClockAhead),
            ..0 => self.cells.hit(operation, Fault::ClockBehind),
        }
    }

    /// The server commits a push, or does not; what it says of it may get lost with it.
    fn commit(&mut self, from: Address, device: DeviceId, request: &Output) {
        let fault = self.draw(Operation::ServerCommit);
        if let Some(fault) = fault {
            self.cells.hit(Operation::ServerCommit, fault);
        }
        if fault == Some(Fault::CrashBefore) || self.ends_at(Place::Server) {
            self.stop_server();
            return self.refuse(from, request, Failure::Unreachable);
        }
        if let Some(status) = [(Fault::Quota, 503), (Fault::Aborted, 500)].iter().find(|(of, _)| fault == Some(*of)) {
            return self.refuse(from, request, Failure::from_status(status.1, None));
        }
        let Output::Push { attempt, request: push } = request.clone() else { unreachable!("a push") };
        let disk = match fault {
            Some(Fault::CallFails) => Disk::Fails { after: self.dice.up_to(2 * push.entries.len() as u64) },
            Some(Fault::Lost) => Disk::IsSilent,
            _ => Disk::Works,
        };
        self.note_clock(Operation::ServerCommit);
        let result = self.push_and_look(disk, device, &push);
        self.count(&result);
        if let Err(PushFailure::Conflict(PushConflict::Fork)) = result {
            self.look_at_fork(device, push.inc);
        }
        if matches!(fault, Some(Fault::CrashAfter | Fault::PowerLoss)) || self.ends_at(Place::Server) {
            self.stop_server();
            return self.refuse(from, request, Failure::Unreachable);
        }
        self.answer(from, Input::PushFinished { attempt, result });
        self.answer_parked(false);
    }

    /// All that it held in memory is gone, the questions it held back with it.
    pub fn stop_server(&mut self) {
        self.server_is_up = false;
        self.server.is_wedged = false;
        for parked in std::mem::take(&mut self.network.parked).into_values() {
            let request = Output::FetchManifest { attempt: parked.attempt, wait_ms: 0, known: Vec::new() };
            self.refuse(parked.from, &request, Failure::Unreachable);
        }
        let ms = self.dice.up_to(30_000);
        self.put_in(ms, Event::Happens(Incident::ServerStarts));
    }

    fn count(&mut self, result: &Result<PushReply, PushFailure>) {
        let last_owner = Verdict::Quarantined { reason: QuarantineReason::LastOwner };
        match result {
            Ok(reply) if reply.verdicts.iter().any(|verdict| verdict.verdict == last_owner) => {
                self.meet("a last owner who stays");
            }
            Ok(reply) if reply.verdicts.iter().any(|verdict| verdict.verdict == Verdict::Dup) => self.meet("duplicate"),
            Ok(reply) if reply.verdicts.iter().any(|verdict| matches!(verdict.verdict, Verdict::Flagged { .. })) => {
                self.meet("flag");
            }
            Err(PushFailure::Conflict(PushConflict::Gap { .. })) => self.meet("gap"),
            Err(PushFailure::Failed(Failure::TooLarge)) => self.meet("half as much"),
            Ok(_) | Err(PushFailure::Conflict(_) | PushFailure::Failed(_)) => {}
        }
    }

    /// Answers the manifests that have news; all of them if the server was restored.
    pub fn answer_parked(&mut self, all: bool) {
        let with_news = self.network.parked.iter().filter(|(_, parked)| {
            let device = self.devices[parked.from.device].id;
            all || self.server.heads(device) != parked.known
        });
        let numbers: Vec<u64> = with_news.map(|(number, _)| *number).collect();
        for number in numbers {
            self.unpark(number);
        }
    }

    /// Whoever may no longer ask is told so.
    pub fn refuse_parked(&mut self) {
        let devices = &self.devices;
        let is_out = |parked: &Parked| self.server.reads(devices[parked.from.device].id).is_empty();
        let numbers: Vec<u64> =
            self.network.parked.iter().filter(|(_, parked)| is_out(parked)).map(|(number, _)| *number).collect();
        for parked in numbers.into_iter().filter_map(|number| self.network.parked.remove(&number)).collect::<Vec<_>>() {
            let request = Output::FetchManifest { attempt: parked.attempt, wait_ms: 0, known: Vec::new() };
            self.refuse(parked.from, &request, Failure::Forbidden);
        }
    }

    pub fn unpark(&mut self, number: u64) {
        let Some(parked) = self.network.parked.remove(&number) else { return };
        let device = self.devices[parked.from.device].id;
        if self.server.reads(device).is_empty() {
            let request = Output::FetchManifest { attempt: parked.attempt, wait_ms: 0, known: Vec::new() };
            return self.refuse(parked.from, &request, Failure::Unreachable);
        }
        let manifest = self.server.manifest(device, self.server_now());
        self.answer(parked.from, Input::ManifestFinished { attempt: parked.attempt, result: Ok(manifest) });
    }

    /// An answer leaves the server.
    fn answer(&mut self, to: Address, input: Input) {
        let operation = Operation::answered(&input).expect("an answer");
        if !self.devices[to.device].answers_pass {
            return; // The server may have committed all the same.
        }
        let fault = self.draw(operation);
        if let Some(fault) = fault {
            self.cells.hit(operation, fault);
        }
        let older = self.keep(self.devices[to.device].id, &input);
        let mut ms = self.delay_ms();
        let mut then = None;
        let mut input = input;
        match fault {
            Some(Fault::Lost) => return,
            Some(Fault::CrashBefore) => {
                return self.put_in(ms, Event::Happens(Incident::Dies { device: to.device }));
            }
            Some(Fault::CrashAfter) => then = Some(Incident::Dies { device: to.device }),
            Some(Fault::PowerLoss) => then = Some(Incident::LosesPower { device: to.device }),
            Some(Fault::Truncated) => input = cut_off(&input),
            Some(Fault::Stale) => input = older.unwrap_or(input),
            Some(Fault::Duplicated) => {
                let ms = self.delay_ms() * 10;
                self.put_in(ms, Event::Tells(to, input.clone()));
            }
            Some(Fault::Late) => ms += 30_001 + self.dice.up_to(60_000),
            _ => {}
        }
        self.put_in(ms, Event::Tells(to, input));
        if let Some(incident) = then {
            self.put_in(ms, Event::Happens(incident));
        }
    }

    /// Keeps an answer, and hands out the one before it as an answer to the same question.
    fn keep(&mut self, device: DeviceId, input: &Input) -> Option<Input> {
        Some(match input {
            Input::PushFinished { attempt, result: Ok(reply) } => {
                let result = Ok(self.network.replies.insert(device, reply.clone())?);
                Input::PushFinished { attempt: *attempt, result }
            }
            Input::ManifestFinished { attempt, result: Ok(manifest) } => {
                let result = Ok(self.network.manifests.insert(device, manifest.clone())?);
                Input::ManifestFinished { attempt: *attempt, result }
            }
            Input::PullFinished { attempt, result: Ok(page) } => {
                let result = Ok(self.network.pages.insert(device, page.clone())?);
                Input::PullFinished { attempt: *attempt, result }
            }
            _ => return None,
        })
    }
}

/// Half an answer cannot be read.
fn cut_off(input: &Input) -> Input {
    match input {
        Input::PushFinished { attempt, .. } => {
            Input::PushFinished { attempt: *attempt, result: Err(PushFailure::Failed(Failure::NotOurs)) }
        }
        Input::ManifestFinished { attempt, .. } => {
            Input::ManifestFinished { attempt: *attempt, result: Err(Failure::NotOurs) }
        }
        Input::PullFinished { attempt, .. } => Input::PullFinished { attempt: *attempt, result: Err(Failure::NotOurs) },
        Input::SegmentsListed { attempt, .. } => {
            Input::SegmentsListed { attempt: *attempt, result: Err(Failure::NotOurs) }
        }
        Input::SegmentFetched { attempt, result } => {
            let half = |bytes: &Vec<u8>| bytes[..bytes.len() / 2].to_vec();
            Input::SegmentFetched { attempt: *attempt, result: result.as_ref().map(half).map_err(Clone::clone) }
        }
        Input::SnapshotTold { attempt, .. } => Input::SnapshotTold { attempt: *attempt, result: Err(Failure::NotOurs) },
        Input::SnapshotPartFetched { attempt, result } => {
            let half = |bytes: &Vec<u8>| bytes[..bytes.len() / 2].to_vec();
            Input::SnapshotPartFetched { attempt: *attempt, result: result.as_ref().map(half).map_err(Clone::clone) }
        }
        other => other.clone(),
    }
}
