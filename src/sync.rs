//! Carrying out what the replica decides, and telling the page what has changed.
//!
//! Every tab has a [`Sync`]. One of them, whoever holds the Web Lock, runs a [`Replica`](subzero_sync::replica::Replica): it
//! pushes and pulls. Every tab, that one included, *learns*: hints on a [`BroadcastChannel`](web_sys::BroadcastChannel) say that something has
//! changed, and each tab reads what is new to it from the databases, from where it stands. A hint carries no data, may be lost and may
//! come twice; a timer looks anyway.
//!
//! What the page is told it may be told twice: a set of entries does not mind. Nothing here decides what to send or
//! when; nothing here stops a sale, which goes to the outbox whether or not any of this runs. No failure ends the loop.

mod hints;
mod leader;
mod learner;
mod shown;

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

use futures::channel::mpsc::{UnboundedSender, unbounded};
use subzero_ledger::ids::ShopId;
use subzero_ledger::instant::Instant;
use subzero_sync::devices::Devices;
use subzero_sync::records::{Cursor, Own};
use subzero_sync::replica::{Alert, Input, LaneFault, Status};
use subzero_sync::wire::{ContentHash, Row, SignedIn, Standing};
use wasm_bindgen_futures::spawn_local;

use self::hints::{Hint, Hints, Link};
pub use self::shown::{Older, Shown, each_older, read_base};
use crate::device::connectivity;
use crate::device::listener::Listener;
use crate::remote::Remote;
use crate::storage::Storage;

/// What the page wants to hear. Called outside of any borrow of [`Sync`]: a hook may call back.
pub struct Hooks {
    /// Rows of a shop that are new to this tab.
    pub on_rows: Box<dyn Fn(ShopRows)>,
    /// All that is shown begins with something else than before, and takes its place.
    pub on_begun: Box<dyn Fn(Shown)>,
    /// Rows that [`Sync::want_older`] asked for are coming, or are all on this device.
    pub on_older: Box<dyn Fn(Older)>,
    /// Own entries that are new to this tab: recorded in another one, or in this one and told again.
    pub on_own: Box<dyn Fn(Vec<Own>)>,
    /// The outbox was numbered anew: device sequences from before mean nothing. Read the outbox again.
    pub on_renumbered: Box<dyn Fn()>,
    /// Verdicts have changed: read [`Outbox::verdicts`](crate::storage::outbox::Outbox::verdicts).
    pub on_verdicts: Box<dyn Fn()>,
    /// What the sync pill shows.
    pub on_status: Box<dyn Fn(Status)>,
    /// Something a person should know, told in the tab that syncs alone: keep it, then [`Sync::tell_alerts`].
    pub on_alert: Box<dyn Fn(Alert)>,
    /// What was kept of such things has changed: read it again.
    pub on_alerts: Box<dyn Fn()>,
    /// The device was paired again in another tab: read the token again.
    pub on_paired: Box<dyn Fn()>,
    /// What the server last heard of the account's devices, told in the tab that syncs alone: keep it, then [`Sync::tell_devices`].
    pub on_devices: Box<dyn Fn(Devices)>,
    /// What was kept of that has changed: read it again.
    pub on_devices_kept: Box<dyn Fn()>,
    /// What the device is, as far as it has nothing to do with what is sent.
    pub device: Box<dyn Fn() -> Standing>,
    /// Somebody signed in or out in another tab: read who, then [`Sync::heard_session`].
    pub on_session: Box<dyn Fn()>,
}

/// Rows of a shop's shown copy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShopRows {
    /// The shop.
    pub shop: ShopId,
    /// Where the copy stands with them.
    pub cursor: Cursor,
    /// The rows, in order.
    pub rows: Vec<Row>,
    /// They are the whole copy and take the place of all the rows this tab knew of the shop; else they follow them.
    pub replaces: bool,
}

/// What the page has read from storage before sync starts; from there on it learns.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Known {
    /// The highest own device sequence.
    pub own_last: u64,
    /// Where each shop's shown copy stood.
    pub cursor_by_shop: BTreeMap<ShopId, Cursor>,
    /// The snapshot they began with.
    pub base: Option<ContentHash>,
    /// The version before wrote it: another is wanted as soon as there is one.
    pub is_base_former: bool,
}

/// This tab's sync. It runs until the tab ends; dropping it only takes the page's handle away.
#[derive(Clone)]
pub struct Sync(Rc<Tab>);

