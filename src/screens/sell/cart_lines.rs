//! The cart: its lines, what is taken off, what was noted, and what it comes to.

use leptos::prelude::*;
use subzero_ledger::cart::{Bill, CartLine};
use subzero_ledger::catalogue::Scanned;
use subzero_ledger::ids::{EntryId, ItemId};
use subzero_ledger::money::Amount;
use subzero_ledger::quantity::Qty;

use super::add_to_cart;
use super::discount::DiscountSheet;
use crate::format;
use crate::shop::{Shop, use_shop};
use crate::widgets::button::{Button, Kind};
use crate::widgets::dialog::Dialog;
use crate::widgets::field::TextField;
use crate::widgets::figure::Figure;
use crate::widgets::state::Empty;
use crate::widgets::stepper::Stepper;
use crate::words::{ToWords as _, words};

/// What the cart comes to, as it now is; nothing where the figures are too large, which charging then says. Worked out once a change, for the lines
/// and all else that shows a sum.
pub fn bill(shop: Shop) -> Memo<Bill> {
    Memo::new(move |_| shop.draft.with(|draft| draft.cart.bill(shop.places())).unwrap_or_default())
}

/// The lines.
#[component]
pub fn CartLines(bill: Memo<Bill>) -> impl IntoView {
    let shop = use_shop();
    let items = Memo::new(move |_| {
        shop.draft.with(|draft| draft.cart.lines().iter().map(|line| line.item).collect::<Vec<_>>())
    });
    view! {
        <Show when=move || !items.with(Vec::is_empty) fallback=|| view! { <Empty text=words().sell.empty/> }>
            <ul class="sell-lines">
                <For each=move || items.get() key=|item| *item let(item)>
                    <Line item bill/>
                </For>
            </ul>
        </Show>
    }
}

#[component]
fn Line(item: ItemId, bill: Memo<Bill>) -> impl IntoView {
    let shop = use_shop();
    let place = Memo::new(move |_| {
        shop.draft.with(|draft| draft.cart.lines().iter().position(|line| line.item == item)).unwrap_or(usize::MAX)
    });
    let line = Memo::new(move |_| shop.draft.with(|draft| draft.cart.lines().get(place.get()).copied()));
    let name = Signal::derive(move || {
        shop.item(item).map_or_else(|| words().common.unknown_item.to_owned(), |item| item.name)
    });
    let amounts = Memo::new(move |_| {
        let of_line = |amounts: &[Amount]| amounts.get(place.get()).copied().unwrap_or_default();
        bill.with(|bill| (of_line(&bill.lines), of_line(&bill.discounts)))
    });
    let wanted = Memo::new(move |_| line.get().map_or(Qty::ZERO, |line: CartLine| line.qty));
    let leaves = Memo::new(move |_| {
        let mode = shop.session.get()?.mode;
        let here = shop.id();
        shop.draft.with(|draft| shop.read(|core| draft.cart.leaves(item, mode, &core.ledger, &core.catalogue, here)))
    });
    let after = Signal::derive(move || leaves.get().unwrap_or_default());
    let problem = RwSignal::new(None::<String>);
    let discounting = RwSignal::new(false);
    let set = move |wanted: Qty| {
        problem.set(None);
        if let Some(known) = untrack(|| shop.item(item))
            && let Err(error) = shop.change_cart(|cart| cart.set_qty(&known, wanted))
        {
            problem.set(Some(error.to_words()));
        }
    };
    let remove = move |()| shop.change_cart(|cart| cart.remove(item));
    let step = move |by: Qty| {
        let wanted = wanted.get_untracked().checked_add(by).unwrap_or_default();
        if wanted.is_positive() { set(wanted) } else { remove(()) }
    };
    let type_in = Callback::new(move |typed: String| match format::typed(&typed) {
        Ok(typed) => set(typed),
        Err(error) => problem.set(Some(error.to_words())),
    });
    let scan_in = Callback::new(move |scanned: Scanned| problem.set(add_to_cart(shop, scanned)));
    let unknown = Callback::new(move |code: String| problem.set(Some(words().find.code_unknown.with([&code]))));
    view! {
        <li class="sell-line">
            <span class="sell-line-name">{name}</span>
            <span class="sell-line-amount">{move || format::amount(amounts.get().0, &shop.currency())}</span>
            <Stepper
                of=name value=Signal::derive(move || format::field(&wanted.get()))
                less=move |()| step(Qty::ONE.negated()) more=move |()| step(Qty::ONE)
                typed=type_in scanned=scan_in unknown
            />
            <span class="sell-line-after">
                <Show when=move || leaves.with(Option::is_some)><Figure qty=after/>" "{words().sell.after_this_sale}</Show>
            </span>
            <span class="sell-line-actions">
                <Button kind=Kind::Quiet label=Signal::derive(move || Some(words().sell.discount_of.with([&name.get()])))
                    press=move |()| discounting.set(true)>
                    {move || match amounts.get().1 {
                        Amount::ZERO => words().sell.discount.to_owned(),
                        off => words().sell.off.with([&format::amount(off, &shop.currency())]),
                    }}
                </Button>
                <Button kind=Kind::Quiet label=Signal::derive(move || Some(words().common.remove_named.with([&name.get()])))
                    press=remove>{words().common.remove}</Button>
            </span>
            <span class="sell-line-problem" role="alert">{move || problem.get()}</span>
            <DiscountSheet
                title=Signal::derive(move || words().sell.discount_of.with([&name.get()])) open=discounting
                holds=Signal::derive(move || line.get().and_then(|line: CartLine| line.discount))
                save=move |discount| shop.change_cart(|cart| cart.set_discount(item, discount))
            />
        </li>
    }
}

