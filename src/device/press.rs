//! Whether something is being pressed: nothing moves under a finger that is down.

use std::cell::Cell;
use std::rc::Rc;

use gloo_timers::callback::Timeout;

use super::listener::Listener;

/// A finger's click comes some time after it is lifted, and not at all where it was no tap.
const CLICK_WITHIN_MS: u32 = 500;
/// The longest that a press counts as one: a button that is let go of outside the page is not heard of.
const PRESS_MAX_MS: u32 = 2_000;

/// Tells whether something is being pressed, from when a finger or a button goes down until what it pressed has heard of it. None where there is no
/// page.
pub fn watch(tell: impl Fn(bool) + 'static) -> Option<[Listener; 4]> {
    let window = web_sys::window()?;
    let tell = Rc::new(tell);
    let ends = Rc::new(Cell::new(None::<Timeout>));
    let end_in = |after_ms: u32| {
        let (tell, ends) = (Rc::clone(&tell), Rc::clone(&ends));
        move || {
            let tell = Rc::clone(&tell);
            ends.set(Some(Timeout::new(after_ms, move || tell(false))));
        }
    };
    let (let_go, give_up, hold) = (end_in(CLICK_WITHIN_MS), end_in(0), end_in(PRESS_MAX_MS));
    let heard = Rc::clone(&tell);
    let down = Listener::on(&window, "pointerdown", move |_| {
        hold();
        tell(true);
    });
    let up = Listener::on(&window, "pointerup", move |_| let_go());
    let click = Listener::on(&window, "click", move |_| heard(false));
    let cancelled = Listener::on(&window, "pointercancel", move |_| give_up());
    Some([down, up, click, cancelled])
}
