//! A snapshot as bytes, to be kept, sent, and named by what is in it.
//!
//! Layout, version 2: one version byte, then in postcard's encoding the parts in the order of [`Frame`]. Entries are in their own encoding.
//! Only the canonical encoding is accepted: equal snapshots have equal bytes, and `encode(decode(bytes)) == bytes`. The version stands for the
//! rules of the ledger too: where a kind of entry is added or a rule changes, bases made before may not be what they would be now, so whoever
//! changes them raises it, and a device that meets another version begins with the rows. (1 took a cost that nobody knows for a known 0, and did
//! not remember one that was typed: what its bases lack is in no other part of it.)

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::{Shops, Snapshot};
use crate::cost::Cost;
use crate::entry::{DecodeError, Entry, Paper};
use crate::history::Base;
use crate::ids::{DeviceId, EntryId, ItemId, LineId, ShopId};
use crate::instant::Instant;
use crate::money::UnitCost;
use crate::quantity::Qty;
use crate::stock::{Lot, Overflow, Stock};

/// The version byte every encoded snapshot starts with.
pub const VERSION: u8 = 3;
/// The most bytes one encoded snapshot may have.
pub const SNAPSHOT_BYTES_MAX: usize = 256 * 1024 * 1024;

/// Why bytes are not a snapshot, or a snapshot cannot be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SnapshotError {
    /// Longer than [`SNAPSHOT_BYTES_MAX`].
    #[error("a snapshot has at most {SNAPSHOT_BYTES_MAX} bytes")]
    TooLong,
    /// A version byte that is not [`VERSION`].
    #[error("this snapshot is of version {0}, which this version cannot read")]
    Version(u8),
    /// The framing cannot be read.
    #[error("these bytes are not a snapshot")]
    Frame,
    /// Readable, but not as [`Snapshot::encode`] writes it.
    #[error("this snapshot is not in its canonical encoding")]
    NotCanonical,
    /// An entry that cannot be read or written.
    #[error("an entry of this snapshot: {0}")]
    Entry(#[from] DecodeError),
    /// An entry that is there twice, or not within the frontier.
    #[error("a row of this snapshot is there twice, or not within its frontier")]
    Row,
    /// A moment out of range, or a base beyond the horizon.
    #[error("a time in this snapshot is out of range")]
    Time,
    /// Stock that cannot be: a lot of nothing, more than can be on hand, a cost out of range.
    #[error("this snapshot has stock that cannot be")]
    Stock,
}

impl From<Overflow> for SnapshotError {
    fn from(_: Overflow) -> Self {
        Self::Stock
    }
}

#[derive(Serialize, Deserialize)]
struct Frame<'a> {
    horizon: Instant,
    frontier: Vec<(ShopId, u64)>,
    last_receipts: Vec<(DeviceId, u64)>,
    papers: Vec<(Paper, Option<DeviceId>)>,
    /// The entries that brought the lots, so that each is written once.
    brought_by: Vec<EntryId>,
    histories: Vec<(ItemId, Vec<ShopFrames>)>,
    #[serde(borrow)]
    entries: Vec<Row<'a>>,
}

/// The shops that one history covers, each with its base.
type ShopFrames = Vec<(ShopId, Option<BaseFrame>)>;

#[derive(Serialize, Deserialize)]
struct BaseFrame {
    below: Instant,
    received: bool,
    holds_no_stock: bool,
    last_recorded_cost: Option<UnitCost>,
    last_received_cost: Option<UnitCost>,
    lots: Vec<LotFrame>,
}

#[derive(Serialize, Deserialize)]
struct LotFrame {
    brought_by: u32,
    line: u16,
    qty: Qty,
    cost: Cost,
}

#[derive(Serialize, Deserialize)]
struct Row<'a> {
    shop: ShopId,
    seq: u64,
    dseq: u64,
    #[serde(borrow)]
    bytes: &'a [u8],
}

impl Snapshot {
    /// The snapshot's bytes. Fails for what is beyond the limits.
    pub fn encode(&self) -> Result<Vec<u8>, SnapshotError> {
        let encoded: Vec<Vec<u8>> = self.entries.values().map(Entry::encode).collect::<Result<_, _>>()?;
        self.framed(encoded.iter().map(Vec::as_slice))
    }

