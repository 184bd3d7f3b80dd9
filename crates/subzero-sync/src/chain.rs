//! The chain: one hash that stands for every entry an outbox has ever held, in order.
//!
//! A device and the server each compute it from the entries themselves. When both name the same chain at the same number,
//! they hold the same entries up to there. It never proves who wrote an entry, only that two outboxes have not mixed.

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::wire::{Chain, EntryBytes, Incarnation};

impl Chain {
    /// Before the first entry.
    pub const GENESIS: Self = Self([0; 32]);

    /// The chain after one more entry: SHA-256 of this chain, the incarnation's 16 bytes, the device sequence as 8 bytes,
    /// most significant first, and the entry.
    #[must_use]
    pub fn next(self, inc: Incarnation, dseq: u64, body: &EntryBytes) -> Self {
        let mut hash = Sha256::new();
        hash.update(self.0);
        hash.update(inc.0.as_bytes());
        hash.update(dseq.to_be_bytes());
        hash.update(&body.0);
        Self(hash.finalize().into())
    }
}

/// A place in an outbox: after the entry with this device sequence, with the chain up to and with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Position {
    /// Device sequence of the entry; 0 before the first.
    pub dseq: u64,
    /// The chain there.
    pub chain: Chain,
}

impl Position {
    /// Before the first entry.
    pub const START: Self = Self { dseq: 0, chain: Chain::GENESIS };

    /// The place after one more entry.
    #[must_use]
    pub fn next(self, inc: Incarnation, body: &EntryBytes) -> Self {
        let dseq = self.dseq.saturating_add(1);
        Self { dseq, chain: self.chain.next(inc, dseq, body) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn the_chain_tells_entries_numbers_and_outboxes_apart() {
        let (inc, other) = (Incarnation(Uuid::from_u128(1)), Incarnation(Uuid::from_u128(2)));
        let (mug, cup) = (EntryBytes(b"mug".to_vec()), EntryBytes(b"cup".to_vec()));
        let first = Chain::GENESIS.next(inc, 1, &mug);
        assert_ne!(first, Chain::GENESIS.next(inc, 1, &cup));
        assert_ne!(first, Chain::GENESIS.next(inc, 2, &mug));
        assert_ne!(first, Chain::GENESIS.next(other, 1, &mug));
        assert_ne!(first.next(inc, 2, &cup), Chain::GENESIS.next(inc, 1, &cup).next(inc, 2, &mug));
    }

    #[test]
    fn the_chain_of_known_entries_stays_what_it_is() {
        let inc = Incarnation(Uuid::from_u128(1));
        let after_two = Position::START.next(inc, &EntryBytes(b"mug".to_vec())).next(inc, &EntryBytes(b"cup".to_vec()));
        assert_eq!(after_two.dseq, 2);
        assert_eq!(String::from(after_two.chain), "3e28317b778ff9ae0ac6105449f2197573e3a0cc232a9a5a7816acaa58a01934");
    }
}
