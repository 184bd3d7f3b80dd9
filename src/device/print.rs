//! Printing what is on the screen, by the browser's own dialog; what is left out on paper, the style sheet says.

/// Opens the dialog. A browser that has none does nothing.
pub fn print() {
    if let Some(window) = web_sys::window() {
        let _ = window.print();
    }
}
