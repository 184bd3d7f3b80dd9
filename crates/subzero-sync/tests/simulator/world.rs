//! Devices, a server and a bad network in virtual time: one thread, one seed, one queue of events.

use std::collections::BTreeMap;

use subzero_ledger::ids::ShopId;
use subzero_ledger::instant::Instant;
use subzero_sync::backoff::Jitter;
use subzero_sync::replica::{Alert, Input, Output};

use super::checks::{self, Invariant, Violations};
use super::device::{Carried, Device};
use super::network::Network;
use super::sabotage::Sabotage;
use super::script::{self, Incident};
use super::server::Server;
use super::trace::Trace;

/// From here on nothing goes wrong any more.
pub const CALM_FROM_MS: u64 = 8 * 60_000;
/// By now every outbox must be empty.
const EMPTY_BY_MS: u64 = CALM_FROM_MS + 5 * 60_000;
const END_MS: u64 = EMPTY_BY_MS + 60_000;
/// A run of this many events is a hot loop.
const EVENTS_MAX: usize = 60_000;
/// Where virtual time begins.
const BEGIN_UNIX_MS: i64 = 1_800_000_000_000;

/// A tab in one life of one device.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Address {
    pub device: usize,
    pub life: u32,
    pub tab: usize,
}

/// What is due at some moment.
#[derive(Clone, Debug)]
pub enum Event {
    Happens(Incident),
    /// The storage gets to it.
    Carries(Address, Output),
    /// A request reaches the server.
    Reaches(Address, Output),
    /// An answer of storage or server reaches the tab.
    Tells(Address, Input),
    /// The tab's timer.
    Wakes(Address),
    /// The server has held this request back long enough.
    Unparks(u64),
    CalmBegins,
    MustBeEmpty,
}

/// What a run is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// To look at everything all the time.
    Check,
    /// To tell what happened at its end in words, too.
    Tell,
    /// To see that the same happens again.
    Repeat,
}

/// Which database of a device.
#[derive(Clone, Copy)]
pub enum Database {
    Outbox,
    Cache,
}

/// What came of a run.
pub struct Run {
    pub hash: [u8; 32],
    pub violations: Violations,
    pub words: String,
    pub entries: usize,
    /// What the run went through, and how often.
    pub met: BTreeMap<&'static str, usize>,
}

pub struct World {
    pub now: u64,
    pub queue: BTreeMap<(u64, u64), Event>,
    pub order: u64,
    pub dice: Jitter,
    pub devices: Vec<Device>,
    pub server: Server,
    pub network: Network,
    pub sabotage: Sabotage,
    pub is_calm: bool,
    pub server_is_up: bool,
    pub restored: bool,
    pub entries: u64,
    pub looked_at: BTreeMap<ShopId, usize>,
    pub violations: Violations,
    pub met: BTreeMap<&'static str, usize>,
    pub trace: Trace,
    pub mode: Mode,
}

/// Runs one seed from beginning to end.
pub fn run(seed: u64, sabotage: Sabotage, mode: Mode) -> Run {
    let mut dice = Jitter::new(seed);
    let server = Server::new(sabotage, &mut dice);
    let incidents = script::write(seed, &mut dice);
    let mut world = World {
        now: 0,
        queue: BTreeMap::new(),
        order: 0,
        devices: (1..=3).map(Device::new).collect(),
        server,
        network: Network::new(&mut dice),
        dice,
        sabotage,
        is_calm: false,
        server_is_up: true,
        restored: false,
        entries: 0,
        looked_at: BTreeMap::new(),
        violations: Violations::new(),
        met: BTreeMap::new(),
        trace: Trace::new(mode == Mode::Tell),
        mode,
    };
    for (at, incident) in incidents {
        world.put_at(at, Event::Happens(incident));
    }
    world.put_at(CALM_FROM_MS, Event::CalmBegins);
    world.put_at(EMPTY_BY_MS, Event::MustBeEmpty);
    world.run_to_end()
}

impl World {
    fn run_to_end(mut self) -> Run {
        let mut events = 0;
        while let Some(((at, _), event)) = self.queue.pop_first() {
            if at > END_MS {
                break;
            }
            events += 1;
            if events > EVENTS_MAX {
                checks::note(&mut self.violations, Invariant::I9, || format!("a hot loop at {at} ms"));
                break;
            }
            self.now = at;
            self.trace.note(at, &event);
            self.happen(event);
        }
        checks::exactly_once(&self.server, &mut self.violations);
        checks::nothing_lost(&self.server, &self.devices, self.restored, &mut self.violations);
        checks::copies_agree(&self.server, &self.devices, &mut self.dice, &mut self.violations);
        Run {
            words: self.trace.words(),
            hash: self.trace.hash(),
            violations: self.violations,
            met: self.met,
            entries: self.devices.iter().map(|device| device.recorded.len()).sum(),
        }
    }

