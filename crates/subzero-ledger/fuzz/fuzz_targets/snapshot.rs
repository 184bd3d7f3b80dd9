//! Hostile bytes as a snapshot: nothing panics, neither reading them, nor beginning from them, nor going on with an entry. What is accepted from others is
//! canonical, and what a device goes on from leads to stock that can be.
//!
//! The input is cut at a length of two bytes into a snapshot and entries after it, each with a length of one.
#![no_main]

use std::sync::Arc;

use libfuzzer_sys::fuzz_target;
use subzero_ledger::entry::Entry;
use subzero_ledger::ledger::Arrival;
use subzero_ledger::report::Report;
use subzero_ledger::snapshot::{Beginning, Snapshot};

fuzz_target!(|data: &[u8]| {
    let Some((length, rest)) = data.split_first_chunk::<2>() else { return };
    let (bytes, mut rest) = rest.split_at(rest.len().min(u16::from_le_bytes(*length).into()));
    if let Ok(snapshot) = Snapshot::decode(bytes) {
        assert_eq!(snapshot.encode().as_deref(), Ok(bytes));
    }
    let Ok(snapshot) = Snapshot::decode_kept(&Arc::new(bytes.to_vec())) else { return };
    let horizon = snapshot.horizon();
    let mut begun = snapshot.begin();
    for seq in 1.. {
        let Some((&length, tail)) = rest.split_first() else { break };
        let (bytes, tail) = tail.split_at(tail.len().min(length.into()));
        rest = tail;
        if let Ok(entry) = Entry::decode_confirmed(seq, bytes) {
            begun.documents.insert(&entry);
            begun.ledger.insert(entry, Arrival::Confirmed { seq });
        }
    }
    let asked = begun.lacking();
    begun.documents.complete(&asked.papers, &[]);
    begun.ledger.complete(&asked, []);
    let Beginning { ledger, documents, catalogue } = &begun;
    Report::now(ledger, documents, catalogue, horizon);
    for (_, _, stock) in ledger.stocks() {
        let lots: i64 = stock.lots().map(|lot| lot.qty.thousandths()).sum();
        let open: i64 = stock.shortages().map(|shortage| shortage.open.thousandths()).sum();
        assert!(lots == 0 || open == 0);
        assert_eq!(lots - open, stock.on_hand().thousandths());
    }
});
