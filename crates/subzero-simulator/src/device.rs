//! One device: its two databases, the tabs that are open on it, and what people saw it record.

use std::collections::{BTreeMap, BTreeSet};

use subzero_ledger::ids::{DeviceId, ShopId};
use subzero_ledger::instant::Instant;
use subzero_sync::backoff::Jitter;
use subzero_sync::model::{Cache, Outbox};
use subzero_sync::replica::Replica;
use subzero_sync::wire::{EntryBytes, Epoch, Incarnation};
use uuid::Uuid;

use crate::cells::Operation;
use crate::door::Minted;
use crate::mutant::Mutant;

/// What was written to the cache is on the disk after this long.
const FLUSHED_AFTER_MS: u64 = 60_000;
/// Histories are short here.
const ROWS_WORTH_A_PART: u64 = 1;

#[derive(Clone)]
#[allow(clippy::struct_excessive_bools, reason = "each is a misfortune of its own, and any of them may come together")]
pub struct Device {
    pub id: DeviceId,
    /// The shops it sells in; none for a phone that only reads.
    pub sells_in: Vec<ShopId>,
    /// Kept in the outbox: what it was paired with.
    pub secret: Minted,
    /// What its calls carry; none once the server has said that it is over.
    pub token: Option<Minted>,
    /// Somebody has read that it must be paired again.
    pub is_to_be_paired: bool,
    pub outbox: Outbox,
    pub cache: Cache,
    pub tabs: Vec<Tab>,
    pub is_up: bool,
    /// Goes up with every start: what was meant for an earlier life does not arrive.
    pub life: u32,
    /// How far the clock is off.
    pub skew_ms: i64,
    pub requests_pass: bool,
    pub answers_pass: bool,
    /// A proxy lets questions through, and nothing that is sent.
    pub pushes_pass: bool,
    pub is_full: bool,
    /// What was shown as recorded.
    pub recorded: Vec<Recorded>,
    /// What of it was let go after its time.
    pub collected: BTreeSet<EntryBytes>,
    /// The cache was lost: until it is whole again, what was collected cannot be shown.
    pub cache_lost: bool,
    /// How many entries this device has said are lost.
    pub lost_named: u64,
    /// How many it has said are set aside and no longer here.
    pub aside_named: u64,
    /// For I10.
    pub acked_before: Option<(Incarnation, Option<Epoch>, u64)>,
    /// What the cache was before each page that a loss of power may still take, and when.
    unflushed: Vec<(u64, Cache)>,
    /// What the outbox was before the last sale, where that is not written strictly.
    before_sale: Option<Outbox>,
    image: Option<Image>,
}

/// An entry that was shown as recorded.
#[derive(Clone)]
pub struct Recorded {
    pub body: EntryBytes,
    /// When, by the server's clock.
    pub at: Instant,
}

/// A device's disk at some moment.
#[derive(Clone)]
struct Image {
    outbox: Outbox,
    cache: Cache,
    secret: Minted,
    recorded: usize,
    collected: BTreeSet<EntryBytes>,
}

#[derive(Clone, Default)]
pub struct Tab {
    pub replica: Option<Replica>,
    /// When the page's timer is set, in virtual time.
    pub wakes_at: Option<u64>,
    pub stopped: bool,
    /// How often it is still to look at the cache, half a minute apart.
    pub looks: u32,
    /// What it has asked for and not heard of.
    pub asked: BTreeSet<Operation>,
}

impl Device {
    pub fn new(number: u32, sells_in: &[u32]) -> Self {
        Self {
            id: DeviceId(number),
            sells_in: sells_in.iter().copied().map(ShopId).collect(),
            secret: 0,
            token: None,
            is_to_be_paired: false,
            outbox: Outbox::new(Incarnation(Uuid::from_u128(u128::from(number)))),
            cache: Cache::default(),
            tabs: Vec::new(),
            is_up: false,
            life: 0,
            skew_ms: 0,
            requests_pass: true,
            answers_pass: true,
            pushes_pass: true,
            is_full: false,
            recorded: Vec::new(),
            collected: BTreeSet::new(),
            cache_lost: false,
            lost_named: 0,
            aside_named: 0,
            acked_before: None,
            unflushed: Vec::new(),
            before_sale: None,
            image: None,
        }
    }