    fn happen(&mut self, event: Event) {
        match event {
            Event::Happens(incident) => self.befall(incident),
            Event::Carries(to, output) => self.carry_out(to, output),
            Event::Reaches(from, output) => self.reach(from, output),
            Event::Tells(to, input) => self.tell(to, &input),
            Event::Wakes(to) => self.wake(to),
            Event::Unparks(number) => self.unpark(number),
            Event::CalmBegins => self.begin_calm(),
            Event::MustBeEmpty => checks::outboxes_empty(&self.devices, &mut self.violations),
        }
    }

    pub fn put_at(&mut self, at: u64, event: Event) {
        self.order += 1;
        self.queue.insert((at, self.order), event);
    }

    pub fn put_in(&mut self, ms: u64, event: Event) {
        self.put_at(self.now + ms, event);
    }

    pub fn one_in(&mut self, count: u64) -> bool {
        self.dice.up_to(count - 1) == 0
    }

    /// As `one_in`, but never once the faults have stopped.
    pub fn fault_in(&mut self, count: u64) -> bool {
        self.one_in(count) && !self.is_calm
    }

    pub fn server_now(&self) -> Instant {
        Instant::from_unix_ms(BEGIN_UNIX_MS + self.now.cast_signed()).expect("in range")
    }

    pub fn device_now(&self, device: usize) -> Instant {
        let ms = BEGIN_UNIX_MS + self.now.cast_signed() + self.devices[device].skew_ms;
        Instant::from_unix_ms(ms).expect("in range")
    }

    fn is_there(&self, address: Address) -> bool {
        let device = &self.devices[address.device];
        device.is_up && device.life == address.life
    }

    fn wake(&mut self, to: Address) {
        if !self.is_there(to) {
            return;
        }
        let tab = &mut self.devices[to.device].tabs[to.tab];
        if tab.wakes_at == Some(self.now) {
            tab.wakes_at = None;
            self.tell(to, &Input::Woke);
        }
    }

    /// Hands an input in and takes every output out. Answers are handed in twice: the second time nothing may come of it.
    fn tell(&mut self, to: Address, input: &Input) {
        if !self.is_there(to) {
            return;
        }
        let now = self.device_now(to.device);
        let Some(mut replica) = self.devices[to.device].tabs[to.tab].replica.take() else { return };
        replica.handle(now, input.clone());
        let outputs: Vec<Output> = std::iter::from_fn(|| replica.poll()).collect();
        if !matches!(input, Input::Appended { .. } | Input::CameOnline | Input::WentOffline | Input::StandingChanged) {
            let before = replica.status();
            replica.handle(now, input.clone());
            if let Some(output) = replica.poll() {
                checks::note(&mut self.violations, Invariant::I15, || format!("{input:?} twice led to {output:?}"));
            }
            if replica.status() != before {
                checks::note(&mut self.violations, Invariant::I15, || format!("{input:?} twice changed the status"));
            }
        }
        let wake_at = replica.wake_at();
        self.devices[to.device].tabs[to.tab].replica = Some(replica);
        self.note_sabotage(to, input);
        for output in outputs {
            self.dispatch(to, output);
        }
        self.set_timer(to, now, wake_at);
    }

    fn note_sabotage(&mut self, to: Address, input: &Input) {
        use subzero_sync::fault::{Failure, Fault, Remedy};
        use subzero_sync::replica::PushFailure;
        let Input::PushFinished { result: Err(PushFailure::Failed(failure)), .. } = input else { return };
        let refused = matches!(Fault::Request(*failure).remedy(), Remedy::AwaitPerson(_));
        let timers_off = self.sabotage == Sabotage::TimerNotRearmed && *failure == Failure::NotOurs;
        if timers_off || (self.sabotage == Sabotage::RefusalStopsQueue && refused) {
            self.devices[to.device].tabs[to.tab].stopped = true;
        }
    }

