//! What `cargo xtask` does: one command for a person at a fresh clone, and the same one for continuous integration.
//!
//! | module | is |
//! |---|---|
//! | [`setup`] | the tools building and testing need, installed once and kept |
//! | [`page`] | the built page: what `index.html` names, its service worker and its script hashes |
//! | [`run`] | the page and its server, running |
//! | [`dev`] | the same while somebody changes them |
//! | [`dist`] | what is shipped, in one archive |
//! | [`pictures`] | the pictures in `docs/`, of the page as it is |
//! | [`seed`] | accounts with real input in them |
//! | [`compare`] | the report by the ledger and by SQL, laid side by side |
//! | [`bench`] | what the page is held to, measured in a browser |
//! | [`fuzz`] | hostile bytes for every decoder |
//! | [`load`] | how much the server takes, over each database |
//! | [`suite`] | every check there is, counted |
//! | [`replay`] | scenario files, replayed by the ledger |
//! | [`simulate`] | the sync protocol in virtual time, from seeds |
//! | [`soak`] | real servers and tills in bad weather, under a checker |
//! | [`steps`] | a line a step, with its time |
//! | [`checkout`], [`cargo`], [`command`], [`lock`] | where things lie, how programs are built and run, which versions are locked |

pub mod bench;
pub mod cargo;
pub mod checkout;
pub mod command;
pub mod compare;
pub mod dev;
pub mod dist;
pub mod fuzz;
pub mod load;
pub mod lock;
pub mod page;
pub mod pictures;
pub mod replay;
pub mod run;
pub mod seed;
pub mod setup;
pub mod simulate;
pub mod soak;
pub mod steps;
pub mod suite;
