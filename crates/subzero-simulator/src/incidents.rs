//! What befalls devices and server, carried out.

use std::collections::BTreeSet;

use subzero_ledger::catalogue::Catalogue;
use subzero_ledger::ids::{DeviceId, EmployeeId, ShopId};
use subzero_sync::replica::Input;
use subzero_sync::wire::Incarnation;
use uuid::Uuid;

use crate::cells::{Fault, Operation};
use crate::checks::{self, Gone, Invariant};
use crate::device::Device;
use crate::door::Asked;
use crate::entries::{self, OTHER_OWNER, OWNER, Stamp};
use crate::script::Incident;
use crate::world::{Address, CALM_FROM_MS, Database, Event, Place, World};

/// More than own entries are kept for.
const MONTH_MS: u64 = 31 * 86_400_000;
/// The outboxes of devices that were thrown away and paired anew are numbered from here on.
const NEW_OUTBOXES: u128 = 1 << 102;

impl World {
    pub fn befall(&mut self, incident: Incident) {
        match incident {
            Incident::Sells { device } => self.sell(device),
            Incident::Dies { device } => self.die(device),
            Incident::LosesPower { device } => self.lose_power(device),
            Incident::Starts { device } => self.start(device),
            Incident::Closes { device } => self.devices[device].die(),
            Incident::LosesCache { device } => {
                if !self.devices[device].is_up {
                    self.devices[device].rebuild_cache();
                }
            }
            Incident::CannotRead { device } => self.cannot_read(device),
            Incident::RunsFull { device } => self.devices[device].is_full = true,
            Incident::HasRoom { device } => self.devices[device].is_full = false,
            Incident::Links { device, requests_pass, answers_pass } => {
                self.devices[device].requests_pass = requests_pass;
                self.devices[device].answers_pass = answers_pass;
                let input = if requests_pass { Input::CameOnline } else { Input::WentOffline };
                self.tell_all(device, &input, 0);
            }
            Incident::Pushes { device, pass } => self.devices[device].pushes_pass = pass,
            Incident::ClockIsSet { device, skew_ms } => self.devices[device].skew_ms = skew_ms,
            Incident::IsCloned { device } => self.clone_device(device),
            Incident::TakesImage { device } => self.devices[device].take_image(),
            Incident::IsSetBack { device } => self.set_back(device),
            Incident::IsEvicted { device } => self.evict(device),
            Incident::ServerStops => self.stop_server(),
            Incident::ServerStarts => self.server_is_up = true,
            Incident::BacksUp => {
                self.server.back_up();
                self.server.fold();
            }
            Incident::IsRestored => self.restore(),
            Incident::Reads { device, shop, may } => self.grant(device, shop, may),
            Incident::MonthPasses => {
                self.meet("a month");
                self.passed_ms += MONTH_MS;
                self.devices.iter_mut().for_each(Device::flush_all);
            }
            Incident::IsRemoved { device } => {
                let id = self.devices[device].id;
                self.meet("a removed register");
                self.removed.insert(id);
                self.server.remove(id);
                self.refuse_parked();
            }
            Incident::IsPairedAgain { device } => self.pair_again(device),
            Incident::TypesCode { device, code } => self.type_code(device, code),
            Incident::ThiefActs => self.steal(),
            Incident::TheftIsKnown => self.end_theft(),
            Incident::ServerClockIsSet { skew_ms } => self.server_skew_ms = skew_ms,
            Incident::OwnersStepDown { tills } => {
                for (till, owner) in tills.into_iter().zip([OWNER, OTHER_OWNER]) {
                    self.step_down(till, owner);
                }
            }
        }
    }

