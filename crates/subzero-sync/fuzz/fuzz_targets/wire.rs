//! Any bytes: reading them as any message of the wire ends, and what can be read is read again from what is written of it.
#![no_main]

use libfuzzer_sys::fuzz_target;
use serde::Serialize;
use serde::de::DeserializeOwned;
use subzero_sync::wire::{
    AccessToken, ApiError, AuditPage, Manifest, OwnerSession, OwnerSignIn, PairCall, PairRequest, Paired, PairingCode,
    PullPage, PushConflict, PushReply, PushRequest, RegisterList, RescueReply, RescueRequest, SegmentList, SnapshotInfo,
    Standing,
};

fn comes_back<T: DeserializeOwned + PartialEq + Serialize>(json: &[u8]) {
    let Ok(message) = serde_json::from_slice::<T>(json) else { return };
    let written = serde_json::to_vec(&message).expect("what was read can be written");
    assert!(serde_json::from_slice::<T>(&written).is_ok_and(|again| again == message));
}

fuzz_target!(|bytes: &[u8]| {
    let Some((which, json)) = bytes.split_first() else { return };
    match which % 20 {
        0 => comes_back::<PushRequest>(json),
        1 => comes_back::<PushReply>(json),
        2 => comes_back::<PushConflict>(json),
        3 => comes_back::<PullPage>(json),
        4 => comes_back::<Manifest>(json),
        5 => comes_back::<Standing>(json),
        6 => comes_back::<SegmentList>(json),
        7 => comes_back::<OwnerSignIn>(json),
        8 => comes_back::<OwnerSession>(json),
        9 => comes_back::<PairRequest>(json),
        10 => comes_back::<Paired>(json),
        11 => comes_back::<PairCall>(json),
        12 => comes_back::<PairingCode>(json),
        13 => comes_back::<AccessToken>(json),
        14 => comes_back::<RegisterList>(json),
        15 => comes_back::<AuditPage>(json),
        16 => comes_back::<SnapshotInfo>(json),
        17 => comes_back::<RescueRequest>(json),
        18 => comes_back::<RescueReply>(json),
        _ => comes_back::<ApiError>(json),
    }
});