    fn framed<'a>(&self, encoded: impl Iterator<Item = &'a [u8]>) -> Result<Vec<u8>, SnapshotError> {
        let bases = || self.histories.values().flatten().flat_map(BTreeMap::values).flatten();
        let brought_by: BTreeSet<EntryId> =
            bases().flat_map(|base| base.stock.lots()).map(|lot| lot.line.entry).collect();
        let numbers: BTreeMap<EntryId, u32> = brought_by.iter().copied().zip(0..=u32::MAX).collect();
        let histories = self.histories.iter().map(|(item, histories)| {
            let shops = |shops: &Shops| -> ShopFrames {
                shops
                    .iter()
                    .map(|(shop, base)| (*shop, base.as_ref().map(|base| BaseFrame::of(base, &numbers))))
                    .collect()
            };
            (*item, histories.iter().map(shops).collect())
        });
        let rows = self.entries.iter().zip(encoded);
        let frame = Frame {
            horizon: self.horizon,
            frontier: self.frontier.iter().map(|(shop, seq)| (*shop, *seq)).collect(),
            last_receipts: self.last_receipts.iter().map(|(device, number)| (*device, *number)).collect(),
            papers: self.papers.iter().map(|(paper, begun_by)| (*paper, *begun_by)).collect(),
            brought_by: brought_by.iter().copied().collect(),
            histories: histories.collect(),
            entries: rows.map(|((&(shop, seq), entry), bytes)| Row { shop, seq, dseq: entry.dseq, bytes }).collect(),
        };
        let bytes = postcard::to_extend(&frame, vec![VERSION]).map_err(|_| SnapshotError::Frame)?;
        if bytes.len() > SNAPSHOT_BYTES_MAX { Err(SnapshotError::TooLong) } else { Ok(bytes) }
    }

    /// Reads a snapshot, trusting nothing: length, version, encoding, every limit. Whether it is what the rows lead to, only folding them tells.
    pub fn decode(bytes: &[u8]) -> Result<Self, SnapshotError> {
        if bytes.len() > SNAPSHOT_BYTES_MAX {
            return Err(SnapshotError::TooLong);
        }
        let (&version, rest) = bytes.split_first().ok_or(SnapshotError::Frame)?;
        if version != VERSION {
            return Err(SnapshotError::Version(version));
        }
        let (frame, rest) = postcard::take_from_bytes::<Frame<'_>>(rest).map_err(|_| SnapshotError::Frame)?;
        if !rest.is_empty() {
            return Err(SnapshotError::Frame);
        }
        let encoded: Vec<&[u8]> = frame.entries.iter().map(|row| row.bytes).collect();
        let snapshot = frame.read()?;
        // What is out of order or there twice would be written otherwise.
        if snapshot.framed(encoded.into_iter())? == bytes { Ok(snapshot) } else { Err(SnapshotError::NotCanonical) }
    }
}

impl Frame<'_> {
    fn read(self) -> Result<Snapshot, SnapshotError> {
        if !is_moment(self.horizon) {
            return Err(SnapshotError::Time);
        }
        let mut snapshot = Snapshot {
            horizon: self.horizon,
            frontier: self.frontier.into_iter().collect(),
            last_receipts: self.last_receipts.into_iter().collect(),
            papers: self.papers.into_iter().collect(),
            histories: BTreeMap::new(),
            entries: BTreeMap::new(),
        };
        for (item, histories) in self.histories {
            let mut covered = BTreeSet::new();
            for shops in histories {
                let shops = read_shops(shops, &self.brought_by, self.horizon)?;
                let is_new = shops.keys().all(|shop| covered.insert(*shop));
                if !is_new || shops.values().all(Option::is_none) {
                    return Err(SnapshotError::NotCanonical);
                }
                snapshot.histories.entry(item).or_default().push(shops);
            }
        }
        if snapshot.histories.values().any(|histories| !histories.is_sorted_by_key(|shops| shops.keys().next())) {
            return Err(SnapshotError::NotCanonical);
        }
        let mut ids = BTreeSet::new();
        for row in self.entries {
            let entry = Entry::decode_confirmed(row.dseq, row.bytes)?;
            let is_within = snapshot.frontier.get(&row.shop).is_some_and(|last| row.seq <= *last);
            if entry.header.shop != row.shop || !is_within || !ids.insert(entry.header.id) {
                return Err(SnapshotError::Row);
            }
            snapshot.entries.insert((row.shop, row.seq), entry);
        }
        Ok(snapshot)
    }
}

fn read_shops(shops: ShopFrames, brought_by: &[EntryId], horizon: Instant) -> Result<Shops, SnapshotError> {
    let read = |(shop, base): (ShopId, Option<BaseFrame>)| {
        let base = base.map(|base| base.read(brought_by, horizon)).transpose()?;
        Ok((shop, base))
    };
    shops.into_iter().map(read).collect()
}

impl BaseFrame {
    fn of(base: &Base, numbers: &BTreeMap<EntryId, u32>) -> Self {
        let Base { below, stock, received } = base;
        let lot = |lot: &Lot| {
            // Every lot's entry has a number.
            let brought_by = numbers.get(&lot.line.entry).copied().unwrap_or_default();
            LotFrame { brought_by, line: lot.line.line, qty: lot.qty, cost: lot.cost }
        };
        Self {
            below: *below,
            received: *received,
            holds_no_stock: stock.holds_no_stock(),
            last_recorded_cost: stock.last_recorded_cost(),
            last_received_cost: stock.last_received_cost(),
            lots: stock.lots().map(lot).collect(),
        }
    }

    fn read(self, brought_by: &[EntryId], horizon: Instant) -> Result<Base, SnapshotError> {
        if !is_moment(self.below) || self.below > horizon {
            return Err(SnapshotError::Time);
        }
        let lot = |lot: LotFrame| {
            let number = usize::try_from(lot.brought_by).map_err(|_| SnapshotError::Frame)?;
            let entry = *brought_by.get(number).ok_or(SnapshotError::Frame)?;
            Ok(Lot { line: LineId { entry, line: lot.line }, qty: lot.qty, cost: lot.cost })
        };
        let lots = self.lots.into_iter().map(lot).collect::<Result<_, SnapshotError>>()?;
        let costs = (self.last_recorded_cost, self.last_received_cost);
        let stock = Stock::held(lots, costs, self.holds_no_stock)?;
        Ok(Base { below: self.below, stock, received: self.received })
    }
}

fn is_moment(at: Instant) -> bool {
    at >= Instant::MIN && at <= Instant::MAX
}
