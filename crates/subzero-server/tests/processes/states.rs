//! Whatever the API can make of an account, a backup of it is whole, is put back, and can be written out.

use std::collections::BTreeSet;
use std::path::Path;

use proptest::prelude::*;
use subzero_ledger::entry::catalogue::{Change, EmployeeChange, ItemChange, ItemFields, PinVerifier};
use subzero_ledger::entry::rights::Role;
use subzero_ledger::entry::{Body, Foreign, Header};
use subzero_ledger::ids::{DeviceId, EmployeeId, ItemId, ShopId};
use subzero_server::db::{Db, Place, Session};
use subzero_server::{backup, clock, export};
use subzero_sync::chain::Position;
use subzero_sync::rescue::{Rescue, Run};
use subzero_sync::wire::{Chain, EntryBytes, Flag, Incarnation, PairRequest, PushVerdict, QuarantineReason, Verdict};
use tempfile::TempDir;
use uuid::Uuid;

use crate::fixture::{CASHIER, Fixture, MUG, OWNER, Till, add_account_of, encode, hire, later, receipt_of, token};

const KIM: &str = "kim@example.com";
const STRANGER: EmployeeId = EmployeeId::from_u128(77);
const SHOPS: u32 = 3;

/// Something that happens to an account.
#[derive(Clone, Copy, Debug)]
enum Event {
    Pair {
        shop: u32,
    },
    PairAgain {
        till: usize,
    },
    EndAccess {
        till: usize,
    },
    Grant {
        till: usize,
        shop: u32,
    },
    Push {
        till: usize,
        what: What,
    },
    /// Another till brings in what this one did not send.
    BringIn {
        till: usize,
        what: What,
    },
    NewPassword,
    RestoreOwner,
    Restore,
}

/// What a till recorded.
#[derive(Clone, Copy, Debug)]
enum What {
    Delivery,
    Ahead,
    LongAgo,
    ByAStranger,
    OfAStrangeItem,
    NewItem,
    NewPerson,
    NotAllowed,
    LastOwnerLeaves,
    LaterKind,
    LaterChange,
    InAnotherShop,
    OfAnotherDevice,
    TheSameIdAgain,
    Unreadable,
}

use What::*;

const ALL: [What; 15] = [
    Delivery,
    Ahead,
    LongAgo,
    ByAStranger,
    OfAStrangeItem,
    NewItem,
    NewPerson,
    NotAllowed,
    LastOwnerLeaves,
    LaterKind,
    LaterChange,
    InAnotherShop,
    OfAnotherDevice,
    TheSameIdAgain,
    Unreadable,
];

/// Counts what there is, so that a variant that is added has to be made here too.
const fn flag(flag: Flag) -> usize {
    match flag {
        Flag::AheadOfTime => 0,
        Flag::LongAgo => 1,
        Flag::UnknownEmployee => 2,
        Flag::UnknownItem => 3,
        Flag::RemovedRegister => 4,
        Flag::Rescued => 5,
    }
}
const FLAGS: usize = 6;

const fn reason(reason: QuarantineReason) -> usize {
    match reason {
        QuarantineReason::Unreadable => 0,
        QuarantineReason::OtherDevice => 1,
        QuarantineReason::OtherShop => 2,
        QuarantineReason::IdTaken => 3,
        QuarantineReason::NotAllowed => 4,
        QuarantineReason::RemovedRegister => 5,
        QuarantineReason::LastOwner => 6,
        QuarantineReason::UnknownChange => 7,
    }
}
const REASONS: usize = 8;

/// An account and all that it has become.
struct World {
    folder: TempDir,
    db: Db,
    session: Session,
    tills: Vec<Till>,
    flags: BTreeSet<usize>,
    reasons: BTreeSet<usize>,
}

impl World {
    async fn begin() -> Self {
        let fixture = Fixture::sqlite();
        let db = fixture.open().await;
        let session = add_account_of(&db, KIM, SHOPS).await;
        let Fixture::Sqlite(folder) = fixture else { unreachable!() };
        let mut first = Till::pair(&db, session, 1).await;
        let mug = Change::Item(ItemChange { id: MUG, fields: ItemFields::default() });
        first.push(&[first.changes(OWNER, vec![hire(CASHIER, Role::Cashier), mug])]).await;
        let (flags, reasons) = (BTreeSet::new(), BTreeSet::new());
        Self { folder, db, session, tills: vec![first], flags, reasons }
    }

