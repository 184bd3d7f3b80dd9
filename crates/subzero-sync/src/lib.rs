//! The sync protocol without I/O: what crosses the wire, what a device does next, what the server decides.
//!
//! A device and the server exchange [entries](subzero_ledger::entry) and nothing else. This crate holds every decision of that
//! exchange as plain state machines and functions, so that one thread with one seed can run devices, network and server
//! together and kill any of them at any step. It never reads a clock, draws randomness, waits, or touches a disk, a socket
//! or a browser: time and seeds are arguments, and everything to be carried out is handed back as a value.
//!
//! | module | side | decides |
//! |---|---|---|
//! | [`wire`] | both | what crosses, and its limits |
//! | [`segment`] | both | rows as bytes, and where a history is cut |
//! | [`chain`], [`checksum`] | both | that two sides hold the same entries |
//! | [`replica`] | device | what to do next |
//! | [`records`], [`model`] | device | what is kept, and which writes are one txn |
//! | [`rescue`] | both | what a file holds that carries unsent entries by hand |
//! | [`backoff`], [`fault`] | device | what a failure leads to, and when to try again |
//! | [`intake`] | server | what becomes of a pushed entry |
//! | [`pairing`] | server | which register a device that is paired is |
//!
//! `docs/protocol.md` tells the same in prose.
#![deny(clippy::float_arithmetic, clippy::as_conversions, clippy::arithmetic_side_effects, clippy::indexing_slicing)]

pub mod backoff;
pub mod chain;
pub mod checksum;
pub mod devices;
pub mod fault;
pub mod intake;
pub mod model;
pub mod pairing;
pub mod records;
pub mod replica;
pub mod rescue;
pub mod segment;
pub mod wire;
