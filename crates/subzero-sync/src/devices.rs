//! The devices of an account as the server last told of them: which have fallen silent, and who is signed in where.
//!
//! It is for people to judge figures by. Nothing is decided by it: a silent device may hold sales that nobody else knows of, and its own
//! word of how many is from before it fell silent.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use subzero_ledger::entry::Mode;
use subzero_ledger::ids::DeviceId;
use subzero_ledger::instant::Instant;

use crate::wire::{DeviceSeen, ListedRegister, Manifest, SignedIn, Standing};

/// A device asks for news at least every [`WAIT_MAX_MS`](crate::wire::WAIT_MAX_MS); four times that without a word is silence.
const SILENT_AFTER_MS: u64 = 100_000;

/// A clock that is off by more than this is spoken of, in milliseconds.
const OFF_MS: u64 = 2 * 60_000;
/// A clock that is off by more than this is asked about.
const FAR_OFF_MS: u64 = 60 * 60_000;

/// What was told, and when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Devices {
    /// By the server's clock.
    pub at: Instant,
    /// By how many milliseconds the clock of the device that was told was ahead of that.
    #[serde(default)]
    pub ahead_ms: i64,
    /// One for each device.
    pub seen: Vec<DeviceSeen>,
}

/// A register, as far as it is known here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Register {
    /// Which.
    pub device: DeviceId,
    /// When it was last heard of; nothing if it never was.
    pub seen: Option<Instant>,
    /// What it said of itself then.
    pub standing: Standing,
    /// By how many minutes its clock is ahead; nothing for one that is right, as far as is known.
    pub clock_ahead_minutes: Option<i64>,
    /// As the server lists it to an owner; nothing for one that was not listed.
    pub listed: Option<ListedRegister>,
}

impl Register {
    fn of(device: DeviceId, told: Option<&DeviceSeen>, listed: Option<&ListedRegister>) -> Self {
        let told = told.map(|told| (told.seen, told.standing));
        let said = listed.and_then(|listed| Some((listed.seen?, listed.standing)));
        // The two are asked for at different times.
        let heard = [told, said].into_iter().flatten().max_by_key(|(seen, _)| *seen);
        let standing = heard.map(|(_, standing)| standing).unwrap_or_default();
        // A version that does not say so itself was compared when it last sent something.
        let skew_ms = listed.and_then(|listed| listed.skew_ms).filter(|_| standing.version.is_none());
        let skew = skew_ms.and_then(|ms| ClockState::of(ms).ahead_minutes());
        Self {
            device,
            seen: heard.map(|(seen, _)| seen),
            standing,
            clock_ahead_minutes: standing.clock_ahead_minutes.or(skew),
            listed: listed.cloned(),
        }
    }

    /// When its access ended, if it did.
    pub fn removed(&self) -> Option<Instant> {
        self.listed.as_ref().and_then(|listed| listed.removed)
    }
}

/// Every register this device was told of or an owner had listed, by their numbers; those whose access has ended come last.
pub fn registers(told: Option<&Devices>, listed: &[ListedRegister]) -> Vec<Register> {
    let told: BTreeMap<DeviceId, &DeviceSeen> =
        told.iter().flat_map(|devices| &devices.seen).map(|seen| (seen.device, seen)).collect();
    let listed: BTreeMap<DeviceId, &ListedRegister> = listed.iter().map(|listed| (listed.device, listed)).collect();
    let all: BTreeSet<DeviceId> = told.keys().chain(listed.keys()).copied().collect();
    let register = |device| Register::of(device, told.get(&device).copied(), listed.get(&device).copied());
    let mut registers: Vec<Register> = all.into_iter().map(register).collect();
    registers.sort_by_key(|register| register.removed().is_some());
    registers
}

/// How a device's clock stands to the server's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClockState {
    /// Close enough.
    Right,
    /// By so many milliseconds ahead, or behind.
    Off(i64),
    /// So far off that whoever records anything has to be asked.
    FarOff(i64),
}

impl ClockState {
    /// Of a clock that is ahead by so many milliseconds.
    const fn of(off_ms: i64) -> Self {
        match off_ms.unsigned_abs() {
            off if off <= OFF_MS => Self::Right,
            off if off <= FAR_OFF_MS => Self::Off(off_ms),
            _ => Self::FarOff(off_ms),
        }
    }