    fn till(&self, number: usize) -> usize {
        number % self.tills.len()
    }

    fn entry(till: &Till, what: What) -> Vec<u8> {
        let header = till.header(1);
        let dated = |minutes| Header { at: later(header.at, minutes), ..header };
        let person = |id, role, active| Change::Employee(EmployeeChange { id, name: None, role, pin: None, active });
        let later_kind = || Body::Foreign(Foreign { kind: 900, payload: vec![1, 2, 3] });
        match what {
            Delivery => till.receipt(1),
            Ahead => encode(dated(60 * 24 * 400), receipt_of(&[MUG])),
            LongAgo => encode(dated(-60 * 24 * 400), receipt_of(&[MUG])),
            ByAStranger => encode(Header { employee: STRANGER, ..header }, receipt_of(&[MUG])),
            OfAStrangeItem => encode(header, receipt_of(&[ItemId::from_u128(99)])),
            NewItem => {
                let id = ItemId(Uuid::new_v4());
                till.changes(OWNER, vec![Change::Item(ItemChange { id, fields: ItemFields::default() })])
            }
            NewPerson => till.changes(OWNER, vec![hire(EmployeeId(Uuid::new_v4()), Role::Manager)]),
            NotAllowed => till.changes(CASHIER, vec![person(CASHIER, Some(Role::Owner), None)]),
            LastOwnerLeaves => till.changes(OWNER, vec![person(OWNER, None, Some(false))]),
            LaterKind => encode(header, later_kind()),
            LaterChange => encode(Header { shop: ShopId::OFFICE, ..header }, later_kind()),
            InAnotherShop => till.receipt(99),
            OfAnotherDevice => encode(Header { device: DeviceId(4_000), ..header }, receipt_of(&[MUG])),
            TheSameIdAgain => {
                let id = subzero_ledger::ids::EntryId::from_u128(4);
                let items: Vec<ItemId> = [MUG].repeat(if till.acked.dseq.is_multiple_of(2) { 1 } else { 2 });
                encode(Header { id, ..header }, receipt_of(&items))
            }
            Unreadable => b"poison".to_vec(),
        }
    }

    fn note(&mut self, verdicts: &[PushVerdict]) {
        for PushVerdict { verdict, .. } in verdicts {
            match verdict {
                Verdict::Ok | Verdict::Dup => {}
                Verdict::Flagged { flags } => self.flags.extend(flags.iter().map(|odd| flag(*odd))),
                Verdict::Quarantined { reason: why } => {
                    self.reasons.insert(reason(*why));
                }
            }
        }
    }

    async fn happen(&mut self, event: Event) {
        let now = clock::now();
        let account = self.session.account;
        match event {
            Event::Pair { shop } => self.tills.push(Till::pair(&self.db, self.session, 1 + shop % SHOPS).await),
            Event::PairAgain { till } => {
                let till = self.till(till);
                let device = self.tills[till].device.clone();
                let known = self.db.registers(account).await.unwrap();
                let stands =
                    known.iter().find(|listed| listed.device == device.id).map_or(ShopId(1), |listed| listed.shop);
                let key = self.db.account_key(account).await.unwrap();
                let (register, again) = ("Front till".into(), Some(device.id));
                let request = PairRequest { shop: stands, register, again, account: key };
                self.tills[till].device = self.db.pair_as(self.session, &request, token(), now).await.unwrap().device;
            }
            Event::EndAccess { till } => {
                let till = self.till(till);
                self.db.revoke(account, self.tills[till].device.id, now).await.unwrap();
            }
            Event::Grant { till, shop } => {
                let till = self.till(till);
                let shops = [ShopId(1 + shop % SHOPS)];
                self.db.grant(account, self.tills[till].device.id, &shops).await.unwrap();
                self.tills[till].device.shops = BTreeSet::from([shops[0], ShopId::OFFICE]);
            }
            Event::Push { till, what } => {
                let till = self.till(till);
                let entry = Self::entry(&self.tills[till], what);
                let reply = self.tills[till].push(&[entry]).await;
                self.note(&reply.verdicts);
            }
            Event::BringIn { till, what } => {
                let till = self.till(till);
                let device = self.tills[till].device.id;
                let entries = vec![EntryBytes(Self::entry(&self.tills[till], what))];
                let run = Run { inc: Incarnation(Uuid::new_v4()), first: 1, before: Chain::GENESIS, entries };
                let key = self.db.account_key(account).await.unwrap().unwrap();
                let rescue = Rescue { account: key, device, made: now, runs: vec![run] };
                let (_, verdicts) = self.db.take_rescued(account, &rescue, None, now).await.unwrap();
                self.note(&verdicts);
            }
            Event::NewPassword => {
                let owner = self.db.owner(KIM).await.unwrap().unwrap();
                self.db.set_password(&owner, "another hash").await.unwrap();
            }
            Event::RestoreOwner => {
                let owner = self.db.owner(KIM).await.unwrap().unwrap();
                let pin = PinVerifier { salt: [1; 16], rounds: 1, hash: [2; 32] };
                self.db.restore_owner(&owner, pin, now).await.unwrap();
            }
            Event::Restore => self.restore().await,
        }
    }

