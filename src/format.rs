//! Figures, money and times as people read them, by the browser's `Intl`.

use js_sys::{Array, Date, Intl, Object, Reflect};
use subzero_ledger::instant::Instant;
use subzero_ledger::money::{Amount, Price, UnitCost};
use subzero_ledger::quantity::Qty;
use wasm_bindgen::{JsCast as _, JsValue};

const MINUTE_MS: i64 = 60_000;
const HOUR_MS: i64 = 60 * MINUTE_MS;
const DAY_MS: i64 = 24 * HOUR_MS;

/// A quantity, with a real minus sign.
pub fn qty(qty: Qty) -> String {
    signed(&qty.to_string())
}

/// `text` with a real minus sign for the hyphen that a program writes.
fn signed(text: &str) -> String {
    text.replace('-', "\u{2212}")
}

/// An amount in a currency, to the places that the currency has.
pub fn amount(amount: Amount, currency: &str) -> String {
    money(&amount.rounded(places(currency)).to_string(), currency, None)
}

/// How many decimal places a currency has.
pub fn places(currency: &str) -> u8 {
    let format = Intl::NumberFormat::new(&locales(), &options(&currency_style(currency)));
    let places = Reflect::get(&format.resolved_options(), &"maximumFractionDigits".into());
    let places = places.ok().and_then(|places| places.as_f64());
    // Two are what most have.
    [0, 1, 2, 3, 4].into_iter().find(|known| places == Some(f64::from(*known))).unwrap_or(2)
}

fn currency_style(currency: &str) -> [(&'static str, JsValue); 2] {
    [("style", "currency".into()), ("currency", currency.into())]
}

/// A price in a currency.
pub fn price(price: Price, currency: &str) -> String {
    money(&price.to_string(), currency, Some(4))
}

/// A unit cost in a currency, to the last place that is kept.
pub fn cost(cost: UnitCost, currency: &str) -> String {
    money(&cost.to_string(), currency, Some(4))
}

/// With the places that the currency has, or with up to `places_max` of them.
fn money(decimal: &str, currency: &str, places_max: Option<u32>) -> String {
    let options = options(&currency_style(currency));
    if let Some(places_max) = places_max {
        set(&options, "maximumFractionDigits", &places_max.into());
    }
    let format = Intl::NumberFormat::new(&locales(), &options).format();
    // Only what is shown passes through a float; nothing is computed with it.
    let shown = format.call1(&JsValue::UNDEFINED, &JsValue::from_f64(decimal.parse().unwrap_or_default()));
    signed(&shown.ok().and_then(|shown| shown.as_string()).unwrap_or_else(|| format!("{decimal} {currency}")))
}

/// For programs: in UTC, to the millisecond.
pub fn iso(at: Instant) -> String {
    js_date(at).to_iso_string().into()
}

/// The hour and the minute, in the shop's own time.
pub fn time(at: Instant) -> String {
    date_time(at, &[("hour", "2-digit".into()), ("minute", "2-digit".into())])
}

/// The day, the hour and the minute.
pub fn moment(at: Instant) -> String {
    let options =
        [("day", "numeric"), ("month", "short"), ("year", "numeric"), ("hour", "2-digit"), ("minute", "2-digit")];
    date_time(at, &options.map(|(name, value)| (name, value.into())))
}

fn date_time(at: Instant, chosen: &[(&str, JsValue)]) -> String {
    let format = Intl::DateTimeFormat::new(&locales(), &options(chosen)).format();
    let shown = format.call1(&JsValue::UNDEFINED, js_date(at).unchecked_ref());
    shown.ok().and_then(|shown| shown.as_string()).unwrap_or_default()
}

fn js_date(at: Instant) -> Date {
    // Milliseconds up to the year 9999 are exact in a float.
    #[allow(clippy::cast_precision_loss)]
    Date::new(&JsValue::from_f64(at.unix_ms() as f64))
}

/// How long ago, in one unit.
pub fn age(since: Instant, now: Instant) -> String {
    let ms = now.ms_since(since);
    if ms < MINUTE_MS {
        "just now".to_owned()
    } else if ms < HOUR_MS {
        format!("{} min", ms / MINUTE_MS)
    } else if ms < DAY_MS {
        format!("{} h", ms / HOUR_MS)
    } else if ms < 2 * DAY_MS {
        "1 day".to_owned()
    } else {
        format!("{} days", ms / DAY_MS)
    }
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
