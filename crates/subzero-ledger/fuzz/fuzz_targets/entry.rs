//! Hostile bytes as a shop's history: nothing panics, and what is accepted is canonical.
//!
//! The input is cut at zero-prefixed lengths into several entries, so that a mutation can make them refer to each other.
#![no_main]

use libfuzzer_sys::fuzz_target;
use subzero_ledger::entry::Entry;
use subzero_ledger::ledger::{Arrival, Ledger};

fuzz_target!(|data: &[u8]| {
    let mut ledger = Ledger::default();
    let mut rest = data;
    for seq in 1.. {
        let Some((&length, tail)) = rest.split_first() else { break };
        let (bytes, tail) = tail.split_at(tail.len().min(length.into()));
        rest = tail;
        if let Ok(entry) = Entry::decode(seq, bytes) {
            assert_eq!(entry.encode().as_deref(), Ok(bytes));
        }
        if let Ok(entry) = Entry::decode_confirmed(seq, bytes) {
            ledger.insert(entry, Arrival::Confirmed { seq });
        }
    }
    for (_, _, stock) in ledger.stocks() {
        let lots: i64 = stock.lots().map(|lot| lot.qty.thousandths()).sum();
        let open: i64 = stock.shortages().map(|shortage| shortage.open.thousandths()).sum();
        assert!(lots == 0 || open == 0);
        assert_eq!(lots - open, stock.on_hand().thousandths());
    }
});
