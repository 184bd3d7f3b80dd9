//! The cart that is being filled, kept so that a page that ends does not lose it.

use serde::{Deserialize, Serialize};
use subzero_ledger::cart::Cart;
use subzero_ledger::ids::EntryId;
use subzero_ledger::ledger::Ledger;

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
    pub fn new(sale: EntryId) -> Self {
        Self { sale, cart: Cart::default() }
    }

    /// Changes the cart. What comes after one that was emptied is another customer's, and becomes the sale `next`.
    pub fn change<T>(&mut self, next: EntryId, change: impl FnOnce(&mut Cart) -> T) -> T {
        let changed = change(&mut self.cart);
        if self.cart.is_empty() {
            *self = Self::new(next);
        }
        changed
    }

    /// Its sale was not recorded: it is as it was, with what was put into the next one meanwhile.
    #[must_use]
    pub fn given_back(mut self, next: &Self) -> Self {
        self.cart.take_in(&next.cart);
        self
    }

    /// Whether its sale is recorded.
    pub fn is_spent(&self, ledger: &Ledger) -> bool {
        ledger.entry(self.sale).is_some()
    }
}

#[cfg(test)]
mod tests {
    use subzero_ledger::entry::Mode;
    use subzero_ledger::instant::Instant;
    use subzero_ledger::practice::{self, ITEM, Names, SHOP};
    use subzero_ledger::quantity::Qty;

    use super::*;
    use crate::visible::Visible;
    use subzero_sync::records::Own;
    use subzero_sync::wire::EntryBytes;

    fn till() -> Visible {
        let names = Names { shop: "A", other_shop: "B", register: "R", person: "P", order: "O" };
        let entries = practice::opening(names, Mode::Allow, Instant::from_unix_ms(1_000).unwrap());
        let mut till = Visible::default();
        let own = (1..).zip(&entries).map(|(dseq, entry)| Own { dseq, body: EntryBytes(entry.encode().unwrap()) });
        till.add_own(own.collect());
        till
    }

    #[test]
    fn a_cart_that_was_emptied_is_the_next_customers() {
        let till = till();
        let item = till.catalogue.items.get(&ITEM).unwrap();
        let [first, next, last] = [1, 2, 3].map(EntryId::from_u128);
        let mut draft = Draft::new(first);
        draft.change(next, |cart| cart.add(item, Qty::ONE)).unwrap();
        assert_eq!(draft.sale, first);
        draft.change(next, |cart| cart.remove(ITEM));
        assert_eq!((draft.sale, draft.cart.is_empty()), (next, true));
        // What was not recorded comes back, and what was scanned meanwhile is in it.
        draft.change(last, |cart| cart.add(item, Qty::ONE)).unwrap();
        let mut other = Draft::new(last);
        other.change(first, |cart| cart.add(item, Qty::from_units(2))).unwrap();
        let back = draft.given_back(&other);
        assert_eq!((back.sale, back.cart.qty_of(ITEM)), (next, Qty::from_units(3)));
    }

    #[test]
    fn a_cart_is_spent_once_its_sale_is_there() {
        let till = till();
        let recorded = till.ledger.entries().find(|(entry, _)| entry.header.shop == SHOP).unwrap().0.header.id;
        assert!(Draft::new(recorded).is_spent(&till.ledger));
        assert!(!Draft::new(EntryId::from_u128(9_999)).is_spent(&till.ledger));
    }
}
