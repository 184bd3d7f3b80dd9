//! The checksum of a shop's history: do two copies hold the same rows?
//!
//! It is a sum, so rows may be added in any order and a copy need not be read again to go on from it. It finds mistakes,
//! not malice: whoever can write a shop's history can also find rows that add up.

use sha2::{Digest as _, Sha256};
use subzero_ledger::ids::ShopId;

use crate::wire::{Checksum, Row};

impl Checksum {
    /// Of no rows at all.
    pub const EMPTY: Self = Self(0);

    /// The checksum with one more row: plus, modulo 2^128, the first 16 bytes of SHA-256 over shop (4 bytes), seq (8),
    /// incarnation (16), device sequence (8), recorded time (8, Unix milliseconds) and the entry, numbers most significant
    /// byte first.
    #[must_use]
    pub fn add(self, shop: ShopId, row: &Row) -> Self {
        let mut hash = Sha256::new();
        hash.update(shop.0.to_be_bytes());
        hash.update(row.seq.to_be_bytes());
        hash.update(row.inc.0.as_bytes());
        hash.update(row.dseq.to_be_bytes());
        hash.update(row.recorded.unix_ms().to_be_bytes());
        hash.update(&row.body.0);
        let digest: [u8; 32] = hash.finalize().into();
        let prefix = digest.first_chunk::<16>().copied().map_or(0, u128::from_be_bytes);
        Self(self.0.wrapping_add(prefix))
    }

    /// The checksum with all these rows.
    #[must_use]
    pub fn add_all<'a>(self, shop: ShopId, rows: impl IntoIterator<Item = &'a Row>) -> Self {
        rows.into_iter().fold(self, |sum, row| sum.add(shop, row))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::{EntryBytes, Incarnation};
    use proptest::prelude::*;
    use subzero_ledger::instant::Instant;
    use uuid::Uuid;

    fn row() -> Row {
        let inc = Incarnation(Uuid::from_u128(9));
        Row { seq: 3, inc, dseq: 2, recorded: Instant::MIN, flags: Vec::new(), body: EntryBytes(b"mug".to_vec()) }
    }

    #[test]
    fn every_field_of_a_row_counts() {
        let sum = Checksum::EMPTY.add(ShopId(1), &row());
        assert_ne!(sum, Checksum::EMPTY.add(ShopId(2), &row()));
        assert_ne!(sum, Checksum::EMPTY.add(ShopId(1), &Row { seq: 4, ..row() }));
        assert_ne!(sum, Checksum::EMPTY.add(ShopId(1), &Row { inc: Incarnation(Uuid::from_u128(8)), ..row() }));
        assert_ne!(sum, Checksum::EMPTY.add(ShopId(1), &Row { dseq: 3, ..row() }));
        assert_ne!(sum, Checksum::EMPTY.add(ShopId(1), &Row { recorded: Instant::MAX, ..row() }));
        assert_ne!(sum, Checksum::EMPTY.add(ShopId(1), &Row { body: EntryBytes(b"cup".to_vec()), ..row() }));
    }

    #[test]
    fn the_checksum_of_a_known_row_stays_what_it_is() {
        assert_eq!(String::from(Checksum::EMPTY.add(ShopId(1), &row())), "b2b3c8bbf123f81cf50528e50960f70d");
    }

    proptest! {
        #[test]
        fn the_order_of_rows_does_not_matter(mut seqs in proptest::collection::vec(1u64..1_000, 0..20)) {
            let rows = |seqs: &[u64]| seqs.iter().map(|&seq| Row { seq, ..row() }).collect::<Vec<_>>();
            let forth = Checksum::EMPTY.add_all(ShopId(1), &rows(&seqs));
            seqs.reverse();
            prop_assert_eq!(forth, Checksum::EMPTY.add_all(ShopId(1), &rows(&seqs)));
        }
    }
}
