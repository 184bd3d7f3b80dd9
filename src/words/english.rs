//! The catalogue in English, and by that the list of all words there are.

mod files;
mod frame;
mod help;
mod items;
mod negative;
mod practice;
mod reports;
mod settings;
mod stock;
mod till;
mod trouble;

/// All words of one language.
#[derive(Clone, Copy, Debug)]
pub struct Words {
    /// Words that many screens use.
    pub common: frame::Common,
    /// How long ago.
    pub age: frame::Age,
    /// What lies further back.
    pub horizon: frame::Horizon,
    /// While a new register receives what the shops have.
    pub loading: frame::Loading,
    /// The page before anything else.
    pub app: frame::App,
    /// Places to go.
    pub places: frame::Places,
    /// The network pill.
    pub network: frame::Network,
    /// How fresh what this device knows is.
    pub fresh: frame::Fresh,
    /// Signing in.
    pub sign_in: frame::SignIn,
    /// Pairing a device.
    pub pair: frame::Pair,
    /// Finding an item.
    pub find: frame::Find,
    /// The till.
    pub sell: till::Sell,
    /// Everything that changes stock.
    pub stock: stock::Stock,
    /// Inventory changes.
    pub changes: stock::ChangeWords,
    /// Adjusting by hand.
    pub adjust: stock::Adjust,
    /// Purchase orders.
    pub orders: stock::OrderWords,
    /// Transfers between shops.
    pub transfers: stock::TransferWords,
    /// Returns to vendors.
    pub vendor_returns: stock::VendorReturnWords,
    /// Counting.
    pub counts: stock::CountWords,
    /// Receipts, refunds and voids.
    pub receipts: till::Receipts,
    /// Asking a colleague.
    pub approval: till::ApprovalWords,
    /// What people may do.
    pub rights: till::RightWords,
    /// Receiving.
    pub receive: stock::Receive,
    /// One item.
    pub item: items::ItemWords,
    /// Vendors.
    pub vendors: items::VendorWords,
    /// The kinds of entries, as a shop calls them.
    pub kinds: reports::Kinds,
    /// One entry.
    pub entry: reports::EntryWords,
    /// What is odd about an entry.
    pub odd: reports::Odd,
    /// The Negative inventory report.
    pub report: negative::Report,
    /// What has changed since somebody last looked.
    pub digest: negative::DigestWords,
    /// Why something is negative.
    pub causes: negative::Causes,
    /// The ways out of a negative.
    pub ways_out: negative::WaysOut,
    /// Week by week, and what was put right.
    pub trend: negative::Trend,
    /// Settings.
    pub settings: settings::Settings,
    /// The people who work here, and what they may do.
    pub people: settings::PeopleWords,
    /// The registers.
    pub registers: settings::RegisterWords,
    /// The audit list.
    pub audit: settings::AuditWords,
    /// Import and export.
    pub files: files::Files,
    /// The module's switch.
    pub module: settings::Module,
    /// The sync status.
    pub sync: trouble::SyncWords,
    /// Help.
    pub help: help::Help,
    /// The pages of help.
    pub help_pages: help::Pages,
    /// Practice.
    pub practice: practice::Practice,
    /// What is not right with what was entered, or could not be done.
    pub problem: trouble::ProblemWords,
}

/// Them in English.
pub(super) const ENGLISH: Words = Words {
    common: frame::Common::ENGLISH,
    age: frame::Age::ENGLISH,
    horizon: frame::Horizon::ENGLISH,
    loading: frame::Loading::ENGLISH,
    app: frame::App::ENGLISH,
    places: frame::Places::ENGLISH,
    network: frame::Network::ENGLISH,
    fresh: frame::Fresh::ENGLISH,
    sign_in: frame::SignIn::ENGLISH,
    pair: frame::Pair::ENGLISH,
    find: frame::Find::ENGLISH,
    sell: till::Sell::ENGLISH,
    stock: stock::Stock::ENGLISH,
    changes: stock::ChangeWords::ENGLISH,
    adjust: stock::Adjust::ENGLISH,
    orders: stock::OrderWords::ENGLISH,
    transfers: stock::TransferWords::ENGLISH,
    vendor_returns: stock::VendorReturnWords::ENGLISH,
    counts: stock::CountWords::ENGLISH,
    receipts: till::Receipts::ENGLISH,
    approval: till::ApprovalWords::ENGLISH,
    rights: till::RightWords::ENGLISH,
    receive: stock::Receive::ENGLISH,
    item: items::ItemWords::ENGLISH,
    vendors: items::VendorWords::ENGLISH,
    kinds: reports::Kinds::ENGLISH,
    entry: reports::EntryWords::ENGLISH,
    odd: reports::Odd::ENGLISH,
    report: negative::Report::ENGLISH,
    digest: negative::DigestWords::ENGLISH,
    causes: negative::Causes::ENGLISH,
    ways_out: negative::WaysOut::ENGLISH,
    trend: negative::Trend::ENGLISH,
    settings: settings::Settings::ENGLISH,
    people: settings::PeopleWords::ENGLISH,
    registers: settings::RegisterWords::ENGLISH,
    audit: settings::AuditWords::ENGLISH,
    files: files::Files::ENGLISH,
    module: settings::Module::ENGLISH,
    sync: trouble::SyncWords::ENGLISH,
    help: help::Help::ENGLISH,
    help_pages: help::Pages::ENGLISH,
    practice: practice::Practice::ENGLISH,
    problem: trouble::ProblemWords::ENGLISH,
};