    /// Puts a backup back, which is whole before and after, and goes on with it: as if the disk had been lost.
    async fn restore(&mut self) {
        let (stand, folder) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let file = stand.path().join("backup.sqlite");
        backup::backup(self.folder.path(), &file).await.unwrap();
        let mut said = Vec::new();
        let restored = backup::restore(&file, folder.path(), &mut |told| said.push(format!("{told:?}"))).await;
        assert!(restored.is_ok(), "{restored:?} {said:?}");
        let written = stand.path().join("account.jsonl");
        export::export(&Place::Folder(folder.path().to_owned()), KIM, &written).await.unwrap();
        self.db.close().await;
        self.folder = folder;
        self.db = Db::open_at(&place(self.folder.path())).await.unwrap();
        let totals = self.db.verify(&mut |told| said.push(format!("{told:?}"))).await.unwrap();
        assert_eq!(totals.problems, 0, "{said:?}");
        for till in &mut self.tills {
            till.db = self.db.clone();
            till.inc = Incarnation(Uuid::new_v4());
            till.acked = Position::START;
        }
    }
}

fn place(folder: &Path) -> Place {
    Place::Folder(folder.to_owned())
}

fn run(events: Vec<Event>) -> World {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    runtime.block_on(async {
        let mut world = World::begin().await;
        for event in events {
            world.happen(event).await;
        }
        world.restore().await;
        world
    })
}

#[test]
fn every_flag_and_every_reason_for_putting_aside_comes_back_from_a_backup() {
    let pushed = |till| ALL.into_iter().chain([TheSameIdAgain]).map(move |what| Event::Push { till, what });
    let brought_in = ALL.into_iter().map(|what| Event::BringIn { till: 1, what });
    let begin = [Event::Pair { shop: 1 }, Event::Pair { shop: 2 }];
    let end = [Event::EndAccess { till: 2 }];
    let events = begin.into_iter().chain(pushed(1)).chain(brought_in).chain(end).chain(pushed(2));
    let world = run(events.collect());
    assert_eq!(world.flags.len(), FLAGS, "{:?}", world.flags);
    assert_eq!(world.reasons.len(), REASONS, "{:?}", world.reasons);
}

fn event() -> impl Strategy<Value = Event> {
    let till = 0_usize..4;
    let what = (0..ALL.len()).prop_map(|place| ALL[place]);
    prop_oneof![
        2 => (0..SHOPS).prop_map(|shop| Event::Pair { shop }),
        2 => till.clone().prop_map(|till| Event::PairAgain { till }),
        2 => till.clone().prop_map(|till| Event::EndAccess { till }),
        1 => (till.clone(), 0..SHOPS).prop_map(|(till, shop)| Event::Grant { till, shop }),
        8 => (till.clone(), what.clone()).prop_map(|(till, what)| Event::Push { till, what }),
        3 => (till, what).prop_map(|(till, what)| Event::BringIn { till, what }),
        1 => Just(Event::NewPassword),
        1 => Just(Event::RestoreOwner),
        1 => Just(Event::Restore),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_happened_a_backup_is_whole_and_is_put_back(events in proptest::collection::vec(event(), 1..24)) {
        run(events);
    }
}
