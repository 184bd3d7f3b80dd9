//! A snapshot as bytes, to be kept, sent, and named by what is in it.
//!
//! Layout: one version byte, then in postcard's encoding the parts in the order of [`Frame`]. Entries are in their own encoding.
//! Only the canonical encoding is accepted: equal snapshots have equal bytes, and `encode(decode(bytes)) == bytes`. The version stands for the
//! rules of the ledger too: where a kind of entry is added or a rule changes, bases made before may not be what they would be now, so whoever
//! changes them raises it. A server folds anew then; a device goes on from what [the version before](Snapshot::decode_kept) wrote. (What each
//! version changed is in `docs/adr/0015-snapshots.md`.)

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::Snapshot;
use super::bases::{Frames, moment};
use super::former::{self, FORMER};
use crate::entry::{DecodeError, Entry, Paper};
use crate::ids::{DeviceId, ShopId};
use crate::instant::Instant;
use crate::stock::Overflow;

/// The version byte every encoded snapshot starts with.
pub const VERSION: u8 = 4;
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
    /// An entry, or a line that went short, that is there twice; or an entry not within the frontier.
    #[error("a row of this snapshot is there twice, or not within its frontier")]
    Row,
    /// A moment out of range, or a base beyond the horizon.
    #[error("a time in this snapshot is out of range")]
    Time,
    /// Stock that cannot be: a lot or a shortage of nothing, more than can be on hand, a cost out of range.
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
    #[serde(borrow)]
    bases: Frames<'a>,
    #[serde(borrow)]
    entries: Vec<Row<'a>>,
}

#[derive(Serialize, Deserialize)]
pub(super) struct Row<'a> {
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
        let rows = self.entries.iter().zip(encoded);
        let frame = Frame {
            horizon: self.horizon,
            frontier: self.frontier.iter().map(|(shop, seq)| (*shop, *seq)).collect(),
            last_receipts: self.last_receipts.iter().map(|(device, number)| (*device, *number)).collect(),
            papers: self.papers.iter().map(|(paper, begun_by)| (*paper, *begun_by)).collect(),
            bases: Frames::of(&self.histories),
            entries: rows.map(|((&(shop, seq), entry), bytes)| Row { shop, seq, dseq: entry.dseq, bytes }).collect(),
        };
        let bytes = postcard::to_extend(&frame, vec![VERSION]).map_err(|_| SnapshotError::Frame)?;
        if bytes.len() > SNAPSHOT_BYTES_MAX { Err(SnapshotError::TooLong) } else { Ok(bytes) }
    }

    /// Whether bytes say that this version wrote them.
    pub fn is_current(bytes: &[u8]) -> bool {
        bytes.first() == Some(&VERSION)
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

    /// The same, also of one that the version before wrote: what a device has is shown until it has one of this version.
    pub fn decode_kept(bytes: &[u8]) -> Result<Self, SnapshotError> {
        match bytes.split_first() {
            Some((&FORMER, rest)) if bytes.len() <= SNAPSHOT_BYTES_MAX => {
                let (frame, rest) =
                    postcard::take_from_bytes::<former::Frame<'_>>(rest).map_err(|_| SnapshotError::Frame)?;
                if rest.is_empty() { frame.read() } else { Err(SnapshotError::Frame) }
            }
            _ => Self::decode(bytes),
        }
    }
}

impl Frame<'_> {
    fn read(self) -> Result<Snapshot, SnapshotError> {
        moment(self.horizon)?;
        let snapshot = Snapshot {
            horizon: self.horizon,
            frontier: self.frontier.into_iter().collect(),
            last_receipts: self.last_receipts.into_iter().collect(),
            papers: self.papers.into_iter().collect(),
            histories: self.bases.read(self.horizon)?,
            entries: BTreeMap::new(),
        };
        snapshot.with_rows(self.entries)
    }
}

impl Snapshot {
    /// The same with these rows kept.
    pub(super) fn with_rows(mut self, rows: Vec<Row<'_>>) -> Result<Self, SnapshotError> {
        let mut ids = BTreeSet::new();
        for row in rows {
            let entry = Entry::decode_confirmed(row.dseq, row.bytes)?;
            let is_within = self.frontier.get(&row.shop).is_some_and(|last| row.seq <= *last);
            if entry.header.shop != row.shop || !is_within || !ids.insert(entry.header.id) {
                return Err(SnapshotError::Row);
            }
            self.entries.insert((row.shop, row.seq), entry);
        }
        Ok(self)
    }
}
