//! The Negative inventory report: every item that is negative, with the adjustments that led there and what each is probably due to.
//!
//! It is computed on this device from what this device knows, at once, and says how fresh that is.

use leptos::prelude::*;
use leptos::task::spawn_local;
use subzero_ledger::instant::Instant;
use subzero_ledger::report::{self, Filter, GroupBy, Order, Report, Shown};
use subzero_sync::wire::DeviceSeen;
use subzero_till::standing::Heard;

use crate::device::share::{Shared, share};
use crate::device::{clock, file, print, viewport};
use crate::format;
use crate::routes::Route;
use crate::screens::help::Topic;
use crate::shop::{Shop, use_shop};
use crate::widgets::button::Button;
use crate::widgets::help_link::HelpBeside;
use crate::widgets::horizon::{Horizon, Uncertain};
use crate::widgets::loading::nothing_so_far;
use crate::widgets::notice::{Notice, Tone};
use crate::widgets::rows::RowLink;
use crate::widgets::state::Empty;
use crate::widgets::toasts::use_toaster;
use crate::words::words;

pub mod causes;
pub mod cured;
pub mod digest;
mod filters;
pub mod item;
mod list;
mod mender;
mod saved;
mod together;
pub mod trend;
mod ways_out;

use filters::{ActiveFilters, Filters};
use list::List;

/// The most silent registers that are named.
const SILENT_MAX: usize = 3;

/// What somebody asked the report for.
#[derive(Clone, Copy)]
pub(super) struct Asked {
    filter: RwSignal<Filter>,
    order: RwSignal<Order>,
    group: RwSignal<GroupBy>,
    /// The end of a past day, and the day as its field has it.
    past: RwSignal<Option<(Instant, String)>>,
    /// It is being printed: then rows that are not in sight exist too.
    printing: RwSignal<bool>,
    /// The screen has no room for a table.
    is_narrow: Signal<bool>,
}

/// The report as of now or as of a past moment. It is read where it is: a copy would be worked out anew at every change.
#[derive(Clone, Copy)]
pub(super) struct Reported {
    shop: Shop,
    as_it_was: Memo<Option<Report>>,
}

impl Reported {
    /// Reads it; whoever does so in a view is told when it changes.
    fn with<T>(self, read: impl FnOnce(&Report) -> T) -> T {
        self.as_it_was.with(|past| match past {
            Some(past) => read(past),
            None => self.shop.read_report(read),
        })
    }

    fn with_untracked<T>(self, read: impl FnOnce(&Report) -> T) -> T {
        untrack(|| self.with(read))
    }

    /// Is told when it changes.
    fn track(self) {
        self.with(|_| ());
    }
}

/// The report, or a view of it; while there is none, why.
#[component]
pub fn WhileReported(
    /// What is shown of it.
    children: ChildrenFn,
) -> impl IntoView {
    let shop = use_shop();
    view! { <Show when=move || shop.has_report() fallback=|| view! { <SwitchedOff/> }>{children()}</Show> }
}

/// Why there is no report.
#[component]
fn SwitchedOff() -> impl IntoView {
    let shop = use_shop();
    let negatives = Memo::new(move |_| shop.negatives());
    let words = &words().report;
    view! {
        <div class="negative-inventory">
            <HelpBeside to=Topic::Switching><h1>{words.title}</h1></HelpBeside>
            <Notice tone=Tone::Plain title=words.off_title>
                <p>{words.off_why}</p>
                <a class="button" href=Route::AutomatedChanges.path()>{words.to_changes}</a>
                <a class="button" href=Route::NegativeInventoryModule.path()>{words.to_module}</a>
            </Notice>
            <Show when=move || negatives.get() != 0>
                <p>{move || words.off_left.of(negatives.get(), [])}</p>
                <LeftNegative/>
            </Show>
        </div>
    }
}

/// What is still negative, each a link to its ways out.
#[component]
pub fn LeftNegative() -> impl IntoView {
    let shop = use_shop();
    let left = Memo::new(move |_| {
        shop.read(|core| {
            core.ledger.negatives().map(|(item, at, stock)| (item, at, stock.on_hand())).collect::<Vec<_>>()
        })
    });
    view! {
        <ul class="rows">
            <For each=move || left.get() key=|left| *left let((item, at, on_hand))>
                <RowLink to=Route::NegativeItem(item, at).path()
                    name=Signal::derive(move || shop.item(item).map_or_else(|| words().common.unknown_item.to_owned(), |item| item.name))
                    note=Signal::derive(move || Some(shop.name_of(at)))
                    figure=format::qty(on_hand)/>
            </For>
        </ul>
    }
}

