//! The gallery: every widget in every state, on one page of a development build. It needs no account, no storage and no server; what is
//! seen here is what the screens are made of.

use std::time::Duration;

use leptos::prelude::*;
use subzero_ledger::catalogue::Scanned;
use subzero_ledger::quantity::Qty;
use subzero_till::standing::Network;

use crate::device::display::{Contrast, Display, Theme};
use crate::format;
use crate::screens::help::Topic;
use crate::widgets::band::{self, Band};
use crate::widgets::button::{Button, Kind};
use crate::widgets::card::Card;
use crate::widgets::chips::{Chip, Choice};
use crate::widgets::dialog::{Dialog, Shape};
use crate::widgets::field::TextField;
use crate::widgets::figure::Figure;
use crate::widgets::figure_field::{CodeReader, Entered};
use crate::widgets::help_link::{HelpBeside, HelpLink};
use crate::widgets::money_field::MoneyField;
use crate::widgets::network_pill::NetworkPill;
use crate::widgets::notice::{Notice, Tone};
use crate::widgets::number_pad::NumberPad;
use crate::widgets::rows::{Row, RowLink};
use crate::widgets::search_field::SearchField;
use crate::widgets::select::Select;
use crate::widgets::state::{Empty, Failed, Skeleton};
use crate::widgets::stepper::Stepper;
use crate::widgets::toasts::{Toaster, Toasts, use_toaster};
use crate::widgets::virtual_table::{Column, VirtualTable};

/// How many rows the long table has.
const ROWS: usize = 1_000_000;

/// The page.
#[component]
pub fn Gallery() -> impl IntoView {
    provide_context(Toaster::default());
    band::provide_pressed();
    provide_context(CodeReader(Callback::new(Entered::Figure)));
    let display = RwSignal::new(Display::default());
    Effect::new(move |_| display.get().apply());
    let themes = [(Theme::System, "System"), (Theme::Light, "Light"), (Theme::Dark, "Dark")];
    let contrasts = [(Contrast::System, "Normal"), (Contrast::High, "High")];
    view! {
        <main class="gallery">
            <h1>"Widgets"</h1>
            <Choice label="Theme" options=themes.map(|(theme, name)| (theme, name.to_owned())).to_vec()
                chosen=Signal::derive(move || display.get().theme)
                choose=move |theme| display.update(|display| display.theme = theme)/>
            <Choice label="Contrast" options=contrasts.map(|(contrast, name)| (contrast, name.to_owned())).to_vec()
                chosen=Signal::derive(move || display.get().contrast)
                choose=move |contrast| display.update(|display| display.contrast = contrast)/>
            <Buttons/>
            <Fields/>
            <Figures/>
            <Chips/>
            <Dialogs/>
            <States/>
            <Cards/>
            <Lists/><LongTable/>
            <Toasts/>
        </main>
    }
}

#[component]
fn Buttons() -> impl IntoView {
    let pressed = RwSignal::new(0);
    view! {
        <section aria-label="Buttons">
            <h2>"Buttons"</h2>
            <div class="chips">
                {[(Kind::Plain, "Plain"), (Kind::Primary, "Primary"), (Kind::Quiet, "Quiet"), (Kind::Danger, "Danger")].map(|(kind, name)| view! {
                    <Button kind press=move |()| pressed.update(|pressed| *pressed += 1)>{name}</Button>
                }).collect_view()}
                <Button kind=Kind::Primary large=true press=move |()| pressed.update(|pressed| *pressed += 1)>"Large"</Button>
                <Button disabled=true press=move |()| pressed.update(|pressed| *pressed += 1)>"Disabled"</Button>
                <Button busy=true press=move |()| pressed.update(|pressed| *pressed += 1)>"Busy"</Button>
            </div>
            <output aria-label="Pressed">{pressed}</output>
            <div class="chips">
                <NetworkPill state=Network::Online/>
                <NetworkPill state=Network::Sending(3)/>
                <NetworkPill state=Network::Offline(0)/>
                <NetworkPill state=Network::Offline(12)/>
                <NetworkPill state=Network::Attention(2) to="/gallery#attention"/>
            </div>
            <HelpBeside to=Topic::Report><h3>"A heading with help"</h3></HelpBeside>
            <p>"A line with help"<HelpLink to=Topic::Costs/></p>
        </section>
    }
}

