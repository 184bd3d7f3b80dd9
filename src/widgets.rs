//! The page's own components on native elements. They know values, signals and callbacks; no storage, no network.

pub mod figure;
pub mod figure_field;
pub mod frame;
pub mod item_search;
pub mod network_pill;
pub mod notice;
pub mod pin_pad;
