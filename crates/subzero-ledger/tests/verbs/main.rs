//! What people can enter, in any order they like: what the desk lets through never surprises the ledger, and what it refuses it refuses
//! with the place.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

mod business;
mod causes;
mod costs;
mod stories;
mod tries;
