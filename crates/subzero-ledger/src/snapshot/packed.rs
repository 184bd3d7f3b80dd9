//! The histories that have a base, as the bytes that they were written as: each is read when somebody asks for it. A business has hundreds of
//! thousands of them, and a day touches few.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::Arc;

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::bases::{Named, Numbers, ShopFrames, lines_of, rows_of};
use super::{Shops, SnapshotError};
use crate::history::Base;
use crate::ids::{EmployeeId, EntryId, ItemId, ShopId};
use crate::instant::Instant;

/// Histories that have a base.
#[derive(Clone, Debug)]
pub(crate) struct Packed {
    horizon: Instant,
    named: Named,
    /// What they are in: of a snapshot that was read, all of it.
    bytes: Arc<Vec<u8>>,
    span: Range<usize>,
    places: Vec<Place>,
    shops: Vec<(ShopId, Held)>,
}

/// Where one of them is.
#[derive(Clone, Debug)]
struct Place {
    item: ItemId,
    /// Among the bytes.
    bytes: Range<u32>,
    /// Its shops among those of all.
    shops: Range<u32>,
}

/// What a shop has in a history.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Held {
    /// No base.
    Nothing,
    /// A base of nothing or more.
    Stock,
    /// A base below zero.
    Shortage,
}

impl Held {
    fn of(base: Option<&Base>) -> Self {
        match base {
            None => Self::Nothing,
            Some(base) if base.stock.on_hand().is_negative() => Self::Shortage,
            Some(_) => Self::Stock,
        }
    }
}

/// One of them, before it is read.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Header<'a> {
    /// What it is asked for by.
    pub number: u32,
    /// Of what it is.
    pub item: ItemId,
    /// All shops that it covers.
    pub shops: &'a [(ShopId, Held)],
}

/// How much of bytes is checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Check {
    /// That they are sound.
    Sound,
    /// That they are sound, and as they would be written again.
    Canonical,
}

impl Packed {
    /// Writes them.
    pub fn of(histories: &BTreeMap<ItemId, Vec<Shops>>, horizon: Instant) -> Result<Self, SnapshotError> {
        let bases = || histories.values().flatten().flat_map(BTreeMap::values).flatten();
        let entries: BTreeSet<EntryId> = bases().flat_map(lines_of).map(|line| line.entry).collect();
        let people: BTreeSet<EmployeeId> = bases().flat_map(rows_of).map(|kept| kept.said.employee).collect();
        let named = Named { entries: entries.into_iter().collect(), people: people.into_iter().collect() };
        let numbers = Numbers::of(&named);
        let mut bytes = written(&histories.len(), Vec::new())?;
        let (mut places, mut shops) = (Vec::new(), Vec::new());
        for (item, of_item) in histories {
            bytes = written(&of_item.len(), written(item, bytes)?)?;
            for history in of_item {
                let from = number(bytes.len())?;
                bytes = written(&numbers.shops(history), bytes)?;
                let of_shops = add_shops(&mut shops, history)?;
                places.push(Place { item: *item, bytes: from..number(bytes.len())?, shops: of_shops });
            }
        }
        Ok(Self { horizon, named, span: 0..bytes.len(), bytes: Arc::new(bytes), places, shops })
    }

    /// Reads each of them once, from a place in bytes on.
    pub(super) fn read(
        bytes: Arc<Vec<u8>>,
        from: usize,
        named: Named,
        horizon: Instant,
        check: Check,
    ) -> Result<Self, SnapshotError> {
        let mut reader = Reader { bytes: &bytes, at: from, check };
        let mut canonical = (check == Check::Canonical).then(|| Canonical::of(&named)).transpose()?;
        let (mut places, mut shops) = (Vec::new(), Vec::new());
        let mut last = None;
        for _ in 0..reader.take::<usize>()? {
            let item = reader.take::<ItemId>()?;
            if last.replace(item).is_some_and(|last| last >= item) {
                return Err(SnapshotError::NotCanonical);
            }
            let of_item = Covered::default();
            let of_item = (0..reader.take::<usize>()?).try_fold(of_item, |mut covered, _| {
                let from = reader.at;
                let history = named.shops(reader.take_shops()?, horizon)?;
                covered.add(&history)?;
                if let Some(canonical) = &mut canonical {
                    canonical.see(&history, bytes.get(from..reader.at).unwrap_or_default())?;
                }
                let bytes = number(from)?..number(reader.at)?;
                places.push(Place { item, bytes, shops: add_shops(&mut shops, &history)? });
                Ok::<_, SnapshotError>(covered)
            })?;
            if of_item.shops.is_empty() {
                return Err(SnapshotError::NotCanonical);
            }
        }
        if canonical.is_some_and(|canonical| !canonical.has_seen_all()) {
            return Err(SnapshotError::NotCanonical);
        }
        places.shrink_to_fit();
        shops.shrink_to_fit();
        let span = from..reader.at;
        Ok(Self { horizon, named, bytes, span, places, shops })
    }

