//! The page as a whole: opens the shop, then shows the screen that the address means.
//!
//! Not paired and not signed in are states of the device, not places: whatever the address, the page asks for what is missing and then
//! goes where the address says.

use std::time::Duration;

use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::WildcardSegment;
use leptos_router::components::{FlatRoutes, Route as AnyRoute, Router};
use leptos_router::hooks::use_location;

use crate::device::page;
use crate::routes::Route;
use crate::screens::approval::Approval;
use crate::screens::entry::EntryScreen;
use crate::screens::help::{HelpPageScreen, HelpScreen};
use crate::screens::items::ItemsScreen;
use crate::screens::items::item::ItemScreen;
use crate::screens::items::item_form::{EditItemScreen, NewItemScreen};
use crate::screens::items::vendor_form::VendorScreen;
use crate::screens::items::vendors::VendorsScreen;
use crate::screens::negative_inventory::cured::{CuredScreen, EpisodesScreen};
use crate::screens::negative_inventory::digest::DigestBand;
use crate::screens::negative_inventory::item::NegativeItemScreen;
use crate::screens::negative_inventory::trend::TrendScreen;
use crate::screens::negative_inventory::{NegativeInventoryScreen, WhileReported};
use crate::screens::pair::PairScreen;
use crate::screens::practice::{Marked, NotPractice};
use crate::screens::receipts::ReceiptsScreen;
use crate::screens::receipts::receipt::ReceiptScreen;
use crate::screens::receipts::refund::RefundScreen;
use crate::screens::receipts::refund_without_receipt::RefundWithoutReceiptScreen;
use crate::screens::sell::SellScreen;
use crate::screens::settings::SettingsScreen;
use crate::screens::settings::audit::AuditScreen;
use crate::screens::settings::employee_form::EmployeeScreen;
use crate::screens::settings::files::FilesScreen;
use crate::screens::settings::module::ModuleScreen;
use crate::screens::settings::people::PeopleScreen;
use crate::screens::settings::registers::RegistersScreen;
use crate::screens::settings::rights::RightsScreen;
use crate::screens::sign_in::SignInScreen;
use crate::screens::stock::StockScreen;
use crate::screens::stock::adjust::AdjustScreen;
use crate::screens::stock::count::CountScreen;
use crate::screens::stock::counts::CountsScreen;
use crate::screens::stock::inventory_changes::InventoryChangesScreen;
use crate::screens::stock::order::OrderScreen;
use crate::screens::stock::order_form::{EditOrderScreen, NewOrderScreen};
use crate::screens::stock::orders::OrdersScreen;
use crate::screens::stock::receive::{ReceiveMissingScreen, ReceiveOrderScreen, ReceiveScreen};
use crate::screens::stock::transfer::TransferScreen;
use crate::screens::stock::transfer_form::NewTransferScreen;
use crate::screens::stock::transfers::TransfersScreen;
use crate::screens::stock::vendor_return::VendorReturnScreen;
use crate::screens::sync_status::clock::{ClockBand, ClockQuestion};
use crate::screens::sync_status::{FullBand, LateBand, SyncStatusScreen};
use crate::shop::{self, Opened, Shop};
use crate::storage::error::StorageError;
use crate::widgets::band;
use crate::widgets::button::Button;
use crate::widgets::figure_field::{CodeReader, Entered};
use crate::widgets::frame::Frame;
use crate::widgets::loading::Loading;
use crate::widgets::notice::{Notice, Tone};
use crate::widgets::toasts::Toaster;
use crate::words::{ToWords as _, words};

/// After this somebody wonders whether anything is happening.
const TAKES_LONG: Duration = Duration::from_secs(5);

/// Puts the page into the document.
pub fn start() {
    catch_panics();
    mount_to_body(App);
}

/// The page.
#[component]
fn App() -> impl IntoView {
    #[cfg(debug_assertions)]
    if window().location().pathname().is_ok_and(|path| path == "/gallery") {
        return view! { <crate::gallery::Gallery/> }.into_any();
    }
    view! { <Shown/> }.into_any()
}

#[component]
fn Shown() -> impl IntoView {
    let opened = RwSignal::new_local(None::<Result<Opened, StorageError>>);
    spawn_local(async move { opened.set(Some(shop::open().await)) });
    let _listener = StoredValue::new_local(page::reload_when_it_comes_back());
    view! {
        <Router>
            {move || opened.with(|opened| match opened {
                None => view! { <Opening/> }.into_any(),
                Some(Ok(Opened { shop, not_practice })) => view! {
                    <OpenShop shop=*shop/>
                    {not_practice.as_ref().map(|reason| view! { <NotPractice reason=reason.to_words()/> })}
                }
                .into_any(),
                Some(Err(error)) => view! { <CannotOpen reason=error.to_words()/> }.into_any(),
            })}
        </Router>
    }
}

