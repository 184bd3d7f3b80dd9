//! An entry as JSON: what stands beside it, what it says of itself, and its body.

use serde::{Serialize, Serializer};
use subzero_ledger::entry::{Body, Catalogue, Change, CostControl, Entry, Foreign, Mode};
use subzero_ledger::ids::{DeviceId, EmployeeId, EntryId, ImportId, SessionId, ShopId};
use subzero_ledger::instant::Instant;
use subzero_sync::wire::{EntryBytes, Flag, Incarnation, QuarantineReason, Row};

use crate::db::account_rows::PutAside;

/// A line.
#[derive(Serialize)]
pub struct Line {
    row: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    shop: Option<ShopId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    seq: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    flags: Option<Vec<Flag>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<QuarantineReason>,
    recorded_ms: Instant,
    outbox: Incarnation,
    dseq: u64,
    #[serde(flatten)]
    content: Content,
}

/// What the entry says of itself, or its bytes where this version cannot read them.
#[derive(Serialize)]
#[serde(untagged)]
enum Content {
    Read {
        id: EntryId,
        device: DeviceId,
        at_ms: Instant,
        employee: EmployeeId,
        session: SessionId,
        approved_by: Option<EmployeeId>,
        import: Option<ImportId>,
        mode: Mode,
        cost_control: CostControl,
        kind: &'static str,
        body: Box<Told>,
    },
    Unread {
        bytes: EntryBytes,
    },
}

/// A body without secrets.
struct Told(Body);

/// An entry in a shop's history.
pub fn stored(shop: ShopId, row: Row) -> Line {
    let (_, content) = content(row.dseq, row.body);
    Line {
        row: "entry",
        shop: Some(shop),
        seq: Some(row.seq),
        flags: Some(row.flags),
        reason: None,
        recorded_ms: row.recorded,
        outbox: row.inc,
        dseq: row.dseq,
        content,
    }
}

/// An entry that was set aside.
pub fn put_aside(PutAside { inc, dseq, body, reason, recorded }: PutAside) -> Line {
    let (shop, content) = content(dseq, body);
    let (outbox, reason, recorded_ms) = (inc, Some(reason), recorded);
    Line { row: "put_aside", shop, seq: None, flags: None, reason, recorded_ms, outbox, dseq, content }
}

/// Which shop it says it is of, and what else.
fn content(dseq: u64, bytes: EntryBytes) -> (Option<ShopId>, Content) {
    let Ok(Entry { header, body, .. }) = Entry::decode(dseq, &bytes.0) else {
        return (None, Content::Unread { bytes });
    };
    let read = Content::Read {
        id: header.id,
        device: header.device,
        at_ms: header.at,
        employee: header.employee,
        session: header.session,
        approved_by: header.approved_by,
        import: header.import,
        mode: header.mode,
        cost_control: header.cost_control,
        kind: kind(&body),
        body: Box::new(Told(without_pins(body))),
    };
    (Some(header.shop), read)
}

const fn kind(body: &Body) -> &'static str {
    match body {
        Body::Sale(_) => "sale",
        Body::Refund(_) => "refund",
        Body::Void(_) => "void",
        Body::Reassignment(_) => "reassignment",
        Body::Order(_) => "order",
        Body::Receipt(_) => "receipt",
        Body::TransferDraft(_) => "transfer_draft",
        Body::TransferSend(_) => "transfer_send",
        Body::TransferReceive(_) => "transfer_receive",
        Body::TransferReturn(_) => "transfer_return",
        Body::TransferLoss(_) => "transfer_loss",
        Body::VendorReturn(_) => "vendor_return",
        Body::CountList(_) => "count_list",
        Body::Tally(_) => "tally",
        Body::Count(_) => "count",
        Body::Adjustment(_) => "adjustment",
        Body::Conversion(_) => "conversion",
        Body::Retraction(_) => "retraction",
        Body::Catalogue(_) => "catalogue",
        Body::Foreign(_) => "foreign",
    }
}

impl Serialize for Told {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match &self.0 {
            Body::Sale(body) => body.serialize(serializer),
            Body::Refund(body) => body.serialize(serializer),
            Body::Void(body) => body.serialize(serializer),
            Body::Reassignment(body) => body.serialize(serializer),
            Body::Order(body) => body.serialize(serializer),
            Body::Receipt(body) => body.serialize(serializer),
            Body::TransferDraft(body) => body.serialize(serializer),
            Body::TransferSend(body) => body.serialize(serializer),
            Body::TransferReceive(body) => body.serialize(serializer),
            Body::TransferReturn(body) => body.serialize(serializer),
            Body::TransferLoss(body) => body.serialize(serializer),
            Body::VendorReturn(body) => body.serialize(serializer),
            Body::CountList(body) => body.serialize(serializer),
            Body::Tally(body) => body.serialize(serializer),
            Body::Count(body) => body.serialize(serializer),
            Body::Adjustment(body) => body.serialize(serializer),
            Body::Conversion(body) => body.serialize(serializer),
            Body::Retraction(body) => body.serialize(serializer),
            Body::Catalogue(body) => body.serialize(serializer),
            Body::Foreign(Foreign { kind, payload }) => (kind, EntryBytes(payload.clone())).serialize(serializer),
        }
    }
}

/// Without what a PIN is checked by: it has so few digits that they can be tried out.
fn without_pins(body: Body) -> Body {
    let Body::Catalogue(Catalogue { known, mut changes }) = body else { return body };
    for change in &mut changes {
        if let Change::Employee(employee) = change {
            employee.pin = None;
        }
    }
    Body::Catalogue(Catalogue { known, changes })
}

#[cfg(test)]
mod tests {
    use subzero_ledger::money::Amount;

    use super::*;

    #[test]
    fn an_amount_of_any_size_can_be_written() {
        let foreign = Told(Body::Foreign(Foreign { kind: 99, payload: b"mug".to_vec() }));
        assert_eq!(serde_json::to_string(&foreign).unwrap(), r#"[99,"bXVn"]"#);
        let most = Amount::from_ten_millionths(i128::MAX);
        assert_eq!(serde_json::to_string(&most).unwrap(), i128::MAX.to_string());
    }
}