/// What is true of the whole cart: taken off all of it, or noted on it.
#[component]
pub fn Extras(bill: Memo<Bill>) -> impl IntoView {
    let shop = use_shop();
    let (discounting, noting) = (RwSignal::new(false), RwSignal::new(false));
    let note = Memo::new(move |_| shop.draft.with(|draft| draft.cart.note.clone()));
    let discount = Memo::new(move |_| bill.with(|bill| bill.discount));
    view! {
        <Show when=move || shop.draft.with(|draft| !draft.cart.is_empty())>
                <div class="sell-extras">
                    <Button kind=Kind::Quiet press=move |()| discounting.set(true)>{words().sell.discount_all}</Button>
                    <Button kind=Kind::Quiet press=move |()| noting.set(true)>{words().sell.note}</Button>
                </div>
                <Show when=move || !note.with(String::is_empty)><p class="sell-note">{note}</p></Show>
                <Show when=move || discount.get() != Amount::ZERO>
                    <p class="sell-off"><span>{words().sell.discount}</span><span>{move || words().sell.off.with([&format::amount(discount.get(), &shop.currency())])}</span></p>
                </Show>
            <DiscountSheet
                title=words().sell.discount_all open=discounting
                holds=Signal::derive(move || shop.draft.with(|draft| draft.cart.discount))
                save=move |discount| shop.change_cart(|cart| cart.discount = discount)
            />
            <NoteDialog open=noting/>
        </Show>
    }
}

/// What the cart comes to, and the way on.
#[component]
pub fn Total(charging: RwSignal<Option<EntryId>>, bill: Memo<Bill>) -> impl IntoView {
    let shop = use_shop();
    let is_empty = Signal::derive(move || shop.draft.with(|draft| draft.cart.is_empty()));
    let charge = move |()| charging.set(Some(shop.draft.with_untracked(|draft| draft.sale)));
    view! {
        <div class="sell-total">
            <p class="sell-sum"><span>{words().sell.total}</span><strong>{move || format::amount(bill.with(|bill| bill.total), &shop.currency())}</strong></p>
            <Button kind=Kind::Primary large=true disabled=is_empty press=charge>{words().sell.charge}</Button>
        </div>
    }
}

#[component]
fn NoteDialog(open: RwSignal<bool>) -> impl IntoView {
    let shop = use_shop();
    view! {
        <Dialog title=words().sell.note open>
            {
                let text = RwSignal::new(shop.draft.with_untracked(|draft| draft.cart.note.clone()));
                let save = move |event: leptos::ev::SubmitEvent| {
                    event.prevent_default();
                    shop.change_cart(|cart| cart.note = text.get_untracked());
                    open.set(false);
                };
                view! {
                    <form class="sell-note-form" on:submit=save>
                        <TextField label=words().sell.note_label value=text chars_max=200/>
                        <div class="dialog-actions"><Button kind=Kind::Primary>{words().common.save}</Button></div>
                    </form>
                }
            }
        </Dialog>
    }
}
