//! One entry as it was recorded: who, when, where, and each of its lines. A report's row leads here, its line marked.

use leptos::prelude::*;
use subzero_ledger::entry::{Body, Entry, Mode, StampedItem};
use subzero_ledger::history::Oddity;
use subzero_ledger::ids::{EntryId, LineId};
use subzero_ledger::ledger::{Absorbed, Arrival};
use subzero_ledger::quantity::Qty;

use crate::format;
use crate::routes::Route;
use crate::shop::use_shop;
use crate::widgets::figure::Figure;
use crate::widgets::horizon::Horizon;
use crate::widgets::notice::{Notice, Tone};
use crate::words::words;

/// The screen.
#[component]
pub fn EntryScreen(
    /// Which entry.
    entry: EntryId,
    /// The line to mark.
    line: Option<u16>,
) -> impl IntoView {
    let shop = use_shop();
    let known = Memo::new(move |_| shop.read(|core| core.ledger.entry(entry).cloned()));
    view! {
        <div class="entry">
            <a class="back" href=Route::NegativeInventory.path()>{words().report.title}</a>
            {move || match known.get() {
                Some(entry) => view! { <Known entry line/> }.into_any(),
                None => view! { <Notice tone=Tone::Plain title=words().entry.unknown><Horizon/></Notice> }.into_any(),
            }}
        </div>
    }
}

#[component]
fn Known(entry: Entry, line: Option<u16>) -> impl IntoView {
    let shop = use_shop();
    let (all, header) = (words(), entry.header);
    let words = &all.entry;
    let (employee, register) = (shop.employee_name(header.employee), shop.register_name(header.device));
    let approved = header.approved_by.map(|by| shop.employee_name(by));
    let sent = move || match shop.read(|core| core.ledger.arrival(header.id)) {
        Some(Arrival::Own { dseq }) if shop.is_set_aside(dseq) => words.set_aside,
        Some(Arrival::Own { .. }) => all.common.not_sent_yet,
        Some(Arrival::Confirmed { .. }) | None => words.sent,
    };
    let odd = move || shop.read(|core| core.ledger.oddity_of(header.id)).map(odd_words);
    let absorbed = {
        let entry = entry.clone();
        Memo::new(move |_| shop.read(|core| core.ledger.absorbed_lines(&entry)))
    };
    // What has no lines of its own to say it at.
    let has_no_lines = lines(&entry.body).is_empty();
    let absorbed_whole = move || absorbed.with(|absorbed| absorbed.values().next().copied()).filter(|_| has_no_lines);
    let receipt = entry.body.as_sale().map(|sale| sale.receipt.clone()).filter(|receipt| !receipt.is_empty());
    let title = match receipt {
        Some(receipt) => words.titled.with([kind(&entry.body), &receipt]),
        None => kind(&entry.body).to_owned(),
    };
    view! {
        <h1>{title}</h1>
        {move || odd().map(|words| view! { <Notice tone=Tone::Warning title=words/> })}
        {move || shop.read(|core| core.ledger.undone_by(header.id)).map(|by| view! {
            <Notice tone=Tone::Plain title=words.taken_back>
                <a class="button" href=Route::Entry(by, None).path()>{words.by_what}</a>
            </Notice>
        })}
        {(if let Body::Retraction(retraction) = &entry.body { Some(retraction.of) } else { None }).map(|of| view! {
            <p><a class="button" href=Route::Entry(of, None).path()>{words.of_what}</a></p>
        })}
        {move || absorbed_whole().map(|absorbed| view! { <WasCounted absorbed/> })}
        <dl class="facts">
            <div><dt>{words.when}</dt><dd>{format::moment(header.at)}</dd></div>
            <div><dt>{all.common.shop_label}</dt><dd>{shop.name_of(header.shop)}</dd></div>
            <div><dt>{words.register}</dt><dd>{register}</dd></div>
            <div><dt>{words.employee}</dt><dd>{employee}</dd></div>
            {approved.map(|approved| view! { <div><dt>{words.approved}</dt><dd>{approved}</dd></div> })}
            <div><dt>{words.mode}</dt><dd>{match header.mode { Mode::Allow => words.mode_on, Mode::AutoAdd => words.mode_off }}</dd></div>
            <div><dt>{words.sync}</dt><dd>{sent}</dd></div>
        </dl>
        <table>
            <thead><tr><th scope="col">{all.common.item}</th><th scope="col" class="number">{all.common.quantity}</th></tr></thead>
            <tbody>
                {(0_u16..).zip(lines(&entry.body)).map(|(number, (item, qty))| {
                    let name = shop.item(item.id).map_or_else(|| all.common.unknown_item.to_owned(), |item| item.name);
                    let id = LineId { entry: header.id, line: number };
                    view! {
                        <tr aria-current=(line == Some(number)).then_some("true")>
                            <td><a href=Route::Item(item.id).path()>{name}</a>
                                {move || absorbed.with(|absorbed| absorbed.get(&id).copied()).map(|absorbed| view! { <WasCounted absorbed/> })}</td>
                            <td class="number"><Figure qty=Signal::stored(qty)/></td>
                        </tr>
                    }
                }).collect_view()}
            </tbody>
        </table>
    }
}

