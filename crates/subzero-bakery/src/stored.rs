//! What a server keeps, read out of its database file as it lies there, and folded as a device folds it.

use std::path::Path;

use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{ConnectOptions as _, Connection as _};
use subzero_ledger::catalogue::Catalogue;
use subzero_ledger::documents::Documents;
use subzero_ledger::entry::{DecodeError, Entry};
use subzero_ledger::instant::Instant;
use subzero_ledger::ledger::{Arrival, Ledger};

/// The server's file in its data folder.
const FILE: &str = "subzero.sqlite";

/// Why a folder cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// There is no database, or it is not the server's.
    #[error("{folder}: {error}")]
    Sql {
        /// The folder.
        folder: String,
        /// What the database says.
        error: sqlx::Error,
    },
    /// An entry that this version does not understand.
    #[error("entry {seq} of shop {shop}: {error}")]
    Entry {
        /// Whose history it is in.
        shop: i64,
        /// Its place there.
        seq: i64,
        /// What is wrong with it.
        error: DecodeError,
    },
}

/// One account of a server.
#[derive(Clone, Debug)]
pub struct Account {
    /// Its name.
    pub name: String,
    /// Its entries: shop by shop, each shop's in the order of its sequence.
    pub rows: Vec<Row>,
}

/// One row of a shop's history.
#[derive(Clone, Debug)]
pub struct Row {
    /// The entry, with the device sequence that the row gives it.
    pub entry: Entry,
    /// Its place in the shop's history.
    pub seq: u64,
    /// Whether the server found something odd about it.
    pub flagged: bool,
}

/// Every account in a server's data folder. The file is only read.
pub async fn read(folder: &Path) -> Result<Vec<Account>, ReadError> {
    let failed = |error| ReadError::Sql { folder: folder.display().to_string(), error };
    let options = SqliteConnectOptions::new().filename(folder.join(FILE)).read_only(true);
    let mut connection = options.connect().await.map_err(failed)?;
    let names: Vec<(i64, String)> =
        sqlx::query_as("select id, name from account order by id").fetch_all(&mut connection).await.map_err(failed)?;
    let mut accounts = Vec::with_capacity(names.len());
    for (id, name) in names {
        let rows = read_rows(&mut connection, id).await.map_err(failed)?;
        let rows = rows.into_iter().map(Row::read).collect::<Result<_, _>>()?;
        accounts.push(Account { name, rows });
    }
    connection.close().await.map_err(failed)?;
    Ok(accounts)
}

/// Shop, sequence, device sequence, body, flags, when it arrived.
type Columns = (i64, i64, i64, Vec<u8>, String, i64);

async fn read_rows(connection: &mut SqliteConnection, account: i64) -> Result<Vec<Columns>, sqlx::Error> {
    let rows = "select shop, seq, dseq, body, flags, recorded_ms from entry where account = ? order by shop, seq";
    sqlx::query_as(rows).bind(account).fetch_all(connection).await
}

impl Row {
    fn read((shop, seq, dseq, body, flags, recorded_ms): Columns) -> Result<Self, ReadError> {
        let entry = Entry::decode(dseq.unsigned_abs(), &body);
        let entry = entry.map_err(|error| ReadError::Entry { shop, seq, error })?;
        let recorded = Instant::from_unix_ms(recorded_ms).unwrap_or(Instant::MAX);
        Ok(Self { entry: entry.arrived(recorded), seq: seq.unsigned_abs(), flagged: !flags.is_empty() })
    }
}

/// What a device that has everything makes of an account.
#[derive(Debug, Default)]
pub struct Books {
    /// The stock.
    pub ledger: Ledger,
    /// The papers.
    pub documents: Documents,
    /// Items, people, shops, settings.
    pub catalogue: Catalogue,
}

impl Books {
    /// Folds an account's entries.
    pub fn of(account: &Account) -> Self {
        let mut books = Self::default();
        for Row { entry, seq, .. } in &account.rows {
            books.catalogue.insert(entry, Arrival::Confirmed { seq: *seq });
            books.documents.insert(entry);
        }
        let arrived = account.rows.iter().map(|row| (row.entry.clone(), Arrival::Confirmed { seq: row.seq }));
        books.ledger.extend(arrived);
        books
    }

    /// How many adjustments the ledger has.
    pub fn adjustments(&self) -> usize {
        self.ledger.entries().map(|(entry, _)| self.ledger.lines_that_move_stock(entry)).sum()
    }
}
