//! The owner signing in with their password, on the screens that ask the server for what only they may see.

use std::rc::Rc;

use leptos::prelude::*;
use leptos::task::spawn_local;
use subzero_ledger::entry::rights::Role;
use subzero_sync::fault::Failure;
use subzero_sync::wire::{OwnerSession, OwnerSignIn};

use crate::remote::{Refusal, Remote};
use crate::screens::pair::{OwnerForm, said, server, sign_in_at};
use crate::shop::{Shop, use_shop};
use crate::widgets::notice::{Notice, Tone};
use crate::words::words;

/// An owner who may have signed in: for as long as the screen is open, and no longer than the server lets them.
#[derive(Clone, Copy)]
pub struct Owner {
    /// Their session.
    pub session: RwSignal<Option<OwnerSession>>,
    /// What went wrong last.
    pub problem: RwSignal<Option<String>>,
    /// Whether the server is being asked.
    pub waiting: RwSignal<bool>,
}

impl Owner {
    /// Nobody yet.
    pub fn new() -> Self {
        Self { session: RwSignal::new(None), problem: RwSignal::new(None), waiting: RwSignal::new(false) }
    }

    /// Whether they have signed in.
    pub fn is_signed_in(self) -> bool {
        self.session.with(Option::is_some)
    }

    /// Asks the server as the owner, and goes on with its answer; else says why there is none. Whoever left the screen meanwhile hears nothing.
    pub fn ask<T>(
        self,
        shop: Shop,
        call: impl AsyncFnOnce(Rc<Remote>, OwnerSession) -> Result<T, Refusal> + 'static,
        then: impl FnOnce(T) + 'static,
    ) {
        let Some(session) = self.session.get_untracked() else { return };
        self.waiting.set(true);
        self.problem.set(None);
        spawn_local(async move {
            let answer = match server(shop) {
                Ok(remote) => call(remote, session).await.map_err(|refusal| self.refused(&refusal)),
                Err(sentence) => Err(sentence),
            };
            let is_gone = self.waiting.try_set(false).is_some();
            match answer {
                _ if is_gone => {}
                Ok(answer) => then(answer),
                Err(sentence) => self.problem.set(Some(sentence)),
            }
        });
    }

    /// The sentence that says why. A session that is over is none.
    fn refused(self, refusal: &Refusal) -> String {
        if refusal.failure == Failure::SignedOut {
            self.session.try_set(None);
            return words().registers.session_over.to_owned();
        }
        said(refusal)
    }

    fn sign_in(self, shop: Shop, sign_in: OwnerSignIn) {
        self.waiting.set(true);
        self.problem.set(None);
        spawn_local(async move {
            match sign_in_at(shop, &sign_in).await {
                Ok(session) => _ = self.session.try_set(Some(session)),
                Err(sentence) => _ = self.problem.try_set(Some(sentence)),
            }
            self.waiting.try_set(false);
        });
    }
}

/// What the owner sees once they have signed in, and until then the way to. Nobody else is shown either.
#[component]
pub fn ForOwner(
    /// The owner.
    owner: Owner,
    /// What they get by signing in.
    offer: &'static str,
    /// What they see then.
    #[prop(optional)]
    children: Option<ChildrenFn>,
) -> impl IntoView {
    let shop = use_shop();
    let sign_in = Callback::new(move |sign_in| owner.sign_in(shop, sign_in));
    let children = StoredValue::new(children);
    view! {
        <Show when=move || shop.role() == Role::Owner && !shop.is_practice()>
            {move || owner.problem.get().map(|problem| view! { <Notice tone=Tone::Bad title=problem/> })}
            <Show when=move || owner.is_signed_in() fallback=move || view! {
                <details class="owner-sign-in">
                    <summary>{offer}</summary>
                    <OwnerForm waiting=owner.waiting sign_in/>
                </details>
            }>{children.with_value(|children| children.as_ref().map(|children| children()))}</Show>
        </Show>
    }
}
