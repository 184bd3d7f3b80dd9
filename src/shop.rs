//! The shop: the page's one context. Its signals are what screens show, its verbs are what people do.
//!
//! A verb makes an entry in the core, commits its bytes to the outbox, and only then folds it and moves the signals. If the commit
//! fails, signals and cart are as they were, and the verb says why. Nothing here waits for a server.

use std::collections::BTreeSet;
use std::rc::Rc;

use futures::channel::oneshot;
use futures::lock::Mutex;
use leptos::prelude::*;
use leptos::reactive::graph::Observer;
use subzero_ledger::cart::CartError;
use subzero_ledger::catalogue::{Catalogue, Employee, Item};
use subzero_ledger::entry::rights::{May, Right, Role};
use subzero_ledger::entry::{DecodeError, Mode};
use subzero_ledger::ids::{DeviceId, EmployeeId, EntryId, ItemId, ShopId};
use subzero_ledger::instant::Instant;
use subzero_ledger::report::Report;
use subzero_ledger::verbs::Problem;
use subzero_sync::devices::Devices;
use subzero_sync::replica::Status;
use subzero_sync::wire::Paired;
use subzero_till::digest::DigestChoice;
use subzero_till::draft::Draft;
use subzero_till::flagged::FlagsSeen;
use subzero_till::session::Session;
use subzero_till::standing::Told;
use subzero_till::verdicts::Verdicts;
use subzero_till::visible::Visible;

use crate::device::display::Display;
use crate::device::register_mark::RegisterMark;
use crate::device::service_worker::ServiceWorker;
use crate::device::tab_lock::TabLock;
use crate::device::{clock, ids};
use crate::format;
use crate::remote::Remote;
use crate::storage::Storage;
use crate::storage::beside::Lost;
use crate::storage::error::StorageError;
use crate::storage::outbox::Slot;
use crate::sync::Sync;
use crate::words::words;

mod desk;
mod diagnostics;
mod digest;
mod draft;
mod older;
mod practice;
mod rescue;
mod session;
mod standing;
mod start;
mod verbs;

pub use practice::Practice;
pub use rescue::Saved;
pub use start::{Opened, open};
pub use verbs::{Recorded, Sold};

