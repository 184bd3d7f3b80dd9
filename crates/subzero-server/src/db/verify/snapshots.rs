//! Snapshots: whether they are what they are named by, can be begun with, and end where the histories say.

use subzero_ledger::snapshot::{Snapshot, SnapshotError};
use subzero_sync::segment::{content_hash, snapshot_hash};
use subzero_sync::wire::{Checksum, ContentHash};

use super::{Fault, Reading, Site};
use crate::db::driver::first;
use crate::db::snapshots::{for_each_part, shops};
use crate::db::statement::Statement;
use crate::db::{AccountId, DbError, value};
use crate::fold::Heads;

/// What is stored of a snapshot beside its parts.
struct Kept {
    number: u64,
    hash: ContentHash,
    horizon_ms: i64,
}

impl Reading<'_> {
    /// Reads the snapshots of an account. What they were folded from is read before.
    pub(super) async fn snapshots(&mut self, account: AccountId) -> Result<(), DbError> {
        let ask = Statement::new("select number, hash, horizon_ms from snapshot where account = $1 order by number");
        for row in self.txn.run(ask.with(account)).await? {
            let [number, hash, horizon] = row.cells()?;
            let number = value::read_sequence(number)?;
            let kept = Kept { number, hash: value::read_hash(hash)?, horizon_ms: horizon.int("moment")? };
            if let Err(error) = self.snapshot(account, &kept).await {
                self.unreadable(Site::Snapshot(account, number), error)?;
            }
        }
        Ok(())
    }

    async fn snapshot(&mut self, account: AccountId, kept: &Kept) -> Result<(), DbError> {
        let site = Site::Snapshot(account, kept.number);
        let (mut names, mut bytes, mut damaged) = (Vec::new(), Vec::new(), Vec::new());
        for_each_part(&mut *self.txn, account, kept.number, |name, part| {
            if content_hash(&part) != name {
                damaged.push(names.len());
            }
            names.push(name);
            bytes.extend(part);
        })
        .await?;
        let is_whole = damaged.is_empty() && snapshot_hash(&names) == kept.hash;
        for place in damaged {
            self.found(site, Fault::Part(place));
        }
        if snapshot_hash(&names) != kept.hash {
            self.found(site, Fault::SnapshotName);
        }
        let shops = shops(&mut *self.txn, account, kept.number).await?;
        // What is not what it was cannot be read either, which goes without saying.
        if is_whole {
            self.content(site, &bytes, &shops, kept.horizon_ms);
        }
        for (shop, head) in shops {
            let ask = Statement::new("select checksum from entry where account = $1 and shop = $2 and seq = $3");
            let ask = ask.with(account).with(shop).with(value::sequence(head.seq)?);
            let checksum: Option<Checksum> =
                first(self.txn.run(ask).await?).map(|row| value::read_checksum(row.only()?)).transpose()?;
            if checksum != Some(head.checksum) {
                self.found(site, Fault::Frontier(shop, head.seq));
            }
        }
        Ok(())
    }

    fn content(&mut self, site: Site, bytes: &[u8], shops: &Heads, horizon_ms: i64) {
        match Snapshot::decode(bytes) {
            Ok(snapshot) => {
                let frontier = shops.iter().map(|(shop, head)| (*shop, head.seq)).collect();
                if *snapshot.frontier() != frontier || snapshot.horizon().unix_ms() != horizon_ms {
                    self.found(site, Fault::OtherSnapshot);
                }
            }
            // A program of other rules made it. It is not offered by this one, and another takes its place.
            Err(SnapshotError::Version(_)) => {}
            Err(error) => self.found(site, Fault::Snapshot(error)),
        }
    }
}
