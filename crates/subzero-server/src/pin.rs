//! PIN verifiers for employees that the server creates. Tills check PINs themselves, also offline.

use pbkdf2::pbkdf2_hmac;
use sha2::Sha256;
use subzero_ledger::entry::catalogue::PinVerifier;

/// Iterations: a tenth of a second on a tablet. More would not help a secret of four digits.
const ROUNDS: u32 = 100_000;

/// How this PIN is checked from now on, with a salt of its own. Fails when the system has no randomness to give.
pub fn verifier(pin: &str) -> Result<PinVerifier, getrandom::Error> {
    let mut salt = [0; 16];
    getrandom::fill(&mut salt)?;
    let mut hash = [0; 32];
    pbkdf2_hmac::<Sha256>(pin.as_bytes(), &salt, ROUNDS, &mut hash);
    Ok(PinVerifier { salt, rounds: ROUNDS, hash })
}
