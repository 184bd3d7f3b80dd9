//! Folding an account's histories into a snapshot, with which a new device begins in place of the first row.
//!
//! It is an acceleration and nothing else: whatever keeps an account from being folded, devices pull its rows.
//!
//! > A snapshot is of rows that add up to the checksums stored with them, of nothing that was set aside, and of no row behind one that this
//! > program cannot read.
//! >
//! > It goes on from the one before, and is what a fold from the first row would be.
//!
//! The folding itself is done by a thread of its own, so that no request waits for it, and none that the process would wait for when it stops:
//! nothing is stored before all is folded. Several processes may fold the same account; whoever stores first has done it, and the others'
//! work is thrown away.

use std::collections::{BTreeMap, BTreeSet};

use subzero_ledger::entry::Entry;
use subzero_ledger::ids::ShopId;
use subzero_ledger::instant::Instant;
use subzero_ledger::ledger::{Arrival, Ledger};
use subzero_ledger::report::Books;
use subzero_ledger::snapshot::{Beginning, Snapshot, SnapshotError, TakeError};
use subzero_sync::segment::{content_hash, snapshot_hash};
use subzero_sync::wire::{Checksum, ContentHash, Row, SNAPSHOT_PART_BYTES_MAX, SNAPSHOT_PARTS_MAX};
use tokio::sync::{mpsc, oneshot};

use crate::db::history::Head;
use crate::db::snapshots::Last;
use crate::db::{AccountId, Db, DbError};

/// After how many rows an account is folded, unless the operator says otherwise.
pub const SNAPSHOT_AFTER: u64 = 2_000;
const DAY_MS: i64 = 24 * 60 * 60 * 1000;
/// What happened within so long is kept whole: a quarter of a year, and a day at either end …
const KEPT_WHOLE_MS: i64 = 92 * DAY_MS;
/// … but where that is more entries than this, only so many …
const KEPT_WHOLE_ENTRIES: usize = 20_000;
/// … and all of so long in any case: what comes from a register that was offline for some days then is not too late.
const KEPT_WHOLE_LEAST_MS: i64 = 4 * DAY_MS;
/// How many pages of rows wait for the thread that folds them.
const PAGES_AHEAD: usize = 2;

/// How far shops' histories go.
pub type Heads = BTreeMap<ShopId, Head>;

/// Why an account was not folded. Its devices pull rows.
#[derive(Debug, thiserror::Error)]
pub enum FoldError {
    /// The database.
    #[error(transparent)]
    Db(#[from] DbError),
    /// What the rows lead to cannot be folded.
    #[error(transparent)]
    Take(#[from] TakeError),
    /// The snapshot cannot be written, or the one before cannot be read.
    #[error(transparent)]
    Bytes(#[from] SnapshotError),
    /// A row that is not what was stored.
    #[error("row {1} of shop {0} does not add up to the checksum stored with it")]
    Damaged(ShopId, u64),
    /// More bytes than are offered.
    #[error("a snapshot has at most {SNAPSHOT_PARTS_MAX} parts of {SNAPSHOT_PART_BYTES_MAX} bytes")]
    TooLarge,
    /// No thread to fold in.
    #[error("there is no thread for it: {0}")]
    Thread(std::io::Error),
    /// The thread ended before it was done.
    #[error("the thread that folds ended before it was done")]
    Ended,
}

impl FoldError {
    /// Whether it is the snapshot before that cannot be gone on from, and the first row may do.
    const fn is_of_what_it_began_from(&self) -> bool {
        matches!(self, Self::Bytes(_) | Self::Take(TakeError::Lacking | TakeError::Before))
    }
}

/// What came of folding an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Folded {
    /// It has a new snapshot.
    Stored(Size),
    /// So much would have been kept whole that a snapshot saves nothing.
    SavesNothing(Size),
    /// Another process was faster.
    Overtaken,
}

/// How much a snapshot folds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Size {
    /// The rows up to its frontier.
    pub rows: u64,
    /// How many of them it keeps whole.
    pub kept: u64,
    /// What it takes, in bytes.
    pub bytes: usize,
}

/// A snapshot that is to be stored.
#[derive(Clone, Debug)]
pub struct Made {
    /// Since when nothing is left out.
    pub horizon: Instant,
    /// Up to where each shop is folded in.
    pub shops: Heads,
    /// What it is named by.
    pub hash: ContentHash,
    /// Its bytes in pieces, each with its name.
    pub parts: Vec<(ContentHash, Vec<u8>)>,
}

/// Which accounts are due.
#[derive(Clone, Copy, Debug)]
pub struct Folding {
    after: u64,
}

impl Folding {
    /// Accounts are folded after so many rows, and again after as many more; never with 0.
    pub const fn new(after: u64) -> Self {
        Self { after }
    }

