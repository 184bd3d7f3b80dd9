//! Mounts the page.

use leptos::prelude::*;

fn main() {
    subzero::app::catch_panics();
    mount_to_body(subzero::app::App);
}
