//! Who gets in, and who sees what.

use reqwest::{Response, StatusCode};
use subzero_ledger::entry::Mode;
use subzero_ledger::ids::{DeviceId, ShopId};
use subzero_server::clock;
use subzero_sync::wire::{AccessToken, Manifest, OwnerSession, Paired, QuarantineReason, Verdict};

use crate::support::{HIGH_STREET, PASSWORD, Running, STATION, code, folder, read};

#[tokio::test]
async fn without_a_valid_token_nothing_is_answered() {
    let data = folder();
    let server = Running::with_account(&data).await;
    let mut till = server.pair("kim@example.com", HIGH_STREET).await;
    let paths = ["/v1/sync/manifest", "/v1/sync/pull?shop=1&after=0"];
    for path in paths {
        let bare = server.http.get(format!("{}{path}", server.url)).send().await.unwrap();
        assert_eq!(bare.headers()["www-authenticate"], "Bearer");
        assert_eq!(code(bare, StatusCode::UNAUTHORIZED).await, "bad_token");
    }
    let request = till.request(&[]);
    let session: OwnerSession = read(server.sign_in("kim@example.com", PASSWORD).await).await;
    let secret = till.secret.clone();
    for token in ["x", "Bearer", session.token.as_str(), secret.as_str()] {
        till.token = token.to_owned();
        for path in paths {
            assert_eq!(code(till.get(path).await, StatusCode::UNAUTHORIZED).await, "token_expired");
        }
        assert_eq!(code(till.send(&request).await, StatusCode::UNAUTHORIZED).await, "token_expired");
    }
    for token in ["", "x", session.token.as_str(), server.access(&secret).await.as_str()] {
        assert_eq!(code(server.ask_for_access(token).await, StatusCode::UNAUTHORIZED).await, "bad_token");
    }
    server.stop().await;
}

#[tokio::test]
async fn a_session_pairs_devices_and_nothing_else_does() {
    let data = folder();
    let server = Running::with_account(&data).await;
    let till = server.pair("kim@example.com", HIGH_STREET).await;
    let session: OwnerSession = read(server.sign_in(" Kim@Example.com ", PASSWORD).await).await;
    assert_eq!(session.shops.iter().map(|shop| shop.name.as_str()).collect::<Vec<_>>(), ["High Street", "Station"]);
    let refuse = async |answer: Response, status| code(answer, status).await;
    let paired = server.ask_to_pair(&till.token, HIGH_STREET, "Till").await;
    assert_eq!(refuse(paired, StatusCode::UNAUTHORIZED).await, "session_over");
    for shop in [ShopId::OFFICE, ShopId(9), ShopId(u32::MAX)] {
        let paired = server.ask_to_pair(&session.token, shop, "Till").await;
        assert_eq!(refuse(paired, StatusCode::NOT_FOUND).await, "no_such_shop");
    }
    for name in ["", "   ", &"x".repeat(61)] {
        let paired = server.ask_to_pair(&session.token, HIGH_STREET, name).await;
        assert_eq!(refuse(paired, StatusCode::BAD_REQUEST).await, "bad_register_name");
    }
    server.stop().await;
}

