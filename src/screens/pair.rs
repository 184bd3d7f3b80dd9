//! Pairing this device: the owner signs in once, chooses the shop, and names the register; or somebody types the code that an owner made for it
//! elsewhere ([`let_in`]). And pairing it again, when the server no longer
//! takes its token: it stays who it is, and what it has not sent stays its own.

use std::rc::Rc;

use leptos::prelude::*;
use leptos::task::spawn_local;
use subzero_sync::wire::{OwnerSession, OwnerSignIn, PairRequest, ShopName};

use crate::device::home_screen;
use crate::remote::{Demo, Refusal, Remote};
use crate::screens::practice::Practise;
use crate::shop::{Shop, use_shop};
use crate::widgets::button::{Button, Kind};
use crate::widgets::field::{Field, TextField};
use crate::widgets::notice::{Notice, Tone};
use crate::words::{ToWords as _, words};

pub mod let_in;

/// The screen of a device that belongs to nobody yet.
#[component]
pub fn PairScreen() -> impl IntoView {
    let shop = use_shop();
    let demo = RwSignal::new(None::<Demo>);
    let owner = RwSignal::new(None::<OwnerSession>);
    let problem = RwSignal::new(None::<String>);
    let waiting = RwSignal::new(false);
    spawn_local(async move {
        // Without an answer there is no demo to offer; the form is there all the same.
        if let Some(remote) = shop.remote()
            && let Ok(about) = remote.about().await
        {
            demo.set(about.demo);
        }
    });
    let sign_in = Callback::new(move |sign_in: OwnerSignIn| {
        waiting.set(true);
        problem.set(None);
        spawn_local(async move {
            match sign_in_at(shop, &sign_in).await {
                Ok(session) => owner.set(Some(session)),
                Err(sentence) => problem.set(Some(sentence)),
            }
            waiting.set(false);
        });
    });
    let pair = Callback::new(move |request: PairRequest| {
        let Some(session) = owner.get_untracked() else { return };
        waiting.set(true);
        problem.set(None);
        spawn_local(async move {
            let paired = pair_with(shop, &session, &request).await;
            // On success this screen is gone, and its signals with it.
            problem.try_set(paired.err());
            waiting.try_set(false);
        });
    });
    let pair_by_code = Callback::new(move |code: String| {
        waiting.set(true);
        problem.set(None);
        spawn_local(async move {
            let paired = pair_with_code(shop, code).await;
            problem.try_set(paired.err());
            waiting.try_set(false);
        });
    });
    let try_out = Callback::new(move |demo: Demo| {
        waiting.set(true);
        problem.set(None);
        spawn_local(async move {
            let paired = pair_demo(shop, demo).await;
            problem.try_set(paired.err());
            waiting.try_set(false);
        });
    });
    view! {
        <main class="pair">
            <h1>{words().common.app}</h1>
            <Show when=move || shop.evicted.with(Option::is_some) fallback=|| view! { <p>{words().pair.intro}</p> }><Cleared/></Show>
            {home_screen::is_elsewhere().then(|| view! { <p class="pair-note">{words().pair.home_screen_first}</p> })}
            {move || problem.get().map(|problem| view! { <Notice tone=Tone::Bad title=problem/> })}
            {move || match owner.get() {
                None if shop.evicted.with(Option::is_some) => ().into_any(),
                None => view! { <OwnerForm waiting sign_in/><CodeForm waiting pair_by_code/><DemoWays demo waiting sign_in try_out/><Practise text=words().practice.first/> }.into_any(),
                Some(session) => view! { <RegisterForm shops=session.shops waiting pair does=words().pair.pair/> }.into_any(),
            }}
        </main>
    }
}

