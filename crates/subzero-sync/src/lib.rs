//! The sync protocol without I/O: what crosses the wire, what a device does next, what the server decides.
#![deny(
    clippy::float_arithmetic,
    clippy::as_conversions,
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing
)]

pub mod wire;