#[component]
fn Fields() -> impl IntoView {
    let (name, price, search) =
        (RwSignal::new("Mug".to_owned()), RwSignal::new("9.50".to_owned()), RwSignal::new(String::new()));
    let problem = Signal::derive(move || name.with(|name| name.trim().is_empty().then(|| "Enter a name.".to_owned())));
    let wrong = Signal::derive(move || format::typed_amount(&price.get()).err().map(|_| "Enter an amount.".to_owned()));
    view! {
        <section aria-label="Fields">
            <h2>"Fields"</h2>
            <TextField label="Name" value=name hint="What people call it" problem/>
            <TextField label="Locked" value=RwSignal::new("Cannot be changed".to_owned()) disabled=true/>
            <MoneyField label="Price" value=price currency="GBP" problem=wrong/>
            <SearchField label="Search" value=search/>
            <output aria-label="Searched">{search}</output>
        </section>
    }
}

#[component]
fn Figures() -> impl IntoView {
    let qty = RwSignal::new(Qty::ONE);
    let typed = RwSignal::new(String::new());
    let step = move |by: Qty| qty.update(|qty| *qty = qty.checked_add(by).unwrap_or(*qty));
    let set = Callback::new(move |text: String| {
        if let Ok(typed) = format::typed(&text) {
            qty.set(typed);
        }
    });
    view! {
        <section aria-label="Figures">
            <h2>"Figures"</h2>
            <p><Figure qty=Qty::from_units(12)/>" · "<Figure qty=Qty::from_units(3).negated()/></p>
            <Stepper of="mugs" value=Signal::derive(move || format::field(&qty.get()))
                less=move |()| step(Qty::ONE.negated()) more=move |()| step(Qty::ONE) typed=set
                scanned=Callback::new(|_: Scanned| ()) unknown=Callback::new(|_: String| ())/>
            <Stepper of="nothing" value="0" less=|()| () more=|()| () typed=Callback::new(|_: String| ())
                scanned=Callback::new(|_: Scanned| ()) unknown=Callback::new(|_: String| ()) disabled=true/>
            <output aria-label="Typed">{typed}</output>
            <NumberPad value=typed label="Amount"/>
            <NumberPad value=RwSignal::new(String::new()) label="Closed pad" disabled=true/>
        </section>
    }
}

#[component]
fn Chips() -> impl IntoView {
    let (chosen, on) = (RwSignal::new(1), RwSignal::new(false));
    let options = || vec![(1, "One".to_owned()), (2, "Two".to_owned()), (3, "Three".to_owned())];
    view! {
        <section aria-label="Chips">
            <h2>"Chips"</h2>
            <Choice label="How many" options=options() chosen choose=move |option| chosen.set(option)/>
            <Choice label="Closed" options=options() chosen=2 choose=|_| () disabled=true/>
            <div class="chips">
                <Chip pressed=Signal::derive(move || Some(on.get())) press=move |()| on.update(|on| *on = !*on)>"On or off"</Chip>
                <Chip press=|()| () disabled=true>"Disabled chip"</Chip>
            </div>
        </section>
    }
}

#[component]
fn Dialogs() -> impl IntoView {
    let (dialog, sheet) = (RwSignal::new(false), RwSignal::new(false));
    let toaster = use_toaster();
    let undone = RwSignal::new(0);
    view! {
        <section aria-label="Dialogs">
            <h2>"Dialogs"</h2>
            <div class="chips">
                <Button press=move |()| dialog.set(true)>"Open dialog"</Button>
                <Button press=move |()| sheet.set(true)>"Open sheet"</Button>
                <Button press=move |()| toaster.say("Saved")>"Say it"</Button>
                <Button press=move |()| toaster.say_with_undo("Removed", Callback::new(move |()| undone.update(|undone| *undone += 1)))>"Say it with undo"</Button>
            </div>
            <output aria-label="Undone">{undone}</output>
            <Dialog title="A question" open=dialog>
                <p>"Close this register?"</p>
                <div class="dialog-actions"><Button kind=Kind::Danger press=move |()| dialog.set(false)>"Close it"</Button></div>
            </Dialog>
            <Dialog title="More" open=sheet shape=Shape::Sheet>
                <TextField label="Inside" value=RwSignal::new(String::new())/>
            </Dialog>
        </section>
    }
}

