//! Help: what there is to read, and one page of it. All of it is in the page, so it is there with no network.

use leptos::prelude::*;
use leptos::task::spawn_local;
use subzero_ledger::catalogue::Helped;
use subzero_ledger::entry::Change;
use subzero_ledger::entry::rights::Role;
use subzero_ledger::ids::ShopId;

use crate::routes::Route;
use crate::screens::practice::Practise;
use crate::shop::use_shop;
use crate::widgets::button::Button;
use crate::widgets::toasts::use_toaster;
use crate::words::help::Says;
use crate::words::{ToWords as _, words};

mod topic;

pub use topic::Topic;

/// All pages.
#[component]
pub fn HelpScreen() -> impl IntoView {
    let words = &words().help;
    let parts = [
        (words.basics, Topic::BASICS.to_vec()),
        (words.ways, Topic::WAYS.to_vec()),
        (words.causes, Topic::CAUSES.to_vec()),
    ];
    view! {
        <div class="help">
            <h1>{words.title}</h1>
            <p>{words.intro}</p>
            {parts.map(|(name, topics)| view! {
                <section>
                    <h2>{name}</h2>
                    <ul class="rows">{topics.into_iter().map(|topic| view! { <TopicRow topic/> }).collect_view()}</ul>
                </section>
            })}
        </div>
    }
}

/// A page to be chosen. Owners see how many it helped.
#[component]
fn TopicRow(topic: Topic) -> impl IntoView {
    let shop = use_shop();
    let counts = move || {
        let helped = shop.read_catalogue(|catalogue| catalogue.feedback.helped(topic.name()));
        (shop.role() == Role::Owner && helped != Helped::default()).then(|| helped_words(helped))
    };
    view! {
        <li><a class="row help-row" href=Route::Help(Some(topic)).path()>
            <span class="row-name">{topic.page().title}</span>
            {move || counts().map(|counts| view! { <span class="row-note">{counts}</span> })}
        </a></li>
    }
}

fn helped_words(helped: Helped) -> String {
    let all = words();
    all.common.parts.with([&all.help.yes.of(helped.yes, []), &all.help.no.of(helped.no, [])])
}

/// One page.
#[component]
pub fn HelpPageScreen(
    /// Which.
    topic: Topic,
) -> impl IntoView {
    let shop = use_shop();
    let (page, words) = (topic.page(), &words().help);
    let (screen, screen_name) = topic.screen();
    view! {
        <article class="help">
            <a class="back" href=Route::Help(None).path()>{words.title}</a>
            <h1>{page.title}</h1>
            <div class="help-says">{page.says.iter().map(said).collect_view()}</div>
            {(topic == Topic::Practising).then(|| view! { <Practise text=words.begin_practice/> })}
            <Show when=move || !shop.is_practice()><Helpful topic/></Show>
            <nav class="help-on" aria-label=words.related>
                <h2>{words.related}</h2>
                <ul>{topic.related().iter().map(|topic| view! {
                    <li><a href=Route::Help(Some(*topic)).path()>{topic.page().title}</a></li>
                }).collect_view()}</ul>
                <h2>{words.go}</h2>
                <p><a class="button" href=screen.path()>{screen_name}</a></p>
            </nav>
        </article>
    }
}

fn said(says: &Says) -> AnyView {
    let points =
        |points: &'static [&'static str]| points.iter().map(|point| view! { <li>{*point}</li> }).collect_view();
    match *says {
        Says::Text(text) => view! { <p>{text}</p> }.into_any(),
        Says::Heading(text) => view! { <h2>{text}</h2> }.into_any(),
        Says::Points(all) => view! { <ul>{points(all)}</ul> }.into_any(),
        Says::Steps(all) => view! { <ol>{points(all)}</ol> }.into_any(),
        Says::Example(text) => {
            view! { <p class="help-aside"><strong>{words().help.example}</strong>{text}</p> }.into_any()
        }
        Says::Careful(text) => {
            view! { <p class="help-aside" data-tone="warning"><strong>{words().help.careful}</strong>{text}</p> }
                .into_any()
        }
    }
}

/// The question whether it helped; what somebody said is kept with the account, and can be said otherwise.
#[component]
fn Helpful(topic: Topic) -> impl IntoView {
    let (shop, toaster) = (use_shop(), use_toaster());
    let (names, common) = (&words().help, &words().common);
    let answer = move || {
        let employee = shop.session.get()?.employee;
        shop.read_catalogue(|catalogue| catalogue.feedback.of(topic.name(), employee))
    };
    let say = move |helpful: bool| {
        spawn_local(async move {
            let change = move || vec![Change::Feedback { page: topic.name().to_owned(), helpful }];
            if let Err(error) = shop.enter(ShopId::OFFICE, |desk| desk.change(change())).await {
                toaster.say(error.to_words());
            }
        });
    };
    let counts = move || {
        let helped = shop.read_catalogue(|catalogue| catalogue.feedback.helped(topic.name()));
        (shop.role() == Role::Owner && helped != Helped::default()).then(|| helped_words(helped))
    };
    let busy = Signal::derive(move || shop.is_recording());
    view! {
        <section class="help-helpful" aria-label=names.was_helpful>
            <h2>{names.was_helpful}</h2>
            <Button busy press=move |()| say(true)>{common.yes}</Button>
            <Button busy press=move |()| say(false)>{common.no}</Button>
            <span role="status">{move || answer().map(|helpful| if helpful { names.said_yes } else { names.said_no })}</span>
            {move || counts().map(|counts| view! { <small>{counts}</small> })}
        </section>
    }
}
