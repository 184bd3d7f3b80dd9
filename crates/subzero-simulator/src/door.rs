//! Who is let in: registers with their grants, the secrets and tokens that they show, and codes that let one in.

use std::collections::{BTreeMap, BTreeSet};

use subzero_ledger::ids::{DeviceId, ShopId};
use subzero_ledger::instant::Instant;
use subzero_sync::pairing::{self, Named, Pairing};
use subzero_sync::wire::{ACCESS_GOOD_FOR_MS, AccountKey, CODE_GOOD_FOR_MS, PairRequest};

/// The server itself, which writes into the office.
pub const SERVER: DeviceId = DeviceId(0);
/// What is random where it counts: secrets, tokens, codes. Here they are numbered, and a restore does not number anew.
pub type Minted = u64;

/// What an owner asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// The register that it was; none for a new one.
    pub again: Option<DeviceId>,
    pub sells_in: Vec<ShopId>,
}

impl Asked {
    /// Where it stands.
    pub fn shop(&self) -> ShopId {
        self.sells_in.first().copied().unwrap_or(ShopId(1))
    }
}

#[derive(Clone)]
pub struct Register {
    shop: ShopId,
    secret: Minted,
    pub reads: BTreeSet<ShopId>,
    pub writes: BTreeSet<ShopId>,
    pub is_removed: bool,
}

/// Why somebody is not let in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stranger {
    /// There is no such secret, or there is another one by now.
    Unknown,
    /// The token is over: whoever has the secret gets another one.
    Expired,
}

#[derive(Clone)]
struct Code {
    asked: Asked,
    until: Instant,
}

#[derive(Clone, Default)]
pub struct Door {
    pub registers: BTreeMap<DeviceId, Register>,
    /// Where numbers went on after the last restore.
    went_on_from: Option<DeviceId>,
    tokens: BTreeMap<Minted, (Minted, Instant)>,
    codes: BTreeMap<Minted, Code>,
}

impl Door {
    /// A number for a new register: the first that nobody has. That it follows the highest would not do: a register that was let in again may have
    /// a higher one, and the one after that may be another's who is not in again yet.
    pub fn next_number(&self) -> DeviceId {
        let from = self.went_on_from.map_or(1, |from| from.0);
        let is_free = |id: &DeviceId| !self.registers.contains_key(id);
        (from..u32::MAX).map(DeviceId).find(is_free).expect("there are more numbers than registers")
    }

    /// Numbers go on from there, and all before are left to registers that were paired after the backup.
    pub const fn go_on_from(&mut self, number: DeviceId) {
        self.went_on_from = Some(number);
    }

    /// What an owner's request comes to, at an account with this key, if anything.
    pub fn judge(&self, asked: &Asked, key: AccountKey) -> Option<Pairing> {
        let request = PairRequest {
            shop: asked.shop(),
            register: String::new(),
            again: asked.again,
            account: asked.again.map(|_| key),
        };
        let named = asked.again.map(|id| match self.registers.get(&id) {
            Some(register) => Named::Known { shop: register.shop, name: "" },
            None => Named::Absent { was_restored: self.went_on_from.is_some() },
        });
        pairing::judge(&request, Some(key), true, named).ok()
    }

    /// A till reads the office and the shops it sells in, and one that sells in the second shop the first as well; a phone reads them all.
    pub fn let_in(&mut self, id: DeviceId, asked: &Asked, secret: Minted) {
        let all = BTreeSet::from([ShopId::OFFICE, ShopId(1), ShopId(2)]);
        let writes: BTreeSet<ShopId> = asked.sells_in.iter().copied().collect();
        let only_first = writes == BTreeSet::from([ShopId(1)]);
        let reads = if only_first { BTreeSet::from([ShopId::OFFICE, ShopId(1)]) } else { all };
        self.registers.insert(id, Register { shop: asked.shop(), secret, reads, writes, is_removed: false });
    }

    /// Another secret for a register that there is, removed or not. Its tokens are over.
    pub fn renew(&mut self, id: DeviceId, secret: Minted) {
        if let Some(register) = self.registers.get_mut(&id) {
            self.tokens.retain(|_, (of, _)| *of != register.secret);
            (register.secret, register.is_removed) = (secret, false);
        }
    }

    pub fn of_secret(&self, secret: Minted) -> Option<DeviceId> {
        self.registers.iter().find(|(_, register)| register.secret == secret).map(|(id, _)| *id)
    }

    /// Whose token it is, also if its access has ended.
    pub fn of_token(&self, token: Minted, now: Instant) -> Result<DeviceId, Stranger> {
        let good = self.tokens.get(&token).filter(|(_, until)| *until > now);
        good.and_then(|(secret, _)| self.of_secret(*secret)).ok_or(Stranger::Expired)
    }

    pub fn open_access(&mut self, secret: Minted, token: Minted, now: Instant) -> Result<(), Stranger> {
        self.of_secret(secret).ok_or(Stranger::Unknown)?;
        self.tokens.insert(token, (secret, in_ms(now, ACCESS_GOOD_FOR_MS)));
        Ok(())
    }

    pub fn add_code(&mut self, code: Minted, asked: Asked, now: Instant) {
        self.codes.insert(code, Code { asked, until: in_ms(now, CODE_GOOD_FOR_MS) });
    }

    /// What a code is good for.
    pub fn code(&self, code: Minted, now: Instant) -> Option<Asked> {
        self.codes.get(&code).filter(|code| code.until > now).map(|code| code.asked.clone())
    }

    pub fn use_up(&mut self, code: Minted) {
        self.codes.remove(&code);
    }

    pub fn is_removed(&self, id: DeviceId) -> bool {
        self.registers.get(&id).is_some_and(|register| register.is_removed)
    }

    /// What a register may read; nothing once its access has ended.
    pub fn reads(&self, id: DeviceId) -> BTreeSet<ShopId> {
        let register = self.registers.get(&id).filter(|register| !register.is_removed);
        register.map(|register| register.reads.clone()).unwrap_or_default()
    }
}

fn in_ms(now: Instant, ms: u32) -> Instant {
    Instant::from_unix_ms(now.unix_ms() + i64::from(ms)).expect("in range")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_number_follows_those_that_were_given_and_none_that_was_let_in_again() {
        let (mut door, asked) = (Door::default(), Asked { again: None, sells_in: vec![ShopId(1)] });
        door.go_on_from(DeviceId(11));
        for again in [12, 100] {
            door.let_in(DeviceId(again), &asked, 1);
        }
        let mut given = || {
            let number = door.next_number();
            door.let_in(number, &asked, 1);
            number
        };
        assert_eq!([given(), given()], [DeviceId(11), DeviceId(13)]);
    }
}