/// What the tasks of one tab share.
struct Tab {
    storage: Rc<Storage>,
    remote: Rc<Remote>,
    hooks: Hooks,
    hints: Hints,
    /// To the replica, while this tab runs it.
    inputs: RefCell<Option<UnboundedSender<Input>>>,
    /// To the learner.
    news: UnboundedSender<Hint>,
    is_leader: Cell<bool>,
    /// How the tab that syncs fares, as far as this one has heard.
    link: Cell<Link>,
    /// When this tab last heard that everything is here.
    fresh_at: Cell<Option<Instant>>,
    /// Whether another snapshot is wanted, however few rows it is worth.
    wants_other_base: bool,
    /// Whether somebody here wants to see rows that are folded.
    wants_older: Cell<bool>,
    /// Who is signed in, for the server to know.
    session: Cell<Option<SignedIn>>,
    /// How often the tab that syncs has been asked how it fares without an answer.
    unanswered: Cell<u32>,
    /// What last went wrong in each lane, while this tab syncs.
    faults: RefCell<Vec<LaneFault>>,
    listeners: RefCell<Vec<Listener>>,
}

impl Sync {
    /// Starts learning at once, and syncing as soon as no other tab does.
    pub fn start(storage: Rc<Storage>, remote: Rc<Remote>, hooks: Hooks, known: Known) -> Self {
        let (news, inbox) = unbounded();
        let heard = news.clone();
        let hints = Hints::open(storage.prefix(), move |hint| {
            // The learner lives as long as the tab.
            let _ = heard.unbounded_send(hint);
        });
        let tab = Rc::new(Tab {
            storage,
            remote,
            hooks,
            hints,
            inputs: RefCell::new(None),
            news,
            is_leader: Cell::new(false),
            link: Cell::default(),
            fresh_at: Cell::new(None),
            wants_other_base: known.is_base_former,
            wants_older: Cell::new(false),
            session: Cell::new(None),
            unanswered: Cell::new(0),
            faults: RefCell::default(),
            listeners: RefCell::default(),
        });
        let watched = Rc::downgrade(&tab);
        *tab.listeners.borrow_mut() = connectivity::watch(move |online| {
            if let Some(tab) = watched.upgrade() {
                tab.tell_replica(if online { Input::CameOnline } else { Input::WentOffline });
            }
        });
        spawn_local(learner::learn(Rc::clone(&tab), inbox, known));
        spawn_local(leader::lead(Rc::clone(&tab)));
        Self(tab)
    }

    /// An entry was committed by this tab. Call it after [`Storage::append`] has returned, and not before.
    pub fn appended(&self, dseq: u64) {
        self.0.hints.post(Hint::Appended(dseq));
        self.0.tell_replica(Input::Appended { dseq });
        self.0.tell_learner(Hint::Mine(dseq));
    }

    /// Tries at once instead of when the timer says, in whichever tab syncs: a person pressed "send now".
    pub fn hurry(&self) {
        self.0.tell_replica(Input::CameOnline);
        self.0.hints.post(Hint::Hurry);
    }

    /// Brings rows that are folded into the snapshot, from the device or from the server: [`Hooks::on_older`] is told.
    pub fn want_older(&self) {
        self.0.wants_older.set(true);
        self.0.announce(Hint::Older);
    }

    /// The device was paired again and this tab's remote has the new token: the others read it.
    pub fn paired_again(&self) {
        self.0.tell_replica(Input::CameOnline);
        self.0.hints.post(Hint::Paired);
    }

    /// What is kept of alerts has changed.
    pub fn tell_alerts(&self) {
        self.0.announce(Hint::Alerts);
    }

    /// What is kept of the account's devices has changed.
    pub fn tell_devices(&self) {
        self.0.hints.post(Hint::Devices);
    }

    /// Who is signed in on this device from now on. The tab that syncs says it to the server at once, whichever tab it happened in.
    pub fn signed_in(&self, session: Option<SignedIn>) {
        self.heard_session(session);
        self.0.hints.post(Hint::Session);
    }

    /// Another tab's sign-in or sign-out, as it was kept.
    pub fn heard_session(&self, session: Option<SignedIn>) {
        self.0.session.set(session);
        self.0.tell_replica(Input::StandingChanged);
    }

    /// What last went wrong in each lane; nothing in a tab that does not sync.
    pub fn faults(&self) -> Vec<LaneFault> {
        self.0.faults.borrow().clone()
    }

    /// Whether this tab is the one that syncs.
    pub fn is_leader(&self) -> bool {
        self.0.is_leader.get()
    }
}

impl Tab {
    fn tell_replica(&self, input: Input) {
        if let Some(inputs) = self.inputs.borrow().as_ref() {
            // Refused only when the replica's loop is gone, and it is not while this tab lives.
            let _ = inputs.unbounded_send(input);
        }
    }

    fn tell_learner(&self, hint: Hint) {
        let _ = self.news.unbounded_send(hint);
    }

    /// Tells this tab and all the others.
    fn announce(&self, hint: Hint) {
        self.tell_learner(hint);
        self.hints.post(hint);
    }
}
