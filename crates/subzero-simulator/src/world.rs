//! Devices, a server and a bad network in virtual time: one thread, one seed, one queue of events.

use std::collections::{BTreeMap, BTreeSet};

use subzero_ledger::catalogue::Catalogue;
use subzero_ledger::ids::{DeviceId, ShopId};
use subzero_ledger::instant::Instant;
use subzero_sync::backoff::Jitter;
use subzero_sync::replica::{Input, Output};
use subzero_sync::wire::{Incarnation, Standing};

use crate::cells::{Cells, Fault, Operation};
use crate::checks::{self, Gone, Invariant, Violations};
use crate::device::Device;
use crate::door::Minted;
use crate::hostile::Thief;
use crate::mutant::Mutant;
use crate::network::Network;
use crate::script::{self, Incident};
use crate::server::Server;
use crate::trace::Trace;

/// From here on nothing goes wrong any more.
pub const CALM_FROM_MS: u64 = 8 * 60_000;
/// By now every outbox must be empty.
const EMPTY_BY_MS: u64 = CALM_FROM_MS + 5 * 60_000;
const END_MS: u64 = EMPTY_BY_MS + 60_000;
/// A run of this many events is a hot loop.
const STEPS_MAX: u64 = 100_000;
/// Where virtual time begins.
const BEGIN_UNIX_MS: i64 = 1_800_000_000_000;

/// A tab in one life of one device.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Address {
    pub device: usize,
    pub life: u32,
    pub tab: usize,
}

/// What a request carries beside itself.
#[derive(Clone, Copy, Debug)]
pub struct Headers {
    /// What the tab says of its device.
    pub standing: Standing,
    /// Who it is.
    pub token: Option<Minted>,
    /// How many months had passed when it left.
    pub passed_ms: u64,
}

/// What is due at some moment.
#[derive(Clone, Debug)]
pub enum Event {
    Happens(Incident),
    /// The storage gets to it.
    Carries(Address, Output),
    /// A request reaches the server.
    Reaches(Address, Output, Headers),
    /// An answer of storage or server reaches the tab.
    Tells(Address, Input),
    /// The tab's timer.
    Wakes(Address),
    /// The tab looks at what is in the cache.
    Looks(Address),
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

/// Where something can end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    Device(usize),
    Server,
}

/// How it ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// The page is gone.
    Crash,
    /// So is what was not on the disk yet.
    PowerLoss,
}

/// What came of a run.
pub struct Run {
    /// Equal for two runs in which the same happened.
    pub hash: u64,
    /// What was broken.
    pub violations: Violations,
    /// The last of it in words, if that was asked for.
    pub words: String,
    /// How many entries were shown as recorded.
    pub entries: usize,
    /// How many events there were.
    pub steps: u64,
    /// What the run went through, and how often.
    pub met: BTreeMap<&'static str, usize>,
    /// Which operation met which fault.
    pub cells: Cells,
    /// The places where it could have ended.
    pub boundaries: u64,
}

pub struct World {
    pub now: u64,
    pub queue: BTreeMap<(u64, u64), Event>,
    pub order: u64,
    pub dice: Jitter,
    pub devices: Vec<Device>,
    pub server: Server,
    pub network: Network,
    pub mutant: Mutant,
    pub is_calm: bool,
    pub server_is_up: bool,
    /// How far the server's clock is off.
    pub server_skew_ms: i64,
    pub restored_at: Option<Instant>,
    pub entries: u64,
    /// How many outboxes there were beyond the first ones.
    pub outboxes: u128,
    /// The numbers that registers were given.
    pub given: BTreeSet<DeviceId>,
    /// Those whose access an owner has ended.
    pub removed: BTreeSet<DeviceId>,
    pub thief: Option<Thief>,
    /// The office as its history tells it.
    pub office: Catalogue,
    /// Time in which nothing happened.
    pub passed_ms: u64,
    /// What was recorded in outboxes that are no more.
    pub gone: Vec<Gone>,
    /// Devices sell, have one tab, and do nothing odd.
    pub is_plain: bool,
    /// End at this boundary.
    pub ends: Option<(u64, Ending)>,
    pub boundaries: u64,
    pub looked_at: BTreeMap<ShopId, usize>,
    pub violations: Violations,
    pub met: BTreeMap<&'static str, usize>,
    pub cells: Cells,
    pub steps: u64,
    /// A run of more events than this is a hot loop.
    pub steps_max: u64,
    /// How many txns wrote something, and how many bytes of entries.
    pub txns: u64,
    pub txn_bytes: u64,
    pub trace: Trace,
    pub mode: Mode,
}

