//! Whatever the API can make of an account, a backup of it is whole, is put back, and can be written out.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use proptest::prelude::*;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions as _, Connection as _};
use subzero_ledger::entry::catalogue::{Change, EmployeeChange, ItemChange, ItemFields, PinVerifier};
use subzero_ledger::entry::rights::Role;
use subzero_ledger::entry::{Body, Foreign, Header};
use subzero_ledger::ids::{DeviceId, EmployeeId, ItemId, ShopId};
use subzero_server::code::Code;
use subzero_server::db::driver::sqlite::SqliteDriver;
use subzero_server::db::{Db, Noted, Place, RescueError, Session};
use subzero_server::fold::{Folded, Folding};
use subzero_server::{backup, clock, export};
use subzero_sync::chain::Position;
use subzero_sync::rescue::{Rescue, Run};
use subzero_sync::wire::{
    AuditBy, AuditWhat, Chain, EntryBytes, Flag, Incarnation, PairRequest, PushVerdict, QuarantineReason, Verdict,
};
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
    /// By a code that the owner made for it.
    PairByCode {
        shop: u32,
    },
    LetBackIn {
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
    /// So much that a segment is full.
    Fill {
        till: usize,
    },
    Seal,
    Fold,
    BackUp,
    /// Puts a backup back that was made before: the last is made for it.
    Restore {
        backup: usize,
    },
}

