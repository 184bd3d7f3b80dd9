//! PIN verifiers for employees that the server creates. Tills check PINs themselves, also offline.

use pbkdf2::password_hash::{self, PasswordHasher as _, SaltString};
use pbkdf2::{Params, Pbkdf2};
use subzero_ledger::entry::catalogue::PinVerifier;

/// Iterations: a tenth of a second on a tablet. More would not help a secret of four digits.
const ROUNDS: u32 = 100_000;

/// Why there is no verifier.
#[derive(Debug, thiserror::Error)]
pub enum PinError {
    /// The system has no randomness to give.
    #[error("the system has no randomness: {0}")]
    Random(#[from] getrandom::Error),
    /// The hash cannot be computed.
    #[error("a PIN cannot be hashed: {0}")]
    Hash(#[from] password_hash::Error),
}

/// How this PIN is checked from now on, with a salt of its own.
pub fn verifier(pin: &str) -> Result<PinVerifier, PinError> {
    let mut salt = [0; 16];
    getrandom::fill(&mut salt)?;
    let hash = derive(pin, salt, ROUNDS)?;
    Ok(PinVerifier { salt, rounds: ROUNDS, hash })
}

/// PBKDF2-HMAC-SHA256, 32 bytes.
fn derive(pin: &str, salt: [u8; 16], rounds: u32) -> Result<[u8; 32], password_hash::Error> {
    let salt = SaltString::encode_b64(&salt)?;
    let params = Params { rounds, output_length: 32 };
    let derived = Pbkdf2.hash_password_customized(pin.as_bytes(), None, None, params, &salt)?;
    let output = derived.hash.ok_or(password_hash::Error::PhcStringField)?;
    output.as_bytes().try_into().map_err(|_| password_hash::Error::PhcStringField)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_known_pin_has_the_hash_that_every_till_computes() {
        // Python: hashlib.pbkdf2_hmac("sha256", b"1234", bytes(range(16)), 1000)
        let salt = std::array::from_fn(|place| u8::try_from(place).unwrap());
        let hash = derive("1234", salt, 1_000).unwrap();
        let hex: String = hash.iter().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().concat();
        assert_eq!(hex, "2240ea2a22754a3c4610356ef8e4d7acf25af2ac3d2d11866de97a8b7812c52c");
    }
}
