//! `replay FILE…`: for each scenario file what its entries lead to, as a JSON array in the order of the files.

use std::error::Error;

use subzero_ledger::scenario;

fn main() -> Result<(), Box<dyn Error>> {
    let mut outcomes = Vec::new();
    for file in std::env::args().skip(1) {
        let text = std::fs::read_to_string(&file).map_err(|error| format!("cannot read {file}: {error}"))?;
        outcomes.push(scenario::replay_json(&text).map_err(|error| format!("cannot replay {file}: {error}"))?);
    }
    println!("{}", serde_json::to_string_pretty(&outcomes)?);
    Ok(())
}
