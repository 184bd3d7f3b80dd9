//! What `cargo xtask` does: one command for a person at a fresh clone, and the same one for continuous integration.
//!
//! | module | is |
//! |---|---|
//! | [`setup`] | the tools building and testing need, installed once and kept |
//! | [`page`] | the built page: Trunk's output, its service worker and its script hashes |
//! | [`run`] | the page and its server, running |
//! | [`seed`] | accounts with real input in them |
//! | [`compare`] | the report by the ledger and by SQL, laid side by side |
//! | [`bench`] | what the page is held to, measured in a browser |
//! | [`fuzz`] | hostile bytes for every decoder |
//! | [`load`] | how much the server takes, over each database |
//! | [`suite`] | every check there is, counted |
//! | [`replay`] | scenario files, replayed by the ledger |
//! | [`simulate`] | the sync protocol in virtual time, from seeds |
//! | [`checkout`], [`command`], [`lock`] | where things lie, how programs are run, which versions are locked |

pub mod bench;
pub mod checkout;
pub mod command;
pub mod compare;
pub mod fuzz;
pub mod load;
pub mod lock;
pub mod page;
pub mod replay;
pub mod run;
pub mod seed;
pub mod setup;
pub mod simulate;
pub mod suite;
