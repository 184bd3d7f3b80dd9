//! `GET /v1/sync/manifest`: how far every shop's history goes, and what was last heard of its devices. Held back while there is nothing new,
//! never longer than asked. Whoever asks says how it stands itself.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::extract::State;
use axum::http::request::Parts;
use serde::Deserialize;
use subzero_ledger::ids::ShopId;
use subzero_sync::wire::{Manifest, STANDING_BYTES_MAX, STANDING_HEADER, Standing, WAIT_MAX_MS};
use tokio::time::Instant;
use utoipa::{IntoParams, IntoResponses};

use super::read_query;
use crate::clock;
use crate::db::{Contact, Device};
use crate::error::ApiError;
use crate::openapi::{self, Responses};
use crate::server::Server;

const MUST: &str = "wait_ms is a number of milliseconds, known is written like 0:12,1:40";

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Ask {
    /// For how long to hold the answer back at most, in milliseconds; 25,000 at most.
    #[serde(default)]
    wait_ms: u32,
    /// The head known of each shop, like `0:12,1:40`; without it the answer comes at once.
    known: Option<String>,
}

/// What it answers otherwise.
struct Refusals;

impl IntoResponses for Refusals {
    fn responses() -> Responses {
        openapi::refusals([ApiError::Token, ApiError::Access, ApiError::RegisterRemoved, ApiError::Query(MUST)])
    }
}

/// Answers.
#[utoipa::path(
    get,
    path = "/v1/sync/manifest",
    operation_id = "manifest",
    tag = "sync",
    summary = "How far every shop's history goes; held back while there is nothing new",
    params(
        Ask,
        ("subzero-standing" = Option<Standing>, Header, description = "How the asker stands, as JSON; what cannot be read counts as none")
    ),
    responses((status = 200, body = Manifest), Refusals),
    security(("device" = [])),
)]
pub async fn answer(
    device: Device,
    State(server): State<Arc<Server>>,
    parts: Parts,
) -> Result<Json<Manifest>, ApiError> {
    let ask: Ask = read_query(&parts, MUST)?;
    let known = ask.known.as_deref().map(read_known).transpose()?;
    let said = parts.headers.get(STANDING_HEADER).and_then(|said| read_standing(said.as_bytes()));
    let now = clock::now();
    match server.db.note_standing(&device, said, now).await? {
        Contact::Said { session_changed: true } => server.news.poke(device.account),
        Contact::Seen => server.seen.note(device.account, device.id, now),
        Contact::Said { session_changed: false } | Contact::Noted => {}
    }
    let until = Instant::now() + Duration::from_millis(u64::from(ask.wait_ms.min(WAIT_MAX_MS)));
    let mut news = server.news.follow(device.account);
    let mut stopping = server.stopping.clone();
    let mut over = false;
    let mut signed_in = None;
    let epoch = server.db.epoch();
    let held = server.news.hold(device.account, device.id);
    loop {
        let seen = news.look(&server.db).await?;
        // Whoever waits hears at once that there is nothing more to hear.
        if seen.is_removed(device.id) {
            return Err(ApiError::RegisterRemoved);
        }
        let is_known = known.as_ref().is_some_and(|known| {
            let mut heads = seen.heads(device.id);
            heads.all(|head| known.get(&head.shop) == Some(&head.head)) && seen.heads(device.id).count() == known.len()
        });
        let now_in: Vec<_> = seen.devices(device.id).map(|seen| (seen.device, seen.standing.session)).collect();
        let session_changed = signed_in.get_or_insert_with(|| now_in.clone()) != &now_in;
        if over || !is_known || session_changed || seen.epoch != epoch {
            let heads = seen.heads(device.id).copied().collect();
            let devices = seen.devices(device.id).copied().collect();
            let snapshot = seen.snapshot(device.id);
            return Ok(Json(Manifest { epoch: seen.epoch, now: clock::now(), heads, devices, snapshot }));
        }
        drop((seen, now_in));
        let _waiting = server.metrics.count_waiting();
        tokio::select! {
            () = news.changed() => {}
            () = tokio::time::sleep_until(until) => over = true,
            () = held.is_too_old() => over = true,
            _ = stopping.wait_for(|stopped| *stopped) => over = true,
        }
    }
}

/// What a device says of itself. What cannot be read, of another version perhaps, is no reason to keep news from it.
fn read_standing(text: &[u8]) -> Option<Standing> {
    if text.len() > STANDING_BYTES_MAX { None } else { serde_json::from_slice(text).ok() }
}

/// `0:12,1:40` → the head known of each shop; nothing at all is known of none.
fn read_known(text: &str) -> Result<BTreeMap<ShopId, u64>, ApiError> {
    let mut known = BTreeMap::new();
    for pair in text.split(',').filter(|pair| !pair.is_empty()) {
        let (shop, head) = pair.split_once(':').ok_or(ApiError::Query(MUST))?;
        let shop = shop.parse().map_err(|_| ApiError::Query(MUST))?;
        let head = head.parse().map_err(|_| ApiError::Query(MUST))?;
        known.insert(ShopId(shop), head);
    }
    Ok(known)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_known_reads_as_it_is_written() {
        let known = read_known("0:12,1:40").unwrap();
        assert_eq!(known, BTreeMap::from([(ShopId(0), 12), (ShopId(1), 40)]));
        assert!(read_known("").unwrap().is_empty());
        for wrong in ["0", "0:", ":1", "a:1", "0:-1", "0:99999999999999999999", "4294967296:1"] {
            assert!(read_known(wrong).is_err(), "{wrong}");
        }
    }
}
