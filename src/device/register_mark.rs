//! Which register this browser is, kept outside of `IndexedDB`: in the browser's local storage, which it does not clear together with
//! the databases. So a browser that has lost them knows that it had any, and whose. The mark holds no token and nobody's name but the shop's.

use serde::{Deserialize, Serialize};
use subzero_ledger::ids::{DeviceId, ShopId};
use subzero_sync::wire::{AccountKey, Paired};

const KEPT: &str = "subzero-register";

/// Who the device was paired as, but for its token.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RegisterMark {
    /// The register.
    pub device: DeviceId,
    /// The shop it stands in.
    pub shop: ShopId,
    /// What people call it.
    pub register: String,
    account: String,
    currency: String,
    reads: Vec<ShopId>,
    /// Which account that was.
    pub account_key: Option<AccountKey>,
}

impl RegisterMark {
    /// What is kept, if anything is.
    pub fn kept() -> Option<Self> {
        serde_json::from_str(&storage()?.get_item(KEPT).ok()??).ok()
    }

    /// Keeps who the device is from now on. A browser that keeps nothing there only knows less later.
    pub fn keep(paired: &Paired) {
        let mark = Self {
            device: paired.device,
            shop: paired.shop,
            register: paired.register.clone(),
            account: paired.account.clone(),
            currency: paired.currency.clone(),
            reads: paired.reads.clone(),
            account_key: paired.account_key,
        };
        if let (Some(storage), Ok(text)) = (storage(), serde_json::to_string(&mark)) {
            let _ = storage.set_item(KEPT, &text);
        }
    }

    /// The device as it was, with a token that no server takes: it sells, and is paired again to send.
    pub fn without_token(self) -> Paired {
        Paired {
            token: String::new(),
            device: self.device,
            shop: self.shop,
            register: self.register,
            account: self.account,
            currency: self.currency,
            reads: self.reads,
            account_key: self.account_key,
            last_heard: None,
        }
    }
}

fn storage() -> Option<web_sys::Storage> {
    web_sys::window()?.local_storage().ok().flatten()
}
