//! A shop for months: two tills and a phone, some four hundred sales a day, nights, days without a network, pages that are loaded again.
//!
//! Own entries are kept for 30 days, so what is measured is the month after the first forty days. What a device keeps of its own, and what
//! it does for a sale, must not grow. The cache holds the whole history, and grows by a row an entry.

use serde_json::{Value, json};
use subzero_sync::backoff::Jitter;

use crate::device::Device;
use crate::mutant::Mutant;
use crate::script::Incident;
use crate::world::{Event, Mode, World};

const DAY_MS: u64 = 86_400_000;
/// Until what is kept has reached its plateau.
const LEAD_IN_DAYS: u64 = 40;
const MEASURED_DAYS: u64 = 30;
const SALES_A_DAY: u64 = 400;
const OPENS_MS: u64 = 8 * 3_600_000;
const CLOSES_MS: u64 = 20 * 3_600_000;
const TILLS: [usize; 2] = [0, 1];
const PHONE: usize = 2;

/// A day, or several.
#[derive(Clone, Copy, Debug, Default)]
pub struct Days {
    count: u64,
    sales: u64,
    steps: u64,
    txns: u64,
    bytes: u64,
    /// Own entries kept by both tills at the end of each day, summed up.
    outbox_rows: u64,
    outbox_bytes: u64,
    /// What the till's tab holds in memory to sync by as it closes in the evening, written out, summed up.
    tab_bytes: u64,
    /// Rows in the till's cache at the end.
    cache_rows: u64,
    cache_bytes: u64,
}

/// What the month came to.
#[derive(Clone, Debug)]
pub struct Soak {
    /// The measured days, one by one.
    pub days: Vec<Days>,
    /// Whether everything that was recorded is with the server and on every device.
    pub is_whole: bool,
    /// All events, the lead-in's too.
    pub steps: u64,
}

/// Lives through it.
pub fn soak() -> Soak {
    let devices = vec![Device::new(1, &[1]), Device::new(4, &[1]), Device::new(5, &[])];
    let mut world = World::new(devices, Jitter::new(1), Mutant::None, Mode::Repeat);
    (world.is_calm, world.is_plain, world.steps_max) = (true, true, u64::MAX);
    (world.server.entries_max, world.server.rows_max) = (500, 500);
    world.trace.turn_off();
    let mut days = Vec::new();
    let mut before = Days::default();
    for day in 0..LEAD_IN_DAYS + MEASURED_DAYS {
        write_day(&mut world, day);
        world.run_until(day * DAY_MS + CLOSES_MS);
        let tab_bytes = tab_bytes(&world.devices[TILLS[0]]);
        world.run_until((day + 1) * DAY_MS);
        let until_now = Days { tab_bytes, ..measure(&world) };
        if day >= LEAD_IN_DAYS {
            days.push(until_now.since(&before));
        }
        before = until_now;
    }
    Soak { days, is_whole: is_whole(&world), steps: world.steps }
}

fn write_day(world: &mut World, day: u64) {
    let midnight = day * DAY_MS;
    let at = |ms: u64| midnight + ms;
    for device in TILLS {
        world.put_at(at(OPENS_MS - 600_000), Event::Happens(Incident::Starts { device }));
        world.put_at(at(CLOSES_MS + 600_000), Event::Happens(Incident::Closes { device }));
        for _ in 0..2 {
            let ms = OPENS_MS + world.dice.up_to(CLOSES_MS - OPENS_MS);
            world.put_at(at(ms), Event::Happens(Incident::Dies { device }));
        }
    }
    for hour in [9, 13, 20] {
        let ms = hour * 3_600_000 + world.dice.up_to(1_800_000);
        world.put_at(at(ms), Event::Happens(Incident::Starts { device: PHONE }));
        world.put_at(at(ms + 600_000), Event::Happens(Incident::Closes { device: PHONE }));
    }
    // Every Wednesday the first till has no network.
    let device = TILLS[0];
    let passes = day % 7 != 2;
    let links = Incident::Links { device, requests_pass: passes, answers_pass: passes };
    world.put_at(at(OPENS_MS), Event::Happens(links));
    for _ in 0..SALES_A_DAY {
        let ms = OPENS_MS + world.dice.up_to(CLOSES_MS - OPENS_MS);
        let device = TILLS[usize::from(world.dice.up_to(2) == 0)];
        world.put_at(at(ms), Event::Happens(Incident::Sells { device }));
    }
}

fn tab_bytes(till: &Device) -> u64 {
    till.tabs.iter().map(|tab| format!("{:?}", tab.replica).len() as u64).sum()
}

