//! An entry as bytes, the same on disk and on the wire.
//!
//! Layout, version 2: one version byte, then in postcard's encoding the header, the kind's number, and the length-prefixed body. The
//! body stands apart so that a kind this version does not know can be kept and passed on byte for byte.
//! Only the canonical encoding is accepted: `encode(decode(bytes)) == bytes`.

use serde::{Deserialize, Serialize};

use super::limits::{check, check_time};
use super::{
    Adjustment, Body, Catalogue, Conversion, CostControl, Count, CountList, Entry, Foreign, Header, LINES_MAX, Mode,
    Order, Reassignment, Receipt, Refund, Retraction, Sale, Tally, TransferDraft, TransferLoss, TransferReceive,
    TransferReturn, TransferSend, VendorReturn, Void,
};
use crate::ids::{DeviceId, EmployeeId, EntryId, ImportId, SessionId, ShopId};
use crate::instant::Instant;

/// The version byte every encoded entry starts with.
pub const VERSION: u8 = 2;
/// The most bytes one encoded entry may have.
pub const ENTRY_BYTES_MAX: usize = 32 * 1024;

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
    /// A text that is too long, or not what it has to be.
    #[error("a text in this entry is too long, or not what it has to be")]
    Text,
    /// Two lines of an order under one number.
    #[error("two lines of this order have one number")]
    Repeated,
    /// Rights that cannot be given, or an owner's.
    #[error("these rights cannot be given")]
    Rights,
}

#[derive(Serialize, Deserialize)]
struct Frame<'a> {
    id: EntryId,
    shop: ShopId,
    device: DeviceId,
    at: Instant,
    employee: EmployeeId,
    session: SessionId,
    approved_by: Option<EmployeeId>,
    import: Option<ImportId>,
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
            session: header.session,
            approved_by: header.approved_by,
            import: header.import,
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

    /// Reads an entry that a newer version may have written: a body that cannot be read is kept as [`Body::Foreign`]. What stands around it is the
    /// same in every version.
    pub fn decode_confirmed(dseq: u64, bytes: &[u8]) -> Result<Self, DecodeError> {
        Self::decode(dseq, bytes).or_else(|_| {
            let (header, kind, payload) = decode_frame(bytes)?;
            let entry = Self { dseq, header, body: Body::Foreign(Foreign { kind, payload: payload.to_vec() }) };
            if entry.encode()? == bytes { Ok(entry) } else { Err(DecodeError::NotCanonical) }
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
        session: frame.session,
        approved_by: frame.approved_by,
        import: frame.import,
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
    12 => Order(Order),
    13 => TransferDraft(TransferDraft),
    14 => TransferLoss(TransferLoss),
    15 => CountList(CountList),
    16 => Tally(Tally),
    17 => Reassignment(Reassignment),
    18 => Retraction(Retraction),
    20 => Catalogue(Catalogue),
}

fn read<'a, T: Deserialize<'a>>(payload: &'a [u8]) -> Result<T, DecodeError> {
    let (value, rest) = postcard::take_from_bytes(payload).map_err(|_| DecodeError::Body)?;
    if rest.is_empty() { Ok(value) } else { Err(DecodeError::Body) }
}
