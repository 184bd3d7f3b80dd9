//! How much one asker may ask, so that nobody keeps the others waiting.
//!
//! Each asker has a bucket that fills again as time passes: some requests at once, then as many as trickle in. Nothing is queued: who has
//! used theirs up is told when to come back. It is kept in memory and per process, and never grows beyond a limit: beyond it, a newcomer's
//! neighbour in order is forgotten. Whoever has addresses by the thousand has them side by side, and so forgets their own. A request that is
//! refused costs nothing but its refusal.
//!
//! A device with a token is counted by who it is and never by its address: a shop's tills share one, and a guest on its Wi-Fi must not
//! be able to use it up for them.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use subzero_ledger::ids::DeviceId;
use subzero_sync::wire::EntryBytes;

use crate::db::{AccountId, Device};
use crate::error::ApiError;
use crate::network::Client;
use crate::server::Server;

/// The most askers remembered at once; each takes some 50 bytes.
const ASKERS_MAX: usize = 50_000;
/// How often, at most, those are forgotten whose bucket is full again, once there are as many as may be.
const FORGET_EVERY: Duration = Duration::from_secs(1);

const DAY: Duration = Duration::from_hours(24);

/// How much one asker may ask.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quota {
    /// Requests at once. Not 0.
    pub at_once: u32,
    /// How long until as many may be asked again.
    pub within: Duration,
}

/// How much may be asked of what.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quotas {
    /// Owners' sign-ins from one address, whatever the account. A whole shop pairs its tills from one.
    pub sign_in: Quota,
    /// Pairings from one address.
    pub pairing: Quota,
    /// Codes that are tried from one address, right ones and wrong ones.
    pub code: Quota,
    /// Whatever else is asked from one address without a valid token: what this server is, wrong tokens, and the page, of which a new device
    /// fetches every file.
    pub stranger: Quota,
    /// Whether the server is up, from one address. Apart from all the rest, for it is asked when the rest is too much.
    pub watcher: Quota,
    /// What a device asks with its token. A till that copies a long history asks page after page, as fast as they come.
    pub device: Quota,
    /// What a register writes, in bytes, an entry with [`ENTRY_COSTS`] of its own. A busy till writes less than a hundredth of it; one that was
    /// offline for a month, or sends everything again after a restore, finds room.
    pub written: Quota,
    /// The same of a register whose access has ended: what it had not sent, and no more.
    pub written_after_end: Quota,
    /// The same of all registers of an account together.
    pub written_by_account: Quota,
}

/// What an entry takes beside its own bytes, roughly: its row, its number, its places in indices.
pub const ENTRY_COSTS: u32 = 256;

impl Default for Quotas {
    fn default() -> Self {
        Self {
            sign_in: Quota { at_once: 30, within: Duration::from_mins(15) },
            pairing: Quota { at_once: 120, within: Duration::from_mins(15) },
            code: Quota { at_once: 20, within: Duration::from_mins(15) },
            stranger: Quota { at_once: 6_000, within: Duration::from_mins(2) },
            watcher: Quota { at_once: 600, within: Duration::from_mins(1) },
            device: Quota { at_once: 6_000, within: Duration::from_mins(2) },
            written: Quota { at_once: 1, within: DAY },
            written_after_end: Quota { at_once: 1, within: DAY },
            written_by_account: Quota { at_once: 1, within: DAY },
        }
        .writing(DAILY_MEGABYTES)
    }
}

/// How many megabytes a register may write in a day, unless it is said.
pub const DAILY_MEGABYTES: u32 = 64;

impl Quotas {
    /// With another daily quota of what one register writes: from 1 to 511 megabytes.
    #[must_use]
    pub const fn writing(mut self, megabytes: u32) -> Self {
        let bytes = megabytes.saturating_mul(1 << 20);
        self.written.at_once = bytes;
        self.written_after_end.at_once = bytes / 10;
        self.written_by_account.at_once = bytes.saturating_mul(8);
        self
    }
}

/// The buckets of all askers.
pub struct Limits {
    /// By address: sign-ins.
    pub sign_in: Limiter<Client>,
    /// By address: pairings.
    pub pairing: Limiter<Client>,
    /// By address: codes.
    pub code: Limiter<Client>,
    /// By address: whatever has no valid token.
    pub stranger: Limiter<Client>,
    /// By address: whether the server is up.
    pub watcher: Limiter<Client>,
    /// By device.
    pub device: Limiter<(AccountId, DeviceId)>,
    /// By device: what it writes.
    written: Limiter<(AccountId, DeviceId)>,
    written_after_end: Limiter<(AccountId, DeviceId)>,
    written_by_account: Limiter<AccountId>,
}