    fn sell(&mut self, device: usize) {
        if !self.devices[device].is_up || self.ends_at(Place::Device(device)) {
            return;
        }
        let mut fault = self.draw(Operation::Sale);
        if self.devices[device].is_full {
            fault = Some(Fault::Quota);
        }
        if let Some(fault) = fault {
            self.cells.hit(Operation::Sale, fault);
        }
        match fault {
            // Killed before the commit: it was never called recorded.
            Some(Fault::CrashBefore) => return self.die(device),
            // What was fetched to be looked at makes room, but not enough: the cashier reads that nothing was recorded.
            Some(Fault::Quota) => return self.devices[device].cache.drop_older(),
            // The cart is as it was, and is sold again.
            Some(Fault::Aborted) => return self.put_in(1_000, Event::Happens(Incident::Sells { device })),
            _ => {}
        }
        let dseq = self.record(device);
        if self.devices[device].tabs.len() > 1 {
            self.cells.hit(Operation::Sale, Fault::TwoTabs);
        }
        if self.ends_at(Place::Device(device)) {
            return;
        }
        let appended = Input::Appended { dseq };
        match fault {
            Some(Fault::CrashAfter) => self.die(device),
            Some(Fault::PowerLoss) => self.lose_power(device),
            Some(Fault::Lost) => {}
            Some(Fault::Late) => self.tell_all(device, &appended, 40_000),
            Some(Fault::Duplicated) => {
                self.tell_all(device, &appended, 0);
                self.tell_all(device, &appended, 500);
            }
            _ => self.tell_all(device, &appended, 0),
        }
    }

    /// An owner who sees another one says that they are none any more.
    fn step_down(&mut self, device: usize, owner: EmployeeId) {
        if !self.devices[device].is_up {
            return;
        }
        self.meet("an owner who steps down");
        self.entries += 1;
        let (at, now, mutant) = (self.device_now(device), self.true_now(), self.mutant);
        let stamp = Stamp { number: self.entries, shop: ShopId::OFFICE, device: self.devices[device].id, at };
        let dseq = self.devices[device].append(entries::step_down(stamp, owner), now, mutant);
        self.look_at(device, Database::Outbox);
        self.tell_all(device, &Input::Appended { dseq }, 0);
    }

    fn record(&mut self, device: usize) -> u64 {
        self.entries += 1;
        let (at, now) = (self.device_now(device), self.true_now());
        let own = &self.devices[device];
        let shops = own.sells_in.len() as u64;
        let shop = own.sells_in[usize::try_from(self.entries % shops).expect("small")];
        let stamp = Stamp { number: self.entries, shop, device: own.id, at };
        let earlier = own.recorded.last().map(|recorded| recorded.body.clone());
        let body = if self.is_plain {
            entries::plain_sale(stamp, &mut self.dice)
        } else {
            entries::record(stamp, &mut self.dice, earlier.as_ref())
        };
        self.note_txn(body.0.len());
        let mutant = self.mutant;
        let dseq = self.devices[device].append(body, now, mutant);
        self.look_at(device, Database::Outbox);
        dseq
    }

    /// The browser no longer gives out what it shows.
    fn cannot_read(&mut self, device: usize) {
        let own = &self.devices[device];
        for (shop, cursors) in own.outbox.persisted(&own.cache).shops {
            if let Some(shown) = cursors.shown.filter(|_| self.devices[device].is_up) {
                self.meet("damaged copy");
                self.tell_all(device, &Input::CopyDamaged { shop, generation: shown.generation }, 0);
            }
        }
    }

    fn tell_all(&mut self, device: usize, input: &Input, ms: u64) {
        for tab in 0..self.devices[device].tabs.len() {
            let to = Address { device, life: self.devices[device].life, tab };
            self.put_in(ms, Event::Tells(to, input.clone()));
        }
    }

    pub fn die(&mut self, device: usize) {
        if self.devices[device].is_up {
            self.meet("crash");
            self.devices[device].die();
            self.look_at(device, Database::Cache);
            let down_ms = self.dice.up_to(40_000);
            self.put_in(down_ms, Event::Happens(Incident::Starts { device }));
        }
    }

    pub fn lose_power(&mut self, device: usize) {
        if self.devices[device].is_up {
            self.meet("loss of power");
            let now = self.now;
            self.devices[device].lose_power(now, &mut self.dice);
            self.look_at(device, Database::Cache);
            let down_ms = self.dice.up_to(40_000);
            self.put_in(down_ms, Event::Happens(Incident::Starts { device }));
        }
    }

