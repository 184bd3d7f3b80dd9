//! Real browsers on the built page, driven by Playwright, which says in lines of JSON what people see there.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Stdio;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use serde::Deserialize;
use subzero_ledger::ids::{DeviceId, ShopId};
use subzero_sync::wire::{Checksum, Epoch};
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, Command};
use tokio::sync::watch;
use tokio::time::timeout;

use crate::history::History;
use crate::till::locked;
use crate::world::SERVED_WITHIN;

/// They are paired and signed in within this time.
const OPEN_WITHIN: Duration = Duration::from_secs(90);
/// All that they sold is sent within this time after the last sale.
const CLOSE_WITHIN: Duration = Duration::from_secs(45);

/// A copy of a shop in a browser.
#[derive(Clone, Copy, Debug, Deserialize)]
pub struct Copy {
    /// The shop.
    shop: ShopId,
    /// The epoch its rows are of.
    epoch: Epoch,
    /// How far it goes.
    seq: u64,
    /// The sum over its rows.
    checksum: Checksum,
}

/// What one browser has said.
#[derive(Clone, Debug, Default)]
pub struct Kept {
    /// Who it is, once it is paired.
    pub device: Option<DeviceId>,
    /// The receipts it recorded.
    pub receipts: Vec<String>,
    /// Its copies, as it last said.
    copies: BTreeMap<ShopId, Copy>,
    is_closed: bool,
}

/// A line.
#[derive(Deserialize)]
struct Line {
    till: usize,
    #[serde(flatten)]
    says: Says,
}

/// What it says.
#[derive(Deserialize)]
#[serde(tag = "says", rename_all = "snake_case")]
enum Says {
    /// It is paired and somebody has signed in.
    Open { device: DeviceId },
    /// A sale was shown as recorded.
    Sold { receipt: String },
    /// What it shows of the shops.
    Shows { copies: Vec<Copy> },
    /// All that it sold is sent, and it sells no more. From now on it goes on saying what it shows, until it is told to end.
    Closed,
}

/// The browsers: one at each of these origins, each with a history to write in.
pub struct Browsers {
    driver: Child,
    folder: TempDir,
    kept: watch::Receiver<Vec<Kept>>,
    /// What Playwright says of itself.
    said: Arc<Mutex<String>>,
}

impl Browsers {
    /// Starts them, and waits until they can sell.
    pub async fn start(tests: &Path, origins: &[String], histories: Vec<Arc<Mutex<History>>>) -> Result<Self> {
        let folder = TempDir::with_prefix("subzero-soak-browsers-")?;
        let mut npx = Command::new("npx");
        npx.args(["playwright", "test", "--config", "soak.config.ts"]).current_dir(tests).kill_on_drop(true);
        npx.env("SUBZERO_ORIGINS", origins.join(" ")).env("SUBZERO_TOLD", folder.path());
        let mut driver = npx.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().context("cannot start Playwright")?;
        let mut lines = BufReader::new(driver.stdout.take().context("it has an output")?).lines();
        let (sender, kept) = watch::channel(vec![Kept::default(); origins.len()]);
        let said = Arc::new(Mutex::new(String::new()));
        let report = Arc::clone(&said);
        tokio::spawn(async move {
            while let Ok(Some(text)) = lines.next_line().await {
                // The reporter may have put a dot or a letter before it.
                let line = text.find('{').and_then(|begin| text.get(begin..)).map(serde_json::from_str);
                match line {
                    Some(Ok(line)) => sender.send_modify(|kept| note(kept, &histories, line)),
                    _ => locked(&report).extend([&text, "\n"]),
                }
            }
        });
        let mut browsers = Self { driver, folder, kept, said };
        browsers.all(OPEN_WITHIN, "open", |kept| kept.device.is_some()).await?;
        Ok(browsers)
    }

    async fn all(&mut self, within: Duration, what: &str, is_so: impl Fn(&Kept) -> bool) -> Result<()> {
        let all = self.kept.wait_for(|kept| kept.iter().all(&is_so));
        match timeout(within, all).await {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(_)) => bail!("the browsers ended before they were {what}\n{}", locked(&self.said)),
            Err(_) => bail!("the browsers are not {what} after {} s", within.as_secs()),
        }
    }

    /// Nobody sells in them any more: waits until all that they sold is sent.
    pub async fn close(&mut self) -> Result<()> {
        self.tell("stop")?;
        self.all(CLOSE_WITHIN, "done", |kept| kept.is_closed).await
    }

    /// What one of them says, as soon as it shows just this, or at the latest after a while.
    pub async fn shows(&mut self, till: usize, copies: &BTreeMap<ShopId, (Epoch, u64, Checksum)>) -> Kept {
        let is_there = |kept: &Kept| copies.iter().all(|(shop, copy)| kept.copy(*shop) == Some(*copy));
        let all = self.kept.wait_for(|kept| kept.get(till).is_some_and(is_there));
        // Whoever asks looks at what they get.
        let _ = timeout(SERVED_WITHIN, all).await;
        self.kept.borrow().get(till).cloned().unwrap_or_default()
    }

    /// They end.
    pub async fn end(mut self) -> Result<()> {
        self.tell("end")?;
        let is_success = self.driver.wait().await?.success();
        anyhow::ensure!(is_success, "Playwright failed\n{}", locked(&self.said));
        Ok(())
    }

    fn tell(&self, word: &str) -> Result<()> {
        Ok(std::fs::write(self.folder.path().join(word), "")?)
    }
}

impl Kept {
    /// How far its copy of a shop goes, and the sum.
    pub fn copy(&self, shop: ShopId) -> Option<(Epoch, u64, Checksum)> {
        self.copies.get(&shop).map(|copy| (copy.epoch, copy.seq, copy.checksum))
    }
}

/// Takes in what one of them says.
fn note(kept: &mut [Kept], histories: &[Arc<Mutex<History>>], Line { till, says }: Line) {
    let (Some(kept), Some(history)) = (kept.get_mut(till), histories.get(till)) else { return };
    match says {
        Says::Open { device } => kept.device = Some(device),
        Says::Sold { receipt } => kept.receipts.push(receipt),
        Says::Shows { copies } => {
            for copy in copies {
                if let Some(device) = kept.device {
                    locked(history).reads(device, copy.shop, copy.epoch, copy.seq);
                }
                kept.copies.insert(copy.shop, copy);
            }
        }
        Says::Closed => kept.is_closed = true,
    }
}
