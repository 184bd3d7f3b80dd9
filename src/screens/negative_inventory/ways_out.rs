//! The ways out of a negative: each an ordinary entry, a tap or two away, and the row closes because the ledger says so.

use leptos::prelude::*;
use leptos::task::spawn_local;
use subzero_ledger::catalogue::Scanned;
use subzero_ledger::documents::Awaited;
use subzero_ledger::entry::{AdjustmentKind, Cause, Change, Entry, ItemKind};
use subzero_ledger::ids::{EntryId, ItemId, LineId, ShopId};
use subzero_ledger::quantity::Qty;
use subzero_ledger::report::{Negative, Row};
use subzero_ledger::stock::Reason;
use subzero_ledger::verbs::{AdjustWish, Delivery, Desk, Problem, ReceiveWish, SettleWay, WantedLine};

use super::list::item_name;
use crate::device::ids;
use crate::format;
use crate::routes::Route;
use crate::screens::help::Topic;
use crate::shop::{Shop, VerbError, use_shop};
use crate::widgets::button::{Button, Kind};
use crate::widgets::dialog::{Dialog, Shape};
use crate::widgets::field::{Field, Typed};
use crate::widgets::help_link::{HelpBeside, HelpLink};
use crate::widgets::item_search::ItemSearch;
use crate::widgets::notice::{Notice, Tone};
use crate::widgets::select::ShopSelect;
use crate::widgets::toasts::{Toaster, use_toaster};
use crate::words::{ToWords as _, words};

/// A way out that asks something first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    ForgotTransfer,
    Reassign(LineId),
    Count,
    Adjust,
    NoStock,
}

impl Way {
    const fn words(self) -> &'static str {
        let words = &words().ways_out;
        match self {
            Self::ForgotTransfer => words.forgot_transfer,
            Self::Reassign(_) => words.reassign,
            Self::Count => words.count,
            Self::Adjust => words.adjust,
            Self::NoStock => words.no_stock,
        }
    }

    const fn help(self) -> Topic {
        match self {
            Self::ForgotTransfer => Topic::EnterForgotten,
            Self::Reassign(_) => Topic::OtherItem,
            Self::Count => Topic::Count,
            Self::Adjust => Topic::Adjust,
            Self::NoStock => Topic::NoStock,
        }
    }
}

/// Whoever puts an item right, and says what that did.
#[derive(Clone, Copy)]
struct Mender {
    shop: Shop,
    toaster: Toaster,
    item: ItemId,
    at: ShopId,
    problem: RwSignal<Option<String>>,
}

