//! What many runs came to.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::cells::Cells;
use crate::checks::Invariant;
use crate::mutant::Mutant;
use crate::world::{Mode, run};

/// What some seeds came to.
#[derive(Clone, Debug, Default)]
pub struct Findings {
    /// The first seed that broke an invariant, and how.
    pub by_invariant: BTreeMap<Invariant, (u64, String)>,
    /// The seeds that broke any.
    pub broken: Vec<u64>,
    /// The seeds whose second run was another.
    pub unequal: Vec<u64>,
    /// How many seeds.
    pub seeds: u64,
    /// How many events, in the first run of each.
    pub steps: u64,
    /// How many entries were shown as recorded.
    pub entries: usize,
    /// What the runs went through, and how often.
    pub met: BTreeMap<&'static str, usize>,
    /// Which operation met which fault.
    pub cells: Cells,
}

impl Findings {
    /// Runs one seed twice.
    pub fn of(seed: u64) -> Self {
        let first = run(seed, Mutant::None, Mode::Check);
        let is_equal = first.hash == run(seed, Mutant::None, Mode::Repeat).hash;
        let is_broken = !first.violations.is_empty();
        Self {
            by_invariant: first.violations.into_iter().map(|(invariant, says)| (invariant, (seed, says))).collect(),
            broken: if is_broken { vec![seed] } else { Vec::new() },
            unequal: if is_equal { Vec::new() } else { vec![seed] },
            seeds: 1,
            steps: first.steps,
            entries: first.entries,
            met: first.met,
            cells: first.cells,
        }
    }

    /// Runs seeds on as many threads. `tell` hears of each that is done.
    pub fn of_all(seeds: Range<u64>, threads: u64, tell: &(dyn Fn() + Sync)) -> Self {
        std::thread::scope(|scope| {
            let start = |thread| {
                let own = seeds.clone().filter(move |seed| seed % threads == thread);
                scope.spawn(move || {
                    own.fold(Self::default(), |findings, seed| {
                        tell();
                        findings.and(Self::of(seed))
                    })
                })
            };
            let running: Vec<_> = (0..threads).map(start).collect();
            running.into_iter().map(|one| one.join().expect("a run panicked")).fold(Self::default(), Self::and)
        })
    }

    /// Both together.
    #[must_use]
    pub fn and(mut self, later: Self) -> Self {
        for (invariant, finding) in later.by_invariant {
            let first = self.by_invariant.entry(invariant).or_insert_with(|| finding.clone());
            if finding.0 < first.0 {
                *first = finding;
            }
        }
        for (what, times) in later.met {
            *self.met.entry(what).or_default() += times;
        }
        self.broken.extend(later.broken);
        self.unequal.extend(later.unequal);
        self.seeds += later.seeds;
        self.steps += later.steps;
        self.entries += later.entries;
        self.cells.add(&later.cells);
        self
    }
}

/// The first seed, if any within its number of them, in which a planted bug is found.
pub fn hunt(mutant: Mutant) -> Option<(u64, Invariant)> {
    (0..mutant.within()).find_map(|seed| {
        let violations = run(seed, mutant, Mode::Check).violations;
        let invariant = mutant.breaks().iter().find(|invariant| violations.contains_key(invariant))?;
        Some((seed, *invariant))
    })
}
