//! How a till stands with its server.

use serde::{Deserialize, Serialize};
use subzero_ledger::instant::Instant;
use subzero_sync::replica::Alert;

/// Something that went wrong with sync, until somebody has said that they saw it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Told {
    /// When.
    pub at: Instant,
    /// What.
    pub alert: Alert,
}

/// How fresh what this device knows of others is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Heard {
    /// Everything the server has is here.
    Now,
    /// It last was then.
    At(Instant),
    /// It never was.
    Never,
}

/// How a device stands with the server, in one word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Network {
    /// The server answers and has everything.
    Online,
    /// So many entries are on their way to it.
    Sending(usize),
    /// It does not answer; so many entries wait for it.
    Offline(usize),
    /// So many things are for a person to look at.
    Attention(usize),
}

impl Network {
    /// Of a server that answers or does not, with so much for a person to look at, and so many entries that are not sent. What a person has to look at
    /// comes first: everything else ends by itself.
    pub const fn of(is_online: bool, to_look_at: usize, unsent: usize) -> Self {
        match (is_online, to_look_at, unsent) {
            (_, 1.., _) => Self::Attention(to_look_at),
            (true, 0, 0) => Self::Online,
            (true, 0, _) => Self::Sending(unsent),
            (false, 0, _) => Self::Offline(unsent),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_person_has_to_look_at_comes_first() {
        assert_eq!(Network::of(true, 0, 0), Network::Online);
        assert_eq!(Network::of(true, 0, 3), Network::Sending(3));
        assert_eq!(Network::of(false, 0, 0), Network::Offline(0));
        for is_online in [true, false] {
            assert_eq!(Network::of(is_online, 2, 3), Network::Attention(2));
        }
    }
}
