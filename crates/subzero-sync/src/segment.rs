//! Rows as bytes: how a stretch of a shop's history is kept and how it crosses the wire where it is long.
//!
//! A *segment* is such a stretch that no longer changes: the server cuts a shop's history into segments from its first row on, by
//! [`Cut`] alone, so that every server and every epoch with the same rows cuts the same bytes. It is named by the SHA-256 of its bytes.
//! Rows after the last cut are the *tail*: they are fetched page by page and are kept the same way.
//!
//! Layout, version 2: one version byte, then in postcard's encoding the columns: the first row's sequence, the incarnations in the order
//! in which they appear, and for each row the place of its incarnation, how far its device sequence is from the one before it of the same
//! incarnation, how much later it was recorded than the row before it (milliseconds), its flags, a bit each, and the entry. Sequences are
//! dense and are not written. Only the canonical encoding is accepted: `encode(decode(bytes)) == bytes`.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use subzero_ledger::instant::Instant;
use uuid::Uuid;

use crate::wire::{ContentHash, EntryBytes, Flag, Incarnation, Row};

/// The version byte every segment starts with.
pub const VERSION: u8 = 2;
/// The most rows a segment has.
pub const SEGMENT_ROWS_MAX: usize = 1_000;
/// The most bytes of entries a segment has. No entry has as many.
pub const SEGMENT_BYTES_MAX: usize = 64 * 1024;
/// The most bytes that rows within these limits can take: the entries, and for each row five numbers of at most ten bytes, and an incarnation.
const ENCODED_BYTES_MAX: usize = SEGMENT_BYTES_MAX + SEGMENT_ROWS_MAX * (5 * 10 + 16) + 64;

/// Why bytes are not rows, or rows cannot be written as bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SegmentError {
    /// More bytes or rows than a segment may have.
    #[error("a segment has at most {SEGMENT_ROWS_MAX} rows and {SEGMENT_BYTES_MAX} bytes of entries")]
    TooLarge,
    /// A version byte that is not known here.
    #[error("this segment is of version {0}, which this version cannot read")]
    Version(u8),
    /// The columns cannot be read.
    #[error("these bytes are not a segment")]
    Columns,
    /// Readable, but not as it is written.
    #[error("this segment is not in its canonical encoding")]
    NotCanonical,
    /// A number out of its range, or rows whose sequences have a hole.
    #[error("a number in this segment is out of range")]
    Number,
}

#[derive(Serialize, Deserialize)]
struct Columns<'a> {
    first: u64,
    incarnations: Vec<[u8; 16]>,
    #[serde(borrow)]
    rows: Vec<Packed<'a>>,
}

#[derive(Serialize, Deserialize)]
struct Packed<'a> {
    incarnation: u16,
    dseq_step: i64,
    recorded_step_ms: i64,
    flags: u16,
    entry: &'a [u8],
}

/// Rows with dense sequences as bytes; they need not be as many as a segment has.
pub fn encode(rows: &[Row]) -> Result<Vec<u8>, SegmentError> {
    let mut columns =
        Columns { first: rows.first().map_or(0, |row| row.seq), incarnations: Vec::new(), rows: Vec::new() };
    let mut places: BTreeMap<Incarnation, (u16, u64)> = BTreeMap::new();
    let mut recorded_ms = 0_i64;
    let mut cut = Cut::default();
    for (row, offset) in rows.iter().zip(0_u64..) {
        if Some(row.seq) != columns.first.checked_add(offset) {
            return Err(SegmentError::Number);
        }
        if !cut.takes(row.body.0.len()) {
            return Err(SegmentError::TooLarge);
        }
        let count = u16::try_from(places.len()).map_err(|_| SegmentError::TooLarge)?;
        let (place, dseq) = places.entry(row.inc).or_insert_with(|| {
            columns.incarnations.push(row.inc.0.into_bytes());
            (count, 0)
        });
        let dseq_step = step(*dseq, row.dseq)?;
        *dseq = row.dseq;
        let at_ms = row.recorded.unix_ms();
        let recorded_step_ms = at_ms.checked_sub(recorded_ms).ok_or(SegmentError::Number)?;
        recorded_ms = at_ms;
        let flags = row.flags.iter().fold(0, |bits, flag| bits | bit(*flag));
        columns.rows.push(Packed { incarnation: *place, dseq_step, recorded_step_ms, flags, entry: &row.body.0 });
    }
    postcard::to_extend(&columns, vec![VERSION]).map_err(|_| SegmentError::Columns)
}

