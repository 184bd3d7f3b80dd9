//! The cart that is being filled, kept so that a page that ends does not lose it.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use subzero_ledger::cart::Cart;
use subzero_ledger::ids::EntryId;

use super::Shop;
use crate::device::ids;
use crate::storage::outbox::Slot;

/// The cart that is being filled, with the id its sale will have: a cart whose sale is recorded is spent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Draft {
    /// The id of the sale it becomes.
    pub sale: EntryId,
    /// What is in it.
    pub cart: Cart,
}

impl Draft {
    /// An empty cart for the next customer.
    pub fn new() -> Self {
        Self { sale: ids::entry_id(), cart: Cart::default() }
    }
}

impl Default for Draft {
    fn default() -> Self {
        Self::new()
    }
}

impl Shop {
    /// Changes the cart and, in the tab that does, keeps it. A cart that cannot be kept is lost only if the page ends now.
    pub fn change_cart<T>(&self, change: impl FnOnce(&mut Cart) -> T) -> T {
        let mut draft = self.draft.get_untracked();
        let changed = change(&mut draft.cart);
        if draft.cart.is_empty() {
            // What comes next is another customer's.
            draft = Draft::new();
        }
        self.draft.set(draft);
        let shop = *self;
        leptos::task::spawn_local(async move { shop.keep_cart().await });
        changed
    }

    /// Keeps the cart as it now is, in the tab that does, and not in place of one that is being sold. The last change wins; one that is not kept
    /// costs nothing but itself.
    pub(super) async fn keep_cart(&self) {
        if self.handles.with_value(|handles| handles.keeps_cart && !handles.sells_cart) {
            let (storage, draft) = (self.storage(), self.draft.get_untracked());
            let _ = if draft.cart.is_empty() {
                storage.outbox.drop_kept(Slot::Cart).await
            } else {
                storage.outbox.keep(Slot::Cart, &draft).await
            };
        }
    }
}
