//! The home screen of an iPad or iPhone. What is opened from there keeps its data apart from Safari's, and for good.

use js_sys::Reflect;

/// Whether this is a device that has one, and the page was not opened from there. Only such a device knows the question.
pub fn is_elsewhere() -> bool {
    let navigator = web_sys::window().map(|window| window.navigator());
    let standalone = navigator.and_then(|navigator| Reflect::get(&navigator, &"standalone".into()).ok());
    standalone.and_then(|standalone| standalone.as_bool()) == Some(false)
}
