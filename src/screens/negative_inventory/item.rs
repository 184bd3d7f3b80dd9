//! One negative item in one shop: what led there and why, the ways out, and the ledger around it.

use leptos::prelude::*;
use leptos::task::spawn_local;
use subzero_ledger::changes::{Change, item_card};
use subzero_ledger::entry::{Cause, Change as CatalogueChange};
use subzero_ledger::ids::{ItemId, LineId, ShopId};
use subzero_ledger::quantity::Qty;
use subzero_ledger::report::{Episode, EpisodeRow, Evidence, Negative, Row, episodes};
use subzero_ledger::rule::{BelowZero, Rule, rule};
use subzero_ledger::stock::CostKnown;

use super::causes::{cause_words, evidence_words, reason_words, said_words};
use super::list::{employee_name, item_name, source_words};
use super::ways_out::WaysOut;
use crate::device::clock;
use crate::format;
use crate::routes::Route;
use crate::screens::entry::WasCounted;
use crate::screens::help::Topic;
use crate::screens::stock::inventory_changes::{Moved, kind_words};
use crate::shop::{Shop, use_shop};
use crate::widgets::figure::Figure;
use crate::widgets::help_link::{HelpBeside, HelpLink};
use crate::widgets::horizon::Horizon;
use crate::widgets::notice::{Notice, Tone};
use crate::widgets::select::Select;
use crate::widgets::toasts::use_toaster;
use crate::words::{ToWords as _, words};

/// The most lines of the ledger shown around a crossing.
const AROUND_MAX: usize = 50;
/// How many lines are shown from before it.
const BEFORE: usize = 3;

/// How a negative item stands.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Stands {
    /// Its quantity, and what is on its way.
    pub negative: Negative,
    /// Its rows.
    pub rows: Vec<Row>,
    /// Whether costs are shown: they go from the screen with the right to see them.
    pub sees_costs: bool,
}

/// The screen.
#[component]
pub fn NegativeItemScreen(
    /// Which item.
    item: ItemId,
    /// In which shop.
    at: ShopId,
) -> impl IntoView {
    let shop = use_shop();
    let name = Signal::derive(move || item_name(shop, item));
    let stands = Memo::new(move |_| {
        let (negative, rows) = shop.read_report(|report| {
            let negative = report.items.get(&(item, at)).copied()?;
            Some((negative, report.rows_of(item, at).copied().collect()))
        })?;
        Some(Stands { negative, rows, sees_costs: shop.sees_costs() })
    });
    let is_negative = Memo::new(move |_| stands.with(Option::is_some));
    // While it goes from the screen it is shown as it last was.
    let state = Memo::new(move |before: Option<&Stands>| stands.get().or_else(|| before.cloned()).unwrap_or_default());
    let found = Memo::new(move |_| shop.read(|core| episodes(&core.ledger, item, at)));
    view! {
        <div class="negative-item">
            <a class="back" href=Route::NegativeInventory.path()>{words().report.title}</a>
            <Show when=move || is_negative.get() fallback=move || view! { <NotNegative item name found/> }>
                <Open item at state name/>
            </Show>
            <RuleLine item at/>
            <Around item at found/>
            <Before found/>
            <Horizon/>
        </div>
    }
}

/// It was put right meanwhile: here, or on another device.
#[component]
fn NotNegative(item: ItemId, name: Signal<String>, found: Memo<Vec<Episode>>) -> impl IntoView {
    let cure = move || found.with(|found| found.first().and_then(|episode| episode.ended_by));
    view! {
        <h1><a href=Route::Item(item).path()>{name}</a></h1>
        <Notice tone=Tone::Good title=Signal::derive(move || words().ways_out.none_left.with([&name.get()]))>
            {move || cure().map(|line| view! { <a class="button" href=Route::source(line).path()>{words().ways_out.cured_by}</a> })}
        </Notice>
    }
}

#[component]
fn Open(item: ItemId, at: ShopId, state: Memo<Stands>, name: Signal<String>) -> impl IntoView {
    let shop = use_shop();
    let sum = move || {
        state.with(|Stands { negative, rows, .. }| {
            let open = rows.iter().map(|row| format::qty(row.open)).collect::<Vec<_>>().join(" + ");
            words().ways_out.sum.with([&format::qty(negative.on_hand), &open])
        })
    };
    let on_hand = Signal::derive(move || state.with(|stands| stands.negative.on_hand));
    view! {
        <header class="negative-item-top">
            <h1><a href=Route::Item(item).path()>{name}</a><small>{move || shop.name_of(at)}</small></h1>
            <Figure qty=on_hand/>
            <p class="negative-sum">{sum}</p>
        </header>
        <WaysOut item at state/>
        <section class="negative-why" aria-label=words().ways_out.why>
            <h2>{words().ways_out.why}</h2>
            <ul class="negative-rows">{move || state.get().rows.into_iter().map(|row| view! { <WhyRow row/> }).collect_view()}</ul>
        </section>
    }
}

