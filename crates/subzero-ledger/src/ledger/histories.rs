//! The histories of a ledger: those that it began with stay as bytes until somebody asks for one.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use crate::history::{CheckpointEvery, History};
use crate::ids::{ItemId, ShopId};
use crate::snapshot::Packed;

/// An item, and the first shop of those that its history covers.
pub(super) type KeptUnder = (ItemId, ShopId);

/// Histories by what they are kept under.
#[derive(Clone, Debug, Default)]
pub(super) struct Histories {
    places: BTreeMap<KeptUnder, Place>,
    packed: Option<Arc<Packed>>,
    every: CheckpointEvery,
}

/// One that was opened, or can be.
#[derive(Clone, Debug, Default)]
struct Place {
    /// In a box: most are never opened.
    open: OnceLock<Box<History>>,
    /// Its number among those that are packed.
    packed: Option<u32>,
}

impl Histories {
    pub fn new(every: CheckpointEvery) -> Self {
        Self { every, ..Self::default() }
    }

    /// Those that are packed, by their numbers.
    pub fn begin(packed: Arc<Packed>, numbers: impl IntoIterator<Item = (KeptUnder, u32)>) -> Self {
        let place = |number| Place { packed: Some(number), ..Place::default() };
        let places = numbers.into_iter().map(|(kept_under, number)| (kept_under, place(number))).collect();
        Self { places, packed: Some(packed), every: CheckpointEvery::default() }
    }

    /// One of them. It stays open from now on.
    pub fn get(&self, kept_under: KeptUnder) -> Option<&History> {
        let place = self.places.get(&kept_under)?;
        Some(place.open.get_or_init(|| Box::new(unpacked(self.packed.as_deref(), place.packed, self.every))))
    }

    /// One of them, which is not opened for this if it is not: for whoever looks at many.
    pub fn peek(&self, kept_under: KeptUnder) -> Option<Cow<'_, History>> {
        let place = self.places.get(&kept_under)?;
        let open = place.open.get().map(|history| Cow::Borrowed(history.as_ref()));
        Some(open.unwrap_or_else(|| Cow::Owned(unpacked(self.packed.as_deref(), place.packed, self.every))))
    }

    /// Changes one of them, if it is there.
    pub fn change_known<T>(&mut self, kept_under: KeptUnder, change: impl FnOnce(&mut History) -> T) -> Option<T> {
        let place = self.places.get_mut(&kept_under)?;
        Some(place.change(self.packed.as_deref(), self.every, change))
    }

    /// Changes one of them; a new one where there was none.
    pub fn change<T>(&mut self, kept_under: KeptUnder, change: impl FnOnce(&mut History) -> T) -> T {
        let place = self.places.entry(kept_under).or_default();
        place.change(self.packed.as_deref(), self.every, change)
    }

    /// Takes one out; a new one where there was none.
    pub fn take(&mut self, kept_under: KeptUnder) -> History {
        let place = self.places.remove(&kept_under).unwrap_or_default();
        *place.into_history(self.packed.as_deref(), self.every)
    }

    /// Puts one in.
    pub fn put(&mut self, kept_under: KeptUnder, history: History) {
        self.places.insert(kept_under, Place { open: Box::new(history).into(), packed: None });
    }

    /// Those that are open, or were never packed: what has been going on in the others is in their bases.
    pub fn open(&self) -> impl Iterator<Item = &History> {
        self.places.values().filter_map(|place| place.open.get()).map(Box::as_ref)
    }
}

impl Place {
    fn change<T>(&mut self, all: Option<&Packed>, every: CheckpointEvery, change: impl FnOnce(&mut History) -> T) -> T {
        let mut history = std::mem::take(self).into_history(all, every);
        let changed = change(&mut history);
        self.open = history.into();
        changed
    }

    fn into_history(self, all: Option<&Packed>, every: CheckpointEvery) -> Box<History> {
        let packed = self.packed;
        self.open.into_inner().unwrap_or_else(|| Box::new(unpacked(all, packed, every)))
    }
}

fn unpacked(all: Option<&Packed>, packed: Option<u32>, every: CheckpointEvery) -> History {
    let bases = all.zip(packed).map(|(all, number)| all.open(number));
    History::on(bases.unwrap_or_default(), every)
}
