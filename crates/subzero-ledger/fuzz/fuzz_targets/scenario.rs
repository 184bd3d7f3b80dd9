//! Hostile scenario files: the support tool answers with a sentence, never with a panic.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let _ = subzero_ledger::scenario::replay_json(text);
});