    /// By how many whole minutes it is ahead; nothing if it is right.
    pub const fn ahead_minutes(self) -> Option<i64> {
        match self {
            Self::Right => None,
            Self::Off(ms) | Self::FarOff(ms) => Some(ms / 60_000),
        }
    }
}

impl Devices {
    /// What a manifest tells that came just now, by this device's clock.
    pub fn of(manifest: &Manifest, now: Instant) -> Self {
        let ahead_ms = now.unix_ms().saturating_sub(manifest.now.unix_ms());
        Self { at: manifest.now, ahead_ms, seen: manifest.devices.clone() }
    }

    /// How this device's clock stands, which says now. It was compared when the server last answered; and whatever it says, it is not before that.
    pub fn clock(&self, now: Instant) -> ClockState {
        let behind_ms = now.unix_ms().saturating_sub(self.at.unix_ms()).min(0);
        ClockState::of(if behind_ms < self.ahead_ms.min(0) { behind_ms } else { self.ahead_ms })
    }

    /// The devices but for one that had not been heard of for some time, the longest silent first. One that was heard of later than now was heard of
    /// by a clock that was wrong, and not since.
    pub fn silent(&self, but: DeviceId) -> Vec<DeviceSeen> {
        let others = self.seen.iter().filter(|seen| seen.device != but);
        let mut silent: Vec<DeviceSeen> =
            others.filter(|seen| self.at.unix_ms().abs_diff(seen.seen.unix_ms()) >= SILENT_AFTER_MS).copied().collect();
        silent.sort_by_key(|seen| (seen.seen, seen.device));
        silent
    }

    /// Whoever is signed in, on any device but one, in another mode than the account's.
    pub fn in_another_mode(&self, mode: Mode, but: DeviceId) -> Vec<(DeviceId, SignedIn)> {
        let others = self.seen.iter().filter(|seen| seen.device != but);
        let sessions = others.filter_map(|seen| Some((seen.device, seen.standing.session?)));
        sessions.filter(|(_, session)| session.mode != mode).collect()
    }

    /// Whether it says the same as another but for the moments, which pass by themselves.
    pub fn says_the_same(&self, other: &Self) -> bool {
        let said = |devices: &Self| devices.seen.iter().map(|seen| (seen.device, seen.standing)).collect::<Vec<_>>();
        self.ahead_ms.abs_diff(other.ahead_ms) < OFF_MS / 4 && said(self) == said(other)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]
mod tests {
    use super::*;
    use crate::wire::{Version, WAIT_MAX_MS};
    use subzero_ledger::ids::{EmployeeId, ShopId};

    fn minute(minute: i64) -> Instant {
        Instant::from_unix_ms(minute.saturating_mul(60_000)).unwrap()
    }

    fn seen(device: u32, at: i64, mode: Option<Mode>) -> DeviceSeen {
        let session = mode.map(|mode| SignedIn { employee: EmployeeId::from_u128(1), mode, since: minute(0) });
        DeviceSeen {
            device: DeviceId(device),
            seen: minute(at),
            standing: Standing { unsent: 41, session, ..Standing::default() },
        }
    }

    #[test]
    fn silence_is_four_waits_for_news() {
        assert_eq!(SILENT_AFTER_MS, u64::from(WAIT_MAX_MS).saturating_mul(4));
    }

    #[test]
    fn who_has_not_asked_for_news_is_silent_and_one_is_not_silent_to_oneself() {
        let devices = Devices {
            at: minute(200),
            ahead_ms: 0,
            seen: vec![seen(1, 20, None), seen(2, 199, None), seen(3, 10, None)],
        };
        let silent = |but| devices.silent(DeviceId(but)).iter().map(|seen| seen.device.0).collect::<Vec<_>>();
        assert_eq!(silent(2), [3, 1]);
        assert_eq!(silent(1), [3]);
        let heard_ahead = Devices { at: minute(200), ahead_ms: 0, seen: vec![seen(1, 500_000, None)] };
        assert_eq!(heard_ahead.silent(DeviceId(9)).len(), 1, "by a clock that was a year ahead");
    }

