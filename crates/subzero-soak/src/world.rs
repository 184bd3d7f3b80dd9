//! One database with its servers, a proxy, tills, and all that befalls them.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};
use subzero_ledger::ids::ShopId;
use subzero_sync::wire::{Checksum, Epoch, Manifest, OwnerSession, OwnerSignIn, PairRequest, Paired, Row, Standing};
use tempfile::TempDir;
use tokio::task::block_in_place;
use tokio::time::sleep;

use crate::browsers::{Browsers, Kept};
use crate::disk::{BROKEN, FULL};
use crate::history::{History, Violation};
use crate::proxy::{Proxy, Weather};
use crate::remote::Remote;
use crate::schedule::{Act, Blow, Fault, Storm};
use crate::servers::{Place, Server};
use crate::till::{SHOPS, Till, locked};

/// After the last fault everything is served within this time.
pub const SERVED_WITHIN: Duration = Duration::from_secs(30);
/// How many native tills each database has.
const TILLS: usize = 8;
/// More calls than a server makes.
const ALL: u64 = 1 << 40;
/// How far off a clock goes, in seconds: a year and more.
const OFF_S: i64 = 400 * 86_400;

/// What is soaked.
pub struct World {
    /// What its lines begin with.
    pub name: &'static str,
    seed: u64,
    servers: Vec<Server>,
    /// What the tills go through.
    pub proxy: Proxy,
    tills: Vec<Arc<Till>>,
    auditor: Remote,
    /// What everybody saw.
    pub history: Arc<Mutex<History>>,
    folder: TempDir,
    restores: usize,
    /// How often each fault came.
    pub faults: BTreeMap<Fault, u64>,
    /// The longest that it took to serve everybody after a storm.
    pub longest: Duration,
}

/// How a soak went in one world.
pub struct Figures {
    /// Pushes that were answered with an ack, to native tills.
    pub pushes: u64,
    /// Different entries among them.
    pub entries: usize,
    /// The most memory of any server, in KiB.
    pub peak_kib: u64,
    /// Connections that the proxy broke.
    pub broken: u64,
}

impl World {
    /// Starts so many servers over a database, a proxy before them, and the tills.
    pub async fn start(
        name: &'static str,
        database: Option<String>,
        servers: usize,
        program: &Path,
        page: Option<&Path>,
        seed: u64,
    ) -> Result<Self> {
        let folder = TempDir::with_prefix("subzero-soak-")?;
        let place = database.map_or_else(|| Place::Folder(folder.path().join("data-0")), Place::Postgres);
        let mut started = Vec::new();
        let mut addresses = Vec::new();
        for number in 0..servers {
            let name = format!("server-{number}");
            let mut server = Server::new(program, page, place.clone(), folder.path(), &name)?;
            addresses.push(block_in_place(|| server.start())?);
            started.push(server);
        }
        let origin = format!("http://{}", addresses.first().context("there is a server")?);
        let proxy = Proxy::start(addresses, seed).await?;
        let history = Arc::new(Mutex::new(History::new()));
        let owner = sign_in(&origin).await?;
        let auditor = Remote::new(&origin, pair(&origin, &owner, ShopId(1), "Auditor").await?.token);
        let mut tills = Vec::new();
        for (number, shop) in (1..=TILLS as u64).zip(SHOPS.into_iter().cycle()) {
            let paired = pair(&origin, &owner, shop, &format!("Till {number}")).await?;
            let remote = Remote::new(&proxy.origin, paired.token);
            tills.push(Arc::new(Till::new(paired.device, shop, remote, Arc::clone(&history), seed ^ number)));
        }
        let (faults, longest) = (BTreeMap::new(), Duration::ZERO);
        Ok(Self { name, seed, servers: started, proxy, tills, auditor, history, folder, restores: 0, faults, longest })
    }

    /// How many native tills it has.
    pub fn tills(&self) -> usize {
        self.tills.len()
    }

    /// Everybody begins to sell.
    pub fn open(&self) {
        self.tills.iter().for_each(Till::start);
    }

    /// Says what is broken, if anything is new.
    pub fn say_news(&self) {
        let mut history = locked(&self.history);
        for Violation { at, says } in history.news() {
            println!("{:10} VIOLATION after {:.1} s, seed {}: {says}", self.name, at.as_secs_f64(), self.seed);
        }
    }