#[component]
fn States() -> impl IntoView {
    let (tries, presses, is_wanted) = (RwSignal::new(0), RwSignal::new(0), RwSignal::new(false));
    let want_soon = move |_| set_timeout(move || is_wanted.set(true), Duration::ZERO);
    view! {
        <section aria-label="States">
            <h2>"States"</h2>
            <Skeleton rows=2/>
            <Empty text="Nothing here yet."/>
            <Failed text="It cannot be read." retry=move |()| tries.update(|tries| *tries += 1)/>
            <output aria-label="Tries">{tries}</output>
            <Band when=is_wanted><Notice tone=Tone::Warning title="A band"><p>"It comes while the button is pressed."</p></Notice></Band>
            <div on:pointerdown=want_soon>
                <Button press=move |()| presses.update(|presses| *presses += 1)>"Press below a band"</Button>
            </div>
            <output aria-label="Wanted">{is_wanted}</output>
            <output aria-label="Presses">{presses}</output>
            {[(Tone::Plain, "Plain"), (Tone::Good, "Good"), (Tone::Warning, "Warning")].map(|(tone, name)| view! {
                <Notice tone title=format!("{name} notice")><p>"What follows."</p></Notice>
            }).collect_view()}
        </section>
    }
}

#[component]
fn Cards() -> impl IntoView {
    let card = |name: &'static str, qty: Qty| {
        view! {
            <Card
                top=view! { <h3>{name}</h3><Figure qty=qty/> }.into_any()
                actions=view! { <Button press=|()| ()>"Receive"</Button> }.into_any()
            ><p>"High Street"</p></Card>
        }
    };
    view! {
        <section aria-label="Cards">
            <h2>"Cards"</h2>
            <div class="cards">{card("Bakery mug", Qty::from_units(3).negated())}{card("Cheddar, loose (kg)", Qty::from_thousandths(1_250))}</div>
        </section>
    }
}

#[component]
fn Lists() -> impl IntoView {
    let size = RwSignal::new(2_u8);
    let sizes = vec![(1_u8, "Small".to_owned()), (2, "Middle".to_owned()), (3, "Large".to_owned())];
    view! {
        <section aria-label="Lists">
            <h2>"Lists"</h2>
            <Select label="Size" options=Signal::stored(sizes) chosen=size choose=move |chosen| size.set(chosen)/>
            <Select label="Wrong" options=Signal::stored(vec![((), "None".to_owned())]) chosen=() choose=|()| () problem=Some("Choose one.".to_owned())/>
            <output aria-label="Chosen">{size}</output>
            <ul class="rows">
                <RowLink to="/gallery#row" name="Order 1-1-1" note="Harbour Wholesale" tag="Ordered" figure="2 items"/>
                <Row name="Bakery mug" note="6 ordered, 4 received, 2 to come" figure="£18.60"/>
                <Row name="Croissant"/>
            </ul>
        </section>
    }
}

#[component]
fn LongTable() -> impl IntoView {
    let rows = RwSignal::new(ROWS);
    let cells = |row: usize| {
        view! {
            <td>{format!("Adjustment {}", format::count(row + 1))}</td>
            <td>"Bakery mug"</td>
            <td class="number"><Figure qty=Qty::from_units(u32::try_from(row % 7).unwrap_or_default()).negated()/></td>
        }
        .into_any()
    };
    view! {
        <section aria-label="Tables">
            <h2>"A table of a million rows"</h2>
            <div class="gallery-table">
                <VirtualTable label="Adjustments" rows empty="Nothing matches."
                    columns=vec![Column::words("What"), Column::words("Item"), Column::figures("Quantity")] cells/>
            </div>
            <div class="chips">
                <Button press=move |()| rows.set(ROWS)>"A million rows"</Button>
                <Button press=move |()| rows.set(7)>"Seven rows"</Button>
                <Button press=move |()| rows.set(0)>"No rows"</Button>
            </div>
        </section>
    }
}
