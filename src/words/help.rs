//! What a page of help is made of.

/// One page.
#[derive(Clone, Copy, Debug)]
pub struct HelpPage {
    /// What it is about, as its heading and as links to it say.
    pub title: &'static str,
    /// What it says, from top to bottom.
    pub says: &'static [Says],
}

/// A piece of a page.
#[derive(Clone, Copy, Debug)]
pub enum Says {
    /// A paragraph.
    Text(&'static str),
    /// What the next pieces are about.
    Heading(&'static str),
    /// Things side by side.
    Points(&'static [&'static str]),
    /// Things one after the other.
    Steps(&'static [&'static str]),
    /// A day in a shop, with figures.
    Example(&'static str),
    /// What goes wrong easily.
    Careful(&'static str),
}
