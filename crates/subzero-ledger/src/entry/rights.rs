//! What each role may do. An account decides for cashiers and managers; owners may do everything, always.

use serde::{Deserialize, Serialize};

use super::Change;

/// What an employee is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Role {
    /// Sells and receives.
    Cashier,
    /// Also sees costs, counts, adjusts and changes items.
    Manager,
    /// Also changes employees, rights and settings.
    Owner,
}

impl Role {
    /// Every role, from the least to the most.
    pub const ALL: [Self; 3] = [Self::Cashier, Self::Manager, Self::Owner];
}

/// Whether somebody may do a thing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum May {
    /// Not at all.
    No,
    /// When somebody who may enters their PIN.
    WithApproval,
    /// Yes.
    Yes,
}

/// A thing that not everybody may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Right {
    /// See what things cost.
    SeeCosts,
    /// Sell, send or return more than there is.
    BelowZero,
    /// Adjust on hand by hand.
    Adjust,
    /// Make lists to count, and set on hand by them.
    Count,
    /// Refund and void.
    Refund,
    /// Create and change items and vendors.
    ChangeItems,
    /// Change settings.
    ChangeSettings,
}

impl Right {
    /// Every right, in the order a person would look for them.
    pub const ALL: [Self; 7] = [
        Self::SeeCosts,
        Self::BelowZero,
        Self::Refund,
        Self::Adjust,
        Self::Count,
        Self::ChangeItems,
        Self::ChangeSettings,
    ];

    /// Whether a colleague's PIN can stand in for it: what is seen cannot be approved case by case.
    pub const fn can_be_approved(self) -> bool {
        !matches!(self, Self::SeeCosts | Self::ChangeSettings)
    }
}

/// What one role may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rights {
    /// See [`Right::SeeCosts`].
    pub see_costs: May,
    /// See [`Right::BelowZero`].
    pub below_zero: May,
    /// See [`Right::Adjust`].
    pub adjust: May,
    /// See [`Right::Count`].
    pub count: May,
    /// See [`Right::Refund`].
    pub refund: May,
    /// See [`Right::ChangeItems`].
    pub change_items: May,
    /// See [`Right::ChangeSettings`].
    pub change_settings: May,
}

impl Rights {
    /// What an owner may do, always.
    pub const ALL: Self = Self {
        see_costs: May::Yes,
        below_zero: May::Yes,
        adjust: May::Yes,
        count: May::Yes,
        refund: May::Yes,
        change_items: May::Yes,
        change_settings: May::Yes,
    };

    /// What a role may do until somebody decides otherwise. A customer who stands at the till is never sent away.
    pub const fn at_first(role: Role) -> Self {
        match role {
            Role::Cashier => Self {
                see_costs: May::No,
                below_zero: May::Yes,
                adjust: May::WithApproval,
                count: May::WithApproval,
                refund: May::WithApproval,
                change_items: May::No,
                change_settings: May::No,
            },
            Role::Manager => Self { change_settings: May::No, ..Self::ALL },
            Role::Owner => Self::ALL,
        }
    }

    /// Whether such a thing may be done.
    pub const fn may(self, right: Right) -> May {
        match right {
            Right::SeeCosts => self.see_costs,
            Right::BelowZero => self.below_zero,
            Right::Adjust => self.adjust,
            Right::Count => self.count,
            Right::Refund => self.refund,
            Right::ChangeItems => self.change_items,
            Right::ChangeSettings => self.change_settings,
        }
    }

    /// The same but for one right.
    #[must_use]
    pub const fn with(mut self, right: Right, may: May) -> Self {
        match right {
            Right::SeeCosts => self.see_costs = may,
            Right::BelowZero => self.below_zero = may,
            Right::Adjust => self.adjust = may,
            Right::Count => self.count = may,
            Right::Refund => self.refund = may,
            Right::ChangeItems => self.change_items = may,
            Right::ChangeSettings => self.change_settings = may,
        }
        self
    }

    /// Whether they say nothing that cannot be: what cannot be approved is yes or no.
    pub fn are_sound(self) -> bool {
        Right::ALL.into_iter().all(|right| right.can_be_approved() || self.may(right) != May::WithApproval)
    }
}

/// What it takes to make a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Needed {
    /// To be signed in.
    SignIn,
    /// A right that can be given.
    Right(Right),
    /// To be an owner.
    Owner,
}

/// What such a change needs of whoever makes it.
pub const fn needed_for(change: &Change) -> Needed {
    match change {
        Change::Item(_) | Change::Vendor(_) => Needed::Right(Right::ChangeItems),
        Change::NegativeInventory { .. } | Change::CostControl { .. } => Needed::Right(Right::ChangeSettings),
        Change::Cause { .. } => Needed::Right(Right::Adjust),
        Change::Employee(_) | Change::Shop { .. } | Change::Register { .. } | Change::Rights { .. } => Needed::Owner,
        Change::Feedback { .. } => Needed::SignIn,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_right_is_what_it_was_set_to_and_no_other_changes() {
        for right in Right::ALL {
            let changed = Rights::ALL.with(right, May::No);
            for other in Right::ALL {
                let expected = if other == right { May::No } else { May::Yes };
                assert_eq!(changed.may(other), expected, "{right:?}, {other:?}");
            }
        }
    }

    #[test]
    fn what_is_given_at_first_is_sound_and_lets_nobody_wait_at_the_till() {
        for role in Role::ALL {
            assert!(Rights::at_first(role).are_sound());
            assert_eq!(Rights::at_first(role).below_zero, May::Yes);
        }
        assert!(!Rights::ALL.with(Right::SeeCosts, May::WithApproval).are_sound());
    }
}
