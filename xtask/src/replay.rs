//! Scenario files, replayed by the ledger: what support is asked for when a figure looks wrong.

use anyhow::{Context as _, Result, bail};
use subzero_ledger::scenario;

/// For each file what its entries lead to, as a JSON array in the order of the files.
pub fn replay(files: &[String]) -> Result<String> {
    if files.is_empty() {
        bail!("name at least one scenario file");
    }
    let mut outcomes = Vec::with_capacity(files.len());
    for file in files {
        let text = std::fs::read_to_string(file).with_context(|| format!("cannot read {file}"))?;
        outcomes.push(scenario::replay_json(&text).with_context(|| format!("cannot replay {file}"))?);
    }
    Ok(serde_json::to_string_pretty(&outcomes)?)
}
