//! How many bodies are read at once: each is in memory whole before anything can be said of it.
//!
//! Whoever sends one slowly holds up themselves and nobody else: a device may send a few, and all devices together so many.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use subzero_ledger::ids::DeviceId;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::db::AccountId;

type Who = (AccountId, DeviceId);

/// Bodies of one kind.
pub struct Bodies {
    all: Arc<Semaphore>,
    each: u32,
    by_device: Mutex<BTreeMap<Who, u32>>,
}

/// Leave to read one, until it is dropped.
pub struct Permit {
    bodies: Arc<Bodies>,
    who: Who,
    of_all: Option<OwnedSemaphorePermit>,
}

impl Bodies {
    /// So many, and so many for each device.
    pub fn new(all: usize, each: u32) -> Arc<Self> {
        Arc::new(Self { all: Arc::new(Semaphore::new(all)), each, by_device: Mutex::default() })
    }

    /// Waits for leave to read one. None for a device that sends as many as it may.
    pub async fn permit(self: &Arc<Self>, who: Who) -> Option<Permit> {
        {
            let mut taken = self.by_device.lock().unwrap_or_else(PoisonError::into_inner);
            let own = taken.entry(who).or_default();
            if *own >= self.each {
                return None;
            }
            *own += 1;
        }
        // Given back whenever this is dropped, also while it waits.
        let mut permit = Permit { bodies: Arc::clone(self), who, of_all: None };
        permit.of_all = Arc::clone(&self.all).acquire_owned().await.ok();
        Some(permit)
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        let mut taken = self.bodies.by_device.lock().unwrap_or_else(PoisonError::into_inner);
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
        let bodies = Bodies::new(3, 2);
        let who = |id| (AccountId(1), DeviceId(id));
        let first = bodies.permit(who(1)).await.unwrap();
        let second = bodies.permit(who(1)).await.unwrap();
        assert!(bodies.permit(who(1)).await.is_none(), "a third of one device");
        let third = bodies.permit(who(2)).await.unwrap();
        let mut context = Context::from_waker(Waker::noop());
        {
            let mut waiting = pin!(bodies.permit(who(3)));
            assert!(waiting.as_mut().poll(&mut context).is_pending());
            drop(first);
            assert!(waiting.as_mut().poll(&mut context).is_ready());
        }
        drop((second, third));
        assert!(bodies.by_device.lock().unwrap().is_empty(), "who waited in vain leaves nothing behind");
    }
}
