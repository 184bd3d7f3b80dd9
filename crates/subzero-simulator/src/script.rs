//! What befalls the devices and the server in a run, written in advance from the seed.

use subzero_ledger::ids::ShopId;
use subzero_sync::backoff::Jitter;

use crate::device::Device;
use crate::world::CALM_FROM_MS;

const YEAR_MS: i64 = 365 * 86_400_000;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Incident {
    Sells {
        device: usize,
    },
    Dies {
        device: usize,
    },
    LosesPower {
        device: usize,
    },
    Starts {
        device: usize,
    },
    Closes {
        device: usize,
    },
    LosesCache {
        device: usize,
    },
    CannotRead {
        device: usize,
    },
    RunsFull {
        device: usize,
    },
    HasRoom {
        device: usize,
    },
    Links {
        device: usize,
        requests_pass: bool,
        answers_pass: bool,
    },
    Pushes {
        device: usize,
        pass: bool,
    },
    ClockIsSet {
        device: usize,
        skew_ms: i64,
    },
    IsCloned {
        device: usize,
    },
    TakesImage {
        device: usize,
    },
    IsSetBack {
        device: usize,
    },
    IsEvicted {
        device: usize,
    },
    ServerStops,
    ServerStarts,
    BacksUp,
    IsRestored,
    Reads {
        device: usize,
        shop: ShopId,
        may: bool,
    },
    MonthPasses,
    /// An owner ends a register's access …
    IsRemoved {
        device: usize,
    },
    /// … or lets it in again, as the register it was.
    IsPairedAgain {
        device: usize,
    },
    /// The same, with a code that an owner has made.
    TypesCode {
        device: usize,
        code: u64,
    },
    /// A thief does what they like with a register that was stolen.
    ThiefActs,
    /// An owner ends the access of the register that was stolen.
    TheftIsKnown,
    ServerClockIsSet {
        skew_ms: i64,
    },
    /// Both owners step down at once, each on a till without a network.
    OwnersStepDown {
        tills: [usize; 2],
    },
}

/// The tills and phones of a run: one till in each shop, one in both, perhaps another one in the first and a phone that only reads.
pub fn devices(dice: &mut Jitter) -> Vec<Device> {
    let mut devices = vec![Device::new(1, &[1]), Device::new(2, &[2]), Device::new(3, &[1, 2])];
    if dice.up_to(2) == 0 {
        devices.push(Device::new(4, &[1]));
    }
    if dice.up_to(1) == 0 {
        devices.push(Device::new(5, &[]));
    }
    devices
}

/// Moments and incidents. Everything is undone by the time the faults stop.
pub fn write(devices: &[Device], dice: &mut Jitter) -> Vec<(u64, Incident)> {
    let mut script = Script { dice, incidents: Vec::new() };
    for (device, kind) in devices.iter().enumerate() {
        script.add(0, Incident::Starts { device });
        if !kind.sells_in.is_empty() {
            script.write_till(device);
        }
        script.write_device(device);
    }
    script.write_server(devices.len() as u64);
    let mut incidents = script.incidents;
    incidents.sort_by_key(|(at, _)| *at);
    incidents
}

struct Script<'d> {
    dice: &'d mut Jitter,
    incidents: Vec<(u64, Incident)>,
}

