//! What the command line does with a database other than serve it: what is printed, and what counts as done.

use std::fmt;
use std::io::Write as _;
use std::path::Path;

use subzero_server::ServeError;
use subzero_server::db::verify::{Told, Totals};
use subzero_server::db::{Db, DbError};

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
    let totals = say_all(&db).await;
    db.close().await;
    let totals = totals?;
    say(&Summary(&totals));
    if totals.problems == 0 { Ok(()) } else { Err(CommandError::Problems(totals.problems)) }
}

/// Reads everything, with what is wrong on the standard output and how far it is on the other one.
async fn say_all(db: &Db) -> Result<Totals, DbError> {
    db.verify(&mut |told| match told {
        Told::Problem(problem) => say(problem),
        Told::Account(account, name) => say_aside(&format_args!("account {account}, {name}")),
        Told::Read(totals) => say_aside(&Summary(totals)),
    })
    .await
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
            (put_aside, "entry put aside"),
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
            "entry put aside" => "entries put aside",
            other => return write!(f, "{count} {other}{}", if count == 1 { "" } else { "s" }),
        };
        write!(f, "{count} {}", if count == 1 { one } else { many })
    }
}
