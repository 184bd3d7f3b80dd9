//! Bearer tokens: 256 random bits, shown once. Only their SHA-256 is kept, so a copy of the database signs nobody in.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest as _, Sha256};

/// Letters and digits that are hardly mistaken for each other: no l, o, 0 and 1.
pub const LETTERS: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";

/// The SHA-256 of a token: what the database keeps and looks up.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct TokenHash(pub [u8; 32]);

/// A new token as its holder sends it, and what is kept of it. Fails when the system has no randomness to give.
pub fn mint() -> Result<(String, TokenHash), getrandom::Error> {
    let mut secret = [0; 32];
    getrandom::fill(&mut secret)?;
    let token = URL_SAFE_NO_PAD.encode(secret);
    let hash = hash(&token);
    Ok((token, hash))
}

/// So many random letters that people can read and type, 5 bits each.
pub fn letters(count: usize) -> Result<String, getrandom::Error> {
    let mut random = vec![0; count];
    getrandom::fill(&mut random)?;
    let places = random.iter().map(|byte| usize::from(byte % 32));
    Ok(places.filter_map(|place| LETTERS.get(place)).map(|letter| char::from(*letter)).collect())
}

/// What is kept of a token. Any text has a hash; only a minted one is found under it.
pub fn hash(token: &str) -> TokenHash {
    TokenHash(Sha256::digest(token.as_bytes()).into())
}
