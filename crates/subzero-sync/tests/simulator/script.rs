//! What befalls the devices and the server in a run, written in advance from the seed.

use subzero_ledger::ids::ShopId;
use subzero_sync::backoff::Jitter;

use super::world::CALM_FROM_MS;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Incident {
    Sells { device: usize },
    Dies { device: usize },
    Starts { device: usize },
    LosesCache { device: usize },
    CannotRead { device: usize },
    Links { device: usize, requests_pass: bool, answers_pass: bool },
    ClockIsSet { device: usize, skew_ms: i64 },
    IsCloned { device: usize },
    ServerStops,
    ServerStarts,
    BacksUp,
    IsRestored,
    Reads { device: usize, shop: ShopId, may: bool },
}

/// Moments and incidents. Everything is undone by the time the faults stop.
pub fn write(seed: u64, dice: &mut Jitter) -> Vec<(u64, Incident)> {
    let mut incidents = Vec::new();
    for device in 0..3 {
        incidents.push((0, Incident::Starts { device }));
        for _ in 0..3 + dice.up_to(12) {
            incidents.push((dice.up_to(CALM_FROM_MS), Incident::Sells { device }));
        }
        for _ in 0..dice.up_to(2) {
            let at = dice.up_to(CALM_FROM_MS);
            incidents.push((at, Incident::Dies { device }));
            if dice.up_to(3) == 0 {
                incidents.push((at + 1, Incident::LosesCache { device }));
            }
        }
        for _ in 0..dice.up_to(3) {
            let (from, ms) = (dice.up_to(CALM_FROM_MS - 1), dice.up_to(180_000));
            let requests_pass = dice.up_to(2) == 0;
            incidents.push((from, Incident::Links { device, requests_pass, answers_pass: false }));
            let to = (from + ms).min(CALM_FROM_MS - 1);
            incidents.push((to, Incident::Links { device, requests_pass: true, answers_pass: true }));
        }
        if dice.up_to(2) == 0 {
            let days = i64::try_from(dice.up_to(6)).expect("small") - 3;
            let incident = Incident::ClockIsSet { device, skew_ms: days * 86_400_000 };
            incidents.push((dice.up_to(CALM_FROM_MS), incident));
        }
    }
    if dice.up_to(2) == 0 {
        let device = usize::try_from(dice.up_to(2)).expect("small");
        incidents.push((dice.up_to(CALM_FROM_MS - 1), Incident::IsCloned { device }));
    }
    if dice.up_to(3) == 0 {
        let from = dice.up_to(CALM_FROM_MS / 2);
        incidents.push((from, Incident::Reads { device: 2, shop: ShopId(1), may: false }));
        incidents.push((from + 100_000, Incident::Reads { device: 2, shop: ShopId(1), may: true }));
    }
    write_server(dice, &mut incidents);
    write_damage(seed, &mut incidents);
    incidents.sort_by_key(|(at, _)| *at);
    incidents
}

/// With dice of its own, and for every other seed only: what the other seeds have found before, they find again.
fn write_damage(seed: u64, incidents: &mut Vec<(u64, Incident)>) {
    let mut dice = Jitter::new(!seed);
    for device in (0..3).filter(|_| !seed.is_multiple_of(2)) {
        if dice.up_to(2) == 0 {
            incidents.push((dice.up_to(CALM_FROM_MS - 1), Incident::CannotRead { device }));
        }
    }
}

fn write_server(dice: &mut Jitter, incidents: &mut Vec<(u64, Incident)>) {
    for _ in 0..dice.up_to(2) {
        let from = dice.up_to(CALM_FROM_MS - 1);
        incidents.push((from, Incident::ServerStops));
        incidents.push((from + dice.up_to(60_000), Incident::ServerStarts));
    }
    if dice.up_to(1) == 0 {
        for _ in 0..dice.up_to(2) {
            incidents.push((dice.up_to(CALM_FROM_MS - 1), Incident::BacksUp));
        }
        for _ in 0..=dice.up_to(1) {
            incidents.push((dice.up_to(CALM_FROM_MS - 1), Incident::IsRestored));
        }
    }
}
