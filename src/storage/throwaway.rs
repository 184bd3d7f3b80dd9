//! Databases that may be thrown away: those of practice.
//!
//! The outbox of the shop's books is never deleted by anything. So there is no way to say the name of databases that are to be deleted: a
//! [`Throwaway`] is practice's, whatever its number.

use super::Storage;
use super::error::StorageError;
use super::schema;

/// Databases of practice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Throwaway {
    prefix: String,
}

impl Throwaway {
    /// Those of this number: each tab that practises has its own.
    pub fn of_practice(number: u32) -> Self {
        Self { prefix: format!("subzero-practice-{number}-") }
    }

    /// What their names begin with.
    pub fn prefix(&self) -> &str {
        &self.prefix
    }

    /// Deletes them, whoever left them there. No tab may have them open.
    pub async fn delete(&self) -> Result<(), StorageError> {
        let storage = Storage::open(&self.prefix).await?;
        let generation = storage.cache.generation();
        storage.close();
        if let Some(generation) = generation {
            schema::delete_cache(&self.prefix, generation).await?;
        }
        schema::delete_outbox(self).await
    }
}
