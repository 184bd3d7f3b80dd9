//! What is shipped: the page made small and compressed, the server, the guide with its files; in one archive with its checksum.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result};

use crate::checkout::Checkout;
use crate::page::digest::hex;
use crate::page::{self, Build, folder, shipped};
use crate::setup::Tools;
use crate::steps::{Done, Steps};
use crate::{cargo, command};

/// What goes along: how a server is run, and on what terms; and whatever that leads to.
const GUIDE: [&str; 9] = [
    "CHANGELOG.md",
    "LICENSE-APACHE",
    "LICENSE-MIT",
    "docs/adr",
    "docs/operations",
    "docs/operations.md",
    "docs/protocol.md",
    "docs/simulation.md",
    "docs/threat-model.md",
];

/// The server, once built as it is shipped.
pub fn server(checkout: &Checkout) -> PathBuf {
    checkout.built("release", "subzero-server")
}

/// Builds page and server, a line a step.
pub fn build(checkout: &Checkout) -> Result<()> {
    build_as(checkout, &mut Steps::new(6))
}

fn build_as(checkout: &Checkout, steps: &mut Steps) -> Result<()> {
    let mut tools = Tools::none(checkout)?;
    for part in Build::Shipped.parts() {
        steps.step(part.name(), || tools.add(*part))?;
    }
    steps.step("building what binds the page", || cargo::build(checkout, &["--package", page::BINDER]))?;
    steps.step("building the page, small", || page::build(checkout, &tools, Build::Shipped))?;
    steps.step("building the server, fast", || cargo::build(checkout, &["--release", "--package", "subzero-server"]))
}

/// Builds all of it and puts it into `target/dist/subzero-VERSION-TARGET.tar.gz`, with `….sha256` beside it.
pub fn dist(checkout: &Checkout) -> Result<()> {
    let mut steps = Steps::new(7);
    build_as(checkout, &mut steps)?;
    let name = format!("subzero-{}-{}-{}", env!("CARGO_PKG_VERSION"), std::env::consts::OS, std::env::consts::ARCH);
    let dist = checkout.at("target/dist");
    let archive = dist.join(format!("{name}.tar.gz"));
    steps.step("packing", || {
        let packed = dist.join(&name);
        let _ = fs::remove_dir_all(&packed);
        gather(checkout, &packed)?;
        pack(&dist, &name, &archive)?;
        fs::remove_dir_all(&packed)?;
        Ok(Done::Made)
    })?;
    let sum = hex(&fs::read(&archive)?);
    fs::write(dist.join(format!("{name}.tar.gz.sha256")), format!("{sum}  {name}.tar.gz\n"))?;
    println!("page: {}", shipped::sizes(&Build::Shipped.folder(checkout))?);
    println!("{}: {} kB, sha256 {sum}", archive.display(), fs::metadata(&archive)?.len().div_ceil(1000));
    Ok(())
}

/// One folder with all of it, as the guide names it.
fn gather(checkout: &Checkout, to: &Path) -> Result<()> {
    folder::copy(&Build::Shipped.folder(checkout), &to.join("page"))?;
    fs::copy(server(checkout), to.join("subzero-server")).context("cannot copy the server")?;
    for part in GUIDE {
        let (from, to) = (checkout.at(part), to.join(part));
        if from.is_dir() {
            folder::copy(&from, &to)?;
        } else {
            fs::create_dir_all(to.parent().unwrap_or(&to))?;
            fs::copy(&from, &to).with_context(|| format!("cannot copy {part}"))?;
        }
    }
    Ok(())
}

/// Packs a folder into an archive that is the same for the same content, whoever packs it and when.
fn pack(within: &Path, name: &str, archive: &Path) -> Result<()> {
    let mut tar = Command::new("tar");
    tar.args(["--sort=name", "--mtime=@0", "--owner=0", "--group=0", "--numeric-owner"]);
    tar.args(["--use-compress-program=gzip -n", "--create", "--file"]).arg(archive).arg("--directory").arg(within);
    command::run_quietly(tar.arg(name)).context("the archive cannot be packed")?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_shipped_leads_only_to_what_is_shipped() {
        let checkout = Checkout::find();
        let shipped: Vec<PathBuf> = GUIDE.iter().map(|part| checkout.at(part)).collect();
        let mut files = Vec::new();
        for part in &shipped {
            files.extend(if part.is_dir() { folder::files(part).expect("it is a folder") } else { vec![part.clone()] });
        }
        for file in files.iter().filter(|file| file.extension().is_some_and(|extension| extension == "md")) {
            let text = fs::read_to_string(file).expect("it is text");
            let targets = text.split("](").skip(1).filter_map(|rest| rest.split([')', '#']).next());
            for target in targets.filter(|target| !target.is_empty() && !target.contains("://")) {
                let folder = file.parent().expect("it is in a folder");
                let led_to = folder.join(target).canonicalize().expect("what it leads to is there");
                let root = checkout.root().canonicalize().expect("the checkout is there");
                let is_shipped = GUIDE.iter().any(|part| led_to.starts_with(root.join(part)));
                assert!(is_shipped, "{} leads to {target}", file.display());
            }
        }
    }
}
