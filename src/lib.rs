//! The page: the only code that knows a browser exists. It decides nothing; decisions are made in the crates below it.
//!
//! | module | is |
//! |---|---|
//! | [`app`], [`routes`] | the page as a whole, and every place in it as a value |
//! | [`shop`] | the one context: what screens show, what people do |
//! | [`screens`], [`widgets`] | one file a route; the components they share |
//! | [`format`], [`words`] | figures, money, times and words as people read them |
//! | `gallery` | every widget in every state, in development builds |
//! | [`device`] | what the browser knows: clock, network, locks between tabs, storage grants, PIN hashing |
//! | [`remote`] | asking the server, with time-outs |
//! | [`storage`] | the two databases of this device, and what "saved" means |
//! | [`sync`] | carrying out what the replica decides, and telling the page what has changed |

pub mod app;
pub mod device;
pub mod format;
#[cfg(debug_assertions)]
pub mod gallery;
pub mod remote;
pub mod routes;
pub mod screens;
pub mod shop;
pub mod storage;
pub mod sync;
pub mod widgets;
pub mod words;

/// Starts the page, where the library is all there is.
#[cfg(feature = "start")]
#[wasm_bindgen::prelude::wasm_bindgen(start)]
pub fn start() {
    app::start();
}