/// One row, with why, and the way to say otherwise.
#[component]
fn WhyRow(row: Row) -> impl IntoView {
    let (shop, toaster) = (use_shop(), use_toaster());
    let sees_costs = shop.sees_costs();
    let (currency, causes) = (shop.currency(), &words().causes);
    let cost = format::known_cost(row.unit_cost, &currency);
    let options = Cause::ALL.map(|cause| (Some(cause), cause_words(Some(cause)).to_owned()));
    let options: Vec<_> = std::iter::once((None, causes.suggested.to_owned())).chain(options).collect();
    let line = row.line;
    let choose = move |cause: Option<Cause>| {
        spawn_local(async move {
            let say = move || vec![CatalogueChange::Cause { line, cause }];
            match shop.enter(ShopId::OFFICE, |desk| desk.change(say())).await {
                // Another device may have put it right while this one was choosing.
                Ok(_) if !is_open(shop, line) => toaster.say(causes.kept_though_right),
                Ok(_) => toaster.say(causes.kept),
                Err(error) => toaster.say(error.to_words()),
            }
        });
    };
    view! {
        <li class="negative-row">
            <span class="negative-row-open"><Figure qty=Signal::stored(row.open.negated())/></span>
            <span class="negative-row-source">
                <a href=Route::source(row.line).path()>{reason_words(row.reason)}" "{source_words(shop, &row)}</a>
                <small>
                    <time datetime=format::iso(row.since)>{format::moment(row.since)}</time>" · "
                    {format::age(row.since, clock::now())}" · "{employee_name(shop, &row)}
                    {(row.open != row.short).then(|| format!(" · {} {}", words().report.went_negative, format::qty(row.short)))}
                    {sees_costs.then(|| format!(" · {cost}"))}
                </small>
            </span>
            <span class="negative-row-cause">
                <strong>{cause_words(row.cause())}<HelpLink to=Topic::of_cause(row.cause())/></strong>
                <small>{evidence_words(shop, &row)}</small>
                {said_at_till(&row).map(|said| view! { <small>{said}</small> })}
            </span>
            <Select label=causes.change options chosen=Signal::stored(row.said) choose/>
        </li>
    }
}

/// What the cashier said when the till warned, where the evidence is another.
fn said_at_till(row: &Row) -> Option<&'static str> {
    let is_evidence = row.said.is_none() && matches!(row.evidence, Some(Evidence::Said(_)));
    row.oversold.filter(|_| !is_evidence).map(said_words)
}

/// Whether a line's shortage is open.
fn is_open(shop: Shop, line: LineId) -> bool {
    untrack(|| {
        shop.read(|core| core.ledger.negatives().any(|(_, _, stock)| stock.shortages().any(|open| open.line == line)))
    })
}

/// The one rule that holds for an item in a shop and whoever is signed in, and why.
#[component]
pub fn RuleLine(
    /// Which item.
    item: ItemId,
    /// Which shop.
    #[prop(into)]
    at: Signal<ShopId>,
) -> impl IntoView {
    let shop = use_shop();
    let text = move || {
        let session = shop.session.get()?;
        let rule = shop.read(|core| {
            rule((&core.ledger, core.catalogue.tables()), (item, at.get()), (session.employee, session.mode))
        });
        Some((below_zero_words(rule), shop.sees_costs().then(|| cost_words(shop, rule.cost))))
    };
    view! {
        <section class="negative-rule" aria-label=words().ways_out.rule>
            <HelpBeside to=Topic::Costs><h2>{words().ways_out.rule}</h2></HelpBeside>
            <p>{move || text().map(|(below_zero, cost)| format!("{below_zero} {}", cost.unwrap_or_default()))}</p>
        </section>
    }
}

const fn below_zero_words(rule: Rule) -> &'static str {
    let words = &words().ways_out;
    match (rule.below_zero, rule.switched_since) {
        (BelowZero::NoStock, _) => words.rule_none,
        (BelowZero::Added, false) => words.rule_add,
        (BelowZero::Added, true) => words.rule_still_add,
        (BelowZero::Allowed, false) => words.rule_allow,
        (BelowZero::Allowed, true) => words.rule_still_allow,
        (BelowZero::WithApproval, _) => words.rule_pin,
        (BelowZero::Refused, _) => words.rule_not,
    }
}