    /// Lets a storm pass, and waits until everybody is served.
    pub async fn weather(&mut self, storm: &Storm) -> Result<()> {
        let backup = self.folder.path().join(format!("backup-{}.sqlite", self.restores));
        if storm.has(Fault::Restore) {
            let server = self.servers.first().context("there is a server")?;
            block_in_place(|| server.back_up(&backup))?;
        }
        let begun = Instant::now();
        for (at_ms, act) in storm.acts() {
            sleep(Duration::from_millis(at_ms).saturating_sub(begun.elapsed())).await;
            match act {
                Act::Begin(blow) => {
                    *self.faults.entry(blow.fault).or_default() += 1;
                    block_in_place(|| self.begin(blow, &backup))?;
                }
                Act::End(blow) => block_in_place(|| self.end(blow))?,
            }
        }
        let ended: Vec<usize> =
            (0..).zip(&mut self.servers).filter_map(|(n, server)| server.has_ended().then_some(n)).collect();
        if !ended.is_empty() {
            locked(&self.history).failed(None, &format!("servers {ended:?} ended by themselves"));
        }
        match self.serve().await {
            Ok(took) => {
                self.longest = self.longest.max(took);
                println!("{:10} served {:.1} s after: {storm}", self.name, took.as_secs_f64());
            }
            Err(waiting) => {
                self.longest = self.longest.max(SERVED_WITHIN);
                let says = format!("not everybody is served {} s after: {storm}", SERVED_WITHIN.as_secs());
                locked(&self.history).failed(None, &format!("{says}\n{waiting}"));
            }
        }
        self.tills.iter().for_each(|till| till.is_whole());
        Ok(())
    }

    fn begin(&mut self, blow: Blow, backup: &Path) -> Result<()> {
        let Self { servers, folder, restores, .. } = self;
        let count = servers.len() as u64;
        let number = usize::try_from(blow.whom % count)?;
        let server = servers.get_mut(number).context("there is a server")?;
        match blow.fault {
            Fault::Kill => server.kill()?,
            Fault::Freeze => server.freeze(true)?,
            Fault::DiskFull => drop(server.disk.fail(0, ALL, FULL)),
            Fault::DiskBroken => drop(server.disk.fail(0, ALL, BROKEN)),
            Fault::ClockAhead => server.set_clock(OFF_S)?,
            Fault::ClockBehind => server.set_clock(-OFF_S)?,
            Fault::Restore => {
                *restores += 1;
                server.restore(backup, folder.path().join(format!("data-{restores}")))?;
            }
            Fault::Slow | Fault::Cut | Fault::HalfClose | Fault::Silence => self.blow(blow.fault, true),
            Fault::TillKill => self.chosen(blow).for_each(|till| till.kill()),
            Fault::CacheLost => {
                for till in self.chosen(blow) {
                    till.kill();
                    till.lose_cache();
                }
            }
        }
        Ok(())
    }

    fn end(&mut self, blow: Blow) -> Result<()> {
        let count = self.servers.len() as u64;
        let number = usize::try_from(blow.whom % count)?;
        let server = self.servers.get_mut(number).context("there is a server")?;
        match blow.fault {
            Fault::Kill => drop(server.start()?),
            Fault::Freeze => server.freeze(false)?,
            Fault::DiskFull | Fault::DiskBroken => server.disk.mend(),
            Fault::ClockAhead | Fault::ClockBehind => server.set_clock(0)?,
            Fault::Restore => {}
            Fault::Slow | Fault::Cut | Fault::HalfClose | Fault::Silence => self.blow(blow.fault, false),
            Fault::TillKill | Fault::CacheLost => self.chosen(blow).for_each(Till::start),
        }
        Ok(())
    }

    fn blow(&self, fault: Fault, is_on: bool) {
        self.proxy.change(|weather: &mut Weather| match fault {
            Fault::Slow => weather.is_slow = is_on,
            Fault::Cut => weather.cuts = is_on,
            Fault::HalfClose => weather.half_closes = is_on,
            _ => weather.is_silent = is_on,
        });
    }

    /// About half of the tills, and always the same for the same blow.
    fn chosen(&self, blow: Blow) -> impl Iterator<Item = &Arc<Till>> {
        (0..).zip(&self.tills).filter(move |(number, _)| (blow.whom >> (8 + number)) & 1 == 1).map(|(_, till)| till)
    }

    /// How long it takes until all that is recorded by now is acked, and every till shows what the server then has.
    pub async fn serve(&self) -> Result<Duration, String> {
        let begun = Instant::now();
        let recorded: Vec<u64> = self.tills.iter().map(|till| till.stand().last).collect();
        let mut waiting = String::new();
        let mut after: Option<Manifest> = None;
        while begun.elapsed() < SERVED_WITHIN {
            let told = match after.take() {
                Some(told) => told,
                None => match self.auditor.manifest(0, &[], &Standing::default()).await {
                    Ok(told) => told,
                    Err(failure) => {
                        waiting = format!("the server says {failure:?}");
                        sleep(Duration::from_millis(50)).await;
                        continue;
                    }
                },
            };
            let unsent = self.unsent(&recorded, told.epoch);
            let behind = self.behind(&told);
            if unsent.is_empty() && behind.is_empty() {
                return Ok(begun.elapsed());
            }
            if unsent.is_empty() {
                // What these rows are is settled; only to be shown they still have.
                after = Some(told);
            }
            waiting = [unsent, behind].concat().join("\n");
            sleep(Duration::from_millis(20)).await;
        }
        Err(waiting)
    }

