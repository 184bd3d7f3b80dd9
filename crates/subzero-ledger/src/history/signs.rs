//! Signs: what the lines of one item in one shop say of why it may be short. They are few figures, so a base keeps them of lines that are
//! not here.

use std::collections::VecDeque;

use super::{History, Op};
use crate::ids::{LineId, ShopId};
use crate::instant::Instant;
use crate::quantity::Qty;

const HOUR_MS: i64 = 3_600_000;
/// A delivery within so long after a sale was on the shelf before it was entered.
const RECEIVED_WITHIN_MS: i64 = 48 * HOUR_MS;
/// A count may have led to a shortage within so long after it.
const COUNTED_WITHIN_MS: i64 = 7 * 24 * HOUR_MS;
/// So many of the last deliveries say at what pace they come.
const LAST_DELIVERIES: usize = 8;

/// A delivery: when, and by which line.
pub(crate) type Delivery = (Instant, LineId);
/// A count that took some away: when, by which line, and how much.
pub(crate) type CountedLess = (Instant, LineId, Qty);

/// What the lines of one shop say.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Signs {
    /// Whether it ever came in.
    pub came_in: bool,
    /// Whether it was ever received from a vendor.
    pub received: bool,
    /// How often it went out.
    pub went_out: u64,
    /// When the last deliveries came, in the order of replay.
    pub last_deliveries: VecDeque<Instant>,
    /// The counts that took some away, in the order of replay; in a base those that may still tell of what comes after it.
    pub counted_less: Vec<CountedLess>,
}

impl Signs {
    /// The last count that may have led to what went short at a moment.
    pub fn counted_less(&self, since: Instant) -> Option<CountedLess> {
        let shortly_before = |(at, ..): &&CountedLess| *at <= since && since.ms_since(*at) <= COUNTED_WITHIN_MS;
        self.counted_less.iter().rev().find(shortly_before).copied()
    }

    /// Whether any history could say so.
    pub fn is_sound(&self) -> bool {
        self.last_deliveries.len() <= LAST_DELIVERIES && self.counted_less.iter().all(|(.., less)| less.is_positive())
    }

    /// The same for whoever needs them of a moment and later only.
    pub(super) fn of_what_comes_at(mut self, below: Instant) -> Self {
        self.counted_less.retain(|(at, ..)| below.ms_since(*at) <= COUNTED_WITHIN_MS);
        self
    }

    fn note_delivery(&mut self, at: Instant) {
        self.received = true;
        if self.last_deliveries.len() >= LAST_DELIVERIES {
            self.last_deliveries.pop_front();
        }
        self.last_deliveries.push_back(at);
    }
}

impl History {
    /// What its lines say of a shop, those in its base too.
    pub(crate) fn signs(&self, shop: ShopId) -> Signs {
        let mut signs = self.base(shop).map(|base| base.signs.clone()).unwrap_or_default();
        for (post, effect, _) in self.running(shop).filter(|(post, ..)| post.retracted.is_none()) {
            signs.came_in |= effect.moved.is_positive();
            match post.op {
                Op::Receive { .. } => signs.note_delivery(post.stamp.at),
                Op::Count { .. } if effect.moved.is_negative() => {
                    signs.counted_less.push((post.stamp.at, post.line, effect.moved.negated()));
                }
                Op::Remove { .. } => signs.went_out = signs.went_out.saturating_add(1),
                Op::Find { .. }
                | Op::FindAt { .. }
                | Op::Return { .. }
                | Op::Arrive { .. }
                | Op::Lose { .. }
                | Op::Count { .. }
                | Op::Convert { .. } => {}
            }
        }
        signs
    }

    /// The deliveries to a shop that are here, in the order of replay.
    pub(crate) fn deliveries(&self, shop: ShopId) -> Vec<Delivery> {
        let of_shop = self.posts.iter().filter(|post| post.shop == shop && post.retracted.is_none());
        let received = of_shop.filter(|post| matches!(post.op, Op::Receive { .. }));
        received.map(|post| (post.stamp.at, post.line)).collect()
    }
}

/// The first of some deliveries that came shortly after something went short.
pub(crate) fn received_after(deliveries: &[Delivery], since: Instant) -> Option<Delivery> {
    let after = |(at, _): &&Delivery| *at >= since && at.ms_since(since) <= RECEIVED_WITHIN_MS;
    deliveries.iter().find(after).copied()
}
