//! The browsers that storage is tested in: one of each engine that a till can run in.

use crate::setup::Part;

/// A browser's engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    /// Chromium's: most tills.
    Chromium,
    /// Firefox's.
    Firefox,
    /// `WebKit`: that of Safari, and of every browser on an iPad.
    WebKit,
}

impl Engine {
    /// Every one of them.
    pub const ALL: [Self; 3] = [Self::Chromium, Self::Firefox, Self::WebKit];

    /// The word for it on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Chromium => "chromium",
            Self::Firefox => "firefox",
            Self::WebKit => "webkit",
        }
    }

    /// What it needs besides what compiles the tests.
    pub fn parts(self) -> &'static [Part] {
        match self {
            Self::Chromium => &[Part::Browser, Part::Driver],
            Self::Firefox => &[Part::Firefox],
            Self::WebKit => &[Part::WebKit],
        }
    }

    /// Whether nothing can be said of storage without it: it is to be had everywhere, the others are not.
    pub fn is_required(self) -> bool {
        self == Self::Chromium
    }
}
