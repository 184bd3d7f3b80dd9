//! How many bodies are read at once: each is in memory whole before anything can be said of it.
//!
//! Whoever sends one slowly holds up themselves and nobody else: a device may send a few, the devices of an account some, and all together so many.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use subzero_ledger::ids::DeviceId;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::db::AccountId;

/// How many bodies of one kind are read at once.
#[derive(Clone, Copy, Debug)]
pub struct Most {
    /// Of all.
    pub all: usize,
    /// Of one account.
    pub account: u32,
    /// Of one device.
    pub device: u32,
}

/// Bodies of one kind.
pub struct Bodies {
    most: Most,
    all: Arc<Semaphore>,
    /// None of a device: all of its account.
    taken: Mutex<BTreeMap<(AccountId, Option<DeviceId>), u32>>,
}

/// Leave to read one, until it is dropped.
pub struct Permit {
    bodies: Arc<Bodies>,
    who: (AccountId, DeviceId),
    of_all: Option<OwnedSemaphorePermit>,
}

impl Bodies {
    /// At most so many.
    pub fn new(most: Most) -> Arc<Self> {
        Arc::new(Self { most, all: Arc::new(Semaphore::new(most.all)), taken: Mutex::default() })
    }

    /// Waits for leave to read one. None for a device that sends as many as it or its account may.
    pub async fn permit(self: &Arc<Self>, who: (AccountId, DeviceId)) -> Option<Permit> {
        let (account, device) = who;
        {
            let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
            let count = |who| taken.get(&who).copied().unwrap_or_default();
            if count((account, Some(device))) >= self.most.device || count((account, None)) >= self.most.account {
                return None;
            }
            for who in [(account, Some(device)), (account, None)] {
                *taken.entry(who).or_default() += 1;
            }
        }
        // Given back whenever this is dropped, also while it waits.
        let mut permit = Permit { bodies: Arc::clone(self), who, of_all: None };
        permit.of_all = Arc::clone(&self.all).acquire_owned().await.ok();
        Some(permit)
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        let mut taken = self.bodies.taken.lock().unwrap_or_else(PoisonError::into_inner);
        let (account, device) = self.who;
        for who in [(account, Some(device)), (account, None)] {
            match taken.get_mut(&who) {
                Some(own) if *own > 1 => *own -= 1,
                Some(_) | None => {
                    taken.remove(&who);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::future::Future as _;
    use std::pin::pin;
    use std::task::{Context, Waker};

    use super::*;

    #[tokio::test]
    async fn a_device_and_an_account_have_their_own_and_all_wait_for_all() {
        let bodies = Bodies::new(Most { all: 3, account: 3, device: 2 });
        let who = |id| (AccountId(1 + i64::from(id > 2)), DeviceId(id));
        let first = bodies.permit(who(1)).await.unwrap();
        let second = bodies.permit(who(1)).await.unwrap();
        assert!(bodies.permit(who(1)).await.is_none(), "a third of one device");
        let third = bodies.permit(who(2)).await.unwrap();
        assert!(bodies.permit(who(2)).await.is_none(), "a fourth of one account");
        let mut context = Context::from_waker(Waker::noop());
        {
            let mut waiting = pin!(bodies.permit(who(3)));
            assert!(waiting.as_mut().poll(&mut context).is_pending());
            drop(first);
            assert!(waiting.as_mut().poll(&mut context).is_ready());
        }
        drop((second, third));
        assert!(bodies.taken.lock().unwrap().is_empty(), "who waited in vain leaves nothing behind");
    }
}
