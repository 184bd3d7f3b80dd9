//! What devices read of the server.

use subzero_ledger::entry::Entry;
use subzero_ledger::ids::{DeviceId, ShopId};
use subzero_ledger::instant::Instant;
use subzero_sync::fault::Failure;
use subzero_sync::segment;
use subzero_sync::wire::{
    Checksum, ContentHash, EntryBytes, Manifest, PULL_BYTES_MAX, PullPage, SegmentInfo, SegmentList, ShopHead,
};

use super::Server;

impl Server {
    pub fn manifest(&self, device: DeviceId, now: Instant) -> Manifest {
        let devices = self.books.seen.values().copied().collect();
        Manifest { epoch: self.books.epoch, now, heads: self.heads(device), devices, snapshot: self.offer(device) }
    }

    fn offer(&self, device: DeviceId) -> Option<ContentHash> {
        let parts: Vec<_> = self.folded_for(device)?.parts.iter().map(|part| segment::content_hash(part)).collect();
        Some(segment::snapshot_hash(&parts))
    }

    pub fn heads(&self, device: DeviceId) -> Vec<ShopHead> {
        self.reads(device).into_iter().map(|shop| self.shop_head(shop)).collect()
    }

    pub fn head(&self, shop: ShopId) -> u64 {
        self.books.histories[&shop].last().map_or(0, |row| row.seq)
    }

    fn shop_head(&self, shop: ShopId) -> ShopHead {
        let rows = self.books.histories[&shop].len();
        ShopHead { shop, head: self.head(shop), sealed: (rows - rows % self.segment_rows) as u64 }
    }

    fn segments_of(&self, shop: ShopId) -> impl Iterator<Item = (SegmentInfo, Vec<u8>)> {
        let sums = &self.books.sums[&shop];
        self.books.histories[&shop].chunks_exact(self.segment_rows).map(|rows| {
            let (first, last) = (rows[0].seq, rows[rows.len() - 1].seq);
            // Where sequences have a hole, which is a planted bug, there is no such segment.
            let bytes = segment::encode(rows).unwrap_or_default();
            let checksum = sums.get(usize::try_from(last).expect("small")).copied().unwrap_or_default();
            (SegmentInfo { first, last, hash: segment::content_hash(&bytes), checksum }, bytes)
        })
    }

    pub fn segments(&self, device: DeviceId, shop: ShopId, after: u64) -> Result<SegmentList, Failure> {
        if !self.reads(device).contains(&shop) {
            return Err(Failure::Forbidden);
        }
        let segments = self.segments_of(shop).map(|(info, _)| info).filter(|info| info.last > after);
        Ok(SegmentList { epoch: self.books.epoch, shop, after, segments: segments.collect() })
    }

    pub fn segment(&self, device: DeviceId, shop: ShopId, hash: ContentHash) -> Result<Vec<u8>, Failure> {
        if !self.reads(device).contains(&shop) {
            return Err(Failure::Forbidden);
        }
        let found = self.segments_of(shop).find(|(info, _)| info.hash == hash);
        found.map(|(_, bytes)| bytes).ok_or(Failure::Refused { status: 404 })
    }

    pub fn checksum(&self, shop: ShopId) -> Checksum {
        self.books.sums[&shop].last().copied().unwrap_or_default()
    }

    pub fn pull(&self, device: DeviceId, shop: ShopId, after: u64, to: Option<u64>) -> Result<PullPage, Failure> {
        if !self.reads(device).contains(&shop) {
            return Err(Failure::Forbidden);
        }
        let mut bytes = 0;
        let mut rows = Vec::new();
        let history = &self.books.histories[&shop];
        let from = usize::try_from(after).expect("small").min(history.len());
        let wanted = history[from..].iter().take_while(|row| to.is_none_or(|to| row.seq <= to));
        for row in wanted.take(self.rows_max) {
            bytes += row.body.0.len();
            if bytes <= PULL_BYTES_MAX {
                rows.push(row.clone());
            }
        }
        let place = from + rows.len();
        let checksum = self.books.sums[&shop].get(place).copied().unwrap_or_default();
        Ok(PullPage { epoch: self.books.epoch, shop, after, rows, head: self.head(shop), checksum })
    }

    /// Is this entry safe: in its shop's history, or aside?
    pub fn has(&self, body: &EntryBytes) -> bool {
        self.is_confirmed(body) || self.books.aside.contains(body)
    }

    /// Which register an entry with the same id is from that is in a shop's history.
    pub fn stored_by(&self, body: &EntryBytes) -> Option<DeviceId> {
        let id = Entry::decode(0, &body.0).ok()?.header.id;
        let (_, stored) = self.books.stored.get(&id)?;
        Entry::decode(0, &stored.body.0).ok().map(|entry| entry.header.device)
    }

    /// Is it in its shop's history?
    pub fn is_confirmed(&self, body: &EntryBytes) -> bool {
        let id = Entry::decode(0, &body.0).map(|entry| entry.header.id);
        let stored = id.ok().and_then(|id| self.books.stored.get(&id));
        stored.is_some_and(|(_, stored)| stored.body == *body)
    }
}
