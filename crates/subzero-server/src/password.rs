//! Owners' passwords: argon2id, a few at a time, and no sooner an answer for an address nobody has.

use std::fmt::Display;
use std::num::NonZero;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use argon2::password_hash::PasswordHasher as _;
use argon2::password_hash::phc::PasswordHash;
use argon2::{Argon2, Block, Params};
use subtle::ConstantTimeEq as _;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// How many passwords of owners are hashed or wait for their turn; whoever comes then is told to come again.
const WAITING_MAX: usize = 32;
/// The same for addresses that nobody has, in whose queue an owner waits: whoever comes then is told no after as long as it last took.
const STRANGERS_WAITING_MAX: usize = 4;

/// The password of nobody.
const DECOY: &str = "nobody has this password";

/// Why a password could not be hashed or checked.
#[derive(Debug, thiserror::Error)]
pub enum PasswordError {
    /// The hash in the database is not one, or hashing failed.
    #[error("a password could not be hashed: {0}")]
    Hash(String),
    /// The task that hashes was stopped.
    #[error("hashing was interrupted")]
    Interrupted,
    /// Too many wait already.
    #[error("too many passwords are being checked")]
    Busy,
}

/// Checks passwords off the threads that answer requests.
#[derive(Clone)]
pub struct Passwords {
    /// Each hash takes 19 MiB and a core: half of them are for everybody else.
    turns: Arc<Semaphore>,
    /// What they are hashed in, one for each turn at most, used again and again: what is given back to the system piece by piece is often kept.
    memories: Arc<Mutex<Vec<Vec<Block>>>>,
    places: Arc<Semaphore>,
    strangers: Arc<Semaphore>,
    /// How long it took the last stranger.
    last_took: Arc<Mutex<Duration>>,
    /// Checked when there is no owner, so that the answer takes as long.
    decoy: Arc<str>,
}

impl Passwords {
    /// Hashes the decoy.
    pub fn new() -> Result<Self, PasswordError> {
        let cores = std::thread::available_parallelism().map_or(1, NonZero::get);
        let turns = Arc::new(Semaphore::new((cores / 2).max(1)));
        let (places, strangers) = (Semaphore::new(WAITING_MAX), Semaphore::new(STRANGERS_WAITING_MAX));
        let began = Instant::now();
        let decoy = hash(DECOY)?.into();
        let last_took = Arc::new(Mutex::new(began.elapsed()));
        let (places, strangers) = (Arc::new(places), Arc::new(strangers));
        Ok(Self { turns, memories: Arc::default(), places, strangers, last_took, decoy })
    }

    /// Whether this is the password of that hash; without a hash it is not, after as long a while. What is begun is finished whether or not
    /// somebody still waits for it, and has its place and its turn until then.
    pub async fn check(&self, password: String, hash: Option<String>) -> Result<bool, PasswordError> {
        let Some(hash) = hash else { return self.refuse(password).await };
        let place = Arc::clone(&self.places).try_acquire_owned().map_err(|_| PasswordError::Busy)?;
        self.compare(password, hash.into(), place).await
    }

    /// Takes as long as it would for an owner.
    async fn refuse(&self, password: String) -> Result<bool, PasswordError> {
        let took = || self.last_took.lock().unwrap_or_else(PoisonError::into_inner);
        let Ok(place) = Arc::clone(&self.strangers).try_acquire_owned() else {
            let last = *took();
            tokio::time::sleep(last).await;
            return Ok(false);
        };
        let began = Instant::now();
        self.compare(password, Arc::clone(&self.decoy), place).await?;
        *took() = began.elapsed();
        Ok(false)
    }

