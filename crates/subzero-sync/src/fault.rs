//! What can go wrong, and what each of it leads to: retry, wait for a person, or halt. Decided here and nowhere else.
//!
//! Nothing here ever stops the queue for good: waiting for a person and halting keep a timer armed, only a slow one.

use serde::Serialize;

/// Why there is no answer to a request, whichever it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Failure {
    /// No connection.
    Unreachable,
    /// None within the deadline.
    TimedOut,
    /// An answer that is not our JSON with our epoch: a captive portal, a proxy's page, a truncated or stale answer.
    NotOurs,
    /// 401: the device's token is not known, or no longer.
    SignedOut,
    /// 403: the device may not do this.
    Forbidden,
    /// 413: too much at once.
    TooLarge,
    /// 426: this version of the page is too old to be answered. Pushes are still taken.
    Outdated,
    /// 429 or 503: not now.
    Busy {
        /// When the server asks to be tried again, in milliseconds from now.
        retry_after_ms: Option<u64>,
    },
    /// Any other 4xx.
    Refused {
        /// The status.
        status: u16,
    },
    /// Any other 5xx.
    Broken {
        /// The status.
        status: u16,
    },
}

impl Failure {
    /// What a status that is not a success means. `retry_after_ms` is the `Retry-After` header's value.
    pub const fn from_status(status: u16, retry_after_ms: Option<u64>) -> Self {
        match status {
            401 => Self::SignedOut,
            403 => Self::Forbidden,
            413 => Self::TooLarge,
            426 => Self::Outdated,
            429 | 503 => Self::Busy { retry_after_ms },
            400..=499 => Self::Refused { status },
            500..=599 => Self::Broken { status },
            _ => Self::NotOurs,
        }
    }
}

/// Why the device's own storage did not do what it was told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum StorageFailure {
    /// The txn was aborted or the database was closed under it.
    Aborted,
    /// No space left.
    Full,
    /// Not readable: the record is damaged or missing.
    Damaged,
}

/// All that can go wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Fault {
    /// A request without an answer.
    Request(Failure),
    /// A write or read of the own storage.
    Storage(StorageFailure),
    /// A shop's copy does not add up to what the server has.
    Checksum,
}

/// What a fault leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Remedy {
    /// Try again, later and later.
    Retry,
    /// Try again, but not before this many milliseconds from now.
    RetryAfter {
        /// How long the server asks to be left alone.
        ms: u64,
    },
    /// Try again with half as much, at once.
    Halve,
    /// Only a person can put this right; tried again all the same, later and later.
    AwaitPerson(Attention),
    /// Going on could do harm; looked at again at the slowest pace.
    Halt(Attention),
}

/// What a person should know or do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Attention {
    /// Pair this device again.
    PairAgain,
    /// This device is no longer allowed to sync; ask the owner.
    NotAllowed,
    /// Reload the page: a newer version is there.
    Reload,
    /// The server does not take what this device sends; tell whoever runs it.
    ServerRefuses,
    /// Free some space on this device.
    DeviceFull,
    /// The outbox is damaged: export it before anything else.
    OutboxDamaged,
    /// The server answers, and what was recorded here has not been taken for minutes: tell whoever runs it.
    NotSending,
}

impl Fault {
    /// What it leads to.
    pub const fn remedy(self) -> Remedy {
        match self {
            Self::Request(failure) => match failure {
                Failure::Unreachable
                | Failure::TimedOut
                | Failure::NotOurs
                | Failure::Broken { .. }
                | Failure::Busy { retry_after_ms: None } => Remedy::Retry,
                Failure::Busy { retry_after_ms: Some(ms) } => Remedy::RetryAfter { ms },
                Failure::TooLarge => Remedy::Halve,
                Failure::SignedOut => Remedy::AwaitPerson(Attention::PairAgain),
                Failure::Forbidden => Remedy::AwaitPerson(Attention::NotAllowed),
                Failure::Outdated => Remedy::AwaitPerson(Attention::Reload),
                Failure::Refused { .. } => Remedy::AwaitPerson(Attention::ServerRefuses),
            },
            Self::Storage(StorageFailure::Aborted) | Self::Checksum => Remedy::Retry,
            Self::Storage(StorageFailure::Full) => Remedy::AwaitPerson(Attention::DeviceFull),
            Self::Storage(StorageFailure::Damaged) => Remedy::Halt(Attention::OutboxDamaged),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_status_has_a_remedy_and_only_damage_halts() {
        for status in 0..=999 {
            let remedy = Fault::Request(Failure::from_status(status, Some(7))).remedy();
            let expected = match status {
                401 => Remedy::AwaitPerson(Attention::PairAgain),
                403 => Remedy::AwaitPerson(Attention::NotAllowed),
                413 => Remedy::Halve,
                426 => Remedy::AwaitPerson(Attention::Reload),
                429 | 503 => Remedy::RetryAfter { ms: 7 },
                400..=499 => Remedy::AwaitPerson(Attention::ServerRefuses),
                _ => Remedy::Retry,
            };
            assert_eq!(remedy, expected, "status {status}");
        }
        assert_eq!(Fault::Storage(StorageFailure::Damaged).remedy(), Remedy::Halt(Attention::OutboxDamaged));
    }
}
