//! What is heard of devices, and what of that another device may know.

use subzero_ledger::instant::Instant;
use subzero_sync::wire::{DeviceSeen, Standing};

use super::{Db, value};
use crate::db::{DbError, Device};

/// How exactly it is kept when a device was last seen.
const NOTED_EVERY_MS: i64 = 20_000;

impl Db {
    /// Notes that a device asked for news, and what it said of itself; a device that says nothing is only seen. Answers whether somebody else is
    /// signed in there than before. What was noted a moment ago and is the same is not written again: sales wait for the same writer.
    pub async fn note_standing(&self, device: &Device, said: Option<Standing>, now: Instant) -> Result<bool, DbError> {
        let (seen_ms, standing): (Option<i64>, String) =
            sqlx::query_as("select seen_ms, standing from device where account = ? and id = ?")
                .bind(device.account.0)
                .bind(device.id.0)
                .fetch_one(&self.readers)
                .await?;
        let before = read_standing(&standing);
        let is_fresh = seen_ms.is_some_and(|seen_ms| now.unix_ms().saturating_sub(seen_ms) < NOTED_EVERY_MS);
        if is_fresh && said.is_none_or(|said| said == before) {
            return Ok(false);
        }
        let text = said.map(|said| serde_json::to_string(&said)).transpose();
        let text = text.map_err(|_| DbError::Corrupt("standing"))?;
        sqlx::query("update device set seen_ms = ?, standing = coalesce(?, standing) where account = ? and id = ?")
            .bind(now.unix_ms())
            .bind(text)
            .bind(device.account.0)
            .bind(device.id.0)
            .execute(&self.writer)
            .await?;
        Ok(said.is_some_and(|said| said.session != before.session))
    }

    /// The devices in the shops that this one may read, as far as anything was ever heard of them and they still have access.
    pub async fn devices_seen(&self, by: &Device) -> Result<Vec<DeviceSeen>, DbError> {
        let rows: Vec<(i64, i64, String)> = sqlx::query_as(
            "select id, seen_ms, standing from device
             where account = ?1 and seen_ms is not null and revoked_ms is null and token is not null
             and shop in (select shop from device_shop where account = ?1 and device = ?2) order by id",
        )
        .bind(by.account.0)
        .bind(by.id.0)
        .fetch_all(&self.readers)
        .await?;
        let seen = |(id, seen_ms, standing): (i64, i64, String)| {
            Ok(DeviceSeen {
                device: value::read_device(id)?,
                seen: value::read_instant(seen_ms)?,
                standing: read_standing(&standing),
            })
        };
        rows.into_iter().map(seen).collect()
    }
}

/// What a device of another version said may not be readable: then it said nothing.
fn read_standing(text: &str) -> Standing {
    serde_json::from_str(text).unwrap_or_default()
}
