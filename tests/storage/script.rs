//! Random scripts: whatever is done to two tabs' storage is done to the model, and both must agree after every step.

use std::collections::{BTreeMap, BTreeSet};

use subzero::storage::Storage;
use subzero::storage::error::StorageError;
use subzero::storage::outbox::Slot;
use subzero::storage::schema::{self, CUR, OWN, TAIL};
use subzero::storage::txn::{self, Durability};
use subzero_ledger::ids::ShopId;
use subzero_ledger::instant::Instant;
use subzero_sync::backoff::Jitter;
use subzero_sync::chain::Position;
use subzero_sync::model::{Cache, Outbox, visible};
use subzero_sync::records::{
    AckRecord, Base, Collection, Cursor, EpochAdoption, NewIncarnation, Older, PageRecord, SnapshotAdoption,
};
use subzero_sync::segment;
use subzero_sync::wire::{Checksum, EntryBytes, Flag, PushVerdict, QuarantineReason, Row, Verdict};
use wasm_bindgen_test::wasm_bindgen_test;

use super::fixtures::{MUSEUM, STATION, entry, epoch, fresh, open, page, row, shop_of};

const SHOPS: [ShopId; 2] = [MUSEUM, STATION];

/// Two tabs over the same databases, the model, and a server that is never wrong.
struct World {
    prefix: String,
    tabs: Vec<Storage>,
    outbox: Outbox,
    cache: Cache,
    history_by_shop: BTreeMap<ShopId, Vec<Row>>,
    random: Jitter,
    recorded: u64,
    epoch: u128,
    last_page: Option<PageRecord>,
    forgotten: bool,
}

impl World {
    async fn new(test: &str, seed: u64) -> Self {
        let prefix = fresh(test);
        let tabs = vec![open(&prefix).await, open(&prefix).await];
        let (control, _) = tabs[0].outbox.control().await.expect("a control record");
        Self {
            prefix,
            tabs,
            outbox: Outbox::new(control.incarnation),
            cache: Cache::default(),
            history_by_shop: SHOPS.map(|shop| (shop, Vec::new())).into(),
            random: Jitter::new(seed),
            recorded: 0,
            epoch: 1,
            last_page: None,
            forgotten: false,
        }
    }

    fn tab(&mut self) -> usize {
        usize::from(self.random.up_to(1) == 1)
    }

    fn shop(&mut self) -> ShopId {
        SHOPS[self.tab()]
    }

    async fn step(&mut self) {
        match self.random.up_to(99) {
            0..=34 => self.append().await,
            35..=39 => self.append_and_crash().await,
            40..=54 => self.push().await,
            55..=74 => self.pull().await,
            75..=79 => self.store_a_page_again().await,
            80..=83 => self.pull_and_crash().await,
            84..=89 => self.reopen().await,
            90 => self.begin_with_a_snapshot().await,
            91 => self.pull_older().await,
            92 => self.tidy_up().await,
            93 => self.rebuild().await,
            94 => self.forget_shop().await,
            95 => self.adopt_epoch().await,
            96 => self.start_incarnation().await,
            97 => self.forget_own().await,
            _ => self.keep_a_cart().await,
        }
        self.assert_small_things_agree().await;
    }

    async fn append(&mut self) {
        self.recorded += 1;
        let body = entry(self.recorded, self.shop());
        let tab = self.tab();
        let dseq = self.tabs[tab].append(&body).await.expect("an append");
        assert_eq!(dseq, self.outbox.append(EntryBytes(body)));
    }

    /// The requests go out, the txn never commits: the number must be given to the next entry.
    async fn append_and_crash(&mut self) {
        let db = schema::open_outbox(&self.prefix, 1).await.expect("A opens");
        let crashed = txn::write(&db, &[OWN], Durability::Strict, |requests| {
            let _key = requests.add(OWN, wasm_bindgen::JsValue::from_str("lost"))?;
            Err::<(), _>(StorageError::Blocked)
        })
        .await;
        assert_eq!(crashed, Err(StorageError::Blocked));
        db.close();
    }

