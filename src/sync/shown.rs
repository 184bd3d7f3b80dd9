//! Reading what is shown: the copies of all shops, and the snapshot that they begin with.

use std::sync::Arc;

use subzero_ledger::ids::ShopId;
use subzero_ledger::snapshot::{Frontier, Snapshot};
use subzero_sync::records::Cursor;
use subzero_sync::wire::{Row, Verdict};
use subzero_till::visible::Base;

use super::ShopRows;
use crate::storage::Storage;
use crate::storage::error::StorageError;
use crate::storage::schema::SNAP;

/// How often all of it is read again when another tab moves it meanwhile.
const READ_ATTEMPTS_MAX: u32 = 3;

/// The snapshot that the copies begin with, and what is in it; none where they begin with their first rows. One that cannot be read is
/// damage of B's like any other.
pub async fn read_base(storage: &Storage) -> Result<Option<(Base, Snapshot)>, StorageError> {
    let Some((base, bytes)) = storage.cache.base().await? else { return Ok(None) };
    let bytes = Arc::new(bytes);
    let snapshot = Snapshot::decode_kept(&bytes).map_err(|_| StorageError::Unreadable { store: SNAP })?;
    let (control, _) = storage.outbox.control().await?;
    let verdicts = storage.outbox.verdicts().await?;
    let applied = |cursor: Cursor| cursor.applied_own.filter(|own| own.incarnation == control.incarnation);
    let shown = storage.cache.shown().await?.into_iter();
    let own = shown.filter_map(|(shop, cursor)| Some((shop, applied(cursor)?.dseq))).collect();
    let aside = |(dseq, verdict)| matches!(verdict, Verdict::Quarantined { .. }).then_some(dseq);
    let set_aside = verdicts.into_iter().filter_map(aside).collect();
    Ok(Some((Base { hash: base.hash, bytes, own, set_aside }, snapshot)))
}

/// All that is shown, as it stood at one time: it takes the place of whatever was shown before.
pub struct Shown {
    /// What the copies begin with.
    pub base: Option<(Base, Snapshot)>,
    /// Every shop's rows after that.
    pub shops: Vec<ShopRows>,
}

impl Shown {
    /// Reads all of it.
    pub async fn read(storage: &Storage) -> Result<Self, StorageError> {
        for _ in 0..READ_ATTEMPTS_MAX {
            let base = read_base(storage).await?;
            let mut shops = Vec::new();
            for shop in storage.cache.shown().await?.into_keys() {
                if let Some((cursor, rows)) = storage.cache.load(shop).await? {
                    shops.push(ShopRows { shop, cursor, rows, replaces: true });
                }
            }
            if storage.cache.base_hash().await? == base.as_ref().map(|(base, _)| base.hash) {
                return Ok(Self { base, shops });
            }
        }
        // Nothing is wrong with it: at the next look it may keep still.
        Err(StorageError::Aborted)
    }
}

/// Rows that are left out of what is shown, because they are folded, and that are wanted all the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Older {
    /// So many of so many are on this device.
    Coming(u64, u64),
    /// All of them are.
    Here,
}

impl Older {
    /// How far they have come. Nothing that is folded is nothing to wait for.
    pub async fn read(storage: &Storage) -> Result<Self, StorageError> {
        let shown = storage.cache.shown().await?;
        let sum = |of: fn(&Cursor) -> u64| shown.values().map(of).fold(0, u64::saturating_add);
        let (here, all) = (sum(|cursor| cursor.older.seq), sum(|cursor| cursor.base));
        Ok(if here < all { Self::Coming(here, all) } else { Self::Here })
    }
}

/// Shows every folded row that is here once, shop by shop from the first on; answers which was each shop's last.
pub async fn each_older(storage: &Storage, mut see: impl FnMut(ShopId, Row)) -> Result<Frontier, StorageError> {
    let mut frontier = Frontier::new();
    for (shop, cursor) in storage.cache.shown().await? {
        frontier.insert(shop, storage.cache.each_older(shop, &cursor, |row| see(shop, row)).await?);
    }
    Ok(frontier)
}
