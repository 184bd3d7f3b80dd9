//! The outboxes: what each pushed, and where it is.

use subzero_ledger::ids::{DeviceId, ShopId};
use subzero_sync::wire::{Chain, EntryBytes, Incarnation, QuarantineReason};

use super::{Fault, Followed, PAGE_ROWS, Reading, Site};
use crate::db::statement::{Row, Statement};
use crate::db::{AccountId, DbError, value};

/// A number of an outbox with all that is stored about it.
struct Number {
    dseq: u64,
    chain: Chain,
    place: Option<(ShopId, u64)>,
    /// What is in that place: of which outbox, under which number, which bytes.
    entry: Option<(Incarnation, u64, EntryBytes)>,
    put_aside: Option<EntryBytes>,
}

impl Reading<'_> {
    /// Reads all outboxes of an account.
    pub(super) async fn outboxes(&mut self, account: AccountId) -> Result<(), DbError> {
        let mut after = Vec::new();
        loop {
            let ask = Statement::new(
                "select inc, device, acked, chain from incarnation where account = $1 and inc > $2 order by inc limit $3",
            );
            let page = self.txn.run(ask.with(account).with(after.clone()).with(PAGE_ROWS)).await?;
            if page.is_empty() {
                return Ok(());
            }
            for row in page {
                let [inc, device, acked, chain] = row.cells()?;
                after = inc.clone().bytes("incarnation")?;
                let inc = Incarnation(value::read_uuid(inc, "incarnation")?);
                let device = value::read_device(device)?;
                let end = (value::read_sequence(acked)?, value::read_chain(chain)?);
                self.totals.outboxes += 1;
                if let Err(error) = self.outbox(account, device, inc, end).await {
                    self.unreadable(Site::Outbox(account, device, inc), error)?;
                }
            }
        }
    }

    async fn outbox(
        &mut self,
        account: AccountId,
        device: DeviceId,
        inc: Incarnation,
        (acked, end): (u64, Chain),
    ) -> Result<(), DbError> {
        let mut followed = Followed::new(Chain::GENESIS);
        loop {
            let ask = Statement::new(
                "select pushed.dseq, pushed.chain, pushed.shop, pushed.seq, entry.inc, entry.dseq, entry.body, quarantine.body,
                   quarantine.reason, quarantine.recorded_ms from pushed
                 left join entry on entry.account = pushed.account and entry.shop = pushed.shop and entry.seq = pushed.seq
                 left join quarantine on quarantine.account = pushed.account and quarantine.inc = pushed.inc
                   and quarantine.dseq = pushed.dseq
                 where pushed.account = $1 and pushed.inc = $2 and pushed.dseq > $3 order by pushed.dseq limit $4",
            );
            let after = value::sequence(followed.position)?;
            let page = self.txn.run(ask.with(account).with(inc.0).with(after).with(PAGE_ROWS)).await?;
            if page.is_empty() {
                break;
            }
            for row in page {
                let number = Number::read(row)?;
                self.number(Site::Pushed(account, device, inc, number.dseq), inc, &number, &mut followed);
                self.count(|totals| &mut totals.pushed);
            }
        }
        let site = Site::Outbox(account, device, inc);
        if acked != followed.position {
            self.found(site, Fault::Acked { acked, last: followed.position });
        } else if !followed.holds(end) {
            self.found(site, Fault::EndChain);
        }
        Ok(())
    }

    fn number(&mut self, site: Site, inc: Incarnation, number: &Number, followed: &mut Followed<Chain>) {
        let hole = followed.step_to(number.dseq, number.chain);
        let is_after_hole = hole.is_some();
        if let Some(hole) = hole {
            self.found(site, hole);
        }
        if number.put_aside.is_some() {
            self.totals.put_aside += 1;
        }
        let body = match (&number.entry, &number.put_aside, number.place) {
            (Some((of, dseq, _)), _, _) if *of == inc && *dseq != number.dseq => {
                self.found(site, Fault::OtherNumber(*dseq));
                None
            }
            (Some((_, _, body)), None, Some(_)) | (None, Some(body), None) => Some(body),
            (Some(_), Some(_), _) | (None, Some(_), Some(_)) => {
                self.found(site, Fault::TwoEntries);
                None
            }
            (None | Some(_), None, _) => {
                self.found(site, Fault::NoEntry);
                None
            }
        };
        match body {
            Some(body) if !is_after_hole => {
                if !followed.take(number.chain, |chain| chain.next(inc, number.dseq, body)) {
                    self.found(site, Fault::Chain);
                }
            }
            Some(_) => {}
            // What it would have added is not known: from here on as it is stored.
            None => (followed.computed, followed.stored) = (number.chain, number.chain),
        }
    }
}

impl Number {
    fn read(row: Row) -> Result<Self, DbError> {
        let [dseq, chain, shop, seq, inc, other_dseq, body, put_aside, reason, recorded] = row.cells()?;
        reason.if_any().map(value::read_word::<QuarantineReason>).transpose()?;
        recorded.if_any().map(value::read_instant).transpose()?;
        let entry = match (inc.if_any(), other_dseq.if_any(), body.if_any()) {
            (Some(inc), Some(dseq), Some(body)) => {
                let inc = Incarnation(value::read_uuid(inc, "incarnation")?);
                Some((inc, value::read_sequence(dseq)?, EntryBytes(body.bytes("entry")?)))
            }
            _ => None,
        };
        Ok(Self {
            dseq: value::read_sequence(dseq)?,
            chain: value::read_chain(chain)?,
            place: value::read_place(shop, seq)?,
            entry,
            put_aside: put_aside.if_any().map(|body| body.bytes("entry").map(EntryBytes)).transpose()?,
        })
    }
}