impl Limits {
    /// Full buckets.
    pub fn new(quotas: Quotas, now: Instant) -> Self {
        Self {
            sign_in: Limiter::new(quotas.sign_in, now),
            pairing: Limiter::new(quotas.pairing, now),
            code: Limiter::new(quotas.code, now),
            stranger: Limiter::new(quotas.stranger, now),
            watcher: Limiter::new(quotas.watcher, now),
            device: Limiter::new(quotas.device, now),
            written: Limiter::new(quotas.written, now),
            written_after_end: Limiter::new(quotas.written_after_end, now),
            written_by_account: Limiter::new(quotas.written_by_account, now),
        }
    }

    /// Takes what entries of a register cost, or says how long to wait until so much may be written again.
    pub fn write(&self, device: &Device, entries: &[EntryBytes], now: Instant) -> Result<Written<'_>, Duration> {
        let bytes = |entry: &EntryBytes| u32::try_from(entry.0.len()).unwrap_or(u32::MAX).saturating_add(ENTRY_COSTS);
        let cost = entries.iter().map(bytes).fold(0, u32::saturating_add);
        let own = if device.is_removed { &self.written_after_end } else { &self.written };
        let who = (device.account, device.id);
        own.take_many(who, cost, now)?;
        self.written_by_account.take_many(device.account, cost, now).inspect_err(|_| own.give_back(&who, cost))?;
        Ok(Written { own, by_account: &self.written_by_account, who, cost })
    }
}

/// What was taken for entries. It is given back unless they are stored.
#[must_use]
pub struct Written<'a> {
    own: &'a Limiter<(AccountId, DeviceId)>,
    by_account: &'a Limiter<AccountId>,
    who: (AccountId, DeviceId),
    cost: u32,
}

impl Written<'_> {
    /// They are stored.
    pub fn keep(mut self) {
        self.cost = 0;
    }
}

impl Drop for Written<'_> {
    fn drop(&mut self) {
        self.own.give_back(&self.who, self.cost);
        self.by_account.give_back(&self.who.0, self.cost);
    }
}

/// Buckets by asker.
pub struct Limiter<Asker> {
    quota: Quota,
    buckets: Mutex<Buckets<Asker>>,
}

struct Buckets<Asker> {
    /// When each is full again. One that was full before now is as good as forgotten.
    full_by_asker: BTreeMap<Asker, Instant>,
    forgot: Instant,
}

impl<Asker: Ord + Copy> Limiter<Asker> {
    /// Full buckets.
    pub const fn new(quota: Quota, now: Instant) -> Self {
        let buckets = Buckets { full_by_asker: BTreeMap::new(), forgot: now };
        Self { quota, buckets: Mutex::new(buckets) }
    }

    /// Takes one from an asker's bucket, or says how long to wait until there is one in it.
    pub fn take(&self, asker: Asker, now: Instant) -> Result<(), Duration> {
        self.take_many(asker, 1, now)
    }

    /// Takes so many, or none.
    fn take_many(&self, asker: Asker, count: u32, now: Instant) -> Result<(), Duration> {
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        let mut full = *buckets.of(asker, now);
        full = full.max(now) + self.worth(count);
        let empty_for = full.duration_since(now).saturating_sub(self.quota.within);
        if empty_for > Duration::ZERO {
            return Err(empty_for);
        }
        *buckets.of(asker, now) = full;
        Ok(())
    }

    fn give_back(&self, asker: &Asker, count: u32) {
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(full) = buckets.full_by_asker.get_mut(asker) {
            *full = full.checked_sub(self.worth(count)).unwrap_or(*full);
        }
    }

    /// How long so many take to trickle in.
    fn worth(&self, count: u32) -> Duration {
        self.quota.within.mul_f64(f64::from(count) / f64::from(self.quota.at_once))
    }
}

