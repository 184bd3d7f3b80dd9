//! The ways out of a negative: each an ordinary entry, a tap or two away, and the row closes because the ledger says so.

use leptos::prelude::*;
use leptos::task::spawn_local;
use subzero_ledger::catalogue::Scanned;
use subzero_ledger::documents::Awaited;
use subzero_ledger::entry::{AdjustmentKind, Cause, Change, ItemKind};
use subzero_ledger::ids::{ItemId, LineId, ShopId};
use subzero_ledger::money::UnitCost;
use subzero_ledger::quantity::Qty;
use subzero_ledger::report::Row;
use subzero_ledger::stock::Reason;
use subzero_ledger::verbs::{AdjustWish, Delivery, ReceiveWish, SettleWay};

use super::item::Stands;
use super::list::{item_name, source_words};
use super::mender::{Back, Mender, came_from};
use crate::format;
use crate::routes::Route;
use crate::screens::help::Topic;
use crate::shop::use_shop;
use crate::widgets::button::{Button, Kind};
use crate::widgets::dialog::{Dialog, Shape};
use crate::widgets::field::{Field, Typed};
use crate::widgets::help_link::{HelpBeside, HelpLink};
use crate::widgets::item_search::ItemSearch;
use crate::widgets::notice::{Notice, Tone};
use crate::widgets::select::{Select, ShopSelect};
use crate::widgets::toasts::use_toaster;
use crate::words::{ToWords as _, words};

/// A way out that asks something first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    ForgotDelivery,
    ForgotTransfer,
    Reassign,
    Count,
    Adjust,
    NoStock,
}

impl Way {
    const fn words(self) -> &'static str {
        let words = &words().ways_out;
        match self {
            Self::ForgotDelivery => words.forgot_order,
            Self::ForgotTransfer => words.forgot_transfer,
            Self::Reassign => words.reassign,
            Self::Count => words.count,
            Self::Adjust => words.adjust,
            Self::NoStock => words.no_stock,
        }
    }

    const fn help(self) -> Topic {
        match self {
            Self::ForgotDelivery | Self::ForgotTransfer => Topic::EnterForgotten,
            Self::Reassign => Topic::OtherItem,
            Self::Count => Topic::Count,
            Self::Adjust => Topic::Adjust,
            Self::NoStock => Topic::NoStock,
        }
    }
}

/// The ways. What somebody types meanwhile stays, whatever is heard of other devices.
#[component]
pub(super) fn WaysOut(item: ItemId, at: ShopId, state: Memo<Stands>) -> impl IntoView {
    let shop = use_shop();
    let problem = RwSignal::new(None::<String>);
    let mender = Mender { shop, toaster: use_toaster(), item, at, problem };
    let asked = RwSignal::new(None::<Way>);
    let open = RwSignal::new(false);
    let ask = Callback::new(move |way: Way| {
        problem.set(None);
        asked.set(Some(way));
        open.set(true);
    });
    let here = Memo::new(move |_| at == shop.id());
    let words = &words().ways_out;
    view! {
        <section class="negative-ways" aria-label=words.what_now>
            <HelpBeside to=Topic::PuttingRight><h2>{words.what_now}</h2></HelpBeside>
            <Show when=move || !here.get()><p class="negative-elsewhere">{move || words.elsewhere.with([&shop.name_of(at)])}</p></Show>
            {move || state.with(|stands| ways(mender, ask, here.get(), stands))}
        </section>
        <Dialog title=Signal::derive(move || asked.get().map(|way| words.way_for.with([way.words(), &item_name(shop, item)])).unwrap_or_default()) open shape=Shape::Sheet>
            {move || asked.get().map(|way| view! { <p><HelpLink to=way.help()/></p> })}
            <WayAsked mender asked open state/>
        </Dialog>
    }
}

