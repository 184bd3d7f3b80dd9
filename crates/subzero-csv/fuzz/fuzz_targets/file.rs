//! Any text as a file of any kind: reading it panics nowhere, and whatever it would record can be recorded.
#![no_main]

use libfuzzer_sys::fuzz_target;
use subzero_csv::{Import, Kind, Known, Reading};
use subzero_ledger::decimal::Separators;
use subzero_ledger::entry::{CostControl, Entry, Header, Mode};
use subzero_ledger::ids::{DeviceId, EmployeeId, EntryId, SessionId, ShopId};
use subzero_ledger::instant::Instant;
use uuid::Uuid;

const SEPARATORS: [Separators; 2] = [Separators { decimal: '.', group: ',' }, Separators { decimal: ',', group: '.' }];

fuzz_target!(|input: (u8, bool, String)| {
    let (kind, is_comma, text) = input;
    let kind = Kind::ALL[usize::from(kind) % Kind::ALL.len()];
    let reading =
        Reading { kind, shop: ShopId(1), numbers: SEPARATORS[usize::from(is_comma)], mint: || Uuid::from_u128(7) };
    // A first line that names every column, so that most inputs are about the lines after it.
    let headings: Vec<&str> = kind.columns().iter().map(|column| column.name()).collect();
    for text in [&text, &format!("{}\n{text}", headings.join(","))] {
        let Ok(mut import) = Import::begin(text, reading, &Known::default()) else { continue };
        while !import.step(100).is_done() {}
        for (shop, body) in import.finish().bodies("file.csv") {
            let header = Header {
                id: EntryId::from_u128(1),
                shop,
                device: DeviceId(1),
                at: Instant::MIN,
                employee: EmployeeId::from_u128(1),
                session: SessionId::from_u128(1),
                approved_by: None,
                import: None,
                mode: Mode::Allow,
                cost_control: CostControl::Default,
            };
            let entry = Entry { dseq: 1, header, body };
            let bytes = entry.encode().expect("what a file says can be recorded");
            assert_eq!(Entry::decode_confirmed(1, &bytes), Ok(entry));
        }
    }
});
