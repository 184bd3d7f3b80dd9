//! Files: reading one that somebody chose, and giving one to keep.

use js_sys::{Array, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, BlobPropertyBag, HtmlAnchorElement, TextDecoder, Url};

/// The text of a file, whatever spreadsheet wrote it: UTF-8, UTF-16 with its mark, else Windows-1252.
pub async fn text_of(file: &web_sys::File) -> Result<String, JsValue> {
    let bytes = Uint8Array::new(&JsFuture::from(file.array_buffer()).await?).to_vec();
    let decode = |label: &str| TextDecoder::new_with_label(label)?.decode_with_u8_array(&bytes);
    match bytes.as_slice() {
        [0xff, 0xfe, ..] => decode("utf-16le"),
        [0xfe, 0xff, ..] => decode("utf-16be"),
        bytes => match std::str::from_utf8(bytes) {
            Ok(text) => Ok(text.to_owned()),
            Err(_) => decode("windows-1252"),
        },
    }
}

/// Gives a table to keep, as a download. A browser that cannot does nothing.
pub fn give(name: &str, text: &str) {
    give_as(name, text, "text/csv;charset=utf-8");
}

/// The same for a file of another kind.
pub fn give_as(name: &str, text: &str, media_type: &str) {
    let _ = try_give(name, text, media_type);
}

fn try_give(name: &str, text: &str, media_type: &str) -> Result<(), JsValue> {
    let kind = BlobPropertyBag::new();
    kind.set_type(media_type);
    let blob = Blob::new_with_str_sequence_and_options(&Array::of1(&JsValue::from_str(text)), &kind)?;
    let address = Url::create_object_url_with_blob(&blob)?;
    let document = web_sys::window().and_then(|window| window.document()).ok_or(JsValue::NULL)?;
    let link: HtmlAnchorElement = document.create_element("a")?.dyn_into()?;
    link.set_href(&address);
    link.set_download(name);
    link.click();
    Url::revoke_object_url(&address)
}
