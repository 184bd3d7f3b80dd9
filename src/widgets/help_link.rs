//! A question mark that leads to help about what it stands beside.

use leptos::prelude::*;

use crate::routes::Route;
use crate::screens::help::Topic;
use crate::words::words;

/// The link.
#[component]
pub fn HelpLink(
    /// What it explains.
    to: Topic,
) -> impl IntoView {
    let label = words().help.about.with([to.page().title]);
    view! { <a class="help-link" href=Route::Help(Some(to)).path() aria-label=label><span aria-hidden="true">"?"</span></a> }
}

/// A heading with the link beside it, so that the heading is still called what it says.
#[component]
pub fn HelpBeside(
    /// What it explains.
    to: Topic,
    /// The heading.
    children: Children,
) -> impl IntoView {
    view! { <div class="help-beside">{children()}<HelpLink to/></div> }
}