/// A kind with every one of its own, in one table: one that is added to it is made by the tests below too.
macro_rules! every {
    ($(#[$meta:meta])* enum $kind:ident: $all:ident { $($one:ident),+ $(,)? }) => {
        $(#[$meta])*
        enum $kind { $($one),+ }
        const $all: &[$kind] = &[$($kind::$one),+];
    };
    // A kind from elsewhere: one that is added to it there does not build without being named here.
    ($all:ident: $kind:ident { $($one:ident),+ $(,)? }) => {
        const $all: &[$kind] = {
            const fn is_named(one: $kind) -> bool {
                match one {
                    $($kind::$one => true),+
                }
            }
            assert!($(is_named($kind::$one))&&+);
            &[$($kind::$one),+]
        };
    };
}

every! {
    /// What a till recorded.
    #[derive(Clone, Copy, Debug)]
    enum What: ALL {
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
}

use What::*;

every!(FLAGS: Flag { AheadOfTime, LongAgo, UnknownEmployee, UnknownItem, RemovedRegister, Rescued });
every!(REASONS: QuarantineReason {
    Unreadable,
    OtherDevice,
    OtherShop,
    IdTaken,
    NotAllowed,
    RemovedRegister,
    LastOwner,
    UnknownChange,
});

/// An account and all that it has become.
struct World {
    folder: TempDir,
    db: Db,
    session: Session,
    tills: Vec<Till>,
    /// Tills that the database lets in no more since it was put back.
    lost: BTreeSet<DeviceId>,
    /// Those of them that it knows nothing of.
    absent: BTreeSet<DeviceId>,
    /// Every number that a till ever got.
    given: BTreeSet<DeviceId>,
    shelf: TempDir,
    backups: Vec<PathBuf>,
    flags: BTreeSet<Flag>,
    reasons: BTreeSet<QuarantineReason>,
    has_sealed: bool,
    has_folded: bool,
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
        Self {
            folder,
            db,
            session,
            given: BTreeSet::from([first.device.id]),
            tills: vec![first],
            lost: BTreeSet::new(),
            absent: BTreeSet::new(),
            shelf: tempfile::tempdir().unwrap(),
            backups: Vec::new(),
            flags: BTreeSet::new(),
            reasons: BTreeSet::new(),
            has_sealed: false,
            has_folded: false,
        }
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
                Verdict::Flagged { flags } => self.flags.extend(flags),
                Verdict::Quarantined { reason: why } => {
                    self.reasons.insert(*why);
                }
            }
        }
    }

    /// Notes something of a till, as an endpoint does that did it.
    async fn audit(&self, by: AuditBy, what: AuditWhat, device: Option<DeviceId>) {
        let address = Some("203.0.113.7".into());
        let noted = Noted { by, what, device, by_device: None, address };
        self.db.note(self.session.account, noted, clock::now()).await.unwrap();
    }

    /// Another till, under a number that none ever had.
    async fn add(&mut self, till: Till) {
        assert!(self.given.insert(till.device.id), "{} was given before", till.device.id);
        self.audit(AuditBy::Owner, AuditWhat::Paired, Some(till.device.id)).await;
        self.tills.push(till);
    }

    /// Pairs a till again as what it was, also if the database has forgotten it.
    async fn pair_again(&mut self, till: usize) {
        let account = self.session.account;
        let id = self.tills[till].device.id;
        let known = self.db.registers(account).await.unwrap();
        let stands = known.iter().find(|listed| listed.device == id).map_or(ShopId(1), |listed| listed.shop);
        let key = self.db.account_key(account).await.unwrap();
        let request = PairRequest { shop: stands, register: "Front till".into(), again: Some(id), account: key };
        let device = self.db.pair_as(self.session, &request, token(), clock::now()).await.unwrap().device;
        assert_eq!(device.id, id, "it is another one");
        self.tills[till].device = device;
        self.lost.remove(&id);
        self.absent.remove(&id);
        self.audit(AuditBy::Owner, AuditWhat::Paired, Some(id)).await;
    }

    /// A till that the database knows.
    async fn known(&mut self, till: usize) -> usize {
        let till = self.till(till);
        if self.lost.contains(&self.tills[till].device.id) {
            self.pair_again(till).await;
        }
        till
    }

    async fn happen(&mut self, event: Event) {
        let now = clock::now();
        let account = self.session.account;
        match event {
            Event::Pair { shop } => {
                let till = Till::pair(&self.db, self.session, 1 + shop % SHOPS).await;
                self.add(till).await;
            }
            Event::PairAgain { till } => self.pair_again(self.till(till)).await,
            Event::PairByCode { shop } => {
                let request =
                    PairRequest { shop: ShopId(1 + shop % SHOPS), register: "Till".into(), again: None, account: None };
                let code = Code::mint().unwrap();
                assert!(self.db.add_code(self.session, &request, &code, now).await.unwrap());
                self.audit(AuditBy::Owner, AuditWhat::CodeMade, None).await;
                let (_, paired) = self.db.pair_by_code(&code, token(), now).await.unwrap().unwrap();
                let inc = Incarnation(Uuid::new_v4());
                self.add(Till { db: self.db.clone(), device: paired.device, inc, acked: Position::START }).await;
            }
            Event::EndAccess { till } => {
                let till = self.known(till).await;
                let device = self.tills[till].device.id;
                assert!(self.db.revoke(account, device, now).await.unwrap());
                self.audit(AuditBy::Owner, AuditWhat::Removed, Some(device)).await;
            }
            Event::LetBackIn { till } => {
                let till = self.known(till).await;
                let device = self.tills[till].device.id;
                assert!(self.db.let_back_in(account, device).await.unwrap());
                self.audit(AuditBy::Owner, AuditWhat::LetBackIn, Some(device)).await;
            }
            Event::Grant { till, shop } => {
                let till = self.known(till).await;
                let shops = [ShopId(1 + shop % SHOPS)];
                self.db.grant(account, self.tills[till].device.id, &shops).await.unwrap();
                self.tills[till].device.shops = BTreeSet::from([shops[0], ShopId::OFFICE]);
                self.audit(AuditBy::Operator, AuditWhat::Granted, Some(self.tills[till].device.id)).await;
            }
            Event::Push { till, what } => {
                let till = self.known(till).await;
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
                let named = rescue.shops();
                let names_no_known_shop = !named.is_empty() && named.iter().all(|shop| shop.0 > SHOPS);
                let taken = self.db.take_rescued(account, &rescue, None, now).await;
                if self.absent.contains(&device) && names_no_known_shop {
                    // It stands nowhere in this account.
                    assert!(matches!(taken, Err(RescueError::NoDevice)), "{taken:?}");
                    return;
                }
                self.note(&taken.unwrap().1);
                self.absent.remove(&device);
                self.audit(AuditBy::Device, AuditWhat::Rescued, Some(device)).await;
            }
            Event::NewPassword => {
                let owner = self.db.owner(KIM).await.unwrap().unwrap();
                self.db.set_password(&owner, "another hash").await.unwrap();
                self.audit(AuditBy::Operator, AuditWhat::NewPassword, None).await;
            }
            Event::RestoreOwner => {
                let owner = self.db.owner(KIM).await.unwrap().unwrap();
                let pin = PinVerifier { salt: [1; 16], rounds: 1, hash: [2; 32] };
                self.db.restore_owner(&owner, pin, now).await.unwrap();
                self.audit(AuditBy::Operator, AuditWhat::OwnerRestored, None).await;
            }
            Event::Fill { till } => {
                let till = self.known(till).await;
                for _ in 0..2 {
                    let entries: Vec<Vec<u8>> = (0..400).map(|_| self.tills[till].receipt(1)).collect();
                    self.tills[till].push(&entries).await;
                }
            }
            Event::Seal => {
                self.db.seal(account).await.unwrap();
                self.has_sealed |= !self.db.segments(account, ShopId(1), 0).await.unwrap().1.is_empty();
            }
            Event::Fold => {
                // So late that little is kept whole.
                let folded = Folding::new(4).look_at(&self.db, account, later(now, 365 * 24 * 60)).await.unwrap();
                self.has_folded |= matches!(folded, Some(Folded::Stored(_)));
            }
            Event::BackUp => self.back_up().await,
            Event::Restore { backup } => self.restore(backup).await,
        }
    }

    async fn back_up(&mut self) {
        let file = self.shelf.path().join(format!("{}.sqlite", self.backups.len()));
        backup::backup(self.folder.path(), &file).await.unwrap();
        self.backups.push(file);
    }

    /// Puts a backup back, which is whole before and after, and goes on with it: as if the disk had been lost.
    async fn restore(&mut self, number: usize) {
        self.back_up().await;
        let file = &self.backups[number % self.backups.len()];
        let (stand, folder) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let mut said = Vec::new();
        let restored = backup::restore(file, folder.path(), &mut |told| said.push(format!("{told:?}"))).await;
        assert!(restored.is_ok(), "{restored:?} {said:?}");
        let written = stand.path().join("account.jsonl");
        export::export(&Place::Folder(folder.path().to_owned()), KIM, &written).await.unwrap();
        self.db.close().await;
        self.folder = folder;
        self.db = Db::open_at(&place(self.folder.path())).await.unwrap();
        let totals = self.db.verify(&mut |told| said.push(format!("{told:?}"))).await.unwrap();
        assert_eq!(totals.problems, 0, "{said:?}");
        let noted = self.db.audit(self.session.account, None).await.unwrap().entries;
        assert_eq!(noted.first().map(|entry| entry.what), Some(AuditWhat::Restored));
        let known = self.db.registers(self.session.account).await.unwrap();
        let known: BTreeSet<DeviceId> = known.iter().map(|listed| listed.device).collect();
        self.lost = self.given.difference(&known).copied().collect();
        let found = devices_in(&SqliteDriver::file_in(self.folder.path())).await;
        self.absent = self.given.difference(&found).copied().collect();
        for till in &mut self.tills {
            till.db = self.db.clone();
            till.inc = Incarnation(Uuid::new_v4());
            till.acked = Position::START;
        }
    }

    /// The last that was made.
    async fn restore_newest(&mut self) {
        self.restore(self.backups.len()).await;
    }
}

