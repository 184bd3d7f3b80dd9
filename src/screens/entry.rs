//! One entry as it was recorded: who, when, where, and each of its lines. A report's row leads here, its line marked.

use leptos::prelude::*;
use subzero_ledger::entry::{Body, Entry, Mode, StampedItem};
use subzero_ledger::history::Oddity;
use subzero_ledger::ids::EntryId;
use subzero_ledger::ledger::Arrival;
use subzero_ledger::quantity::Qty;

use crate::format;
use crate::routes::Route;
use crate::shop::use_shop;
use crate::widgets::figure::Figure;
use crate::widgets::notice::{Notice, Tone};

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
            <a class="back" href=Route::NegativeInventory.path()>"Negative inventory"</a>
            {move || match known.get() {
                Some(entry) => view! { <Known entry line/> }.into_any(),
                None => view! { <Notice tone=Tone::Plain title="This device does not have that entry"/> }.into_any(),
            }}
        </div>
    }
}

#[component]
fn Known(entry: Entry, line: Option<u16>) -> impl IntoView {
    let shop = use_shop();
    let header = entry.header;
    let (employee, register) = shop.read(|core| {
        let employee = core.catalogue.employees.get(&header.employee).map(|employee| employee.name.clone());
        let register = core.catalogue.registers.get(&header.device).map(|register| register.name.clone());
        (employee.unwrap_or_default(), register.unwrap_or_default())
    });
    let sent = move || match shop.read(|core| core.ledger.arrival(header.id)) {
        Some(Arrival::Own { dseq }) if shop.is_set_aside(dseq) => "Sent, and set aside by the server",
        Some(Arrival::Own { .. }) => "Not sent yet",
        Some(Arrival::Confirmed { .. }) | None => "Sent",
    };
    let odd = move || shop.read(|core| core.ledger.oddities().get(&header.id).copied()).map(odd_words);
    let receipt = entry.body.as_sale().map(|sale| sale.receipt.clone()).filter(|receipt| !receipt.is_empty());
    let title = match receipt {
        Some(receipt) => format!("{} {receipt}", kind(&entry.body)),
        None => kind(&entry.body).to_owned(),
    };
    view! {
        <h1>{title}</h1>
        {move || odd().map(|words| view! { <Notice tone=Tone::Warning title=words/> })}
        <dl class="facts">
            <div><dt>"When"</dt><dd>{format::moment(header.at)}</dd></div>
            <div><dt>"Shop"</dt><dd>{shop.name_of(header.shop)}</dd></div>
            <div><dt>"Register"</dt><dd>{register}</dd></div>
            <div><dt>"Employee"</dt><dd>{employee}</dd></div>
            <div><dt>"Mode"</dt><dd>{match header.mode { Mode::Allow => "Negative inventory on", Mode::AutoAdd => "Negative inventory off" }}</dd></div>
            <div><dt>"Sync"</dt><dd>{sent}</dd></div>
        </dl>
        <table>
            <thead><tr><th scope="col">"Item"</th><th scope="col" class="number">"Quantity"</th></tr></thead>
            <tbody>
                {(0_u16..).zip(lines(&entry.body)).map(|(number, (item, qty))| {
                    let name = shop.item(item.id).map_or_else(|| "Unknown item".to_owned(), |item| item.name);
                    view! {
                        <tr aria-current=(line == Some(number)).then_some("true")>
                            <td><a href=Route::Item(item.id).path()>{name}</a></td>
                            <td class="number"><Figure qty=Signal::stored(qty)/></td>
                        </tr>
                    }
                }).collect_view()}
            </tbody>
        </table>
    }
}

/// What a kind of entry is called in a shop.
pub(crate) const fn kind(body: &Body) -> &'static str {
    match body {
        Body::Sale(_) => "Sale",
        Body::Refund(_) => "Refund",
        Body::Void(_) => "Voided sale",
        Body::Receipt(_) => "Delivery",
        Body::TransferSend(_) => "Transfer sent",
        Body::TransferReceive(_) => "Transfer received",
        Body::TransferReturn(_) => "Transfer returned",
        Body::TransferLoss(_) => "Transfer written off",
        Body::Order(_) => "Order",
        Body::TransferDraft(_) => "Transfer draft",
        Body::CountList(_) => "Count list",
        Body::Tally(_) => "Counting",
        Body::VendorReturn(_) => "Return to vendor",
        Body::Count(_) => "Count",
        Body::Adjustment(_) => "Adjustment",
        Body::Conversion(_) => "Item converted",
        Body::Catalogue(_) => "Change to items or settings",
        Body::Foreign(_) => "Entry of a newer version",
    }
}

/// The lines as they moved stock: out is negative.
fn lines(body: &Body) -> Vec<(StampedItem, Qty)> {
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
        Body::CountList(_)
        | Body::Tally(_)
        | Body::Void(_)
        | Body::Conversion(_)
        | Body::Catalogue(_)
        | Body::Foreign(_) => Vec::new(),
    }
}

fn odd_words(oddity: Oddity) -> &'static str {
    match oddity {
        Oddity::RefundExceedsSale => "More came back than was left to refund",
        Oddity::ReturnExceedsSent => "More came back than was sent",
        Oddity::ReceiveExceedsSent => "More arrived than was sent",
        Oddity::UnknownDocument => "It refers to a line that is not here, or that moved no stock",
        Oddity::OutOfRange => "Its figures are too large to count",
    }
}
