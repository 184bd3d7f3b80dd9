//! The screens, one file a place and what belongs together in one folder, each with its CSS under the same name in `style/screens`.

pub mod approval;
pub mod entry;
pub mod help;
pub mod items;
pub mod negative_inventory;
pub mod pair;
pub mod practice;
pub mod receipts;
pub mod sell;
pub mod settings;
pub mod sign_in;
pub mod stock;
pub mod sync_status;
