//! The limits of an entry: what [`Entry::encode`](super::Entry::encode) refuses to write and
//! [`Entry::decode`](super::Entry::decode) refuses to read.

use std::collections::BTreeSet;

use super::catalogue::Change;
use super::codec::DecodeError;
use super::rights::Role;
use super::{Body, CountScope, Header, LINES_MAX, MoveLine, ReturnLine, StampedItem, TENDERS_MAX, Tender};
use crate::instant::Instant;
use crate::money::{Amount, Price, UnitCost};
use crate::quantity::Qty;

/// The most bytes one name, number or code in an entry may have.
pub const TEXT_BYTES_MAX: usize = 200;
/// The most bytes one note in an entry may have.
pub const NOTE_BYTES_MAX: usize = 2_000;
/// The most bytes the name of a help page may have.
const PAGE_BYTES_MAX: usize = 60;
/// The most barcodes one item may have.
pub const BARCODES_MAX: usize = 20;
/// The most decimal places a currency has.
const PLACES_MAX: u8 = 4;

/// Whether everything in an entry is within its limits.
pub(super) fn check(header: &Header, body: &Body) -> Result<(), DecodeError> {
    check_time(header.at)?;
    match body {
        Body::Sale(sale) => {
            check_texts(&[&sale.receipt])?;
            check_note(&sale.note)?;
            check_tenders(&sale.tenders)?;
            require(sale.places <= PLACES_MAX)?;
            check_lines(&sale.lines, |line| {
                check_out(line.item, line.qty)?;
                require(line.price.is_in_range())?;
                require(line.discount >= Amount::ZERO && line.discount <= line.price.times(line.qty))
            })
        }
        Body::Refund(refund) => {
            check_texts(&[&refund.receipt])?;
            check_note(&refund.note)?;
            check_tenders(&refund.tenders)?;
            check_lines(&refund.lines, |line| {
                check_out(line.item, line.qty)?;
                require(line.amount >= Amount::ZERO && line.amount <= amount_max())
            })
        }
        Body::Void(void) => check_note(&void.note),
        Body::Reassignment(reassigned) => {
            check_cost(reassigned.from.default_cost)?;
            check_out(reassigned.to, reassigned.qty)
        }
        Body::Order(order) => {
            check_texts(&[&order.number])?;
            check_note(&order.note)?;
            let numbers: BTreeSet<u16> = order.lines.iter().map(|line| line.number).collect();
            if numbers.len() < order.lines.len() {
                return Err(DecodeError::Repeated);
            }
            check_list(&order.lines, |line| {
                check_texts(&[&line.vendor_code])?;
                check_out(line.item, line.qty)?;
                require(line.cost.is_in_range())
            })
        }
        Body::Receipt(receipt) => {
            check_texts(&[&receipt.reference])?;
            check_lines(&receipt.lines, |line| {
                check_out(line.item, line.qty)?;
                require(line.cost.is_in_range())
            })
        }
        Body::TransferDraft(draft) => {
            check_texts(&[&draft.number])?;
            check_note(&draft.note)?;
            check_list(&draft.lines, check_move_line)
        }
        Body::TransferSend(send) => {
            check_texts(&[&send.number])?;
            check_note(&send.note)?;
            check_lines(&send.lines, check_move_line)
        }
        Body::TransferReceive(receive) => check_lines(&receive.lines, check_return_line),
        Body::TransferReturn(back) => check_lines(&back.lines, check_return_line),
        Body::TransferLoss(loss) => {
            check_note(&loss.note)?;
            check_lines(&loss.lines, check_return_line)
        }
        Body::VendorReturn(back) => {
            check_note(&back.note)?;
            check_lines(&back.lines, check_move_line)
        }
        Body::CountList(list) => {
            check_texts(&[&list.name])?;
            match &list.scope {
                CountScope::All | CountScope::Vendor(_) => Ok(()),
                CountScope::Category(category) => check_texts(&[category]),
                CountScope::Items(items) => check_lines(items, |_| Ok(())),
            }
        }
        Body::Tally(tally) => check_lines(&tally.lines, |line| {
            check_time(line.at)?;
            require(line.qty <= Qty::LINE_MAX && line.qty >= Qty::LINE_MAX.negated())
        }),
        Body::Count(count) => check_lines(&count.lines, |line| {
            check_time(line.at)?;
            check_cost(line.item.default_cost)?;
            require(!line.counted.is_negative() && line.counted <= Qty::LINE_MAX)
        }),
        Body::Adjustment(adjustment) => {
            check_note(&adjustment.note)?;
            check_lines(&adjustment.lines, |line| {
                check_cost(line.item.default_cost)?;
                check_cost(line.cost)?;
                let within = line.qty <= Qty::LINE_MAX && line.qty >= Qty::LINE_MAX.negated();
                require(within && adjustment.kind.allows(line.qty))
            })
        }
        Body::Conversion(conversion) => check_cost(conversion.item.default_cost),
        Body::Catalogue(catalogue) => check_lines(&catalogue.changes, check_change),
        Body::Retraction(_) | Body::Foreign(_) => Ok(()),
    }
}

