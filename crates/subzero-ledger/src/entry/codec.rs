//! An entry as bytes, the same on disk and on the wire.
//!
//! Layout, version 1: one version byte, then in postcard's encoding the header, the kind's number, and the length-prefixed body. The
//! body stands apart so that a kind this version does not know can be kept and passed on byte for byte.
//! Only the canonical encoding is accepted: `encode(decode(bytes)) == bytes`.

use serde::{Deserialize, Serialize};

use super::catalogue::Change;
use super::{
    Adjustment, Body, Catalogue, Conversion, CostControl, Count, Entry, Foreign, Header, LINES_MAX, Mode, MoveLine,
    Receipt, Refund, ReturnLine, Sale, TransferReceive, TransferReturn, TransferSend, VendorReturn, Void,
};
use crate::ids::{DeviceId, EmployeeId, EntryId, ShopId};
use crate::instant::Instant;
use crate::money::UnitCost;
use crate::quantity::Qty;

/// The version byte every encoded entry starts with.
pub const VERSION: u8 = 1;
/// The most bytes one encoded entry may have.
pub const ENTRY_BYTES_MAX: usize = 32 * 1024;
/// The most bytes one text in an entry may have.
const TEXT_BYTES_MAX: usize = 200;
/// The most barcodes one item may have.
const BARCODES_MAX: usize = 20;

/// Why bytes are not an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DecodeError {
    /// Longer than [`ENTRY_BYTES_MAX`].
    #[error("an entry has at most {ENTRY_BYTES_MAX} bytes")]
    TooLong,
    /// A version byte that is not [`VERSION`].
    #[error("this entry is of version {0}, which this version cannot read")]
    Version(u8),
    /// The header or the framing cannot be read.
    #[error("these bytes are not an entry")]
    Frame,
    /// The body of a known kind cannot be read.
    #[error("the body of this entry cannot be read")]
    Body,
    /// Readable, but not as [`Entry::encode`] writes it.
    #[error("this entry is not in its canonical encoding")]
    NotCanonical,
    /// A moment outside the years 1970 to 9999.
    #[error("a time in this entry is out of range")]
    Time,
    /// No lines, or more than [`LINES_MAX`].
    #[error("an entry has 1 to {LINES_MAX} lines")]
    Lines,
    /// A quantity, cost or price that is negative, zero where it must not be, or too large.
    #[error("a figure in this entry is out of range")]
    Figure,
    /// A text that is too long.
    #[error("a text in this entry is too long")]
    Text,
}

#[derive(Serialize, Deserialize)]
struct Frame<'a> {
    id: EntryId,
    shop: ShopId,
    device: DeviceId,
    at: Instant,
    employee: EmployeeId,
    mode: Mode,
    cost_control: CostControl,
    kind: u16,
    #[serde(borrow)]
    payload: &'a [u8],
}

impl Entry {
    /// The entry's bytes, without its device sequence. Fails only for an entry beyond the limits.
    pub fn encode(&self) -> Result<Vec<u8>, DecodeError> {
        check(&self.header, &self.body)?;
        let (kind, payload) = self.body.to_payload()?;
        let header = self.header;
        let frame = Frame {
            id: header.id,
            shop: header.shop,
            device: header.device,
            at: header.at,
            employee: header.employee,
            mode: header.mode,
            cost_control: header.cost_control,
            kind,
            payload: &payload,
        };
        let bytes = postcard::to_extend(&frame, vec![VERSION]).map_err(|_| DecodeError::Frame)?;
        if bytes.len() > ENTRY_BYTES_MAX { Err(DecodeError::TooLong) } else { Ok(bytes) }
    }

    /// Reads an entry, trusting nothing: length, version, encoding, every limit.
    pub fn decode(dseq: u64, bytes: &[u8]) -> Result<Self, DecodeError> {
        let (header, kind, payload) = decode_frame(bytes)?;
        let body = Body::from_payload(kind, payload)?;
        let entry = Self { dseq, header, body };
        if entry.encode()? == bytes { Ok(entry) } else { Err(DecodeError::NotCanonical) }
    }

