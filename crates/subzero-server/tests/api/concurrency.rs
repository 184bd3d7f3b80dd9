//! Several tills at once, and a reader at every instant.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use subzero_ledger::ids::ShopId;
use subzero_sync::wire::{Checksum, Row};

use crate::support::{HIGH_STREET, Running, STATION, assert_dense, folder};

const PUSHES: usize = 40;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn i3_sequences_are_dense_at_every_instant_while_tills_push_at_once() {
    let data = folder();
    let server = Running::with_account(&data).await;
    let mut tills = Vec::new();
    for _ in 0..3 {
        tills.push(server.pair("kim@example.com", HIGH_STREET).await);
    }
    let reader = server.pair("kim@example.com", STATION).await;
    let done = Arc::new(AtomicBool::new(false));
    let reading = tokio::spawn({
        let done = Arc::clone(&done);
        async move {
            let mut rows: Vec<Row> = Vec::new();
            let mut pages = 0;
            loop {
                let last = done.load(Ordering::SeqCst);
                // Also from the very beginning now and then: what was read once never changes.
                let after = if pages % 5 == 0 { 0 } else { rows.len() };
                let page = reader.page(HIGH_STREET, u64::try_from(after).unwrap()).await;
                assert_dense(&page);
                rows.truncate(after);
                rows.extend(page.rows);
                assert_eq!(page.checksum, Checksum::EMPTY.add_all(HIGH_STREET, &rows));
                pages += 1;
                if last && u64::try_from(rows.len()).unwrap() == page.head {
                    return (rows, pages);
                }
            }
        }
    });
    let pushing: Vec<_> = tills
        .into_iter()
        .map(|mut till| {
            tokio::spawn(async move {
                for push in 0..PUSHES {
                    // Some pushes touch both shops, in either order.
                    let mut elsewhere = till.receipt();
                    elsewhere.header.shop = STATION;
                    let here = till.receipt();
                    let entries = if push % 2 == 0 { [elsewhere, here] } else { [here, elsewhere] };
                    till.push(&entries).await;
                }
            })
        })
        .collect();
    for till in pushing {
        till.await.unwrap();
    }
    done.store(true, Ordering::SeqCst);
    let (rows, pages) = reading.await.unwrap();
    assert_eq!(rows.len(), 3 * PUSHES);
    let mut numbers: Vec<_> = rows.iter().map(|row| (row.inc, row.dseq)).collect();
    numbers.sort_unstable();
    numbers.dedup();
    assert_eq!(numbers.len(), rows.len(), "an entry is there twice");
    assert!(pages > 5, "the reader saw too little: {pages} pages");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn i2_two_tabs_that_push_the_same_batch_at_once_store_it_once() {
    let data = folder();
    let server = Running::with_account(&data).await;
    let till = server.pair("kim@example.com", HIGH_STREET).await;
    let bytes: Vec<Vec<u8>> = (0..20).map(|_| till.receipt().encode().unwrap()).collect();
    let request = till.request(&bytes);
    let tabs: Vec<_> = (0..8)
        .map(|_| {
            let (till, request) = (till.clone(), request.clone());
            tokio::spawn(async move {
                crate::support::read::<subzero_sync::wire::PushReply>(till.send(&request).await).await
            })
        })
        .collect();
    for tab in tabs {
        let reply = tab.await.unwrap();
        let seqs: Vec<Option<u64>> = reply.verdicts.iter().map(|verdict| verdict.seq).collect();
        assert_eq!(seqs, (1..=20).map(Some).collect::<Vec<_>>());
    }
    assert_eq!(till.pull(HIGH_STREET).await.len(), 20);
    assert_eq!(till.page(ShopId::OFFICE, 0).await.rows.last().map(|row| row.seq), Some(4));
    server.stop().await;
}
