//! Any text as a rescue file, and any content under a first line that promises it: nothing panics, and what is accepted is read again as it
//! was, fits into pushes, and each of those is well formed.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sha2::{Digest as _, Sha256};
use subzero_ledger::instant::Instant;
use subzero_sync::intake::Batch;
use subzero_sync::rescue::{Rescue, VERSION};

fuzz_target!(|text: &str| {
    let hash: String = Sha256::digest(text).iter().map(|byte| format!("{byte:02x}")).collect();
    let head = format!(r#"{{"subzero_rescue":{VERSION},"bytes":{},"sha256":"{hash}"}}"#, text.len());
    for file in [text.to_owned(), format!("{head}\n{text}\n")] {
        let Ok(rescue) = Rescue::decode(&file) else { continue };
        assert_eq!(Rescue::decode(&rescue.encode()).as_ref(), Ok(&rescue));
        let requests = rescue.requests(Instant::MIN);
        assert_eq!(requests.iter().map(|request| request.entries.len()).sum::<usize>(), rescue.count());
        for request in requests {
            Batch::read(request).expect("a file that is accepted can be pushed");
        }
    }
});
