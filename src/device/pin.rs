//! Checking a PIN on the device, with no network: PBKDF2-HMAC-SHA256 by the browser's own `SubtleCrypto`.
//!
//! It gives accountability, not secrecy: who holds the device and its storage can try all the PINs there are. What an employee may do
//! is decided elsewhere, and the server checks it again.

use js_sys::{Array, Uint8Array};
use subzero_ledger::entry::catalogue::PinVerifier;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Crypto, CryptoKey, Pbkdf2Params};

/// The rounds of a new verifier: some 50 ms on a cheap tablet.
pub const ROUNDS: u32 = 100_000;
/// The most rounds a synced verifier may ask of the device.
pub const ROUNDS_MAX: u32 = 1_000_000;

/// Why a PIN cannot be checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PinError {
    /// `SubtleCrypto` exists on HTTPS and localhost only.
    #[error("PINs can be checked only on a page served over HTTPS")]
    NoCrypto,
    /// The verifier asks for no rounds, or too many.
    #[error("this employee's PIN must be set again")]
    Rounds,
}

/// Whether `pin` is the one the verifier was made from.
pub async fn check(pin: &str, verifier: &PinVerifier) -> Result<bool, PinError> {
    let hash = derive(pin, &verifier.salt, verifier.rounds).await?;
    // Every byte is compared, whatever the first says.
    let differing = hash.iter().zip(&verifier.hash).fold(0, |differing, (a, b)| differing | (a ^ b));
    Ok(differing == 0)
}

/// A verifier for a new PIN, with a salt of its own.
pub async fn verifier(pin: &str) -> Result<PinVerifier, PinError> {
    let mut salt = [0; 16];
    crypto()?.get_random_values_with_u8_array(&mut salt).map_err(|_| PinError::NoCrypto)?;
    Ok(PinVerifier { salt, rounds: ROUNDS, hash: derive(pin, &salt, ROUNDS).await? })
}

async fn derive(pin: &str, salt: &[u8; 16], rounds: u32) -> Result<[u8; 32], PinError> {
    if rounds == 0 || rounds > ROUNDS_MAX {
        return Err(PinError::Rounds);
    }
    let bits = derive_bits(pin, salt, rounds).await.map_err(|_| PinError::NoCrypto)?;
    let mut hash = [0; 32];
    let bytes = Uint8Array::new(&bits);
    if bytes.length() != 32 {
        return Err(PinError::NoCrypto);
    }
    bytes.copy_to(&mut hash);
    Ok(hash)
}

async fn derive_bits(pin: &str, salt: &[u8; 16], rounds: u32) -> Result<JsValue, JsValue> {
    let subtle = crypto().map_err(|error| JsValue::from_str(&error.to_string()))?.subtle();
    let secret = Uint8Array::from(pin.as_bytes());
    let usages = Array::of1(&JsValue::from_str("deriveBits"));
    let key = JsFuture::from(subtle.import_key_with_str("raw", &secret, "PBKDF2", false, &usages)?).await?;
    let salt = Uint8Array::from(salt.as_slice());
    let params = Pbkdf2Params::new("PBKDF2", &JsValue::from_str("SHA-256"), rounds, &salt);
    JsFuture::from(subtle.derive_bits_with_object(&params, &key.dyn_into::<CryptoKey>()?, 256)?).await
}

fn crypto() -> Result<Crypto, PinError> {
    let crypto = web_sys::window().and_then(|window| window.crypto().ok()).ok_or(PinError::NoCrypto)?;
    if crypto.subtle().is_undefined() { Err(PinError::NoCrypto) } else { Ok(crypto) }
}