/// Why a verb did nothing.
#[derive(Debug, thiserror::Error)]
pub enum VerbError {
    /// Nobody is signed in, or the device is not paired.
    #[error("sign in first")]
    NotSignedIn,
    /// A colleague was asked to approve it, and did not.
    #[error("nobody approved it")]
    NotApproved,
    /// What was entered is not right.
    #[error(transparent)]
    Problem(#[from] Problem),
    /// The one before is not committed yet.
    #[error("the last one is still being saved")]
    Busy,
    /// The cart cannot be sold as it is.
    #[error(transparent)]
    Cart(#[from] CartError),
    /// What was entered is beyond what an entry may hold.
    #[error(transparent)]
    Entry(#[from] DecodeError),
    /// The device could not save it.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// What is not a plain value of the page: handles to the browser.
struct Handles {
    storage: Rc<Storage>,
    /// The server; none in practice, where there is nobody to send anything to.
    remote: Option<Rc<Remote>>,
    sync: Option<Sync>,
    /// Held by the one tab whose cart may be kept: a cart carries the id its sale will have.
    cart_lock: Option<TabLock>,
    /// The kept cart was taken over: from here on this tab's is kept.
    keeps_cart: bool,
    /// The kept cart is being sold, and stays until that is recorded.
    sells_cart: bool,
    /// Somebody wants to see all older rows, and not only those that are lacking.
    wants_all_older: bool,
    worker: Option<ServiceWorker>,
    /// Who waits to hear whether a colleague approves.
    approval: Option<oneshot::Sender<Option<EmployeeId>>>,
    /// Scans that are recorded one after the other.
    turns: Rc<Mutex<()>>,
    /// Held while something is being recorded.
    recording: Rc<Mutex<()>>,
    /// Held by a tab that practises: its databases are its own.
    practice_lock: Option<TabLock>,
    /// What this tab practises; none in the shop's books.
    practice: RwSignal<Option<Practice>>,
}

/// The one context. Cheap to copy.
#[derive(Clone, Copy)]
pub struct Shop {
    handles: StoredValue<Handles, LocalStorage>,
    core: StoredValue<Visible, LocalStorage>,
    /// Rises whenever ledger or catalogue have changed.
    version: RwSignal<u64>,
    /// Which change of the catalogue is shown.
    catalogue_version: RwSignal<u64>,
    /// Who this device is; none until it is paired.
    pub paired: RwSignal<Option<Paired>>,
    /// Who is signed in.
    pub session: RwSignal<Option<Session>>,
    /// The cart.
    pub draft: RwSignal<Draft>,
    /// What the sync pill shows.
    pub status: RwSignal<Option<Status>>,
    /// When this device last had everything that the server has, in an earlier run of the page too.
    fresh_at: RwSignal<Option<Instant>>,
    /// What the server said of entries that are not simply stored, by device sequence.
    pub verdicts: RwSignal<Verdicts>,
    /// What went wrong with sync and nobody has seen yet.
    pub alerts: RwSignal<Vec<Told>>,
    /// The entries that the server has set aside and somebody has dealt with.
    pub dealt_with: RwSignal<BTreeSet<EntryId>>,
    /// What became of what was recorded before the outbox in use was begun, until somebody has seen it.
    pub lost: RwSignal<Option<Lost>>,
    /// The device has no room left: nothing can be recorded.
    pub full: RwSignal<bool>,
    /// What was to be recorded is not, or not yet: the device's storage does not answer.
    pub late: RwSignal<bool>,
    /// The register this browser was until it cleared its storage.
    pub evicted: RwSignal<Option<RegisterMark>>,
    /// What the server last told of the account's devices; none before it ever did.
    pub devices: RwSignal<Option<Devices>>,
    /// How this device shows the page.
    pub display: RwSignal<Display>,
    /// Up to which places somebody has seen what the server found odd.
    flags_seen: RwSignal<FlagsSeen>,
    /// How often a digest is wanted on this device.
    pub digest: RwSignal<DigestChoice>,
    /// A newer version of the page is ready.
    pub update_ready: RwSignal<bool>,
    /// Whether the browser promised to keep what is stored; none while it is asked.
    pub persisted: RwSignal<Option<bool>>,
    /// What a colleague is asked to approve.
    pub asking: RwSignal<Option<Right>>,
    /// Another shop that somebody looks at.
    looking_at: RwSignal<Option<ShopId>>,
    /// How many of all older rows are here, while somebody waits for them.
    pub older: RwSignal<Option<(u64, u64)>>,
    /// The screen shows that an entry is being committed.
    recording: RwSignal<bool>,
}

/// What a signal holds. A view that asks is told when that changes; whoever asks once, because something was pressed or has arrived, is not.
fn asked<T: Send + std::marker::Sync + 'static, A>(signal: RwSignal<T>, read: impl FnOnce(&T) -> A) -> A {
    if Observer::get().is_some() { signal.with(read) } else { signal.with_untracked(read) }
}

/// The shop that the page shows.
pub fn use_shop() -> Shop {
    expect_context::<Shop>()
}

impl Shop {
    fn new(storage: Rc<Storage>, remote: Option<Rc<Remote>>) -> Self {
        let is_alone = remote.is_none();
        let handles = Handles {
            storage,
            remote,
            sync: None,
            cart_lock: None,
            keeps_cart: false,
            sells_cart: false,
            wants_all_older: false,
            worker: None,
            approval: None,
            turns: Rc::default(),
            recording: Rc::default(),
            practice_lock: None,
            practice: RwSignal::new(None),
        };
        Self {
            handles: StoredValue::new_local(handles),
            core: StoredValue::new_local(if is_alone { Visible::alone() } else { Visible::default() }),
            version: RwSignal::new(0),
            catalogue_version: RwSignal::new(0),
            paired: RwSignal::new(None),
            session: RwSignal::new(None),
            draft: RwSignal::new(Draft::new(ids::entry_id())),
            status: RwSignal::new(None),
            fresh_at: RwSignal::new(None),
            verdicts: RwSignal::default(),
            alerts: RwSignal::new(Vec::new()),
            dealt_with: RwSignal::default(),
            lost: RwSignal::new(None),
            full: RwSignal::new(false),
            late: RwSignal::new(false),
            evicted: RwSignal::new(None),
            devices: RwSignal::new(None),
            display: RwSignal::new(Display::default()),
            flags_seen: RwSignal::default(),
            digest: RwSignal::new(DigestChoice::default()),
            update_ready: RwSignal::new(false),
            persisted: RwSignal::new(None),
            asking: RwSignal::new(None),
            looking_at: RwSignal::new(None),
            older: RwSignal::new(None),
            recording: RwSignal::new(false),
        }
    }

    /// Reads ledger and catalogue; whoever does so in a view is told when they change.
    pub fn read<T>(&self, read: impl FnOnce(&Visible) -> T) -> T {
        asked(self.version, |_| ());
        self.core.with_value(read)
    }

    /// Reads the catalogue; whoever does so in a view is told when that changes, and of nothing else.
    pub fn read_catalogue<T>(&self, read: impl FnOnce(&Catalogue) -> T) -> T {
        asked(self.catalogue_version, |_| ());
        self.core.with_value(|core| read(&core.catalogue))
    }

    /// Reads the Negative inventory report as of now; whoever does so in a view is told when it changes.
    pub fn read_report<T>(&self, read: impl FnOnce(&Report) -> T) -> T {
        asked(self.version, |_| ());
        self.core.update_value(|core| {
            core.report_at(clock::now());
        });
        self.core.with_value(|core| read(core.report()))
    }

    fn change(&self, change: impl FnOnce(&mut Visible)) {
        self.core.update_value(change);
        let catalogue_version = self.core.with_value(Visible::catalogue_version);
        if self.catalogue_version.get_untracked() != catalogue_version {
            self.catalogue_version.set(catalogue_version);
        }
        self.version.update(|version| *version += 1);
        self.want_what_is_lacking();
    }

    /// From which moment on everything is here; none where everything is that ever was.
    pub fn horizon(&self) -> Option<Instant> {
        self.read(|core| core.ledger.horizon())
    }

    /// Whether the server answers, as far as this tab has heard.
    pub fn is_online(&self) -> bool {
        asked(self.status, |status| status.is_some_and(|status| status.online))
    }

    fn storage(&self) -> Rc<Storage> {
        self.handles.with_value(|handles| Rc::clone(&handles.storage))
    }

    /// The server; none in practice.
    pub fn remote(&self) -> Option<Rc<Remote>> {
        self.handles.with_value(|handles| handles.remote.clone())
    }

    /// What is to be done with the sync; nothing while there is none.
    fn with_sync(&self, act: impl FnOnce(&Sync)) {
        self.handles.with_value(|handles| {
            if let Some(sync) = &handles.sync {
                act(sync);
            }
        });
    }

    /// What this tab practises; none in the shop's books.
    pub fn practice(&self) -> RwSignal<Option<Practice>> {
        self.handles.with_value(|handles| handles.practice)
    }

    /// Whether this is practice.
    pub fn is_practice(&self) -> bool {
        self.practice().with(Option::is_some)
    }

    /// The shop this device stands in; the office while it is not paired.
    pub fn id(&self) -> ShopId {
        asked(self.paired, |paired| paired.as_ref().map_or(ShopId::OFFICE, |paired| paired.shop))
    }

    /// The same, for what somebody does there.
    pub fn here(&self) -> ShopId {
        untrack(|| self.id())
    }

    /// The shop whose stock and papers are looked at: the one this device stands in, unless somebody chose another.
    pub fn seen(&self) -> ShopId {
        asked(self.looking_at, |looking_at| *looking_at).unwrap_or_else(|| self.id())
    }

    /// Looks at a shop from now on. The till stays where it is.
    pub fn look_at(&self, shop: ShopId) {
        self.looking_at.set((shop != self.here()).then_some(shop));
    }

    /// The account's currency.
    pub fn currency(&self) -> String {
        let currency = |paired: &Option<Paired>| paired.as_ref().map(|paired| paired.currency.clone());
        asked(self.paired, currency).unwrap_or_else(|| "GBP".to_owned())
    }

    /// How many decimal places the account's currency has.
    pub fn places(&self) -> u8 {
        format::places(&self.currency())
    }

    /// What a shop is called.
    pub fn name_of(&self, shop: ShopId) -> String {
        self.read_catalogue(|catalogue| catalogue.shops.get(&shop).cloned())
            .unwrap_or_else(|| words().common.shop.with([&shop.to_string()]))
    }

    /// What a register is called.
    pub fn register_name(&self, device: DeviceId) -> String {
        self.read_catalogue(|catalogue| catalogue.registers.get(&device).map(|register| register.name.clone()))
            .unwrap_or_else(|| words().common.register.with([&device.to_string()]))
    }

    /// What an employee is called.
    pub fn employee_name(&self, employee: EmployeeId) -> String {
        self.read_catalogue(|catalogue| catalogue.employees.get(&employee).map(|known| known.name.clone()))
            .unwrap_or_else(|| words().common.somebody.to_owned())
    }

    /// An item, as it now is.
    pub fn item(&self, item: ItemId) -> Option<Item> {
        self.read_catalogue(|catalogue| catalogue.items.get(&item).cloned())
    }

    /// Who is signed in.
    pub fn employee(&self) -> Option<Employee> {
        let session = asked(self.session, |session| *session)?;
        self.read_catalogue(|catalogue| catalogue.employees.get(&session.employee).cloned())
    }

    /// What whoever is signed in may do; the least while nobody is.
    pub fn role(&self) -> Role {
        self.employee().map_or(Role::Cashier, |employee| employee.role)
    }

    /// Whether whoever is signed in may do such a thing; nobody signed in may not.
    pub fn may(&self, right: Right) -> May {
        let Some(session) = asked(self.session, |session| *session) else { return May::No };
        self.read_catalogue(|catalogue| catalogue.may(session.employee, right))
    }

    /// Whether whoever is signed in may see what things cost.
    pub fn sees_costs(&self) -> bool {
        self.may(Right::SeeCosts) == May::Yes
    }

    /// The mode new sessions get.
    pub fn mode_setting(&self) -> Mode {
        self.read_catalogue(|catalogue| catalogue.settings.mode)
    }

    /// Whether there is a Negative inventory report: the module is on, or was when whoever is signed in signed in.
    pub fn has_report(&self) -> bool {
        self.mode_setting() == Mode::Allow || self.session.get().is_some_and(|session| session.mode == Mode::Allow)
    }

    /// Whether the screen shows that an entry is being committed.
    pub fn is_recording(&self) -> bool {
        self.recording.get()
    }

    /// Who this device was paired as, by this tab or another one.
    pub async fn known_pairing(&self) -> Result<Option<Paired>, StorageError> {
        self.storage().outbox.kept(Slot::Paired).await
    }

    /// Pairs this device: keeps who it is, then begins to sync. A device is one register: if another tab has paired it meanwhile, it is
    /// what that tab made it.
    pub async fn pair(&self, paired: Paired) -> Result<(), StorageError> {
        self.note_lost(&paired, self.evicted.get_untracked().is_some()).await?;
        let paired = self.storage().outbox.keep_first(Slot::Paired, paired).await?;
        self.evicted.set(None);
        self.take_token(paired);
        self.ask_to_be_kept();
        self.begin_sync().await
    }

    /// Keeps the token that this device was given in place of one that is no longer taken, and tries at once.
    pub async fn pair_again(&self, paired: Paired) -> Result<(), StorageError> {
        self.storage().outbox.keep(Slot::Paired, &paired).await?;
        self.note_lost(&paired, false).await?;
        self.take_token(paired);
        self.with_sync(Sync::paired_again);
        Ok(())
    }

    fn take_token(&self, paired: Paired) {
        if let Some(remote) = self.remote() {
            remote.set_token(Some(paired.token.clone()));
            RegisterMark::keep(&paired);
        }
        self.paired.set(Some(paired));
    }

    /// Shows the page so from now on, and keeps that for this device. One that cannot be kept holds until the page ends.
    pub fn choose_display(&self, display: Display) {
        self.display.set(display);
        display.apply();
        let storage = self.storage();
        leptos::task::spawn_local(async move {
            let _ = storage.outbox.keep(Slot::Preferences, &display).await;
        });
    }

    /// How many items are negative, over all shops that this device knows.
    pub fn negatives(&self) -> usize {
        self.read(|core| core.ledger.negative_count())
    }

    /// Lets the newer version of the page in; the page reloads. Only with an empty cart.
    pub fn update_page(&self) {
        if self.draft.with_untracked(|draft| draft.cart.is_empty()) {
            self.handles.with_value(|handles| {
                if let Some(worker) = &handles.worker {
                    worker.take_over();
                }
            });
        }
    }
}
