//! The whole state as one value: what two replicas that hold the same entries must agree on, byte for byte.

use serde::Serialize;

use super::Ledger;
use crate::history::{Fill, Oddity};
use crate::ids::{EntryId, ItemId, LineId, ShopId};
use crate::stock::{Portion, Stock};

/// Everything that a set of entries leads to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct State {
    stocks: Vec<StockState>,
    oddities: Vec<(EntryId, Oddity)>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
struct StockState {
    item: ItemId,
    shop: ShopId,
    stock: Stock,
    fills: Vec<Fill>,
    automated: Vec<(LineId, Portion)>,
}

impl Ledger {
    /// The state, for comparing: by item and shop, fills and automated units in the order of replay.
    pub fn state(&self) -> State {
        let stock_state = |(item, shop, stock): (ItemId, ShopId, &Stock)| StockState {
            item,
            shop,
            stock: stock.clone(),
            fills: self.fills(item, shop).copied().collect(),
            automated: self.automated(item, shop).collect(),
        };
        State { stocks: self.stocks().map(stock_state).collect(), oddities: self.oddities().into_iter().collect() }
    }
}

impl State {
    /// The state as bytes: equal states have equal bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        postcard::to_stdvec(self).unwrap_or_default()
    }
}
