//! The bases of one history as bytes. Entries and people that they name are numbered, so that each is written once.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Shops, SnapshotError};
use crate::cost::Cost;
use crate::entry::OversellReason;
use crate::history::{Around, Base, EpisodeRow, Fill, Kept, OpenEpisode, Said, Signs};
use crate::ids::{DeviceId, EmployeeId, EntryId, LineId, ShopId};
use crate::instant::Instant;
use crate::money::UnitCost;
use crate::quantity::Qty;
use crate::stock::{Lot, Reason, Shortage, Stock};

/// The shops that one history covers, each with its base.
pub(super) type ShopFrames<'a> = Vec<(ShopId, Option<BaseFrame<'a>>)>;

#[derive(Serialize, Deserialize)]
pub(super) struct BaseFrame<'a> {
    below: Instant,
    holds_no_stock: bool,
    last_recorded_cost: Option<UnitCost>,
    last_received_cost: Option<UnitCost>,
    lots: Vec<LotFrame>,
    came_in: bool,
    received: bool,
    went_out: u64,
    last_deliveries: Vec<Instant>,
    counted_less: Vec<(Instant, LineFrame, Qty)>,
    #[serde(borrow)]
    episode: Option<EpisodeFrame<'a>>,
}

/// A line, by the number of its entry.
type LineFrame = (u32, u16);

#[derive(Serialize, Deserialize)]
struct LotFrame {
    line: LineFrame,
    qty: Qty,
    cost: Cost,
}

#[derive(Serialize, Deserialize)]
struct EpisodeFrame<'a> {
    from: Instant,
    negative_since: Instant,
    deepest: Qty,
    left_out: u64,
    #[serde(borrow)]
    rows: Vec<RowFrame<'a>>,
}

#[derive(Serialize, Deserialize)]
struct RowFrame<'a> {
    line: LineFrame,
    reason: Reason,
    since: Instant,
    short: Qty,
    estimate: Cost,
    fills: Vec<FillFrame>,
    employee: u32,
    device: DeviceId,
    oversold: Option<OversellReason>,
    receipt: &'a str,
    received_after: Option<(Instant, LineFrame)>,
    counted_less: Option<(Instant, LineFrame, Qty)>,
    arrived_short: Option<Qty>,
}

#[derive(Serialize, Deserialize)]
struct FillFrame {
    by: LineFrame,
    qty: Qty,
    estimate: Cost,
    actual: Cost,
    own: bool,
    returned: Qty,
}

/// What is named, each with its number.
pub(super) struct Numbers {
    entries: BTreeMap<EntryId, u32>,
    people: BTreeMap<EmployeeId, u32>,
}

/// What is short in a base.
pub(super) fn rows_of(base: &Base) -> impl Iterator<Item = &Kept> {
    base.episode.iter().flat_map(|episode| &episode.rows)
}

/// Every line that a base names.
pub(super) fn lines_of(base: &Base) -> impl Iterator<Item = LineId> {
    let lots = base.stock.lots().map(|lot| lot.line);
    let counted = base.signs.counted_less.iter().map(|(_, by, _)| *by);
    let rows = rows_of(base).flat_map(|Kept { row, around, .. }| {
        let around =
            around.received_after.map(|(_, by)| by).into_iter().chain(around.counted_less.map(|(_, by, _)| by));
        row.fills.iter().map(|fill| fill.by).chain([row.line]).chain(around)
    });
    lots.chain(counted).chain(rows)
}

fn numbered<T: Copy + Ord>(named: &[T]) -> BTreeMap<T, u32> {
    named.iter().copied().zip(0..=u32::MAX).collect()
}

impl Numbers {
    pub fn of(named: &Named) -> Self {
        Self { entries: numbered(&named.entries), people: numbered(&named.people) }
    }

