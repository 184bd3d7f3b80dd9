//! The JSON of everything that crosses, letter by letter: a change here breaks tablets that are not updated yet.
#![allow(clippy::unwrap_used)] // A test that cannot go on has failed.

use proptest::prelude::*;
use serde::Serialize;
use serde::de::DeserializeOwned;
use subzero_ledger::entry::Mode;
use subzero_ledger::ids::{DeviceId, EmployeeId, ShopId};
use subzero_ledger::instant::Instant;
use subzero_sync::wire::{
    AccessToken, AccountKey, ApiError, AsideEntry, AsideList, AuditBy, AuditEntry, AuditPage, AuditWhat, Chain,
    Checksum, ContentHash, DeviceSeen, EntryBytes, Epoch, Flag, FoldedOwn, FoldedShop, HexError, Incarnation,
    ListedRegister, Manifest, OwnerSession, OwnerSignIn, PairCall, PairRequest, Paired, PairingCode, PullPage,
    PushConflict, PushReply, PushRequest, PushVerdict, QuarantineReason, RegisterList, RegisterShops, RescueReply,
    RescueRequest, Row, STANDING_BYTES_MAX, SegmentInfo, SegmentList, ShopHead, ShopName, SignedIn, SnapshotInfo,
    Standing, TOKEN_EXPIRED, Verdict, Version,
};
use uuid::Uuid;

const EPOCH: Epoch = Epoch(Uuid::from_u128(1));
const INC: Incarnation = Incarnation(Uuid::from_u128(2));

/// Written as this text, and read back from it to the same text.
fn is_json<T: Serialize + DeserializeOwned>(value: &T, text: &str) {
    assert_eq!(serde_json::to_string(value).unwrap(), text);
    let back: T = serde_json::from_str(text).unwrap();
    assert_eq!(serde_json::to_string(&back).unwrap(), text);
}