    #[test]
    fn a_clock_that_is_off_is_spoken_of_and_one_that_is_far_off_is_asked_about() {
        let manifest = |at| Manifest {
            epoch: crate::wire::Epoch(uuid::Uuid::nil()),
            now: minute(at),
            heads: Vec::new(),
            devices: Vec::new(),
            snapshot: None,
        };
        let state = |own: i64, server: i64| Devices::of(&manifest(server), minute(own)).clock(minute(own));
        assert_eq!(state(102, 100), ClockState::Right);
        assert_eq!(state(103, 100), ClockState::Off(180_000));
        assert_eq!(state(97, 100), ClockState::Off(-180_000));
        assert_eq!(state(160, 100), ClockState::Off(3_600_000));
        assert_eq!(state(161, 100), ClockState::FarOff(3_660_000));
        assert_eq!(state(0, 100), ClockState::FarOff(-6_000_000));
        // Heard of when it was right, and set back since, without a network.
        let heard = Devices::of(&manifest(100), minute(100));
        assert_eq!(heard.clock(minute(500)), ClockState::Right);
        assert_eq!(heard.clock(minute(90)), ClockState::Off(-600_000));
        assert_eq!(heard.clock(minute(10)), ClockState::FarOff(-5_400_000));
    }

    #[test]
    fn who_signed_in_before_the_switch_is_on_the_old_mode() {
        let all = vec![seen(1, 0, Some(Mode::Allow)), seen(2, 0, Some(Mode::AutoAdd)), seen(3, 0, None)];
        let devices = Devices { at: minute(0), ahead_ms: 0, seen: all };
        let old: Vec<u32> = devices.in_another_mode(Mode::AutoAdd, DeviceId(9)).iter().map(|(id, _)| id.0).collect();
        assert_eq!(old, [1]);
        assert!(devices.in_another_mode(Mode::AutoAdd, DeviceId(1)).is_empty());
    }

    fn listed(device: u32, seen: Option<i64>) -> ListedRegister {
        ListedRegister {
            device: DeviceId(device),
            register: format!("Till {device}"),
            shop: ShopId(1),
            paired: minute(0),
            seen: seen.map(minute),
            skew_ms: None,
            standing: Standing { unsent: 7, ..Standing::default() },
            shops: vec![ShopId(1)],
            removed: None,
        }
    }

    #[test]
    fn of_what_was_told_and_what_was_listed_of_a_register_the_later_counts() {
        let told = Devices { at: minute(10), ahead_ms: 0, seen: vec![seen(1, 5, None), seen(2, 5, None)] };
        let removed = ListedRegister { removed: Some(minute(3)), ..listed(1, Some(2)) };
        let all = registers(Some(&told), &[removed, listed(2, Some(9)), listed(3, None)]);
        let said: Vec<_> =
            all.iter().map(|one| (one.device.0, one.seen, one.standing.unsent, one.removed().is_some())).collect();
        let expected = [
            (2, Some(minute(9)), 7, false),
            // It said something of itself and was never heard of: there is nothing to go by.
            (3, None, 0, false),
            (1, Some(minute(5)), 41, true),
        ];
        assert_eq!(said, expected);
        let offline: Vec<_> =
            registers(Some(&told), &[]).iter().map(|one| (one.device.0, one.listed.is_some())).collect();
        assert_eq!(offline, [(1, false), (2, false)]);
        assert!(registers(None, &[]).is_empty());
    }

    #[test]
    fn a_register_that_speaks_of_its_clock_is_believed_and_else_what_it_sent_last_tells() {
        let ahead = |standing, skew_ms| {
            let one = ListedRegister { skew_ms, standing, ..listed(1, Some(1)) };
            registers(None, &[one]).first().unwrap().clock_ahead_minutes
        };
        let (old, new) = (Standing::default(), Standing { version: Some(Version(1, 0, 0)), ..Standing::default() });
        assert_eq!(ahead(old, Some(600_000)), Some(10));
        assert_eq!(ahead(old, Some(60_000)), None, "close enough");
        assert_eq!(ahead(new, Some(600_000)), None, "set right since");
        assert_eq!(ahead(Standing { clock_ahead_minutes: Some(-5), ..new }, None), Some(-5));
    }
}