impl<Asker: Ord + Copy> Buckets<Asker> {
    fn of(&mut self, asker: Asker, now: Instant) -> &mut Instant {
        if self.full_by_asker.len() >= ASKERS_MAX && now.duration_since(self.forgot) >= FORGET_EVERY {
            self.full_by_asker.retain(|_, full| *full > now);
            self.forgot = now;
        }
        if self.full_by_asker.len() >= ASKERS_MAX && !self.full_by_asker.contains_key(&asker) {
            let after = self.full_by_asker.range(asker..).next();
            let neighbour = after.or_else(|| self.full_by_asker.last_key_value()).map(|(asker, _)| *asker);
            neighbour.and_then(|neighbour| self.full_by_asker.remove(&neighbour));
        }
        self.full_by_asker.entry(asker).or_insert(now)
    }
}

/// Which buckets a request is taken from.
pub type Choice = fn(&Limits) -> &Limiter<Client>;

/// Lets a request through if there is one left in its address's bucket.
pub async fn hold(
    State((server, choice)): State<(Arc<Server>, Choice)>,
    client: Client,
    request: Request,
    next: Next,
) -> Result<Response, ApiError> {
    choice(&server.limits).take(client, Instant::now()).map_err(ApiError::TooManyRequests)?;
    Ok(next.run(request).await)
}

#[cfg(test)]
mod tests {
    use super::*;

    const QUOTA: Quota = Quota { at_once: 4, within: Duration::from_secs(8) };

    #[test]
    fn a_bucket_empties_at_once_and_fills_again_bit_by_bit() {
        let start = Instant::now();
        let limiter = Limiter::new(QUOTA, start);
        for _ in 0..4 {
            assert_eq!(limiter.take(1, start), Ok(()));
        }
        assert_eq!(limiter.take(1, start), Err(Duration::from_secs(2)));
        assert_eq!(limiter.take(2, start), Ok(()), "another's is full");
        let later = start + Duration::from_secs(2);
        assert_eq!(limiter.take(1, later), Ok(()), "what was refused cost nothing");
        assert_eq!(limiter.take(1, later), Err(Duration::from_secs(2)));
        let much_later = start + Duration::from_mins(1);
        for _ in 0..4 {
            assert_eq!(limiter.take(1, much_later), Ok(()));
        }
        assert_eq!(limiter.take(1, much_later), Err(Duration::from_secs(2)), "never more than full");
    }

    #[test]
    fn memory_does_not_grow_and_a_newcomer_has_a_bucket_of_their_own() {
        let start = Instant::now();
        let limiter = Limiter::new(QUOTA, start);
        for asker in 0..2 * ASKERS_MAX {
            assert_eq!(limiter.take(asker, start), Ok(()));
        }
        let remembered = |limiter: &Limiter<usize>| limiter.buckets.lock().unwrap().full_by_asker.len();
        assert_eq!(remembered(&limiter), ASKERS_MAX);
        let newcomer = usize::MAX;
        for _ in 0..4 {
            assert_eq!(limiter.take(newcomer, start), Ok(()));
        }
        assert!(limiter.take(newcomer, start).is_err());
        for other in 0..ASKERS_MAX / 2 {
            let _ = limiter.take(other, start);
        }
        assert!(limiter.take(newcomer, start).is_err(), "those that come together forget each other");
        assert_eq!(limiter.take(newcomer, start + Duration::from_secs(5)), Ok(()));
        assert_eq!(remembered(&limiter), 1, "full buckets are forgotten");
    }

    #[test]
    fn what_was_not_stored_is_given_back_and_what_an_account_may_not_write_costs_its_register_nothing() {
        let start = Instant::now();
        let quota = |at_once| Quota { at_once, within: DAY };
        let kib = 1024 - ENTRY_COSTS as usize;
        let quotas = Quotas { written: quota(4096), written_by_account: quota(6144), ..Quotas::default() };
        let limits = Limits::new(quotas, start);
        let device = |id| Device { account: AccountId(1), id: DeviceId(id), shops: [].into(), is_removed: false };
        let write = |id, entries| limits.write(&device(id), &vec![EntryBytes(vec![0; kib]); entries], start);
        for _ in 0..100 {
            drop(write(1, 4).unwrap());
        }
        write(1, 4).unwrap().keep();
        assert!(write(1, 1).is_err());
        for _ in 0..100 {
            assert!(write(2, 3).is_err(), "the account has two left");
        }
        write(2, 2).unwrap().keep();
        assert!(write(2, 1).is_err());
    }
}
