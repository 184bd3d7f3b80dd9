//! What befalls whom, from a seed: storms, each of a few faults that overlap, until somebody has had enough.

use std::fmt;

use subzero_sync::backoff::Jitter;

/// The longest that a fault lasts, in milliseconds.
const LASTS_MAX_MS: u64 = 4_000;
/// The least.
const LASTS_MIN_MS: u64 = 300;
/// How long after the first of a storm the last may begin.
const APART_MAX_MS: u64 = 1_500;

/// What goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fault {
    /// A server process is killed, and started again later.
    Kill,
    /// A server process stands still.
    Freeze,
    /// There is no room on a server's disk.
    DiskFull,
    /// Every call to a server's disk fails.
    DiskBroken,
    /// A server's clock is more than a year ahead.
    ClockAhead,
    /// A server's clock is more than a year behind.
    ClockBehind,
    /// Whatever goes through the network takes its time.
    Slow,
    /// Connections break in the middle of what they carry.
    Cut,
    /// Connections carry nothing any more in one direction.
    HalfClose,
    /// Nothing that is sent arrives, and nobody is told.
    Silence,
    /// The server is lost, and a backup from before the storm takes its place.
    Restore,
    /// Tills end where they are, and begin again from what they have kept.
    TillKill,
    /// The same, and what they had of the server is gone.
    CacheLost,
}

impl Fault {
    /// Every one.
    pub const ALL: [Self; 13] = [
        Self::Kill,
        Self::Freeze,
        Self::DiskFull,
        Self::DiskBroken,
        Self::ClockAhead,
        Self::ClockBehind,
        Self::Slow,
        Self::Cut,
        Self::HalfClose,
        Self::Silence,
        Self::Restore,
        Self::TillKill,
        Self::CacheLost,
    ];

    /// Whether only a server with a database file of its own can meet it here.
    pub const fn is_of_files(self) -> bool {
        matches!(self, Self::DiskFull | Self::DiskBroken | Self::Restore)
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Kill => "server killed",
            Self::Freeze => "server frozen",
            Self::DiskFull => "disk full",
            Self::DiskBroken => "disk broken",
            Self::ClockAhead => "clock ahead",
            Self::ClockBehind => "clock behind",
            Self::Slow => "slow network",
            Self::Cut => "connections cut",
            Self::HalfClose => "connections half closed",
            Self::Silence => "network silent",
            Self::Restore => "backup restored",
            Self::TillKill => "tills killed",
            Self::CacheLost => "tills' copies lost",
        })
    }
}

/// One fault of a storm.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Blow {
    /// When, after the storm has begun.
    pub at_ms: u64,
    /// What.
    pub fault: Fault,
    /// For how long.
    pub lasts_ms: u64,
    /// Which server, which tills.
    pub whom: u64,
}

/// What begins or ends in a storm.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    /// From now on it is so.
    Begin(Blow),
    /// It is over.
    End(Blow),
}

/// A few faults, with nothing between them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Storm(pub Vec<Blow>);

impl Storm {
    /// All that happens, in order, each with its moment.
    pub fn acts(&self) -> Vec<(u64, Act)> {
        let both = |&blow: &Blow| [(blow.at_ms, Act::Begin(blow)), (blow.at_ms + blow.lasts_ms, Act::End(blow))];
        let mut acts: Vec<(u64, Act)> = self.0.iter().flat_map(both).collect();
        acts.sort_by_key(|(at, _)| *at);
        acts
    }

    /// Whether this is among it.
    pub fn has(&self, fault: Fault) -> bool {
        self.0.iter().any(|blow| blow.fault == fault)
    }
}

impl fmt::Display for Storm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let blow = |blow: &Blow| format!("{} {} ms at {} ms", blow.fault, blow.lasts_ms, blow.at_ms);
        f.write_str(&self.0.iter().map(blow).collect::<Vec<_>>().join(", "))
    }
}

/// Storms without end. Faults are dealt like cards: each comes once before any comes again.
#[derive(Clone, Debug)]
pub struct Schedule {
    dice: Jitter,
    all: Vec<Fault>,
    deck: Vec<Fault>,
}

impl Schedule {
    /// With these faults.
    pub const fn new(seed: u64, all: Vec<Fault>) -> Self {
        Self { dice: Jitter::new(seed), all, deck: Vec::new() }
    }

    fn deal(&mut self) -> Fault {
        if self.deck.is_empty() {
            self.deck.clone_from(&self.all);
        }
        let place = usize::try_from(self.dice.up_to(self.deck.len() as u64 - 1)).unwrap_or(0);
        self.deck.swap_remove(place)
    }
}

impl Iterator for Schedule {
    type Item = Storm;

    fn next(&mut self) -> Option<Storm> {
        let mut blows = Vec::new();
        for _ in 0..=self.dice.up_to(2) {
            let fault = self.deal();
            let at_ms = if blows.is_empty() { 0 } else { self.dice.up_to(APART_MAX_MS) };
            let lasts_ms = LASTS_MIN_MS + self.dice.up_to(LASTS_MAX_MS - LASTS_MIN_MS);
            blows.push(Blow { at_ms, fault, lasts_ms, whom: self.dice.up_to(u64::MAX) });
        }
        Some(Storm(blows))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_always_leads_to_the_same_storms() {
        let storms = |seed| Schedule::new(seed, Fault::ALL.to_vec()).take(50).collect::<Vec<_>>();
        assert_eq!(storms(7), storms(7));
        assert_ne!(storms(7), storms(8));
    }

    #[test]
    fn every_fault_comes_before_any_comes_again() {
        let blows = Schedule::new(3, Fault::ALL.to_vec()).take(40).flat_map(|storm| storm.0);
        let mut first: Vec<Fault> = blows.map(|blow| blow.fault).take(Fault::ALL.len()).collect();
        first.sort();
        assert_eq!(first, Fault::ALL);
    }

    #[test]
    fn whatever_begins_ends_after_it() {
        for storm in Schedule::new(5, Fault::ALL.to_vec()).take(50) {
            let acts = storm.acts();
            assert!(acts.is_sorted_by_key(|(at, _)| *at));
            for blow in storm.0 {
                let place = |act| acts.iter().position(|(_, other)| *other == act);
                assert!(place(Act::Begin(blow)) < place(Act::End(blow)));
            }
        }
    }
}
