//! A rescue file: what a register recorded and could not send, carried to the server by hand.
//!
//! A tablet may never see a network again: its storage is full or damaged, its glass is broken, it was sold. So what it has not sent can be
//! saved as a file, and any other register of the account, or whoever runs the server, can bring that file in. It goes through the same
//! [`intake`](crate::intake) as a push of that register would, so that nothing counts twice if the register comes back after all.
//!
//! A file is two lines of text. The first says what it is and holds the second to its length and its SHA-256:
//!
//! ```text
//! {"subzero_rescue":1,"bytes":312,"sha256":"…"}
//! {"account":"…","device":3,"made":1700000000000,"runs":[{"inc":"…","first":17,"before":"…","entries":["…"]}]}
//! ```
//!
//! It holds entries and nothing else: no token, no PIN, no name of anybody. What it is read from may have holes, so entries come in runs:
//!
//! > A run is taken under an incarnation of its own, [made](severed) from its entries, whatever the file says: so nobody goes on with a register's
//! > own outbox but that register. The same run is the same outbox whoever brings it in, and an entry that the server has is known by its id.
//! >
//! > Nothing in a file is trusted. What is cut, changed, too large, of a later version or of another account is refused with a sentence.
//!
//! ```
//! # use subzero_sync::{rescue::{Rescue, Run}, chain::Position, wire::*};
//! # use subzero_ledger::{ids::DeviceId, instant::Instant};
//! let run = Run { inc: Incarnation(Default::default()), first: 1, before: Chain::GENESIS, entries: vec![EntryBytes(b"a sale".to_vec())] };
//! let rescue = Rescue { account: AccountKey(Default::default()), device: DeviceId(3), made: Instant::MIN, runs: vec![run] };
//! let text = rescue.encode();
//! assert_eq!(Rescue::decode(&text), Ok(rescue));
//! assert!(Rescue::decode(&text.replace('3', "4")).is_err());
//! ```

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use subzero_ledger::entry::{ENTRY_BYTES_MAX, Entry};
use subzero_ledger::ids::{DeviceId, ShopId};
use subzero_ledger::instant::Instant;

use crate::chain::Position;
use crate::records::{Control, Own};
use crate::wire::{
    AccountKey, Chain, EntryBytes, Flag, Incarnation, PUSH_BYTES_MAX, PUSH_ENTRIES_MAX, PushRequest, PushVerdict,
    RESCUE_BYTES_MAX, RESCUE_ENTRIES_MAX, RESCUE_TEXT_MAX, RescueReply, Verdict,
};

/// The version that is written, and the only one that is read.
pub const VERSION: u32 = 1;
/// The highest device sequence: numbers in JSON are exact up to here.
const DSEQ_MAX: u64 = (1 << 53) - 1;

/// What one register had not sent, or one file's share of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rescue {
    /// The account whose register it is.
    pub account: AccountKey,
    /// The register.
    pub device: DeviceId,
    /// When the file was made, by the clock of the register.
    pub made: Instant,
    /// The entries.
    pub runs: Vec<Run>,
}

/// Entries of one outbox, none left out between the first and the last.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Run {
    /// The outbox.
    pub inc: Incarnation,
    /// Device sequence of the first entry.
    pub first: u64,
    /// The chain before it.
    pub before: Chain,
    /// The entries.
    pub entries: Vec<EntryBytes>,
}

/// Why a text is not a rescue file that can be brought in here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RescueError {
    /// It does not begin as one.
    #[error("This is not a file of what a register had not sent.")]
    NotRescue,
    /// It is of a later version.
    #[error("This file is of version {0}, which is newer than this program: bring it in where Subzero is up to date.")]
    Newer(u32),
    /// Its end is missing, or there is more than it says.
    #[error("This file is not whole: copy it once more from where it was saved.")]
    Cut,
    /// A part of it is not as it was written.
    #[error("This file was changed or damaged on its way: copy it once more from where it was saved.")]
    Damaged,
    /// More than one file may hold.
    #[error("This file is larger than such a file can be.")]
    TooLarge,
    /// It is of another account.
    #[error("This file is of another business.")]
    OtherAccount,
}

impl RescueError {
    /// Stable, for programs.
    pub const fn code(self) -> &'static str {
        match self {
            Self::NotRescue => "rescue_not_one",
            Self::Newer(_) => "rescue_newer",
            Self::Cut => "rescue_cut",
            Self::Damaged => "rescue_damaged",
            Self::TooLarge => "rescue_too_large",
            Self::OtherAccount => "rescue_other_account",
        }
    }
}

