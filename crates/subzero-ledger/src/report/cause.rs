//! Suggested causes: what the ledger knows around a negative inventory adjustment, and what that points to.
//!
//! A suggestion is never more than that, so it comes as its evidence, which a person can check. Of several, the one that leaves least to
//! guess comes first: what somebody said or wrote down, then what is on its way, then what happened close by, then habits and likeness.

use super::{Books, Negative, Row};
use crate::catalogue::Item;
use crate::entry::{Cause, OversellReason};
use crate::history::{self, Around, Delivery, History, Signs};
use crate::ids::{ItemId, LineId};
use crate::instant::Instant;
use crate::quantity::Qty;
use crate::stock::Reason;

const DAY_MS: i64 = 86_400_000;
/// So many deliveries make a habit.
const HABIT: usize = 3;
/// So often sold without ever coming in, it may hold no stock at all.
const SOLD_OFTEN: u64 = 5;
/// A word that two names share makes them look alike when it has so many letters.
const WORD_LETTERS: usize = 4;

/// What a suggestion rests on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Evidence {
    /// As much as is missing, or more, is on its way.
    Incoming {
        /// How much.
        qty: Qty,
    },
    /// It was received shortly after.
    ReceivedAfter {
        /// By which line.
        by: LineId,
        /// When.
        at: Instant,
    },
    /// Deliveries came at an even pace, and one is overdue.
    Overdue {
        /// When the last one came.
        last: Instant,
        /// After how many days the next one usually comes.
        every_days: i64,
    },
    /// A look-alike has enough to cover it.
    LookAlike {
        /// Which item.
        item: ItemId,
        /// How much of it there is.
        on_hand: Qty,
    },
    /// A count took some away shortly before.
    CountedLess {
        /// By which line.
        by: LineId,
        /// When.
        at: Instant,
        /// How much.
        less: Qty,
    },
    /// The receiving shop got less than was sent.
    ArrivedShort {
        /// How much less.
        missing: Qty,
    },
    /// The cashier said so when the till warned.
    Said(OversellReason),
    /// It went out again and again, and never came in anywhere.
    NeverReceived {
        /// How often it went out.
        times: usize,
    },
    /// What is missing are whole packs.
    WholePacks {
        /// How many units a pack has.
        pack: Qty,
    },
    /// It never came in to this shop.
    NeverStocked,
}

impl Evidence {
    /// What it points to.
    pub const fn cause(self) -> Cause {
        match self {
            Self::Incoming { .. } => Cause::NotReceived,
            Self::ReceivedAfter { .. } => Cause::SoldBeforeReceived,
            Self::Overdue { .. } | Self::Said(OversellReason::JustArrived) => Cause::ReceivedNeverEntered,
            Self::LookAlike { .. } | Self::Said(OversellReason::TagSwapped) => Cause::MisScan,
            Self::CountedLess { .. } | Self::Said(OversellReason::CountedWrong) => Cause::WrongCount,
            Self::ArrivedShort { .. } => Cause::Oversent,
            Self::Said(OversellReason::Backorder) => Cause::Backorder,
            Self::NeverReceived { .. } => Cause::WrongType,
            Self::WholePacks { .. } => Cause::PackMixUp,
            Self::NeverStocked => Cause::NeverStocked,
            Self::Said(OversellReason::Other) => Cause::Other,
        }
    }
}

/// All that suggestions are drawn from.
pub(super) struct Signals<'a> {
    pub books: &'a Books<'a>,
    pub now: Instant,
}

/// What happened to one item in one shop, as far as it tells.
struct Happened<'a> {
    history: Option<&'a History>,
    signs: Signs,
    /// Those that are here.
    deliveries: Vec<Delivery>,
}

/// An even pace of deliveries.
#[derive(Clone, Copy)]
struct Pace {
    /// When the last one came.
    last: Instant,
    /// How far they usually are apart.
    usual_ms: i64,
}

