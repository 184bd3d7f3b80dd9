//! The histories of shops.

use subzero_ledger::entry::Entry;
use subzero_ledger::ids::{DeviceId, EntryId, ShopId};
use subzero_sync::wire::{Checksum, EntryBytes, Incarnation, Row};

use super::{Fault, Followed, PAGE_ROWS, Reading, Site};
use crate::db::statement::{self, Statement};
use crate::db::{AccountId, DbError, value};

/// A row with all that is stored about it.
struct Kept {
    row: Row,
    id: EntryId,
    flags: String,
    checksum: Checksum,
    /// Whose outbox it came from.
    device: Option<DeviceId>,
    /// Whether that outbox has its number.
    is_pushed: bool,
    /// Where that outbox says it is.
    place: Option<(ShopId, u64)>,
}

impl Reading<'_> {
    /// Reads a shop's history to its end.
    pub(super) async fn history(&mut self, account: AccountId, shop: ShopId) -> Result<Followed<Checksum>, DbError> {
        let mut followed = Followed::new(Checksum::EMPTY);
        loop {
            let ask = Statement::new(
                "select entry.seq, entry.inc, entry.dseq, entry.recorded_ms, entry.body, entry.id, entry.flags, entry.checksum,
                   incarnation.device, pushed.dseq, pushed.shop, pushed.seq from entry
                 left join incarnation on incarnation.account = entry.account and incarnation.inc = entry.inc
                 left join pushed on pushed.account = entry.account and pushed.inc = entry.inc and pushed.dseq = entry.dseq
                 where entry.account = $1 and entry.shop = $2 and entry.seq > $3 order by entry.seq limit $4",
            );
            let after = value::sequence(followed.position)?;
            let page = self.txn.run(ask.with(account).with(shop).with(after).with(PAGE_ROWS)).await?;
            if page.is_empty() {
                return Ok(followed);
            }
            for row in page {
                let kept = Kept::read(row)?;
                let site = Site::Row(account, shop, kept.row.seq);
                if let Some(hole) = followed.step_to(kept.row.seq, kept.checksum) {
                    self.found(site, hole);
                } else if !followed.take(kept.checksum, |sum| sum.add(shop, &kept.row)) {
                    self.found(site, Fault::Checksum);
                }
                self.row(site, shop, &kept);
                self.count(|totals| &mut totals.entries);
            }
        }
    }

    fn row(&mut self, site: Site, shop: ShopId, kept: &Kept) {
        match Entry::decode(kept.row.dseq, &kept.row.body.0) {
            Err(error) => self.found(site, Fault::Entry(error)),
            Ok(Entry { header, .. }) => {
                if header.id != kept.id {
                    self.found(site, Fault::Id { said: header.id, stored: kept.id });
                }
                if header.shop != shop {
                    self.found(site, Fault::Shop(header.shop));
                }
                if let Some(of) = kept.device
                    && header.device != of
                {
                    self.found(site, Fault::Device { said: header.device, of });
                }
            }
        }
        if value::read_flags(&kept.flags).is_err() {
            self.found(site, Fault::Flags);
        }
        if !kept.is_pushed {
            self.found(site, Fault::NotPushed(kept.row.inc));
        } else if kept.place != Some((shop, kept.row.seq)) {
            self.found(site, Fault::PushedElsewhere);
        }
    }
}

impl Kept {
    fn read(row: statement::Row) -> Result<Self, DbError> {
        let [seq, inc, dseq, recorded, body, id, flags, checksum, device, pushed, at_shop, at_seq] = row.cells()?;
        let row = Row {
            seq: value::read_sequence(seq)?,
            inc: Incarnation(value::read_uuid(inc, "incarnation")?),
            dseq: value::read_sequence(dseq)?,
            recorded: value::read_instant(recorded)?,
            flags: Vec::new(),
            body: EntryBytes(body.bytes("entry")?),
        };
        Ok(Self {
            row,
            id: EntryId(value::read_uuid(id, "entry")?),
            flags: flags.text("flag")?,
            checksum: value::read_checksum(checksum)?,
            device: device.if_any().map(value::read_device).transpose()?,
            is_pushed: pushed.if_any().is_some(),
            place: value::read_place(at_shop, at_seq)?,
        })
    }
}
