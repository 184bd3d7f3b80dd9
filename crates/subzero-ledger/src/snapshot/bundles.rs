//! Bundles: the entries that hang together, by naming each other or by being about one paper. A snapshot keeps all of a bundle or none of it,
//! so that whatever it keeps can be told in full.

use std::collections::{BTreeMap, BTreeSet};

use crate::entry::{Entry, Paper};
use crate::ids::EntryId;

/// Which entries hang together.
#[derive(Clone, Debug, Default)]
pub struct Bundles {
    /// Of each entry, one that is nearer to the first of its bundle; the first leads to itself.
    nearer: BTreeMap<EntryId, EntryId>,
    /// One of those that are about a paper.
    about: BTreeMap<Paper, EntryId>,
}

impl Bundles {
    /// Of these entries.
    pub fn of<'a>(entries: impl IntoIterator<Item = &'a Entry>) -> Self {
        let mut bundles = Self::default();
        for entry in entries {
            bundles.add(entry);
        }
        bundles
    }

    /// And of this one.
    pub fn add(&mut self, entry: &Entry) {
        let id = entry.header.id;
        for named in entry.body.named() {
            self.tie(id, named);
        }
        if let Some(paper) = entry.body.paper() {
            let other = *self.about.entry(paper).or_insert(id);
            self.tie(id, other);
        }
    }

    /// The first of the bundle of an entry: equal for those that hang together, and only for those.
    pub fn first(&mut self, id: EntryId) -> EntryId {
        let mut first = id;
        while let Some(nearer) = self.nearer.get(&first).copied().filter(|nearer| *nearer != first) {
            first = nearer;
        }
        let mut passed = id;
        while let Some(nearer) =
            self.nearer.insert(passed, first).filter(|nearer| *nearer != first && *nearer != passed)
        {
            passed = nearer;
        }
        first
    }

    /// These entries, of all, that hang together with any of some.
    pub fn with<'a>(
        &mut self,
        some: &BTreeSet<EntryId>,
        all: impl IntoIterator<Item = &'a Entry>,
    ) -> BTreeSet<EntryId> {
        let firsts: BTreeSet<EntryId> = some.iter().map(|id| self.first(*id)).collect();
        let ids = all.into_iter().map(|entry| entry.header.id);
        ids.filter(|id| some.contains(id) || firsts.contains(&self.first(*id))).collect()
    }

    fn tie(&mut self, one: EntryId, other: EntryId) {
        let (one, other) = (self.first(one), self.first(other));
        if one != other {
            self.nearer.insert(one.max(other), one.min(other));
        }
    }
}
