//! Figures, money and moments as people read them and type them, by the browser's `Intl`.

use std::cell::RefCell;
use std::collections::BTreeMap;

use js_sys::{Array, Date, Function, Intl, Object, Reflect};
use subzero_ledger::cost::{Cost, TotalCost};
use subzero_ledger::decimal::{self, DecimalError, Separators};
use subzero_ledger::instant::Instant;
use subzero_ledger::money::{Amount, Price, UnitCost};
use subzero_ledger::quantity::Qty;
use wasm_bindgen::JsValue;

use crate::words::words;

const MINUTE_MS: i64 = 60_000;
const HOUR_MS: i64 = 60 * MINUTE_MS;
/// A day, as long as most are.
pub const DAY_MS: i64 = 24 * HOUR_MS;
/// The most decimals that a unit cost or a price is kept with.
const UNIT_PLACES: u32 = 4;

/// A way to write something, made once: making one costs a hundred times what using it does.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Way {
    Figure,
    Money { currency: String, per_unit: bool },
    Time,
    Day,
    Moment,
}

thread_local! {
    static WRITERS: RefCell<BTreeMap<Way, Function>> = const { RefCell::new(BTreeMap::new()) };
    static PLACES: RefCell<BTreeMap<String, u8>> = const { RefCell::new(BTreeMap::new()) };
    static PLURALS: Intl::PluralRules = Intl::PluralRules::new(&locales(), &Object::new());
    static SEPARATORS: Separators = separators();
}

impl Way {
    fn writer(&self) -> Function {
        match self {
            Self::Figure => {
                Intl::NumberFormat::new(&locales(), &options(&[("maximumFractionDigits", 3.into())])).format()
            }
            Self::Money { currency, per_unit } => {
                let options = options(&currency_style(currency));
                if *per_unit {
                    set(&options, "maximumFractionDigits", &UNIT_PLACES.into());
                }
                Intl::NumberFormat::new(&locales(), &options).format()
            }
            Self::Time => date_writer(&[("hour", "2-digit"), ("minute", "2-digit")]),
            Self::Day => date_writer(&[("day", "numeric"), ("month", "short"), ("year", "numeric")]),
            Self::Moment => date_writer(&[
                ("day", "numeric"),
                ("month", "short"),
                ("year", "numeric"),
                ("hour", "2-digit"),
                ("minute", "2-digit"),
            ]),
        }
    }

    fn write(self, value: &JsValue) -> Option<String> {
        let writer = WRITERS.with_borrow_mut(|writers| writers.entry(self).or_insert_with_key(Self::writer).clone());
        writer.call1(&JsValue::UNDEFINED, value).ok()?.as_string()
    }
}

/// A quantity, with a real minus sign.
pub fn qty(qty: Qty) -> String {
    decimal_text(Way::Figure, &qty.to_string())
}

/// A number of things.
pub fn count(n: usize) -> String {
    decimal_text(Way::Figure, &n.to_string())
}

/// Whether the language counts `n` as it counts one.
pub fn is_one(n: usize) -> bool {
    // Numbers of things on a device are exact in a float.
    #[allow(clippy::cast_precision_loss)]
    PLURALS.with(|plurals| plurals.select(n as f64) == "one")
}

/// An amount in a currency, to the places that the currency has.
pub fn amount(amount: Amount, currency: &str) -> String {
    money(&amount.rounded(places(currency)).to_string(), currency, false)
}

/// A price in a currency, to the last place that is kept.
pub fn price(price: Price, currency: &str) -> String {
    money(&price.to_string(), currency, true)
}

/// A unit cost in a currency, to the last place that is kept.
pub fn cost(cost: UnitCost, currency: &str) -> String {
    money(&cost.to_string(), currency, true)
}

/// What one unit cost, or that nobody knows: never a bare 0.
pub fn known_cost(known: Cost, currency: &str) -> String {
    known.known().map_or_else(cost_missing, |known| cost(known, currency))
}

/// What some units cost together, or that nobody knows it of all of them.
pub fn total_cost(total: TotalCost, currency: &str) -> String {
    total.known().map_or_else(cost_missing, |known| amount(known, currency))
}