impl Mender {
    /// Records what the desk lets through, then says what is still open, with the way back.
    fn does(self, verb: impl Fn(&Desk<'_>) -> Result<Entry, Problem> + 'static, then: impl FnOnce() + 'static) {
        self.problem.set(None);
        spawn_local(async move {
            match self.shop.enter(self.at, verb).await {
                Ok(recorded) => {
                    self.say(Back::Entry(recorded.entry));
                    then();
                }
                Err(error) => self.refuse(&error),
            }
        });
    }

    fn refuse(self, error: &VerbError) {
        if self.problem.try_set(Some(error.to_words())).is_some() {
            self.toaster.say(error.to_words());
        }
    }

    /// What closed and what is still open, with the way back.
    fn say(self, back: Back) {
        let Self { shop, toaster, item, at, .. } = self;
        let (name, left) = untrack(|| (item_name(shop, item), shop.read(|core| core.ledger.on_hand(item, at))));
        let text = if left.is_negative() {
            words().ways_out.closed_some.with([&name, &format::qty(left.negated())])
        } else {
            words().ways_out.closed_all.with([&name])
        };
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
enum Back {
    /// An entry is taken back.
    Entry(EntryId),
    /// What a transfer brought goes back on its way, and then to its sender.
    Transfer { sent: EntryId, from: ShopId, received: EntryId },
    /// The item holds stock again.
    NoStock,
}

/// The ways.
#[component]
pub(super) fn WaysOut(item: ItemId, at: ShopId, negative: Negative, rows: Vec<Row>) -> impl IntoView {
    let shop = use_shop();
    let problem = RwSignal::new(None::<String>);
    let mender = Mender { shop, toaster: use_toaster(), item, at, problem };
    let deficit = negative.on_hand.negated();
    let awaited = shop.read(|core| core.documents.awaited(item, at));
    let asked = RwSignal::new(None::<Way>);
    let open = RwSignal::new(false);
    let ask = move |way: Way| {
        problem.set(None);
        asked.set(Some(way));
        open.set(true);
    };
    let has_several = shop.read(|core| core.catalogue.shops.keys().filter(|shop| **shop != ShopId::OFFICE).count() > 1);
    let lines: Vec<LineId> = rows.iter().filter(|row| !row.is_backorder()).map(|row| row.line).collect();
    let (sales, others): (Vec<Row>, Vec<Row>) = rows.into_iter().partition(|row| row.reason == Reason::Sale);
    let sends = others.into_iter().filter(|row| row.reason == Reason::Transfer);
    let here = at == shop.id();
    let words = &words().ways_out;
    view! {
        <section class="negative-ways" aria-label=words.what_now>
            <HelpBeside to=Topic::PuttingRight><h2>{words.what_now}</h2></HelpBeside>
            {(!here).then(|| view! { <p class="negative-elsewhere">{words.elsewhere.with([&shop.name_of(at)])}</p> })}
            <ul class="negative-ways-list">
                {awaited.into_iter().map(|awaited| view! { <li><Receive mender awaited/></li> }).collect_view()}
                {sends.map(|row| view! { <SentTooMuch mender row/> }).collect_view()}
                {here.then(|| view! {
                    <li><a class="button" href=Route::Receive(Some((item, deficit))).path()>{words.forgot_order}</a></li>
                })}
                {has_several.then(|| view! { <li><Button press=move |()| ask(Way::ForgotTransfer)>{words.forgot_transfer}</Button></li> })}
                {sales.first().map(|row| { let line = row.line; view! { <li><Button press=move |()| ask(Way::Reassign(line))>{words.reassign}</Button></li> } })}
                <li><Button press=move |()| ask(Way::Count)>{words.count}</Button></li>
                <li><Button press=move |()| ask(Way::Adjust)>{words.adjust}</Button></li>
                {(!lines.is_empty()).then(|| view! { <li><Backorder mender lines/></li> })}
                <li><Button press=move |()| ask(Way::NoStock)>{words.no_stock}</Button></li>
            </ul>
        </section>
        <Dialog title=Signal::derive(move || asked.get().map(Way::words).unwrap_or_default().to_owned()) open shape=Shape::Sheet>
            {move || asked.get().map(|way| view! { <p><HelpLink to=way.help()/></p> })}
            <WayAsked mender asked open negative sales=sales.clone()/>
        </Dialog>
    }
}

/// Receives what is left of one line of an order or a transfer; the whole paper is a tap further.
#[component]
fn Receive(mender: Mender, awaited: Awaited) -> impl IntoView {
    let (shop, item) = (mender.shop, mender.item);
    let words = &words().ways_out;
    let (text, whole, paper) = match &awaited {
        Awaited::Order { number, left, order, .. } => {
            (words.receive_order.with([&format::qty(*left), number]), words.whole_order, Route::Order(*order))
        }
        Awaited::Transfer { number, left, transfer, from, .. } => {
            let from = shop.name_of(*from);
            (
                words.receive_transfer.with([&format::qty(*left), &from, number]),
                words.whole_transfer,
                Route::Transfer(*transfer),
            )
        }
    };
    let press = move |()| match awaited.clone() {
        Awaited::Order { order, line, left, cost, .. } => {
            let delivery = Delivery { order: Some(order), ..Delivery::default() };
            let wish = ReceiveWish { of_line: Some(line), item, qty: left, cost };
            mender.does(move |desk| desk.receive(&delivery, &[wish]), || ());
        }
        Awaited::Transfer { send, line, left, .. } => {
            mender.does(move |desk| desk.settle_transfer(send, SettleWay::Received, &[(line, left)], ""), || ());
        }
    };
    view! {
        <span class="negative-receive">
            <Button kind=Kind::Primary busy=Signal::derive(move || shop.is_recording()) press>{text}</Button>
            <a class="button" data-kind="quiet" href=paper.path()>{whole}</a>
        </span>
        <ProblemLine mender/>
    }
}

#[component]
fn ProblemLine(mender: Mender) -> impl IntoView {
    view! { <span class="field-problem" role="alert">{move || mender.problem.get()}</span> }
}

/// What was sent too much comes back: from the road, or from the shop that got it.
#[component]
fn SentTooMuch(mender: Mender, row: Row) -> impl IntoView {
    let Mender { shop, item, .. } = mender;
    let found = shop.read(|core| {
        let sending = core.documents.sending(core.ledger.entry(row.line.entry)?)?;
        let left = sending.lines.get(usize::from(row.line.line))?.left();
        Some((sending.send.number.clone(), sending.send.to, left))
    });
    let words = &words().ways_out;
    found.map(|(number, to, left)| {
        let back = left.min(row.open);
        let take_back = move |()| {
            let line = row.line;
            mender.does(move |desk| desk.settle_transfer(line.entry, SettleWay::Returned, &[(line.line, back)], ""), || ());
        };
        let arrived = row.open;
        view! {
            <li>
                {if back.is_positive() {
                    view! { <Button kind=Kind::Primary press=take_back>{words.take_back.with([&format::qty(back), &number])}</Button> }.into_any()
                } else {
                    view! { <Button press=move |()| came_from(&mender, item, to, arrived, || ())>{words.sent_back.with([&shop.name_of(to)])}</Button> }.into_any()
                }}
            </li>
        }
    })
}

/// Enters a transfer that another shop sent and nobody entered, and receives it here. Should the second half fail, the first stays as a
/// transfer that is on its way.
fn came_from(mender: &Mender, item: ItemId, from: ShopId, qty: Qty, then: impl FnOnce() + 'static) {
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
                mender.say(Back::Transfer { sent, from, received: arrived.entry });
                then();
            }
            Err(error) => mender.refuse(&error),
        }
    });
}

