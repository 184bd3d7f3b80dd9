//! The screens, one file a route, each with its CSS under the same name in `style/screens`.

pub mod adjust;
pub mod approval;
pub mod entry;
pub mod inventory_changes;
pub mod item;
pub mod items;
pub mod module;
pub mod negative_inventory;
pub mod pair;
pub mod receipt;
pub mod receipts;
pub mod receive;
pub mod refund;
pub mod refund_without_receipt;
pub mod sell;
pub mod settings;
pub mod sign_in;
pub mod stock;
pub mod sync_status;
