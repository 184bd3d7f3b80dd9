//! What the browser knows and the crates may not: the clock, the network's state, locks between tabs, storage grants.
//!
//! One thing of the device a file, each a few functions with plain values. Nothing here decides what a till should do.

pub mod badge;
pub mod clock;
pub mod connectivity;
pub mod display;
pub mod file;
pub mod home_screen;
pub mod ids;
pub mod listener;
pub mod page;
pub mod persistence;
pub mod pin;
pub mod press;
pub mod print;
pub mod register_mark;
pub mod service_worker;
pub mod share;
pub mod tab_lock;
pub mod tab_memory;
pub mod viewport;
pub mod visibility;