/// The ways there are now.
fn ways(mender: Mender, ask: Callback<Way>, here: bool, stands: &Stands) -> impl IntoView + use<> {
    let Mender { shop, item, at, .. } = mender;
    let words = &words().ways_out;
    let Stands { negative, rows, .. } = stands;
    let deficit = negative.on_hand.negated();
    let awaited = shop.read(|core| core.documents.awaited(item, at));
    let has_several =
        shop.read_catalogue(|catalogue| catalogue.shops.keys().filter(|shop| **shop != ShopId::OFFICE).count() > 1);
    let said: Vec<_> = rows.iter().filter(|row| !row.is_backorder()).map(|row| (row.line, row.said)).collect();
    let has_sales = rows.iter().any(|row| row.reason == Reason::Sale);
    let sends: Vec<Row> = rows.iter().filter(|row| row.reason == Reason::Transfer).copied().collect();
    let asks = move |way: Way| view! { <li><Button press=move |()| ask.run(way)>{way.words()}</Button></li> };
    view! {
        <ul class="negative-ways-list">
            {awaited.into_iter().map(|awaited| view! { <li><Receive mender awaited/></li> }).collect_view()}
            {sends.into_iter().map(|row| view! { <SentTooMuch mender row/> }).collect_view()}
            {if here {
                view! { <li><a class="button" href=Route::Receive(Some((item, deficit))).path()>{words.forgot_order}</a></li> }.into_any()
            } else {
                asks(Way::ForgotDelivery).into_any()
            }}
            {has_several.then(|| asks(Way::ForgotTransfer))}
            {has_sales.then(|| asks(Way::Reassign))}
            {asks(Way::Count)}
            {asks(Way::Adjust)}
            {(!said.is_empty()).then(|| view! { <li><Backorder mender said/></li> })}
            {asks(Way::NoStock)}
        </ul>
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

/// Keeps its rows apart as what customers ordered; taken back, each is due to what was said of it before.
#[component]
fn Backorder(mender: Mender, said: Vec<(LineId, Option<Cause>)>) -> impl IntoView {
    let Mender { shop, toaster, .. } = mender;
    let say = move |causes: Vec<(LineId, Option<Cause>)>| async move {
        let changes = move || causes.iter().map(|&(line, cause)| Change::Cause { line, cause }).collect();
        shop.enter(ShopId::OFFICE, |desk| desk.change(changes())).await
    };
    let press = move |()| {
        let said = said.clone();
        spawn_local(async move {
            let ordered = said.iter().map(|(line, _)| (*line, Some(Cause::Backorder))).collect();
            match say(ordered).await {
                Ok(_) => toaster.say_with_undo(
                    words().ways_out.backorder_done,
                    Callback::new(move |()| {
                        let said = said.clone();
                        spawn_local(async move {
                            match say(said).await {
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
fn WayAsked(mender: Mender, asked: RwSignal<Option<Way>>, open: RwSignal<bool>, state: Memo<Stands>) -> impl IntoView {
    let warned = RwSignal::new(false);
    let incoming = Memo::new(move |_| state.with(|stands| stands.negative.incoming.total()));
    let is_guarded =
        move |way: Way| matches!(way, Way::Count | Way::Adjust) && incoming.get().is_positive() && !warned.get();
    move || {
        asked.get().map(|way| {
            if is_guarded(way) {
                return view! {
                    <Notice tone=Tone::Warning title=words().ways_out.receive_first>
                        <p>{words().ways_out.receive_first_why.with([&format::qty(incoming.get_untracked())])}</p>
                        <div class="dialog-actions">
                            <Button kind=Kind::Quiet press=move |()| warned.set(true)>{words().ways_out.anyway}</Button>
                            <Button kind=Kind::Primary press=move |()| open.set(false)>{words().ways_out.receive_first}</Button>
                        </div>
                    </Notice>
                }
                .into_any();
            }
            let deficit = state.with_untracked(|stands| stands.negative.on_hand.negated());
            match way {
                Way::Count => view! { <Counted mender open/> }.into_any(),
                Way::Adjust => view! { <Found mender open deficit/> }.into_any(),
                Way::ForgotDelivery => view! { <Delivered mender open deficit/> }.into_any(),
                Way::ForgotTransfer => view! { <Forgotten mender open deficit/> }.into_any(),
                Way::Reassign => view! { <Reassigned mender open state/> }.into_any(),
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
            if counted.is_negative() {
                return mender.problem.set(Some(words().counts.not_negative.to_owned()));
            }
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

/// A delivery to another shop than this one that nobody entered there.
#[component]
fn Delivered(mender: Mender, open: RwSignal<bool>, deficit: Qty) -> impl IntoView {
    let Mender { shop, item, .. } = mender;
    let known = untrack(|| shop.item(item)).and_then(|item| item.default_cost);
    let (qty, cost) =
        (Typed::new(format::field(&deficit)), Typed::new(known.map(|cost| format::field(&cost)).unwrap_or_default()));
    let press = move |()| {
        if let (Some(qty), Some(cost)) = (qty.read::<Qty>(), cost.read::<UnitCost>()) {
            let wish = ReceiveWish { of_line: None, item, qty, cost };
            mender.does(move |desk| desk.receive(&Delivery::default(), &[wish]), move || open.set(false));
        }
    };
    view! {
        <Quantity label=words().common.quantity typed=qty/>
        <Quantity label=words().common.unit_cost typed=cost/>
        <Record mender press=Callback::new(press)/>
    }
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
fn Reassigned(mender: Mender, open: RwSignal<bool>, state: Memo<Stands>) -> impl IntoView {
    let (shop, chosen) = (mender.shop, RwSignal::new(None::<ItemId>));
    let sales: Vec<Row> =
        state.with_untracked(|stands| stands.rows.iter().filter(|row| row.reason == Reason::Sale).copied().collect());
    let first = sales.first().map(|row| (row.line, row.open));
    let line = RwSignal::new(first.map(|(line, _)| line));
    let qty = Typed::new(first.map(|(_, open)| format::field(&open)).unwrap_or_default());
    let press = move |()| {
        let (Some(to), Some(line)) = (chosen.get_untracked(), line.get_untracked()) else {
            return mender.problem.set(Some(words().ways_out.choose_item.to_owned()));
        };
        if let Some(qty) = qty.read::<Qty>() {
            mender.does_also(Some(to), move |desk| desk.reassign(line, to, qty), move || open.set(false));
        }
    };
    let options: Vec<_> = sales
        .iter()
        .map(|row| {
            (
                Some(row.line),
                words().ways_out.sale_line.with([
                    &source_words(shop, row),
                    &format::moment(row.since),
                    &format::qty(row.open),
                ]),
            )
        })
        .collect();
    let choose = move |of: Option<LineId>| {
        line.set(of);
        if let Some(row) = sales.iter().find(|row| Some(row.line) == of) {
            qty.text.set(format::field(&row.open));
        }
    };
    let has_several = options.len() > 1;
    view! {
        <p>{words().ways_out.reassign_hint}</p>
        {has_several.then(|| view! { <Select label=words().ways_out.which_sale options chosen=line choose/> })}
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
                    mender.say(Back::NoStock, None);
                    open.set(false);
                }
                Err(error) => mender.refuse(&error),
            }
        });
    };
    view! { <p>{words().ways_out.no_stock_hint}</p><Record mender press=Callback::new(press)/> }
}