#[test]
fn signing_in_and_pairing() {
    is_json(
        &OwnerSignIn { email: "a@b.example".into(), password: "secret".into() },
        r#"{"email":"a@b.example","password":"secret"}"#,
    );
    is_json(
        &OwnerSession { token: "t".into(), shops: vec![ShopName { id: ShopId(1), name: "Harbour".into() }] },
        r#"{"token":"t","shops":[{"id":1,"name":"Harbour"}]}"#,
    );
    let request = PairRequest { shop: ShopId(1), register: "Till 1".into(), again: None, account: None };
    is_json(&request, r#"{"shop":1,"register":"Till 1"}"#);
    let again = PairRequest { again: Some(DeviceId(3)), ..request };
    is_json(&again, r#"{"shop":1,"register":"Till 1","again":3}"#);
    let paired = Paired {
        token: "t".into(),
        device: DeviceId(3),
        shop: ShopId(1),
        register: "Till 1".into(),
        account: "Shop & Co".into(),
        currency: "EUR".into(),
        reads: vec![ShopId::OFFICE, ShopId(1)],
        account_key: None,
        last_heard: None,
    };
    is_json(
        &paired,
        r#"{"token":"t","device":3,"shop":1,"register":"Till 1","account":"Shop & Co","currency":"EUR","reads":[0,1]}"#,
    );
    let seen = DeviceSeen { device: DeviceId(3), seen: Instant::MIN, standing: Standing::default() };
    let again = Paired { account_key: Some(AccountKey(Uuid::from_u128(9))), last_heard: Some(seen), ..paired };
    is_json(
        &again,
        concat!(
            r#"{"token":"t","device":3,"shop":1,"register":"Till 1","account":"Shop & Co","currency":"EUR","reads":[0,1],"#,
            r#""account_key":"00000000-0000-0000-0000-000000000009","#,
            r#""last_heard":{"device":3,"seen":0,"standing":{"unsent":0,"oldest_unsent":null,"session":null}}}"#
        ),
    );
}

#[test]
fn getting_access() {
    is_json(&AccessToken { token: "t".into(), good_for_ms: 900_000 }, r#"{"token":"t","good_for_ms":900000}"#);
    assert_eq!(TOKEN_EXPIRED, "token_expired");
}

#[test]
fn what_was_noted() {
    let entry = |by, what, device, address| AuditEntry {
        number: 7,
        at: Instant::MIN,
        by,
        what,
        device,
        by_device: None,
        address,
    };
    let entries = vec![
        entry(AuditBy::Owner, AuditWhat::Removed, Some(DeviceId(3)), Some("203.0.113.7".into())),
        entry(AuditBy::Operator, AuditWhat::SignInFailed, None, None),
    ];
    is_json(
        &AuditPage { entries, has_more: true },
        concat!(
            r#"{"entries":[{"number":7,"at":0,"by":"owner","what":"removed","device":3,"address":"203.0.113.7"},"#,
            r#"{"number":7,"at":0,"by":"operator","what":"sign_in_failed","device":null,"address":null}],"has_more":true}"#
        ),
    );
}

#[test]
fn letting_a_register_in_by_a_code() {
    let request = || PairRequest { shop: ShopId(1), register: "Till 1".into(), again: None, account: None };
    is_json(&PairCall::ByOwner(request()), r#"{"shop":1,"register":"Till 1"}"#);
    is_json(&PairCall::ByCode { code: "abcd2345".into() }, r#"{"code":"abcd2345"}"#);
    is_json(
        &PairingCode { code: "abcd2345".into(), good_for_ms: 600_000 },
        r#"{"code":"abcd2345","good_for_ms":600000}"#,
    );
}

#[test]
fn the_registers_of_an_account() {
    let listed = ListedRegister {
        device: DeviceId(3),
        register: "Till 1".into(),
        shop: ShopId(1),
        paired: Instant::MIN,
        seen: Some(Instant::MIN),
        skew_ms: Some(-5),
        standing: Standing { unsent: 7, ..what_it_is() },
        shops: vec![ShopId(1), ShopId(2)],
        removed: None,
    };
    is_json(
        &RegisterList { registers: vec![listed] },
        concat!(
            r#"{"registers":[{"device":3,"register":"Till 1","shop":1,"paired":0,"seen":0,"skew_ms":-5,"#,
            r#""standing":{"unsent":7,"oldest_unsent":null,"session":null,"clock_ahead_minutes":-3,"version":[0,9,1],"#,
            r#""is_storage_kept":true},"shops":[1,2],"removed":null}]}"#
        ),
    );
    is_json(&RegisterShops { shops: vec![ShopId(1)] }, r#"{"shops":[1]}"#);
    let (device, reason) = (DeviceId(3), QuarantineReason::RemovedRegister);
    let aside = AsideEntry { device, reason, recorded: Instant::MIN, body: EntryBytes(vec![1, 2, 3]) };
    is_json(
        &AsideList { entries: vec![aside] },
        r#"{"entries":[{"device":3,"reason":"removed_register","recorded":0,"body":"AQID"}]}"#,
    );
}

/// What a device says of itself beside what is sent.
fn what_it_is() -> Standing {
    Standing {
        clock_ahead_minutes: Some(-3),
        version: Version::read("0.9.1"),
        is_storage_kept: Some(true),
        ..Standing::default()
    }
}

#[test]
fn bringing_in_a_file() {
    let request = RescueRequest { by: EmployeeId::from_u128(1), file: "{}\n".into() };
    is_json(&request, r#"{"by":"00000000-0000-0000-0000-000000000001","file":"{}\n"}"#);
    let mut reply = RescueReply::begin(DeviceId(3));
    let of = |verdict| PushVerdict { dseq: 1, seq: None, verdict };
    let flagged = Verdict::Flagged { flags: vec![Flag::UnknownItem] };
    let aside = Verdict::Quarantined { reason: QuarantineReason::Unreadable };
    reply.count(&[of(Verdict::Ok), of(Verdict::Dup), of(flagged), of(aside)]);
    is_json(&reply, r#"{"device":3,"stored":2,"known":1,"flagged":1,"aside":1}"#);
}

const FLAGS: [Flag; 6] =
    [Flag::AheadOfTime, Flag::LongAgo, Flag::UnknownEmployee, Flag::UnknownItem, Flag::RemovedRegister, Flag::Rescued];

#[test]
fn pushing() {
    let request = PushRequest {
        epoch: Some(EPOCH),
        inc: INC,
        first: 7,
        before: Chain::GENESIS,
        now: Instant::MIN,
        entries: vec![EntryBytes(vec![1, 2, 255])],
    };
    is_json(
        &request,
        concat!(
            r#"{"epoch":"00000000-0000-0000-0000-000000000001","inc":"00000000-0000-0000-0000-000000000002","first":7,"#,
            r#""before":"0000000000000000000000000000000000000000000000000000000000000000","now":0,"entries":["AQL/"]}"#
        ),
    );
    let verdict = |dseq, seq, verdict| PushVerdict { dseq, seq, verdict };
    let reply = PushReply {
        epoch: EPOCH,
        acked: 10,
        end: Chain::GENESIS,
        aside: 0,
        verdicts: vec![
            verdict(7, Some(40), Verdict::Ok),
            verdict(8, Some(3), Verdict::Dup),
            verdict(9, Some(41), Verdict::Flagged { flags: FLAGS.to_vec() }),
            verdict(10, None, Verdict::Quarantined { reason: QuarantineReason::Unreadable }),
        ],
    };
    is_json(
        &reply,
        concat!(
            r#"{"epoch":"00000000-0000-0000-0000-000000000001","acked":10,"#,
            r#""end":"0000000000000000000000000000000000000000000000000000000000000000","verdicts":["#,
            r#"{"dseq":7,"seq":40,"verdict":{"verdict":"ok"}},"#,
            r#"{"dseq":8,"seq":3,"verdict":{"verdict":"dup"}},"#,
            r#"{"dseq":9,"seq":41,"verdict":{"verdict":"flagged","flags":["ahead_of_time","long_ago","unknown_employee","unknown_item","removed_register","rescued"]}},"#,
            r#"{"dseq":10,"seq":null,"verdict":{"verdict":"quarantined","reason":"unreadable"}}],"aside":0}"#
        ),
    );
    let reasons = [
        QuarantineReason::Unreadable,
        QuarantineReason::OtherDevice,
        QuarantineReason::OtherShop,
        QuarantineReason::IdTaken,
        QuarantineReason::NotAllowed,
        QuarantineReason::RemovedRegister,
        QuarantineReason::LastOwner,
        QuarantineReason::UnknownChange,
    ];
    is_json(
        &reasons.to_vec(),
        concat!(
            r#"["unreadable","other_device","other_shop","id_taken","not_allowed","#,
            r#""removed_register","last_owner","unknown_change"]"#
        ),
    );
}

#[test]
fn conflicts() {
    is_json(&PushConflict::Gap { expected: 4 }, r#"{"code":"gap","expected":4}"#);
    is_json(&PushConflict::Fork, r#"{"code":"fork"}"#);
    is_json(
        &PushConflict::Epoch { epoch: EPOCH, acked: 3 },
        r#"{"code":"epoch","epoch":"00000000-0000-0000-0000-000000000001","acked":3}"#,
    );
    is_json(
        &ApiError { code: "signed_out".into(), message: "Pair this device again.".into() },
        r#"{"code":"signed_out","message":"Pair this device again."}"#,
    );
}

fn standing() -> Standing {
    let session = SignedIn { employee: EmployeeId::from_u128(3), mode: Mode::AutoAdd, since: Instant::MIN };
    Standing {
        unsent: 41,
        oldest_unsent: Some(Instant::MIN),
        session: Some(session),
        missing: None,
        epoch: None,
        ..Standing::default()
    }
}

#[test]
fn watching_and_pulling() {
    is_json(
        &Manifest {
            epoch: EPOCH,
            now: Instant::MIN,
            heads: vec![ShopHead { shop: ShopId(1), head: 12, sealed: 9 }],
            devices: vec![DeviceSeen { device: DeviceId(2), seen: Instant::MIN, standing: standing() }],
            snapshot: None,
        },
        concat!(
            r#"{"epoch":"00000000-0000-0000-0000-000000000001","now":0,"heads":[{"shop":1,"head":12,"sealed":9}],"#,
            r#""devices":[{"device":2,"seen":0,"standing":{"unsent":41,"oldest_unsent":0,"session":"#,
            r#"{"employee":"00000000-0000-0000-0000-000000000003","mode":"AutoAdd","since":0}}}]}"#
        ),
    );
    // An older server tells of no segments and no devices, and a device that says little is understood.
    let old = r#"{"epoch":"00000000-0000-0000-0000-000000000001","now":0,"heads":[]}"#;
    assert_eq!(serde_json::from_str::<Manifest>(old).unwrap().devices, []);
    assert_eq!(serde_json::from_str::<ShopHead>(r#"{"shop":1,"head":12}"#).unwrap().sealed, 0);
    assert_eq!(serde_json::from_str::<Standing>(r#"{"unsent":0}"#).unwrap(), Standing::default());
    assert!(serde_json::to_string(&standing()).unwrap().len() < STANDING_BYTES_MAX);
    let row = Row { seq: 6, inc: INC, dseq: 7, recorded: Instant::MIN, flags: Vec::new(), body: EntryBytes(vec![0]) };
    let page = PullPage { epoch: EPOCH, shop: ShopId(1), after: 5, rows: vec![row], head: 6, checksum: Checksum(255) };
    is_json(
        &page,
        concat!(
            r#"{"epoch":"00000000-0000-0000-0000-000000000001","shop":1,"after":5,"rows":[{"seq":6,"#,
            r#""inc":"00000000-0000-0000-0000-000000000002","dseq":7,"recorded":0,"body":"AA=="}],"head":6,"#,
            r#""checksum":"000000000000000000000000000000ff"}"#
        ),
    );
}

#[test]
fn segments() {
    let info = SegmentInfo { first: 1, last: 9, hash: ContentHash([1; 32]), checksum: Checksum(255) };
    is_json(
        &SegmentList { epoch: EPOCH, shop: ShopId(1), after: 5, segments: vec![info] },
        concat!(
            r#"{"epoch":"00000000-0000-0000-0000-000000000001","shop":1,"after":5,"segments":[{"first":1,"last":9,"#,
            r#""hash":"0101010101010101010101010101010101010101010101010101010101010101","#,
            r#""checksum":"000000000000000000000000000000ff"}]}"#
        ),
    );
}

#[test]
fn snapshots() {
    let own = FoldedOwn { inc: INC, dseq: 7 };
    let shop = FoldedShop { shop: ShopId(1), seq: 9, checksum: Checksum(255), own: Some(own) };
    is_json(
        &SnapshotInfo { epoch: EPOCH, horizon: Instant::MIN, parts: vec![ContentHash([1; 32])], shops: vec![shop] },
        concat!(
            r#"{"epoch":"00000000-0000-0000-0000-000000000001","horizon":0,"#,
            r#""parts":["0101010101010101010101010101010101010101010101010101010101010101"],"#,
            r#""shops":[{"shop":1,"seq":9,"checksum":"000000000000000000000000000000ff","#,
            r#""own":{"inc":"00000000-0000-0000-0000-000000000002","dseq":7}}]}"#
        ),
    );
}

#[test]
fn a_hash_has_one_form_only() {
    for text in ["", "00", &"g".repeat(64), &"F".repeat(64), &"+".repeat(64), &"é".repeat(32), &"0".repeat(65)] {
        assert_eq!(Chain::try_from(text.to_owned()), Err(HexError), "{text}");
    }
    for text in ["", "ff", &"F".repeat(32), &format!("+{}", "0".repeat(31)), &"0".repeat(33)] {
        assert_eq!(Checksum::try_from(text.to_owned()), Err(HexError), "{text}");
    }
}

proptest! {
    #[test]
    fn chains_and_checksums_survive_json(hash: [u8; 32], sum: u128) {
        prop_assert_eq!(Chain::try_from(String::from(Chain(hash))), Ok(Chain(hash)));
        prop_assert_eq!(Checksum::try_from(String::from(Checksum(sum))), Ok(Checksum(sum)));
        let json = serde_json::to_string(&(Chain(hash), Checksum(sum))).unwrap();
        prop_assert_eq!(serde_json::from_str::<(Chain, Checksum)>(&json).unwrap(), (Chain(hash), Checksum(sum)));
    }

    #[test]
    fn entries_survive_json(bytes: Vec<u8>) {
        let json = serde_json::to_string(&EntryBytes(bytes.clone())).unwrap();
        prop_assert_eq!(serde_json::from_str::<EntryBytes>(&json).unwrap(), EntryBytes(bytes));
    }

    #[test]
    fn no_text_makes_reading_panic(text: String) {
        let _ = serde_json::from_str::<PushReply>(&text);
        let _ = serde_json::from_str::<PullPage>(&text);
        let _ = serde_json::from_str::<Manifest>(&text);
        let _ = serde_json::from_str::<SegmentList>(&text);
        let _ = serde_json::from_str::<SnapshotInfo>(&text);
        let _ = serde_json::from_str::<PushConflict>(&text);
        let _ = Chain::try_from(text.clone());
        let _ = Checksum::try_from(text);
    }
}