/// Keeps its rows apart as what customers ordered.
#[component]
fn Backorder(mender: Mender, lines: Vec<LineId>) -> impl IntoView {
    let Mender { shop, toaster, .. } = mender;
    let say = move |cause: Option<Cause>, lines: Vec<LineId>| async move {
        let changes = move || lines.iter().map(|line| Change::Cause { line: *line, cause }).collect();
        shop.enter(ShopId::OFFICE, |desk| desk.change(changes())).await
    };
    let press = move |()| {
        let lines = lines.clone();
        spawn_local(async move {
            match say(Some(Cause::Backorder), lines.clone()).await {
                Ok(_) => toaster.say_with_undo(
                    words().ways_out.backorder_done,
                    Callback::new(move |()| {
                        let lines = lines.clone();
                        spawn_local(async move {
                            match say(None, lines).await {
                                Ok(_) => toaster.say(words().ways_out.undone),
                                Err(error) => toaster.say(error.to_words()),
                            }
                        });
                    }),
                ),
                Err(error) => toaster.say(error.to_words()),
            }
        });
    };
    view! { <Button press>{words().ways_out.backorder}</Button> }
}

/// A way that asks something first. Where something is on its way, counting and adjusting wait until it is received.
#[component]
fn WayAsked(
    mender: Mender,
    asked: RwSignal<Option<Way>>,
    open: RwSignal<bool>,
    negative: Negative,
    sales: Vec<Row>,
) -> impl IntoView {
    let warned = RwSignal::new(false);
    let incoming = negative.incoming.total();
    let is_guarded = move |way: Way| matches!(way, Way::Count | Way::Adjust) && incoming.is_positive() && !warned.get();
    let deficit = negative.on_hand.negated();
    move || {
        asked.get().map(|way| {
            if is_guarded(way) {
                return view! {
                    <Notice tone=Tone::Warning title=words().ways_out.receive_first>
                        <p>{words().ways_out.receive_first_why.with([&format::qty(incoming)])}</p>
                        <div class="dialog-actions">
                            <Button kind=Kind::Quiet press=move |()| warned.set(true)>{words().ways_out.anyway}</Button>
                            <Button kind=Kind::Primary press=move |()| open.set(false)>{words().ways_out.receive_first}</Button>
                        </div>
                    </Notice>
                }
                .into_any();
            }
            match way {
                Way::Count => view! { <Counted mender open/> }.into_any(),
                Way::Adjust => view! { <Found mender open deficit/> }.into_any(),
                Way::ForgotTransfer => view! { <Forgotten mender open deficit/> }.into_any(),
                Way::Reassign(line) => view! { <Reassigned mender open line sales=sales.clone()/> }.into_any(),
                Way::NoStock => view! { <NoStock mender open/> }.into_any(),
            }
        })
    }
}

#[component]
fn Quantity(label: &'static str, typed: Typed) -> impl IntoView {
    view! {
        <Field label=label problem=typed.problem>
            <input type="text" inputmode="decimal" autocomplete="off" bind:value=typed.text/>
        </Field>
    }
}