    /// One history, to be written.
    pub fn shops<'a>(&self, shops: &'a Shops) -> ShopFrames<'a> {
        shops.iter().map(|(shop, base)| (*shop, base.as_ref().map(|base| self.base(base)))).collect()
    }

    fn base<'a>(&self, base: &'a Base) -> BaseFrame<'a> {
        let Base { below, stock, signs, episode } = base;
        let lot = |lot: &Lot| LotFrame { line: self.line(lot.line), qty: lot.qty, cost: lot.cost };
        BaseFrame {
            below: *below,
            holds_no_stock: stock.holds_no_stock(),
            last_recorded_cost: stock.last_recorded_cost(),
            last_received_cost: stock.last_received_cost(),
            lots: stock.lots().map(lot).collect(),
            came_in: signs.came_in,
            received: signs.received,
            went_out: signs.went_out,
            last_deliveries: signs.last_deliveries.iter().copied().collect(),
            counted_less: signs.counted_less.iter().map(|(at, by, less)| (*at, self.line(*by), *less)).collect(),
            episode: episode.as_ref().map(|episode| EpisodeFrame {
                from: episode.from,
                negative_since: stock.negative_since().unwrap_or(episode.from),
                deepest: episode.deepest,
                left_out: u64::try_from(episode.left_out).unwrap_or(u64::MAX),
                rows: episode.rows.iter().map(|kept| self.row(kept)).collect(),
            }),
        }
    }

    fn row<'a>(&self, Kept { row, said, receipt, around }: &'a Kept) -> RowFrame<'a> {
        RowFrame {
            line: self.line(row.line),
            reason: row.reason,
            since: row.since,
            short: row.short,
            estimate: row.estimate,
            fills: row.fills.iter().map(|fill| self.fill(fill)).collect(),
            employee: self.people.get(&said.employee).copied().unwrap_or_default(),
            device: said.device,
            oversold: said.oversold,
            receipt,
            received_after: around.received_after.map(|(at, by)| (at, self.line(by))),
            counted_less: around.counted_less.map(|(at, by, less)| (at, self.line(by), less)),
            arrived_short: around.arrived_short,
        }
    }

    fn fill(&self, Fill { by, qty, estimate, actual, own, returned, .. }: &Fill) -> FillFrame {
        let by = self.line(*by);
        FillFrame { by, qty: *qty, estimate: *estimate, actual: *actual, own: *own, returned: *returned }
    }

    /// Every entry that is named has a number.
    fn line(&self, line: LineId) -> LineFrame {
        (self.entries.get(&line.entry).copied().unwrap_or_default(), line.line)
    }
}

/// What is named, by number.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Named {
    pub entries: Vec<EntryId>,
    pub people: Vec<EmployeeId>,
}

impl Named {
    /// One history, as it was written.
    pub fn shops(&self, shops: ShopFrames<'_>, horizon: Instant) -> Result<Shops, SnapshotError> {
        let read = |(shop, base): (ShopId, Option<BaseFrame<'_>>)| {
            Ok((shop, base.map(|base| self.base(shop, base, horizon)).transpose()?))
        };
        shops.into_iter().map(read).collect()
    }

    fn base(&self, shop: ShopId, base: BaseFrame<'_>, horizon: Instant) -> Result<Base, SnapshotError> {
        if base.below > horizon {
            return Err(SnapshotError::Time);
        }
        let signs = Signs {
            came_in: base.came_in,
            received: base.received,
            went_out: base.went_out,
            last_deliveries: base.last_deliveries.into_iter().map(moment).collect::<Result<_, _>>()?,
            counted_less: base
                .counted_less
                .into_iter()
                .map(|(at, by, less)| Ok((moment(at)?, self.line(by)?, less)))
                .collect::<Result<_, SnapshotError>>()?,
        };
        if !signs.is_sound() {
            return Err(SnapshotError::Stock);
        }
        let lot = |lot: LotFrame| Ok(Lot { line: self.line(lot.line)?, qty: lot.qty, cost: lot.cost });
        let lots = base.lots.into_iter().map(lot).collect::<Result<_, SnapshotError>>()?;
        let since = base.episode.as_ref().map(|episode| moment(episode.negative_since)).transpose()?;
        let episode = base.episode.map(|episode| self.episode(shop, episode)).transpose()?;
        let shortages = episode.iter().flat_map(|episode| &episode.rows).map(|kept| shortage(&kept.row)).collect();
        let costs = (base.last_recorded_cost, base.last_received_cost);
        let stock = Stock::held(lots, shortages, costs, since, base.holds_no_stock)?;
        if episode.is_some() != stock.on_hand().is_negative() {
            return Err(SnapshotError::Stock);
        }
        Ok(Base { below: moment(base.below)?, stock, signs, episode })
    }

