//! An entry as JSON: what stands beside it, what it says of itself, and its body.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Serialize;
use serde_json::{Map, Value, json};
use subzero_ledger::entry::{Body, Catalogue, Change, Entry};
use subzero_ledger::ids::ShopId;

use crate::db::account_rows::{KeptEntry, PutAside};

/// An entry in a shop's history.
pub fn stored(shop: ShopId, kept: &KeptEntry) -> Result<Value, serde_json::Error> {
    let mut line = Map::new();
    put(&mut line, "row", "entry");
    put(&mut line, "shop", shop);
    put(&mut line, "seq", kept.row.seq);
    put(&mut line, "recorded_ms", kept.row.recorded);
    put(&mut line, "outbox", kept.row.inc);
    put(&mut line, "dseq", kept.row.dseq);
    put(&mut line, "flags", &kept.flags);
    put_entry(&mut line, kept.row.dseq, &kept.row.body.0)?;
    Ok(Value::Object(line))
}

/// An entry that was put aside.
pub fn put_aside(aside: &PutAside) -> Result<Value, serde_json::Error> {
    let mut line = Map::new();
    put(&mut line, "row", "put_aside");
    put(&mut line, "reason", aside.reason);
    put(&mut line, "recorded_ms", aside.recorded);
    put(&mut line, "outbox", aside.inc);
    put(&mut line, "dseq", aside.dseq);
    put_entry(&mut line, aside.dseq, &aside.body.0)?;
    Ok(Value::Object(line))
}

/// What it says, or its bytes where this version cannot read them.
fn put_entry(line: &mut Map<String, Value>, dseq: u64, bytes: &[u8]) -> Result<(), serde_json::Error> {
    let Ok(Entry { header, body, .. }) = Entry::decode(dseq, bytes) else {
        put(line, "bytes", STANDARD.encode(bytes));
        return Ok(());
    };
    put(line, "id", header.id);
    put(line, "device", header.device);
    put(line, "at_ms", header.at);
    put(line, "employee", header.employee);
    put(line, "session", header.session);
    put(line, "approved_by", header.approved_by);
    put(line, "import", header.import);
    put(line, "mode", header.mode);
    put(line, "cost_control", header.cost_control);
    let said_of = header.shop;
    line.entry("shop").or_insert_with(|| json!(said_of));
    let (kind, said) = said(&body)?;
    put(line, "kind", kind);
    line.insert("body".to_owned(), said);
    Ok(())
}

fn put(line: &mut Map<String, Value>, key: &str, value: impl Serialize) {
    // Words and numbers: none of them cannot be said in JSON.
    line.insert(key.to_owned(), serde_json::to_value(value).unwrap_or_default());
}

/// A body's kind and what it says.
fn said(body: &Body) -> Result<(&'static str, Value), serde_json::Error> {
    Ok(match body {
        Body::Sale(body) => ("sale", serde_json::to_value(body)?),
        Body::Refund(body) => ("refund", serde_json::to_value(body)?),
        Body::Void(body) => ("void", serde_json::to_value(body)?),
        Body::Reassignment(body) => ("reassignment", serde_json::to_value(body)?),
        Body::Order(body) => ("order", serde_json::to_value(body)?),
        Body::Receipt(body) => ("receipt", serde_json::to_value(body)?),
        Body::TransferDraft(body) => ("transfer_draft", serde_json::to_value(body)?),
        Body::TransferSend(body) => ("transfer_send", serde_json::to_value(body)?),
        Body::TransferReceive(body) => ("transfer_receive", serde_json::to_value(body)?),
        Body::TransferReturn(body) => ("transfer_return", serde_json::to_value(body)?),
        Body::TransferLoss(body) => ("transfer_loss", serde_json::to_value(body)?),
        Body::VendorReturn(body) => ("vendor_return", serde_json::to_value(body)?),
        Body::CountList(body) => ("count_list", serde_json::to_value(body)?),
        Body::Tally(body) => ("tally", serde_json::to_value(body)?),
        Body::Count(body) => ("count", serde_json::to_value(body)?),
        Body::Adjustment(body) => ("adjustment", serde_json::to_value(body)?),
        Body::Conversion(body) => ("conversion", serde_json::to_value(body)?),
        Body::Retraction(body) => ("retraction", serde_json::to_value(body)?),
        Body::Catalogue(body) => ("catalogue", serde_json::to_value(without_pins(body))?),
        Body::Foreign(body) => ("foreign", json!({ "number": body.kind, "bytes": STANDARD.encode(&body.payload) })),
    })
}

/// Without what a PIN is checked by: it has so few digits that they can be tried out.
fn without_pins(catalogue: &Catalogue) -> Catalogue {
    let mut catalogue = catalogue.clone();
    for change in &mut catalogue.changes {
        if let Change::Employee(employee) = change {
            employee.pin = None;
        }
    }
    catalogue
}