/// The screen.
#[component]
pub fn NegativeInventoryScreen() -> impl IntoView {
    let shop = use_shop();
    let past = RwSignal::new(None::<(Instant, String)>);
    let (filter, order, group) = (RwSignal::default(), RwSignal::default(), RwSignal::default());
    let is_narrow = viewport::matches("(max-width: 60rem)");
    let asked = Asked { filter, order, group, past, printing: RwSignal::new(false), is_narrow };
    let is_beyond = Memo::new(move |_| {
        let at = past.with(|past| past.as_ref().map(|(at, _)| *at));
        at.zip(shop.horizon()).is_some_and(|(at, horizon)| at < horizon)
    });
    let as_it_was = Memo::new(move |_| {
        let (at, _) = past.get()?;
        // Of then, this device may know too little.
        let report = || shop.read(|core| Report::at(&core.ledger, &core.catalogue, at));
        Some(if is_beyond.get() { Report::default() } else { report() })
    });
    let report = Reported { shop, as_it_was };
    let shown = Memo::new(move |_| {
        let (order, group) = (asked.order.get(), asked.group.get());
        report.with(|report| {
            asked
                .filter
                .with(|filter| shop.read_catalogue(|catalogue| report.shown(catalogue, filter, order, group)).ok())
        })
    });
    let is_filtered = Memo::new(move |_| asked.filter.with(|filter| *filter != Filter::default()));
    let nothing = move || match (is_filtered.get(), past.with(Option::is_some)) {
        _ if is_beyond.get() => words().horizon.not_then,
        (true, _) => words().report.nothing_matches,
        (false, true) => words().report.nothing_then,
        (false, false) => words().report.nothing,
    };
    view! {
        <div class="negative-inventory">
            <header class="negative-top">
                <HelpBeside to=Topic::Report><h1>{words().report.title}</h1></HelpBeside>
                <Show when=move || !is_narrow.get()><Actions asked report shown/></Show>
                <Views here=Route::NegativeInventory/>
                <Freshness past/>
            </header>
            <Uncertain/>
            <Show when=move || is_beyond.get()><Horizon/></Show>
            <Totals shown/>
            <Filters asked report shown/>
            <ActiveFilters asked/>
            <Show when=move || shown.with(Option::is_none)>
                <Notice tone=Tone::Bad title=words().report.too_large/>
            </Show>
            <Show when=move || shown.with(|shown| shown.as_ref().is_some_and(|shown| !shown.sections.is_empty()))
                fallback=move || view! {
                    <Empty text=nothing_so_far(move || nothing().to_owned())>
                        <Show when=move || is_filtered.get()>
                            <Button press=move |()| asked.filter.set(Filter::default())>{words().report.all_of_it}</Button>
                        </Show>
                    </Empty>
                }>
                <Show when=move || past.with(Option::is_none)><together::Together report shown/></Show>
                <List asked report shown/>
            </Show>
        </div>
    }
}

/// What is open, what was put right, and how it went.
#[component]
pub(super) fn Views(
    /// Which of them this is.
    here: Route,
) -> impl IntoView {
    let words = &words().report;
    let views = [
        (Route::NegativeInventory, words.open_view),
        (Route::NegativeEpisodes, words.episodes_view),
        (Route::CuredNegatives, words.cured_view),
        (Route::NegativeTrend, words.trend_view),
    ];
    view! {
        <nav class="chips negative-views" aria-label=words.views>
            {views.map(|(route, name)| view! {
                <a class="chip" href=route.path() aria-current=(route == here).then_some("page")>{name}</a>
            })}
        </nav>
    }
}