fn measure(world: &World) -> Days {
    let outboxes = TILLS.map(|till| world.devices[till].outbox.own(0, usize::MAX, usize::MAX).own);
    let rows = world.devices[TILLS[0]].cache.cursors().into_keys();
    let rows: Vec<_> =
        rows.filter_map(|shop| world.devices[TILLS[0]].cache.load(shop)).flat_map(|(_, rows)| rows).collect();
    let sum = |sizes: &mut dyn Iterator<Item = usize>| sizes.map(|size| size as u64).sum();
    Days {
        count: 0,
        sales: world.entries,
        steps: world.steps,
        txns: world.txns,
        bytes: world.txn_bytes,
        tab_bytes: 0,
        outbox_rows: sum(&mut outboxes.iter().map(Vec::len)),
        outbox_bytes: sum(&mut outboxes.iter().flatten().map(|own| own.body.0.len())),
        cache_rows: rows.len() as u64,
        cache_bytes: sum(&mut rows.iter().map(|row| row.body.0.len())),
    }
}

/// Is every entry with the server, and its history on every device?
fn is_whole(world: &World) -> bool {
    let is_with_the_server =
        world.devices.iter().flat_map(|device| &device.recorded).all(|recorded| world.server.has(&recorded.body));
    let is_on_devices = TILLS.iter().all(|&till| {
        let device = &world.devices[till];
        world.server.reads(device.id).into_iter().all(|shop| {
            device.cache.load(shop).is_some_and(|(cursor, _)| cursor.checksum == world.server.checksum(shop))
        })
    });
    is_with_the_server && is_on_devices && world.violations.is_empty()
}

impl Days {
    /// What is counted, since then; what is kept, as of now.
    const fn since(self, before: &Self) -> Self {
        Self {
            count: 1,
            sales: self.sales - before.sales,
            steps: self.steps - before.steps,
            txns: self.txns - before.txns,
            bytes: self.bytes - before.bytes,
            ..self
        }
    }

    fn and(self, later: &Self) -> Self {
        Self {
            count: self.count + later.count,
            sales: self.sales + later.sales,
            steps: self.steps + later.steps,
            txns: self.txns + later.txns,
            bytes: self.bytes + later.bytes,
            outbox_rows: self.outbox_rows + later.outbox_rows,
            outbox_bytes: self.outbox_bytes + later.outbox_bytes,
            tab_bytes: self.tab_bytes + later.tab_bytes,
            cache_rows: later.cache_rows,
            cache_bytes: later.cache_bytes,
        }
    }

    /// What must stay as it is: each by its name, of a day or a sale.
    #[allow(clippy::cast_precision_loss, reason = "figures to look at and to compare within a tenth")]
    pub fn figures(&self) -> [(&'static str, f64); 7] {
        let per = |sum: u64, count: u64| sum as f64 / count.max(1) as f64;
        [
            ("outbox_rows", per(self.outbox_rows, self.count)),
            ("outbox_bytes", per(self.outbox_bytes, self.count)),
            ("tab_bytes", per(self.tab_bytes, self.count)),
            ("steps_per_sale", per(self.steps, self.sales)),
            ("txns_per_sale", per(self.txns, self.sales)),
            ("bytes_per_txn", per(self.bytes, self.txns)),
            ("cache_bytes_per_row", per(self.cache_bytes, self.cache_rows)),
        ]
    }

    fn to_json(self) -> Value {
        let figures = self.figures().map(|(name, figure)| (name.to_owned(), json!((figure * 10.0).round() / 10.0)));
        let mut all: serde_json::Map<String, Value> = figures.into_iter().collect();
        all.insert("sales".to_owned(), json!(self.sales));
        all.insert("cache_rows".to_owned(), json!(self.cache_rows));
        all.insert("cache_bytes".to_owned(), json!(self.cache_bytes));
        Value::Object(all)
    }
}

impl Soak {
    /// The second week of the month, and its last.
    pub fn weeks(&self) -> [Days; 2] {
        let sum = |days: &[Days]| days.iter().fold(Days::default(), Days::and);
        [sum(&self.days[7..14]), sum(&self.days[self.days.len() - 7..])]
    }

    /// Each figure of the last week, divided by the second's.
    pub fn ratios(&self) -> Vec<(&'static str, f64)> {
        let [second, last] = self.weeks().map(|week| week.figures());
        second.into_iter().zip(last).map(|((name, before), (_, after))| (name, after / before)).collect()
    }

    /// What is printed of it.
    pub fn to_json(&self) -> Value {
        let ratios =
            self.ratios().into_iter().map(|(name, ratio)| (name.to_owned(), json!((ratio * 1000.0).round() / 1000.0)));
        let [second, last] = self.weeks().map(Days::to_json);
        json!({
            "days": self.days.len(), "lead_in_days": LEAD_IN_DAYS, "steps": self.steps, "is_whole": self.is_whole,
            "second_week": second, "last_week": last, "ratios": Value::Object(ratios.collect()),
        })
    }
}
