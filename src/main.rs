//! Starts the page.

fn main() {
    subzero::app::start();
}
