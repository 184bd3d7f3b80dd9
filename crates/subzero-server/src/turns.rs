//! How many bodies are read at once: each is in memory whole before anything can be said of it.
//!
//! Whoever sends one slowly holds their own turn, not everybody's: a device has a few, and all devices together have so many.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use subzero_ledger::ids::DeviceId;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::db::AccountId;

type Who = (AccountId, DeviceId);

/// The turns there are.
pub struct Turns {
    all: Arc<Semaphore>,
    each: u32,
    by_device: Mutex<BTreeMap<Who, u32>>,
}

/// One of them, until it is dropped.
pub struct Turn {
    turns: Arc<Turns>,
    who: Who,
    permit: Option<OwnedSemaphorePermit>,
}

impl Turns {
    /// So many, and so many for each device.
    pub fn new(all: usize, each: u32) -> Arc<Self> {
        Arc::new(Self { all: Arc::new(Semaphore::new(all)), each, by_device: Mutex::default() })
    }

    /// Waits for one. None for a device that has all of its own.
    pub async fn take(self: &Arc<Self>, who: Who) -> Option<Turn> {
        {
            let mut taken = self.by_device.lock().unwrap_or_else(PoisonError::into_inner);
            let own = taken.entry(who).or_default();
            if *own >= self.each {
                return None;
            }
            *own += 1;
        }
        // Given back whenever this is dropped, also while it waits.
        let mut turn = Turn { turns: Arc::clone(self), who, permit: None };
        turn.permit = Arc::clone(&self.all).acquire_owned().await.ok();
        Some(turn)
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        let mut taken = self.turns.by_device.lock().unwrap_or_else(PoisonError::into_inner);
        match taken.get_mut(&self.who) {
            Some(own) if *own > 1 => *own -= 1,
            Some(_) | None => {
                taken.remove(&self.who);
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
    async fn a_device_has_its_own_and_all_wait_for_all() {
        let turns = Turns::new(3, 2);
        let who = |id| (AccountId(1), DeviceId(id));
        let first = turns.take(who(1)).await.unwrap();
        let second = turns.take(who(1)).await.unwrap();
        assert!(turns.take(who(1)).await.is_none(), "a third of one device");
        let third = turns.take(who(2)).await.unwrap();
        let mut context = Context::from_waker(Waker::noop());
        {
            let mut waiting = pin!(turns.take(who(3)));
            assert!(waiting.as_mut().poll(&mut context).is_pending());
            drop(first);
            assert!(waiting.as_mut().poll(&mut context).is_ready());
        }
        drop((second, third));
        assert!(turns.by_device.lock().unwrap().is_empty(), "who waited in vain leaves nothing behind");
    }
}
