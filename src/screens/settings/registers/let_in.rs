//! Letting another register in: the owner gets a code here, to be typed there.

use leptos::prelude::*;
use subzero_sync::wire::{OwnerSession, PairRequest};

use crate::screens::pair::RegisterForm;
use crate::screens::settings::owner::Owner;
use crate::shop::use_shop;
use crate::widgets::notice::{Notice, Tone};
use crate::words::words;

/// A code and the name of the register that it lets in.
#[derive(Clone)]
struct Made {
    code: String,
    register: String,
}

/// The section, once the owner has signed in.
#[component]
pub fn LetIn(
    /// The owner.
    owner: Owner,
) -> impl IntoView {
    let shop = use_shop();
    let made = RwSignal::new(None::<Made>);
    let ask = Callback::new(move |request: PairRequest| {
        let register = request.register.clone();
        let call = async move |remote: std::rc::Rc<crate::remote::Remote>, session: OwnerSession| {
            remote.pairing_code(&session, &request).await
        };
        owner.ask(shop, call, move |code| made.set(Some(Made { code: code.code, register })));
    });
    let shops = move || owner.session.with(|session| session.as_ref().map(|session| session.shops.clone()));
    view! {
        <section class="let-in" aria-label=words().pair.let_in>
            <h2>{words().pair.let_in}</h2>
            <p>{words().pair.let_in_intro}</p>
            {move || match made.get() {
                Some(made) => view! {
                    <Notice tone=Tone::Good title=words().pair.your_code.with([&made.register])>
                        <p><output class="figure">{made.code}</output></p>
                        <p>{words().pair.code_note}</p>
                    </Notice>
                }.into_any(),
                None => view! {
                    <RegisterForm shops=shops().unwrap_or_default() waiting=owner.waiting pair=ask does=words().pair.make_code/>
                }.into_any(),
            }}
        </section>
    }
}