    /// Folds an account if it is due. That it is begun is stored first: a fold that takes more memory than there is ends the process, and must not
    /// end the next one too; and of several processes mostly only one begins.
    pub async fn look_at(self, db: &Db, account: AccountId, now: Instant) -> Result<Option<Folded>, FoldError> {
        if self.after == 0 {
            return Ok(None);
        }
        let heads = db.account_heads(account).await?;
        let last = db.last_snapshot(account).await?;
        let rows = total(&heads);
        let folded = last.shops.as_ref().map_or(0, total);
        let tried = db.fold_tried(account).await?;
        let before = folded.max(tried);
        if rows.saturating_sub(before) < self.after {
            return Ok(None);
        }
        db.note_fold_tried(account, rows).await?;
        let done = fold(db, account, &heads, last, now).await;
        // What the database could not do just now is tried again with the next row.
        if matches!(&done, Err(FoldError::Db(error)) if error.is_temporary()) {
            db.note_fold_tried(account, tried).await?;
        }
        done.map(Some)
    }
}

/// Folds an account up to these heads and stores what came of it.
pub async fn fold(db: &Db, account: AccountId, heads: &Heads, last: Last, now: Instant) -> Result<Folded, FoldError> {
    let after = last.number;
    let (size, made) = match fold_on(db, account, heads, last, now).await {
        Some(Err(error)) if error.is_of_what_it_began_from() => {
            tracing::info!(%error, "folding from the first row");
            let folded = fold_rows(db, account, heads, Begun::default(), now).await?;
            // That is a great deal of work: not before a quarter as many rows have come is it done again.
            let rows = total(heads);
            db.note_fold_tried(account, rows.saturating_add(rows / 4)).await?;
            folded
        }
        Some(done) => done?,
        None => fold_rows(db, account, heads, Begun::default(), now).await?,
    };
    let Some(made) = made else { return Ok(Folded::SavesNothing(size)) };
    let is_stored = db.store_snapshot(account, after, made).await?;
    Ok(if is_stored { Folded::Stored(size) } else { Folded::Overtaken })
}

/// Goes on from the last snapshot, if there is one of this program's rules.
async fn fold_on(
    db: &Db,
    account: AccountId,
    heads: &Heads,
    last: Last,
    now: Instant,
) -> Option<Result<(Size, Option<Made>), FoldError>> {
    let shops = last.shops?;
    match db.snapshot_bytes(account, last.number).await {
        Ok(bytes) => Some(fold_rows(db, account, heads, Begun { bytes: Some(bytes), shops }, now).await),
        Err(error) => Some(Err(error.into())),
    }
}

/// What a fold goes on from: with no bytes, from nothing.
#[derive(Default)]
struct Begun {
    bytes: Option<Vec<u8>>,
    shops: Heads,
}

/// What the thread is told.
enum Told {
    /// The next rows of a shop, each with the checksum stored with it.
    Rows(ShopId, Vec<(Row, Checksum)>),
    /// These were all.
    NoMore,
}

/// Reads the rows after what it began from, page by page, while a thread folds them. Rows never change, so the pages need not be of one moment.
async fn fold_rows(
    db: &Db,
    account: AccountId,
    heads: &Heads,
    begun: Begun,
    now: Instant,
) -> Result<(Size, Option<Made>), FoldError> {
    let (tell, told) = mpsc::channel(PAGES_AHEAD);
    let (answer, answered) = oneshot::channel();
    let from = begun.shops.clone();
    let folding = move || {
        // Nobody hears the answer of a fold that was given up.
        let _ = answer.send(fold_told(begun, now, told));
    };
    std::thread::Builder::new().name("fold".to_owned()).spawn(folding).map_err(FoldError::Thread)?;
    'shops: for (shop, head) in heads {
        let mut after = from.get(shop).map_or(0, |head| head.seq);
        while after < head.seq {
            let rows = db.rows(account, *shop, after, head.seq).await?;
            let Some((last, _)) = rows.last() else { return Err(FoldError::Damaged(*shop, after + 1)) };
            after = last.seq;
            if tell.send(Told::Rows(*shop, rows)).await.is_err() {
                break 'shops;
            }
        }
    }
    // A thread that is gone has said why.
    let _ = tell.send(Told::NoMore).await;
    answered.await.map_err(|_| FoldError::Ended)?
}