/// The first line, as far as every version has it.
#[derive(Deserialize)]
struct AnyHead {
    subzero_rescue: u32,
}

/// The first line.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Head {
    subzero_rescue: u32,
    bytes: usize,
    /// In hexadecimal, as a chain is written.
    sha256: Chain,
}

impl Rescue {
    /// As a file has it.
    pub fn encode(&self) -> String {
        // Neither has a map or a float in it, so there is nothing that JSON could not say.
        let content = serde_json::to_string(self).unwrap_or_default();
        let head = Head { subzero_rescue: VERSION, bytes: content.len(), sha256: hash(content.as_bytes()) };
        format!("{}\n{content}\n", serde_json::to_string(&head).unwrap_or_default())
    }

    /// Reads a file, and holds it to everything it promises.
    pub fn decode(text: &str) -> Result<Self, RescueError> {
        if text.len() > RESCUE_TEXT_MAX {
            return Err(RescueError::TooLarge);
        }
        let (head, content) = text.split_once('\n').unwrap_or((text, ""));
        let AnyHead { subzero_rescue: version } = serde_json::from_str(head).map_err(|_| RescueError::NotRescue)?;
        if version > VERSION {
            return Err(RescueError::Newer(version));
        }
        let head: Head = serde_json::from_str(head).map_err(|_| RescueError::NotRescue)?;
        if version != VERSION {
            return Err(RescueError::NotRescue);
        }
        let content = content.strip_suffix('\n').ok_or(RescueError::Cut)?;
        if content.len() != head.bytes {
            return Err(RescueError::Cut);
        }
        if hash(content.as_bytes()) != head.sha256 {
            return Err(RescueError::Damaged);
        }
        let rescue: Self = serde_json::from_str(content).map_err(|_| RescueError::Damaged)?;
        rescue.held_to_limits()
    }

    /// The same, if it is of this account.
    pub fn for_account(self, account: AccountKey) -> Result<Self, RescueError> {
        if self.account == account { Ok(self) } else { Err(RescueError::OtherAccount) }
    }

    /// How many entries it holds.
    pub fn count(&self) -> usize {
        self.runs.iter().fold(0, |sum, run| sum.saturating_add(run.entries.len()))
    }

    /// What is to be pushed in the register's name, in order: as many at once as one push may carry.
    pub fn requests(&self, now: Instant) -> Vec<PushRequest> {
        let mut requests = Vec::new();
        for run in self.runs.iter().map(|run| Run::severed(self.device, &run.entries)) {
            for Run { inc, first, before, entries } in run.parts(PUSH_ENTRIES_MAX, PUSH_BYTES_MAX) {
                requests.push(PushRequest { epoch: None, inc, first, before, now, entries });
            }
        }
        requests
    }

    /// The shops whose stock its entries move, as far as they can be read.
    pub fn shops(&self) -> BTreeSet<ShopId> {
        let entries = self.runs.iter().flat_map(|run| &run.entries);
        let shops = entries.filter_map(|entry| Some(Entry::decode(1, &entry.0).ok()?.header.shop));
        shops.filter(|shop| *shop != ShopId::OFFICE).collect()
    }

    /// What a register could not send, as few files as its size allows. No entries, no file.
    pub fn files(account: AccountKey, device: DeviceId, made: Instant, runs: &[Run]) -> Vec<Self> {
        let empty = Self { account, device, made, runs: Vec::new() };
        let mut files: Vec<Self> = Vec::new();
        for part in runs.iter().flat_map(|run| run.parts(RESCUE_ENTRIES_MAX, RESCUE_BYTES_MAX)) {
            match files.last_mut() {
                Some(file) if file.has_room_for(&part) => file.runs.push(part),
                Some(_) | None => files.push(Self { runs: vec![part], ..empty.clone() }),
            }
        }
        files
    }

    fn has_room_for(&self, run: &Run) -> bool {
        let bytes = self.runs.iter().fold(run.bytes(), |sum, run| sum.saturating_add(run.bytes()));
        self.count().saturating_add(run.entries.len()) <= RESCUE_ENTRIES_MAX && bytes <= RESCUE_BYTES_MAX
    }

    fn held_to_limits(self) -> Result<Self, RescueError> {
        let bytes = self.runs.iter().fold(0_usize, |sum, run| sum.saturating_add(run.bytes()));
        if self.count() > RESCUE_ENTRIES_MAX || bytes > RESCUE_BYTES_MAX {
            return Err(RescueError::TooLarge);
        }
        let is_sound = |run: &Run| {
            let last = u64::try_from(run.entries.len()).ok().and_then(|count| run.first.checked_add(count));
            run.first > 0
                && last.is_some_and(|last| last <= DSEQ_MAX)
                && !run.entries.is_empty()
                && run.entries.iter().all(|entry| entry.0.len() <= ENTRY_BYTES_MAX)
        };
        if self.runs.iter().all(is_sound) { Ok(self) } else { Err(RescueError::Damaged) }
    }
}

