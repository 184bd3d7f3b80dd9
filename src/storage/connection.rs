//! Connections, which may end at any moment, and are then opened again.
//!
//! A browser ends one when its storage process ends, when a disk fails or when somebody clears what pages keep. A page that is left it may keep
//! as it is, its txns unfinished, and they would hold back every page after it: so with the page its txns end, and its connections too.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use futures::future::pending;
use indexed_db_futures::database::Database;
use indexed_db_futures::internals::SystemRepr;
use web_sys::IdbTransaction;

use super::error::StorageError;
use crate::device::listener::Listener;

/// A database that is open, or was.
#[derive(Clone)]
pub struct Connection(Rc<Inner>);

struct Inner {
    db: Database,
    state: Cell<State>,
    /// Those that have not ended.
    txns: RefCell<Vec<IdbTransaction>>,
    listeners: RefCell<Vec<Listener>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Open,
    Closed,
    /// The page was left: whatever comes of it is nobody's business any more.
    Left,
}

impl Connection {
    /// Watches over a database that was opened. Where `makes_way`, it closes when another tab wants to delete it.
    pub(super) fn new(db: Database, makes_way: bool) -> Self {
        let inner =
            Inner { db, state: Cell::new(State::Open), txns: RefCell::default(), listeners: RefCell::default() };
        let connection = Self(Rc::new(inner));
        let target = connection.0.db.as_sys();
        let mut listeners = vec![connection.at(target, "close", Self::close)];
        if makes_way {
            listeners.push(connection.at(target, "versionchange", Self::close));
        }
        if let Some(window) = web_sys::window() {
            listeners.push(connection.at(&window, "pagehide", Self::leave));
        }
        connection.0.listeners.replace(listeners);
        connection
    }

    fn at(&self, target: &web_sys::EventTarget, event: &'static str, act: fn(&Self)) -> Listener {
        let inner = Rc::downgrade(&self.0);
        Listener::on(target, event, move |_| {
            if let Some(inner) = inner.upgrade() {
                act(&Self(inner));
            }
        })
    }

    /// The database.
    pub fn database(&self) -> &Database {
        &self.0.db
    }

    /// Whether it is open, as far as the browser has said.
    pub fn is_open(&self) -> bool {
        self.0.state.get() == State::Open
    }

    /// Closes it, once what is under way has ended.
    pub fn close(&self) {
        if self.is_open() {
            self.0.state.set(State::Closed);
        }
        self.0.db.clone().close();
    }

    /// The page is left: what is under way ends now.
    fn leave(&self) {
        self.0.state.set(State::Left);
        for txn in self.0.txns.take() {
            // What is being committed cannot be ended any more, and needs nobody to go on.
            let _ = txn.abort();
        }
        self.0.db.clone().close();
    }

    /// Something failed on it: it is used no more. Never returns on a page that was left.
    pub(super) async fn fail(&self) {
        if self.0.state.get() == State::Left {
            pending::<()>().await;
        }
        self.close();
    }

    /// Ends with the page, unless it has ended before it is dropped.
    pub(super) fn watch(&self, txn: IdbTransaction) -> Watched<'_> {
        self.0.txns.borrow_mut().push(txn.clone());
        Watched { connection: self, txn }
    }
}

/// A txn that has not ended.
pub(super) struct Watched<'c> {
    connection: &'c Connection,
    txn: IdbTransaction,
}

impl Watched<'_> {
    /// Why it was aborted, where the browser says so: that there is no room left, where its requests say only that it was aborted.
    pub(super) fn said(&self, error: StorageError) -> StorageError {
        self.txn.error().map_or(error, StorageError::from)
    }
}

impl Drop for Watched<'_> {
    fn drop(&mut self) {
        self.connection.0.txns.borrow_mut().retain(|txn| *txn != self.txn);
    }
}

/// Where a txn finds its database open.
pub trait Source {
    /// The connection; opened, if it was closed.
    fn connection(&self) -> impl Future<Output = Result<Connection, StorageError>>;

    /// Whether another connection takes the place of one that failed.
    fn reopens(&self) -> bool;
}

impl Source for Connection {
    async fn connection(&self) -> Result<Connection, StorageError> {
        Ok(self.clone())
    }

    fn reopens(&self) -> bool {
        false
    }
}

/// The connection that is in use, if one is.
#[derive(Default)]
pub(super) struct Link {
    connection: RefCell<Option<Connection>>,
    is_over: Cell<bool>,
}

impl Link {
    /// The connection while it is open.
    pub(super) fn current(&self) -> Option<Connection> {
        self.connection.borrow().clone().filter(Connection::is_open)
    }

    /// The connection; `open` opens it where it is closed.
    pub(super) async fn or_open(
        &self,
        open: impl Future<Output = Result<Connection, StorageError>>,
    ) -> Result<Connection, StorageError> {
        if self.is_over.get() {
            return Err(StorageError::Closed);
        }
        if let Some(connection) = self.current() {
            return Ok(connection);
        }
        let opened = open.await?;
        match self.current() {
            // Two calls found it closed; the first to open it was quicker.
            Some(connection) => {
                opened.close();
                Ok(connection)
            }
            None => self.take(opened),
        }
    }

    /// Goes on with this one.
    pub(super) fn take(&self, opened: Connection) -> Result<Connection, StorageError> {
        self.close();
        if self.is_over.get() {
            opened.close();
            return Err(StorageError::Closed);
        }
        self.connection.replace(Some(opened.clone()));
        Ok(opened)
    }

    /// Closes it, once what is under way has ended; whoever needs it next opens it again.
    pub(super) fn close(&self) {
        if let Some(connection) = self.connection.take() {
            connection.close();
        }
    }

    /// Closes it for good.
    pub(super) fn end(&self) {
        self.is_over.set(true);
        self.close();
    }
}
