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
//! | [`standing`] | how it stands with the server, in one word; what went wrong |
//! | [`session`] | who is signed in, and what stands above what they record |
//! | [`draft`] | the cart, with the id of the sale it becomes |
//! | [`digest`] | how often somebody wants to hear what is negative, and when |
#![cfg_attr(
    not(test),
    deny(clippy::float_arithmetic, clippy::as_conversions, clippy::arithmetic_side_effects, clippy::indexing_slicing)
)]

pub mod digest;
pub mod draft;
pub mod flagged;
pub mod session;
pub mod standing;
pub mod verdicts;
pub mod visible;
