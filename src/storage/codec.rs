//! Records as bytes: what is written to either database, and read back without trust.
//!
//! Control records are JSON, so that they can be read in a debugger. Rows are many and are not: a page of rows is
//! one version byte, then for each row its length (4 bytes), seq (8), incarnation (16), device sequence (8), recorded time (8)
//! and the entry's own bytes, numbers most significant byte first.

use js_sys::Uint8Array;
use serde::Serialize;
use serde::de::DeserializeOwned;
use subzero_ledger::instant::Instant;
use subzero_sync::wire::{EntryBytes, Incarnation, Row};
use uuid::Uuid;
use wasm_bindgen::{JsCast, JsValue};

use super::error::StorageError;

/// The version byte every page of rows starts with.
const PAGE_VERSION: u8 = 1;
/// Bytes of a row before its entry, without the length.
const ROW_HEAD_BYTES: usize = 8 + 16 + 8 + 8;

/// Bytes as a value of a store.
pub fn to_js(bytes: &[u8]) -> JsValue {
    Uint8Array::from(bytes).into()
}

/// The bytes of a value of `store`.
pub fn from_js(store: &'static str, value: JsValue) -> Result<Vec<u8>, StorageError> {
    match value.dyn_into::<Uint8Array>() {
        Ok(bytes) => Ok(bytes.to_vec()),
        Err(_) => Err(StorageError::Unreadable { store }),
    }
}

/// A control record as a value of `store`.
pub fn json_to_js<T: Serialize>(store: &'static str, record: &T) -> Result<JsValue, StorageError> {
    let bytes = serde_json::to_vec(record).map_err(|_| StorageError::Unreadable { store })?;
    Ok(to_js(&bytes))
}

/// A control record from a value of `store`.
pub fn json_from_js<T: DeserializeOwned>(store: &'static str, value: JsValue) -> Result<T, StorageError> {
    serde_json::from_slice(&from_js(store, value)?).map_err(|_| StorageError::Unreadable { store })
}

/// A whole number as a key. Keys stay far below 2^53.
#[expect(clippy::cast_precision_loss, reason = "a key counts entries of one device or shop: far below 2^53")]
pub fn key(number: u64) -> JsValue {
    JsValue::from_f64(number as f64)
}

/// A key as a whole number.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "checked to be whole and in range just before"
)]
pub fn number(store: &'static str, key: f64) -> Result<u64, StorageError> {
    const MAX: f64 = 9_007_199_254_740_991.0;
    if key.fract() == 0.0 && (0.0..=MAX).contains(&key) {
        Ok(key as u64)
    } else {
        Err(StorageError::Unreadable { store })
    }
}

/// Rows as one value.
pub fn encode_rows(rows: &[Row]) -> Vec<u8> {
    let bytes: usize = rows.iter().map(|row| 4 + ROW_HEAD_BYTES + row.body.0.len()).sum();
    let mut page = Vec::with_capacity(1 + bytes);
    page.push(PAGE_VERSION);
    for row in rows {
        let length = u32::try_from(ROW_HEAD_BYTES + row.body.0.len()).unwrap_or(u32::MAX);
        page.extend(length.to_be_bytes());
        page.extend(row.seq.to_be_bytes());
        page.extend(row.inc.0.as_bytes());
        page.extend(row.dseq.to_be_bytes());
        page.extend(row.recorded.unix_ms().to_be_bytes());
        page.extend(&row.body.0);
    }
    page
}

/// The rows of one value; none when a single byte is not as [`encode_rows`] writes it.
pub fn decode_rows(page: &[u8]) -> Option<Vec<Row>> {
    let (&version, mut rest) = page.split_first()?;
    if version != PAGE_VERSION {
        return None;
    }
    let mut rows = Vec::new();
    while !rest.is_empty() {
        let length = usize::try_from(u32::from_be_bytes(take(&mut rest)?)).ok()?;
        let (mut row, after) = rest.split_at_checked(length)?;
        rest = after;
        rows.push(Row {
            seq: u64::from_be_bytes(take(&mut row)?),
            inc: Incarnation(Uuid::from_bytes(take(&mut row)?)),
            dseq: u64::from_be_bytes(take(&mut row)?),
            recorded: Instant::from_unix_ms(i64::from_be_bytes(take(&mut row)?))?,
            body: EntryBytes(row.to_vec()),
        });
    }
    Some(rows)
}

fn take<const N: usize>(from: &mut &[u8]) -> Option<[u8; N]> {
    let (taken, rest) = from.split_first_chunk::<N>()?;
    *from = rest;
    Some(*taken)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(seq: u64, body: &[u8]) -> Row {
        let inc = Incarnation(Uuid::from_u128(7));
        let recorded = Instant::from_unix_ms(1_700_000_000_000).unwrap_or(Instant::MIN);
        Row { seq, inc, dseq: seq + 1, recorded, body: EntryBytes(body.to_vec()) }
    }

    #[test]
    fn rows_come_back_as_they_went() {
        for rows in [vec![], vec![row(1, b"")], vec![row(1, b"mug"), row(2, &[0; 300])]] {
            assert_eq!(decode_rows(&encode_rows(&rows)), Some(rows));
        }
    }

    #[test]
    fn a_page_that_is_cut_or_grown_is_not_a_page() {
        let page = encode_rows(&[row(1, b"mug"), row(2, b"cup")]);
        let whole: Vec<usize> = (0..page.len()).filter(|&length| decode_rows(&page[..length]).is_some()).collect();
        assert_eq!(whole, vec![1, 1 + 4 + ROW_HEAD_BYTES + 3], "only a cut between two rows leaves rows");
        let grown = [page.as_slice(), &[0]].concat();
        assert_eq!(decode_rows(&grown), None);
        assert_eq!(decode_rows(&[]), None);
        assert_eq!(decode_rows(&[PAGE_VERSION + 1]), None);
    }
}
