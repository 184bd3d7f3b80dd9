//! What a till knows and decides, without a browser.
//!
//! > What a device shows is the rows that a server confirmed and its own entries that none has confirmed yet, each entry once.
//!
//! Nothing here reads a clock, draws randomness, waits, or touches a disk, a socket or a screen: time and ids are arguments.
//!
//! | module | knows |
//! |---|---|
//! | [`visible`] | confirmed rows and own entries as one ledger, its documents, its catalogue and its report |
//! | [`verdicts`] | what the server said of own entries, and which still wait for it |
//! | [`flagged`] | what the server flagged, and how much of it somebody has seen |
#![cfg_attr(
    not(test),
    deny(clippy::float_arithmetic, clippy::as_conversions, clippy::arithmetic_side_effects, clippy::indexing_slicing)
)]

pub mod flagged;
pub mod verdicts;
pub mod visible;
