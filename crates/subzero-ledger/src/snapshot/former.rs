//! Snapshots as the version before wrote them: a device that was updated while it is offline goes on from what it has.
//!
//! Their bases are only where nothing is short, and say less of why an item may be short later: what is suggested may be missing until the device
//! has a snapshot of this version.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde::Deserialize;

use super::bases::moment;
use super::codec::Row;
use super::packed::Packed;
use super::{Shops, Snapshot, SnapshotError};
use crate::cost::Cost;
use crate::entry::Paper;
use crate::history::{Base, Signs};
use crate::ids::{DeviceId, EntryId, ItemId, LineId, ShopId};
use crate::instant::Instant;
use crate::money::UnitCost;
use crate::quantity::Qty;
use crate::stock::{Lot, Stock};

/// The version byte that it began with.
pub(super) const FORMER: u8 = super::VERSION - 1;

#[derive(Deserialize)]
pub(super) struct Frame<'a> {
    horizon: Instant,
    frontier: Vec<(ShopId, u64)>,
    last_receipts: Vec<(DeviceId, u64)>,
    papers: Vec<(Paper, Option<DeviceId>)>,
    brought_by: Vec<EntryId>,
    histories: Vec<(ItemId, Vec<ShopFrames>)>,
    #[serde(borrow)]
    entries: Vec<Row<'a>>,
}

type ShopFrames = Vec<(ShopId, Option<BaseFrame>)>;

#[derive(Deserialize)]
struct BaseFrame {
    below: Instant,
    received: bool,
    holds_no_stock: bool,
    last_recorded_cost: Option<UnitCost>,
    last_received_cost: Option<UnitCost>,
    lots: Vec<LotFrame>,
}

#[derive(Deserialize)]
struct LotFrame {
    brought_by: u32,
    line: u16,
    qty: Qty,
    cost: Cost,
}

impl Frame<'_> {
    pub fn read(self) -> Result<Snapshot, SnapshotError> {
        let horizon = moment(self.horizon)?;
        let mut histories: BTreeMap<ItemId, Vec<Shops>> = BTreeMap::new();
        for (item, of_item) in self.histories {
            let mut covered = BTreeSet::new();
            for shops in of_item {
                let read = |(shop, base): (ShopId, Option<BaseFrame>)| {
                    Ok((shop, base.map(|base| base.read(&self.brought_by, horizon)).transpose()?))
                };
                let shops = shops.into_iter().map(read).collect::<Result<Shops, SnapshotError>>()?;
                if !shops.keys().all(|shop| covered.insert(*shop)) {
                    return Err(SnapshotError::NotCanonical);
                }
                histories.entry(item).or_default().push(shops);
            }
        }
        let snapshot = Snapshot {
            horizon,
            frontier: self.frontier.into_iter().collect(),
            last_receipts: self.last_receipts.into_iter().collect(),
            papers: self.papers.into_iter().collect(),
            histories: Arc::new(Packed::of(&histories, horizon)?),
            entries: BTreeMap::new(),
        };
        snapshot.with_rows(self.entries)
    }
}

impl BaseFrame {
    fn read(self, brought_by: &[EntryId], horizon: Instant) -> Result<Base, SnapshotError> {
        if self.below > horizon {
            return Err(SnapshotError::Time);
        }
        let lot = |lot: LotFrame| {
            let number = usize::try_from(lot.brought_by).map_err(|_| SnapshotError::Frame)?;
            let entry = *brought_by.get(number).ok_or(SnapshotError::Frame)?;
            Ok(Lot { line: LineId { entry, line: lot.line }, qty: lot.qty, cost: lot.cost })
        };
        // Whether it ever came in is not known: that it did suggests nothing.
        let signs = Signs { came_in: true, received: self.received, ..Signs::default() };
        let lots = self.lots.into_iter().map(lot).collect::<Result<_, SnapshotError>>()?;
        let costs = (self.last_recorded_cost, self.last_received_cost);
        let stock = Stock::held(lots, [].into(), costs, None, self.holds_no_stock)?;
        Ok(Base { below: moment(self.below)?, stock, signs, episode: None })
    }
}
