//! Creating an item, or changing one. What is wrong is said at its field.

use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;
use subzero_ledger::catalogue::{Item, ItemProblem};
use subzero_ledger::entry::ItemKind;
use subzero_ledger::entry::catalogue::Barcode;
use subzero_ledger::entry::rights::{May, Right};
use subzero_ledger::ids::ItemId;
use subzero_ledger::quantity::Qty;
use subzero_ledger::verbs::Problem;

use crate::device::ids;
use crate::format;
use crate::routes::Route;
use crate::shop::{VerbError, use_shop};
use crate::widgets::button::{Button, Kind};
use crate::widgets::field::{Field, TextField, Typed};
use crate::widgets::money_field::MoneyField;
use crate::widgets::notice::{Notice, Tone};
use crate::widgets::select::{Select, VendorSelect};
use crate::widgets::toasts::use_toaster;
use crate::words::{ToWords as _, words};

/// A new item.
#[component]
pub fn NewItemScreen() -> impl IntoView {
    view! { <Form before=None/> }
}

/// An item that is changed.
#[component]
pub fn EditItemScreen(
    /// Which item.
    item: ItemId,
) -> impl IntoView {
    let shop = use_shop();
    match untrack(|| shop.item(item)) {
        Some(item) => view! { <Form before=Some(item)/> }.into_any(),
        None => view! { <Notice tone=Tone::Plain title=words().item.unknown/> }.into_any(),
    }
}

/// One barcode as it is typed.
#[derive(Clone, Copy, PartialEq, Eq)]
struct CodeField {
    number: usize,
    code: RwSignal<String>,
    pack: RwSignal<String>,
}

impl CodeField {
    fn new(number: usize, code: &str, pack: Qty) -> Self {
        Self { number, code: RwSignal::new(code.to_owned()), pack: RwSignal::new(format::field(&pack)) }
    }
}

/// All fields.
#[derive(Clone, Copy)]
struct Fields {
    name: Typed,
    sku: Typed,
    category: Typed,
    vendor_code: Typed,
    price: Typed,
    cost: Typed,
    reorder: Typed,
    codes: RwSignal<Vec<CodeField>>,
    codes_problem: RwSignal<Option<String>>,
    vendor: RwSignal<Option<subzero_ledger::ids::VendorId>>,
    decimals: RwSignal<u8>,
    kind: RwSignal<ItemKind>,
    problem: RwSignal<Option<String>>,
}

impl Fields {
    fn of(item: &Item) -> Self {
        let figure = |figure: Option<String>| Typed::new(figure.unwrap_or_default());
        let codes =
            item.barcodes.iter().enumerate().map(|(number, code)| CodeField::new(number, &code.code, code.pack));
        Self {
            name: Typed::new(&item.name),
            sku: Typed::new(&item.sku),
            category: Typed::new(&item.category),
            vendor_code: Typed::new(&item.vendor_code),
            price: Typed::new(format::field(&item.price)),
            cost: figure(item.default_cost.map(|cost| format::field(&cost))),
            reorder: figure(item.reorder_point.map(|point| format::field(&point))),
            codes: RwSignal::new(codes.collect()),
            codes_problem: RwSignal::new(None),
            vendor: RwSignal::new(item.vendor),
            decimals: RwSignal::new(item.decimals),
            kind: RwSignal::new(item.kind),
            problem: RwSignal::new(None),
        }
    }

    /// The item as it was typed; nothing where a figure cannot be read, which is then said at it.
    fn read(self, before: &Item) -> Option<Item> {
        self.problem.set(None);
        self.refuse(&[]);
        let (price, cost, reorder) = (self.price.read(), self.cost.read_if_any(), self.reorder.read_if_any());
        let mut barcodes = Vec::new();
        let mut codes_problem = None;
        for code in self.codes.get_untracked() {
            let typed = code.code.get_untracked().trim().to_owned();
            if typed.is_empty() {
                continue;
            }
            match code.pack.with_untracked(|pack| format::typed(pack)) {
                Ok(pack) => barcodes.push(Barcode { code: typed, pack }),
                Err(error) => codes_problem = Some(words().problem.pack.with([&typed, &error.to_words()])),
            }
        }
        let is_read = codes_problem.is_none();
        self.codes_problem.set(codes_problem);
        let item = Item {
            name: self.name.trimmed(),
            sku: self.sku.trimmed(),
            category: self.category.trimmed(),
            vendor_code: self.vendor_code.trimmed(),
            price: price?,
            default_cost: cost?,
            reorder_point: reorder?.filter(|point: &Qty| !point.is_zero()),
            barcodes,
            vendor: self.vendor.get_untracked(),
            decimals: self.decimals.get_untracked(),
            kind: self.kind.get_untracked(),
            ..before.clone()
        };
        is_read.then_some(item)
    }

    /// Says at its field what is wrong.
    fn refuse(self, problems: &[ItemProblem]) {
        for field in [self.name, self.sku, self.price, self.cost, self.reorder] {
            field.problem.set(None);
        }
        for problem in problems.iter().rev() {
            let at = match problem {
                ItemProblem::NoName => self.name.problem,
                ItemProblem::Sku { .. } => self.sku.problem,
                ItemProblem::Barcode { .. }
                | ItemProblem::BarcodeTwice { .. }
                | ItemProblem::Pack { .. }
                | ItemProblem::TooManyBarcodes => self.codes_problem,
                ItemProblem::Price => self.price.problem,
                ItemProblem::Cost => self.cost.problem,
                ItemProblem::ReorderPoint(_) => self.reorder.problem,
                ItemProblem::Decimals | ItemProblem::TextTooLong => self.problem,
            };
            at.set(Some(problem.to_words()));
        }
    }
}