fn cost_missing() -> String {
    words().common.cost_missing.to_owned()
}

fn money(decimal: &str, currency: &str, per_unit: bool) -> String {
    decimal_text(Way::Money { currency: currency.to_owned(), per_unit }, decimal)
}

/// A decimal is handed over as text, so that no digit of it passes through a float.
fn decimal_text(way: Way, decimal: &str) -> String {
    let shown = way.write(&JsValue::from_str(decimal)).unwrap_or_else(|| decimal.to_owned());
    shown.replace('-', "\u{2212}")
}

/// How many decimal places a currency has.
pub fn places(currency: &str) -> u8 {
    PLACES.with_borrow_mut(|known| match known.get(currency) {
        Some(places) => *places,
        None => *known.entry(currency.to_owned()).or_insert_with(|| places_by_locale(currency)),
    })
}

fn places_by_locale(currency: &str) -> u8 {
    let format = Intl::NumberFormat::new(&locales(), &options(&currency_style(currency)));
    let places = Reflect::get(&format.resolved_options(), &"maximumFractionDigits".into());
    let places = places.ok().and_then(|places| places.as_f64());
    // Two are what most have.
    [0, 1, 2, 3, 4].into_iter().find(|known| places == Some(f64::from(*known))).unwrap_or(2)
}

/// A figure as it stands in a field: to be typed over, without what only helps reading.
pub fn field(decimal: &impl std::fmt::Display) -> String {
    decimal.to_string().replace('.', &decimal_mark().to_string())
}

/// A figure that a person typed, with a point or a comma.
pub fn typed<T: std::str::FromStr<Err = DecimalError>>(text: &str) -> Result<T, DecimalError> {
    SEPARATORS.with(|separators| decimal::typed(text, *separators)).parse()
}

/// How numbers are written here.
pub fn numbers() -> Separators {
    SEPARATORS.with(|separators| *separators)
}

/// An amount of money that a person typed.
pub fn typed_amount(text: &str) -> Result<Amount, DecimalError> {
    typed::<Price>(text).map(|price| price.times(Qty::ONE))
}

/// How numbers are written here, read off one.
fn separators() -> Separators {
    let format = Intl::NumberFormat::new(&locales(), &Object::new());
    let mark = |kind: &str| part(&format, 12_345.6, kind)?.chars().next();
    Separators { decimal: mark("decimal").unwrap_or('.'), group: mark("group").unwrap_or(',') }
}

/// One part of a number as it is written: its decimal mark, its currency …
fn part(format: &Intl::NumberFormat, number: f64, kind: &str) -> Option<String> {
    let parts = format.format_to_parts(number);
    let found = parts.iter().find(|part| Reflect::get(part, &"type".into()).is_ok_and(|known| known == kind));
    Reflect::get(&found?, &"value".into()).ok()?.as_string()
}

/// What stands before the decimals here.
pub fn decimal_mark() -> char {
    SEPARATORS.with(|separators| separators.decimal)
}

/// How a currency is written in short.
pub fn currency_sign(currency: &str) -> String {
    let options = options(&currency_style(currency));
    set(&options, "currencyDisplay", &"narrowSymbol".into());
    let format = Intl::NumberFormat::new(&locales(), &options);
    part(&format, 0.0, "currency").unwrap_or_else(|| currency.to_owned())
}

/// For programs: in UTC, to the millisecond.
pub fn iso(at: Instant) -> String {
    js_date(at).to_iso_string().into()
}

/// The moments at which a day begins and ends here; `day` is as a field for dates has it, `2026-11-24`.
pub fn day_bounds(day: &str) -> Option<(Instant, Instant)> {
    // Without a zone, a date with a time is read in the device's own.
    let begins = Date::parse(&format!("{day}T00:00:00"));
    if begins.is_nan() {
        return None;
    }
    let next = Date::new(&JsValue::from_f64(begins));
    // A day is not always 24 hours long.
    next.set_date(next.get_date() + 1);
    // Milliseconds of dates that a field lets through are whole and small.
    #[allow(clippy::cast_possible_truncation)]
    let instant = |ms: f64| Instant::from_unix_ms(ms as i64);
    Some((instant(begins)?, instant(next.get_time())?))
}