/// The rows of these bytes, trusting nothing.
pub fn decode(bytes: &[u8]) -> Result<Vec<Row>, SegmentError> {
    if bytes.len() > ENCODED_BYTES_MAX {
        return Err(SegmentError::TooLarge);
    }
    let (&version, packed) = bytes.split_first().ok_or(SegmentError::Columns)?;
    if version != VERSION {
        return Err(SegmentError::Version(version));
    }
    let columns: Columns<'_> = postcard::from_bytes(packed).map_err(|_| SegmentError::Columns)?;
    let rows = unpack(&columns)?;
    if encode(&rows)? == bytes { Ok(rows) } else { Err(SegmentError::NotCanonical) }
}

fn unpack(columns: &Columns<'_>) -> Result<Vec<Row>, SegmentError> {
    let mut dseqs = vec![0_u64; columns.incarnations.len()];
    let mut recorded_ms = 0_i64;
    let mut rows = Vec::with_capacity(columns.rows.len());
    for (place, packed) in columns.rows.iter().enumerate() {
        let incarnation = usize::from(packed.incarnation);
        let inc = columns.incarnations.get(incarnation).ok_or(SegmentError::Number)?;
        let dseq = dseqs.get_mut(incarnation).ok_or(SegmentError::Number)?;
        *dseq = dseq.checked_add_signed(packed.dseq_step).ok_or(SegmentError::Number)?;
        recorded_ms = recorded_ms.checked_add(packed.recorded_step_ms).ok_or(SegmentError::Number)?;
        let place = u64::try_from(place).map_err(|_| SegmentError::Number)?;
        rows.push(Row {
            seq: columns.first.checked_add(place).ok_or(SegmentError::Number)?,
            inc: Incarnation(Uuid::from_bytes(*inc)),
            dseq: *dseq,
            recorded: Instant::from_unix_ms(recorded_ms).ok_or(SegmentError::Number)?,
            flags: FLAGS.iter().copied().filter(|flag| packed.flags & bit(*flag) != 0).collect(),
            body: EntryBytes(packed.entry.to_vec()),
        });
    }
    Ok(rows)
}

/// The place of the bit that stands for each flag. Both ways are made of this one table: a flag that is not in it does not build, nor do two with one
/// bit.
macro_rules! bits {
    ($($flag:ident = $place:literal),+ $(,)?) => {
        /// Every flag, in order.
        const FLAGS: &[Flag] = &[$(Flag::$flag),+];

        /// The bit that stands for a flag: never another one's, whatever is added.
        const fn bit(flag: Flag) -> u16 {
            match flag {
                $(Flag::$flag => 1 << $place),+
            }
        }

        // Bits that are each another add up to all of them.
        const _: () = assert!(0 $(+ bit(Flag::$flag))+ == 0 $(| bit(Flag::$flag))+, "two flags with one bit");
    };
}

bits!(AheadOfTime = 0, LongAgo = 4, UnknownEmployee = 1, UnknownItem = 2, RemovedRegister = 3, Rescued = 5);

fn step(from: u64, to: u64) -> Result<i64, SegmentError> {
    let signed = |number: u64| i64::try_from(number).map_err(|_| SegmentError::Number);
    signed(to)?.checked_sub(signed(from)?).ok_or(SegmentError::Number)
}

/// What bytes are named by.
pub fn content_hash(bytes: &[u8]) -> ContentHash {
    ContentHash(Sha256::digest(bytes).into())
}

/// What a snapshot is named by, from what its parts are named by.
pub fn snapshot_hash(parts: &[ContentHash]) -> ContentHash {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(part.0);
    }
    ContentHash(hash.finalize().into())
}

/// Where a shop's history is cut into segments: rows go in one after the other, and a row that no longer fits begins the next segment.
#[derive(Clone, Copy, Debug, Default)]
pub struct Cut {
    rows: usize,
    bytes: usize,
}

impl Cut {
    /// Puts one more row in, if there is room for an entry of so many bytes.
    pub const fn takes(&mut self, entry_bytes: usize) -> bool {
        let bytes = self.bytes.saturating_add(entry_bytes);
        let fits = self.rows < SEGMENT_ROWS_MAX && bytes <= SEGMENT_BYTES_MAX;
        if fits {
            self.rows = self.rows.saturating_add(1);
            self.bytes = bytes;
        }
        fits
    }
}

