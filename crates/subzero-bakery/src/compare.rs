//! The proof that the Negative inventory report is right: a second report, worked out by SQL from what the entries say, and the two laid
//! beside each other, row by row.
//!
//! The rules of that second report are in `compare/report.sql`, written from the rules of the domain. It knows neither the ledger's fold nor
//! its types; here entries are only read out into flat tables ([`said`]), and rows are read back.

use std::collections::BTreeMap;
use std::fmt;

use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{ConnectOptions as _, Connection as _, QueryBuilder, Sqlite};
use subzero_ledger::entry::Entry;
use subzero_ledger::ids::{DeviceId, EmployeeId, EntryId, ItemId, LineId, ShopId};
use subzero_ledger::instant::Instant;
use subzero_ledger::money::{Amount, UnitCost};
use subzero_ledger::quantity::Qty;
use subzero_ledger::report;
use subzero_ledger::stock::Reason;
use uuid::Uuid;

pub mod said;

use said::{Line, Said, said};

const RULES: &str = include_str!("compare/report.sql");
/// How many rows are written in one statement.
const ROWS: usize = 500;

/// Why there is no second report.
#[derive(Debug, thiserror::Error)]
pub enum SqlError {
    /// The scratch database.
    #[error(transparent)]
    Sql(#[from] sqlx::Error),
    /// A figure that cannot be.
    #[error("the second report has a {0} that cannot be")]
    Figure(&'static str),
    /// The second report does not even hold its own law.
    #[error("by SQL item {item} in shop {shop} breaks L1")]
    Broken {
        /// Which item.
        item: ItemId,
        /// Where.
        shop: ShopId,
    },
}

/// A report as far as it is compared.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rows {
    /// What is negative, by item and shop.
    pub items: BTreeMap<(ItemId, ShopId), Negative>,
    /// The rows, in the report's order.
    pub rows: Vec<Row>,
}

/// An item that is negative in a shop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the report's own fields")]
pub struct Negative {
    pub on_hand: Qty,
    pub since: Option<Instant>,
    pub on_orders: Qty,
    pub on_transfers: Qty,
}

/// A row of the report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the report's own fields")]
pub struct Row {
    pub line: LineId,
    pub item: ItemId,
    pub shop: ShopId,
    pub reason: Reason,
    pub short: Qty,
    pub open: Qty,
    pub unit_cost: UnitCost,
    pub cost_missing: bool,
    pub exposure: Amount,
    pub since: Instant,
    pub employee: Option<EmployeeId>,
    pub device: Option<DeviceId>,
}

impl From<&report::Report> for Rows {
    fn from(report: &report::Report) -> Self {
        let negative = |negative: &report::Negative| Negative {
            on_hand: negative.on_hand,
            since: negative.since,
            on_orders: negative.incoming.on_orders,
            on_transfers: negative.incoming.on_transfers,
        };
        let row = |row: &report::Row| Row {
            line: row.line,
            item: row.item,
            shop: row.shop,
            reason: row.reason,
            short: row.short,
            open: row.open,
            unit_cost: row.unit_cost.in_sums(),
            cost_missing: row.unit_cost.is_missing(),
            exposure: row.exposure,
            since: row.since,
            employee: row.employee,
            device: row.device,
        };
        Self {
            items: report.items.iter().map(|(at, found)| (*at, negative(found))).collect(),
            rows: report.rows.iter().map(row).collect(),
        }
    }
}

/// The report by SQL.
pub async fn by_sql<'a>(entries: impl IntoIterator<Item = &'a Entry>) -> Result<Rows, SqlError> {
    let mut scratch = SqliteConnectOptions::new().filename(":memory:").connect().await?;
    sqlx::raw_sql(RULES).execute(&mut scratch).await?;
    fill(&mut scratch, entries).await?;
    sqlx::raw_sql("insert into run values (1)").execute(&mut scratch).await?;
    let broken: Option<(Vec<u8>, u32)> = sqlx::query_as("select * from broken").fetch_optional(&mut scratch).await?;
    if let Some((item, shop)) = broken {
        return Err(SqlError::Broken { item: ItemId(uuid(&item)?), shop: ShopId(shop) });
    }
    let found: Vec<NegativeColumns> = sqlx::query_as("select * from negative").fetch_all(&mut scratch).await?;
    let items = found.into_iter().map(read_negative).collect::<Result<_, _>>()?;
    let found: Vec<RowColumns> = sqlx::query_as("select * from report").fetch_all(&mut scratch).await?;
    let rows = found.into_iter().map(read_row).collect::<Result<_, _>>()?;
    scratch.close().await?;
    Ok(Rows { items, rows })
}

/// Writes down what the entries say.
async fn fill<'a>(
    scratch: &mut SqliteConnection,
    entries: impl IntoIterator<Item = &'a Entry>,
) -> Result<(), SqlError> {
    let mut txn = scratch.begin().await?;
    let (mut said_entries, mut said_lines) = (Vec::new(), Vec::new());
    for (key, entry) in (1_i64..).zip(entries) {
        let Said { lines, .. } = &mut said_entries.push_mut((key, entry, said(entry))).2;
        said_lines.extend(std::mem::take(lines).into_iter().map(|line| (key, line)));
        if said_lines.len() >= ROWS || said_entries.len() >= ROWS {
            write(&mut txn, &mut said_entries, &mut said_lines).await?;
        }
    }
    write(&mut txn, &mut said_entries, &mut said_lines).await?;
    Ok(txn.commit().await?)
}

