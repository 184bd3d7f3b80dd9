//! What the server said of own entries that are not simply stored.

use std::collections::BTreeMap;

use subzero_ledger::entry::Entry;
use subzero_ledger::instant::Instant;
use subzero_sync::wire::{QuarantineReason, Verdict};

use crate::visible::Visible;

/// Verdicts on own entries, by device sequence.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Verdicts(BTreeMap<u64, Verdict>);

impl FromIterator<(u64, Verdict)> for Verdicts {
    fn from_iter<I: IntoIterator<Item = (u64, Verdict)>>(verdicts: I) -> Self {
        Self(verdicts.into_iter().collect())
    }
}

/// Own entries that are on no server yet.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Unsent {
    /// How many.
    pub count: usize,
    /// When the oldest was recorded.
    pub oldest: Option<Instant>,
}

impl Verdicts {
    /// The entries that the server has quarantined, and why.
    pub fn quarantined(&self) -> impl Iterator<Item = (u64, QuarantineReason)> {
        self.0.iter().filter_map(|(dseq, verdict)| match verdict {
            Verdict::Quarantined { reason } => Some((*dseq, *reason)),
            Verdict::Ok | Verdict::Dup | Verdict::Flagged { .. } => None,
        })
    }

    /// Whether this one is.
    pub fn is_quarantined(&self, dseq: u64) -> bool {
        matches!(self.0.get(&dseq), Some(Verdict::Quarantined { .. }))
    }

    /// How many were stored and flagged.
    pub fn flagged(&self) -> usize {
        self.0.values().filter(|verdict| matches!(verdict, Verdict::Flagged { .. })).count()
    }

    /// The own entries that wait for a server, oldest first: those that it quarantined do not.
    pub fn waiting<'a>(&'a self, visible: &'a Visible) -> impl Iterator<Item = &'a Entry> {
        let unconfirmed = visible.unconfirmed();
        unconfirmed.filter(|(dseq, _)| !self.is_quarantined(*dseq)).map(|(_, entry)| entry)
    }

    /// How many wait, and since when.
    pub fn unsent(&self, visible: &Visible) -> Unsent {
        self.waiting(visible).fold(Unsent::default(), |unsent, entry| Unsent {
            count: unsent.count.saturating_add(1),
            oldest: Some(unsent.oldest.map_or(entry.header.at, |oldest| oldest.min(entry.header.at))),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use subzero_ledger::entry::Mode;
    use subzero_ledger::practice::{self, Names};
    use subzero_sync::records::Own;
    use subzero_sync::wire::EntryBytes;

    #[test]
    fn what_the_server_quarantined_waits_for_nobody() {
        let at = Instant::from_unix_ms(1_000).unwrap();
        let names = Names { shop: "A", other_shop: "B", register: "R", person: "P", order: "O" };
        let entries = practice::opening(names, Mode::Allow, at);
        let count = entries.len();
        let own = (1..).zip(&entries).map(|(dseq, entry)| Own { dseq, body: EntryBytes(entry.encode().unwrap()) });
        let mut visible = Visible::default();
        visible.add_own(own.collect());
        assert_eq!(
            Verdicts::default().unsent(&visible),
            Unsent { count, oldest: entries.iter().map(|e| e.header.at).min() }
        );
        let reason = QuarantineReason::OtherShop;
        let verdicts: Verdicts =
            [(1, Verdict::Quarantined { reason }), (2, Verdict::Flagged { flags: Vec::new() }), (3, Verdict::Ok)]
                .into_iter()
                .collect();
        assert_eq!(verdicts.unsent(&visible).count, count - 1);
        assert_eq!(verdicts.quarantined().collect::<Vec<_>>(), [(1, reason)]);
        assert_eq!((verdicts.is_quarantined(1), verdicts.is_quarantined(2), verdicts.flagged()), (true, false, 1));
    }
}
