//! The sync protocol run as a whole: devices with their tabs, a server, a bad network and bad luck, in virtual time, all from a seed.
//!
//! Everything that decides is the product's: [`Replica`](subzero_sync::replica::Replica) in every tab, [`intake`](subzero_sync::intake) in
//! the server, [`model`](subzero_sync::model) under both. What is simulated is what surrounds them, and how it fails. One thread, one seed,
//! one queue of events: a run can be repeated, and whatever it finds is found again by its number.
//!
//! | module | is |
//! |---|---|
//! | `world`, `effects`, `network`, `incidents` | the queue; storage, network and bad luck |
//! | `door`, `hostile` | who is let in; a thief with a register's token |
//! | `script` | what befalls whom in a run |
//! | `checks` | the invariants |
//! | [`cells`] | which operation met which fault |
//! | [`mutant`] | planted bugs, which must be found |
//! | [`findings`] | many seeds |
//! | [`crashes`] | one scenario, ended at every place where it can end |
//! | [`soak`] | months of one shop |
//!
//! `docs/simulation.md` tells what is covered and what was found.
#![allow(clippy::expect_used, reason = "a run that cannot go on has failed")]
#![allow(clippy::missing_panics_doc, reason = "see above")]
#![allow(clippy::wildcard_enum_match_arm, reason = "most of the product's inputs and outputs are alike to the network")]

pub mod cells;
mod checks;
pub mod crashes;
mod device;
mod door;
mod effects;
mod entries;
pub mod findings;
mod hostile;
mod incidents;
pub mod mutant;
mod network;
mod script;
mod server;
pub mod soak;
mod trace;
mod world;

pub use checks::{Invariant, Violations};
pub use world::{Mode, Run, run};