fn cost_words(shop: Shop, cost: CostKnown) -> String {
    let (words, currency) = (&words().ways_out, shop.currency());
    match cost {
        CostKnown::Default(cost) => words.cost_default.with([&format::cost(cost, &currency)]),
        CostKnown::LastRecorded(cost) => words.cost_recorded.with([&format::cost(cost, &currency)]),
        CostKnown::LastReceived(cost) => words.cost_received.with([&format::cost(cost, &currency)]),
        CostKnown::No => words.cost_none.to_owned(),
    }
}

/// The item's ledger from shortly before it last fell below zero, with a running balance.
#[component]
fn Around(item: ItemId, at: ShopId, found: Memo<Vec<Episode>>) -> impl IntoView {
    let shop = use_shop();
    let lines = Memo::new(move |_| {
        let from = found.with(|found| found.first().map(|episode| episode.from));
        let all = shop.read(|core| item_card(&core.ledger, item, at));
        let Some(from) = from else { return Vec::new() };
        let since = all.iter().take_while(|(change, _)| change.at >= from).count();
        let skipped = since.saturating_sub(AROUND_MAX);
        all.into_iter().take(since + BEFORE).skip(skipped).collect::<Vec<(Change, Qty)>>()
    });
    let absorbed = Memo::new(move |_| shop.read(|core| core.ledger.absorbed(item, at)));
    let absorbed = move |line: LineId| absorbed.with(|absorbed| absorbed.get(&line).copied());
    let names = &words().changes;
    view! {
        <Show when=move || lines.with(|lines| !lines.is_empty())>
            <section class="negative-around" aria-label=words().ways_out.around>
                <h2>{words().ways_out.around}</h2>
                <table>
                    <thead><tr>
                        <th scope="col">{names.when}</th>
                        <th scope="col">{names.what}</th>
                        <th scope="col" class="number">{names.change}</th>
                        <th scope="col" class="number">{words().item.balance}</th>
                    </tr></thead>
                    <tbody>{move || lines.get().into_iter().map(|(change, on_hand)| view! {
                        <tr>
                            <td><time datetime=format::iso(change.at)>{format::moment(change.at)}</time></td>
                            <td><a href=Route::source(change.line).path()>{kind_words(change.kind)}</a>
                                {absorbed(change.line).map(|absorbed| view! { <WasCounted absorbed/> })}</td>
                            <td class="number"><Moved change/></td>
                            <td class="number"><Figure qty=Signal::stored(on_hand)/></td>
                        </tr>
                    }).collect_view()}</tbody>
                </table>
            </section>
        </Show>
    }
}

/// Every time it was negative, with what filled it and what that did to its cost.
#[component]
fn Before(found: Memo<Vec<Episode>>) -> impl IntoView {
    view! {
        <Show when=move || found.with(|found| !found.is_empty())>
            <section class="negative-before" aria-label=words().ways_out.before>
                <h2>{words().ways_out.before}</h2>
                {move || found.get().into_iter().map(|episode| view! { <EpisodeShown episode/> }).collect_view()}
            </section>
        </Show>
    }
}

/// One episode, to be opened.
#[component]
pub(super) fn EpisodeShown(episode: Episode) -> impl IntoView {
    let words = &words().ways_out;
    let title = match episode.until {
        Some(until) => {
            words.episode.with([&format::moment(episode.from), &format::moment(until), &format::qty(episode.deepest)])
        }
        None => words.episode_now.with([&format::moment(episode.from)]),
    };
    view! {
        <details class="negative-episode">
            <summary>{title}</summary>
            <ul>{episode.rows.into_iter().map(|row| view! { <Filled row/> }).collect_view()}</ul>
            {(episode.left_out > 0).then(|| view! { <p>{words.episode_left_out.of(episode.left_out, [])}</p> })}
        </details>
    }
}

#[component]
fn Filled(row: EpisodeRow) -> impl IntoView {
    let shop = use_shop();
    let (words, all) = (&words().ways_out, words());
    let (currency, open) = (shop.currency(), row.open());
    let restated =
        row.restated().map_or_else(|_| all.report.too_large.to_owned(), |cost| format::total_cost(cost, &currency));
    let costs = format!(
        "{}: {} · {}: {restated}",
        words.recorded,
        format::total_cost(row.recorded(), &currency),
        words.restated
    );
    view! {
        <li>
            <a href=Route::source(row.line).path()>{reason_words(row.reason)}</a>" "
            <time datetime=format::iso(row.since)>{format::moment(row.since)}</time>" "
            <strong>{format::qty(row.short)}</strong>
            <ul>
                {row.fills.into_iter().map(|fill| view! {
                    <li><a href=Route::source(fill.by).path()>{words.filled}</a>" "{format::qty(fill.qty)}</li>
                }).collect_view()}
                {open.is_positive().then(|| view! { <li>{words.not_filled}" "{format::qty(open)}</li> })}
            </ul>
            {move || shop.sees_costs().then(|| view! { <small>{costs.clone()}</small> })}
        </li>
    }
}
