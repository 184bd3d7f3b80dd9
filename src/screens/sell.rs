//! The till: find items, watch the cart, take cash.
//!
//! The oversell warning is the core's, summed over the cart, and shown from the moment an item is added until the sale is recorded. It
//! offers what can be done and never stands in the way.

use leptos::prelude::*;
use leptos::task::spawn_local;
use subzero_ledger::cart::{Oversell, Payment};
use subzero_ledger::catalogue::{Scanned, Typed};
use subzero_ledger::decimal::DecimalError;
use subzero_ledger::entry::{Mode, OversellReason};
use subzero_ledger::ids::{EntryId, ItemId};
use subzero_ledger::money::{Amount, Price};
use subzero_ledger::quantity::Qty;

use crate::format;
use crate::shop::{Heard, Shop, Sold, sentence, use_shop};
use crate::widgets::figure::Figure;
use crate::widgets::figure_field::{FigureField, code_unknown};
use crate::widgets::item_search::ItemSearch;
use crate::widgets::notice::{Notice, Tone};

/// The till.
#[component]
pub fn SellScreen() -> impl IntoView {
    let shop = use_shop();
    let problem = RwSignal::new(None::<String>);
    let sold = RwSignal::new(None::<Sold>);
    let charging = RwSignal::new(None::<EntryId>);
    let add = Callback::new(move |scanned: Scanned| {
        problem.set(add_to_cart(shop, scanned));
        sold.set(None);
    });
    let is_charging = move || shop.draft.with(|draft| !draft.cart.is_empty() && charging.get() == Some(draft.sale));
    view! {
        <div class="sell">
            <h1 class="visually-hidden">"Sell"</h1>
            <ItemSearch chosen=add/>
            <section class="sell-cart" aria-label="Cart">
                {move || problem.get().map(|problem| view! { <Notice tone=Tone::Bad title=problem/> })}
                {move || sold.get().map(|sold| view! { <Receipt sold/> })}
                <Show when=is_charging fallback=move || view! { <CartLines/><Oversells/><Total charging/> }>
                    <Oversells/>
                    <Tender charging sold problem/>
                </Show>
            </section>
        </div>
    }
}

/// As much of an item as was scanned; else the sentence that says why not.
fn add_to_cart(shop: Shop, Scanned { item, pack }: Scanned) -> Option<String> {
    let item = untrack(|| shop.item(item))?;
    shop.change_cart(|cart| cart.add(&item, pack)).err().map(|error| sentence(&error))
}

#[component]
fn CartLines() -> impl IntoView {
    let shop = use_shop();
    let items = Memo::new(move |_| {
        shop.draft.with(|draft| draft.cart.lines().iter().map(|line| line.item).collect::<Vec<_>>())
    });
    view! {
        <Show when=move || !items.with(Vec::is_empty) fallback=|| view! { <p class="empty">"The cart is empty."</p> }>
            <ul class="sell-lines">
                <For each=move || items.get() key=|item| *item let(item)>
                    <Line item/>
                </For>
            </ul>
        </Show>
    }
}

