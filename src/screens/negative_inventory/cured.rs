//! Whole episodes: what was negative and is not any more, with what led into it and what ended it; and what is negative now, with everything
//! since it fell below zero.

use leptos::prelude::*;
use subzero_ledger::instant::Instant;
use subzero_ledger::report::{Episode, cured_within, open_episodes};

use super::Views;
use super::item::EpisodeShown;
use super::list::item_name;
use crate::device::clock;
use crate::format::{self, DAY_MS};
use crate::routes::Route;
use crate::screens::help::Topic;
use crate::shop::use_shop;
use crate::widgets::field::Field;
use crate::widgets::help_link::HelpBeside;
use crate::widgets::horizon::{Horizon, nothing_here};
use crate::widgets::state::Empty;
use crate::words::words;

/// How many days back it begins.
const DAYS: i64 = 30;
/// The most that are shown at once.
const SHOWN_MAX: usize = 200;

/// The screen.
#[component]
pub fn CuredScreen() -> impl IntoView {
    let shop = use_shop();
    let begin = Instant::from_unix_ms(clock::now().unix_ms() - DAYS * DAY_MS).unwrap_or(Instant::MIN);
    let (from, until) = (RwSignal::new(begin), RwSignal::new(Instant::MAX));
    let cured = Memo::new(move |_| shop.read(|core| cured_within(&core.ledger, from.get(), until.get())));
    let words = &words().trend;
    let report = &crate::words::words().report;
    let take = move |into: RwSignal<Instant>, end: bool, otherwise: Instant| {
        move |event| {
            let bounds = format::day_bounds(&event_target_value(&event));
            into.set(bounds.map_or(otherwise, |(from, until)| if end { until } else { from }));
        }
    };
    view! {
        <div class="negative-inventory">
            <header class="negative-top"><HelpBeside to=Topic::Report><h1>{words.cured_title}</h1></HelpBeside><Views here=Route::CuredNegatives/></header>
            <form class="negative-inventory-filters" aria-label=report.filter on:submit=move |event| event.prevent_default()>
                <Field label=report.from><input type="date" prop:value=move || format::date_field(from.get()) on:change=take(from, false, begin)/></Field>
                <Field label=report.until><input type="date" on:change=take(until, true, Instant::MAX)/></Field>
            </form>
            <Episodes episodes=cured none=words.cured_none/>
        </div>
    }
}

/// The screen of what is negative now.
#[component]
pub fn EpisodesScreen() -> impl IntoView {
    let shop = use_shop();
    let open = Memo::new(move |_| shop.read(|core| open_episodes(&core.ledger)));
    let words = &words().trend;
    view! {
        <div class="negative-inventory">
            <header class="negative-top"><HelpBeside to=Topic::Report><h1>{words.episodes_title}</h1></HelpBeside><Views here=Route::NegativeEpisodes/></header>
            <p>{words.episodes_mean}</p>
            <Episodes episodes=open none=crate::words::words().report.nothing/>
        </div>
    }
}

/// Episodes, each to be opened; the first of many.
#[component]
fn Episodes(episodes: Memo<Vec<Episode>>, none: &'static str) -> impl IntoView {
    let count = move || episodes.with(Vec::len);
    view! {
        <Show when=move || count() != 0 fallback=move || view! { <Empty text=nothing_here(none)/> }>
            <ul class="negative-cured">
                {move || episodes.with(|episodes| episodes.iter().take(SHOWN_MAX).cloned().map(|episode| view! { <EpisodeRow episode/> }).collect_view())}
            </ul>
            <Show when=move || { count() > SHOWN_MAX }>
                <p>{move || words().trend.shown_of.with([&format::count(SHOWN_MAX), &format::count(count())])}</p>
            </Show>
        </Show>
        <Horizon/>
    }
}

#[component]
fn EpisodeRow(episode: Episode) -> impl IntoView {
    let shop = use_shop();
    let name = words().report.in_shop.with([&item_name(shop, episode.item), &shop.name_of(episode.shop)]);
    view! {
        <li>
            <a href=Route::NegativeItem(episode.item, episode.shop).path()>{name}</a>
            <EpisodeShown episode/>
        </li>
    }
}
