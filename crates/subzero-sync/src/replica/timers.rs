//! Deadlines, retries and what people must know of them, for every lane.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use subzero_ledger::ids::ShopId;
use subzero_ledger::instant::Instant;

use crate::backoff::{ANSWERED_DELAY_MAX_MS, Backoff, DELAY_MAX_MS, Jitter, RETRY_AFTER_MAX_MS, later};
use crate::fault::{Attention, Fault, Remedy};

use super::RECHECK_MS;

/// What fails, and is tried again, on its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Lane {
    /// Sending own entries.
    Push,
    /// Waiting for news.
    Watch,
    /// Fetching the snapshot that every copy begins with.
    Bootstrap,
    /// Fetching a shop's rows: a shop that fails does not hold up the others.
    Pull(ShopId),
}

/// What last went wrong in a lane.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct LaneFault {
    /// Which.
    pub lane: Lane,
    /// When.
    pub at: Instant,
    /// What.
    pub fault: Fault,
    /// How often in a row; 0 when it has gone well since.
    pub in_a_row: u32,
}

#[derive(Clone, Debug)]
pub struct Timers {
    deadlines: BTreeMap<Lane, Instant>,
    retries: BTreeMap<Lane, Instant>,
    /// Lanes that the server asked to wait: coming online does not hurry them.
    patient: BTreeSet<Lane>,
    backoffs: BTreeMap<Lane, Backoff>,
    attentions: BTreeMap<Lane, Attention>,
    faults: BTreeMap<Lane, LaneFault>,
    recheck: Instant,
}

impl Timers {
    pub const fn new() -> Self {
        Self {
            deadlines: BTreeMap::new(),
            retries: BTreeMap::new(),
            patient: BTreeSet::new(),
            backoffs: BTreeMap::new(),
            attentions: BTreeMap::new(),
            faults: BTreeMap::new(),
            recheck: Instant::MIN,
        }
    }

    /// A clock that is set back must not push every timer days away.
    pub fn follow_clock(&mut self, before: Instant, now: Instant) {
        let back_ms = before.ms_since(now);
        if back_ms == 0 {
            return;
        }
        let earlier = |at: Instant| Instant::from_unix_ms(at.unix_ms().saturating_sub(back_ms)).unwrap_or(now);
        self.deadlines.values_mut().chain(self.retries.values_mut()).for_each(|at| *at = earlier(*at));
        self.recheck = earlier(self.recheck);
    }

    pub fn next(&self) -> Option<Instant> {
        self.deadlines.values().chain(self.retries.values()).chain([&self.recheck]).min().copied()
    }

    pub fn attention(&self) -> Option<Attention> {
        self.attentions.values().next().copied()
    }

    pub fn expect_by(&mut self, lane: Lane, deadline: Instant) {
        self.deadlines.insert(lane, deadline);
    }

    pub fn answered(&mut self, lane: Lane) {
        self.deadlines.remove(&lane);
    }

    /// The lanes whose answer has not come in time.
    pub fn take_missed(&mut self, now: Instant) -> Vec<Lane> {
        let missed: Vec<Lane> = self.deadlines.iter().filter(|(_, at)| **at <= now).map(|(lane, _)| *lane).collect();
        for lane in &missed {
            self.deadlines.remove(lane);
        }
        missed
    }

    /// May this lane try now?
    pub fn is_due(&self, lane: Lane) -> bool {
        !self.retries.contains_key(&lane)
    }

    pub fn drop_passed(&mut self, now: Instant) {
        self.retries.retain(|_, at| *at > now);
        let retries = &self.retries;
        self.patient.retain(|lane| retries.contains_key(lane));
    }

    /// Not before this moment.
    pub fn pause(&mut self, lane: Lane, until: Instant) {
        self.retries.insert(lane, until);
    }

    /// Whatever waits of its own accord tries now.
    pub fn hurry(&mut self) {
        let patient = &self.patient;
        self.retries.retain(|lane, _| patient.contains(lane));
    }

    /// What kept this lane from trying is over.
    pub fn try_now(&mut self, lane: Lane) {
        self.succeed(lane);
        self.patient.remove(&lane);
        self.retries.remove(&lane);
    }

    /// The server has answered in some lane: what failed for want of an answer is not put off as if there were none. It is counted from the failure,
    /// so that many answers hurry nothing any further.
    pub fn hear(&mut self) {
        for (lane, at) in &mut self.retries {
            let failed =
                self.faults.get(lane).filter(|fault| fault.in_a_row > 0 && fault.fault.remedy() == Remedy::Retry);
            if let Some(fault) = failed.filter(|_| !self.patient.contains(lane)) {
                *at = later(fault.at, ANSWERED_DELAY_MAX_MS).min(*at);
            }
        }
    }

    /// Is the outbox to be looked at, hint or no hint? Asking sets the next moment.
    pub fn take_recheck(&mut self, now: Instant) -> bool {
        let due = self.recheck <= now;
        if due {
            self.recheck = later(now, RECHECK_MS);
        }
        due
    }

    pub fn succeed(&mut self, lane: Lane) {
        self.backoffs.remove(&lane);
        self.attentions.remove(&lane);
        if let Some(fault) = self.faults.get_mut(&lane) {
            fault.in_a_row = 0;
        }
    }

    pub fn faults(&self) -> Vec<LaneFault> {
        self.faults.values().copied().collect()
    }

    /// Arms the retry that the fault's remedy asks for.
    pub fn fail(&mut self, lane: Lane, fault: Fault, now: Instant, jitter: &mut Jitter) {
        let before = self.faults.get(&lane).map_or(0, |fault| fault.in_a_row);
        self.faults.insert(lane, LaneFault { lane, at: now, fault, in_a_row: before.saturating_add(1) });
        let backoff_ms = self.backoffs.entry(lane).or_default().fail(jitter);
        let delay_ms = match fault.remedy() {
            Remedy::Retry | Remedy::Halve => backoff_ms,
            Remedy::RetryAfter { ms } => {
                self.patient.insert(lane);
                backoff_ms.max(ms.min(RETRY_AFTER_MAX_MS))
            }
            Remedy::AwaitPerson(attention) => {
                self.attentions.insert(lane, attention);
                backoff_ms
            }
            Remedy::Halt(attention) => {
                self.attentions.insert(lane, attention);
                DELAY_MAX_MS
            }
        };
        self.pause(lane, later(now, delay_ms));
    }
}