    async fn push(&mut self) {
        let control = self.outbox.control();
        let entries_max = 1 + self.random.up_to(5) as usize;
        let tab = self.tab();
        let read = self.tabs[tab].outbox.own(control.acked.dseq, entries_max, 2_000).await.expect("own entries");
        assert_eq!(read, self.outbox.own(control.acked.dseq, entries_max, 2_000));
        let mut acked = control.acked;
        let mut verdicts = Vec::new();
        for own in read.own {
            acked = acked.next(control.incarnation, &own.body);
            let history = self.history_by_shop.entry(shop_of(&own.body)).or_default();
            let known = history.iter().find(|row| row.body == own.body).map(|row| row.seq);
            let seq = history.len() as u64 + 1;
            let (seq, verdict) = match (known, self.random.up_to(9)) {
                (Some(seq), _) => (Some(seq), Verdict::Dup),
                (None, 0) => (None, Verdict::Quarantined { reason: QuarantineReason::NotAllowed }),
                (None, 1) => (Some(seq), Verdict::Flagged { flags: vec![Flag::UnknownItem] }),
                (None, _) => (Some(seq), Verdict::Ok),
            };
            if known.is_none() && seq.is_some() {
                history.push(row(history.len() as u64 + 1, control.incarnation, own.dseq, own.body));
            }
            verdicts.push(PushVerdict { dseq: own.dseq, seq, verdict });
        }
        let ack = AckRecord { incarnation: control.incarnation, epoch: epoch(self.epoch), acked, verdicts, at: None };
        let stored = self.tabs[tab].outbox.store_ack(&ack).await.expect("an ack");
        assert_eq!(stored, self.outbox.store_ack(&ack));
    }

    fn next_page(&mut self) -> PageRecord {
        let shop = self.shop();
        let cursors = self.cache.cursors().get(&shop).copied().unwrap_or_default();
        let fresh = Cursor::start(cursors.generation_next(), epoch(self.epoch));
        let from = match self.random.up_to(9) {
            0 => fresh,
            1..=3 => cursors.building.or(cursors.shown).unwrap_or(fresh),
            _ => cursors.shown.unwrap_or(fresh),
        };
        let history = &self.history_by_shop[&shop];
        let after = usize::try_from(from.seq).unwrap_or(usize::MAX).min(history.len());
        let count = (1 + self.random.up_to(7) as usize).min(history.len() - after);
        let rows = &history[after..after + count];
        let page = page(shop, from, rows, &self.outbox.control(), after + count == history.len());
        // After a restore all copies that grow beside those of one snapshot are shown with the last page of any.
        let together = page.complete && self.random.up_to(3) == 0;
        PageRecord { together: SHOPS.into_iter().filter(|other| together && *other != shop).collect(), ..page }
    }

    async fn pull(&mut self) {
        let page = self.next_page();
        let tab = self.tab();
        let written = self.tabs[tab].store_page(&page).await.expect("a page");
        assert_eq!(written, self.cache.store_page(&page));
        self.last_page = Some(page);
    }

    async fn store_a_page_again(&mut self) {
        let Some(page) = self.last_page.clone() else { return };
        let tab = self.tab();
        let written = self.tabs[tab].store_page(&page).await.expect("a page");
        assert_eq!(written, self.cache.store_page(&page));
    }

    /// Rows and cursor are written, and the txn never commits.
    async fn pull_and_crash(&mut self) {
        let Some(generation) = self.tabs[0].cache.generation() else { return };
        let db = schema::open_cache(&self.prefix, generation).await.expect("B opens");
        let crashed = txn::write(&db, &[CUR, TAIL], Durability::Relaxed, |requests| {
            requests.clear(TAIL)?;
            requests.put(CUR, 1.into(), wasm_bindgen::JsValue::from_str("lost"))?;
            Err::<(), _>(StorageError::Blocked)
        })
        .await;
        assert_eq!(crashed, Err(StorageError::Blocked));
        db.close();
    }

    async fn reopen(&mut self) {
        let tab = self.tab();
        self.tabs[tab].close();
        self.tabs[tab] = open(&self.prefix).await;
    }

