//! Which register a device that asks to be paired is to be, and which number a new one gets.
//!
//! > After a restore no number is given twice, and a register that was paired since the backup comes back under its own, whatever was done in its
//! > name meanwhile and however often the backup is put back.

use subzero_ledger::ids::{DeviceId, ShopId};

use crate::wire::{AccountKey, PairRequest};

/// How many registers an account may have paired between a backup and the way back from it: their numbers are left to them.
const PAIRED_SINCE_MAX: u32 = 1_000;
/// And so many more, at random: of two that were paired after two restores of one backup, each has a number of its own.
const ROOM_MORE_MAX: u32 = 1_000_000;

/// Where numbers of new registers go on after a restore: by where they would have, and something random.
#[must_use]
pub const fn after_restore(next: DeviceId, random: u32) -> DeviceId {
    DeviceId(next.0.saturating_add(PAIRED_SINCE_MAX).saturating_add(random % ROOM_MORE_MAX))
}

/// What an account knows of the register that a request names.
#[derive(Clone, Copy, Debug)]
pub enum Named<'a> {
    /// It is there.
    Known {
        /// Where it stands.
        shop: ShopId,
        /// What people call it.
        name: &'a str,
    },
    /// It is there, since a file was brought in that it had saved; nobody has paired it.
    Rescued,
    /// It is not there.
    Absent {
        /// Whether the account was ever put back from a backup: then it may be one that was paired since, under any number. One that was paired
        /// between two restores may have a higher one than is given now.
        was_restored: bool,
    },
}

/// What a request to be paired comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pairing {
    /// A new register.
    New,
    /// It is the register that it was, and gets another token.
    Again(DeviceId),
    /// It is the register that it was before the restore: with this number, the request's shop and the request's name.
    Back(DeviceId),
}

/// Why nobody is let in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    /// The account has no such shop.
    NoShop,
    /// The account has no such register in that shop under that name.
    NoRegister,
}

/// What a request comes to, at an account with this key, which has the request's shop or not. The server itself is nobody's register: for it
/// nothing is `named`.
pub fn judge(
    request: &PairRequest,
    key: Option<AccountKey>,
    has_shop: bool,
    named: Option<Named<'_>>,
) -> Result<Pairing, Refused> {
    let Some(id) = request.again else { return if has_shop { Ok(Pairing::New) } else { Err(Refused::NoShop) } };
    // It may have got another name since: which account it is of says that it is meant.
    let is_of_account = request.account.is_some() && request.account == key;
    if request.account.is_some() && !is_of_account {
        return Err(Refused::NoRegister);
    }
    match named {
        Some(Named::Known { shop, name }) if shop == request.shop && (is_of_account || name == request.register) => {
            Ok(Pairing::Again(id))
        }
        Some(Named::Rescued | Named::Absent { was_restored: true }) if is_of_account && has_shop => {
            Ok(Pairing::Back(id))
        }
        _ => Err(Refused::NoRegister),
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    const KEY: Option<AccountKey> = Some(AccountKey(Uuid::from_u128(1)));

    fn request(again: Option<DeviceId>, account: Option<AccountKey>) -> PairRequest {
        PairRequest { shop: ShopId(1), register: "Front till".into(), again, account }
    }

    #[test]
    fn numbers_go_on_beyond_what_may_have_been_given_since() {
        let backup = DeviceId(7);
        assert!(after_restore(backup, 0) > DeviceId(1_000));
        assert_ne!(after_restore(backup, 1), after_restore(backup, 2));
        assert_eq!(after_restore(DeviceId(u32::MAX), 1), DeviceId(u32::MAX));
    }

    #[test]
    fn a_new_register_needs_its_shop_and_an_old_one_its_name_or_the_accounts_key() {
        assert_eq!(judge(&request(None, None), KEY, true, None), Ok(Pairing::New));
        assert_eq!(judge(&request(None, None), KEY, false, None), Err(Refused::NoShop));
        let (id, other) = (DeviceId(5), Some(AccountKey(Uuid::from_u128(2))));
        let again = |account, shop, name| {
            judge(&request(Some(id), account), KEY, true, Some(Named::Known { shop: ShopId(shop), name }))
        };
        assert_eq!(again(None, 1, "Front till"), Ok(Pairing::Again(id)));
        assert_eq!(again(KEY, 1, "Renamed"), Ok(Pairing::Again(id)));
        for refused in [again(None, 1, "Renamed"), again(other, 1, "Front till"), again(KEY, 2, "Front till")] {
            assert_eq!(refused, Err(Refused::NoRegister));
        }
    }

    #[test]
    fn what_a_backup_does_not_know_comes_back_by_the_accounts_key_alone() {
        let (id, lost) = (DeviceId(5), Named::Absent { was_restored: true });
        let judge = |account, has_shop, named| judge(&request(Some(id), account), KEY, has_shop, named);
        assert_eq!(judge(KEY, true, Some(lost)), Ok(Pairing::Back(id)));
        assert_eq!(judge(KEY, true, Some(Named::Rescued)), Ok(Pairing::Back(id)));
        let absent = Some(Named::Absent { was_restored: false });
        for refused in [
            judge(None, true, Some(lost)),
            judge(None, true, Some(Named::Rescued)),
            judge(KEY, false, Some(lost)),
            judge(KEY, true, absent),
            judge(KEY, true, None),
        ] {
            assert_eq!(refused, Err(Refused::NoRegister));
        }
        let no_office_yet = super::judge(&request(Some(id), KEY), None, true, Some(lost));
        assert_eq!(no_office_yet, Err(Refused::NoRegister));
    }
}
