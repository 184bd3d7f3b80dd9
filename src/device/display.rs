//! How this device shows the page: light or dark, and with how much contrast. The style sheet reads it from the page's root.

use serde::{Deserialize, Serialize};
use wasm_bindgen::JsCast as _;

/// Light or dark.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Theme {
    /// As the device says.
    #[default]
    System,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

/// How much contrast.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Contrast {
    /// As the device says.
    #[default]
    System,
    /// As much as there is.
    High,
}

/// What somebody chose for this device.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Display {
    /// Light or dark.
    pub theme: Theme,
    /// How much contrast.
    pub contrast: Contrast,
}

impl Display {
    /// Shows the page so from here on.
    pub fn apply(self) {
        let theme = match self.theme {
            Theme::System => None,
            Theme::Light => Some("light"),
            Theme::Dark => Some("dark"),
        };
        let high = self.contrast == Contrast::High || device_wants_contrast();
        mark_root("data-theme", theme);
        mark_root("data-contrast", high.then_some("high"));
    }
}

fn device_wants_contrast() -> bool {
    let query = web_sys::window().and_then(|window| window.match_media("(prefers-contrast: more)").ok().flatten());
    query.is_some_and(|query| query.matches())
}

fn mark_root(name: &str, value: Option<&str>) {
    let document = web_sys::window().and_then(|window| window.document());
    let Some(root) = document.and_then(|document| document.document_element()) else { return };
    let root: &web_sys::Element = root.unchecked_ref();
    // An attribute of our own on our own page can be set.
    let _ = match value {
        Some(value) => root.set_attribute(name, value),
        None => root.remove_attribute(name),
    };
}