    fn episode(&self, shop: ShopId, episode: EpisodeFrame<'_>) -> Result<OpenEpisode, SnapshotError> {
        let rows = episode.rows.into_iter().map(|row| self.row(shop, row)).collect::<Result<Vec<Kept>, _>>()?;
        if !episode.deepest.is_negative() {
            return Err(SnapshotError::Stock);
        }
        let left_out = usize::try_from(episode.left_out).map_err(|_| SnapshotError::Frame)?;
        Ok(OpenEpisode { from: moment(episode.from)?, deepest: episode.deepest, left_out, rows })
    }

    fn row(&self, shop: ShopId, row: RowFrame<'_>) -> Result<Kept, SnapshotError> {
        let line = self.line(row.line)?;
        let fills = row.fills.into_iter().map(|fill| self.fill(shop, line, &fill)).collect::<Result<Vec<Fill>, _>>()?;
        let filled = fills.iter().try_fold(Qty::ZERO, |sum, fill| sum.checked_add(fill.qty));
        let are_positive = row.arrived_short.is_none_or(Qty::is_positive)
            && row.counted_less.is_none_or(|(.., less)| less.is_positive());
        let is_sound = are_positive && row.short.is_positive() && filled.is_some_and(|filled| filled <= row.short);
        if !is_sound || !is_cost(row.estimate) {
            return Err(SnapshotError::Stock);
        }
        let received_after = row.received_after.map(|(at, by)| Ok::<_, SnapshotError>((moment(at)?, self.line(by)?)));
        let counted_less =
            row.counted_less.map(|(at, by, less)| Ok::<_, SnapshotError>((moment(at)?, self.line(by)?, less)));
        let around = Around {
            received_after: received_after.transpose()?,
            counted_less: counted_less.transpose()?,
            arrived_short: row.arrived_short,
        };
        let number = usize::try_from(row.employee).map_err(|_| SnapshotError::Frame)?;
        let employee = *self.people.get(number).ok_or(SnapshotError::Frame)?;
        let said = Said { employee, device: row.device, oversold: row.oversold };
        let (reason, since, short, estimate) = (row.reason, moment(row.since)?, row.short, row.estimate);
        let receipt = row.receipt.to_owned();
        Ok(Kept { row: EpisodeRow { line, reason, since, short, estimate, fills }, said, receipt, around })
    }

    fn fill(&self, shop: ShopId, line: LineId, fill: &FillFrame) -> Result<Fill, SnapshotError> {
        let FillFrame { by, qty, estimate, actual, own, returned } = *fill;
        let is_sound = qty.is_positive() && !returned.is_negative() && returned <= qty;
        if !is_sound || !is_cost(estimate) || !is_cost(actual) {
            return Err(SnapshotError::Stock);
        }
        Ok(Fill { shop, line, by: self.line(by)?, qty, estimate, actual, own, returned })
    }

    fn line(&self, (entry, line): LineFrame) -> Result<LineId, SnapshotError> {
        let number = usize::try_from(entry).map_err(|_| SnapshotError::Frame)?;
        Ok(LineId { entry: *self.entries.get(number).ok_or(SnapshotError::Frame)?, line })
    }
}

/// What is still open of a row.
fn shortage(row: &EpisodeRow) -> Shortage {
    let EpisodeRow { line, reason, since, short, estimate, .. } = *row;
    Shortage { line, reason, short, open: row.open(), estimate, since }
}

fn is_cost(cost: Cost) -> bool {
    cost.known().is_none_or(UnitCost::is_in_range)
}

/// A moment, if it is one.
pub(super) fn moment(at: Instant) -> Result<Instant, SnapshotError> {
    if at >= Instant::MIN && at <= Instant::MAX { Ok(at) } else { Err(SnapshotError::Time) }
}
