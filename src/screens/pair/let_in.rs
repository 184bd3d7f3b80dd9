//! Letting another register in: an owner signs in here, where they may type their password, and gets a code to type there.

use leptos::prelude::*;
use leptos::task::spawn_local;
use subzero_sync::wire::{OwnerSession, OwnerSignIn, PairRequest};

use super::{OwnerForm, RegisterForm, said, server, sign_in_at};
use crate::shop::{Shop, use_shop};
use crate::widgets::notice::{Notice, Tone};
use crate::words::words;

/// A code and the name of the register that it lets in.
#[derive(Clone)]
struct Made {
    code: String,
    register: String,
}

/// The section of the settings.
#[component]
pub fn LetIn() -> impl IntoView {
    let shop = use_shop();
    let owner = RwSignal::new(None::<OwnerSession>);
    let made = RwSignal::new(None::<Made>);
    let problem = RwSignal::new(None::<String>);
    let waiting = RwSignal::new(false);
    let sign_in = Callback::new(move |sign_in: OwnerSignIn| {
        waiting.set(true);
        problem.set(None);
        spawn_local(async move {
            // Whoever left the screen meanwhile hears nothing.
            match sign_in_at(shop, &sign_in).await {
                Ok(session) => _ = owner.try_set(Some(session)),
                Err(sentence) => _ = problem.try_set(Some(sentence)),
            }
            waiting.try_set(false);
        });
    });
    let ask = Callback::new(move |request: PairRequest| {
        let Some(session) = owner.get_untracked() else { return };
        waiting.set(true);
        problem.set(None);
        spawn_local(async move {
            match make_code(shop, &session, request).await {
                Ok(code) => _ = made.try_set(Some(code)),
                Err(sentence) => _ = problem.try_set(Some(sentence)),
            }
            waiting.try_set(false);
        });
    });
    view! {
        <details class="pair-again">
            <summary>{words().pair.let_in}</summary>
            <p>{words().pair.let_in_intro}</p>
            {move || problem.get().map(|problem| view! { <Notice tone=Tone::Bad title=problem/> })}
            {move || match (made.get(), owner.get()) {
                (Some(made), _) => view! {
                    <Notice tone=Tone::Good title=words().pair.your_code.with([&made.register])>
                        <p><output class="figure">{made.code}</output></p>
                        <p>{words().pair.code_note}</p>
                    </Notice>
                }.into_any(),
                (None, Some(session)) => view! {
                    <RegisterForm shops=session.shops waiting pair=ask does=words().pair.make_code/>
                }.into_any(),
                (None, None) => view! { <OwnerForm waiting sign_in/> }.into_any(),
            }}
        </details>
    }
}

async fn make_code(shop: Shop, session: &OwnerSession, request: PairRequest) -> Result<Made, String> {
    let made = server(shop)?.pairing_code(session, &request).await.map_err(|refusal| said(&refusal))?;
    Ok(Made { code: made.code, register: request.register })
}
