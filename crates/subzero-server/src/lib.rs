//! The sync server: takes what tills recorded, puts it in order, hands it out.
//!
//! One process over one `SQLite` file, or several over one `PostgreSQL`. A request goes endpoint → [`subzero_sync::intake`] → [`db`] → answer: the endpoint decodes
//! and encodes, the intake judges, the database orders and keeps. No answer depends on stock, no sale is priced here and none is
//! refused: what a device recorded happened, and is stored, flagged or set aside. Beside that, [`fold`] makes of the rows what a new device may begin with.
//!
//! > An answer to a push follows the commit, and the commit is on the disk.
//! >
//! > Nothing outside a device's grants is ever sent to it.
//! >
//! > No secret is kept that could be used: tokens as SHA-256, passwords as argon2id; neither is ever logged.
//!
//! [`serve`] binds nothing and installs no signal handler: the listener and the end are arguments, so that tests run many
//! servers side by side.

pub mod backup;
pub mod clock;
pub mod code;
pub mod db;
pub mod demo;
pub mod export;
pub mod fold;
pub mod import_file;
pub mod metrics;
pub mod opening;
pub mod operator;
pub mod password;
pub mod pin;
pub mod seed;
pub mod seen;
pub mod server;
pub mod token;
mod upkeep;

mod attempts;
mod bodies;
mod endpoint;
mod error;
mod headers;
mod limits;
mod network;
mod new_file;
mod news;
mod observe;
mod openapi;
mod page;

pub use limits::{DAILY_MEGABYTES, Quota, Quotas};
pub use network::Network;
pub use server::{Config, ServeError, Server, serve};