    async fn compare(
        &self,
        password: String,
        hash: Arc<str>,
        place: OwnedSemaphorePermit,
    ) -> Result<bool, PasswordError> {
        let turn = Arc::clone(&self.turns).acquire_owned().await.map_err(|_| PasswordError::Interrupted)?;
        let memories = Arc::clone(&self.memories);
        tokio::task::spawn_blocking(move || {
            let _held = (place, turn);
            let kept = || memories.lock().unwrap_or_else(PoisonError::into_inner);
            let mut memory = kept().pop().unwrap_or_default();
            let matches = matches(&password, &hash, &mut memory);
            kept().push(memory);
            matches
        })
        .await
        .map_err(|_| PasswordError::Interrupted)?
    }
}

/// The argon2id hash of a password, with its salt and its cost in it.
pub fn hash(password: &str) -> Result<String, PasswordError> {
    let hash = Argon2::default().hash_password(password.as_bytes()).map_err(failed)?;
    Ok(hash.to_string())
}

fn matches(password: &str, hash: &str, memory: &mut Vec<Block>) -> Result<bool, PasswordError> {
    let hash = PasswordHash::new(hash).map_err(failed)?;
    let params = Params::try_from(&hash).map_err(failed)?;
    let (Some(salt), Some(expected)) = (&hash.salt, &hash.hash) else {
        return Err(PasswordError::Hash("there is no salt or no hash in it".to_owned()));
    };
    memory.resize(params.block_count(), Block::new());
    let mut found = vec![0; expected.as_bytes().len()];
    let argon = Argon2::from(params);
    argon
        .hash_password_into_with_memory(password.as_bytes(), salt.as_ref(), &mut found, memory.as_mut_slice())
        .map_err(failed)?;
    Ok(found.ct_eq(expected.as_bytes()).into())
}

fn failed(error: impl Display) -> PasswordError {
    PasswordError::Hash(error.to_string())
}

#[cfg(test)]
mod tests {
    use std::task::Poll;

    use super::*;

    #[tokio::test]
    async fn whoever_hangs_up_leaves_no_room_for_more_at_once_and_strangers_leave_room_for_owners() {
        let passwords = Passwords::new().unwrap();
        let turns = passwords.turns.available_permits();
        let owners = hash("correct horse").unwrap();
        for (hash, most) in [(None, STRANGERS_WAITING_MAX), (Some(owners.clone()), WAITING_MAX)] {
            let mut left = Vec::new();
            for _ in 0..most {
                let mut check = Box::pin(passwords.check("wrong".into(), hash.clone()));
                // It begins, and nobody waits for it any more.
                assert!(std::future::poll_fn(|cx| Poll::Ready(check.as_mut().poll(cx).is_pending())).await);
                left.push(check);
            }
            if hash.is_some() {
                assert!(matches!(passwords.check("wrong".into(), hash).await, Err(PasswordError::Busy)));
            } else {
                assert_eq!(passwords.strangers.available_permits(), 0);
                assert!(!passwords.check("wrong".into(), None).await.unwrap(), "told no, and not to come again");
                assert_eq!(passwords.places.available_permits(), WAITING_MAX);
            }
            drop(left);
        }
        // Those that had no turn yet are gone, and those that are being hashed still have theirs.
        assert!(passwords.places.available_permits() >= WAITING_MAX - turns);
        assert!(passwords.turns.available_permits() <= turns);
        assert!(passwords.check("correct horse".into(), Some(owners)).await.unwrap());
    }

    #[tokio::test]
    async fn a_password_is_hashed_also_when_there_is_no_owner() {
        let passwords = Passwords::new().unwrap();
        let kims = hash("correct horse").unwrap();
        assert!(passwords.check("correct horse".into(), Some(kims.clone())).await.unwrap());
        assert!(!passwords.check("wrong".into(), Some(kims)).await.unwrap());
        assert!(!passwords.check("wrong".into(), None).await.unwrap());
        // Not even the decoy's own password signs anybody in.
        assert!(!passwords.check(DECOY.into(), None).await.unwrap());
        // That the decoy is really checked shows when it cannot be.
        let broken = Passwords { decoy: "not a hash".into(), ..passwords };
        assert!(broken.check("wrong".into(), None).await.is_err());
    }
}