fn fold_told(begun: Begun, now: Instant, mut told: mpsc::Receiver<Told>) -> Result<(Size, Option<Made>), FoldError> {
    let mut fold = Fold::begin(begun)?;
    loop {
        match told.blocking_recv() {
            Some(Told::Rows(shop, rows)) => {
                for (row, checksum) in &rows {
                    fold.take_in(shop, row, *checksum)?;
                }
            }
            Some(Told::NoMore) => return fold.finish(now),
            None => return Err(FoldError::Ended),
        }
    }
}

/// A fold under way.
struct Fold {
    beginning: Beginning,
    reached: Heads,
    /// Shops with a row that cannot be read: what comes behind it is left to whoever can.
    stopped: BTreeSet<ShopId>,
    /// What the ledger is to take in at once.
    entries: Vec<(Entry, Arrival)>,
}

impl Fold {
    fn begin(Begun { bytes, shops }: Begun) -> Result<Self, FoldError> {
        let beginning = match bytes {
            Some(bytes) => Snapshot::decode(&bytes)?.begin(),
            None => Beginning::default(),
        };
        Ok(Self { beginning, reached: shops, stopped: BTreeSet::new(), entries: Vec::new() })
    }

    fn take_in(&mut self, shop: ShopId, row: &Row, checksum: Checksum) -> Result<(), FoldError> {
        if self.stopped.contains(&shop) {
            return Ok(());
        }
        let before = self.reached.get(&shop).copied().unwrap_or(Head { seq: 0, checksum: Checksum::EMPTY });
        if row.seq != before.seq + 1 || before.checksum.add(shop, row) != checksum {
            return Err(FoldError::Damaged(shop, row.seq));
        }
        // A device of a later version may know what is in it: were it folded as nothing, that device would never hear of it.
        let Ok(entry) = Entry::decode(row.dseq, &row.body.0).map(|entry| entry.arrived(row.recorded)) else {
            tracing::warn!(%shop, seq = row.seq, "this row cannot be read: its shop is folded up to it");
            self.stopped.insert(shop);
            return Ok(());
        };
        self.reached.insert(shop, Head { seq: row.seq, checksum });
        let arrival = Arrival::Confirmed { seq: row.seq };
        self.beginning.catalogue.insert(&entry, arrival);
        self.beginning.documents.insert(&entry);
        self.entries.push((entry, arrival));
        Ok(())
    }

