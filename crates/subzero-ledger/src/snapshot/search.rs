//! Looking for what is lacking among all older rows, without keeping them: each is seen once, and asked about once all have been.

use std::collections::BTreeSet;

use super::{Bundles, Lacking};
use crate::entry::Entry;
use crate::ids::EntryId;

/// A search that has not seen everything yet.
#[derive(Clone, Debug)]
pub struct Search<'a> {
    lacking: &'a Lacking,
    bundles: Bundles,
    asked_for: BTreeSet<EntryId>,
}

/// What was found: whole bundles.
#[derive(Clone, Debug)]
pub struct Found {
    bundles: Bundles,
    asked_for: BTreeSet<EntryId>,
    firsts: BTreeSet<EntryId>,
}

impl<'a> Search<'a> {
    /// For what is lacking.
    pub fn of(lacking: &'a Lacking) -> Self {
        Self { lacking, bundles: Bundles::default(), asked_for: BTreeSet::new() }
    }

    /// Sees an older entry, in whatever order.
    pub fn see(&mut self, entry: &Entry) {
        self.bundles.add(entry);
        let (id, shop) = (entry.header.id, entry.header.shop);
        let of_stock = || entry.body.items().into_iter().any(|item| self.lacking.stocks.contains(&(item, shop)));
        let of_paper = || entry.body.paper().is_some_and(|paper| self.lacking.papers.contains(&paper));
        if self.lacking.entries.contains(&id) || of_stock() || of_paper() {
            self.asked_for.insert(id);
        }
    }

    /// All have been seen.
    pub fn end(mut self) -> Found {
        let firsts = self.asked_for.iter().map(|id| self.bundles.first(*id)).collect();
        Found { bundles: self.bundles, asked_for: self.asked_for, firsts }
    }
}

impl Found {
    /// Whether an entry is lacking, or hangs together with one that is.
    pub fn holds(&mut self, id: EntryId) -> bool {
        self.asked_for.contains(&id) || self.firsts.contains(&self.bundles.first(id))
    }
}
