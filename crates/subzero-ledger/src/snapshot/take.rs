//! Taking a snapshot: what goes into bases, and what is kept.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::packed::Packed;
use super::{Bundles, Frontier, Lacking, Shops, Snapshot, SnapshotError};
use crate::entry::{Entry, Paper};
use crate::history::{Post, Said};
use crate::ids::{EntryId, ItemId, LineId, ShopId};
use crate::instant::Instant;
use crate::ledger::{Arrival, Ledger};
use crate::report::Books;

/// Why no snapshot can be taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TakeError {
    /// An entry is not within the frontier: it is not confirmed, or its row comes later.
    #[error("an entry is not within the frontier")]
    Beyond(EntryId),
    /// Two entries have one row.
    #[error("two entries have one row")]
    Repeated(EntryId),
    /// It is beyond what a snapshot can be.
    #[error(transparent)]
    Snapshot(#[from] SnapshotError),
    /// Something is lacking: what is wrong here would be wrong for whoever begins from it.
    #[error("something is lacking")]
    Lacking,
    /// The horizon or the frontier lies before those of the snapshot that this began from: what is in between is not here.
    #[error("what is asked for lies before what this began from")]
    Before,
}

impl Snapshot {
    /// Folds all there is. Every entry has to be within the frontier. The same entries, frontier and horizon lead to the same snapshot, whether
    /// the books began with nothing or with an earlier one.
    pub fn take(books: &Books<'_>, frontier: &Frontier, horizon: Instant) -> Result<Self, TakeError> {
        let Books { ledger, documents, .. } = books;
        let rows = rows(ledger, frontier)?;
        if !Lacking::of(ledger, documents).is_empty() {
            return Err(TakeError::Lacking);
        }
        let is_behind = |begun: &Frontier| begun.iter().any(|(shop, seq)| frontier.get(shop).is_none_or(|to| to < seq));
        if ledger.horizon().is_some_and(|begun| horizon < begun) || ledger.frontier().is_some_and(is_behind) {
            return Err(TakeError::Before);
        }
        let entries = || rows.values().copied();
        let waiting = entries().filter(|entry| ledger.names_unknown(entry)).map(|entry| entry.header.id).collect();
        let (histories, left) = histories(books, horizon, &waiting);

        let open = documents.open();
        let is_kept = |entry: &Entry| {
            entry.header.shop == ShopId::OFFICE
                || entry.header.at >= horizon
                || entry.body.paper().is_some_and(|paper| open.contains(&paper))
        };
        let of_itself = entries().filter(|entry| is_kept(entry)).map(|entry| entry.header.id);
        let kept: BTreeSet<EntryId> = of_itself.chain(left).chain(waiting.iter().copied()).collect();
        let kept = Bundles::of(entries()).with(&kept, entries());
        let rows: BTreeMap<(ShopId, u64), &Entry> =
            rows.into_iter().filter(|(_, entry)| kept.contains(&entry.header.id)).collect();
        let kept_papers: BTreeSet<Paper> = rows.values().filter_map(|entry| entry.body.paper()).collect();
        Ok(Self {
            horizon,
            frontier: frontier.clone(),
            last_receipts: ledger.last_receipts().clone(),
            papers: documents.folded_but(&kept_papers),
            histories: Arc::new(Packed::of(&histories, horizon)?),
            entries: rows.into_iter().map(|(row, entry)| (row, entry.clone())).collect(),
        })
    }
}

/// Every entry by its row.
fn rows<'a>(ledger: &'a Ledger, frontier: &Frontier) -> Result<BTreeMap<(ShopId, u64), &'a Entry>, TakeError> {
    let mut rows = BTreeMap::new();
    for (entry, arrival) in ledger.entries() {
        let (id, shop) = (entry.header.id, entry.header.shop);
        let seq = match arrival {
            Arrival::Confirmed { seq } if frontier.get(&shop).is_some_and(|last| seq <= *last) => seq,
            Arrival::Confirmed { .. } | Arrival::Own { .. } => return Err(TakeError::Beyond(id)),
        };
        if rows.insert((shop, seq), entry).is_some() {
            return Err(TakeError::Repeated(id));
        }
    }
    Ok(rows)
}

/// The histories that have a base, and the entries that have a line which is in none. What waits for an entry that is not here is bound: it
/// stands elsewhere once that one comes.
fn histories(
    books: &Books<'_>,
    horizon: Instant,
    waiting: &BTreeSet<EntryId>,
) -> (BTreeMap<ItemId, Vec<Shops>>, BTreeSet<EntryId>) {
    let ledger = books.ledger;
    let is_bound = |post: &Post| waiting.contains(&post.line.entry);
    let told = |line: LineId| {
        let entry = ledger.entry(line.entry)?;
        let receipt = entry.body.as_sale().map_or("", |sale| &sale.receipt);
        Some((Said::of(entry, line.line), receipt, books.arrived_short(line)))
    };
    let (mut histories, mut left): (BTreeMap<ItemId, Vec<Shops>>, BTreeSet<EntryId>) = Default::default();
    for ((item, first), shops) in ledger.groups() {
        let Some(history) = ledger.peek(item, first) else { continue };
        let mut bases = history.folded(item, horizon, is_bound, told);
        let stays = |post: &&Post| bases.get(&post.shop).is_none_or(|base| post.position.key.at >= base.below);
        left.extend(history.posts().iter().filter(stays).map(|post| post.line.entry));
        if !bases.is_empty() {
            let shops = shops.into_iter().map(|shop| (shop, bases.remove(&shop))).collect();
            histories.entry(item).or_default().push(shops);
        }
    }
    (histories, left)
}
