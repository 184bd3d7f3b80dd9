//! The second report is held to the rules itself: on every scenario of the ledger its rows are those that the scenario expects.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde_json::{Value, json};
use subzero_bakery::compare::{Row, Rows, by_sql};
use subzero_ledger::entry::Entry;
use subzero_ledger::ids::EntryId;
use subzero_ledger::scenario;

/// The report as scenarios write it, by shop and item.
type Expected = BTreeMap<(String, String), Value>;

fn expected(scenario: &Value) -> Expected {
    let stocks = scenario["expect"]["stock"].as_array().unwrap().iter();
    let negative = stocks.filter(|stock| stock["on_hand"].as_str().unwrap().starts_with('-'));
    negative.map(|stock| (place(stock), without_since(stock))).collect()
}

fn place(value: &Value) -> (String, String) {
    let name = |field: &str| value[field].as_str().unwrap().to_owned();
    (name("shop"), name("item"))
}

fn without_since(stock: &Value) -> Value {
    json!({ "on_hand": stock["on_hand"], "negative_since": stock["negative_since"], "report": stock["report"] })
}

/// What the scenario's names are: of an entry, and of the shop and item it is about.
struct Names<'a> {
    docs: BTreeMap<EntryId, &'a str>,
    places: BTreeMap<&'a str, (String, String)>,
    moments: BTreeMap<i64, &'a str>,
}

impl<'a> Names<'a> {
    fn of(scenario: &'a Value, entries: &'a [(String, Entry)]) -> Self {
        let events = scenario["events"].as_array().unwrap();
        let text = |event: &'a Value, field: &str| event[field].as_str().unwrap();
        let at = entries.iter().zip(events).map(|((_, entry), event)| (entry.header.at.unix_ms(), text(event, "at")));
        Self {
            docs: entries.iter().map(|(doc, entry)| (entry.header.id, doc.as_str())).collect(),
            places: events.iter().map(|event| (text(event, "doc"), place(event))).collect(),
            moments: at.collect(),
        }
    }

    fn row(&self, row: &Row) -> Value {
        let mut value = json!({
            "doc": self.docs[&row.line.entry], "reason": row.reason.code(), "short": row.short.to_string(),
            "open": row.open.to_string(), "unit_cost": row.unit_cost.to_string(), "exposure": row.exposure.to_string(),
            "since": self.moments[&row.since.unix_ms()],
        });
        if row.cost_missing {
            value["cost_missing"] = json!(true);
        }
        value
    }

    fn report(&self, found: &Rows) -> Expected {
        let mut by_place = Expected::new();
        for ((item, shop), negative) in &found.items {
            let rows: Vec<&Row> = found.rows.iter().filter(|row| row.item == *item && row.shop == *shop).collect();
            let place = &self.places[self.docs[&rows.first().unwrap().line.entry]];
            let value = json!({
                "on_hand": negative.on_hand.to_string(),
                "negative_since": negative.since.map(|at| self.moments[&at.unix_ms()]),
                "report": rows.into_iter().map(|row| self.row(row)).collect::<Vec<_>>(),
            });
            by_place.insert(place.clone(), value);
        }
        by_place
    }
}

#[tokio::test]
async fn the_second_report_has_the_rows_that_every_scenario_expects() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../subzero-ledger/tests/vectors");
    let files = fs::read_dir(folder).unwrap().map(|file| file.unwrap().path());
    let mut files: Vec<_> =
        files.filter(|path| path.extension().is_some_and(|extension| extension == "json")).collect();
    files.sort();
    assert!(files.len() >= 77, "only {} scenarios are here", files.len());
    let (mut wrong, mut rows) = (Vec::new(), 0);
    for file in &files {
        let text = fs::read_to_string(file).unwrap();
        let scenario: Value = serde_json::from_str(&text).unwrap();
        let entries = scenario::entries(&text).unwrap();
        let found = by_sql(entries.iter().map(|(_, entry)| entry)).await.unwrap();
        rows += found.rows.len();
        let (expected, found) = (expected(&scenario), Names::of(&scenario, &entries).report(&found));
        if expected != found {
            wrong.push(format!("{}:\n  expected {expected:?}\n  by SQL   {found:?}", scenario["name"]));
        }
    }
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), files.len(), wrong.join("\n"));
    println!("{rows} rows in {} scenarios", files.len());
}
