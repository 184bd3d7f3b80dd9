//! Records as bytes: what is written to either database, and read back without trust.
//!
//! Control records are JSON, so that they can be read in a debugger. Rows are many and are not: they are as they are in
//! [`segment`](subzero_sync::segment).

use js_sys::Uint8Array;
use serde::Serialize;
use serde::de::DeserializeOwned;
use wasm_bindgen::{JsCast, JsValue};

use super::error::StorageError;

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

/// How many bytes a value has; 0 where it is not bytes.
pub fn length(value: &JsValue) -> usize {
    let bytes = value.dyn_ref::<Uint8Array>();
    bytes.and_then(|bytes| usize::try_from(bytes.length()).ok()).unwrap_or_default()
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