    /// Every shop folded up to some row; now and then with a part missing, or where a copy has moved on.
    async fn begin_with_a_snapshot(&mut self) {
        let tab = self.tab();
        let parts: Vec<Vec<u8>> =
            (0..=self.random.up_to(2)).map(|part| vec![7, u8::try_from(part).unwrap_or(0)]).collect();
        let hashes: Vec<_> = parts.iter().map(|part| segment::content_hash(part)).collect();
        let missing = usize::try_from(self.random.up_to(9)).unwrap_or(usize::MAX);
        for (hash, part) in
            hashes.iter().zip(&parts).enumerate().filter(|(place, _)| *place != missing).map(|(_, part)| part)
        {
            self.tabs[tab].store_snapshot_part(*hash, part).await.expect("a part");
            self.cache.store_snapshot_part(*hash, part.clone());
        }
        let mut stand = self.cache.cursors();
        if self.random.up_to(4) == 0 {
            stand.clear();
        }
        let goes_on = self.random.up_to(1) == 0;
        let mut adoption = SnapshotAdoption {
            base: Base { hash: segment::snapshot_hash(&hashes), horizon: Instant::MIN, parts: hashes },
            instead_of: BTreeMap::new(),
            cursors: BTreeMap::new(),
        };
        for shop in SHOPS {
            let before = stand.get(&shop).copied().unwrap_or_default();
            adoption.instead_of.insert(shop, before);
            if let Some(shown) = before.shown.filter(|_| goes_on) {
                // More is folded of what is here already.
                let base = shown.base + self.random.up_to(shown.seq - shown.base);
                let rows = self.history_by_shop[&shop].get(..usize::try_from(base).unwrap_or(usize::MAX));
                let all = rows.map(|rows| Older { seq: base, checksum: Checksum::EMPTY.add_all(shop, rows) });
                let older = all.filter(|_| shown.older.seq == shown.base).unwrap_or(Older::NONE);
                adoption.cursors.insert(shop, Cursor { base, older, ..shown });
                continue;
            }
            let folded = usize::try_from(self.random.up_to(self.history_by_shop[&shop].len() as u64)).unwrap_or(0);
            let rows = &self.history_by_shop[&shop][..folded];
            let start = Cursor::start(before.generation_next(), epoch(self.epoch));
            let to = page(shop, start, rows, &self.outbox.control(), true).to;
            adoption.cursors.insert(shop, Cursor { base: to.seq, ..to });
        }
        let adopted = self.tabs[tab].cache.adopt_snapshot(&adoption).await.expect("a snapshot");
        assert_eq!(adopted, self.cache.adopt_snapshot(&adoption));
    }

    async fn pull_older(&mut self) {
        let (tab, shop) = (self.tab(), self.shop());
        let shown = self.cache.cursors().get(&shop).and_then(|cursors| cursors.shown);
        let Some(from) = shown.filter(|shown| shown.older.seq < shown.base) else { return };
        let (after, base) = (from.older.seq as usize, from.base as usize);
        let history = &self.history_by_shop[&shop];
        if base > history.len() {
            return;
        }
        let rows = history[after..(after + 5).min(base)].to_vec();
        let older = Older { seq: (after + rows.len()) as u64, checksum: from.older.checksum.add_all(shop, &rows) };
        let to = Cursor { older, ..from };
        let sealed = self.random.up_to(1) == 0;
        let page = PageRecord { shop, from, to, rows, sealed, complete: false, together: BTreeSet::new() };
        let written = self.tabs[tab].store_page(&page).await.expect("a page");
        assert_eq!(written, self.cache.store_page(&page));
    }

    /// Small pages are put together, which nobody can tell, or what can be had again goes.
    async fn tidy_up(&mut self) {
        let (tab, shop) = (self.tab(), self.shop());
        if self.random.up_to(2) == 0 {
            self.tabs[tab].cache.drop_older().await.expect("older rows go");
            self.cache.drop_older();
        } else {
            self.tabs[tab].seal(shop).await.expect("pages are put together");
        }
    }

    async fn rebuild(&mut self) {
        let tab = self.tab();
        self.tabs[tab].cache.rebuild().await.expect("a new generation");
        self.cache.rebuild();
    }

    async fn forget_shop(&mut self) {
        let (tab, shop) = (self.tab(), self.shop());
        self.tabs[tab].cache.forget_shop(shop).await.expect("a shop is forgotten");
        self.cache.forget_shop(shop);
    }