#[component]
fn Line(item: ItemId) -> impl IntoView {
    let shop = use_shop();
    let line =
        Memo::new(move |_| shop.draft.with(|draft| draft.cart.lines().iter().copied().find(|line| line.item == item)));
    let name = move || shop.item(item).map_or_else(|| "Unknown item".to_owned(), |item| item.name);
    let wanted = Memo::new(move |_| line.get().map_or(Qty::ZERO, |line| line.qty));
    let leaves = Memo::new(move |_| {
        let mode = shop.session.get()?.mode;
        let cart = shop.draft.with(|draft| draft.cart.clone());
        shop.read(|core| cart.leaves(item, mode, &core.ledger, &core.catalogue, shop.id()))
    });
    let after = Signal::derive(move || leaves.get().unwrap_or_default());
    let to_pay = Memo::new(move |_| {
        shop.draft
            .with(|draft| {
                let place = draft.cart.lines().iter().position(|line| line.item == item)?;
                draft.cart.bill(shop.places()).ok()?.lines.get(place).copied()
            })
            .unwrap_or_default()
    });
    let problem = RwSignal::new(None::<String>);
    let set = move |wanted: Qty| {
        problem.set(None);
        if let Some(known) = untrack(|| shop.item(item))
            && let Err(error) = shop.change_cart(|cart| cart.set_qty(&known, wanted))
        {
            problem.set(Some(sentence(&error)));
        }
    };
    let step = move |by: Qty| {
        let wanted = wanted.get_untracked().checked_add(by).unwrap_or_default();
        if wanted.is_positive() { set(wanted) } else { shop.change_cart(|cart| cart.remove(item)) }
    };
    let type_in = Callback::new(move |typed: String| match parse_qty(&typed) {
        Ok(typed) => set(typed),
        Err(error) => problem.set(Some(sentence(&error))),
    });
    let scan_in = Callback::new(move |scanned: Scanned| problem.set(add_to_cart(shop, scanned)));
    let unknown = Callback::new(move |code: String| problem.set(Some(code_unknown(&code))));
    view! {
        <li class="sell-line">
            <span class="sell-line-name">{name}</span>
            <span class="sell-line-amount">{move || format::amount(to_pay.get(), &shop.currency())}</span>
            <span class="stepper">
                <button type="button" class="button" aria-label=move || format!("One {} less", name()) on:click=move |_| step(Qty::ONE.negated())>"\u{2212}"</button>
                <FigureField
                    label=Signal::derive(move || format!("Quantity of {}", name()))
                    value=Signal::derive(move || wanted.get().to_string())
                    typed=type_in scanned=scan_in unknown
                />
                <button type="button" class="button" aria-label=move || format!("One {} more", name()) on:click=move |_| step(Qty::ONE)>"+"</button>
            </span>
            <span class="sell-line-after">
                <Show when=move || leaves.with(Option::is_some)><Figure qty=after/>" after this sale"</Show>
            </span>
            <button type="button" class="button" data-kind="quiet" aria-label=move || format!("Remove {}", name())
                on:click=move |_| shop.change_cart(|cart| cart.remove(item))>"Remove"</button>
            <span class="sell-line-problem" role="alert">{move || problem.get()}</span>
        </li>
    }
}

/// Reads a quantity as people type it, with a point or a comma.
fn parse_qty(text: &str) -> Result<Qty, DecimalError> {
    text.trim().replace(',', ".").parse()
}

#[component]
fn Oversells() -> impl IntoView {
    let shop = use_shop();
    let oversells = Memo::new(move |_| {
        let cart = shop.draft.with(|draft| draft.cart.clone());
        shop.read(|core| cart.oversells(&core.ledger, &core.catalogue, shop.id()))
    });
    let auto_add = move || shop.session.get().is_some_and(|session| session.mode == Mode::AutoAdd);
    let freshness = move || match shop.heard() {
        Heard::Now => "As of now, with every register that is online.".to_owned(),
        Heard::At(at) => format!("As of {}; other registers may have sold since.", format::moment(at)),
        Heard::Never => "As this register knows it; others may have sold since.".to_owned(),
    };
    view! {
        <Show when=move || !oversells.with(Vec::is_empty)>
            <Notice tone=Tone::Warning title="More than there is on hand">
                <ul class="sell-oversells">
                    <For each=move || oversells.get() key=|oversell| (oversell.item, oversell.wanted, oversell.on_hand) let(oversell)>
                        <OversellLine oversell/>
                    </For>
                </ul>
                <p>{move || if auto_add() { "What is missing is added automatically. " } else { "You can sell it anyway. " }}{freshness}</p>
            </Notice>
        </Show>
    }
}

const REASONS: [(OversellReason, &str); 3] = [
    (OversellReason::JustArrived, "Just arrived"),
    (OversellReason::CountedWrong, "Counted wrong"),
    (OversellReason::TagSwapped, "Tag swapped"),
];

#[component]
fn OversellLine(oversell: Oversell) -> impl IntoView {
    let shop = use_shop();
    let Oversell { item, wanted, on_hand, .. } = oversell;
    let name = move || shop.item(item).map(|item| item.name).unwrap_or_default();
    let noted = move || {
        shop.draft.with(|draft| draft.cart.lines().iter().find(|line| line.item == item).and_then(|line| line.oversold))
    };
    let there = untrack(|| shop.item(item)).map_or(Qty::ZERO, |item| item.sellable(on_hand));
    let reduce = move |_| {
        shop.change_cart(|cart| match untrack(|| shop.item(item)) {
            Some(known) if there.is_positive() => cart.set_qty(&known, there).is_ok(),
            Some(_) | None => {
                cart.remove(item);
                true
            }
        });
    };
    view! {
        <li>
            <p><strong>{name}</strong>": "{format::qty(wanted)}" wanted, "{format::qty(on_hand)}" on hand."</p>
            <div class="chips" role="group" aria-label=move || format!("Why {} is sold anyway", name())>
                <button type="button" class="chip" on:click=reduce>
                    {if there.is_positive() { format!("Reduce to {}", format::qty(there)) } else { "Take it out".to_owned() }}
                </button>
                {REASONS.map(|(reason, words)| view! {
                    <button type="button" class="chip" aria-pressed=move || (noted() == Some(reason)).to_string()
                        on:click=move |_| shop.note_oversell(item, (untrack(noted) != Some(reason)).then_some(reason))>{words}</button>
                }).collect_view()}
            </div>
        </li>
    }
}

