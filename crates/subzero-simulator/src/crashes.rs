//! One fixed scenario, run once for each place where it can end: with a crash exactly there, and with a loss of power.
//!
//! A till starts, sells, pushes, stores the ack and pulls; the server is restored and healed; the till is cloned, both sell, and the fork
//! is mended; a month passes, and what has had its time goes. Beside it a phone reads.

use std::collections::BTreeMap;

use subzero_sync::backoff::Jitter;

use crate::checks::{self, Invariant};
use crate::device::Device;
use crate::mutant::Mutant;
use crate::script::Incident;
use crate::world::{Ending, Event, Mode, Run, World};

/// Until then the scenario may end anywhere.
const SCENARIO_MS: u64 = 420_000;
/// By then every outbox must be empty.
const EMPTY_BY_MS: u64 = SCENARIO_MS + 5 * 60_000;
const SEED: u64 = 1;

/// What the runs came to.
#[derive(Clone, Debug, Default)]
pub struct Crashes {
    /// The places where the scenario can end.
    pub boundaries: u64,
    /// How many runs: two for each of them.
    pub runs: u64,
    /// How many events in all of them.
    pub steps: u64,
    /// What was broken: where, by which ending, and how.
    pub broken: Vec<String>,
    /// What the scenario goes through when nothing ends it.
    pub met: BTreeMap<&'static str, usize>,
}

/// Runs the scenario as it is, and then once for every place and ending.
pub fn everywhere() -> Crashes {
    let (boundaries, as_it_is) = scenario(None);
    let mut crashes = Crashes { boundaries, met: as_it_is.met.clone(), ..Crashes::default() };
    crashes.take("nowhere", as_it_is);
    for at in 1..=boundaries {
        for ending in [Ending::Crash, Ending::PowerLoss] {
            let (_, run) = scenario(Some((at, ending)));
            crashes.take(&format!("{ending:?} at {at}"), run);
        }
    }
    crashes
}

impl Crashes {
    fn take(&mut self, wherever: &str, run: Run) {
        self.runs += 1;
        self.steps += run.steps;
        let broken = run.violations.into_iter();
        self.broken.extend(broken.map(|(invariant, says)| format!("{wherever}: {invariant:?}: {says}")));
    }
}

/// How many places there were until the scenario was over, and what came of it.
fn scenario(ends: Option<(u64, Ending)>) -> (u64, Run) {
    let (till, phone) = (0, 1);
    let devices = vec![Device::new(1, &[1]), Device::new(5, &[])];
    let mut world = World::new(devices, Jitter::new(SEED), Mutant::None, Mode::Check);
    (world.is_calm, world.is_plain, world.ends) = (true, true, ends);
    (world.server.entries_max, world.server.rows_max) = (3, 4);
    let sells = [1_000, 2_000, 2_500, 12_000, 25_000, 130_000, 140_000, 205_000, 300_000, 400_000];
    let incidents = [
        (0, Incident::Starts { device: till }),
        (0, Incident::Starts { device: phone }),
        (20_000, Incident::BacksUp),
        (40_000, Incident::IsRestored),
        (60_000, Incident::IsCloned { device: till }),
        (200_000, Incident::MonthPasses),
    ];
    for (at, incident) in sells.map(|at| (at, Incident::Sells { device: till })).into_iter().chain(incidents) {
        world.put_at(at, Event::Happens(incident));
    }
    world.run_until(SCENARIO_MS);
    let boundaries = world.boundaries;
    if ends.is_some_and(|(at, _)| at > boundaries) {
        checks::note(&mut world.violations, Invariant::I9, || "the run never got to where it was to end".to_owned());
    }
    world.put_at(EMPTY_BY_MS, Event::MustBeEmpty);
    world.run_until(EMPTY_BY_MS + 60_000);
    (boundaries, world.end())
}
