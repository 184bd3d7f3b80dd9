//! What the command line does with a database other than serve it: what is printed, and what counts as done.

use std::fmt;
use std::io::Write as _;
use std::path::Path;

use subzero_server::ServeError;
use subzero_server::backup::{self, BackupError};
use subzero_server::db::holdings::Holdings;
use subzero_server::db::verify::{Told, Totals};
use subzero_server::db::{Db, DbError, Place};
use subzero_server::export::{self, ExportError, Exported};

use crate::WhereItIs;

/// Why a command did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum CommandError {
    /// Nobody said where the database is, or two places were said.
    #[error(transparent)]
    Place(#[from] ServeError),
    /// The database.
    #[error("cannot use the database: {0}")]
    Db(#[from] DbError),
    /// The backup, or the way back.
    #[error(transparent)]
    Backup(#[from] BackupError),
    /// The account's file.
    #[error(transparent)]
    Export(#[from] ExportError),
    /// It has backups of its own.
    #[error(
        "a PostgreSQL has backups of its own: pg_dump --format=custom --file FILE, or base backups with the log; docs/operations.md says how"
    )]
    BackupOfPostgres,
    /// It is put back by its own means.
    #[error(
        "a PostgreSQL is put back with pg_restore, without a file named here; then say it again without the file, so that devices learn of it"
    )]
    RestoreOfPostgres,
    /// Nobody said from what.
    #[error("say from which backup: restore FILE --data DIR")]
    NoBackup,
    /// What is stored cannot be.
    #[error("not all is well: {}", Count(*.0, "problem"))]
    Problems(u64),
}

/// Reads everything in a database or a backup, says what is wrong, and fails if anything is.
pub async fn verify(file: Option<&Path>, place: WhereItIs) -> Result<(), CommandError> {
    let db = match file {
        Some(_) if place.data.is_some() || place.database.is_some() => return Err(ServeError::TwoPlaces.into()),
        Some(file) => Db::open_file_to_read(file).await?,
        None => Db::open_to_read(&place.place()?).await?,
    };
    let totals = db.verify(&mut tell).await;
    db.close().await;
    let totals = totals?;
    say(&Summary(&totals));
    if totals.problems == 0 { Ok(()) } else { Err(CommandError::Problems(totals.problems)) }
}

/// Writes a backup of a data folder, also while a server has it.
pub async fn backup(to: &Path, place: WhereItIs) -> Result<(), CommandError> {
    let Place::Folder(folder) = place.place()? else { return Err(CommandError::BackupOfPostgres) };
    let Holdings { accounts, shops, entries, put_aside, .. } = backup::backup(&folder, to).await?;
    let counts = [(accounts, "account"), (shops, "shop"), (entries, "entry")];
    let counts = counts.map(|(count, what)| Count(count, what).to_string()).join(", ");
    say(&format_args!("{}: {counts}, {}", to.display(), Count(put_aside, "entry set aside")));
    Ok(())
}

/// Puts a backup in the place of an empty folder; or tells devices that a `PostgreSQL` was put back.
pub async fn restore(from: Option<&Path>, place: WhereItIs) -> Result<(), CommandError> {
    match (place.place()?, from) {
        (Place::Folder(folder), Some(from)) => {
            let totals = backup::restore(from, &folder, &mut tell).await?;
            say(&Summary(&totals));
        }
        (Place::Folder(_), None) => return Err(CommandError::NoBackup),
        (Place::Postgres(_), Some(_)) => return Err(CommandError::RestoreOfPostgres),
        (place @ Place::Postgres(_), None) => backup::begin_another_epoch(&place).await?,
    }
    say(&"another history begins: every device sends again what is missing");
    Ok(())
}

/// Writes one account out.
pub async fn export(to: &Path, email: &str, place: WhereItIs) -> Result<(), CommandError> {
    let Exported { entries, put_aside } = export::export(&place.place()?, email, to).await?;
    let (entries, put_aside) = (Count(entries, "entry"), Count(put_aside, "entry set aside"));
    say(&format_args!("{}: {entries}, {put_aside}", to.display()));
    Ok(())
}

/// What is wrong goes to the standard output, and how far it is to the other one.
fn tell(told: &Told<'_>) {
    match told {
        Told::Problem(problem) => say(problem),
        Told::Account(account, name) => say_aside(&format_args!("account {account}, {name}")),
        Told::Read(totals) => say_aside(&Summary(totals)),
    }
}

/// Done it is, whoever reads it.
fn say(line: &dyn fmt::Display) {
    let _ = writeln!(std::io::stdout(), "{line}");
}

fn say_aside(line: &dyn fmt::Display) {
    let _ = writeln!(std::io::stderr(), "{line}");
}

/// What was read.
struct Summary<'a>(&'a Totals);

impl fmt::Display for Summary<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Totals { accounts, shops, entries, outboxes, pushed, put_aside, problems } = *self.0;
        let counts = [
            (accounts, "account"),
            (shops, "shop"),
            (entries, "entry"),
            (outboxes, "outbox"),
            (pushed, "number"),
            (put_aside, "entry set aside"),
        ];
        for (count, what) in counts {
            write!(f, "{}, ", Count(count, what))?;
        }
        Count(problems, "problem").fmt(f)
    }
}

/// So many of something.
struct Count(u64, &'static str);

impl fmt::Display for Count {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(count, one) = *self;
        let many = match one {
            "entry" => "entries",
            "outbox" => "outboxes",
            "entry set aside" => "entries set aside",
            other => return write!(f, "{count} {other}{}", if count == 1 { "" } else { "s" }),
        };
        write!(f, "{count} {}", if count == 1 { one } else { many })
    }
}