#[component]
fn Total(charging: RwSignal<Option<EntryId>>) -> impl IntoView {
    let shop = use_shop();
    let total = move || shop.draft.with(|draft| draft.cart.bill(shop.places())).unwrap_or_default().total;
    view! {
        <div class="sell-total">
            <p class="sell-sum"><span>"Total"</span><strong>{move || format::amount(total(), &shop.currency())}</strong></p>
            <button
                type="button" class="button" data-kind="primary"
                disabled=move || shop.draft.with(|draft| draft.cart.is_empty())
                on:click=move |_| charging.set(Some(shop.draft.with_untracked(|draft| draft.sale)))
            >"Charge"</button>
        </div>
    }
}

/// Cash handed over: exactly the total, a note, or what is typed.
#[component]
fn Tender(
    charging: RwSignal<Option<EntryId>>,
    sold: RwSignal<Option<Sold>>,
    problem: RwSignal<Option<String>>,
) -> impl IntoView {
    let shop = use_shop();
    let typed = RwSignal::new(String::new());
    let total = move || shop.draft.with(|draft| draft.cart.bill(shop.places())).unwrap_or_default().total;
    let take = move |cash: Amount| {
        spawn_local(async move {
            match shop.sell(Payment::cash(cash, untrack(|| shop.places()))).await {
                Ok(recorded) => {
                    problem.try_set(None);
                    sold.try_set(Some(recorded));
                }
                Err(error) => {
                    problem.try_set(Some(error.sentence()));
                }
            }
        });
    };
    let take_typed = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let text = typed.get_untracked();
        if let Typed::Scan { scanned, before } = untrack(|| shop.read(|core| core.catalogue.typed(&text))) {
            typed.set(before.to_owned());
            problem.set(add_to_cart(shop, scanned));
            return;
        }
        match text.trim().replace(',', ".").parse::<Price>() {
            Ok(cash) => take(cash.times(Qty::ONE)),
            Err(error) => problem.set(Some(sentence(&error))),
        }
    };
    let notes = move || [5_u32, 10, 20, 50].map(note).into_iter().filter(|note| *note > total()).collect::<Vec<_>>();
    view! {
        <form class="sell-tender" aria-label="Cash" on:submit=take_typed>
            <p class="sell-sum"><span>"To pay"</span><strong>{move || format::amount(total(), &shop.currency())}</strong></p>
            <div class="chips">
                <button type="button" class="button" data-kind="primary" disabled=move || shop.is_recording() on:click=move |_| take(untrack(total))>"Exact cash"</button>
                {move || notes().into_iter().map(|note| view! {
                    <button type="button" class="button" disabled=move || shop.is_recording() on:click=move |_| take(note)>
                        {format::amount(note, &shop.currency())}
                    </button>
                }).collect_view()}
            </div>
            <label class="field">
                <span>"Cash received"</span>
                <input type="text" inputmode="decimal" autocomplete="off" bind:value=typed/>
            </label>
            <div class="chips">
                <button class="button" disabled=move || shop.is_recording() || typed.with(String::is_empty)>"Take cash"</button>
                <button type="button" class="button" data-kind="quiet" on:click=move |_| charging.set(None)>"Back to the cart"</button>
            </div>
        </form>
    }
}

fn note(units: u32) -> Amount {
    Price::from_ten_thousandths(i64::from(units) * 10_000).times(Qty::ONE)
}

#[component]
fn Receipt(sold: Sold) -> impl IntoView {
    let shop = use_shop();
    let currency = shop.currency();
    view! {
        <Notice tone=Tone::Good title="Recorded">
            <dl class="sell-receipt">
                <div><dt>"Receipt"</dt><dd>{sold.receipt}</dd></div>
                <div><dt>"Paid"</dt><dd>{format::amount(sold.paid, &currency)}</dd></div>
                <div><dt>"Change"</dt><dd>{format::amount(sold.change, &currency)}</dd></div>
            </dl>
        </Notice>
    }
}