    fn start(&mut self, device: usize) {
        if self.devices[device].is_up || self.ends_at_start(device) {
            return;
        }
        let fault = self.draw(Operation::StartUp);
        if let Some(fault) = fault {
            self.cells.hit(Operation::StartUp, fault);
        }
        let again = Event::Happens(Incident::Starts { device });
        match fault {
            Some(Fault::CrashBefore | Fault::Aborted) => return self.put_in(5_000, again),
            // A cache that will not open is begun anew.
            Some(Fault::Damaged) => self.devices[device].rebuild_cache(),
            _ => {}
        }
        let tabs = if self.is_plain { 1 } else { 1 + self.dice.up_to(1) };
        if tabs > 1 {
            self.cells.hit(Operation::StartUp, Fault::TwoTabs);
        }
        self.devices[device].start(tabs, &mut self.dice);
        self.tell_all(device, &Input::Woke, 0);
        match fault {
            Some(Fault::CrashAfter) => self.die(device),
            Some(Fault::PowerLoss) => self.lose_power(device),
            _ => {
                self.ends_at(Place::Device(device));
            }
        }
    }

    fn ends_at_start(&mut self, device: usize) -> bool {
        let is_ended = self.is_boundary();
        if is_ended {
            self.put_in(5_000, Event::Happens(Incident::Starts { device }));
        }
        is_ended
    }

    /// The device's disk is copied to another one: both go on under the same incarnation.
    fn clone_device(&mut self, device: usize) {
        self.meet("clone");
        let mut clone = self.devices[device].clone();
        clone.die();
        clone.is_to_be_paired = false;
        self.devices.push(clone);
        let device = self.devices.len() - 1;
        self.start(device);
        for _ in 0..5 {
            let at = self.dice.up_to(60_000);
            self.put_in(at, Event::Happens(Incident::Sells { device }));
        }
    }

    /// The device's disk is what it was some time ago.
    fn set_back(&mut self, device: usize) {
        self.die(device);
        if let Some(since) = self.devices[device].be_set_back() {
            self.meet("set back");
            let at = self.true_now();
            self.gone.push(Gone {
                device: self.devices[device].id,
                at,
                entries: since,
                // The device goes on, and so does what it says is lost.
                let_go: BTreeSet::new(),
                lost_named: 0,
                is_evicted: false,
                is_healed: true,
            });
        }
    }

    /// The browser has thrown both databases away. Somebody pairs the device again, as another one.
    fn evict(&mut self, device: usize) {
        self.meet("eviction");
        self.die(device);
        let (at, own) = (self.true_now(), &mut self.devices[device]);
        let is_healed = own.outbox.control().epoch.is_none_or(|epoch| epoch == self.server.books.epoch);
        let entries = std::mem::take(&mut own.recorded);
        let (let_go, lost_named) = (std::mem::take(&mut own.collected), own.lost_named);
        self.gone.push(Gone { device: own.id, at, entries, let_go, lost_named, is_evicted: true, is_healed });
        self.outboxes += 1;
        let outbox = Incarnation(Uuid::from_u128(NEW_OUTBOXES + self.outboxes));
        let id = self.pair_new(device);
        self.devices[device].be_evicted(id, outbox);
        self.put_in(5_000, Event::Happens(Incident::Starts { device }));
    }

    /// An owner lets in a new register.
    pub fn pair_new(&mut self, device: usize) -> DeviceId {
        let asked = Asked { again: None, sells_in: self.devices[device].sells_in.clone() };
        let now = self.server_now();
        let (id, secret) = self.server.pair(&asked, now, &mut self.dice).expect("a new one can always be let in");
        self.note_given(id);
        (self.devices[device].secret, self.devices[device].token) = (secret, None);
        id
    }

    /// Somebody reads on the device that it must be paired again, and does so in a while.
    pub fn must_be_paired(&mut self, device: usize) {
        if !std::mem::replace(&mut self.devices[device].is_to_be_paired, true) {
            let ms = self.dice.up_to(40_000);
            self.put_in(ms, Event::Happens(Incident::IsPairedAgain { device }));
        }
    }