impl Signals<'_> {
    /// Says of the rows of one item in one shop what each is probably due to. Answers the last moment, in milliseconds, at which that
    /// holds however time passes, if there is one.
    pub fn suggest(&self, negative: &Negative, rows: &mut [Row]) -> Option<i64> {
        let first = rows.first()?;
        let history = self.books.ledger.history(first.item, first.shop);
        let signs = history.map(|history| history.signs(first.shop)).unwrap_or_default();
        let deliveries = history.map(|history| history.deliveries(first.shop)).unwrap_or_default();
        let happened = Happened { history, signs, deliveries };
        for row in rows {
            row.evidence = self.evidence(row, negative, &happened);
        }
        pace(&happened.signs).map(Pace::due_ms)
    }

    fn evidence(&self, row: &Row, negative: &Negative, happened: &Happened<'_>) -> Option<Evidence> {
        let signs = &happened.signs;
        let deficit = negative.on_hand.negated();
        let said = row.oversold.map(Evidence::Said);
        // What a customer ordered is no error, whatever else there is.
        let ordered = said.filter(|said| said.cause() == Cause::Backorder);
        ordered
            .or_else(|| not_received(negative, deficit))
            .or_else(|| self.oversent(row, happened))
            .or(said)
            .or_else(|| happened.received_after(row))
            .or_else(|| happened.counted_less(row))
            .or_else(|| overdue(row, signs, self.now))
            .or_else(|| self.never_received(row, signs))
            .or_else(|| (!signs.came_in).then_some(Evidence::NeverStocked))
            .or_else(|| self.whole_packs(row, deficit))
            .or_else(|| self.look_alike(row, deficit))
    }

    fn oversent(&self, row: &Row, happened: &Happened<'_>) -> Option<Evidence> {
        if row.reason != Reason::Transfer {
            return None;
        }
        let is_here = self.books.ledger.entry(row.line.entry).is_some();
        let missing = if is_here { self.books.arrived_short(row.line) } else { happened.around(row)?.arrived_short };
        missing.map(|missing| Evidence::ArrivedShort { missing })
    }

    /// Never received by any shop, and sold again and again: a service, a deposit, a bag.
    fn never_received(&self, row: &Row, signs: &Signs) -> Option<Evidence> {
        let histories = self.books.tables.shops.keys().filter_map(|shop| self.books.ledger.history(row.item, *shop));
        let never =
            !signs.came_in && signs.went_out >= SOLD_OFTEN && !histories.into_iter().any(History::ever_received);
        let times = usize::try_from(signs.went_out).unwrap_or(usize::MAX);
        never.then_some(Evidence::NeverReceived { times })
    }

    fn whole_packs(&self, row: &Row, deficit: Qty) -> Option<Evidence> {
        let packs = self.books.tables.items.get(&row.item)?.barcodes.iter().map(|barcode| barcode.pack);
        let whole = |pack: &Qty| *pack > Qty::ONE && deficit.thousandths().checked_rem(pack.thousandths()) == Some(0);
        packs.filter(whole).max().map(|pack| Evidence::WholePacks { pack })
    }

    fn look_alike(&self, row: &Row, deficit: Qty) -> Option<Evidence> {
        let Books { ledger, tables, .. } = self.books;
        let on_hand = tables.look_alikes(row.item).map(|other| (ledger.on_hand(other.id, row.shop), other));
        let mut enough: Vec<(Qty, &Item)> = on_hand.filter(|(qty, _)| *qty >= deficit).collect();
        enough.sort_by_key(|(qty, other)| (std::cmp::Reverse(*qty), other.id));
        let long_words = |item| long_words(tables.folded_name(item)).collect::<Vec<&str>>();
        let words = if enough.is_empty() { Vec::new() } else { long_words(row.item) };
        let alike = |other: &Item| long_words(other.id).iter().any(|word| words.contains(word));
        let (on_hand, most) = enough.into_iter().find(|(_, other)| alike(other))?;
        Some(Evidence::LookAlike { item: most.id, on_hand })
    }
}

fn not_received(negative: &Negative, deficit: Qty) -> Option<Evidence> {
    let qty = negative.incoming.total();
    (qty >= deficit).then_some(Evidence::Incoming { qty })
}

impl Happened<'_> {
    /// What is known around a row whose line is in a base.
    fn around(&self, row: &Row) -> Option<Around> {
        Some(self.history?.kept(row.line)?.around)
    }

    fn received_after(&self, row: &Row) -> Option<Evidence> {
        let before = self.around(row).and_then(|around| around.received_after);
        let first = before.or_else(|| history::received_after(&self.deliveries, row.since));
        first.map(|(at, by)| Evidence::ReceivedAfter { by, at })
    }

    fn counted_less(&self, row: &Row) -> Option<Evidence> {
        let around = self.around(row);
        let count = around.map_or_else(|| self.signs.counted_less(row.since), |around| around.counted_less);
        count.map(|(at, by, less)| Evidence::CountedLess { by, at, less })
    }
}

impl Books<'_> {
    /// How much less arrived than was sent by a line of a transfer of which something has arrived or been lost.
    pub(crate) fn arrived_short(&self, line: LineId) -> Option<Qty> {
        let sending = self.documents.sending(self.ledger.entry(line.entry)?)?;
        let sent = sending.lines.get(usize::from(line.line))?;
        let has_arrived = sending.lines.iter().any(|line| !line.received.is_zero() || !line.lost.is_zero());
        let missing = sent.line.qty.checked_sub(sent.received).filter(|missing| missing.is_positive())?;
        has_arrived.then_some(missing)
    }
}

fn overdue(row: &Row, signs: &Signs, now: Instant) -> Option<Evidence> {
    let pace = pace(signs)?;
    let is_overdue = now.unix_ms() > pace.due_ms() && row.since >= pace.last;
    let every_days = pace.usual_ms.saturating_add(DAY_MS / 2) / DAY_MS;
    is_overdue.then_some(Evidence::Overdue { last: pace.last, every_days: every_days.max(1) })
}

/// The pace of the last deliveries, if there is one: the median says what is usual.
fn pace(signs: &Signs) -> Option<Pace> {
    let deliveries = &signs.last_deliveries;
    if deliveries.len() < HABIT {
        return None;
    }
    let mut distances: Vec<i64> =
        deliveries.iter().zip(deliveries.iter().skip(1)).map(|(one, next)| next.ms_since(*one)).collect();
    distances.sort_unstable();
    let usual_ms = distances.get(distances.len() / 2).copied().filter(|usual| *usual > 0)?;
    let last = *deliveries.back()?;
    Some(Pace { last, usual_ms })
}

impl Pace {
    /// One and a half times the usual distance after the last one; later than that, the next is overdue.
    fn due_ms(self) -> i64 {
        self.last.unix_ms().saturating_add(self.usual_ms).saturating_add(self.usual_ms / 2)
    }
}

fn long_words(folded_name: &str) -> impl Iterator<Item = &str> {
    folded_name.split_whitespace().filter(|word| word.chars().count() >= WORD_LETTERS)
}
