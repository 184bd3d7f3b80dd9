//! The one rule that holds when more of an item goes out than there is: what an employee may, what the mode does, and what a unit is taken
//! to cost. It is worked out in one place, so that no screen can say otherwise.

use crate::catalogue::Tables;
use crate::entry::rights::{May, Right};
use crate::entry::{CostControl, ItemKind, Mode};
use crate::ids::{EmployeeId, ItemId, ShopId};
use crate::ledger::Ledger;
use crate::stock::{CostKnown, Stock};

/// What happens to on hand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BelowZero {
    /// Nothing: the item holds no stock.
    NoStock,
    /// What is missing is added automatically.
    Added,
    /// It falls below zero, and the shortage is kept.
    Allowed,
    /// The same, once somebody who may has approved it.
    WithApproval,
    /// It is refused: the employee's role may not.
    Refused,
}

/// The rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rule {
    /// What happens to on hand.
    pub below_zero: BelowZero,
    /// The module is not as it was when the employee signed in: once they sign in again another rule holds for them.
    pub switched_since: bool,
    /// What a missing unit is taken to cost.
    pub cost: CostKnown,
}

/// The rule for an item in a shop and an employee who signed in with a mode.
pub fn rule(
    (ledger, tables): (&Ledger, &Tables),
    (item, shop): (ItemId, ShopId),
    (employee, mode): (EmployeeId, Mode),
) -> Rule {
    let known = tables.items.get(&item);
    let stock = ledger.stock(item, shop);
    let holds_none =
        known.is_some_and(|item| item.kind == ItemKind::NonInventory) || stock.is_some_and(Stock::holds_no_stock);
    let below_zero = match (holds_none, mode, tables.may(employee, Right::BelowZero)) {
        (true, ..) => BelowZero::NoStock,
        (false, Mode::AutoAdd, _) => BelowZero::Added,
        (false, Mode::Allow, May::Yes) => BelowZero::Allowed,
        (false, Mode::Allow, May::WithApproval) => BelowZero::WithApproval,
        (false, Mode::Allow, May::No) => BelowZero::Refused,
    };
    let default_cost = known.and_then(|item| item.default_cost);
    // L14: what is added automatically comes in at the default cost, whatever cost control says.
    let control = if mode == Mode::AutoAdd { CostControl::Default } else { tables.settings.cost_control };
    let cost = stock.cloned().unwrap_or_default().cost_known(control, default_cost);
    Rule { below_zero, switched_since: mode != tables.settings.mode, cost }
}

#[cfg(test)]
mod tests {
    use super::{BelowZero, rule};
    use crate::catalogue::Tables;
    use crate::entry::Mode;
    use crate::entry::rights::May;
    use crate::ids::{EmployeeId, ItemId, ShopId};
    use crate::ledger::Ledger;

    fn said(setting: Mode, session: Mode, may: May) -> (BelowZero, bool) {
        let mut tables = Tables::default();
        tables.settings.mode = setting;
        tables.settings.cashiers.below_zero = may;
        let whose = (EmployeeId::from_u128(1), session);
        let rule = rule((&Ledger::default(), &tables), (ItemId::from_u128(2), ShopId(1)), whose);
        (rule.below_zero, rule.switched_since)
    }

    #[test]
    fn the_mode_of_the_session_holds_and_it_says_whether_the_account_s_is_another() {
        assert_eq!(said(Mode::Allow, Mode::Allow, May::Yes), (BelowZero::Allowed, false));
        assert_eq!(said(Mode::AutoAdd, Mode::Allow, May::Yes), (BelowZero::Allowed, true));
        assert_eq!(said(Mode::AutoAdd, Mode::AutoAdd, May::Yes), (BelowZero::Added, false));
        assert_eq!(said(Mode::Allow, Mode::AutoAdd, May::Yes), (BelowZero::Added, true));
    }

    #[test]
    fn a_role_that_may_not_is_stopped_only_where_something_would_go_below_zero() {
        assert_eq!(said(Mode::Allow, Mode::Allow, May::No), (BelowZero::Refused, false));
        assert_eq!(said(Mode::AutoAdd, Mode::Allow, May::WithApproval), (BelowZero::WithApproval, true));
        assert_eq!(said(Mode::Allow, Mode::AutoAdd, May::No), (BelowZero::Added, true));
    }
}
