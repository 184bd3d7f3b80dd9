//! The device's storage in memory: exactly the operations that the page's storage offers, each one txn.
//!
//! It is what tests and the simulator run on, and what the `IndexedDB` storage is held against by random scripts. It never
//! decides what to do; it only keeps, compares and swaps. A crash loses nothing that an operation here has returned from,
//! and leaves nothing of one that was not called.
//!
//! > Visible = rows of the shown copy ∪ own entries that are not applied to it, or quarantined; each entry once.
//!
//! ```
//! use subzero_sync::{model::{Cache, Outbox, visible}, wire::{EntryBytes, Incarnation}};
//! # let inc = Incarnation(Default::default());
//! let (mut outbox, cache) = (Outbox::new(inc), Cache::default());
//! assert_eq!(outbox.append(EntryBytes(b"a sale".to_vec())), 1);
//! assert_eq!(visible(&outbox, &cache).len(), 1);
//! ```

mod cache;
mod outbox;
mod visible;

pub use cache::Cache;
pub use outbox::Outbox;
pub use visible::{Standing, visible};
