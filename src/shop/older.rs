//! Rows that are folded into what the books begin with: brought where figures need some of them, or somebody wants to look back.

use leptos::prelude::*;
use leptos::task::spawn_local;
use subzero_ledger::ids::ShopId;
use subzero_ledger::snapshot::Search;
use subzero_sync::wire::Row;
use subzero_till::visible::Visible;

use super::Shop;
use crate::storage::error::StorageError;
use crate::sync::{Older, Sync, each_older};

/// What is found may name what is lacking as well. Where there is no end of it, all of it is wanted.
const ROUNDS_MAX: u32 = 20;

impl Shop {
    /// Brings all that happened before the horizon: at once, or as soon as the server can be reached.
    pub fn want_older(&self) {
        self.handles.update_value(|handles| handles.wants_all_older = true);
        self.begin_to_bring_older();
    }

    /// Nobody needs to ask for what is needed for the figures to be right.
    pub(super) fn want_what_is_lacking(&self) {
        let has_sync = self.handles.with_value(|handles| handles.sync.is_some());
        if has_sync && self.core.with_value(|core| !core.lacking().is_empty()) {
            self.begin_to_bring_older();
        }
    }

    fn begin_to_bring_older(&self) {
        if self.older.with_untracked(Option::is_none) {
            self.older.set(Some((0, 0)));
            self.with_sync(Sync::want_older);
        }
    }

    pub(super) fn note_older(&self, older: Older) {
        match older {
            Older::Coming(here, all) => self.older.set(Some((here, all))),
            Older::Here => {
                let shop = *self;
                spawn_local(async move {
                    if let Ok(false) | Err(StorageError::Unreadable { .. }) = shop.take_older().await {
                        // Some cannot be read, or are not here after all: they are fetched again.
                        let _ = shop.storage().cache.drop_older().await;
                    }
                    shop.older.set(None);
                });
            }
        }
    }

    /// Takes in what is lacking, or all there is. False where not all of it is on this device.
    async fn take_older(&self) -> Result<bool, StorageError> {
        let storage = self.storage();
        for _ in 0..ROUNDS_MAX {
            if self.handles.with_value(|handles| handles.wants_all_older) {
                break;
            }
            let lacking = self.core.with_value(Visible::lacking);
            if lacking.is_empty() {
                return Ok(true);
            }
            let (mut search, mut rows) = (Search::of(&lacking), Vec::new());
            each_older(&storage, |_, row| {
                if let Ok(entry) = row.entry() {
                    search.see(&entry);
                }
            })
            .await?;
            let mut found = search.end();
            let here = each_older(&storage, |_, row| {
                if row.entry().is_ok_and(|entry| found.holds(entry.header.id)) {
                    rows.push(row);
                }
            })
            .await?;
            if !self.core.with_value(|core| core.begins_within(&here)) {
                return Ok(false);
            }
            self.change(|core| core.complete(&lacking, &rows));
        }
        let mut shops: Vec<(ShopId, Vec<Row>)> = Vec::new();
        let here = each_older(&storage, |shop, row| match shops.last_mut() {
            Some((last, rows)) if *last == shop => rows.push(row),
            _ => shops.push((shop, vec![row])),
        })
        .await?;
        if !self.core.with_value(|core| core.begins_within(&here)) {
            return Ok(false);
        }
        self.change(|core| core.unfold(&shops));
        self.handles.update_value(|handles| handles.wants_all_older = false);
        Ok(true)
    }
}