/// Runs one seed from beginning to end.
pub fn run(seed: u64, mutant: Mutant, mode: Mode) -> Run {
    let mut dice = Jitter::new(seed);
    let devices = script::devices(&mut dice);
    let incidents = script::write(&devices, &mut dice);
    let mut world = World::new(devices, dice, mutant, mode);
    if incidents.iter().any(|(_, incident)| *incident == Incident::ThiefActs) {
        world.pair_thief();
    }
    for (at, incident) in incidents {
        world.put_at(at, Event::Happens(incident));
    }
    world.put_at(CALM_FROM_MS, Event::CalmBegins);
    world.put_at(EMPTY_BY_MS, Event::MustBeEmpty);
    world.run_until(END_MS);
    world.end()
}

impl World {
    pub fn new(devices: Vec<Device>, mut dice: Jitter, mutant: Mutant, mode: Mode) -> Self {
        let began = Instant::from_unix_ms(BEGIN_UNIX_MS).expect("in range");
        let server = Server::new(mutant, began, &mut dice);
        let mut world = Self {
            now: 0,
            queue: BTreeMap::new(),
            order: 0,
            devices,
            server,
            network: Network::new(&mut dice),
            dice,
            mutant,
            is_calm: false,
            server_is_up: true,
            server_skew_ms: 0,
            restored_at: None,
            entries: 0,
            outboxes: 0,
            given: BTreeSet::new(),
            removed: BTreeSet::new(),
            thief: None,
            office: Catalogue::default(),
            passed_ms: 0,
            gone: Vec::new(),
            is_plain: false,
            ends: None,
            boundaries: 0,
            looked_at: BTreeMap::new(),
            violations: Violations::new(),
            met: BTreeMap::new(),
            cells: Cells::default(),
            steps: 0,
            steps_max: STEPS_MAX,
            txns: 0,
            txn_bytes: 0,
            trace: Trace::new(mode == Mode::Tell),
            mode,
        };
        world.pair_all();
        world
    }

    /// The last one is paired after the first backup.
    fn pair_all(&mut self) {
        for device in 0..self.devices.len() {
            if device + 1 == self.devices.len() {
                self.server.back_up();
            }
            let id = self.pair_new(device);
            self.devices[device].id = id;
        }
        self.look_at_server();
    }

    pub fn run_until(&mut self, end: u64) {
        while let Some(entry) = self.queue.first_entry().filter(|entry| entry.key().0 <= end) {
            let ((at, _), event) = entry.remove_entry();
            self.steps += 1;
            if self.steps > self.steps_max {
                return checks::note(&mut self.violations, Invariant::I9, || format!("a hot loop at {at} ms"));
            }
            self.now = at;
            self.trace.note(at, &event);
            self.happen(event);
            if !self.violations.is_empty() {
                self.trace.stop_telling();
            }
        }
    }

    /// The last checks.
    pub fn end(mut self) -> Run {
        if self.mode != Mode::Repeat {
            checks::exactly_once(&self.server, &mut self.violations);
            checks::nothing_lost(&mut self);
            checks::views_are_whole(&self.server, &self.devices, &mut self.violations);
            checks::copies_agree(&self.server, &self.devices, &mut self.dice, &mut self.violations);
            checks::all_are_in(&self.server, &self.devices, &mut self.violations);
        }
        Run {
            words: self.trace.words(),
            hash: self.trace.hash(),
            violations: self.violations,
            met: self.met,
            cells: self.cells,
            steps: self.steps,
            boundaries: self.boundaries,
            entries: self.devices.iter().map(|device| device.recorded.len()).sum(),
        }
    }