    /// What is named in them.
    pub(super) const fn named(&self) -> &Named {
        &self.named
    }

    /// As they are written.
    pub(super) fn bytes(&self) -> &[u8] {
        self.bytes.get(self.span.clone()).unwrap_or_default()
    }

    /// Where they end in what they were read from.
    pub(super) const fn end(&self) -> usize {
        self.span.end
    }

    /// How many bases there are.
    pub(super) fn bases(&self) -> usize {
        self.shops.iter().filter(|(_, held)| *held != Held::Nothing).count()
    }

    /// All of them, by item and first shop.
    pub fn headers(&self) -> impl Iterator<Item = Header<'_>> {
        (0..=u32::MAX).zip(&self.places).map(|(number, place)| {
            let shops = self.shops.get(usize_of(&place.shops)).unwrap_or_default();
            Header { number, item: place.item, shops }
        })
    }

    /// What the shops of one of them begin with. Each was checked before, or made here.
    pub fn open(&self, number: u32) -> BTreeMap<ShopId, Base> {
        let place = usize::try_from(number).ok().and_then(|number| self.places.get(number));
        let bytes = place.and_then(|place| self.bytes.get(usize_of(&place.bytes))).unwrap_or_default();
        let shops = Reader { bytes, at: 0, check: Check::Sound }
            .take_shops()
            .and_then(|shops| self.named.shops(shops, self.horizon));
        let shops = shops.unwrap_or_default().into_iter();
        shops.filter_map(|(shop, base)| Some((shop, base?))).collect()
    }
}

impl PartialEq for Packed {
    fn eq(&self, other: &Self) -> bool {
        self.horizon == other.horizon && self.named == other.named && self.bytes() == other.bytes()
    }
}

impl Eq for Packed {}

/// Reads one value after the other.
struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
    check: Check,
}

impl<'a> Reader<'a> {
    fn take<T: Serialize + DeserializeOwned>(&mut self) -> Result<T, SnapshotError> {
        let (value, rest) = postcard::take_from_bytes(self.rest()).map_err(|_| SnapshotError::Frame)?;
        let from = std::mem::replace(&mut self.at, self.bytes.len().saturating_sub(rest.len()));
        let is_as_written = |bytes| Ok::<_, SnapshotError>(written(&value, Vec::new())? == bytes);
        if self.check == Check::Canonical && !is_as_written(self.bytes.get(from..self.at).unwrap_or_default())? {
            return Err(SnapshotError::NotCanonical);
        }
        Ok(value)
    }

    fn take_shops(&mut self) -> Result<ShopFrames<'a>, SnapshotError> {
        let (value, rest) = postcard::take_from_bytes(self.rest()).map_err(|_| SnapshotError::Frame)?;
        self.at = self.bytes.len().saturating_sub(rest.len());
        Ok(value)
    }

    fn rest(&self) -> &'a [u8] {
        self.bytes.get(self.at..).unwrap_or_default()
    }
}

/// The shops that the histories of one item cover.
#[derive(Default)]
struct Covered {
    shops: BTreeSet<ShopId>,
    first: Option<ShopId>,
}