/// The browser has cleared what this register had kept: it is paired again as the one it was.
#[component]
fn Cleared() -> impl IntoView {
    let shop = use_shop();
    let problem = RwSignal::new(None::<String>);
    let waiting = RwSignal::new(false);
    let name = move || shop.evicted.with(|mark| mark.as_ref().map(|mark| mark.register.clone())).unwrap_or_default();
    let sign_in = Callback::new(move |owner: OwnerSignIn| {
        let Some(mark) = shop.evicted.get_untracked() else { return };
        waiting.set(true);
        problem.set(None);
        spawn_local(async move {
            let request = PairRequest {
                shop: mark.shop,
                register: mark.register,
                again: Some(mark.device),
                account: mark.account_key,
            };
            let paired = pair_cleared(shop, &owner, &request).await;
            problem.try_set(paired.err());
            waiting.try_set(false);
        });
    });
    view! {
        <Notice tone=Tone::Warning title=Signal::derive(move || words().pair.cleared.with([&name()]))>
            <p>{words().pair.cleared_note}</p>
        </Notice>
        {move || problem.get().map(|problem| view! { <Notice tone=Tone::Bad title=problem/> })}
        <OwnerForm waiting sign_in/>
        <Button kind=Kind::Quiet press=move |()| shop.evicted.set(None)>{words().pair.as_another}</Button>
    }
}

/// The form that lets a device in again.
#[component]
pub fn PairAgain() -> impl IntoView {
    let shop = use_shop();
    let problem = RwSignal::new(None::<String>);
    let waiting = RwSignal::new(false);
    let sign_in = Callback::new(move |owner: OwnerSignIn| {
        let Some(known) = shop.paired.get_untracked() else { return };
        waiting.set(true);
        problem.set(None);
        spawn_local(async move {
            let request = PairRequest {
                shop: known.shop,
                register: known.register,
                again: Some(known.device),
                account: known.account_key,
            };
            let paired = pair_again(shop, &owner, &request).await;
            problem.try_set(paired.err());
            waiting.try_set(false);
        });
    });
    view! {
        <section class="pair-again" aria-label=words().pair.again>
            <h2>{words().pair.again}</h2>
            <p>{words().pair.again_intro}</p>
            {move || problem.get().map(|problem| view! { <Notice tone=Tone::Bad title=problem/> })}
            <OwnerForm waiting sign_in/>
        </section>
    }
}

/// The server; in practice there is none to be reached.
fn server(shop: Shop) -> Result<Rc<Remote>, String> {
    shop.remote().ok_or_else(|| words().pair.unreachable.to_owned())
}

async fn sign_in_at(shop: Shop, owner: &OwnerSignIn) -> Result<OwnerSession, String> {
    server(shop)?.sign_in(owner).await.map_err(|refusal| said(&refusal))
}

async fn pair_again(shop: Shop, owner: &OwnerSignIn, request: &PairRequest) -> Result<(), String> {
    let session = sign_in_at(shop, owner).await?;
    let paired = server(shop)?.pair(&session, request).await.map_err(|refusal| said(&refusal))?;
    shop.pair_again(paired).await.map_err(|error| error.to_words())
}

async fn pair_cleared(shop: Shop, owner: &OwnerSignIn, request: &PairRequest) -> Result<(), String> {
    let session = sign_in_at(shop, owner).await?;
    pair_with(shop, &session, request).await
}

/// Pairs this device and keeps who it is; else the sentence that says why not.
async fn pair_with(shop: Shop, session: &OwnerSession, request: &PairRequest) -> Result<(), String> {
    if let Some(paired) = shop.known_pairing().await.map_err(|error| error.to_words())? {
        // Another tab was quicker.
        return shop.pair(paired).await.map_err(|error| error.to_words());
    }
    let paired = server(shop)?.pair(session, request).await.map_err(|refusal| said(&refusal))?;
    shop.pair(paired).await.map_err(|error| error.to_words())
}

/// Pairs this device by a code and keeps who it is; else the sentence that says why not.
async fn pair_with_code(shop: Shop, code: String) -> Result<(), String> {
    if let Some(paired) = shop.known_pairing().await.map_err(|error| error.to_words())? {
        // Another tab was quicker.
        return shop.pair(paired).await.map_err(|error| error.to_words());
    }
    let paired = server(shop)?.pair_by_code(code).await.map_err(|refusal| said(&refusal))?;
    shop.pair(paired).await.map_err(|error| error.to_words())
}

