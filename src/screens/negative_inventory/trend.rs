//! How it went week by week, and where it gathers: small charts, each with the table it is drawn from.

use leptos::prelude::*;
use subzero_ledger::instant::Instant;
use subzero_ledger::report::{Filter, GroupBy, Key, Order, Tally, trend};

use super::Views;
use super::list::key_words;
use crate::device::clock;
use crate::format;
use crate::routes::Route;
use crate::screens::help::Topic;
use crate::shop::use_shop;
use crate::widgets::help_link::HelpBeside;
use crate::widgets::horizon::Horizon;
use crate::words::words;

/// How many weeks are shown.
const WEEKS: i32 = 12;
/// The most of each list of leaders.
const TOP: usize = 5;

/// The screen.
#[component]
pub fn TrendScreen() -> impl IntoView {
    let shop = use_shop();
    let weeks = format::weeks_until(clock::now(), WEEKS);
    let starts = weeks.clone();
    let spans = Memo::new(move |_| shop.read(|core| trend(&core.ledger, &weeks)));
    let words = &words().trend;
    let tops = [
        (GroupBy::Item, words.top_items),
        (GroupBy::Vendor, words.top_vendors),
        (GroupBy::Employee, words.top_employees),
        (GroupBy::Cause, words.top_causes),
    ];
    view! {
        <div class="negative-inventory">
            <header class="negative-top"><HelpBeside to=Topic::Report><h1>{words.title}</h1></HelpBeside><Views here=Route::NegativeTrend/></header>
            <div class="negative-charts">
                <figure class="negative-chart">
                    <figcaption>{words.open}</figcaption>
                    <Weeks starts spans/>
                    <Horizon/>
                </figure>
                {tops.map(|(by, title)| view! { <Top title by/> }).collect_view()}
            </div>
        </div>
    }
}

/// A bar a week for what was open at its end, and the table beside it.
#[component]
fn Weeks(starts: Vec<Instant>, spans: Memo<Vec<Tally>>) -> impl IntoView {
    let words = &words().trend;
    let most = move || spans.with(|spans| spans.iter().map(|span| span.open).max()).unwrap_or_default().max(1);
    let rows = move || starts.iter().copied().zip(spans.get()).collect::<Vec<_>>();
    view! {
        <table class="negative-weeks">
            <thead><tr>
                <th scope="col">{words.week}</th>
                <th scope="col" class="number">{words.new}</th>
                <th scope="col" class="number">{words.cured}</th>
                <th scope="col" class="number">{words.open}</th>
            </tr></thead>
            <tbody>{move || rows().into_iter().map(|(start, span)| view! {
                <tr>
                    <td>{format::day(start)}</td>
                    <td class="number">{format::count(span.new)}</td>
                    <td class="number">{format::count(span.cured)}</td>
                    <td class="number"><Bar value=span.open most=most()/>{format::count(span.open)}</td>
                </tr>
            }).collect_view()}</tbody>
        </table>
    }
}

/// As long as its share of the most.
#[component]
fn Bar(value: usize, most: usize) -> impl IntoView {
    let share = value.saturating_mul(100).checked_div(most).unwrap_or_default();
    view! {
        <svg class="negative-bar" viewBox="0 0 100 12" preserveAspectRatio="none" aria-hidden="true">
            <rect width=share.to_string() height="12"/>
        </svg>
    }
}

/// Where most units are open.
#[component]
fn Top(title: &'static str, by: GroupBy) -> impl IntoView {
    let shop = use_shop();
    let top = Memo::new(move |_| {
        let shown = shop.read_report(|report| {
            shop.read_catalogue(|catalogue| report.shown(catalogue, &Filter::default(), Order::default(), by))
                .unwrap_or_default()
        });
        let mut sections: Vec<(Key, subzero_ledger::quantity::Qty)> =
            shown.sections.into_iter().map(|section| (section.key, section.units)).collect();
        sections.sort_by_key(|(_, units)| std::cmp::Reverse(*units));
        sections.truncate(TOP);
        sections
    });
    let most = move || top.with(|top| top.first().map_or(1, |(_, units)| units.thousandths()));
    view! {
        <figure class="negative-chart">
            <figcaption>{title}</figcaption>
            <table>
                <tbody>{move || top.get().into_iter().map(|(key, units)| {
                    let share = usize::try_from(units.thousandths()).unwrap_or_default();
                    view! {
                        <tr>
                            <th scope="row">{key_words(shop, &key)}</th>
                            <td class="number"><Bar value=share most=usize::try_from(most()).unwrap_or(1)/>{format::qty(units)}</td>
                        </tr>
                    }
                }).collect_view()}</tbody>
            </table>
        </figure>
    }
}