impl Script<'_> {
    fn add(&mut self, at: u64, incident: Incident) {
        self.incidents.push((at, incident));
    }

    /// At some moment before the faults stop.
    fn at(&mut self) -> u64 {
        self.dice.up_to(CALM_FROM_MS - 1)
    }

    fn add_somewhere(&mut self, incident: Incident) {
        let at = self.at();
        self.add(at, incident);
    }

    fn one_in(&mut self, count: u64) -> bool {
        self.dice.up_to(count - 1) == 0
    }

    /// Begins, and ends before the faults stop.
    fn add_for_a_while(&mut self, begins: Incident, ends: Incident, ms_max: u64) {
        let (from, ms) = (self.at(), self.dice.up_to(ms_max));
        self.add(from, begins);
        self.add((from + ms).min(CALM_FROM_MS - 1), ends);
    }

    fn write_till(&mut self, device: usize) {
        for _ in 0..3 + self.dice.up_to(12) {
            self.add_somewhere(Incident::Sells { device });
        }
        if self.one_in(8) {
            self.add_somewhere(Incident::IsCloned { device });
        }
        if self.one_in(12) {
            let at = self.at();
            self.add(at / 2, Incident::TakesImage { device });
            self.add(at, Incident::IsSetBack { device });
        }
        let fate = self.dice.up_to(11);
        if fate == 0 {
            self.add_somewhere(Incident::IsEvicted { device });
        } else if fate == 1 {
            // For long enough that the server has heard of what is not sent.
            self.add(0, Incident::Pushes { device, pass: false });
            let evicted = CALM_FROM_MS - 1 - self.dice.up_to(60_000);
            self.add(evicted, Incident::IsEvicted { device });
        }
        if self.one_in(6) {
            self.add_for_a_while(Incident::IsRemoved { device }, Incident::IsPairedAgain { device }, 120_000);
        }
        if self.one_in(5) {
            self.add_for_a_while(Incident::RunsFull { device }, Incident::HasRoom { device }, 60_000);
        }
    }

    fn write_device(&mut self, device: usize) {
        for _ in 0..self.dice.up_to(2) {
            let at = self.at();
            let incident = if self.one_in(2) { Incident::Dies { device } } else { Incident::LosesPower { device } };
            self.add(at, incident);
            if self.one_in(4) {
                self.add(at + 1, Incident::LosesCache { device });
            }
        }
        for _ in 0..self.dice.up_to(3) {
            let requests_pass = self.one_in(3);
            let begins = Incident::Links { device, requests_pass, answers_pass: false };
            let ends = Incident::Links { device, requests_pass: true, answers_pass: true };
            self.add_for_a_while(begins, ends, 180_000);
        }
        for _ in 0..self.dice.up_to(2) {
            let days = i64::try_from(self.dice.up_to(80)).expect("small") - 40;
            self.add_somewhere(Incident::ClockIsSet { device, skew_ms: days * 86_400_000 });
        }
        if self.one_in(4) {
            self.add_somewhere(Incident::CannotRead { device });
        }
    }

    fn write_thief(&mut self) {
        for _ in 0..3 + self.dice.up_to(6) {
            self.add_somewhere(Incident::ThiefActs);
        }
        let known = self.at() / 2;
        self.add(known, Incident::TheftIsKnown);
    }

    /// Two tills, the second and the third: each records it and learns of the other's later.
    fn write_owners(&mut self) {
        let (at, tills) = (self.at(), [1, 2]);
        let ends = (at + self.dice.up_to(60_000)).min(CALM_FROM_MS - 1);
        for device in tills {
            self.add(at, Incident::Links { device, requests_pass: false, answers_pass: false });
            self.add(ends, Incident::Links { device, requests_pass: true, answers_pass: true });
        }
        self.add(at, Incident::OwnersStepDown { tills });
    }

    fn write_server(&mut self, devices: u64) {
        for _ in 0..self.dice.up_to(2) {
            self.add_for_a_while(Incident::ServerStops, Incident::ServerStarts, 60_000);
        }
        if self.one_in(2) {
            for _ in 0..self.dice.up_to(2) {
                self.add_somewhere(Incident::BacksUp);
            }
            for _ in 0..=self.dice.up_to(1) {
                self.add_somewhere(Incident::IsRestored);
            }
        }
        for _ in 0..self.dice.up_to(2) {
            let device = usize::try_from(self.dice.up_to(devices - 1)).expect("small");
            let shop = ShopId(1 + u32::from(self.one_in(2)));
            let (begins, ends) =
                (Incident::Reads { device, shop, may: false }, Incident::Reads { device, shop, may: true });
            self.add_for_a_while(begins, ends, 200_000);
        }
        if self.one_in(2) {
            // Early enough that what goes after it goes amid faults.
            let at = CALM_FROM_MS / 8 + self.dice.up_to(CALM_FROM_MS / 4);
            self.add(at, Incident::MonthPasses);
            if self.one_in(2) {
                self.add_somewhere(Incident::MonthPasses);
            }
            if self.one_in(2) {
                let restored = CALM_FROM_MS - 1 - self.dice.up_to(60_000);
                self.add(restored, Incident::IsRestored);
            }
        }
        if self.one_in(3) {
            let skew_ms = if self.one_in(2) { YEAR_MS } else { -YEAR_MS };
            let right = Incident::ServerClockIsSet { skew_ms: 0 };
            self.add_for_a_while(Incident::ServerClockIsSet { skew_ms }, right, 300_000);
        }
        if self.one_in(2) {
            self.write_thief();
        }
        if self.one_in(3) {
            self.write_owners();
        }
    }
}