/// Exporting, printing and sharing what is shown.
#[component]
fn Actions(asked: Asked, report: Reported, shown: Memo<Option<Shown>>) -> impl IntoView {
    let (shop, toaster) = (use_shop(), use_toaster());
    let save = move |()| {
        let text =
            shown.with_untracked(|shown| report.with_untracked(|report| saved::as_file(shop, report, shown.as_ref())));
        file::give("negative-inventory.csv", &text);
        toaster.say(words().files.exported.with(["negative-inventory.csv"]));
    };
    let send = move |()| {
        let text =
            shown.with_untracked(|shown| report.with_untracked(|report| saved::as_text(shop, report, shown.as_ref())));
        spawn_local(async move {
            match share(words().report.title, &text).await {
                Shared::Asked => {}
                Shared::Copied => toaster.say(words().report.copied),
                Shared::No => file::give("negative-inventory.txt", &text),
            }
        });
    };
    let print = move |()| {
        asked.printing.set(true);
        // The rows are there once the browser has drawn them.
        request_animation_frame(move || {
            print::print();
            asked.printing.try_set(false);
        });
    };
    view! {
        <span class="list-actions">
            <Button press=save>{words().files.export}</Button>
            <Button press=send>{words().report.share}</Button>
            <Button press=print>{words().common.print}</Button>
        </span>
    }
}

#[component]
fn Freshness(past: RwSignal<Option<(Instant, String)>>) -> impl IntoView {
    let shop = use_shop();
    let freshness = move || {
        let sent = match shop.unsent().count {
            0 => String::new(),
            unsent => format!(" {}", words().fresh.unsent.of(unsent, [])),
        };
        let heard = match shop.heard() {
            Heard::Now => words().fresh.now.with([&format::time(clock::now())]),
            Heard::At(at) => words().fresh.since.with([&format::moment(at)]),
            Heard::Never => words().fresh.never.to_owned(),
        };
        format!("{heard}{sent}{}", silent(shop))
    };
    view! {
        <p class="negative-inventory-fresh" role="status">
            {move || past.get().map_or_else(freshness, |(at, _)| words().report.past.with([&format::day(at)]))}
        </p>
    }
}

/// The registers that have not been heard of for some time, with what they had not sent then.
fn silent(shop: Shop) -> String {
    let here = shop.paired.with(|paired| paired.as_ref().map(|paired| paired.device));
    let words = &words().fresh;
    shop.devices.with(|devices| {
        let (Some(devices), Some(here)) = (devices, here) else { return String::new() };
        let line = |seen: &DeviceSeen| {
            let (name, ago) = (shop.register_name(seen.device), format::age(seen.seen, devices.at));
            match usize::try_from(seen.standing.unsent).unwrap_or(usize::MAX) {
                0 => words.silent.with([&name, &ago]),
                unsent => words.silent_with.with([&name, &ago, &words.entries.of(unsent, [])]),
            }
        };
        let silent = devices.silent(here);
        let mut lines: Vec<String> = silent.iter().take(SILENT_MAX).map(line).collect();
        if silent.len() > SILENT_MAX {
            lines.push(words.silent_more.of(silent.len() - SILENT_MAX, []));
        }
        if lines.is_empty() { String::new() } else { format!(" {}.", lines.join("; ")) }
    })
}

#[component]
fn Totals(shown: Memo<Option<Shown>>) -> impl IntoView {
    let shop = use_shop();
    let totals = Memo::new(move |_| shown.with(|shown| shown.as_ref().map(|shown| shown.totals)).unwrap_or_default());
    // While nothing has come yet, nothing is no figure.
    let known = Memo::new(move |_| Some(totals.get()).filter(|totals| totals.items > 0 || !shop.is_loading()));
    let figure = move |of: &dyn Fn(&report::Totals) -> Option<String>| {
        known.with(|known| known.as_ref().and_then(of)).unwrap_or_else(|| words().common.dash.to_owned())
    };
    view! {
        <dl class="totals">
            <div><dt>{words().report.items}</dt><dd>{move || figure(&|totals| Some(format::count(totals.items)))}</dd></div>
            <div><dt>{words().report.units}</dt><dd>{move || figure(&|totals| Some(format::qty(totals.units)))}</dd></div>
            <Show when=move || shop.sees_costs()>
                <div><dt>{words().report.exposure}</dt><dd>{move || figure(&|totals| Some(format::amount(totals.exposure, &shop.currency())))}</dd></div>
            </Show>
            <div><dt>{words().report.oldest}</dt><dd>{move || figure(&|totals| Some(format::age(totals.oldest?, clock::now())))}</dd></div>
            <Show when=move || !totals.get().fixable.is_zero()>
                <div><dt>{words().report.fixable}</dt><dd>{move || format::qty(totals.get().fixable)}</dd></div>
            </Show>
            <Show when=move || !totals.get().backorders.is_zero()>
                <div><dt>{words().report.ordered}</dt><dd>{move || format::qty(totals.get().backorders)}</dd></div>
            </Show>
        </dl>
    }
}