    fn happen(&mut self, event: Event) {
        match event {
            Event::Happens(incident) => self.befall(incident),
            Event::Carries(to, output) => self.carry_out(to, output),
            Event::Reaches(from, output, headers) => self.reach(from, output, headers),
            Event::Tells(to, input) => self.tell(to, &input),
            Event::Wakes(to) => self.wake(to),
            Event::Looks(to) => self.look_at_copies(to),
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

    /// What no clock here knows.
    pub fn true_now(&self) -> Instant {
        Instant::from_unix_ms(BEGIN_UNIX_MS + (self.now + self.passed_ms).cast_signed()).expect("in range")
    }

    pub fn server_now(&self) -> Instant {
        Instant::from_unix_ms(self.true_now().unix_ms() + self.server_skew_ms).expect("in range")
    }

    pub fn device_now(&self, device: usize) -> Instant {
        let ms = self.true_now().unix_ms() + self.devices[device].skew_ms;
        Instant::from_unix_ms(ms).expect("in range")
    }

    /// A place where a run may be told to end. True if it ends here.
    pub fn is_boundary(&mut self) -> bool {
        self.boundaries += 1;
        self.ends.is_some_and(|(at, _)| at == self.boundaries)
    }

    /// The same, and then that device, or the server, ends.
    pub fn ends_at(&mut self, place: Place) -> bool {
        let is_end = self.is_boundary();
        if let (true, Some((_, ending))) = (is_end, self.ends) {
            match (place, ending) {
                (Place::Device(device), Ending::Crash) => self.die(device),
                (Place::Device(device), Ending::PowerLoss) => self.lose_power(device),
                (Place::Server, Ending::Crash | Ending::PowerLoss) => {}
            }
        }
        is_end
    }

    pub fn is_there(&self, address: Address) -> bool {
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
    pub fn tell(&mut self, to: Address, input: &Input) {
        if !self.is_there(to) {
            return;
        }
        let answered = Operation::answered(input);
        if answered.is_some() && self.ends_at(Place::Device(to.device)) {
            return;
        }
        self.note_answered(to, input);
        let now = self.device_now(to.device);
        let Some(mut replica) = self.devices[to.device].tabs[to.tab].replica.take() else { return };
        replica.handle(now, input.clone());
        let outputs: Vec<Output> = std::iter::from_fn(|| replica.poll()).collect();
        if is_answer(input) {
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
            if self.is_there(to) {
                self.dispatch(to, output);
            }
        }
        if self.is_there(to) && (answered.is_none() || !self.ends_at(Place::Device(to.device))) {
            self.set_timer(to, now, wake_at);
        }
    }

    fn note_answered(&mut self, to: Address, input: &Input) {
        let asked = match Operation::answered(input) {
            Some(Operation::PushAnswer) => Operation::PushRequest,
            Some(Operation::ManifestAnswer) => Operation::ManifestRequest,
            Some(Operation::PullAnswer) => Operation::PullRequest,
            _ if matches!(input, Input::OwnRead { .. }) => Operation::ReadOwn,
            _ => return,
        };
        self.devices[to.device].tabs[to.tab].asked.remove(&asked);
        if let Some(answer) = Operation::answered(input)
            && self.devices[to.device].another_asks(to.tab, asked)
        {
            self.cells.hit(answer, Fault::TwoTabs);
        }
    }

    fn note_sabotage(&mut self, to: Address, input: &Input) {
        use subzero_sync::fault::{Failure, Fault, Remedy};
        use subzero_sync::replica::PushFailure;
        let Input::PushFinished { result: Err(PushFailure::Failed(failure)), .. } = input else { return };
        let refused = matches!(Fault::Request(*failure).remedy(), Remedy::AwaitPerson(_));
        let timers_off = self.mutant == Mutant::TimerNotRearmed && *failure == Failure::NotOurs;
        if timers_off || (self.mutant == Mutant::RefusalStopsQueue && refused) {
            self.devices[to.device].tabs[to.tab].stopped = true;
        }
    }

    fn set_timer(&mut self, to: Address, now: Instant, wake_at: Option<Instant>) {
        let Some(wake_at) = wake_at else {
            return checks::note(&mut self.violations, Invariant::I9, || "no timer is armed".to_owned());
        };
        let wait_ms = u64::try_from(wake_at.ms_since(now)).expect("not negative").max(1);
        let at = self.now + wait_ms;
        let is_off = self.mutant == Mutant::TimerNotRearmed && self.devices[to.device].tabs[to.tab].stopped;
        let tab = &mut self.devices[to.device].tabs[to.tab];
        if !is_off && tab.wakes_at.is_none_or(|earlier| earlier > at) {
            tab.wakes_at = Some(at);
            self.put_at(at, Event::Wakes(to));
        }
    }

    pub fn note_txn(&mut self, bytes: usize) {
        self.txns += 1;
        self.txn_bytes += bytes as u64;
    }

    pub fn meet(&mut self, what: &'static str) {
        *self.met.entry(what).or_default() += 1;
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
        checks::has_owner(&self.server, &mut self.office, &mut self.violations);
    }

    /// I19: a number is given once.
    pub fn note_given(&mut self, id: DeviceId) {
        self.trace.tell(self.now, || format!("the number {id} is given"));
        if !self.given.insert(id) {
            checks::note(&mut self.violations, Invariant::I19, || format!("the number {id} is given again"));
        }
    }

    /// I18: a register's outbox forks where there are two of it, and where a thief began it anew at a server that had forgotten it.
    pub fn look_at_fork(&mut self, device: DeviceId, inc: Incarnation) {
        let is_taken = self.thief.as_ref().is_some_and(|thief| self.server.owner_of(inc) == Some(thief.id));
        let are_two = self.devices.iter().filter(|other| other.id == device).count() > 1
            || self.gone.iter().any(|gone| gone.device == device);
        if is_taken && self.restored_at.is_some() {
            self.meet("an outbox that a thief took after a restore");
        } else if !are_two {
            checks::note(&mut self.violations, Invariant::I18, || format!("an outbox of device {device} forked"));
        }
    }
}

/// What is told without an attempt may well lead to something each time.
const fn is_answer(input: &Input) -> bool {
    !matches!(
        input,
        Input::Appended { .. }
            | Input::CameOnline
            | Input::WentOffline
            | Input::StandingChanged
            | Input::CopiesRead { .. }
    )
}