    /// Everything in memory is gone; the two databases stay.
    pub fn die(&mut self) {
        self.is_up = false;
        self.life += 1;
        self.tabs.clear();
    }

    /// … and so is what was not on the disk yet.
    pub fn lose_power(&mut self, now: u64, dice: &mut Jitter) {
        self.die();
        self.flush(now);
        let place = usize::try_from(dice.up_to(self.unflushed.len() as u64)).expect("small");
        if let Some((_, cache)) = self.unflushed.get(place) {
            self.cache = cache.clone();
        }
        self.unflushed.clear();
        if let Some(outbox) = self.before_sale.take() {
            self.outbox = outbox;
        }
    }

    fn flush(&mut self, now: u64) {
        self.unflushed.retain(|(at, _)| at + FLUSHED_AFTER_MS > now);
    }

    /// Time enough has passed for everything to be on the disk.
    pub fn flush_all(&mut self) {
        self.unflushed.clear();
    }

    /// Called before the cache is written.
    pub fn before_page(&mut self, now: u64) {
        self.flush(now);
        self.unflushed.push((now, self.cache.clone()));
    }

    pub fn append(&mut self, body: EntryBytes, at: Instant, mutant: Mutant) -> u64 {
        self.before_sale = (mutant == Mutant::SaleNotStrict).then(|| self.outbox.clone());
        let dseq = self.outbox.append(body.clone());
        self.recorded.push(Recorded { body, at });
        dseq
    }

    pub fn start(&mut self, tabs: u64, dice: &mut Jitter) {
        self.is_up = true;
        self.tabs = (0..tabs).map(|_| self.open_tab(dice.up_to(u64::MAX))).collect();
    }

    fn open_tab(&self, seed: u64) -> Tab {
        let replica = Replica::new(self.outbox.persisted(&self.cache), seed).with_rows_worth_a_part(ROWS_WORTH_A_PART);
        Tab { replica: Some(replica), ..Tab::default() }
    }

    /// The cache is begun anew. Which one is in use stands in the outbox, strictly.
    pub fn rebuild_cache(&mut self) {
        self.cache.rebuild();
        self.unflushed.clear();
        self.cache_lost = true;
    }

    /// Both databases are gone, and so is the device's token: it is paired again as another one.
    pub fn be_evicted(&mut self, id: DeviceId, outbox: Incarnation) {
        let life = self.life;
        let new = Self { outbox: Outbox::new(outbox), ..Self::new(id.0, &[]) };
        let (requests_pass, answers_pass) = (self.requests_pass, self.answers_pass);
        let sells_in = std::mem::take(&mut self.sells_in);
        *self = Self { life, sells_in, requests_pass, answers_pass, skew_ms: self.skew_ms, ..new };
    }

    pub fn take_image(&mut self) {
        let (outbox, cache) = (self.outbox.clone(), self.cache.clone());
        let (recorded, collected) = (self.recorded.len(), self.collected.clone());
        self.image = Some(Image { outbox, cache, secret: self.secret, recorded, collected });
    }

    /// The disk is what it was. Returns what was recorded since; none if there is no image.
    pub fn be_set_back(&mut self) -> Option<Vec<Recorded>> {
        let image = self.image.clone()?;
        (self.outbox, self.cache, self.collected) = (image.outbox, image.cache, image.collected);
        (self.secret, self.token) = (image.secret, None);
        self.unflushed.clear();
        self.acked_before = None;
        Some(self.recorded.split_off(image.recorded))
    }

    /// Does another tab wait for the same?
    pub fn another_asks(&self, tab: usize, operation: Operation) -> bool {
        self.tabs.iter().enumerate().any(|(place, other)| place != tab && other.asked.contains(&operation))
    }

    /// Own entries by their bytes.
    pub fn own(&self) -> BTreeMap<EntryBytes, u64> {
        self.outbox.own(0, usize::MAX, usize::MAX).own.into_iter().map(|own| (own.body, own.dseq)).collect()
    }
}