/// Until the databases are open. What takes long is waited for in words: another page may hold them, and then waiting is of no use.
#[component]
fn Opening() -> impl IntoView {
    let takes_long = RwSignal::new(false);
    let is_long = move || {
        takes_long.try_set(true);
    };
    set_timeout(is_long, TAKES_LONG);
    view! {
        <main class="opening" aria-busy="true">
            <h1>{words().common.app}</h1>
            <Show when=move || takes_long.get()>
                <Notice tone=Tone::Warning title=words().app.opening_title>
                    <p>{words().app.opening_note}</p>
                    <Button press=|()| page::reload()>{words().common.retry}</Button>
                </Notice>
            </Show>
        </main>
    }
}

#[component]
fn OpenShop(shop: Shop) -> impl IntoView {
    provide_context(shop);
    band::provide_pressed();
    provide_context(Toaster::default());
    provide_context(CodeReader(Callback::new(move |text: String| {
        shop.read_catalogue(|catalogue| Entered::read(&text, catalogue))
    })));
    let is_paired = Memo::new(move |_| shop.paired.with(Option::is_some));
    let is_signed_in = Memo::new(move |_| shop.session.with(Option::is_some));
    view! {
        <Marked>
            {move || match (is_paired.get(), is_signed_in.get()) {
                (false, _) => view! { <PairScreen/> }.into_any(),
                (true, false) => view! { <ClockBand/><SignInScreen/><Loading/> }.into_any(),
                (true, true) => view! { <Frame><LateBand/><FullBand/><ClockBand/><DigestBand/><AnyPlace/></Frame><Loading/><Approval/><ClockQuestion/> }.into_any(),
            }}
        </Marked>
    }
}

/// One route that matches every address: what an address means is [`Route::parse`]'s to say. The router still has to see a route, or a link
/// that is followed never gets into the address bar.
#[component]
fn AnyPlace() -> impl IntoView {
    view! {
        <FlatRoutes fallback=|| ()>
            <AnyRoute path=WildcardSegment("place") view=Screen/>
        </FlatRoutes>
    }
}