fn check_change(change: &Change) -> Result<(), DecodeError> {
    match change {
        Change::Item(item) => {
            let fields = &item.fields;
            let texts = [&fields.name, &fields.sku, &fields.category, &fields.vendor_code];
            texts.into_iter().flatten().try_for_each(|text| check_texts(&[text]))?;
            let barcodes = fields.barcodes.as_deref().unwrap_or_default();
            require(barcodes.len() <= BARCODES_MAX)?;
            barcodes.iter().try_for_each(|barcode| {
                check_texts(&[&barcode.code])?;
                check_qty(barcode.pack)
            })?;
            check_cost(fields.default_cost.flatten())?;
            require(fields.price.is_none_or(Price::is_in_range))?;
            require(fields.decimals.is_none_or(|decimals| decimals <= 3))?;
            let reorder_point = fields.reorder_point.flatten().unwrap_or_default();
            require(!reorder_point.is_negative() && reorder_point <= Qty::LINE_MAX)
        }
        Change::Vendor(vendor) => {
            let fields = &vendor.fields;
            let texts = [&fields.name, &fields.email, &fields.phone];
            texts.into_iter().flatten().try_for_each(|text| check_texts(&[text]))?;
            fields.note.as_deref().map_or(Ok(()), check_note)
        }
        Change::Employee(employee) => employee.name.as_deref().map_or(Ok(()), |name| check_texts(&[name])),
        Change::Shop { name, .. } | Change::Register { name, .. } => check_texts(&[name]),
        Change::Rights { role, from, to } => {
            let sound = *role != Role::Owner && from.are_sound() && to.are_sound();
            if sound { Ok(()) } else { Err(DecodeError::Rights) }
        }
        Change::Feedback { page, helpful: _ } => check_page(page),
        Change::NegativeInventory { .. } | Change::CostControl { .. } | Change::Cause { .. } => Ok(()),
    }
}

/// 1 to [`LINES_MAX`] lines.
fn check_lines<T>(lines: &[T], check: impl Fn(&T) -> Result<(), DecodeError>) -> Result<(), DecodeError> {
    if lines.is_empty() { Err(DecodeError::Lines) } else { check_list(lines, check) }
}

/// At most [`LINES_MAX`] lines: what is still being written may have none.
fn check_list<T>(lines: &[T], check: impl Fn(&T) -> Result<(), DecodeError>) -> Result<(), DecodeError> {
    if lines.len() > LINES_MAX { Err(DecodeError::Lines) } else { lines.iter().try_for_each(check) }
}

fn check_return_line(line: &ReturnLine) -> Result<(), DecodeError> {
    check_out(line.item, line.qty)
}

fn check_move_line(line: &MoveLine) -> Result<(), DecodeError> {
    check_out(line.item, line.qty)
}

fn check_out(item: StampedItem, qty: Qty) -> Result<(), DecodeError> {
    check_cost(item.default_cost)?;
    check_qty(qty)
}

fn check_tenders(tenders: &[Tender]) -> Result<(), DecodeError> {
    let sound = |tender: &Tender| tender.amount > Amount::ZERO && tender.amount <= amount_max();
    require(tenders.len() <= TENDERS_MAX && tenders.iter().all(sound))
}

/// The most that one line can come to.
fn amount_max() -> Amount {
    Price::MAX.times(Qty::LINE_MAX)
}

pub(super) fn check_time(at: Instant) -> Result<(), DecodeError> {
    if at < Instant::MIN || at > Instant::MAX { Err(DecodeError::Time) } else { Ok(()) }
}

fn check_qty(qty: Qty) -> Result<(), DecodeError> {
    require(qty.is_positive() && qty <= Qty::LINE_MAX)
}

fn check_cost(cost: Option<UnitCost>) -> Result<(), DecodeError> {
    require(cost.is_none_or(UnitCost::is_in_range))
}

fn check_texts(texts: &[&str]) -> Result<(), DecodeError> {
    if texts.iter().any(|text| text.len() > TEXT_BYTES_MAX) { Err(DecodeError::Text) } else { Ok(()) }
}

/// Part of an address: small letters, figures and hyphens.
fn check_page(page: &str) -> Result<(), DecodeError> {
    let is_plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    let fits = !page.is_empty() && page.len() <= PAGE_BYTES_MAX && page.bytes().all(is_plain);
    if fits { Ok(()) } else { Err(DecodeError::Text) }
}

fn check_note(note: &str) -> Result<(), DecodeError> {
    if note.len() > NOTE_BYTES_MAX { Err(DecodeError::Text) } else { Ok(()) }
}

const fn require(holds: bool) -> Result<(), DecodeError> {
    if holds { Ok(()) } else { Err(DecodeError::Figure) }
}