async fn write(
    txn: &mut SqliteConnection,
    entries: &mut Vec<(i64, &Entry, Said)>,
    lines: &mut Vec<(i64, Line)>,
) -> Result<(), SqlError> {
    for entries in entries.chunks(ROWS) {
        QueryBuilder::<Sqlite>::new("insert into entry ")
            .push_values(entries, |mut row, (key, Entry { dseq, header, .. }, said)| {
                row.push_bind(*key).push_bind(bytes(header.id.0)).push_bind(said.kind).push_bind(header.shop.0);
                row.push_bind(header.device.0).push_bind(dseq.cast_signed()).push_bind(header.at.unix_ms());
                row.push_bind(bytes(header.employee.0)).push_bind(said::mode(header.mode));
                row.push_bind(said::cost_control(header.cost_control));
                row.push_bind(said.refers_to.map(|EntryId(id)| bytes(id)));
                row.push_bind(said.paper.map(|paper| bytes(paper.0))).push_bind(said.stage);
                row.push_bind(said.to_shop.map(|shop| shop.0));
            })
            .build()
            .execute(&mut *txn)
            .await?;
    }
    for lines in lines.chunks(ROWS) {
        QueryBuilder::<Sqlite>::new("insert into line ")
            .push_values(lines, |mut row, (entry, line)| {
                row.push_bind(*entry).push_bind(line.line).push_bind(bytes(line.item.0)).push_bind(line.holds_stock);
                row.push_bind(line.default_cost.map(UnitCost::ten_thousandths));
                row.push_bind(line.qty.map(Qty::thousandths)).push_bind(line.cost.map(UnitCost::ten_thousandths));
                row.push_bind(line.at.unix_ms()).push_bind(line.of_entry.map(|EntryId(id)| bytes(id)));
                row.push_bind(line.of_line).push_bind(line.becomes);
            })
            .build()
            .execute(&mut *txn)
            .await?;
    }
    entries.clear();
    lines.clear();
    Ok(())
}

fn bytes(id: Uuid) -> Vec<u8> {
    id.as_bytes().to_vec()
}

fn uuid(bytes: &[u8]) -> Result<Uuid, SqlError> {
    Uuid::from_slice(bytes).map_err(|_| SqlError::Figure("id"))
}

fn instant(ms: i64) -> Result<Instant, SqlError> {
    Instant::from_unix_ms(ms).ok_or(SqlError::Figure("moment"))
}

/// Item, shop, on hand, since, on orders, on transfers.
type NegativeColumns = (Vec<u8>, u32, i64, Option<i64>, i64, i64);

fn read_negative(
    (item, shop, on_hand, since, on_orders, on_transfers): NegativeColumns,
) -> Result<((ItemId, ShopId), Negative), SqlError> {
    let negative = Negative {
        on_hand: Qty::from_thousandths(on_hand),
        since: since.map(instant).transpose()?,
        on_orders: Qty::from_thousandths(on_orders),
        on_transfers: Qty::from_thousandths(on_transfers),
    };
    Ok(((ItemId(uuid(&item)?), ShopId(shop)), negative))
}

/// Entry, line, item, shop, reason, short, open, unit cost, cost missing, exposure, since, employee, device.
type RowColumns = (Vec<u8>, u16, Vec<u8>, u32, String, i64, i64, i64, bool, i64, i64, Vec<u8>, u32);

fn read_row(columns: RowColumns) -> Result<Row, SqlError> {
    let (entry, line, item, shop, reason, short, open, unit_cost, cost_missing, exposure, since, employee, device) =
        columns;
    let reason = Reason::ALL.into_iter().find(|known| known.code() == reason).ok_or(SqlError::Figure("reason"))?;
    Ok(Row {
        line: LineId { entry: EntryId(uuid(&entry)?), line },
        item: ItemId(uuid(&item)?),
        shop: ShopId(shop),
        reason,
        short: Qty::from_thousandths(short),
        open: Qty::from_thousandths(open),
        unit_cost: UnitCost::from_ten_thousandths(unit_cost),
        cost_missing,
        exposure: Amount::from_ten_millionths(exposure.into()),
        since: instant(since)?,
        employee: Some(EmployeeId(uuid(&employee)?)),
        device: Some(DeviceId(device)),
    })
}

/// Where two reports first differ.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct Difference {
    what: String,
    ledger: String,
    sql: String,
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { what, ledger, sql } = self;
        write!(f, "{what}\n  ledger: {ledger}\n  SQL:    {sql}")
    }
}

/// That two reports say the same, or the first row or item in which they do not.
pub fn agree(ledger: &Rows, sql: &Rows) -> Result<(), Difference> {
    let absent = |found: Option<&dyn fmt::Debug>| found.map_or_else(|| "nothing".to_owned(), |it| format!("{it:?}"));
    for place in 0..ledger.rows.len().max(sql.rows.len()) {
        let (ours, theirs) = (ledger.rows.get(place), sql.rows.get(place));
        if ours != theirs {
            let what = format!("row {} differs:", place + 1);
            let (ledger, sql) = (absent(ours.map(|row| row as _)), absent(theirs.map(|row| row as _)));
            return Err(Difference { what, ledger, sql });
        }
    }
    for at @ (item, shop) in ledger.items.keys().chain(sql.items.keys()) {
        let (ours, theirs) = (ledger.items.get(at), sql.items.get(at));
        if ours != theirs {
            let what = format!("item {item} in shop {shop} differs:");
            let (ledger, sql) = (absent(ours.map(|item| item as _)), absent(theirs.map(|item| item as _)));
            return Err(Difference { what, ledger, sql });
        }
    }
    Ok(())
}