#[component]
fn Form(before: Option<Item>) -> impl IntoView {
    let (shop, toaster, navigate) = (use_shop(), use_toaster(), StoredValue::new_local(use_navigate()));
    let is_new = before.is_none();
    let item = before.clone().unwrap_or_else(|| Item::new(ids::item_id()));
    let id = item.id;
    let fields = Fields::of(&item);
    let begun_as = item.kind;
    let (before, item) = (StoredValue::new(before), StoredValue::new(item));
    let save = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let Some(now) = item.with_value(|item| fields.read(item)) else { return };
        let problems = untrack(|| shop.read_catalogue(|catalogue| catalogue.problems(&now)));
        fields.refuse(&problems);
        if !problems.is_empty() {
            return;
        }
        spawn_local(async move {
            let before = before.get_value();
            match shop.enter_all(|desk| desk.save_item(before.as_ref(), &now)).await {
                Ok(()) => {
                    toaster.say(words().common.saved);
                    let options = NavigateOptions { replace: true, ..NavigateOptions::default() };
                    navigate.try_with_value(|navigate| navigate(&Route::Item(id).path(), options));
                }
                Err(VerbError::Problem(Problem::Item(problem))) => fields.refuse(&[problem]),
                Err(error) => {
                    fields.problem.try_set(Some(error.to_words()));
                }
            }
        });
    };
    let names = &words().item;
    let step = |thousandths: i64| names.steps_of.with([&format::qty(Qty::from_thousandths(thousandths))]);
    let decimals = vec![(0, names.whole_units.to_owned()), (1, step(100)), (2, step(10)), (3, step(1))];
    let may_not = move || shop.may(Right::ChangeItems) == May::No;
    let categories = untrack(|| shop.read_catalogue(|catalogue| catalogue.categories()));
    let back = if is_new { Route::Items } else { Route::Item(id) };
    view! {
        <div class="document">
            <a class="back" href=back.path()>{names.all}</a>
            <h1>{if is_new { names.new.to_owned() } else { names.change_named.with([&item.with_value(|item| item.name.clone())]) }}</h1>
            <Show when=may_not><Notice tone=Tone::Plain title=words().problem.never/></Show>
            <form class="form panel" on:submit=save>
                {move || fields.problem.get().map(|problem| view! { <Notice tone=Tone::Bad title=problem/> })}
                <TextField label=names.name value=fields.name.text problem=fields.name.problem chars_max=100/>
                <TextField label=names.sku value=fields.sku.text problem=fields.sku.problem/>
                <MoneyField label=words().common.price value=fields.price.text problem=fields.price.problem currency=shop.currency()/>
                <Show when=move || shop.sees_costs()>
                    <MoneyField label=names.default_cost_or_none value=fields.cost.text problem=fields.cost.problem currency=shop.currency()/>
                </Show>
                <TextField label=names.category value=fields.category.text suggestions=categories/>
                <VendorSelect none=words().orders.no_vendor chosen=fields.vendor/>
                <TextField label=names.vendor_code value=fields.vendor_code.text/>
                <Select label=names.sold_in options=Signal::stored(decimals) chosen=fields.decimals choose=move |places| fields.decimals.set(places)/>
                <TextField label=names.reorder_point value=fields.reorder.text problem=fields.reorder.problem hint=names.reorder_hint/>
                <label class="switch form-wide">
                    <input type="checkbox" role="switch" prop:checked=move || fields.kind.get() == ItemKind::Inventory
                        on:change=move |event| fields.kind.set(if event_target_checked(&event) { ItemKind::Inventory } else { ItemKind::NonInventory })/>
                    <span>{names.holds_stock}</span>
                </label>
                <Show when=move || !is_new && fields.kind.get() != begun_as>
                    <div class="form-wide"><Notice tone=Tone::Warning title=Signal::derive(move || match fields.kind.get() {
                        ItemKind::NonInventory => names.stops_holding,
                        ItemKind::Inventory => names.starts_holding,
                    }.to_owned())/></div>
                </Show>
                <Codes fields/>
                <Button kind=Kind::Primary large=true disabled=Signal::derive(may_not) busy=Signal::derive(move || shop.is_recording())>{names.save}</Button>
            </form>
        </div>
    }
}

/// The barcodes: each with how many units it stands for.
#[component]
fn Codes(fields: Fields) -> impl IntoView {
    let names = &words().item;
    let last = StoredValue::new(fields.codes.with_untracked(Vec::len));
    let more = move |()| {
        last.update_value(|last| *last += 1);
        fields.codes.update(|codes| codes.push(CodeField::new(last.get_value(), "", Qty::ONE)));
    };
    // A scanner ends its code with Enter: that is no reason to save.
    let stay = |event: leptos::ev::KeyboardEvent| {
        if event.key() == "Enter" {
            event.prevent_default();
        }
    };
    view! {
        <fieldset class="form-wide item-codes">
            <legend>{names.barcodes}</legend>
            <For each=move || fields.codes.get() key=|code| code.number let(code)>
                <div class="item-code">
                    <Field label=names.barcode><input type="text" autocomplete="off" maxlength="60" bind:value=code.code on:keydown=stay/></Field>
                    <Field label=names.pack><input type="text" inputmode="decimal" autocomplete="off" bind:value=code.pack on:keydown=stay/></Field>
                    <Button kind=Kind::Quiet label=Signal::derive(move || Some(words().common.remove_named.with([&code.code.get()])))
                        press=move |()| fields.codes.update(|codes| codes.retain(|other| *other != code))>{words().common.remove}</Button>
                </div>
            </For>
            <span class="field-problem" role="alert">{move || fields.codes_problem.get()}</span>
            <Button press=more>{names.add_barcode}</Button>
        </fieldset>
    }
}