impl Covered {
    /// One more, which comes after the others; it has a base, and each of its lines that went short is there once.
    fn add(&mut self, history: &Shops) -> Result<(), SnapshotError> {
        let first = history.keys().next().copied();
        let is_new = first > self.first && history.keys().all(|shop| self.shops.insert(*shop));
        if !is_new || history.values().all(Option::is_none) {
            return Err(SnapshotError::NotCanonical);
        }
        self.first = first;
        let mut lines = BTreeSet::new();
        let mut rows = history.values().flatten().flat_map(rows_of);
        if rows.all(|kept| lines.insert(kept.row.line)) { Ok(()) } else { Err(SnapshotError::Row) }
    }
}

/// Whether histories are as they would be written again, and what they name is what is named.
struct Canonical {
    numbers: Numbers,
    unseen_entries: BTreeSet<EntryId>,
    unseen_people: BTreeSet<EmployeeId>,
}

impl Canonical {
    fn of(named: &Named) -> Result<Self, SnapshotError> {
        let is_sorted = named.entries.is_sorted_by(|a, b| a < b) && named.people.is_sorted_by(|a, b| a < b);
        if !is_sorted {
            return Err(SnapshotError::NotCanonical);
        }
        let (entries, people) = (named.entries.iter().copied().collect(), named.people.iter().copied().collect());
        Ok(Self { numbers: Numbers::of(named), unseen_entries: entries, unseen_people: people })
    }

    fn see(&mut self, history: &Shops, bytes: &[u8]) -> Result<(), SnapshotError> {
        for base in history.values().flatten() {
            for line in lines_of(base) {
                self.unseen_entries.remove(&line.entry);
            }
            for kept in rows_of(base) {
                self.unseen_people.remove(&kept.said.employee);
            }
        }
        if written(&self.numbers.shops(history), Vec::with_capacity(bytes.len()))? == bytes {
            Ok(())
        } else {
            Err(SnapshotError::NotCanonical)
        }
    }

    fn has_seen_all(&self) -> bool {
        self.unseen_entries.is_empty() && self.unseen_people.is_empty()
    }
}

fn add_shops(shops: &mut Vec<(ShopId, Held)>, history: &Shops) -> Result<Range<u32>, SnapshotError> {
    let from = number(shops.len())?;
    shops.extend(history.iter().map(|(shop, base)| (*shop, Held::of(base.as_ref()))));
    Ok(from..number(shops.len())?)
}

/// Writes a value behind others.
pub(super) fn written<T: Serialize>(value: &T, bytes: Vec<u8>) -> Result<Vec<u8>, SnapshotError> {
    postcard::to_extend(value, bytes).map_err(|_| SnapshotError::Frame)
}

fn number(place: usize) -> Result<u32, SnapshotError> {
    u32::try_from(place).map_err(|_| SnapshotError::TooLong)
}

fn usize_of(range: &Range<u32>) -> Range<usize> {
    let usize_of = |number| usize::try_from(number).unwrap_or(usize::MAX);
    usize_of(range.start)..usize_of(range.end)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::history::Signs;
    use crate::stock::Stock;

    #[test]
    fn no_number_is_longer_than_it_has_to_be() {
        let base = Base { below: Instant::MIN, stock: Stock::default(), signs: Signs::default(), episode: None };
        let history = BTreeMap::from([(ShopId(1), Some(base))]);
        let packed = Packed::of(&BTreeMap::from([(ItemId::from_u128(1), vec![history])]), Instant::MAX).unwrap();
        let read = |bytes, check| Packed::read(Arc::new(bytes), 0, Named::default(), Instant::MAX, check);
        assert_eq!(read(packed.bytes().to_vec(), Check::Canonical), Ok(packed.clone()));
        // How many items, how long the first one's id is, how many histories it has, of how many shops the first is, and of which.
        for place in [0, 1, 18, 19, 20] {
            let mut longer = packed.bytes().to_vec();
            longer[place] |= 0x80;
            longer.insert(place + 1, 0);
            assert_eq!(read(longer.clone(), Check::Canonical), Err(SnapshotError::NotCanonical), "{place}");
            assert_eq!(read(longer, Check::Sound).map(|read| read.open(0)), Ok(packed.open(0)), "{place}");
        }
    }
}
