//! What a till says of its own clock before anything is recorded by it: figures go by when things happened.

use leptos::prelude::*;
use subzero_sync::devices::ClockState;

use crate::shop::use_shop;
use crate::widgets::band::{Band, while_not_pressed};
use crate::widgets::button::{Button, Kind};
use crate::widgets::dialog::Dialog;
use crate::widgets::notice::{Notice, Tone};
use crate::words::words;

/// On every screen, also before anybody has signed in, while the clock is off.
#[component]
pub fn ClockBand() -> impl IntoView {
    let shop = use_shop();
    let off = Memo::new(move |_| shop.clock_state().ahead_minutes());
    // A band that waits to go says what it said.
    let last = Memo::new(move |last: Option<&Option<i64>>| off.get().or(last.copied().flatten()));
    let title = Signal::derive(move || last.get().map(said).unwrap_or_default());
    view! {
        <Band when=Signal::derive(move || off.get().is_some())>
            <Notice tone=Tone::Warning title=title><p>{words().sync.clock_note}</p></Notice>
        </Band>
    }
}

/// Asked once whoever signs in while it is far off, and once it gets there: nothing keeps anybody from selling.
#[component]
pub fn ClockQuestion() -> impl IntoView {
    let shop = use_shop();
    let open = RwSignal::new(false);
    let far_off = while_not_pressed(Signal::derive(move || matches!(shop.clock_state(), ClockState::FarOff(_))));
    Effect::new(move |_| open.set(far_off.get()));
    let title = Signal::derive(move || shop.clock_state().ahead_minutes().map(said).unwrap_or_default());
    view! {
        <Dialog title open>
            <p>{words().sync.clock_note}</p>
            <p>{words().sync.clock_question}</p>
            <Button kind=Kind::Primary press=move |()| open.set(false)>{words().sync.clock_go_on}</Button>
        </Dialog>
    }
}

/// By how much a clock is off, to the nearest hour or day where it is that far.
pub fn how_far_off(minutes: i64) -> String {
    let words = &words().sync;
    let nearest = |unit: u64| minutes.unsigned_abs().saturating_add(unit / 2) / unit;
    let count = |unit: u64| usize::try_from(nearest(unit)).unwrap_or(usize::MAX);
    match minutes.unsigned_abs() {
        0..120 => words.clock_minutes.of(count(1), []),
        120..2_880 => words.clock_hours.of(count(60), []),
        _ => words.clock_days.of(count(1_440), []),
    }
}

fn said(minutes: i64) -> String {
    let (words, how_far) = (&words().sync, how_far_off(minutes));
    if minutes > 0 { words.clock_ahead.with([&how_far]) } else { words.clock_behind.with([&how_far]) }
}
