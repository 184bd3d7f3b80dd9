//! Any entries: a push of them is decided, every one of them is stored or set aside, and pushed again it changes nothing.
#![no_main]

use std::collections::BTreeMap;

use libfuzzer_sys::fuzz_target;
use subzero_ledger::ids::{DeviceId, ShopId};
use subzero_ledger::instant::Instant;
use subzero_sync::chain::Position;
use subzero_sync::intake::{Batch, Decision, Facts, Held, Outcome};
use subzero_sync::wire::{Chain, EntryBytes, Epoch, Incarnation, PushRequest};

fuzz_target!(|entries: Vec<Vec<u8>>| {
    let (epoch, inc) = (Epoch(Default::default()), Incarnation(Default::default()));
    let request = PushRequest {
        epoch: Some(epoch),
        inc,
        first: 1,
        before: Chain::GENESIS,
        now: Instant::MIN,
        entries: entries.into_iter().map(EntryBytes).collect(),
    };
    let Ok(batch) = Batch::read(request) else { return };
    let mut facts = Facts::new(epoch, DeviceId(1), Instant::MIN);
    facts.writes.insert(ShopId(1));
    let plan = batch.clone().decide(&facts).expect("a first push continues");
    assert_eq!(plan.entries.len(), batch.entries.len());
    let outcome = |decision: &Decision| match decision {
        Decision::Accept { .. } => Outcome::Stored { seq: 1 },
        Decision::Moved { seq } => Outcome::Stored { seq: *seq },
        Decision::Held(outcome) => *outcome,
        Decision::Quarantine { reason } => Outcome::Quarantined { reason: *reason },
    };
    facts.last = batch.entries.last().map_or(Position::START, |last| last.position);
    facts.held = plan
        .entries
        .iter()
        .map(|planned| (planned.position.dseq, Held { chain: planned.position.chain, outcome: outcome(&planned.decision) }))
        .collect();
    let again = batch.decide(&facts).expect("the same again continues");
    assert!(again.entries.iter().all(|planned| matches!(planned.decision, Decision::Held(_))));
    assert_eq!(again.reply(epoch, &BTreeMap::new()).acked, facts.last.dseq);
});
