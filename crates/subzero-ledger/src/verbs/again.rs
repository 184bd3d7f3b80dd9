//! Recording once more what a server has set aside: the one before counts nowhere but on the device that made it.

use super::{Desk, Problem};
use crate::catalogue::Denied;
use crate::entry::{Body, Entry, Header};

impl Desk<'_> {
    /// The same under an id of its own, by this register and whoever is signed in. What moved stock keeps the moment at which it happened, and
    /// the mode it was made in; a change to the account's tables is made now, and takes the right to make it.
    pub fn again(&self, aside: &Entry) -> Result<Entry, Problem> {
        if let Body::Catalogue(catalogue) = &aside.body {
            return self.change(catalogue.changes.clone());
        }
        if let Body::Foreign(_) = &aside.body {
            // Nobody here knows what it would do.
            return Err(Problem::Denied(Denied::Never));
        }
        let Header { shop, at, mode, cost_control, .. } = aside.header;
        let header = Header { shop, at, mode, cost_control, ..self.header };
        Ok(Entry { dseq: 0, header, body: aside.body.clone() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::Catalogue;
    use crate::documents::Documents;
    use crate::entry::{Change, CostControl, Foreign, Mode, Void};
    use crate::ids::{DeviceId, EmployeeId, EntryId, SessionId, ShopId};
    use crate::instant::Instant;
    use crate::ledger::Ledger;

    fn header(number: u128) -> Header {
        Header {
            id: EntryId::from_u128(number),
            shop: ShopId(1),
            device: DeviceId(3),
            at: Instant::MAX,
            employee: EmployeeId::from_u128(number),
            session: SessionId::from_u128(number),
            approved_by: None,
            import: None,
            mode: Mode::Allow,
            cost_control: CostControl::Default,
        }
    }

    fn again(body: Body) -> Result<Entry, Problem> {
        let (ledger, documents, catalogue) = (Ledger::default(), Documents::default(), Catalogue::default());
        let desk = Desk { header: header(2), ledger: &ledger, documents: &documents, tables: catalogue.tables() };
        let (device, shop) = (DeviceId(9), ShopId(7));
        let aside = Header { device, shop, at: Instant::MIN, mode: Mode::AutoAdd, ..header(1) };
        desk.again(&Entry { dseq: 5, header: aside, body })
    }

    #[test]
    fn a_fact_keeps_its_moment_and_place_and_is_this_registers_own() {
        let void = Body::Void(Void { of: EntryId::from_u128(8), note: "twice".into() });
        let entry = again(void.clone()).expect("a fact may always be told");
        let expected = Header { shop: ShopId(7), at: Instant::MIN, mode: Mode::AutoAdd, ..header(2) };
        assert_eq!((entry.header, entry.body), (expected, void));
    }

    #[test]
    fn a_change_takes_the_right_to_make_it() {
        let to = CostControl::Default;
        let change = Change::CostControl { from: to, to };
        let changed = again(Body::Catalogue(crate::entry::Catalogue { known: 0, changes: vec![change] }));
        assert_eq!(changed, Err(Problem::Denied(Denied::Never)), "nobody knows whoever is signed in");
    }

    #[test]
    fn what_nobody_here_can_read_is_not_told_again() {
        let foreign = Body::Foreign(Foreign { kind: 200, payload: vec![1] });
        assert_eq!(again(foreign), Err(Problem::Denied(Denied::Never)));
    }
}