#[component]
fn Record(mender: Mender, press: Callback<()>) -> impl IntoView {
    let busy = Signal::derive(move || mender.shop.is_recording());
    view! {
        <ProblemLine mender/>
        <div class="dialog-actions"><Button kind=Kind::Primary large=true busy press>{words().ways_out.record}</Button></div>
    }
}

#[component]
fn Counted(mender: Mender, open: RwSignal<bool>) -> impl IntoView {
    let (counted, item) = (Typed::new(""), mender.item);
    let press = move |()| {
        if let Some(counted) = counted.read::<Qty>() {
            mender.does(move |desk| desk.count_now(item, counted), move || open.set(false));
        }
    };
    view! { <Quantity label=words().ways_out.counted typed=counted/><Record mender press=Callback::new(press)/> }
}

#[component]
fn Found(mender: Mender, open: RwSignal<bool>, deficit: Qty) -> impl IntoView {
    let (found, item) = (Typed::new(format::field(&deficit)), mender.item);
    let press = move |()| {
        if let Some(qty) = found.read::<Qty>() {
            let wish = AdjustWish { item, qty, cost: None };
            mender.does(move |desk| desk.adjust(AdjustmentKind::Found, &[wish], ""), move || open.set(false));
        }
    };
    view! { <Quantity label=words().ways_out.found typed=found/><Record mender press=Callback::new(press)/> }
}

#[component]
fn Forgotten(mender: Mender, open: RwSignal<bool>, deficit: Qty) -> impl IntoView {
    let (qty, from) = (Typed::new(format::field(&deficit)), RwSignal::new(None::<ShopId>));
    let press = move |()| {
        let Some(from) = from.get_untracked() else {
            return mender.problem.set(Some(words().problem.no_shop.to_owned()));
        };
        if let Some(qty) = qty.read::<Qty>() {
            came_from(&mender, mender.item, from, qty, move || open.set(false));
        }
    };
    view! {
        <p>{words().ways_out.forgot_transfer_hint}</p>
        <ShopSelect label=words().ways_out.from_shop none=words().ways_out.choose_shop chosen=from choose=move |shop| from.set(shop) but=Some(mender.at)/>
        <Quantity label=words().common.quantity typed=qty/>
        <Record mender press=Callback::new(press)/>
    }
}

#[component]
fn Reassigned(mender: Mender, open: RwSignal<bool>, line: LineId, sales: Vec<Row>) -> impl IntoView {
    let chosen = RwSignal::new(None::<ItemId>);
    let short = sales.iter().find(|row| row.line == line).map(|row| row.open).unwrap_or_default();
    let qty = Typed::new(format::field(&short));
    let shop = mender.shop;
    let press = move |()| {
        let Some(to) = chosen.get_untracked() else {
            return mender.problem.set(Some(words().ways_out.choose_item.to_owned()));
        };
        if let Some(qty) = qty.read::<Qty>() {
            mender.does(move |desk| desk.reassign(line, to, qty), move || open.set(false));
        }
    };
    view! {
        <p>{words().ways_out.reassign_hint}</p>
        <p class="negative-chosen">
            <span>{words().ways_out.reassign_to}</span>
            <strong>{move || chosen.get().map_or_else(|| words().common.dash.to_owned(), |item| item_name(shop, item))}</strong>
        </p>
        <ItemSearch chosen=Callback::new(move |scanned: Scanned| chosen.set(Some(scanned.item))) on_demand=true/>
        <Quantity label=words().common.quantity typed=qty/>
        <Record mender press=Callback::new(press)/>
    }
}

#[component]
fn NoStock(mender: Mender, open: RwSignal<bool>) -> impl IntoView {
    let Mender { shop, item, .. } = mender;
    let press = move |()| {
        let Some(before) = untrack(|| shop.item(item)) else { return };
        let mut now = before.clone();
        now.kind = ItemKind::NonInventory;
        mender.problem.set(None);
        spawn_local(async move {
            match shop.enter_all(move |desk| desk.save_item(Some(&before), &now)).await {
                Ok(()) => {
                    mender.say(Back::NoStock);
                    open.set(false);
                }
                Err(error) => mender.refuse(&error),
            }
        });
    };
    view! { <p>{words().ways_out.no_stock_hint}</p><Record mender press=Callback::new(press)/> }
}
