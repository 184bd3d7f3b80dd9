//! The server as an operator runs it: real processes over a real database, killed and started again, and several at once.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on should stop")]

mod backups;
mod broken;
#[path = "../support/faults.rs"]
mod disk;
mod exports;
mod failover;
mod faults;
#[allow(dead_code, reason = "the contract's tests use the rest of it")]
#[path = "../support/fixture.rs"]
mod fixture;
mod killed;
#[path = "../support/postgres.rs"]
mod postgres_server;
#[allow(dead_code, reason = "the load uses the rest of it")]
mod process;
mod several;
mod states;
mod stopped;
mod strangers;
