//! Whoever puts a negative right: records it, says what closed and what is still open, and knows the way back.

use leptos::prelude::*;
use leptos::task::spawn_local;
use subzero_ledger::entry::Entry;
use subzero_ledger::ids::{EntryId, ItemId, ShopId};
use subzero_ledger::quantity::Qty;
use subzero_ledger::verbs::{Desk, Problem, SettleWay, WantedLine};

use super::list::item_name;
use crate::device::ids;
use crate::format;
use crate::shop::{Shop, VerbError};
use crate::widgets::toasts::Toaster;
use crate::words::{ToWords as _, words};

/// Whoever puts an item right, and says what that did.
#[derive(Clone, Copy)]
pub(super) struct Mender {
    pub shop: Shop,
    pub toaster: Toaster,
    pub item: ItemId,
    pub at: ShopId,
    pub problem: RwSignal<Option<String>>,
}

impl Mender {
    /// Records what the desk lets through, then says what is still open, with the way back.
    pub fn does(self, verb: impl Fn(&Desk<'_>) -> Result<Entry, Problem> + 'static, then: impl FnOnce() + 'static) {
        self.does_also(None, verb, then);
    }

    /// The same for what changes another item too: what became of that one is said as well.
    pub fn does_also(
        self,
        other: Option<ItemId>,
        verb: impl Fn(&Desk<'_>) -> Result<Entry, Problem> + 'static,
        then: impl FnOnce() + 'static,
    ) {
        self.problem.set(None);
        spawn_local(async move {
            match self.shop.enter(self.at, verb).await {
                Ok(recorded) => {
                    self.say(Back::Entry(recorded.entry), other);
                    then();
                }
                Err(error) => self.refuse(&error),
            }
        });
    }

    pub fn refuse(self, error: &VerbError) {
        // There is one line only.
        let said = if let VerbError::Problem(Problem::Line { problem, .. }) = error {
            problem.to_words()
        } else {
            error.to_words()
        };
        if self.problem.try_set(Some(said.clone())).is_some() {
            self.toaster.say(said);
        }
    }

    /// What closed and what is still open, with the way back.
    pub fn say(self, back: Back, other: Option<ItemId>) {
        let Self { shop, toaster, item, at, .. } = self;
        let stands = |item| untrack(|| (item_name(shop, item), shop.read(|core| core.ledger.on_hand(item, at))));
        let (name, left) = stands(item);
        let mut text = if left.is_negative() {
            words().ways_out.closed_some.with([&name, &format::qty(left.negated())])
        } else {
            words().ways_out.closed_all.with([&name])
        };
        if let Some((name, left)) = other.map(stands).filter(|(_, left)| left.is_negative()) {
            text = format!("{text} {}", words().ways_out.now_negative.with([&name, &format::qty(left)]));
        }
        toaster.say_with_undo(
            text,
            Callback::new(move |()| {
                spawn_local(async move {
                    match self.go(back).await {
                        Ok(()) => toaster.say(words().ways_out.undone),
                        Err(error) => toaster.say(error.to_words()),
                    }
                });
            }),
        );
    }

    async fn go(self, back: Back) -> Result<(), VerbError> {
        let Self { shop, item, at, .. } = self;
        match back {
            Back::Entry(entry) => shop.enter(at, move |desk| desk.undo(entry)).await.map(|_| ()),
            Back::Transfer { sent, from, received } => {
                shop.enter(at, move |desk| desk.undo(received)).await?;
                shop.enter(from, move |desk| desk.undo(sent)).await.map(|_| ())
            }
            Back::NoStock => {
                let Some(converted) = untrack(|| shop.item(item)) else { return Ok(()) };
                shop.enter_all(move |desk| desk.hold_stock_again(&converted)).await
            }
        }
    }
}

/// The way back from a way out.
#[derive(Clone, Copy)]
pub(super) enum Back {
    /// An entry is taken back.
    Entry(EntryId),
    /// What a transfer brought goes back on its way, and then to its sender.
    Transfer { sent: EntryId, from: ShopId, received: EntryId },
    /// The item holds stock again.
    NoStock,
}

/// Enters a transfer that another shop sent and nobody entered, and receives it here. Should the second half fail, the first stays as a
/// transfer that is on its way.
pub(super) fn came_from(mender: &Mender, item: ItemId, from: ShopId, qty: Qty, then: impl FnOnce() + 'static) {
    let mender = *mender;
    let Mender { shop, at, problem, .. } = mender;
    problem.set(None);
    let transfer = ids::transfer_id();
    spawn_local(async move {
        let wish = [WantedLine { item, qty }];
        let sent = shop
            .enter(from, move |desk| {
                desk.send_transfer(transfer, &desk.documents.next_transfer_number(&desk.header), at, &wish, "")
            })
            .await;
        let sent = match sent {
            Ok(sent) => sent.entry,
            Err(error) => return mender.refuse(&error),
        };
        match shop.enter(at, move |desk| desk.settle_transfer(sent, SettleWay::Received, &[(0, qty)], "")).await {
            Ok(arrived) => {
                mender.say(Back::Transfer { sent, from, received: arrived.entry }, None);
                then();
            }
            Err(error) => mender.refuse(&error),
        }
    });
}
