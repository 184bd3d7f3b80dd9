//! The oversell warning: which items, by how much, how fresh that is, and what can be done.

use leptos::prelude::*;
use subzero_ledger::cart::Oversell;
use subzero_ledger::entry::{Mode, OversellReason};
use subzero_ledger::quantity::Qty;
use subzero_till::standing::Heard;

use crate::format;
use crate::screens::help::Topic;
use crate::shop::use_shop;
use crate::widgets::chips::Chip;
use crate::widgets::help_link::HelpLink;
use crate::widgets::notice::{Notice, Tone};
use crate::words::words;

const REASONS: [(OversellReason, &str); 5] = [
    (OversellReason::JustArrived, words().sell.just_arrived),
    (OversellReason::CountedWrong, words().sell.counted_wrong),
    (OversellReason::TagSwapped, words().sell.tag_swapped),
    (OversellReason::Other, words().sell.other_reason),
    (OversellReason::Backorder, words().sell.order_for_customer),
];

/// The warning; nothing while the cart holds no more than there is.
#[component]
pub fn Oversells() -> impl IntoView {
    let shop = use_shop();
    let oversells = Memo::new(move |_| {
        let cart = shop.draft.with(|draft| draft.cart.clone());
        shop.read(|core| cart.oversells(&core.ledger, &core.catalogue, shop.id()))
    });
    let auto_add = move || shop.session.get().is_some_and(|session| session.mode == Mode::AutoAdd);
    let freshness = move || match shop.heard() {
        Heard::Now => words().fresh.till_now.to_owned(),
        Heard::At(at) => words().fresh.till_since.with([&format::moment(at)]),
        Heard::Never => words().fresh.till_never.to_owned(),
    };
    view! {
        <Show when=move || !oversells.with(Vec::is_empty)>
            <Notice tone=Tone::Warning title=words().sell.short>
                <ul class="sell-oversells">
                    <For each=move || oversells.get() key=|oversell| (oversell.item, oversell.wanted, oversell.on_hand) let(oversell)>
                        <OversellLine oversell/>
                    </For>
                </ul>
                <p>{move || if auto_add() { words().sell.added_automatically } else { words().sell.sell_anyway }}" "{freshness}<HelpLink to=Topic::Warning/></p>
            </Notice>
        </Show>
    }
}

#[component]
fn OversellLine(oversell: Oversell) -> impl IntoView {
    let shop = use_shop();
    let Oversell { item, wanted, on_hand, .. } = oversell;
    let name = move || shop.item(item).map(|item| item.name).unwrap_or_default();
    let noted = move || {
        shop.draft.with(|draft| draft.cart.lines().iter().find(|line| line.item == item).and_then(|line| line.oversold))
    };
    let there = untrack(|| shop.item(item)).map_or(Qty::ZERO, |item| item.sellable(on_hand));
    let reduce = move |()| {
        shop.change_cart(|cart| match untrack(|| shop.item(item)) {
            Some(known) if there.is_positive() => {
                // It is less than was in the cart, and as fine as the item is sold.
                let _ = cart.set_qty(&known, there);
            }
            Some(_) | None => cart.remove(item),
        });
    };
    view! {
        <li>
            <p><strong>{name}</strong>": "{words().sell.wanted.with([&format::qty(wanted), &format::qty(on_hand)])}</p>
            <div class="chips" role="group" aria-label=move || words().sell.why.with([&name()])>
                <Chip press=reduce>
                    {if there.is_positive() { words().sell.reduce.with([&format::qty(there)]) } else { words().sell.take_out.to_owned() }}
                </Chip>
                {REASONS.map(|(reason, text)| view! {
                    <Chip pressed=Signal::derive(move || Some(noted() == Some(reason)))
                        press=move |()| shop.note_oversell(item, (untrack(noted) != Some(reason)).then_some(reason))>{text}</Chip>
                }).collect_view()}
            </div>
        </li>
    }
}
