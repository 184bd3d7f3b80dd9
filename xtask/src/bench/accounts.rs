//! The accounts that are measured: seeded, and written out as JSON for those who do the same work. Each is made anew when what makes it is another, or
//! the day is: histories end yesterday.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result};

use crate::checkout::Checkout;
use crate::page::digest::hex;
use crate::{command, seed};

/// What writes an account out as JSON.
const EXPORT: &str = "subzero-export";
const BAKERY: &str = "subzero-bakery";

/// How an account is made.
enum Made {
    /// The bakery with these words.
    Bakery(&'static [&'static str]),
    /// The largest business.
    Large,
}

/// The folder with those accounts that these rows need.
pub fn make(checkout: &Checkout, rows: &[&str], today: &str) -> Result<PathBuf> {
    let folder = checkout.at("target/bench/accounts");
    let needs = |needing: &[&str]| rows.iter().any(|row| needing.contains(row));
    let all = [
        ("empty", Made::Bakery(&["--tickets", "0"]), needs(&["W5", "W13", "W14"])),
        ("bakery-1", Made::Bakery(&["--times", "1"]), needs(&["W5"])),
        ("bakery-10", Made::Bakery(&["--times", "10"]), needs(&["W1", "W3", "W5", "W9", "W13", "W14"])),
        ("large", Made::Large, needs(&["W5", "W9", "W13", "W14"])),
    ];
    for (name, made, _) in all.into_iter().filter(|(.., is_needed)| *is_needed) {
        let path = folder.join(name);
        account(checkout, &path, &made, today).with_context(|| format!("the account {name} cannot be made"))?;
    }
    Ok(folder)
}

/// One account. It is no such folder before it is whole: the stamp is written last.
fn account(checkout: &Checkout, folder: &Path, made: &Made, today: &str) -> Result<()> {
    let (program, words, day) = match made {
        Made::Bakery(words) => (seed::build(checkout, BAKERY)?, *words, today),
        Made::Large => (seed::build(checkout, seed::LARGE)?, &[][..], ""),
    };
    let export = seed::build(checkout, EXPORT)?;
    let stamp = folder.join("stamp");
    let content = format!("{} {} {day}", hex(&fs::read(&program)?), hex(&fs::read(&export)?));
    if fs::read_to_string(&stamp).ok().as_deref() == Some(&content) {
        return Ok(());
    }
    let _ = fs::remove_dir_all(folder);
    let data = folder.join("data");
    fs::create_dir_all(&data)?;
    let mut seeding = Command::new(program);
    seeding.arg("--data").arg(&data).args(words);
    if matches!(made, Made::Bakery(_)) {
        seeding.arg("--quiet");
    }
    command::run_quietly(&mut seeding)?;
    command::run_quietly(Command::new(export).arg("--data").arg(&data).arg("--to").arg(folder))?;
    fs::write(stamp, content)?;
    Ok(())
}
