//! What a server's data folder leads to, for other programs to do the same work on: its entries as JSON, one a line of the file, and the
//! answer that whoever works the shortages out must come to.

use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;
use serde::Serialize;
use subzero_bakery::program::{Failure, ended};
use subzero_bakery::stored::{self, Books};
use subzero_ledger::entry::{Body, Entry};
use subzero_ledger::ids::{EmployeeId, EntryId, ItemId};
use subzero_ledger::quantity::Qty;

/// Writes an account's entries and what is open in it as JSON.
#[derive(Parser)]
struct Arguments {
    /// Folder of the server's database.
    #[arg(long)]
    data: PathBuf,
    /// The folder to write `entries.json` and `answer.json` into.
    #[arg(long)]
    to: PathBuf,
}

/// An entry that moves stock, as a till's screens need it.
#[derive(Serialize)]
struct Plain {
    id: EntryId,
    kind: &'static str,
    shop: u32,
    at: i64,
    device: u32,
    dseq: u64,
    employee: EmployeeId,
    receipt: String,
    lines: Vec<Line>,
}

/// One line; what goes out has a quantity below zero. Quantities are thousandths, money is ten-thousandths.
#[derive(Serialize)]
struct Line {
    item: ItemId,
    name: String,
    qty: i64,
    price: i64,
}

/// An item that is negative in a shop, and how much of each shortage is open, the oldest first.
#[derive(Serialize)]
struct Negative {
    item: ItemId,
    name: String,
    shop: u32,
    on_hand: i64,
    open: Vec<i64>,
}

/// What must be worked out.
#[derive(Serialize)]
struct Answer {
    entries: usize,
    lines: usize,
    items: usize,
    negative: Vec<Negative>,
}

#[tokio::main]
async fn main() -> ExitCode {
    ended(run(Arguments::parse()).await)
}

async fn run(Arguments { data, to }: Arguments) -> Result<(), Failure> {
    let accounts = stored::read(&data).await?;
    let [account] = accounts.as_slice() else { return Err("the folder must hold one account".into()) };
    let books = Books::of(account);
    let name = |item| books.catalogue.items.get(&item).map(|item| item.name.clone()).unwrap_or_default();
    std::fs::create_dir_all(&to)?;
    let mut out = BufWriter::new(File::create(to.join("entries.json"))?);
    let (mut entries, mut lines) = (0, 0);
    out.write_all(b"[")?;
    for plain in account.rows.iter().filter_map(|row| plain(&row.entry, name)) {
        out.write_all(if entries == 0 { b"\n" } else { b",\n" })?;
        serde_json::to_writer(&mut out, &plain)?;
        (entries, lines) = (entries + 1, lines + plain.lines.len());
    }
    out.write_all(b"\n]\n")?;
    out.flush()?;
    let negative = books.ledger.negatives().map(|(item, shop, stock)| Negative {
        item,
        name: name(item),
        shop: shop.0,
        on_hand: stock.on_hand().thousandths(),
        open: stock.shortages().map(|shortage| shortage.open.thousandths()).collect(),
    });
    let answer = Answer { entries, lines, items: books.catalogue.items.len(), negative: negative.collect() };
    std::fs::write(to.join("answer.json"), serde_json::to_vec(&answer)?)?;
    println!("{entries} entries, {lines} lines, {} items negative", answer.negative.len());
    Ok(())
}

/// What of an entry moves stock, if it is a sale or a receipt: nothing else moves any in the seeded accounts.
fn plain(entry: &Entry, name: impl Fn(ItemId) -> String) -> Option<Plain> {
    let line = |item: ItemId, qty: Qty, sign: i64, price: i64| Line {
        item,
        name: name(item),
        qty: sign * qty.thousandths(),
        price,
    };
    let (kind, receipt, lines) = if let Body::Sale(sale) = &entry.body {
        let lines = sale.lines.iter().map(|sold| line(sold.item.id, sold.qty, -1, sold.price.ten_thousandths()));
        ("sale", sale.receipt.clone(), lines.collect())
    } else if let Body::Receipt(receipt) = &entry.body {
        let lines = receipt.lines.iter().map(|came| line(came.item.id, came.qty, 1, came.cost.ten_thousandths()));
        ("receipt", receipt.reference.clone(), lines.collect())
    } else {
        return None;
    };
    let header = &entry.header;
    Some(Plain {
        id: header.id,
        kind,
        shop: header.shop.0,
        at: header.at.unix_ms(),
        device: header.device.0,
        dseq: entry.dseq,
        employee: header.employee,
        receipt,
        lines,
    })
}
