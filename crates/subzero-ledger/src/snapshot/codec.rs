//! A snapshot as bytes, to be kept, sent, and named by what is in it.
//!
//! Layout: one version byte, then in postcard's encoding the parts in the order of [`Head`], all [histories that have a base](Packed) by item, and
//! every row that was kept. Entries are in their own encoding.
//! Only the canonical encoding is accepted: equal snapshots have equal bytes, and `encode(decode(bytes)) == bytes`. The version stands for the
//! rules of the ledger too: where a kind of entry is added or a rule changes, bases made before may not be what they would be now, so whoever
//! changes them raises it. A server folds anew then; a device goes on from what [the version before](Snapshot::decode_kept) wrote. (What each
//! version changed is in `docs/adr/0015-snapshots.md`.)

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::Snapshot;
use super::bases::{Named, moment};
use super::former::{self, FORMER};
use super::packed::{Check, Packed, written};
use crate::entry::{DecodeError, Entry, Paper};
use crate::ids::{DeviceId, EmployeeId, EntryId, ShopId};
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
struct Head {
    horizon: Instant,
    frontier: Vec<(ShopId, u64)>,
    last_receipts: Vec<(DeviceId, u64)>,
    papers: Vec<(Paper, Option<DeviceId>)>,
    /// Entries and people that are named in bases.
    entries: Vec<EntryId>,
    people: Vec<EmployeeId>,
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
        let mut bytes = written(&self.head(), vec![VERSION])?;
        bytes.extend_from_slice(self.histories.bytes());
        let bytes = written(&self.rows(encoded.iter().map(Vec::as_slice)), bytes)?;
        if bytes.len() > SNAPSHOT_BYTES_MAX { Err(SnapshotError::TooLong) } else { Ok(bytes) }
    }

    fn head(&self) -> Head {
        let Named { entries, people } = self.histories.named().clone();
        Head {
            horizon: self.horizon,
            frontier: self.frontier.iter().map(|(shop, seq)| (*shop, *seq)).collect(),
            last_receipts: self.last_receipts.iter().map(|(device, number)| (*device, *number)).collect(),
            papers: self.papers.iter().map(|(paper, begun_by)| (*paper, *begun_by)).collect(),
            entries,
            people,
        }
    }

    fn rows<'a>(&self, encoded: impl Iterator<Item = &'a [u8]>) -> Vec<Row<'a>> {
        let rows = self.entries.iter().zip(encoded);
        rows.map(|((&(shop, seq), entry), bytes)| Row { shop, seq, dseq: entry.dseq, bytes }).collect()
    }

    /// Whether bytes say that this version wrote them.
    pub fn is_current(bytes: &[u8]) -> bool {
        bytes.first() == Some(&VERSION)
    }

    /// Reads a snapshot, trusting nothing: length, version, encoding, every limit. Whether it is what the rows lead to, only folding them tells.
    pub fn decode(bytes: &[u8]) -> Result<Self, SnapshotError> {
        // A length that nobody may have is not copied.
        if bytes.len() > SNAPSHOT_BYTES_MAX {
            return Err(SnapshotError::TooLong);
        }
        Self::read(&Arc::new(bytes.to_vec()), Check::Canonical)
    }

    /// Reads what a device has kept, at every start: everything is checked but that it is canonical, for nothing is named by what a device would write.
    /// Bytes of the version before are read too: they are shown until there is a snapshot of this one.
    pub fn decode_kept(bytes: &Arc<Vec<u8>>) -> Result<Self, SnapshotError> {
        match bytes.split_first() {
            Some((&FORMER, rest)) if bytes.len() <= SNAPSHOT_BYTES_MAX => {
                let (frame, rest) =
                    postcard::take_from_bytes::<former::Frame<'_>>(rest).map_err(|_| SnapshotError::Frame)?;
                if rest.is_empty() { frame.read() } else { Err(SnapshotError::Frame) }
            }
            _ => Self::read(bytes, Check::Sound),
        }
    }

    fn read(bytes: &Arc<Vec<u8>>, check: Check) -> Result<Self, SnapshotError> {
        if bytes.len() > SNAPSHOT_BYTES_MAX {
            return Err(SnapshotError::TooLong);
        }
        let (&version, rest) = bytes.split_first().ok_or(SnapshotError::Frame)?;
        if version != VERSION {
            return Err(SnapshotError::Version(version));
        }
        let (head, rest) = postcard::take_from_bytes::<Head>(rest).map_err(|_| SnapshotError::Frame)?;
        let (horizon, named) = (moment(head.horizon)?, Named { entries: head.entries, people: head.people });
        let begin = bytes.len().saturating_sub(rest.len());
        let histories = Packed::read(Arc::clone(bytes), begin, named, horizon, check)?;
        let end = histories.end();
        let rest = bytes.get(end..).unwrap_or_default();
        let (rows, rest) = postcard::take_from_bytes::<Vec<Row<'_>>>(rest).map_err(|_| SnapshotError::Frame)?;
        if !rest.is_empty() {
            return Err(SnapshotError::Frame);
        }
        let encoded: Vec<&[u8]> = match check {
            Check::Sound => Vec::new(),
            Check::Canonical => rows.iter().map(|row| row.bytes).collect(),
        };
        let snapshot = Self {
            horizon,
            frontier: head.frontier.into_iter().collect(),
            last_receipts: head.last_receipts.into_iter().collect(),
            papers: head.papers.into_iter().collect(),
            histories: Arc::new(histories),
            entries: BTreeMap::new(),
        };
        let snapshot = snapshot.with_rows(rows)?;
        if check == Check::Canonical {
            // What is out of order or there twice would be written otherwise.
            let is_head = Some(written(&snapshot.head(), vec![VERSION])?.as_slice()) == bytes.get(..begin);
            let rows = snapshot.rows(encoded.into_iter());
            let are_rows = Some(written(&rows, Vec::new())?.as_slice()) == bytes.get(end..);
            if !is_head || !are_rows {
                return Err(SnapshotError::NotCanonical);
            }
        }
        Ok(snapshot)
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
            if self.entries.insert((row.shop, row.seq), entry).is_some() {
                return Err(SnapshotError::Row);
            }
        }
        Ok(self)
    }
}
