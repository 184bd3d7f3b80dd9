//! Any bytes: reading them as a segment ends, and what can be read is written as the same bytes again.
#![no_main]

use libfuzzer_sys::fuzz_target;
use subzero_sync::segment;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(rows) = segment::decode(bytes) {
        assert_eq!(segment::encode(&rows).as_deref(), Ok(bytes));
    }
});
