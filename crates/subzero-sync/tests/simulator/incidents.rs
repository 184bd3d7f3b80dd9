//! What befalls devices and server, carried out.

use subzero_ledger::ids::ShopId;
use subzero_sync::replica::Input;

use super::checks;
use super::entries::{self, Stamp};
use super::script::Incident;
use super::world::{Address, Database, Event, World};

impl World {
    pub fn befall(&mut self, incident: Incident) {
        match incident {
            Incident::Sells { device } => self.sell(device),
            Incident::Dies { device } => self.die(device),
            Incident::Starts { device } => self.start(device),
            Incident::LosesCache { device } => {
                if !self.devices[device].is_up {
                    self.devices[device].cache.rebuild();
                }
            }
            Incident::CannotRead { device } => self.cannot_read(device),
            Incident::Links { device, requests_pass, answers_pass } => {
                self.devices[device].requests_pass = requests_pass;
                self.devices[device].answers_pass = answers_pass;
                let input = if requests_pass { Input::CameOnline } else { Input::WentOffline };
                self.tell_all(device, &input);
            }
            Incident::ClockIsSet { device, skew_ms } => self.devices[device].skew_ms = skew_ms,
            Incident::IsCloned { device } => self.clone_device(device),
            Incident::ServerStops => self.server_is_up = false,
            Incident::ServerStarts => self.server_is_up = true,
            Incident::BacksUp => self.server.back_up(),
            Incident::IsRestored => self.restore(),
            Incident::Reads { device, shop, may } => {
                let reads = self.server.reads.get_mut(&self.devices[device].id).expect("paired");
                if may {
                    reads.insert(shop)
                } else {
                    reads.remove(&shop)
                };
            }
        }
    }

    fn sell(&mut self, device: usize) {
        if !self.devices[device].is_up || self.fault_in(50) {
            return; // Killed before the commit: it was never called recorded.
        }
        self.entries += 1;
        let at = self.device_now(device);
        let own = &self.devices[device];
        let shop = if own.id.0 == 3 { ShopId(1 + u32::from(self.entries.is_multiple_of(2))) } else { ShopId(own.id.0) };
        let stamp = Stamp { number: self.entries, shop, device: own.id, at };
        let body = entries::record(stamp, &mut self.dice, own.recorded.last());
        let dseq = self.devices[device].outbox.append(body.clone());
        self.devices[device].recorded.push(body);
        self.look_at(device, Database::Outbox);
        if self.fault_in(50) {
            return self.die(device);
        }
        if !self.fault_in(10) {
            self.tell_all(device, &Input::Appended { dseq });
        }
    }

    /// The browser no longer gives out what it shows.
    fn cannot_read(&mut self, device: usize) {
        let own = &self.devices[device];
        for (shop, cursors) in own.outbox.persisted(&own.cache).shops {
            if let Some(shown) = cursors.shown.filter(|_| self.devices[device].is_up) {
                self.meet("damaged copy");
                self.tell_all(device, &Input::CopyDamaged { shop, generation: shown.generation });
            }
        }
    }

    fn tell_all(&mut self, device: usize, input: &Input) {
        for tab in 0..self.devices[device].tabs.len() {
            let to = Address { device, life: self.devices[device].life, tab };
            self.put_in(0, Event::Tells(to, input.clone()));
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

    fn start(&mut self, device: usize) {
        if !self.devices[device].is_up {
            self.devices[device].start(&mut self.dice);
            self.tell_all(device, &Input::Woke);
        }
    }

    /// The device's disk is copied to another one: both go on under the same incarnation.
    fn clone_device(&mut self, device: usize) {
        let mut clone = self.devices[device].clone();
        clone.die();
        self.devices.push(clone);
        let device = self.devices.len() - 1;
        self.start(device);
        for _ in 0..5 {
            let at = self.dice.up_to(60_000);
            self.put_in(at, Event::Happens(Incident::Sells { device }));
        }
    }

    fn restore(&mut self) {
        checks::exactly_once(&self.server, &mut self.violations);
        self.restored = true;
        self.meet("restore");
        self.server.restore(&mut self.dice);
        self.looked_at.clear();
        self.answer_parked(true);
    }

    pub fn begin_calm(&mut self) {
        self.is_calm = true;
        self.server_is_up = true;
        for device in 0..self.devices.len() {
            self.befall(Incident::Links { device, requests_pass: true, answers_pass: true });
            self.befall(Incident::Starts { device });
        }
    }
}
