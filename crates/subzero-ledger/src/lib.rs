//! The rules of negative inventory: entries in, stock, shortages and the report out.
//!
//! A shop's history is a set of [`entry::Entry`] values: sales, receipts, counts, transfers. [`ledger::Ledger`] keeps that
//! set in the order of replay and folds it into lots, shortages, fills and variances, so that the rows of the
//! negative inventory report add up to the deficit they explain. It never reads a clock, draws a random number, uses a
//! float, or knows that a browser, a network or a database exists: time, ids and stored bytes are arguments.
//!
//! Invariants, each held by a property test in `tests/laws.rs`:
//!
//! > Lots and shortages of one item in one shop are never both non-empty, and on hand = Σ lots − Σ open shortages.
//! >
//! > State is a pure function of the *set* of entries: any arrival order, any repetition, gives the same state.
//! >
//! > `decode(encode(entry)) == entry`, `encode(decode(bytes)) == bytes`, and no bytes at all make it panic.
#![deny(clippy::float_arithmetic, clippy::as_conversions, clippy::arithmetic_side_effects, clippy::indexing_slicing)]

pub mod audit;
pub mod cart;
pub mod catalogue;
pub mod changes;
pub mod cost;
pub mod decimal;
pub mod documents;
pub mod entry;
pub mod history;
pub mod ids;
pub mod instant;
pub mod ledger;
pub mod money;
pub mod practice;
pub mod quantity;
pub mod receipts;
pub mod report;
pub mod rule;
pub mod sample;
#[cfg(feature = "scenario")]
pub mod scenario;
pub mod search;
pub mod snapshot;
pub mod stock;
pub mod verbs;