    /// Reads an entry that a newer version may have written: a body that cannot be read is kept as [`Body::Foreign`].
    pub fn decode_confirmed(dseq: u64, bytes: &[u8]) -> Result<Self, DecodeError> {
        Self::decode(dseq, bytes).or_else(|_| {
            let (header, kind, payload) = decode_frame(bytes)?;
            Ok(Self { dseq, header, body: Body::Foreign(Foreign { kind, payload: payload.to_vec() }) })
        })
    }
}

fn decode_frame(bytes: &[u8]) -> Result<(Header, u16, &[u8]), DecodeError> {
    if bytes.len() > ENTRY_BYTES_MAX {
        return Err(DecodeError::TooLong);
    }
    let (&version, rest) = bytes.split_first().ok_or(DecodeError::Frame)?;
    if version != VERSION {
        return Err(DecodeError::Version(version));
    }
    let (frame, rest) = postcard::take_from_bytes::<Frame<'_>>(rest).map_err(|_| DecodeError::Frame)?;
    if !rest.is_empty() {
        return Err(DecodeError::Frame);
    }
    let header = Header {
        id: frame.id,
        shop: frame.shop,
        device: frame.device,
        at: frame.at,
        employee: frame.employee,
        mode: frame.mode,
        cost_control: frame.cost_control,
    };
    check_time(header.at)?;
    Ok((header, frame.kind, frame.payload))
}

/// Numbers of kinds, for ever: a number is never used for another kind.
macro_rules! kinds {
    ($($number:literal => $variant:ident($payload:ty)),+ $(,)?) => {
        impl Body {
            /// The kind's number, for ever the same.
            pub const fn kind(&self) -> u16 {
                match self {
                    $(Self::$variant(_) => $number,)+
                    Self::Foreign(foreign) => foreign.kind,
                }
            }

            fn to_payload(&self) -> Result<(u16, Vec<u8>), DecodeError> {
                let payload = match self {
                    $(Self::$variant(payload) => postcard::to_stdvec(payload).map_err(|_| DecodeError::Body)?,)+
                    Self::Foreign(foreign) => foreign.payload.clone(),
                };
                Ok((self.kind(), payload))
            }

            fn from_payload(kind: u16, payload: &[u8]) -> Result<Self, DecodeError> {
                match kind {
                    $($number => read::<$payload>(payload).map(Self::$variant),)+
                    _ => Ok(Self::Foreign(Foreign { kind, payload: payload.to_vec() })),
                }
            }
        }
    };
}

kinds! {
    1 => Sale(Sale),
    2 => Refund(Refund),
    3 => Void(Void),
    4 => Receipt(Receipt),
    5 => TransferSend(TransferSend),
    6 => TransferReceive(TransferReceive),
    7 => TransferReturn(TransferReturn),
    8 => VendorReturn(VendorReturn),
    9 => Count(Count),
    10 => Adjustment(Adjustment),
    11 => Conversion(Conversion),
    20 => Catalogue(Catalogue),
}

fn read<'a, T: Deserialize<'a>>(payload: &'a [u8]) -> Result<T, DecodeError> {
    let (value, rest) = postcard::take_from_bytes(payload).map_err(|_| DecodeError::Body)?;
    if rest.is_empty() { Ok(value) } else { Err(DecodeError::Body) }
}

