//! The page's own components on native elements. They know values, signals and callbacks; no storage, no network.

pub mod button;
pub mod card;
pub mod chips;
pub mod dialog;
pub mod entry_form;
pub mod entry_lines;
pub mod field;
pub mod figure;
pub mod figure_field;
pub mod frame;
pub mod help_link;
pub mod horizon;
pub mod item_search;
pub mod loading;
pub mod money_field;
pub mod network_pill;
pub mod notice;
pub mod number_pad;
pub mod pin_pad;
pub mod rows;
pub mod search_field;
pub mod select;
pub mod state;
pub mod stepper;
pub mod toasts;
pub mod virtual_table;