/// When the day of a moment began here.
pub fn day_began(at: Instant) -> Instant {
    let date = js_date(at);
    date.set_hours(0);
    date.set_minutes(0);
    date.set_seconds(0);
    date.set_milliseconds(0);
    // Dates are whole milliseconds.
    #[allow(clippy::cast_possible_truncation)]
    Instant::from_unix_ms(date.get_time() as i64).unwrap_or(Instant::MIN)
}

/// When the month of a moment began here.
pub fn month_began(at: Instant) -> Instant {
    let date = js_date(at);
    date.set_date(1);
    // Dates are whole milliseconds.
    #[allow(clippy::cast_possible_truncation)]
    Instant::from_unix_ms(date.get_time() as i64).map_or(Instant::MIN, day_began)
}

/// A day as a field for dates has it, `2026-11-24`.
pub fn date_field(at: Instant) -> String {
    let date = js_date(at);
    format!("{:04}-{:02}-{:02}", date.get_full_year(), date.get_month() + 1, date.get_date())
}

/// The moments at which so many weeks begin here, that of `now` the last, and the one at which that ends.
pub fn weeks_until(now: Instant, weeks: i32) -> Vec<Instant> {
    let today = js_date(now);
    // They are all small.
    let small = |number: u32| i32::try_from(number).unwrap_or_default();
    let (year, month, day) = (today.get_full_year(), small(today.get_month()), small(today.get_date()));
    let monday = day - small((today.get_day() + 6) % 7);
    // A day before a month's first is one of the month before.
    let week = |back: i32| Date::new_with_year_month_day(year, month, monday - 7 * back);
    // Dates are whole milliseconds.
    #[allow(clippy::cast_possible_truncation)]
    let instant = |date: Date| Instant::from_unix_ms(date.get_time() as i64).unwrap_or(Instant::MIN);
    (-1..weeks).rev().map(week).map(instant).collect()
}

/// The hour and the minute, in the shop's own time.
pub fn time(at: Instant) -> String {
    Way::Time.write(&js_date(at)).unwrap_or_default()
}

/// The day.
pub fn day(at: Instant) -> String {
    Way::Day.write(&js_date(at)).unwrap_or_default()
}

/// The day, the hour and the minute.
pub fn moment(at: Instant) -> String {
    Way::Moment.write(&js_date(at)).unwrap_or_default()
}

fn date_writer(chosen: &[(&str, &str)]) -> Function {
    let options = Object::new();
    for (name, value) in chosen {
        set(&options, name, &(*value).into());
    }
    Intl::DateTimeFormat::new(&locales(), &options).format()
}

fn js_date(at: Instant) -> Date {
    // Milliseconds up to the year 9999 are exact in a float.
    #[allow(clippy::cast_precision_loss)]
    Date::new(&JsValue::from_f64(at.unix_ms() as f64))
}

/// How long ago, in one unit.
pub fn age(since: Instant, now: Instant) -> String {
    let (ms, words) = (now.ms_since(since), &words().age);
    let of = |unit: i64| usize::try_from(ms / unit).unwrap_or_default();
    if ms < MINUTE_MS {
        words.now.to_owned()
    } else if ms < HOUR_MS {
        words.minutes.of(of(MINUTE_MS), [])
    } else if ms < DAY_MS {
        words.hours.of(of(HOUR_MS), [])
    } else {
        words.days.of(of(DAY_MS), [])
    }
}

fn currency_style(currency: &str) -> [(&'static str, JsValue); 2] {
    [("style", "currency".into()), ("currency", currency.into())]
}

fn locales() -> Array {
    Array::new()
}

fn options(chosen: &[(&str, JsValue)]) -> Object {
    let options = Object::new();
    for (name, value) in chosen {
        set(&options, name, value);
    }
    options
}

fn set(options: &Object, name: &str, value: &JsValue) {
    // Setting a field of a plain object of our own does not fail.
    let _ = Reflect::set(options, &name.into(), value);
}