/// Makes this device a till of the demo account's first shop.
async fn pair_demo(shop: Shop, demo: Demo) -> Result<(), String> {
    let sign_in = OwnerSignIn { email: demo.email, password: demo.password };
    let session = sign_in_at(shop, &sign_in).await?;
    let first = session.shops.first().map(|shop| shop.id).ok_or(words().pair.demo_no_shop)?;
    pair_with(
        shop,
        &session,
        &PairRequest { shop: first, register: words().pair.demo_till.to_owned(), again: None, account: None },
    )
    .await
}

fn said(refusal: &Refusal) -> String {
    match &refusal.said {
        Some(error) => error.message.clone(),
        None => words().pair.unreachable.to_owned(),
    }
}

#[component]
fn OwnerForm(waiting: RwSignal<bool>, sign_in: Callback<OwnerSignIn>) -> impl IntoView {
    let email = RwSignal::new(String::new());
    let password = RwSignal::new(String::new());
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        sign_in.run(OwnerSignIn { email: email.get_untracked(), password: password.get_untracked() });
    };
    view! {
        <form class="pair-form" on:submit=submit>
            <Field label=words().pair.email>
                <input type="email" required autocomplete="username" bind:value=email/>
            </Field>
            <Field label=words().pair.password>
                <input type="password" required autocomplete="current-password" bind:value=password/>
            </Field>
            <Button kind=Kind::Primary busy=waiting>{words().pair.go_on}</Button>
        </form>
    }
}

/// The way in for whoever has a code from the owner.
#[component]
fn CodeForm(waiting: RwSignal<bool>, pair_by_code: Callback<String>) -> impl IntoView {
    let code = RwSignal::new(String::new());
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        pair_by_code.run(code.get_untracked());
    };
    view! {
        <form class="pair-form" aria-label=words().pair.with_code on:submit=submit>
            <h2>{words().pair.with_code}</h2>
            <TextField label=words().pair.code value=code chars_max=20 required=true hint=words().pair.code_hint/>
            <Button busy=waiting>{words().pair.pair_with_code}</Button>
        </form>
    }
}

/// What a server with a demo account offers besides.
#[component]
fn DemoWays(
    demo: RwSignal<Option<Demo>>,
    waiting: RwSignal<bool>,
    sign_in: Callback<OwnerSignIn>,
    try_out: Callback<Demo>,
) -> impl IntoView {
    view! {
        {move || demo.get().map(|demo| {
            let owner = OwnerSignIn { email: demo.email.clone(), password: demo.password.clone() };
            view! {
                <Button busy=waiting press=move |()| try_out.run(demo.clone())>{words().pair.try_demo}</Button>
                <Button kind=Kind::Quiet busy=waiting press=move |()| sign_in.run(owner.clone())>{words().pair.use_demo}</Button>
            }
        })}
    }
}

/// Where a register stands and what it is called.
#[component]
fn RegisterForm(
    shops: Vec<ShopName>,
    waiting: RwSignal<bool>,
    pair: Callback<PairRequest>,
    /// What the button says.
    does: &'static str,
) -> impl IntoView {
    let register = RwSignal::new(String::new());
    let chosen = RwSignal::new(shops.first().map(|shop| shop.id));
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if let Some(shop) = chosen.get_untracked() {
            pair.run(PairRequest { shop, register: register.get_untracked(), again: None, account: None });
        }
    };
    view! {
        <form class="pair-form" on:submit=submit>
            <fieldset class="pair-shops">
                <legend>{words().pair.where_is_it}</legend>
                {shops.into_iter().map(|shop| view! {
                    <label class="choice">
                        <input type="radio" name="shop" prop:checked=move || chosen.get() == Some(shop.id)
                            on:change=move |_| chosen.set(Some(shop.id))/>
                        <span>{shop.name}</span>
                    </label>
                }).collect_view()}
            </fieldset>
            <TextField label=words().pair.register value=register chars_max=40 required=true hint=words().pair.register_example/>
            <Button kind=Kind::Primary busy=waiting>{does}</Button>
        </form>
    }
}
