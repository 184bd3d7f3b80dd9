//! What the processes over one `PostgreSQL` tell each other: that an account has news. It is a hint, carries nothing, and may be lost; so
//! whenever the connection was lost, whoever waits is told to look for themselves. Nobody looks every now and then: all accounts would at once, and
//! a wait ends soon.

use std::time::Duration;

use sqlx::postgres::{PgConnectOptions, PgListener, PgPool, PgPoolOptions};
use tokio::sync::mpsc;
use uuid::Uuid;

use super::failed;
use crate::db::driver::Heard;
use crate::db::statement::pieces;
use crate::db::{AccountId, DbError};

const CHANNEL: &str = "subzero_news";
/// How long a lost connection is left alone.
const BACK_IN: Duration = Duration::from_secs(1);
/// How many words may wait to be heard; the rest waits in the socket.
const WAITING_MAX: usize = 64;

/// This process, among others.
pub struct Relay {
    /// Who speaks: a process does not listen to itself.
    me: Uuid,
    /// One connection to tell, one to hear.
    pool: PgPool,
}

impl Relay {
    /// It connects when it is first used. That news is lost in a crash costs one wait: it is not waited for until it is on the disk.
    pub fn new(options: PgConnectOptions) -> Self {
        let options = options.options([("synchronous_commit", "off")]);
        Self { me: Uuid::new_v4(), pool: PgPoolOptions::new().max_connections(2).connect_lazy_with(options) }
    }

    /// Tells the others.
    pub async fn tell(&self, accounts: Vec<AccountId>) -> Result<(), DbError> {
        for accounts in pieces(&accounts) {
            let words: Vec<String> = accounts.iter().map(|account| format!("{}:{}", self.me, account.0)).collect();
            sqlx::query("select pg_notify($1, word) from unnest($2::text[]) as word")
                .bind(CHANNEL)
                .bind(words)
                .execute(&self.pool)
                .await
                .map_err(failed)?;
        }
        Ok(())
    }

    /// Hears the others until nobody listens any more.
    pub fn hear(&self) -> mpsc::Receiver<Heard> {
        let (say, heard) = mpsc::channel(WAITING_MAX);
        let (me, pool) = (self.me, self.pool.clone());
        tokio::spawn(async move {
            while !say.is_closed() && !pool.is_closed() {
                if let Err(error) = listen(me, &pool, &say).await {
                    tracing::warn!(%error, "news of other processes is not heard");
                }
                tokio::time::sleep(BACK_IN).await;
            }
        });
        heard
    }

    /// Lets go of the database.
    pub async fn close(&self) {
        self.pool.close().await;
    }
}

async fn listen(me: Uuid, pool: &PgPool, say: &mpsc::Sender<Heard>) -> Result<(), sqlx::Error> {
    let mut listener = PgListener::connect_with(pool).await?;
    listener.listen(CHANNEL).await?;
    // From here on nothing is missed; what was said before may have been.
    let mut heard = Some(Heard::Perhaps);
    loop {
        if let Some(heard) = heard
            && say.send(heard).await.is_err()
        {
            return Ok(());
        }
        heard = match listener.try_recv().await? {
            Some(notification) => read(me, notification.payload()),
            None => Some(Heard::Perhaps),
        };
    }
}

/// A word of another process. What is not one, a later version's perhaps, is a reason to look.
fn read(me: Uuid, word: &str) -> Option<Heard> {
    let read = word.split_once(':').and_then(|(who, account)| Some((who.parse::<Uuid>().ok()?, account.parse().ok()?)));
    match read {
        Some((who, _)) if who == me => None,
        Some((_, account)) => Some(Heard::News(AccountId(account))),
        None => Some(Heard::Perhaps),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_hears_others_and_not_itself() {
        let (me, other) = (Uuid::from_u128(1), Uuid::from_u128(2));
        assert_eq!(read(me, &format!("{me}:7")), None);
        assert_eq!(read(me, &format!("{other}:7")), Some(Heard::News(AccountId(7))));
        for word in ["", "7", ":7", "x:7"] {
            assert_eq!(read(me, word), Some(Heard::Perhaps), "{word}");
        }
    }
}