/// What is said of a line that a count absorbed.
#[component]
pub fn WasCounted(
    /// The count.
    absorbed: Absorbed,
) -> impl IntoView {
    view! {
        <p class="was-counted"><a href=Route::Entry(absorbed.by, None).path()>{absorbed_words(absorbed)}</a></p>
    }
}

/// That a count had a line already.
pub(crate) fn absorbed_words(absorbed: Absorbed) -> String {
    words().entry.absorbed.with([&format::moment(absorbed.counted)])
}

/// What a kind of entry is called in a shop.
pub(crate) const fn kind(body: &Body) -> &'static str {
    let kinds = &words().kinds;
    match body {
        Body::Sale(_) => kinds.sale,
        Body::Refund(_) => kinds.refund,
        Body::Void(_) => kinds.void,
        Body::Order(_) => kinds.order,
        Body::Receipt(_) => kinds.receipt,
        Body::TransferDraft(_) => kinds.transfer_draft,
        Body::TransferSend(_) => kinds.transfer_send,
        Body::TransferReceive(_) => kinds.transfer_receive,
        Body::TransferReturn(_) => kinds.transfer_return,
        Body::TransferLoss(_) => kinds.transfer_loss,
        Body::VendorReturn(_) => kinds.vendor_return,
        Body::CountList(_) => kinds.count_list,
        Body::Tally(_) => kinds.tally,
        Body::Count(_) => kinds.count,
        Body::Adjustment(_) => kinds.adjustment,
        Body::Conversion(_) => kinds.conversion,
        Body::Reassignment(_) => kinds.reassignment,
        Body::Retraction(_) => kinds.retraction,
        Body::Catalogue(_) => kinds.catalogue,
        Body::Foreign(_) => kinds.foreign,
    }
}

/// The lines as they moved stock: out is negative.
pub(crate) fn lines(body: &Body) -> Vec<(StampedItem, Qty)> {
    match body {
        Body::Sale(sale) => sale.lines.iter().map(|line| (line.item, line.qty.negated())).collect(),
        Body::Refund(refund) => refund.lines.iter().map(|line| (line.item, line.qty)).collect(),
        Body::Receipt(receipt) => receipt.lines.iter().map(|line| (line.item, line.qty)).collect(),
        Body::TransferSend(send) => send.lines.iter().map(|line| (line.item, line.qty.negated())).collect(),
        Body::TransferReceive(receive) => receive.lines.iter().map(|line| (line.item, line.qty)).collect(),
        Body::TransferReturn(back) => back.lines.iter().map(|line| (line.item, line.qty)).collect(),
        Body::VendorReturn(back) => back.lines.iter().map(|line| (line.item, line.qty.negated())).collect(),
        Body::Count(count) => count.lines.iter().map(|line| (line.item, line.counted)).collect(),
        Body::Adjustment(adjustment) => adjustment.lines.iter().map(|line| (line.item, line.qty)).collect(),
        Body::TransferLoss(loss) => loss.lines.iter().map(|line| (line.item, line.qty)).collect(),
        Body::Order(order) => order.lines.iter().map(|line| (line.item, line.qty)).collect(),
        Body::TransferDraft(draft) => draft.lines.iter().map(|line| (line.item, line.qty)).collect(),
        Body::Reassignment(moved) => vec![(moved.from, moved.qty), (moved.to, moved.qty.negated())],
        Body::CountList(_)
        | Body::Tally(_)
        | Body::Void(_)
        | Body::Conversion(_)
        | Body::Retraction(_)
        | Body::Catalogue(_)
        | Body::Foreign(_) => Vec::new(),
    }
}

fn odd_words(oddity: Oddity) -> &'static str {
    match oddity {
        Oddity::RefundExceedsSale => words().odd.refund_exceeds,
        Oddity::ReturnExceedsSent => words().odd.return_exceeds,
        Oddity::ReceiveExceedsSent => words().odd.receive_exceeds,
        Oddity::UnknownDocument => words().odd.unknown_document,
        Oddity::OutOfRange => words().odd.out_of_range,
    }
}
