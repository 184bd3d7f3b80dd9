//! Sharing a text by whatever the device offers; where it offers nothing, by the clipboard.

use wasm_bindgen_futures::JsFuture;
use web_sys::ShareData;

/// How a text was shared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shared {
    /// By the device's own dialog, or given up there.
    Asked,
    /// It can be pasted.
    Copied,
    /// Not at all.
    No,
}

/// Shares a text under a title.
pub async fn share(title: &str, text: &str) -> Shared {
    let Some(navigator) = web_sys::window().map(|window| window.navigator()) else { return Shared::No };
    let data = ShareData::new();
    data.set_title(title);
    data.set_text(text);
    let can_share = js_sys::Reflect::has(&navigator, &"share".into()).unwrap_or_default();
    if can_share && navigator.can_share_with_data(&data) {
        // Whoever gives up in the dialog has seen it.
        let _ = JsFuture::from(navigator.share_with_data(&data)).await;
        return Shared::Asked;
    }
    match JsFuture::from(navigator.clipboard().write_text(text)).await {
        Ok(_) => Shared::Copied,
        Err(_) => Shared::No,
    }
}