#[component]
fn Screen() -> impl IntoView {
    let location = use_location();
    // A delivery that was recorded is taken out of the address, and the screen that says so stays.
    let moves_on = |shown: Option<&Option<Route>>, next: Option<&Option<Route>>| {
        let is_receiving = matches!(shown, Some(Some(Route::Receive(_) | Route::ReceiveMissing(_))));
        shown != next && !(is_receiving && next == Some(&Some(Route::Receive(None))))
    };
    let read = move |_: Option<&_>| Route::parse(&location.pathname.get(), &location.search.get());
    let route = Memo::new_with_compare(read, moves_on);
    move || match route.get() {
        Some(Route::Sell) => view! { <SellScreen/> }.into_any(),
        Some(Route::Stock) => view! { <StockScreen/> }.into_any(),
        Some(Route::Adjust) => view! { <AdjustScreen/> }.into_any(),
        Some(Route::InventoryChanges) => view! { <InventoryChangesScreen automated_only=false/> }.into_any(),
        Some(Route::AutomatedChanges) => view! { <InventoryChangesScreen automated_only=true/> }.into_any(),
        Some(Route::Receipts) => view! { <ReceiptsScreen/> }.into_any(),
        Some(Route::Receipt(entry)) => view! { <ReceiptScreen entry/> }.into_any(),
        Some(Route::Refund(of)) => view! { <RefundScreen of/> }.into_any(),
        Some(Route::RefundWithoutReceipt) => view! { <RefundWithoutReceiptScreen/> }.into_any(),
        Some(Route::Receive(first)) => view! { <ReceiveScreen first/> }.into_any(),
        Some(Route::ReceiveMissing(vendor)) => view! { <ReceiveMissingScreen vendor/> }.into_any(),
        Some(Route::ReceiveOrder(order)) => view! { <ReceiveOrderScreen order/> }.into_any(),
        Some(Route::Orders) => view! { <OrdersScreen/> }.into_any(),
        Some(Route::NewOrder) => view! { <NewOrderScreen/> }.into_any(),
        Some(Route::Order(order)) => view! { <OrderScreen order/> }.into_any(),
        Some(Route::EditOrder(order)) => view! { <EditOrderScreen order/> }.into_any(),
        Some(Route::Transfers) => view! { <TransfersScreen/> }.into_any(),
        Some(Route::NewTransfer) => view! { <NewTransferScreen/> }.into_any(),
        Some(Route::Transfer(transfer)) => view! { <TransferScreen transfer/> }.into_any(),
        Some(Route::VendorReturn) => view! { <VendorReturnScreen/> }.into_any(),
        Some(Route::Counts) => view! { <CountsScreen/> }.into_any(),
        Some(Route::Count(list)) => view! { <CountScreen list/> }.into_any(),
        Some(Route::Items) => view! { <ItemsScreen/> }.into_any(),
        Some(Route::Item(item)) => view! { <ItemScreen item/> }.into_any(),
        Some(Route::NewItem) => view! { <NewItemScreen/> }.into_any(),
        Some(Route::EditItem(item)) => view! { <EditItemScreen item/> }.into_any(),
        Some(Route::Vendors) => view! { <VendorsScreen/> }.into_any(),
        Some(Route::NewVendor) => view! { <VendorScreen vendor=None/> }.into_any(),
        Some(Route::Vendor(vendor)) => view! { <VendorScreen vendor=Some(vendor)/> }.into_any(),
        Some(Route::NegativeInventory) => {
            view! { <WhileReported><NegativeInventoryScreen/></WhileReported> }.into_any()
        }
        Some(Route::NegativeItem(item, at)) => view! { <NegativeItemScreen item at/> }.into_any(),
        Some(Route::NegativeEpisodes) => view! { <WhileReported><EpisodesScreen/></WhileReported> }.into_any(),
        Some(Route::CuredNegatives) => view! { <WhileReported><CuredScreen/></WhileReported> }.into_any(),
        Some(Route::NegativeTrend) => view! { <WhileReported><TrendScreen/></WhileReported> }.into_any(),
        Some(Route::Entry(entry, line)) => view! { <EntryScreen entry line/> }.into_any(),
        Some(Route::Settings) => view! { <SettingsScreen/> }.into_any(),
        Some(Route::NegativeInventoryModule) => view! { <ModuleScreen/> }.into_any(),
        Some(Route::People) => view! { <PeopleScreen/> }.into_any(),
        Some(Route::NewEmployee) => view! { <EmployeeScreen employee=None/> }.into_any(),
        Some(Route::Employee(employee)) => view! { <EmployeeScreen employee=Some(employee)/> }.into_any(),
        Some(Route::Rights) => view! { <RightsScreen/> }.into_any(),
        Some(Route::Files) => view! { <FilesScreen/> }.into_any(),
        Some(Route::Audit) => view! { <AuditScreen/> }.into_any(),
        Some(Route::Registers) => view! { <RegistersScreen/> }.into_any(),
        Some(Route::SyncStatus) => view! { <SyncStatusScreen/> }.into_any(),
        Some(Route::Help(None)) => view! { <HelpScreen/> }.into_any(),
        Some(Route::Help(Some(topic))) => view! { <HelpPageScreen topic/> }.into_any(),
        None => view! {
            <div class="empty">
                <h1>{words().app.nowhere}</h1>
                <p><a class="button" href=Route::Sell.path()>{words().app.to_the_till}</a></p>
            </div>
        }
        .into_any(),
    }
}

#[component]
fn CannotOpen(reason: String) -> impl IntoView {
    view! {
        <main class="opening">
            <Notice tone=Tone::Bad title=words().app.cannot_open>
                <p>{reason}</p>
                <p>{words().app.nothing_deleted}</p>
                <Button press=|()| page::reload()>{words().common.reload}</Button>
            </Notice>
        </main>
    }
}

/// A panic ends the program; people then read what happened and how to go on, instead of a page that no longer answers.
fn catch_panics() {
    std::panic::set_hook(Box::new(|panic| {
        console_error_panic_hook::hook(panic);
        let Some(body) = web_sys::window().and_then(|window| window.document()).and_then(|document| document.body())
        else {
            return;
        };
        if let Ok(link) = body.owner_document().map(|document| document.create_element("a")).transpose()
            && let Some(link) = link
        {
            let _ = link.set_attribute("class", "crashed");
            let _ = link.set_attribute("role", "alert");
            let _ = link.set_attribute("href", "");
            link.set_text_content(Some(words().app.crashed));
            let _ = body.append_child(&link);
        }
    }));
}
