//! Small pages put together: a till that is told of every sale as it happens keeps hundreds of pages a day, and would start ever more slowly.

use subzero_ledger::ids::ShopId;
use subzero_sync::segment;
use subzero_sync::wire::Row;
use wasm_bindgen::JsValue;

use super::cache::{Cache, copy_range, page_key, read_cursors, shop_key};
use super::codec;
use super::error::StorageError;
use super::schema::{CUR, SEG, TAIL};
use super::txn::{self, Durability, Requests};

/// So many pages are put together at once.
const PAGES: u32 = 64;

impl Cache {
    /// Puts the first pages of a shop's tail together into one record, if there are many: into a segment once they fill one. One txn, in which
    /// no row comes or goes.
    pub async fn seal(&self, shop: ShopId) -> Result<(), StorageError> {
        let Some(shown) = self.shop_cursors(shop).await?.shown else { return Ok(()) };
        let tail = || copy_range(shop, shown.generation, shown.base.saturating_add(1));
        let count = |requests: &Requests<'_>| requests.count(TAIL, tail());
        if txn::read(self, &[TAIL], count, txn::nothing).await?.0 < PAGES {
            return Ok(());
        }
        let stand = |requests: &Requests<'_>| requests.get(CUR, shop_key(shop));
        let pages = |_: &_, requests: &Requests<'_>| requests.get_range(TAIL, tail(), PAGES);
        txn::write_if(self, &[CUR, SEG, TAIL], Durability::Relaxed, stand, pages, |cursors, pages, requests| {
            let same_copy = read_cursors(cursors)?.shown.is_some_and(|now| now.generation == shown.generation);
            if same_copy { put_together(shop, shown.generation, pages, requests) } else { Ok(()) }
        })
        .await
    }
}

fn put_together(
    shop: ShopId,
    generation: u32,
    pages: Vec<(JsValue, JsValue)>,
    requests: &Requests<'_>,
) -> Result<(), StorageError> {
    let unreadable = |_| StorageError::Unreadable { store: TAIL };
    let mut rows: Vec<Row> = Vec::new();
    for (key, page) in pages {
        let page = segment::decode(&codec::from_js(TAIL, page)?).map_err(unreadable)?;
        let follows = |last: &Row| page.first().is_some_and(|first| first.seq == last.seq.saturating_add(1));
        if !rows.last().is_none_or(follows) {
            // A segment comes between: what is here will never be more.
            return put(SEG, (shop, generation), &rows, requests);
        }
        rows.extend(page);
        requests.delete(TAIL, key)?;
        let (together, rest) = segment::cut(&rows);
        if !rest.is_empty() {
            put(SEG, (shop, generation), together, requests)?;
            return put(TAIL, (shop, generation), rest, requests);
        }
    }
    put(TAIL, (shop, generation), &rows, requests)
}

fn put(
    store: &'static str,
    (shop, generation): (ShopId, u32),
    rows: &[Row],
    requests: &Requests<'_>,
) -> Result<(), StorageError> {
    let Some(last) = rows.last() else { return Ok(()) };
    let bytes = segment::encode(rows).map_err(|_| StorageError::Unreadable { store })?;
    requests.put(store, page_key(shop, generation, last.seq), codec::to_js(&bytes))
}
