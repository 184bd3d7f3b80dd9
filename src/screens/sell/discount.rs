//! Taking something off: a part of a hundred, or an amount.

use leptos::prelude::*;
use subzero_ledger::cart::{Discount, Percent};
use subzero_ledger::money::{Amount, Price};

use crate::format;
use crate::shop::use_shop;
use crate::widgets::button::{Button, Kind};
use crate::widgets::chips::Choice;
use crate::widgets::dialog::{Dialog, Shape};
use crate::widgets::field::Field;
use crate::widgets::number_pad::NumberPad;
use crate::words::{ToWords as _, words};

#[derive(Clone, Copy, PartialEq, Eq)]
enum Unit {
    Percent,
    Money,
}

/// The sheet.
#[component]
pub fn DiscountSheet(
    /// What something is taken off.
    #[prop(into)]
    title: Signal<String>,
    /// Whether it is open.
    open: RwSignal<bool>,
    /// What is taken off now.
    #[prop(into)]
    holds: Signal<Option<Discount>>,
    /// Called with what is to be taken off.
    #[prop(into)]
    save: Callback<Option<Discount>>,
) -> impl IntoView {
    view! {
        <Dialog title open shape=Shape::Sheet>
            <DiscountForm title open holds save/>
        </Dialog>
    }
}

#[component]
fn DiscountForm(
    title: Signal<String>,
    open: RwSignal<bool>,
    holds: Signal<Option<Discount>>,
    save: Callback<Option<Discount>>,
) -> impl IntoView {
    let shop = use_shop();
    let (unit, text) = match holds.get_untracked() {
        None => (Unit::Percent, String::new()),
        Some(Discount::Percent(percent)) => (Unit::Percent, format::field(&hundredths(percent))),
        Some(Discount::Amount(amount)) => (Unit::Money, format::field(&amount)),
    };
    let (unit, text, problem) = (RwSignal::new(unit), RwSignal::new(text), RwSignal::new(None::<String>));
    let units =
        vec![(Unit::Percent, "%".to_owned()), (Unit::Money, format::currency_sign(&untrack(|| shop.currency())))];
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        match read(unit.get_untracked(), &text.get_untracked()) {
            Ok(discount) => {
                save.run(Some(discount));
                open.set(false);
            }
            Err(sentence) => problem.set(Some(sentence)),
        }
    };
    let none = move |()| {
        save.run(None);
        open.set(false);
    };
    view! {
        <form class="sell-discount" on:submit=submit>
            <Choice label=words().sell.discount_in options=units chosen=unit choose=move |chosen| unit.set(chosen)/>
            <Field label=words().sell.discount problem>
                <input type="text" inputmode="decimal" autocomplete="off" prop:value=text
                    on:input=move |event| { problem.set(None); text.set(event_target_value(&event)); }/>
            </Field>
            <NumberPad value=text label=title/>
            <div class="dialog-actions">
                <Button kind=Kind::Quiet press=none>{words().sell.no_discount}</Button>
                <Button kind=Kind::Primary>{words().sell.take_off}</Button>
            </div>
        </form>
    }
}

/// A percentage as a decimal: 1250 hundredths are 12.5.
fn hundredths(percent: Percent) -> Price {
    Price::from_ten_thousandths(i64::from(percent.hundredths()) * 100)
}

fn read(unit: Unit, text: &str) -> Result<Discount, String> {
    let figure: Price = format::typed(text).map_err(|error| error.to_words())?;
    let refused = || words().sell.discount_problem.to_owned();
    if figure.ten_thousandths() <= 0 {
        return Err(refused());
    }
    match unit {
        Unit::Percent => {
            let whole = (figure.ten_thousandths() % 100 == 0).then_some(figure.ten_thousandths() / 100);
            let hundredths = whole.and_then(|hundredths| u16::try_from(hundredths).ok());
            hundredths.and_then(Percent::from_hundredths).map(Discount::Percent).ok_or_else(refused)
        }
        Unit::Money => {
            let amount: Amount = format::typed_amount(text).map_err(|error| error.to_words())?;
            Ok(Discount::Amount(amount))
        }
    }
}
