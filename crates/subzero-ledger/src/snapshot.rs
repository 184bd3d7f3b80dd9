//! Snapshots: a folded state from which a device can begin without every entry since the shop opened, and still be exactly right.
//!
//! A snapshot is of all rows up to a *frontier*, and of a *horizon*, a moment. Of each item in each shop it has a base, the stock before the
//! horizon, as far as that can be told apart from what came after; and it keeps whole every entry that is not in bases entirely: what is
//! dated at or after the horizon, the papers that are still open, whatever the office said, and what hangs together with any of these. What is
//! still short in a base is kept as records, with all that the report says of it.
//!
//! > A ledger that began from a snapshot, with all rows after it, shows what the whole ledger shows, but for what it says is
//! > [lacking](Lacking); and once that is completed, all of it. (`tests/snapshots.rs`)
//!
//! What is lacking is what cannot be told without rows that were left out: an entry that came too late for a base, or one that refers to what
//! is in a base.
//!
//! ```
//! use subzero_ledger::catalogue::Tables;
//! use subzero_ledger::documents::Documents;
//! use subzero_ledger::instant::Instant;
//! use subzero_ledger::ledger::Ledger;
//! use subzero_ledger::report::Books;
//! use subzero_ledger::snapshot::{Frontier, Snapshot};
//!
//! let (ledger, documents, tables) = (Ledger::default(), Documents::default(), Tables::default());
//! let books = Books { ledger: &ledger, documents: &documents, tables: &tables };
//! let snapshot = Snapshot::take(&books, &Frontier::new(), Instant::MAX).unwrap();
//! let bytes = snapshot.encode().unwrap();
//! let begun = Snapshot::decode(&bytes).unwrap().begin();
//! assert!(begun.lacking().is_empty());
//! ```

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::catalogue::Catalogue;
use crate::documents::{Documents, Folded};
use crate::entry::{Entry, Paper};
use crate::history::Base;
use crate::ids::{DeviceId, EntryId, ItemId, ShopId};
use crate::instant::Instant;
use crate::ledger::{Arrival, Ledger};

mod bases;
mod bundles;
mod codec;
mod former;
mod packed;
mod search;
mod take;

pub use bundles::Bundles;
pub use codec::{SNAPSHOT_BYTES_MAX, SnapshotError, VERSION};
pub(crate) use packed::{Header, Held, Packed};
pub use search::{Found, Search};
pub use take::TakeError;

/// Up to which sequence every row of a shop is folded in.
pub type Frontier = BTreeMap<ShopId, u64>;

/// A folded state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Snapshot {
    horizon: Instant,
    frontier: Frontier,
    /// The highest number of each register's receipts.
    last_receipts: BTreeMap<DeviceId, u64>,
    /// Papers that were left out.
    papers: Folded,
    /// Histories that have a base in a shop.
    histories: Arc<Packed>,
    /// Entries that were kept, by their row.
    entries: BTreeMap<(ShopId, u64), Entry>,
}

/// The shops that one history covers, with the base of each that has one.
type Shops = BTreeMap<ShopId, Option<Base>>;

/// What a device begins with.
#[derive(Clone, Debug, Default)]
pub struct Beginning {
    /// The stock.
    pub ledger: Ledger,
    /// The papers.
    pub documents: Documents,
    /// Items, people, shops, settings.
    pub catalogue: Catalogue,
}

impl Beginning {
    /// Rows that are needed for what is shown to be right.
    pub fn lacking(&self) -> Lacking {
        Lacking::of(&self.ledger, &self.documents)
    }
}

/// Rows within a frontier that are needed for what is shown to be right, whoever has them. With a row goes all that hangs together with it:
/// its [bundle](Bundles).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lacking {
    /// These entries.
    pub entries: BTreeSet<EntryId>,
    /// Every entry of the shop that has a line of the item.
    pub stocks: BTreeSet<(ItemId, ShopId)>,
    /// Every entry that is about the paper.
    pub papers: BTreeSet<Paper>,
}

impl Lacking {
    /// What is lacking of stock and of papers.
    pub fn of(ledger: &Ledger, documents: &Documents) -> Self {
        Self { papers: documents.lacking().clone(), ..ledger.lacking() }
    }

    /// Whether nothing is.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty() && self.stocks.is_empty() && self.papers.is_empty()
    }
}

impl Snapshot {
    /// From which moment on everything is in it.
    pub const fn horizon(&self) -> Instant {
        self.horizon
    }

    /// Up to where it goes: a device that begins from it asks for the rows after.
    pub const fn frontier(&self) -> &Frontier {
        &self.frontier
    }

    /// The entries that were kept, each with its sequence, shop by shop.
    pub fn entries(&self) -> impl Iterator<Item = (&Entry, u64)> {
        self.entries.iter().map(|((_, seq), entry)| (entry, *seq))
    }

    /// How many items in shops have a base.
    pub fn bases(&self) -> usize {
        self.histories.bases()
    }

    /// What a device begins with.
    pub fn begin(self) -> Beginning {
        let entries: Vec<(Entry, Arrival)> =
            self.entries.into_iter().map(|((_, seq), entry)| (entry, Arrival::Confirmed { seq })).collect();
        let mut catalogue = Catalogue::default();
        for (entry, arrival) in &entries {
            catalogue.insert(entry, *arrival);
        }
        let documents = Documents::begin(self.papers, entries.iter().map(|(entry, _)| entry));
        let ledger = Ledger::begin(self.frontier, self.horizon, self.histories, self.last_receipts, entries);
        Beginning { ledger, documents, catalogue }
    }
}
