//! What is heard of devices, and what of that another device may know.

use subzero_ledger::instant::Instant;
use subzero_sync::wire::{DeviceSeen, Standing};

use super::{Db, value};
use crate::db::{DbError, Device};

impl Db {
    /// Notes that a device asked for news, and what it said of itself; a device that says nothing is only seen. Answers whether somebody else is
    /// signed in there than before.
    pub async fn note_standing(&self, device: &Device, said: Option<Standing>, now: Instant) -> Result<bool, DbError> {
        let (before,): (String,) = sqlx::query_as("select standing from device where account = ? and id = ?")
            .bind(device.account.0)
            .bind(device.id.0)
            .fetch_one(&self.readers)
            .await?;
        let is_new =
            said.is_some_and(|said| read_standing(&before).ok().and_then(|before| before.session) != said.session);
        let said = said.map(|said| serde_json::to_string(&said)).transpose();
        let said = said.map_err(|_| DbError::Corrupt("standing"))?;
        sqlx::query("update device set seen_ms = ?, standing = coalesce(?, standing) where account = ? and id = ?")
            .bind(now.unix_ms())
            .bind(said)
            .bind(device.account.0)
            .bind(device.id.0)
            .execute(&self.writer)
            .await?;
        Ok(is_new)
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
                standing: read_standing(&standing)?,
            })
        };
        rows.into_iter().map(seen).collect()
    }
}

fn read_standing(text: &str) -> Result<Standing, DbError> {
    serde_json::from_str(text).map_err(|_| DbError::Corrupt("standing"))
}