    fn unsent(&self, recorded: &[u64], epoch: Epoch) -> Vec<String> {
        let waits = |(till, &last): (&Arc<Till>, &u64)| {
            let stand = till.stand();
            let is_sent = stand.epoch == Some(epoch) && stand.acked >= last;
            let says = || format!("  till {}: {} of {last} acked; {:?}", till.device, stand.acked, till.faults());
            (!is_sent).then(says)
        };
        self.tills.iter().zip(recorded).filter_map(waits).collect()
    }

    fn behind(&self, told: &Manifest) -> Vec<String> {
        let mut behind = Vec::new();
        for till in &self.tills {
            for head in &told.heads {
                let shown = till.shown(head.shop, told.epoch);
                if head.head > 0 && shown.is_none_or(|shown| shown < head.head) {
                    let (device, faults) = (till.device, till.faults());
                    behind.push(format!(
                        "  till {device}: {shown:?} of {} rows of shop {}; {faults:?}",
                        head.head, head.shop
                    ));
                }
            }
        }
        behind
    }

    /// Nobody sells any more.
    pub fn close(&self) {
        self.tills.iter().for_each(|till| till.stop_selling());
    }

    /// All is quiet: everything is there once, and the same everywhere, in the browser of that number too. Answers what that one said.
    pub async fn audit(&mut self, number: usize, browsers: Option<&mut Browsers>) -> Result<Option<Kept>> {
        if let Err(waiting) = self.serve().await {
            locked(&self.history).failed(None, &format!("not everybody is served at the end\n{waiting}"));
        }
        let told = self.auditor.manifest(0, &[], &Standing::default()).await;
        let told = told.map_err(|failure| anyhow::anyhow!("the audit has no answer: {failure:?}"))?;
        let mut histories: BTreeMap<ShopId, Vec<Row>> = BTreeMap::new();
        for head in &told.heads {
            histories.insert(head.shop, self.all_rows(head.shop).await?);
        }
        let copy = |shop: ShopId, rows: &[Row]| (told.epoch, rows.len() as u64, Checksum::EMPTY.add_all(shop, rows));
        let copies: BTreeMap<_, _> = histories.iter().map(|(shop, rows)| (*shop, copy(*shop, rows))).collect();
        let kept = match browsers {
            Some(browsers) => Some(browsers.shows(number, &copies).await),
            None => None,
        };
        let mut history = locked(&self.history);
        history.end(told.epoch, &histories);
        for till in &self.tills {
            for (shop, rows) in &histories {
                if till.rows(*shop) != *rows {
                    history.failed(Some(till.device), &format!("its rows of shop {shop} are not the server's"));
                }
            }
        }
        if let Some(kept) = &kept {
            history.end_of_browser(&kept.receipts, &histories);
            for (shop, expected) in copies {
                let found = kept.copy(shop);
                if found != Some(expected) {
                    history.failed(kept.device, &format!("the browser has {found:?} of shop {shop}, not {expected:?}"));
                }
            }
        }
        drop(history);
        Ok(kept)
    }

    /// What is to be said of it at the end.
    pub fn figures(&mut self) -> Figures {
        let mut peak_kib = 0;
        for server in &mut self.servers {
            if let Err(error) = block_in_place(|| server.verify()) {
                locked(&self.history).failed(None, &format!("{error:#}"));
            }
            for line in server.panics() {
                locked(&self.history).failed(None, &line);
            }
            peak_kib = server.peak_kib().max(peak_kib);
        }
        let entries = locked(&self.history).entries_acked();
        let pushes = self.tills.iter().map(|till| till.pushes()).sum();
        if locked(&self.history).count() > 0 {
            self.folder.disable_cleanup(true);
            println!("{:10} kept in {}", self.name, self.folder.path().display());
        }
        Figures { pushes, entries, peak_kib, broken: self.proxy.broken() }
    }

    async fn all_rows(&self, shop: ShopId) -> Result<Vec<Row>> {
        let mut rows: Vec<Row> = Vec::new();
        loop {
            let page = self.auditor.pull(shop, rows.len() as u64, None).await;
            let page = page.map_err(|failure| anyhow::anyhow!("the audit has no rows: {failure:?}"))?;
            let is_end = page.rows.is_empty();
            rows.extend(page.rows);
            if is_end || rows.len() as u64 >= page.head {
                return Ok(rows);
            }
        }
    }
}

async fn sign_in(origin: &str) -> Result<OwnerSession> {
    // The demo account's, which everybody knows.
    let (email, password) = ("owner@cornerbakery.example".to_owned(), "fresh bread daily".to_owned());
    let ask = reqwest::Client::new().post(format!("{origin}/v1/auth/owner")).json(&OwnerSignIn { email, password });
    Ok(ask.send().await?.error_for_status()?.json().await?)
}

async fn pair(origin: &str, owner: &OwnerSession, shop: ShopId, register: &str) -> Result<Paired> {
    let request = PairRequest { shop, register: register.to_owned(), again: None, account: None };
    let ask = reqwest::Client::new().post(format!("{origin}/v1/devices/pair")).bearer_auth(&owner.token).json(&request);
    Ok(ask.send().await?.error_for_status()?.json().await?)
}
