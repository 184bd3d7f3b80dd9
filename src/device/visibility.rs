//! Whether people can see this tab. One that they cannot see is slowed down by the browser, and may be frozen.

use web_sys::VisibilityState;

/// Whether they can; where there is no page to be seen, they cannot.
pub fn is_visible() -> bool {
    let document = web_sys::window().and_then(|window| window.document());
    document.is_some_and(|document| document.visibility_state() == VisibilityState::Visible)
}