    fn pair_again(&mut self, device: usize) {
        self.devices[device].is_to_be_paired = true;
        let own = &self.devices[device];
        let again = Event::Happens(Incident::IsPairedAgain { device });
        if !own.is_up || !own.requests_pass || !self.server_is_up {
            return self.put_in(5_000, again);
        }
        let asked = Asked { again: Some(own.id), sells_in: own.sells_in.clone() };
        let now = self.server_now();
        let code = self.server.make_code(asked, now);
        let fault = self.draw(Operation::Pairing);
        if let Some(fault) = fault {
            self.cells.hit(Operation::Pairing, fault);
        }
        match fault {
            Some(Fault::CrashBefore) => self.die(device),
            Some(Fault::Refused | Fault::CallFails) => {}
            // Typed in when it is over, or nearly.
            Some(Fault::Late) => {
                let ms = 9 * 60_000 + self.dice.up_to(120_000);
                let ms = ms.min(CALM_FROM_MS.saturating_sub(self.now));
                return self.put_in(ms, Event::Happens(Incident::TypesCode { device, code }));
            }
            Some(Fault::Lost | Fault::CrashAfter) => {
                // It is let in, and does not know so.
                let _ = self.server.pair_by_code(code, now, &mut self.dice);
                if fault == Some(Fault::CrashAfter) {
                    self.die(device);
                }
            }
            fault => {
                self.type_code(device, code);
                if fault == Some(Fault::Duplicated) && self.server.pair_by_code(code, now, &mut self.dice).is_some() {
                    checks::note(&mut self.violations, Invariant::I19, || "a code has let in twice".to_owned());
                }
                return;
            }
        }
        self.put_in(5_000, again);
    }

    /// A code lets in a register that was in before, at whichever server it was made.
    fn type_code(&mut self, device: usize, code: u64) {
        let now = self.server_now();
        let paired = if self.server_is_up { self.server.pair_by_code(code, now, &mut self.dice) } else { None };
        let is_mine = |id| id == self.devices[device].id;
        let Some((id, secret)) = paired.filter(|(id, _)| is_mine(*id)) else {
            // Over by now: another one is made.
            return self.put_in(5_000, Event::Happens(Incident::IsPairedAgain { device }));
        };
        self.note_clock(Operation::Pairing);
        if self.removed.remove(&id) {
            self.cells.hit(Operation::Pairing, Fault::Removed);
        }
        self.meet("paired again");
        // A clone shares what it was cloned with.
        for clone in self.devices.iter_mut().filter(|other| other.id == id) {
            (clone.secret, clone.token, clone.is_to_be_paired) = (secret, None, false);
        }
        self.look_at_server();
    }

    fn grant(&mut self, device: usize, shop: ShopId, may: bool) {
        let id = self.devices[device].id;
        let sells = self.devices[device].sells_in.contains(&shop);
        self.server.grant(id, shop, may, sells);
    }

    fn restore(&mut self) {
        checks::exactly_once(&self.server, &mut self.violations);
        self.restored_at = Some(self.true_now());
        self.meet("restore");
        self.server.restore(&mut self.dice);
        self.looked_at.clear();
        self.office = Catalogue::default();
        self.look_at_server();
        self.answer_parked(true);
        if self.thief.is_some() && self.one_in(2) {
            // Before anybody has sent again what the backup lacks.
            let ms = self.dice.up_to(2_000);
            self.put_in(ms, Event::Happens(Incident::ThiefActs));
        }
        if self.thief.as_ref().is_some_and(|thief| thief.is_known) {
            // The backup may be from when it had access.
            let ms = self.dice.up_to(30_000);
            self.put_in(ms, Event::Happens(Incident::TheftIsKnown));
        }
    }

    pub fn begin_calm(&mut self) {
        self.is_calm = true;
        self.server_is_up = true;
        self.server_skew_ms = 0;
        // Whoever is told that it has no access is paired again.
        self.removed.clear();
        for device in 0..self.devices.len() {
            self.befall(Incident::HasRoom { device });
            self.befall(Incident::Pushes { device, pass: true });
            self.befall(Incident::Links { device, requests_pass: true, answers_pass: true });
            self.befall(Incident::Starts { device });
        }
    }
}