    async fn adopt_epoch(&mut self) {
        let control = self.outbox.control();
        self.epoch += 1;
        let adoption = EpochAdoption {
            incarnation: control.incarnation,
            from: if self.random.up_to(3) == 0 { None } else { control.epoch },
            to: epoch(self.epoch),
            acked: control.kept,
        };
        let tab = self.tab();
        let adopted = self.tabs[tab].outbox.adopt_epoch(&adoption).await.expect("an epoch");
        assert_eq!(adopted, self.outbox.adopt_epoch(&adoption));
        self.epoch = adopted.epoch.map_or(self.epoch, |epoch| epoch.0.as_u128());
    }

    async fn start_incarnation(&mut self) {
        let control = self.outbox.control();
        let new = NewIncarnation::from_random(control.incarnation, u128::from(self.random.up_to(u64::MAX - 1)));
        let tab = self.tab();
        let (started, last) = self.tabs[tab].outbox.start_incarnation(&new).await.expect("a new life");
        assert_eq!(started, self.outbox.start_incarnation(&new));
        assert_eq!(last, self.outbox.last());
    }

    async fn forget_own(&mut self) {
        let control = self.outbox.control();
        let ahead = self.random.up_to(6) as usize;
        let read = self.outbox.own(control.kept.dseq, ahead, usize::MAX);
        let kept = read.own.iter().fold(control.kept, |at: Position, own| at.next(control.incarnation, &own.body));
        let collection = Collection { incarnation: control.incarnation, kept, receipt: 5 };
        let tab = self.tab();
        let forgot = self.tabs[tab].outbox.forget_own(&collection).await.expect("old entries go");
        assert_eq!(forgot, self.outbox.forget_own(&collection));
        self.forgotten |= forgot.kept != control.kept;
    }

    async fn keep_a_cart(&mut self) {
        let cart = (self.recorded, format!("{} mugs", self.random.up_to(9)));
        let tab = self.tab();
        self.tabs[tab].outbox.keep(Slot::Cart, &cart).await.expect("a cart");
        assert_eq!(self.tabs[1 - tab].outbox.kept(Slot::Cart).await, Ok(Some(cart)));
    }

    async fn assert_small_things_agree(&self) {
        for tab in &self.tabs {
            assert_eq!(tab.persisted().await.as_ref(), Ok(&self.outbox.persisted(&self.cache)));
        }
    }

    /// All of both databases, and what a person sees.
    async fn assert_all_agrees(&self) {
        let tab = &self.tabs[0];
        let own = tab.outbox.own_all().await.expect("own entries");
        assert_eq!(own, self.outbox.own(0, usize::MAX, usize::MAX));
        let aside = tab.outbox.verdicts().await.expect("verdicts");
        for (dseq, verdict) in &aside {
            assert_eq!(self.outbox.verdict(*dseq), Some(verdict));
        }
        let known = own.own.iter().filter(|own| self.outbox.verdict(own.dseq).is_some()).count();
        assert_eq!(aside.len(), known);
        for shop in SHOPS {
            assert_eq!(tab.cache.load(shop).await, Ok(self.cache.load(shop)));
            let mut older = Vec::new();
            if let Some(shown) = tab.cache.shop_cursors(shop).await.expect("a cursor").shown {
                let last = tab.cache.each_older(shop, &shown, |row| older.push(row)).await;
                assert_eq!(last, Ok(shown.older.seq));
            }
            assert_eq!(older, self.cache.older(shop));
        }
        let base = tab.cache.base().await.expect("a snapshot");
        assert_eq!(base, self.cache.base().map(|(base, bytes)| (base.clone(), bytes)));
        // What is folded only the ledger can show.
        if !self.forgotten && base.is_none() {
            let seen = visible(&self.outbox, &self.cache);
            assert!(own.own.iter().all(|own| seen.contains_key(&own.body)), "I6");
        }
    }
}

async fn run(test: &str, seed: u64, steps: usize) {
    let mut world = World::new(test, seed).await;
    for step in 0..steps {
        world.step().await;
        if step % 20 == 0 {
            world.assert_all_agrees().await;
        }
    }
    world.assert_all_agrees().await;
    world.tabs.iter().for_each(Storage::close);
}

#[wasm_bindgen_test]
async fn storage_does_what_the_model_does_over_500_random_steps() {
    run("script", 1, 500).await;
}

#[wasm_bindgen_test]
async fn storage_does_what_the_model_does_for_other_seeds() {
    for seed in 2..6 {
        run("seeds", seed, 120).await;
    }
}