fn check(header: &Header, body: &Body) -> Result<(), DecodeError> {
    check_time(header.at)?;
    match body {
        Body::Sale(sale) => {
            check_text(&sale.receipt)?;
            check_lines(&sale.lines, |line| {
                check_qty(line.qty)?;
                check_cost(line.item.default_cost)?;
                require(line.price.is_in_range())
            })
        }
        Body::Refund(Refund { lines, .. })
        | Body::TransferReceive(TransferReceive { lines, .. })
        | Body::TransferReturn(TransferReturn { lines, .. }) => check_lines(lines, check_return_line),
        Body::Receipt(receipt) => {
            check_text(&receipt.reference)?;
            check_lines(&receipt.lines, |line| {
                check_qty(line.qty)?;
                check_cost(line.item.default_cost)?;
                require(line.cost.is_in_range())
            })
        }
        Body::TransferSend(TransferSend { lines, .. }) | Body::VendorReturn(VendorReturn { lines }) => {
            check_lines(lines, check_move_line)
        }
        Body::Count(count) => check_lines(&count.lines, |line| {
            check_time(line.at)?;
            check_cost(line.item.default_cost)?;
            require(!line.counted.is_negative() && line.counted <= Qty::LINE_MAX)
        }),
        Body::Adjustment(adjustment) => {
            check_text(&adjustment.reason)?;
            check_lines(&adjustment.lines, |line| {
                check_cost(line.item.default_cost)?;
                check_cost(line.cost)?;
                let within = line.qty <= Qty::LINE_MAX && line.qty >= Qty::LINE_MAX.negated();
                require(within && !line.qty.is_zero())
            })
        }
        Body::Conversion(conversion) => check_cost(conversion.item.default_cost),
        Body::Catalogue(catalogue) => check_lines(&catalogue.changes, check_change),
        Body::Void(_) | Body::Foreign(_) => Ok(()),
    }
}

fn check_lines<T>(lines: &[T], check: impl Fn(&T) -> Result<(), DecodeError>) -> Result<(), DecodeError> {
    if lines.is_empty() || lines.len() > LINES_MAX {
        return Err(DecodeError::Lines);
    }
    lines.iter().try_for_each(check)
}

fn check_return_line(line: &ReturnLine) -> Result<(), DecodeError> {
    check_cost(line.item.default_cost)?;
    check_qty(line.qty)
}

fn check_move_line(line: &MoveLine) -> Result<(), DecodeError> {
    check_cost(line.item.default_cost)?;
    check_qty(line.qty)
}

fn check_change(change: &Change) -> Result<(), DecodeError> {
    match change {
        Change::Item(item) => {
            let fields = &item.fields;
            [&fields.name, &fields.sku, &fields.category, &fields.vendor]
                .into_iter()
                .flatten()
                .try_for_each(|text| check_text(text))?;
            let barcodes = fields.barcodes.as_deref().unwrap_or_default();
            require(barcodes.len() <= BARCODES_MAX)?;
            barcodes.iter().try_for_each(|text| check_text(text))?;
            check_cost(fields.default_cost.flatten())?;
            require(fields.price.is_none_or(crate::money::Price::is_in_range))?;
            require(fields.decimals.is_none_or(|decimals| decimals <= 3))
        }
        Change::Employee(employee) => employee.name.as_deref().map_or(Ok(()), check_text),
        Change::Shop { name, .. } | Change::Register { name, .. } => check_text(name),
        Change::NegativeInventory { .. } | Change::CostControl { .. } => Ok(()),
    }
}

fn check_time(at: Instant) -> Result<(), DecodeError> {
    if at < Instant::MIN || at > Instant::MAX { Err(DecodeError::Time) } else { Ok(()) }
}

fn check_qty(qty: Qty) -> Result<(), DecodeError> {
    require(qty.is_positive() && qty <= Qty::LINE_MAX)
}

fn check_cost(cost: Option<UnitCost>) -> Result<(), DecodeError> {
    require(cost.is_none_or(UnitCost::is_in_range))
}

fn check_text(text: &str) -> Result<(), DecodeError> {
    if text.len() > TEXT_BYTES_MAX { Err(DecodeError::Text) } else { Ok(()) }
}

const fn require(holds: bool) -> Result<(), DecodeError> {
    if holds { Ok(()) } else { Err(DecodeError::Figure) }
}
