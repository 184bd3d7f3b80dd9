//! Count lists of this shop, and beginning a new one.

use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;
use subzero_ledger::documents::CountView;
use subzero_ledger::entry::{CountScope, CountStage};
use subzero_ledger::ids::{CountListId, VendorId};
use subzero_ledger::instant::Instant;

use crate::device::ids;
use crate::format;
use crate::routes::Route;
use crate::shop::use_shop;
use crate::widgets::button::{Button, Kind};
use crate::widgets::chips::Choice;
use crate::widgets::dialog::{Dialog, Shape};
use crate::widgets::field::TextField;
use crate::widgets::notice::{Notice, Tone};
use crate::widgets::rows::RowLink;
use crate::widgets::select::{Select, VendorSelect};
use crate::widgets::state::Empty;
use crate::words::{ToWords as _, words};

/// How far a count is, as a shop says it.
pub const fn stage_words(stage: CountStage) -> &'static str {
    let words = &words().counts;
    match stage {
        CountStage::Open => words.open,
        CountStage::Reconciled => words.reconciled,
        CountStage::Cancelled => words.cancelled,
    }
}

/// What a count is called.
pub fn count_name(name: &str, begun: Instant) -> String {
    if name.is_empty() { format::moment(begun) } else { name.to_owned() }
}

/// What a row says.
#[derive(Clone, PartialEq, Eq)]
struct Row {
    id: CountListId,
    name: String,
    begun: Instant,
    seen: usize,
    stage: CountStage,
}

/// The screen.
#[component]
pub fn CountsScreen() -> impl IntoView {
    let shop = use_shop();
    let beginning = RwSignal::new(false);
    let rows = Memo::new(move |_| {
        shop.read(|core| {
            let row = |view: CountView<'_>| Row {
                id: view.id,
                name: count_name(&view.list.name, view.begun.at),
                begun: view.begun.at,
                seen: view.tallied.len(),
                stage: view.list.stage,
            };
            let mut rows: Vec<Row> =
                core.documents.counts().filter(|view| view.shop() == shop.seen()).map(row).collect();
            rows.sort_by_key(|row| (row.stage, std::cmp::Reverse((row.begun, row.id))));
            rows
        })
    });
    let row = |row: Row| {
        let (note, figure) = (format::day(row.begun), words().counts.seen.of(row.seen, []));
        view! { <RowLink to=Route::Count(row.id).path() name=row.name note tag=stage_words(row.stage) figure/> }
    };
    view! {
        <div class="list">
            <header class="list-top">
                <h1>{words().counts.title}</h1>
                <Button kind=Kind::Primary press=move |()| beginning.set(true)>{words().counts.new}</Button>
            </header>
            <ul class="rows" aria-label=words().counts.title>{move || rows.get().into_iter().map(row).collect_view()}</ul>
            <Show when=move || rows.with(Vec::is_empty)><Empty text=words().counts.none/></Show>
            <Dialog title=words().counts.new open=beginning shape=Shape::Sheet><Begin/></Dialog>
        </div>
    }
}

/// What a new list covers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum What {
    Everything,
    Category,
    Vendor,
    Negative,
}

#[component]
fn Begin() -> impl IntoView {
    let (shop, navigate) = (use_shop(), StoredValue::new_local(use_navigate()));
    let names = &words().counts;
    let (name, what) = (RwSignal::new(String::new()), RwSignal::new(What::Everything));
    let (category, vendor) = (RwSignal::new(String::new()), RwSignal::new(None::<VendorId>));
    let problem = RwSignal::new(None::<String>);
    let categories = untrack(|| shop.read_catalogue(|catalogue| catalogue.categories()));
    category.set(categories.first().cloned().unwrap_or_default());
    let categories: Vec<_> = categories.into_iter().map(|category| (category.clone(), category)).collect();
    let scope = move || {
        Ok(match what.get_untracked() {
            What::Everything => CountScope::All,
            What::Category => CountScope::Category(category.get_untracked()),
            What::Vendor => {
                CountScope::Vendor(vendor.get_untracked().ok_or_else(|| words().problem.no_vendor.to_owned())?)
            }
            What::Negative => {
                let negative = untrack(|| shop.read(|core| core.ledger.negative_in(shop.id())));
                if negative.is_empty() {
                    return Err(names.no_negative.to_owned());
                }
                CountScope::Items(negative)
            }
        })
    };
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let (list, name) = (ids::count_list_id(), name.get_untracked());
        let scope: CountScope = match scope() {
            Ok(scope) => scope,
            Err(why) => return problem.set(Some(why)),
        };
        spawn_local(async move {
            match shop.enter(shop.here(), |desk| desk.begin_count(list, &name, scope.clone())).await {
                Ok(_) => {
                    navigate
                        .try_with_value(|navigate| navigate(&Route::Count(list).path(), NavigateOptions::default()));
                }
                Err(error) => {
                    problem.try_set(Some(error.to_words()));
                }
            }
        });
    };
    let whats = vec![
        (What::Everything, names.everything.to_owned()),
        (What::Category, names.category.to_owned()),
        (What::Vendor, names.vendor.to_owned()),
        (What::Negative, names.negative.to_owned()),
    ];
    let choose = move |chosen| {
        problem.set(None);
        what.set(chosen);
    };
    let categories = StoredValue::new(categories);
    view! {
        <form class="entry-form count-begin" on:submit=submit>
            <Choice label=names.what options=whats chosen=what choose/>
            <Show when=move || what.get() == What::Category>
                <Select label=words().item.category options=categories.get_value() chosen=category choose=move |chosen| category.set(chosen)/>
            </Show>
            <Show when=move || what.get() == What::Vendor>
                <VendorSelect none=words().orders.no_vendor chosen=vendor/>
            </Show>
            <TextField label=names.name value=name hint=names.name_example/>
            {move || problem.get().map(|problem| view! { <Notice tone=Tone::Bad title=problem/> })}
            <Button kind=Kind::Primary large=true busy=Signal::derive(move || shop.is_recording())>{names.begin}</Button>
        </form>
    }
}