#[tokio::test]
async fn a_device_says_how_it_stands_and_the_others_hear_it_until_its_access_ends() {
    let data = folder();
    let server = Running::with_account(&data).await;
    let till = server.pair("kim@example.com", HIGH_STREET).await;
    let phone = server.pair("kim@example.com", STATION).await;
    let employee = "00000000-0000-0000-0000-000000000001";
    let session = format!(r#"{{"employee":"{employee}","mode":"Allow","since":1772442000000}}"#);
    let told: Manifest = read(till.says(&format!(r#"{{"unsent":3,"session":{session}}}"#)).await).await;
    assert_eq!(told.devices.len(), 1, "the phone was never heard of");
    let told: Manifest = read(phone.says(r#"{"unsent":0}"#).await).await;
    let [first, second] = &told.devices[..] else { panic!("{:?}", told.devices) };
    assert_eq!((first.device, first.standing.unsent), (till.device, 3));
    assert_eq!(first.standing.session.map(|session| session.mode), Some(Mode::Allow));
    assert_eq!((second.device, second.standing.session), (phone.device, None));
    // An older page says nothing, and what a newer one says may not be readable: both get their news, and what was said before stays.
    till.get("/v1/sync/manifest").await;
    for strange in ["41", r#"{"unsent":-1}"#, "{}", &format!(r#"{{"unsent":1,"x":"{}"}}"#, "x".repeat(500))] {
        let told: Manifest = read(till.says(strange).await).await;
        assert_eq!(told.devices[0].standing, first.standing, "{strange}");
    }
    let told: Manifest = read(phone.get("/v1/sync/manifest").await).await;
    assert!(told.devices[0].seen >= first.seen);
    // Whoever waits for news hears at once that somebody signed out.
    let known: Vec<String> = told.heads.iter().map(|head| format!("{}:{}", head.shop, head.head)).collect();
    let path = format!("/v1/sync/manifest?wait_ms=25000&known={}", known.join(","));
    let started = std::time::Instant::now();
    let mut waiting = tokio::spawn({
        let phone = phone.clone();
        async move { read::<Manifest>(phone.get(&path).await).await }
    });
    let held = tokio::time::timeout(std::time::Duration::from_millis(300), &mut waiting).await;
    assert!(held.is_err(), "nothing is new yet");
    till.says(r#"{"unsent":0}"#).await;
    let news = waiting.await.unwrap();
    assert!(news.devices.iter().all(|seen| seen.standing.session.is_none()));
    assert!(started.elapsed().as_secs() < 20, "it was not woken");
    let account = server.db.account_of("kim@example.com").await.unwrap().unwrap();
    server.db.revoke(account, till.device, first.seen).await.unwrap();
    let told: Manifest = read(phone.get("/v1/sync/manifest").await).await;
    assert_eq!(told.devices.iter().map(|seen| seen.device).collect::<Vec<_>>(), [phone.device]);
    server.stop().await;
}

#[tokio::test]
async fn i12_a_device_sees_nothing_of_another_account() {
    let data = folder();
    let server = Running::with_account(&data).await;
    server.add_account("sam@example.com").await;
    let mut kims = server.pair("kim@example.com", HIGH_STREET).await;
    let mut sams = server.pair("sam@example.com", HIGH_STREET).await;
    assert_eq!(kims.device, sams.device, "numbered within their accounts");
    let recorded = kims.receipt();
    kims.push(std::slice::from_ref(&recorded)).await;
    assert_eq!(sams.pull(HIGH_STREET).await, []);
    kims.says(r#"{"unsent":41}"#).await;
    let heads: Manifest = read(sams.get("/v1/sync/manifest").await).await;
    assert!(heads.heads.iter().all(|head| head.shop == ShopId::OFFICE || head.head == 0));
    assert_eq!(heads.devices.iter().map(|seen| seen.standing.unsent).collect::<Vec<_>>(), [0], "only its own");
    // The same entry, the same outbox: to this account both are new.
    sams.inc = kims.inc;
    let reply = sams.push(&[recorded]).await;
    assert_eq!(reply.verdicts[0].verdict, Verdict::Ok);
    assert_eq!(reply.verdicts[0].seq, Some(1));
    assert_eq!(kims.pull(HIGH_STREET).await.len(), 1);
    server.stop().await;
}

#[tokio::test]
async fn i12_a_shop_that_is_not_granted_is_not_shown() {
    let data = folder();
    let server = Running::with_account(&data).await;
    let account = server.db.account_of("kim@example.com").await.unwrap().unwrap();
    let mut till = server.pair("kim@example.com", HIGH_STREET).await;
    let mut other = server.pair("kim@example.com", STATION).await;
    other.push(&[other.receipt()]).await;
    server.db.grant(account, till.device, &[HIGH_STREET]).await.unwrap();
    for shop in [STATION, ShopId(9)] {
        let answer = till.get(&format!("/v1/sync/pull?shop={shop}&after=0")).await;
        assert_eq!(code(answer, StatusCode::FORBIDDEN).await, "shop_not_granted");
    }
    let heads: Manifest = read(till.get("/v1/sync/manifest").await).await;
    assert_eq!(heads.heads.iter().map(|head| head.shop).collect::<Vec<_>>(), [ShopId::OFFICE, HIGH_STREET]);
    assert_eq!(heads.devices.iter().map(|seen| seen.device).collect::<Vec<_>>(), [till.device]);
    // What it recorded for that shop is not refused, and not mixed in either.
    let mut elsewhere = till.receipt();
    elsewhere.header.shop = STATION;
    let reply = till.push(&[elsewhere]).await;
    assert_eq!(reply.verdicts[0].verdict, Verdict::Quarantined { reason: QuarantineReason::OtherShop });
    assert_eq!(other.page(STATION, 0).await.head, 1);
    server.stop().await;
}

#[tokio::test]
async fn a_revoked_device_that_is_paired_again_is_the_same_and_sends_what_it_had() {
    let data = folder();
    let server = Running::with_account(&data).await;
    let account = server.db.account_of("kim@example.com").await.unwrap().unwrap();
    let mut till = server.pair("kim@example.com", HIGH_STREET).await;
    server.db.revoke(account, till.device, clock::now()).await.unwrap();
    let unsent = till.receipt();
    let session: OwnerSession = read(server.sign_in("kim@example.com", PASSWORD).await).await;
    for (device, shop, register) in [
        (DeviceId(99), HIGH_STREET, "Front till"),
        (DeviceId(0), HIGH_STREET, "Front till"),
        (till.device, ShopId(2), "Front till"),
        (till.device, HIGH_STREET, "Back till"),
    ] {
        let refused = server.ask_to_pair_again(&session.token, device, shop, register).await;
        assert_eq!(code(refused, StatusCode::NOT_FOUND).await, "no_such_register");
    }
    let refused = server.ask_to_pair_again("no session", till.device, HIGH_STREET, "Front till").await;
    assert_eq!(code(refused, StatusCode::UNAUTHORIZED).await, "session_over");
    let (old_token, old_secret) = (till.token.clone(), till.secret.clone());
    let paired = server.ask_to_pair_again(&session.token, till.device, HIGH_STREET, "Front till").await;
    let paired: Paired = read(paired).await;
    assert_eq!(paired.device, till.device);
    assert_eq!(code(till.get("/v1/sync/manifest").await, StatusCode::UNAUTHORIZED).await, "token_expired");
    assert_eq!(code(server.ask_for_access(&old_secret).await, StatusCode::UNAUTHORIZED).await, "bad_token");
    till.token = server.access(&paired.token).await;
    assert_ne!(till.token, old_token);
    till.push(&[unsent]).await;
    assert_eq!(till.pull(HIGH_STREET).await.len(), 1);
    server.stop().await;
}

#[tokio::test]
async fn a_device_is_not_paired_again_by_the_owner_of_another_account() {
    let data = folder();
    let server = Running::with_account(&data).await;
    server.add_account("lee@example.com").await;
    let till = server.pair("kim@example.com", HIGH_STREET).await;
    let session: OwnerSession = read(server.sign_in("lee@example.com", PASSWORD).await).await;
    let refused = server.ask_to_pair_again(&session.token, till.device, HIGH_STREET, "Front till").await;
    assert_eq!(code(refused, StatusCode::NOT_FOUND).await, "no_such_register");
    assert!(till.get("/v1/sync/manifest").await.status().is_success(), "its token is as good as before");
    server.stop().await;
}

#[tokio::test]
async fn wrong_passwords_are_refused_and_soon_not_even_tried() {
    let data = folder();
    let server = Running::with_account(&data).await;
    for email in ["kim@example.com", "nobody@example.com"] {
        for _ in 0..5 {
            assert_eq!(code(server.sign_in(email, "wrong").await, StatusCode::UNAUTHORIZED).await, "wrong_password");
        }
        // The right one does not help any more either.
        let answer = server.sign_in(email, PASSWORD).await;
        let wait: u64 = answer.headers()["retry-after"].to_str().unwrap().parse().unwrap();
        assert!((1..=900).contains(&wait), "{wait}");
        assert_eq!(code(answer, StatusCode::TOO_MANY_REQUESTS).await, "too_many_attempts");
    }
    server.stop().await;
}

#[tokio::test]
async fn no_secret_is_in_the_database() {
    let data = folder();
    let server = Running::with_account(&data).await;
    let session: OwnerSession = read(server.sign_in("kim@example.com", PASSWORD).await).await;
    let till = server.pair("kim@example.com", HIGH_STREET).await;
    let (one, two, three) = (session.token, till.token.clone(), till.secret.clone());
    server.stop().await;
    for file in std::fs::read_dir(data.path()).unwrap() {
        let bytes = std::fs::read(file.unwrap().path()).unwrap();
        // Not even half of one.
        for secret in [&one[..20], &two[..20], &three[..20], PASSWORD] {
            assert!(!bytes.windows(secret.len()).any(|window| window == secret.as_bytes()), "a secret is on the disk");
        }
    }
}

#[tokio::test]
async fn a_device_gets_access_again_and_again_and_one_that_was_removed_too() {
    let data = folder();
    let server = Running::with_account(&data).await;
    let mut till = server.pair("kim@example.com", HIGH_STREET).await;
    let first = till.token.clone();
    let access: AccessToken = read(server.ask_for_access(&till.secret).await).await;
    assert_eq!(access.good_for_ms, 900_000);
    for token in [first, access.token.clone()] {
        till.token = token;
        assert_eq!(till.get("/v1/sync/manifest").await.status(), StatusCode::OK);
    }
    let session = server.session("kim@example.com").await;
    assert_eq!(server.ask_to_revoke(&session, till.device).await.status(), StatusCode::OK);
    assert_eq!(code(till.get("/v1/sync/manifest").await, StatusCode::FORBIDDEN).await, "register_removed");
    till.token = server.access(&till.secret).await;
    assert_eq!(code(till.get("/v1/sync/manifest").await, StatusCode::FORBIDDEN).await, "register_removed");
    till.push(&[till.receipt()]).await;
    server.stop().await;
}