/// The rows that one segment takes of these, and those that it does not.
pub fn cut(rows: &[Row]) -> (&[Row], &[Row]) {
    let mut cut = Cut::default();
    let taken = rows.iter().take_while(|row| cut.takes(row.body.0.len())).count();
    rows.split_at_checked(taken).unwrap_or((rows, &[]))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn rows() -> impl Strategy<Value = Vec<Row>> {
        let row = (
            0_u128..4,
            1_u64..1 << 40,
            0_i64..1 << 41,
            0_u16..1 << FLAGS.len(),
            proptest::collection::vec(any::<u8>(), 0..200),
        );
        (1_u64..1 << 40, proptest::collection::vec(row, 0..40)).prop_map(|(first, drawn)| {
            let row = |(seq, (inc, dseq, recorded_ms, bits, body)): (u64, (u128, u64, i64, u16, Vec<u8>))| Row {
                seq,
                inc: Incarnation(Uuid::from_u128(inc)),
                dseq,
                recorded: Instant::from_unix_ms(recorded_ms).unwrap(),
                flags: FLAGS.iter().copied().filter(|flag| bits & bit(*flag) != 0).collect(),
                body: EntryBytes(body),
            };
            (first..).zip(drawn).map(row).collect()
        })
    }

    fn row(seq: u64, bytes: usize) -> Row {
        let inc = Incarnation(Uuid::from_u128(7));
        Row { seq, inc, dseq: seq, recorded: Instant::MIN, flags: Vec::new(), body: EntryBytes(vec![0; bytes]) }
    }

    #[test]
    fn a_known_segment_keeps_its_name() {
        let rows = [row(5, 3), row(6, 0)];
        let bytes = encode(&rows).unwrap();
        let name = "56c48c5980a541b3cdc91d8d18562fbbd068d1c4ede9c23df96b7871d6ba86a8";
        assert_eq!(String::from(content_hash(&bytes)), name, "{bytes:?}");
    }

    #[test]
    fn a_row_costs_a_few_bytes_beside_its_entry() {
        let rows: Vec<Row> = (1..=100).map(|seq| row(seq, 100)).collect();
        let bytes = encode(&rows).unwrap().len();
        assert!(bytes < 100 * 106, "{bytes}");
    }

    #[test]
    fn after_the_highest_sequence_there_is_none() {
        let last = [Row { seq: u64::MAX, ..row(1, 1) }];
        assert_eq!(decode(&encode(&last).unwrap()).as_deref(), Ok(last.as_slice()));
        assert_eq!(encode(&[last[0].clone(), row(1, 1)]), Err(SegmentError::Number));
    }

    #[test]
    fn rows_beyond_a_cut_or_with_a_hole_are_refused() {
        assert_eq!(encode(&[row(1, SEGMENT_BYTES_MAX), row(2, 1)]), Err(SegmentError::TooLarge));
        let many: Vec<Row> = (1..).map(|seq| row(seq, 0)).take(SEGMENT_ROWS_MAX + 1).collect();
        assert_eq!(encode(&many), Err(SegmentError::TooLarge));
        assert!(decode(&encode(&many[..SEGMENT_ROWS_MAX]).unwrap()).is_ok());
        assert_eq!(encode(&[row(1, 1), row(3, 1)]), Err(SegmentError::Number));
        assert_eq!(decode(&vec![VERSION; ENCODED_BYTES_MAX + 1]), Err(SegmentError::TooLarge));
        assert_eq!(decode(&[]), Err(SegmentError::Columns));
        assert_eq!(decode(&[VERSION + 1, 0]), Err(SegmentError::Version(VERSION + 1)));
    }

    #[test]
    fn a_cut_takes_what_one_segment_takes() {
        let rows: Vec<Row> = (1..=5).map(|seq| row(seq, SEGMENT_BYTES_MAX / 3)).collect();
        let (taken, rest) = cut(&rows);
        assert_eq!((taken.len(), rest.len()), (3, 2));
        assert!(encode(taken).is_ok() && encode(&rows[..4]).is_err());
        assert_eq!(cut(&rows[..2]).1, []);
    }

    proptest! {
        #[test]
        fn rows_come_back_as_they_went(rows in rows()) {
            prop_assert_eq!(decode(&encode(&rows).unwrap()).unwrap(), rows);
        }

        #[test]
        fn a_segment_that_is_cut_or_grown_is_none(rows in rows(), at: prop::sample::Index) {
            let bytes = encode(&rows).unwrap();
            prop_assert!(decode(&bytes[..at.index(bytes.len())]).is_err());
            prop_assert!(decode(&[bytes.as_slice(), &[0]].concat()).is_err());
        }

        #[test]
        fn a_flipped_bit_gives_other_rows_or_none(rows in rows(), at: prop::sample::Index, bit in 0_u32..8) {
            let mut bytes = encode(&rows).unwrap();
            let place = at.index(bytes.len());
            bytes[place] ^= 1 << bit;
            prop_assert!(decode(&bytes).map_or(true, |other| other != rows));
        }

        #[test]
        fn whatever_bytes_there_are_reading_them_ends(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
            let _ = decode(&bytes);
        }
    }
}
