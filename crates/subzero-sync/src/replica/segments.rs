//! Catching up from far behind: a list of segments, and then one after the other.

use std::collections::VecDeque;

use subzero_ledger::ids::ShopId;

use crate::fault::{Failure, Fault};
use crate::segment::{self, SEGMENT_ROWS_MAX};
use crate::wire::{Row, SEGMENTS_LISTED_MAX, SegmentInfo, SegmentList, ShopHead};

use super::pull::{End, Place, PullStep, Taken};
use super::timers::Lane;
use super::{Attempt, Replica};

/// The segments of one shop that are to be fetched.
#[derive(Clone, Debug)]
pub struct Listed {
    /// For this copy.
    generation: u32,
    /// In order.
    segments: VecDeque<SegmentInfo>,
    /// Up to where segments were known when it was listed, or were given up: pages up to there, and no further list.
    to: u64,
}

/// What a copy that lies behind needs next.
pub enum Next {
    List,
    Segment(SegmentInfo),
    Page { to: Option<u64> },
}

impl Replica {
    /// What a copy that stands at `from` needs next.
    pub(super) fn next_of(&self, head: &ShopHead, from: &Place) -> Next {
        let listed = self.listed.get(&(head.shop, from.end));
        let listed = listed.filter(|listed| listed.generation == from.cursor.generation);
        let next = listed.and_then(|listed| listed.segments.iter().find(|segment| segment.first > from.seq()));
        if let Some(next) = next {
            let between = next.first.saturating_sub(1);
            let to = from.limit().map_or(between, |limit| limit.min(between));
            return if between == from.seq() { Next::Segment(*next) } else { Next::Page { to: Some(to) } };
        }
        let sealed = from.limit().map_or(head.sealed, |limit| limit.min(head.sealed));
        let listed_to = listed.map_or(0, |listed| listed.to);
        let worth = if from.seq() == 0 { 1 } else { u64::try_from(SEGMENT_ROWS_MAX).unwrap_or(u64::MAX) };
        let is_worth_it = sealed.saturating_sub(from.seq().max(listed_to)) >= worth;
        if is_worth_it { Next::List } else { Next::Page { to: from.limit() } }
    }

    pub(super) fn on_segments_listed(&mut self, attempt: Attempt, result: Result<SegmentList, Failure>) {
        let asked = self.end_fetch(attempt, |step| match step {
            PullStep::List { shop, from } => Some((shop, from)),
            PullStep::Fetch { .. } | PullStep::FetchSegment { .. } | PullStep::Store { .. } => None,
        });
        let Some((shop, from)) = asked else { return };
        let list = match result {
            Ok(list) => list,
            Err(failure) => return self.fail(Lane::Pull(shop), Fault::Request(failure)),
        };
        if !self.is_of_epoch(shop, &from, list.epoch) {
            return;
        }
        if !is_answer(&list, shop, from.seq()) {
            return self.fail(Lane::Pull(shop), Fault::Request(Failure::NotOurs));
        }
        self.note_contact();
        let sealed = self.heads.get(&shop).map_or(0, |head| head.sealed);
        // Where the list says less than the manifest did, there is no use in asking again.
        let to = list.segments.last().map_or(sealed, |segment| segment.last);
        let listed = Listed { generation: from.cursor.generation, segments: list.segments.into(), to };
        self.listed.insert((shop, from.end), listed);
    }

    pub(super) fn on_segment_fetched(&mut self, attempt: Attempt, result: Result<Vec<u8>, Failure>) {
        let asked = self.end_fetch(attempt, |step| match step {
            PullStep::FetchSegment { shop, from, info } => Some((shop, from, info)),
            PullStep::Fetch { .. } | PullStep::List { .. } | PullStep::Store { .. } => None,
        });
        let Some((shop, from, info)) = asked else { return };
        let read = match result {
            Ok(bytes) => read(&bytes, shop, &from, &info).ok_or(Failure::NotOurs),
            Err(failure) => Err(failure),
        };
        let rows = match read {
            Ok(rows) => rows,
            Err(failure) => {
                if matches!(failure, Failure::NotOurs | Failure::Refused { .. }) {
                    self.give_up_segments(shop, from.end);
                }
                return self.fail(Lane::Pull(shop), Fault::Request(failure));
            }
        };
        self.note_contact();
        let complete = info.last >= self.head(shop);
        self.take_rows(shop, &from, Taken { rows, checksum: info.checksum, complete, sealed: true });
    }

    /// A segment that cannot be had as such is fetched as pages, and so are the others of its list: whatever keeps one from coming may
    /// keep them all.
    fn give_up_segments(&mut self, shop: ShopId, end: End) {
        if let Some(listed) = self.listed.get_mut(&(shop, end)) {
            listed.segments.clear();
        }
    }
}

/// Is this the list that was asked for, without a hole?
fn is_answer(list: &SegmentList, shop: ShopId, after: u64) -> bool {
    let sound = list.segments.iter().all(|segment| segment.first >= 1 && segment.last >= segment.first);
    let follows = |(before, next): (&SegmentInfo, &SegmentInfo)| next.first == before.last.saturating_add(1);
    let dense = list.segments.iter().zip(list.segments.iter().skip(1)).all(follows);
    let begins = list.segments.first().is_none_or(|first| first.last > after);
    list.shop == shop && list.after == after && list.segments.len() <= SEGMENTS_LISTED_MAX && sound && dense && begins
}

/// The rows of a segment, if these bytes are it and add up to what the list says. Where they do not, the pages tell whether it is the copy
/// that is wrong.
fn read(bytes: &[u8], shop: ShopId, from: &Place, info: &SegmentInfo) -> Option<Vec<Row>> {
    let is_named_so = segment::content_hash(bytes) == info.hash;
    let rows = segment::decode(bytes).ok().filter(|_| is_named_so)?;
    let is_whole = rows.first()?.seq == info.first && rows.last()?.seq == info.last;
    let adds_up = from.checksum().add_all(shop, &rows) == info.checksum;
    (is_whole && adds_up).then_some(rows)
}
