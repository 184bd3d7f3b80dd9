//! Scenario files: a shop's entries as JSON with decimals and readable names, and the state they lead to.
//!
//! This is the support tool's format (`cargo xtask replay`) and that of the rules' worked examples in `tests/vectors`, where
//! `README.md` describes every field. Names become ids in the order of the names, so ties are broken as the names say.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::cost::Cost;
use crate::decimal::DecimalError;
use crate::entry::{
    Adjustment, AdjustmentKind, AdjustmentLine, Body, CostControl, Count, CountLine, Entry, Header, ItemKind, Mode,
    MoveLine, Receipt, ReceiptLine, Refund, RefundLine, ReturnLine, ReturnReason, Sale, SaleLine, StampedItem,
    TransferReceive, TransferReturn, TransferSend, VendorReturn, Void,
};
use crate::ids::{DeviceId, EmployeeId, EntryId, ItemId, LineId, SessionId, ShopId, TransferId};
use crate::instant::Instant;
use crate::ledger::{Arrival, Ledger};
use crate::money::{Amount, Price, UnitCost};
use crate::quantity::Qty;
use crate::stock::{Overflow, Shortage, Stock};

mod moment;

/// Why a file is not a scenario.
#[derive(Debug, thiserror::Error)]
pub enum ScenarioError {
    /// Not JSON, or not of this shape.
    #[error("not a scenario: {0}")]
    Json(#[from] serde_json::Error),
    /// A decimal that cannot be kept.
    #[error("event {doc}: {error}")]
    Decimal {
        /// The event.
        doc: String,
        /// What is wrong.
        error: DecimalError,
    },
    /// A field that this kind of event needs.
    #[error("event {doc}: needs \"{field}\"")]
    Missing {
        /// The event.
        doc: String,
        /// The field.
        field: &'static str,
    },
    /// A time that is not like `2026-03-02T09:00:00Z`.
    #[error("event {doc}: \"{at}\" is not a time like 2026-03-02T09:00:00Z")]
    Time {
        /// The event.
        doc: String,
        /// What it says.
        at: String,
    },
    /// Two events with one name.
    #[error("event {doc}: there is another of that name")]
    Repeated {
        /// The event.
        doc: String,
    },
    /// A sum outgrew its range.
    #[error("{0}")]
    Overflow(#[from] Overflow),
}

/// A scenario as it is written.
#[derive(Debug, Deserialize)]
struct Scenario {
    settings: Settings,
    items: BTreeMap<String, Item>,
    events: Vec<Event>,
}

#[derive(Clone, Copy, Debug, Deserialize)]
struct Settings {
    mode: ModeName,
    cost_control: CostControlName,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
enum ModeName {
    Allow,
    AutoAdd,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
enum CostControlName {
    Default,
    LastRecorded,
}

#[derive(Debug, Deserialize)]
struct Item {
    default_cost: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Event {
    doc: String,
    at: String,
    kind: Kind,
    shop: String,
    item: String,
    qty: Option<String>,
    cost: Option<String>,
    counted: Option<String>,
    of: Option<String>,
    to: Option<String>,
    mode: Option<ModeName>,
    device: Option<String>,
    seq: Option<u64>,
    arrived: Option<String>,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Kind {
    Receive,
    Sale,
    Refund,
    Void,
    TransferSend,
    TransferReceive,
    TransferReturn,
    VendorReturn,
    Count,
    Adjust,
}

/// Names and their numbers, in the order of the names.
struct Names {
    docs: Vec<String>,
    items: Vec<String>,
    shops: Vec<String>,
    devices: Vec<String>,
}

const DEFAULT_DEVICE: &str = "A1";

/// Replays a scenario and says what came of it: the object its `expect` holds.
pub fn replay_json(text: &str) -> Result<Value, ScenarioError> {
    let scenario: Scenario = serde_json::from_str(text)?;
    let names = Names::of(&scenario)?;
    let mut ledger = Ledger::default();
    let mut recorded_costs = BTreeMap::new();
    for (place, event) in (0_u64..).zip(&scenario.events) {
        let entry = names.entry(&scenario, event, place)?;
        let id = entry.header.id;
        let is_sale = matches!(entry.body, Body::Sale(_));
        ledger.insert(entry, Arrival::Confirmed { seq: place });
        if is_sale {
            recorded_costs.insert(id, ledger.cost_when_posted(id)?.in_sums);
        }
    }
    names.expect(&ledger, &recorded_costs)
}

/// The entries of a scenario in the order of their arrival, each with the name of its event.
pub fn entries(text: &str) -> Result<Vec<(String, Entry)>, ScenarioError> {
    let scenario: Scenario = serde_json::from_str(text)?;
    let names = Names::of(&scenario)?;
    let entry = |(place, event): (u64, &Event)| Ok((event.doc.clone(), names.entry(&scenario, event, place)?));
    (0_u64..).zip(&scenario.events).map(entry).collect()
}

impl Names {
    fn of(scenario: &Scenario) -> Result<Self, ScenarioError> {
        let docs: BTreeSet<&String> = scenario.events.iter().map(|event| &event.doc).collect();
        if docs.len() < scenario.events.len() {
            let mut seen = BTreeSet::new();
            let twice = scenario.events.iter().find(|event| !seen.insert(&event.doc));
            return Err(ScenarioError::Repeated { doc: twice.map(|event| event.doc.clone()).unwrap_or_default() });
        }
        let referred = scenario.events.iter().filter_map(|event| event.of.as_ref());
        let shops = scenario.events.iter().flat_map(|event| [Some(&event.shop), event.to.as_ref()]).flatten();
        let sorted = |names: BTreeSet<&String>| names.into_iter().cloned().collect::<Vec<_>>();
        let devices: BTreeSet<String> = scenario.events.iter().map(Event::device).collect();
        Ok(Self {
            docs: sorted(docs.into_iter().chain(referred).collect()),
            items: sorted(scenario.items.keys().chain(scenario.events.iter().map(|event| &event.item)).collect()),
            shops: sorted(shops.collect()),
            devices: devices.into_iter().collect(),
        })
    }

    fn doc(&self, name: &String) -> EntryId {
        EntryId::from_u128(self.docs.binary_search(name).map_or(0, number).into())
    }

    fn item(&self, name: &String) -> ItemId {
        ItemId::from_u128(self.items.binary_search(name).map_or(0, number).into())
    }

    fn shop(&self, name: &String) -> ShopId {
        ShopId(self.shops.binary_search(name).map_or(0, number))
    }

    fn doc_name(&self, id: EntryId) -> &str {
        name(&self.docs, id.0.as_u128())
    }

    fn entry(&self, scenario: &Scenario, event: &Event, place: u64) -> Result<Entry, ScenarioError> {
        let at = event.moment(&event.at)?;
        let mode = match event.mode.unwrap_or(scenario.settings.mode) {
            ModeName::Allow => Mode::Allow,
            ModeName::AutoAdd => Mode::AutoAdd,
        };
        let cost_control = match scenario.settings.cost_control {
            CostControlName::Default => CostControl::Default,
            CostControlName::LastRecorded => CostControl::LastRecorded,
        };
        let header = Header {
            id: self.doc(&event.doc),
            shop: self.shop(&event.shop),
            device: DeviceId(self.devices.binary_search(&event.device()).map_or(0, number)),
            at,
            employee: EmployeeId::from_u128(0),
            session: SessionId::from_u128(0),
            approved_by: None,
            import: None,
            mode,
            cost_control,
        };
        let default_cost = scenario.items.get(&event.item).and_then(|item| item.default_cost.as_ref());
        let default_cost = default_cost.map(|cost| event.parse(cost)).transpose()?;
        let item = StampedItem { id: self.item(&event.item), default_cost, kind: ItemKind::Inventory };
        let entry = Entry { dseq: event.seq.unwrap_or(place), header, body: self.body(event, item, at)? };
        Ok(match &event.arrived {
            Some(arrived) => entry.arrived(event.moment(arrived)?),
            None => entry,
        })
    }

    fn body(&self, event: &Event, item: StampedItem, at: Instant) -> Result<Body, ScenarioError> {
        let qty = || event.parse::<Qty>(event.need(event.qty.as_ref(), "qty")?);
        let of = || event.need(event.of.as_ref(), "of").map(|of| self.doc(of));
        let cost = event.cost.as_ref().map(|cost| event.parse::<UnitCost>(cost)).transpose()?;
        let note = String::new();
        let return_line = || Ok::<_, ScenarioError>(vec![ReturnLine { of_line: 0, item, qty: qty()? }]);
        Ok(match event.kind {
            Kind::Receive => {
                let cost = cost.ok_or(ScenarioError::Missing { doc: event.doc.clone(), field: "cost" })?;
                let line = ReceiptLine { of_line: None, item, qty: qty()?, cost };
                Body::Receipt(Receipt { order: None, vendor: None, lines: vec![line], reference: String::new() })
            }
            Kind::Sale => {
                let (price, recorded_cost) = (Price::ZERO, Amount::ZERO);
                let discount = Amount::ZERO;
                let line = SaleLine { item, qty: qty()?, price, discount, recorded_cost, oversold: None };
                Body::Sale(Sale { receipt: String::new(), lines: vec![line], tenders: Vec::new(), places: 2, note })
            }
            Kind::Refund => {
                let line = RefundLine { of_line: 0, item, qty: qty()?, amount: Amount::ZERO };
                let (of, receipt) = (event.of.as_ref().map(|of| self.doc(of)), String::new());
                Body::Refund(Refund { of, receipt, lines: vec![line], tenders: Vec::new(), note })
            }
            Kind::Void => Body::Void(Void { of: of()?, note }),
            Kind::TransferSend => {
                let to = self.shop(event.need(event.to.as_ref(), "to")?);
                let (transfer, number) = (TransferId::from_u128(0), String::new());
                Body::TransferSend(TransferSend {
                    transfer,
                    number,
                    to,
                    lines: vec![MoveLine { item, qty: qty()? }],
                    note,
                })
            }
            Kind::TransferReceive => Body::TransferReceive(TransferReceive { of: of()?, lines: return_line()? }),
            Kind::TransferReturn => Body::TransferReturn(TransferReturn { of: of()?, lines: return_line()? }),
            Kind::VendorReturn => {
                let (vendor, reason) = (None, ReturnReason::TooMany);
                Body::VendorReturn(VendorReturn { vendor, reason, lines: vec![MoveLine { item, qty: qty()? }], note })
            }
            Kind::Count => {
                let counted = event.parse(event.need(event.counted.as_ref(), "counted")?)?;
                Body::Count(Count { list: None, lines: vec![CountLine { item, counted, at }] })
            }
            Kind::Adjust => {
                let line = AdjustmentLine { item, qty: qty()?, cost };
                let kind = AdjustmentKind::Correction;
                Body::Adjustment(Adjustment { kind, lines: vec![line], note })
            }
        })
    }

    fn expect(&self, ledger: &Ledger, recorded: &BTreeMap<EntryId, Amount>) -> Result<Value, ScenarioError> {
        let mut stocks: Vec<_> = ledger.stocks().collect();
        stocks.sort_by_key(|(item, shop, _)| (*shop, *item));
        let stock = stocks
            .into_iter()
            .map(|(item, shop, stock)| self.stock(ledger, item, shop, stock))
            .collect::<Result<Vec<_>, _>>()?;
        let mut sales = Map::new();
        for (&id, cost) in recorded {
            let restated = ledger.restated_cost(id)?.in_sums;
            let costs = json!({ "recorded_cost": cost.to_string(), "restated_cost": restated.to_string() });
            sales.insert(self.doc_name(id).to_owned(), costs);
        }
        let absorbed: Map<_, _> = ledger
            .entries()
            .filter_map(|(entry, _)| {
                let by = ledger.absorbed_by(entry.header.id)?;
                Some((self.doc_name(entry.header.id).to_owned(), json!(self.doc_name(by))))
            })
            .collect();
        let oddities = ledger.oddities();
        let flagged: Map<_, _> =
            oddities.iter().map(|(&id, oddity)| (self.doc_name(id).to_owned(), json!(oddity.code()))).collect();
        Ok(json!({ "stock": stock, "sales": sales, "absorbed": absorbed, "flagged": flagged }))
    }

    fn stock(&self, ledger: &Ledger, item: ItemId, shop: ShopId, stock: &Stock) -> Result<Value, ScenarioError> {
        let doc = |line: LineId| self.doc_name(line.entry);
        let lots: Vec<_> = stock
            .lots()
            .map(|lot| {
                let (doc, cost) = (doc(lot.line), lot.cost.in_sums());
                let object = json!({ "doc": doc, "qty": lot.qty.to_string(), "unit_cost": cost.to_string() });
                marked(object, lot.cost)
            })
            .collect();
        let rows: Vec<_> = stock
            .shortages()
            .map(|row| {
                let object = json!({
                    "doc": doc(row.line), "reason": row.reason.code(), "short": row.short.to_string(),
                    "open": row.open.to_string(), "unit_cost": row.estimate.in_sums().to_string(),
                    "exposure": row.exposure().to_string(), "since": moment::format(row.since),
                });
                marked(object, row.estimate)
            })
            .collect();
        let mut variances = Vec::new();
        let mut fills = Vec::new();
        for fill in ledger.fills(item, shop) {
            variances.push(fill.variance()?);
            fills.push(json!({
                "doc": doc(fill.line), "by": doc(fill.by), "qty": fill.qty.to_string(),
                "estimate": fill.estimate.in_sums().to_string(), "actual": fill.actual.in_sums().to_string(),
                "variance": fill.variance()?.to_string(),
            }));
        }
        let automated: Vec<_> = ledger
            .automated(item, shop)
            .map(|(line, portion)| {
                let (qty, cost) = (portion.qty.to_string(), portion.cost.in_sums().to_string());
                json!({ "doc": doc(line), "qty": qty, "unit_cost": cost })
            })
            .collect();
        Ok(json!({
            "shop": name(&self.shops, u128::from(shop.0)),
            "item": name(&self.items, item.0.as_u128()),
            "on_hand": stock.on_hand().to_string(),
            "sellable": stock.sellable().to_string(),
            "lots": lots,
            "stock_value": sum(stock.lots().map(|lot| lot.cost.times(lot.qty)))?.to_string(),
            "exposure": sum(stock.shortages().map(Shortage::exposure))?.to_string(),
            "negative_since": stock.negative_since().map(moment::format),
            "report": rows,
            "fills": fills,
            "variance": sum(variances)?.to_string(),
            "automated": automated,
        }))
    }
}

impl Event {
    fn moment(&self, at: &str) -> Result<Instant, ScenarioError> {
        moment::parse(at).ok_or_else(|| ScenarioError::Time { doc: self.doc.clone(), at: at.to_owned() })
    }

    fn device(&self) -> String {
        self.device.clone().unwrap_or_else(|| DEFAULT_DEVICE.to_owned())
    }

    fn need<'a>(&self, value: Option<&'a String>, field: &'static str) -> Result<&'a String, ScenarioError> {
        value.ok_or_else(|| ScenarioError::Missing { doc: self.doc.clone(), field })
    }

    fn parse<T: std::str::FromStr<Err = DecimalError>>(&self, text: &str) -> Result<T, ScenarioError> {
        text.parse().map_err(|error| ScenarioError::Decimal { doc: self.doc.clone(), error })
    }
}

/// An object that says when its cost is missing, and nothing when it is not.
fn marked(mut object: Value, cost: Cost) -> Value {
    if let (true, Some(object)) = (cost.is_missing(), object.as_object_mut()) {
        object.insert("cost_missing".to_owned(), json!(true));
    }
    object
}

fn sum(amounts: impl IntoIterator<Item = Amount>) -> Result<Amount, Overflow> {
    amounts.into_iter().try_fold(Amount::ZERO, |sum, amount| sum.checked_add(amount).ok_or(Overflow))
}

/// Names are numbered from 1: 0 is nobody.
fn number(place: usize) -> u32 {
    u32::try_from(place).unwrap_or(u32::MAX).saturating_add(1)
}

fn name(names: &[String], number: u128) -> &str {
    let place = usize::try_from(number.saturating_sub(1)).unwrap_or(usize::MAX);
    names.get(place).map_or("", String::as_str)
}