    fn set_timer(&mut self, to: Address, now: Instant, wake_at: Option<Instant>) {
        let Some(wake_at) = wake_at else {
            return checks::note(&mut self.violations, Invariant::I9, || "no timer is armed".to_owned());
        };
        let wait_ms = u64::try_from(wake_at.ms_since(now)).expect("not negative").max(1);
        let at = self.now + wait_ms;
        let is_off = self.sabotage == Sabotage::TimerNotRearmed && self.devices[to.device].tabs[to.tab].stopped;
        let tab = &mut self.devices[to.device].tabs[to.tab];
        if !is_off && tab.wakes_at.is_none_or(|earlier| earlier > at) {
            tab.wakes_at = Some(at);
            self.put_at(at, Event::Wakes(to));
        }
    }

    fn dispatch(&mut self, from: Address, output: Output) {
        match output {
            Output::Push { .. }
                if self.devices[from.device].tabs[from.tab].stopped && self.sabotage == Sabotage::RefusalStopsQueue => {
            }
            Output::Push { .. }
            | Output::Pull { .. }
            | Output::FetchSnapshot { .. }
            | Output::FetchSnapshotPart { .. }
            | Output::ListSegments { .. }
            | Output::FetchSegment { .. }
            | Output::FetchManifest { .. } => self.send(from, output),
            Output::ForgetShop { shop } => self.devices[from.device].cache.forget_shop(shop),
            Output::Alert(alert) => self.meet(match alert {
                Alert::Forked { .. } => "fork",
                Alert::EpochChanged { .. } => "epoch heal",
                Alert::EntriesLost { .. } => "loss",
                Alert::CopyMismatched { .. } => "mismatch",
                Alert::EntryQuarantined { .. } => "quarantine",
            }),
            Output::ReadOwn { .. }
            | Output::StoreAck { .. }
            | Output::AdoptEpoch { .. }
            | Output::StartIncarnation { .. }
            | Output::StoreSnapshotPart { .. }
            | Output::AdoptSnapshot { .. }
            | Output::StorePage { .. } => {
                let ms = self.dice.up_to(20);
                self.put_in(ms, Event::Carries(from, output));
            }
        }
    }

    pub fn meet(&mut self, what: &'static str) {
        *self.met.entry(what).or_default() += 1;
    }

    /// The storage, with a crash before, in or after every txn.
    fn carry_out(&mut self, to: Address, output: Output) {
        if !self.is_there(to) {
            return;
        }
        if self.fault_in(150) {
            return self.die(to.device);
        }
        if let Output::StorePage { page, .. } = &output {
            checks::page_size(page, &mut self.violations);
        }
        let changes = match output {
            Output::ReadOwn { .. } => None,
            Output::StorePage { .. } | Output::StoreSnapshotPart { .. } | Output::AdoptSnapshot { .. } => {
                Some(Database::Cache)
            }
            Output::StoreAck { .. } | Output::AdoptEpoch { .. } | Output::StartIncarnation { .. } => {
                Some(Database::Outbox)
            }
            Output::Push { .. }
            | Output::Pull { .. }
            | Output::FetchSnapshot { .. }
            | Output::FetchSnapshotPart { .. }
            | Output::ListSegments { .. }
            | Output::FetchSegment { .. }
            | Output::FetchManifest { .. }
            | Output::ForgetShop { .. }
            | Output::Alert(_) => unreachable!("not an output for the storage that has an answer"),
        };
        let carried = self.devices[to.device].carry_out(output, self.sabotage, &mut self.dice);
        if let Some(changed) = changes {
            self.look_at(to.device, changed);
        }
        if matches!(&carried, Carried::Answer(input) if matches!(**input, Input::PageConflicted { .. })) {
            self.meet("page conflict");
        }
        match carried {
            Carried::Died => self.die(to.device),
            Carried::Answer(_) if self.fault_in(150) => self.die(to.device),
            Carried::Answer(_) if self.fault_in(300) => {} // The tab never hears of it.
            Carried::Answer(input) => {
                let ms = self.dice.up_to(20);
                self.put_in(ms, Event::Tells(to, *input));
            }
        }
    }

    /// What must hold of a device whenever its storage has changed.
    pub fn look_at(&mut self, device: usize, changed: Database) {
        if self.mode == Mode::Repeat {
            return;
        }
        let device = &mut self.devices[device];
        checks::view(device, &mut self.violations);
        match changed {
            Database::Outbox => checks::ack(device, &mut self.violations),
            Database::Cache => checks::copies(device, &mut self.violations),
        }
    }

    pub fn look_at_server(&mut self) {
        checks::server_seqs(&self.server, &mut self.looked_at, &mut self.violations);
    }
}
