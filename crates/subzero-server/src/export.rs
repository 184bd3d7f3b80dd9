//! One account, whole, as lines of JSON that anything can read: for whoever leaves, asks what is kept of them, or wants to look.
//!
//! Each line is an object whose `row` says what it is. The first is the `account`; then come its owners, shops, employees and devices, then every
//! entry of every history in the order of sequences, then what was set aside. The last one is the `end`, with counts: a file without it is cut off.
//!
//! > No secret leaves: no password, no token, no PIN's verifier, be it in a row or in an entry that changed one. Only
//! > of an entry that this version cannot read are there bytes, with whatever is in them.
//!
//! It is read from one snapshot, a page at a time, and written under another name first.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

use serde::Serialize;
use serde_json::json;

use crate::db::account_rows::Rows;
use crate::db::{AccountId, Db, DbError, Place};
use crate::new_file::{NewFile, NewFileError};

mod entry;

/// The layout's version. A later one may add rows and fields; it never changes what these mean.
const VERSION: u32 = 1;

/// Why an account was not written out.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// The database.
    #[error("cannot use the database: {0}")]
    Db(#[from] DbError),
    /// Nobody owns an account under this address.
    #[error("no account has an owner with this e-mail address")]
    NoAccount,
    /// The file.
    #[error(transparent)]
    File(#[from] NewFileError),
    /// A line that did not arrive.
    #[error("cannot write a line: {0}")]
    Line(#[from] serde_json::Error),
    /// The disk.
    #[error("cannot write: {0}")]
    Write(#[from] std::io::Error),
}

/// How much was written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Exported {
    /// Entries in histories.
    pub entries: u64,
    /// Entries that were set aside.
    pub put_aside: u64,
}

/// Writes the account of the owner with this e-mail address into a new file.
pub async fn export(place: &Place, email: &str, to: &Path) -> Result<Exported, ExportError> {
    let db = Db::open_to_read(place).await?;
    let exported = write(&db, email, to).await;
    db.close().await;
    exported
}

async fn write(db: &Db, email: &str, to: &Path) -> Result<Exported, ExportError> {
    let account = db.account_of(&email.trim().to_lowercase()).await?.ok_or(ExportError::NoAccount)?;
    let file = NewFile::begin(to)?;
    let mut lines = Lines { out: BufWriter::new(File::create(file.partial())?), exported: Exported::default() };
    lines.account(db.rows_of(account).await?, account).await?;
    lines.out.flush()?;
    let exported = lines.exported;
    drop(lines);
    file.finish()?;
    Ok(exported)
}

/// A file that is being written.
struct Lines {
    out: BufWriter<File>,
    exported: Exported,
}

impl Lines {
    async fn account(&mut self, mut rows: Rows, account: AccountId) -> Result<(), ExportError> {
        let facts = rows.facts().await?;
        self.line(&json!({
            "row": "account", "version": VERSION, "name": facts.name, "currency": facts.currency, "demo": facts.demo,
            "account": account.to_string(), "epoch": facts.epoch,
        }))?;
        for (email, employee) in rows.owners().await? {
            self.line(&json!({ "row": "owner", "email": email, "employee": employee }))?;
        }
        let shops = rows.shops().await?;
        for shop in &shops {
            self.line(&json!({
                "row": "shop", "shop": shop.id, "name": shop.name, "head": shop.head, "checksum": shop.checksum,
            }))?;
        }
        for (id, role, is_active) in rows.employees().await? {
            self.line(&json!({ "row": "employee", "employee": id, "role": role, "active": is_active }))?;
        }
        for device in rows.devices().await? {
            self.line(&json!({
                "row": "device", "device": device.id, "shop": device.shop, "register": device.register,
                "paired_ms": device.paired, "revoked_ms": device.revoked, "seen_ms": device.seen, "shops": device.grants,
            }))?;
        }
        for shop in &shops {
            let mut after = 0;
            loop {
                let page = rows.entries(shop.id, after).await?;
                let Some(last) = page.last() else { break };
                after = last.seq;
                for kept in page {
                    self.line(&entry::stored(shop.id, kept))?;
                    self.exported.entries += 1;
                }
            }
        }
        let mut after = None;
        loop {
            let page = rows.put_aside(after).await?;
            let Some(last) = page.last() else { break };
            after = Some((last.inc, last.dseq));
            for aside in page {
                self.line(&entry::put_aside(aside))?;
                self.exported.put_aside += 1;
            }
        }
        let Exported { entries, put_aside } = self.exported;
        self.line(&json!({ "row": "end", "entries": entries, "put_aside": put_aside }))
    }

    fn line(&mut self, line: &impl Serialize) -> Result<(), ExportError> {
        serde_json::to_writer(&mut self.out, line)?;
        self.out.write_all(b"\n")?;
        Ok(())
    }
}
