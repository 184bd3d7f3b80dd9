//! The device's storage in a real browser, held against the in-memory model by random scripts.
//!
//! Every invariant that storage alone can break has a test of its name here: I1, I4, I5, I6 and I14. Each test works in databases of its own
//! prefix, so that they may run in any order in one profile.
#![cfg(target_arch = "wasm32")]

#[path = "storage/crashes.rs"]
mod crashes;
#[path = "storage/damage.rs"]
mod damage;
#[path = "storage/faults.rs"]
mod faults;
#[path = "storage/fixtures.rs"]
mod fixtures;
#[path = "storage/invariants.rs"]
mod invariants;
#[path = "storage/script.rs"]
mod script;
#[path = "storage/speed.rs"]
mod speed;

wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);
