//! Changing and keeping the cart.

use leptos::prelude::*;
use subzero_ledger::cart::Cart;

use super::Shop;
use crate::device::ids;
use crate::storage::outbox::Slot;

impl Shop {
    /// Changes the cart and, in the tab that does, keeps it. A cart that cannot be kept is lost only if the page ends now.
    pub fn change_cart<T>(&self, change: impl FnOnce(&mut Cart) -> T) -> T {
        let mut draft = self.draft.get_untracked();
        let changed = draft.change(ids::entry_id(), change);
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
