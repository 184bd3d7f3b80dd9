//! What whoever has to find out why a register does not send needs to know: numbers, states, moments. No secret, no name, no price.

use std::collections::BTreeMap;

use leptos::prelude::*;
use serde::Serialize;
use subzero_ledger::ids::{DeviceId, ShopId};
use subzero_ledger::instant::Instant;
use subzero_sync::fault::Attention;
use subzero_sync::records::{Control, ShopCursors};
use subzero_sync::replica::LaneFault;
use subzero_sync::wire::QuarantineReason;

use super::Shop;
use crate::device::clock;
use crate::device::persistence::{self, Room};
use crate::storage::beside::Lost;
use crate::sync::Sync;

/// The whole of it, as a file has it.
#[derive(Serialize)]
struct Diagnostics {
    made: Instant,
    version: &'static str,
    browser: String,
    device: Option<DeviceId>,
    shop: Option<ShopId>,
    storage: Kept,
    outbox: Outbox,
    cursors: BTreeMap<ShopId, ShopCursors>,
    link: Link,
}

/// What the browser says of the storage.
#[derive(Serialize)]
struct Kept {
    persisted: Option<bool>,
    room: Option<Room>,
    is_full: bool,
    lost: Option<Lost>,
}

/// How the outbox stands.
#[derive(Serialize)]
struct Outbox {
    number: u32,
    control: Option<Control>,
    last: Option<u64>,
    unsent: usize,
    oldest_unsent_ms: Option<i64>,
    flagged: usize,
    aside: Vec<(u64, QuarantineReason)>,
    problem: Option<String>,
}

/// How it stands with the server.
#[derive(Serialize)]
struct Link {
    this_tab_syncs: bool,
    online: bool,
    up_to_date: bool,
    fresh_at: Option<Instant>,
    attention: Option<Attention>,
    server_clock_at_last_contact: Option<Instant>,
    faults: Vec<LaneFault>,
}

impl Shop {
    /// The report, as JSON.
    pub async fn diagnostics(&self) -> String {
        let now = clock::now();
        let storage = self.storage();
        let control = storage.outbox.control().await;
        let cursors = storage.cache.cursors().await.unwrap_or_default();
        let room = persistence::room().await;
        let status = self.status.get_untracked();
        let paired = self.paired.get_untracked();
        let (verdicts, unsent) = (self.verdicts.get_untracked(), untrack(|| self.unsent()));
        let (mut is_leader, mut faults) = (false, Vec::new());
        self.with_sync(|sync| (is_leader, faults) = (Sync::is_leader(sync), sync.faults()));
        let diagnostics = Diagnostics {
            made: now,
            version: env!("CARGO_PKG_VERSION"),
            browser: web_sys::window().and_then(|window| window.navigator().user_agent().ok()).unwrap_or_default(),
            device: paired.as_ref().map(|paired| paired.device),
            shop: paired.as_ref().map(|paired| paired.shop),
            storage: Kept {
                persisted: self.persisted.get_untracked(),
                room,
                is_full: self.full.get_untracked(),
                lost: self.lost.get_untracked(),
            },
            outbox: Outbox {
                number: storage.outbox.number(),
                control: control.as_ref().ok().map(|(control, _)| *control),
                last: control.as_ref().ok().map(|(_, last)| *last),
                unsent: unsent.count,
                oldest_unsent_ms: unsent.oldest.map(|at| now.ms_since(at)),
                flagged: verdicts.flagged(),
                aside: verdicts.quarantined().collect(),
                problem: control.err().map(|error| error.to_string()),
            },
            cursors,
            link: Link {
                this_tab_syncs: is_leader,
                online: status.as_ref().is_some_and(|status| status.online),
                up_to_date: status.as_ref().is_some_and(|status| status.up_to_date),
                fresh_at: status.as_ref().and_then(|status| status.fresh_at),
                attention: status.as_ref().and_then(|status| status.needs_attention),
                server_clock_at_last_contact: self
                    .devices
                    .with_untracked(|devices| devices.as_ref().map(|devices| devices.at)),
                faults,
            },
        };
        serde_json::to_string_pretty(&diagnostics).unwrap_or_default()
    }
}