    fn finish(self, now: Instant) -> Result<(Size, Option<Made>), FoldError> {
        let Self { mut beginning, reached: shops, entries, .. } = self;
        beginning.ledger.extend(entries);
        let Beginning { ledger, documents, catalogue } = &beginning;
        let books = Books { ledger, documents, tables: catalogue };
        let frontier = shops.iter().map(|(shop, head)| (*shop, head.seq)).collect();
        let horizon = horizon(ledger, now);
        let snapshot = Snapshot::take(&books, &frontier, horizon)?;
        drop(beginning);
        let kept = u64::try_from(snapshot.entries().count()).unwrap_or(u64::MAX);
        let bytes = snapshot.encode()?;
        drop(snapshot);
        let size = Size { rows: total(&shops), kept, bytes: bytes.len() };
        if size.kept > size.rows / 2 {
            return Ok((size, None));
        }
        let parts: Vec<(ContentHash, Vec<u8>)> =
            bytes.chunks(SNAPSHOT_PART_BYTES_MAX).map(|part| (content_hash(part), part.to_vec())).collect();
        if parts.len() > SNAPSHOT_PARTS_MAX {
            return Err(FoldError::TooLarge);
        }
        let names: Vec<ContentHash> = parts.iter().map(|(name, _)| *name).collect();
        Ok((size, Some(Made { horizon, shops, hash: snapshot_hash(&names), parts })))
    }
}

/// From which moment on everything is kept whole. However far ahead a clock was, that is no later than just after the last entry: what happens next
/// would come too late for every base.
pub fn horizon(ledger: &Ledger, now: Instant) -> Instant {
    let ago = |ms| Instant::from_unix_ms(now.unix_ms() - ms).unwrap_or(Instant::MIN);
    let of_entries = ledger.newest_first().nth(KEPT_WHOLE_ENTRIES).map_or(Instant::MIN, |entry| entry.header.at);
    let wanted = of_entries.max(ago(KEPT_WHOLE_MS)).min(ago(KEPT_WHOLE_LEAST_MS));
    let last = ledger.newest_first().next().map(|entry| entry.header.at);
    let after_last = last.and_then(|at| Instant::from_unix_ms(at.unix_ms() + 1)).max(ledger.horizon());
    after_last.map_or(wanted, |after| wanted.min(after))
}

fn total(heads: &Heads) -> u64 {
    heads.values().map(|head| head.seq).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use subzero_ledger::entry::{Body, CostControl, Header, Mode, Retraction};
    use subzero_ledger::ids::{DeviceId, EmployeeId, EntryId, SessionId};

    const NOW_MS: i64 = 1_780_000_000_000;

    fn days_ago(days: i64) -> Instant {
        Instant::from_unix_ms(NOW_MS - days * DAY_MS).unwrap()
    }

    /// So many entries on each of so many days up to now.
    fn ledger(a_day: usize, days: i64) -> Ledger {
        let mut ledger = Ledger::default();
        let moments = (0..days).flat_map(|day| std::iter::repeat_n(days_ago(day), a_day));
        ledger.extend(moments.zip(1_u64..).map(|(at, seq)| {
            let header = Header {
                id: EntryId::from_u128(seq.into()),
                shop: ShopId(1),
                device: DeviceId(1),
                at,
                employee: EmployeeId::from_u128(1),
                session: SessionId::from_u128(1),
                approved_by: None,
                import: None,
                mode: Mode::Allow,
                cost_control: CostControl::Default,
            };
            let body = Body::Retraction(Retraction { of: EntryId::from_u128(0) });
            (Entry { dseq: seq, header, body }, Arrival::Confirmed { seq })
        }));
        ledger
    }

    #[test]
    fn a_quarter_is_kept_whole_or_twenty_thousand_entries_but_never_less_than_some_days() {
        let of = |a_day, days| horizon(&ledger(a_day, days), days_ago(0));
        assert_eq!(of(10, 200), days_ago(92));
        assert_eq!(of(1_000, 50), days_ago(20));
        assert_eq!(of(5_000, 5), days_ago(4));
        assert_eq!(of(9_000, 5), days_ago(4));
        assert_eq!(of(0, 0), days_ago(92));
    }

    #[test]
    fn a_clock_that_is_a_year_ahead_does_not_reach_beyond_what_happened() {
        let just_after = Instant::from_unix_ms(NOW_MS + 1).unwrap();
        assert_eq!(horizon(&ledger(10, 200), days_ago(-365)), just_after);
    }
}