impl Run {
    /// Entries as an outbox of their own.
    fn severed(device: DeviceId, entries: &[EntryBytes]) -> Self {
        Self { inc: severed(device, entries), first: 1, before: Chain::GENESIS, entries: entries.to_vec() }
    }

    fn bytes(&self) -> usize {
        self.entries.iter().fold(0, |sum, entry| sum.saturating_add(entry.0.len()))
    }

    /// The same entries in parts, each within the limits but for a single entry that is beyond them; each goes on with the chain.
    fn parts(&self, entries_max: usize, bytes_max: usize) -> Vec<Self> {
        let mut parts: Vec<Self> = Vec::new();
        let mut place = Position { dseq: self.first.saturating_sub(1), chain: self.before };
        for entry in &self.entries {
            match parts.last_mut() {
                Some(part)
                    if part.entries.len() < entries_max && part.bytes().saturating_add(entry.0.len()) <= bytes_max =>
                {
                    part.entries.push(entry.clone());
                }
                Some(_) | None => parts.push(Self {
                    inc: self.inc,
                    first: place.dseq.saturating_add(1),
                    before: place.chain,
                    entries: vec![entry.clone()],
                }),
            }
            place = place.next(self.inc, entry);
        }
        parts
    }
}

impl RescueReply {
    /// Nothing yet of this register.
    pub const fn begin(device: DeviceId) -> Self {
        Self { device, stored: 0, known: 0, flagged: 0, aside: 0 }
    }

    /// Counts what became of a push in the register's name.
    pub fn count(&mut self, verdicts: &[PushVerdict]) {
        for PushVerdict { verdict, .. } in verdicts {
            let count = match verdict {
                Verdict::Ok => &mut self.stored,
                Verdict::Dup => &mut self.known,
                Verdict::Flagged { flags } => {
                    // That it was brought in is odd of none of them.
                    let is_odd = flags.iter().any(|flag| *flag != Flag::Rescued);
                    self.flagged = self.flagged.saturating_add(u64::from(is_odd));
                    &mut self.stored
                }
                Verdict::Quarantined { .. } => &mut self.aside,
            };
            *count = count.saturating_add(1);
        }
    }
}

/// What could be read of an outbox, which may be all of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Salvage {
    /// Where it stands; none where that cannot be read.
    pub control: Option<Control>,
    /// The entries that can be read, in order; where there is no control record, by whatever numbers they were kept.
    pub own: Vec<Own>,
    /// Those that the server has set aside, by device sequence.
    pub aside: BTreeSet<u64>,
    /// How many records cannot be read.
    pub unreadable: u64,
}

impl Salvage {
    /// The entries of a register that the server does not hold, or holds aside. Where nobody knows what it holds, that is all of them.
    pub fn runs(&self, device: DeviceId) -> Vec<Run> {
        let acked = self.control.map_or(0, |control| control.acked.dseq);
        let mut stretches: Vec<(u64, Vec<EntryBytes>)> = Vec::new();
        for own in self.own.iter().filter(|own| own.dseq > acked || self.aside.contains(&own.dseq)) {
            match stretches.last_mut() {
                Some((last, stretch)) if last.checked_add(1) == Some(own.dseq) => {
                    *last = own.dseq;
                    stretch.push(own.body.clone());
                }
                Some(_) | None => stretches.push((own.dseq, vec![own.body.clone()])),
            }
        }
        stretches.iter().map(|(_, entries)| Run::severed(device, entries)).collect()
    }
}

/// The outbox of entries that are brought in by hand: the same for whoever brings in the same ones.
pub fn severed(device: DeviceId, entries: &[EntryBytes]) -> Incarnation {
    let mut hash = Sha256::new();
    hash.update(b"subzero severed run");
    hash.update(device.0.to_be_bytes());
    for entry in entries {
        hash.update(entry.0.len().to_be_bytes());
        hash.update(&entry.0);
    }
    let hash: [u8; 32] = hash.finalize().into();
    let bytes = hash.first_chunk::<16>().copied().unwrap_or_default();
    Incarnation(uuid::Builder::from_custom_bytes(bytes).into_uuid())
}

fn hash(bytes: &[u8]) -> Chain {
    Chain(Sha256::digest(bytes).into())
}
