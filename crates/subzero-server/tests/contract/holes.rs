//! Many writers that take their time, and readers who look at every instant: is there ever a row missing before one that is there?

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use subzero_ledger::ids::ShopId;
use subzero_server::db::driver::Driver;
use subzero_server::db::{AccountId, Db, Session};

use crate::fixture::{Fixture, SHOPS, Till};
use crate::slow::{Habit, Slow};

/// Who writes, and how often. Each push goes to three shops.
#[derive(Clone, Copy)]
pub struct Writers {
    pub count: u32,
    pub pushes: u32,
}

impl Writers {
    pub const fn rows(self) -> u32 {
        self.count * self.pushes * 3
    }
}

/// What the readers saw.
pub struct Seen {
    pub rows: u32,
    pub pages: u32,
}

/// Pushes through the slow driver and reads all shops meanwhile. Says where a reader saw a hole.
pub async fn look_for(db: &Db, slow: Slow, session: Session, writers: Writers) -> Result<Seen, String> {
    let slow: Arc<dyn Driver> = Arc::new(slow);
    let mut tills = Vec::new();
    for _ in 0..writers.count {
        let till = Till::pair(db, session, 1).await;
        // Each as if in a process of its own: they meet in the database and nowhere else.
        tills.push(Till { db: Db::over(Arc::clone(&slow)).await.unwrap(), ..till });
    }
    let done = Arc::new(AtomicBool::new(false));
    let reading: Vec<_> = (0..2).map(|_| tokio::spawn(read(db.clone(), session.account, Arc::clone(&done)))).collect();
    let writing: Vec<_> =
        (0..).zip(tills).map(|(number, till)| tokio::spawn(write(till, number, writers.pushes))).collect();
    for writer in writing {
        writer.await.unwrap();
    }
    done.store(true, Ordering::SeqCst);
    let mut pages = 0;
    let mut rows = 0;
    for reader in reading {
        let seen = reader.await.unwrap()?;
        (rows, pages) = (seen.rows, pages + seen.pages);
    }
    Ok(Seen { rows, pages })
}

async fn write(mut till: Till, number: u32, pushes: u32) {
    for push in 0..pushes {
        let shops = (0..3).map(|step| 1 + (number * 3 + push * 7 + step * 4) % SHOPS);
        let entries: Vec<Vec<u8>> = shops.map(|shop| till.receipt(shop)).collect();
        till.push(&entries).await;
    }
}

/// Reads on in every shop in turn until all is read that was written.
async fn read(db: Db, account: AccountId, done: Arc<AtomicBool>) -> Result<Seen, String> {
    let mut after = vec![0; usize::try_from(SHOPS).unwrap() + 1];
    let mut pages = 0;
    loop {
        let is_last = done.load(Ordering::SeqCst);
        let mut is_all = true;
        for (shop, after) in (0..).zip(&mut after).skip(1) {
            let page = db.page(account, ShopId(shop), *after, None).await.unwrap();
            pages += 1;
            for row in page.rows {
                *after += 1;
                if row.seq != *after {
                    return Err(format!("shop {shop}: {} is there and {after} is not", row.seq));
                }
            }
            if *after > page.head {
                return Err(format!("shop {shop}: {after} is there and the head is {}", page.head));
            }
            is_all &= *after == page.head;
        }
        if is_last && is_all {
            return Ok(Seen { rows: u32::try_from(after.iter().sum::<u64>()).unwrap(), pages });
        }
    }
}

/// The test above would be worth nothing if it passed with the mistake it is about.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn i3_a_plain_sequence_is_caught() {
    let fixture = Fixture::postgres().await;
    let (db, session) = fixture.with_account().await;
    let mut txn = fixture.driver().await.begin().await.unwrap();
    for shop in 1..=SHOPS {
        let create = String::leak(format!("create sequence plain_{shop}"));
        txn.run(subzero_server::db::statement::Statement::new(create)).await.unwrap();
    }
    txn.commit().await.unwrap();
    let slow = Slow::new(fixture.driver().await, Habit::PlainSequence { ms_max: 4 });
    let replaced = Arc::clone(&slow.replaced);
    let writers = Writers { count: 64, pushes: 5 };
    let hole = look_for(&db, slow, session, writers).await.err().expect("a plain sequence left no hole");
    assert!(hole.contains("is not"), "{hole}");
    assert!(replaced.load(Ordering::Relaxed) >= u64::from(writers.count), "the mistake was not made");
}