/// Every device that a file knows, let in or not.
async fn devices_in(file: &Path) -> BTreeSet<DeviceId> {
    let mut file = SqliteConnectOptions::new().filename(file).read_only(true).connect().await.unwrap();
    let found: Vec<(u32,)> = sqlx::query_as("select id from device").fetch_all(&mut file).await.unwrap();
    file.close().await.unwrap();
    found.into_iter().map(|(id,)| DeviceId(id)).collect()
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
        world.restore_newest().await;
        world
    })
}

#[test]
fn every_flag_and_every_reason_for_putting_aside_comes_back_from_a_backup() {
    let pushed = |till| ALL.iter().copied().chain([TheSameIdAgain]).map(move |what| Event::Push { till, what });
    let brought_in = ALL.iter().map(|&what| Event::BringIn { till: 1, what });
    let begin = [Event::Pair { shop: 1 }, Event::Pair { shop: 2 }];
    let end = [Event::EndAccess { till: 2 }];
    let events = begin.into_iter().chain(pushed(1)).chain(brought_in).chain(end).chain(pushed(2));
    let world = run(events.collect());
    assert_eq!(world.flags, FLAGS.iter().copied().collect());
    assert_eq!(world.reasons, REASONS.iter().copied().collect());
}

#[test]
fn an_older_backup_is_gone_on_from_with_all_that_was_made_since() {
    let fold = [Event::Fill { till: 0 }, Event::Seal, Event::Fold];
    let code = Event::PairByCode { shop: 1 };
    let since = [code, Event::Pair { shop: 2 }, Event::EndAccess { till: 1 }, Event::LetBackIn { till: 1 }];
    let back = [Event::BackUp, Event::Restore { backup: 0 }, Event::Restore { backup: 0 }];
    let lost = [Event::BringIn { till: 3, what: Delivery }, Event::Push { till: 4, what: Delivery }];
    let events = since.into_iter().chain(fold).chain([Event::BackUp]).chain(since).chain(fold);
    let world = run(events.chain(back).chain(since).chain(lost).chain(fold).collect());
    assert!(world.has_sealed && world.has_folded);
    assert_eq!(world.given.len(), 7);
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
        3 => (till.clone(), what).prop_map(|(till, what)| Event::BringIn { till, what }),
        1 => Just(Event::NewPassword),
        1 => Just(Event::RestoreOwner),
        2 => (0..SHOPS).prop_map(|shop| Event::PairByCode { shop }),
        2 => till.clone().prop_map(|till| Event::LetBackIn { till }),
        1 => till.prop_map(|till| Event::Fill { till }),
        1 => Just(Event::Seal),
        2 => Just(Event::Fold),
        2 => Just(Event::BackUp),
        2 => (0_usize..4).prop_map(|backup| Event::Restore { backup }),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_happened_a_backup_is_whole_and_is_put_back(events in proptest::collection::vec(event(), 1..24)) {
        run(events);
    }
}
