//! Finding an item: type, scan a code and press Enter, or tap a tile.

use leptos::html::Input;
use leptos::prelude::*;
use subzero_ledger::catalogue::{Archived, Scanned, looks_scanned};
use subzero_ledger::ids::{ItemId, ShopId};
use subzero_ledger::quantity::Qty;

use super::field::Field;
use super::figure::Figure;
use super::state::Empty;
use crate::format;
use crate::shop::use_shop;
use crate::words::words;

/// The most tiles shown: beyond it, typing a letter more is quicker than scrolling.
const SHOWN_MAX: usize = 60;

/// A search field and the items it finds. `chosen` gets each one that is tapped, or whose code was entered.
#[component]
pub fn ItemSearch(
    /// Called with each item.
    chosen: Callback<Scanned>,
    /// Whether a phone shows items only once somebody looks for one: where the form below matters more.
    #[prop(optional)]
    on_demand: bool,
    /// Whether items that are no longer sold are found too.
    #[prop(default = Signal::stored(Archived::Without), into)]
    archived: Signal<Archived>,
    /// The shop whose stock is shown; left out, the one this device stands in.
    #[prop(optional, into)]
    at: Option<Signal<ShopId>>,
) -> impl IntoView {
    let shop = use_shop();
    let at = at.unwrap_or_else(|| Signal::derive(move || shop.id()));
    let words = &words().find;
    let text = RwSignal::new(String::new());
    let unknown = RwSignal::new(None::<String>);
    let field = NodeRef::<Input>::new();
    let found = Memo::new(move |_| {
        let text = text.get();
        shop.read_catalogue(|catalogue| {
            let found = catalogue.search(&text, archived.get());
            found.take(SHOWN_MAX).map(|item| item.id).collect::<Vec<_>>()
        })
    });
    let enter = move || {
        let code = text.get_untracked();
        let by_code = untrack(|| shop.read_catalogue(|catalogue| catalogue.by_code(&code)));
        // A code that no item has is not a part of another's.
        let only = found.with_untracked(|found| if let [only] = found[..] { Some(only) } else { None });
        let only = only.filter(|_| !looks_scanned(code.trim())).map(|item| Scanned { item, pack: Qty::ONE });
        match by_code.or(only) {
            Some(found) => {
                text.set(String::new());
                unknown.set(None);
                chosen.run(found);
            }
            None if code.trim().is_empty() => {}
            None => unknown.set(Some(code)),
        }
    };
    // A scanner types wherever the focus is. Unless a field has it, what is typed goes into the search, so that its Enter finds the item
    // and does not press whatever was tapped last.
    let scanner = window_event_listener(leptos::ev::keydown, move |event| {
        let in_field = document()
            .active_element()
            .is_some_and(|element| matches!(element.tag_name().as_str(), "INPUT" | "SELECT" | "TEXTAREA"));
        let is_letter = event.key().chars().count() == 1 && event.key() != " ";
        if is_letter
            && !(in_field || event.ctrl_key() || event.meta_key() || event.alt_key())
            && let Some(field) = field.get_untracked()
        {
            // The key's letter follows into the field, but for the one that only means "search".
            if event.key() == "/" {
                event.prevent_default();
            }
            let _ = field.focus();
        }
    });
    on_cleanup(move || scanner.remove());
    view! {
        <div class="item-search search-field" data-on-demand=on_demand.then_some("true")
            data-searching=move || (!text.with(String::is_empty)).then_some("true")>
            <form role="search" on:submit=move |event| { event.prevent_default(); enter(); }>
                <Field label=words.label>
                    <input
                        type="search" node_ref=field prop:value=text autocomplete="off" enterkeyhint="done"
                        on:input=move |event| { unknown.set(None); text.set(event_target_value(&event)); }
                    />
                </Field>
            </form>
            <p class="item-search-unknown" role="status">
                {move || unknown.get().map(|code| words.unknown.with([&code]))}
            </p>
            <ul class="item-search-found" aria-label=words.items>
                <For each=move || found.get() key=|item| *item let(item)>
                    <li><ItemTile item chosen at/></li>
                </For>
            </ul>
            <Show when=move || found.with(Vec::is_empty) && unknown.with(Option::is_none)>
                <Empty text=Signal::derive(move || if text.with(String::is_empty) { words.no_items } else { words.no_match }.to_owned())/>
            </Show>
        </div>
    }
}

#[component]
fn ItemTile(item: ItemId, chosen: Callback<Scanned>, at: Signal<ShopId>) -> impl IntoView {
    let shop = use_shop();
    let known = Memo::new(move |_| shop.item(item));
    let on_hand = Memo::new(move |_| shop.read(|core| core.ledger.on_hand(item, at.get())));
    let counted = move || {
        known.with(|item| item.as_ref().is_some_and(|item| item.kind == subzero_ledger::entry::ItemKind::Inventory))
    };
    view! {
        <button type="button" class="item-tile" on:click=move |_| chosen.run(Scanned { item, pack: Qty::ONE })>
            <span class="item-tile-name">
                {move || known.with(|item| item.as_ref().map(|item| item.name.clone()))}
                <Show when=move || known.with(|item| item.as_ref().is_some_and(|item| item.archived))>
                    <span class="tag">{words().item.archived}</span>
                </Show>
            </span>
            <span class="item-tile-price">
                {move || known.with(|item| item.as_ref().map(|item| format::price(item.price, &shop.currency())))}
            </span>
            <Show when=counted>
                <span class="item-tile-stock"><Figure qty=on_hand/>" "{words().common.on_hand}</span>
            </Show>
        </button>
    }
}
