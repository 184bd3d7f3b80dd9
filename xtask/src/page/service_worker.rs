//! Writes the page's service worker: the template beside this file, with the list of every file of this build and its hash.

use std::path::Path;

use anyhow::{Context as _, Result, bail};
use serde_json::{Value, json};

use super::{digest, folder};

const TEMPLATE: &str = include_str!("service_worker.js");
const NAME: &str = "sw.js";
const VERSION: &str = "'%VERSION%'";
const FILES: &str = "['%FILES%']";

/// Writes `sw.js` into the built page.
pub fn write(page: &Path) -> Result<()> {
    let files = list(page)?;
    Ok(std::fs::write(page.join(NAME), fill(&files)?)?)
}

/// The template with the list and, as the version, the hash of template and list.
fn fill(files: &[Value]) -> Result<String> {
    if !(TEMPLATE.contains(VERSION) && TEMPLATE.contains(FILES)) {
        bail!("the service worker's template must contain {VERSION} and {FILES}");
    }
    let list = serde_json::to_string_pretty(files)?;
    let version: String = digest::hex(format!("{TEMPLATE}{list}").as_bytes()).chars().take(16).collect();
    Ok(TEMPLATE.replace(FILES, &list).replace(VERSION, &format!("'{version}'")))
}

/// Every file a browser may ask for, by its path from the root; `index.html` is asked for as `/`.
fn list(page: &Path) -> Result<Vec<Value>> {
    let mut files = Vec::new();
    for file in folder::files(page)? {
        let path = file.strip_prefix(page)?.components().map(|part| part.as_os_str().to_string_lossy());
        let path = path.collect::<Vec<_>>().join("/");
        if path == NAME || path.split('/').any(|part| part.starts_with('.')) {
            continue;
        }
        let url = if path == "index.html" { "/".to_owned() } else { format!("/{path}") };
        let content = std::fs::read(&file).with_context(|| format!("cannot read {}", file.display()))?;
        files.push(json!({ "url": url, "integrity": digest::integrity(&content) }));
    }
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_follows_every_file() {
        let one = fill(&[json!({ "url": "/", "integrity": "sha256-a" })]).expect("the template is complete");
        let other = fill(&[json!({ "url": "/", "integrity": "sha256-b" })]).expect("the template is complete");
        assert_ne!(version(&one), version(&other));
        assert_eq!(version(&one).len(), 16);
        assert!(one.contains("\"integrity\": \"sha256-a\""), "{one}");
    }

    #[test]
    fn the_page_is_listed_by_its_root_and_hidden_files_not_at_all() {
        let page = std::env::temp_dir().join(format!("subzero-page-{}", std::process::id()));
        std::fs::create_dir_all(page.join("icons")).expect("a temporary folder");
        for name in ["index.html", ".csp-script-hashes", "icons/till.svg", "sw.js"] {
            std::fs::write(page.join(name), name).expect("a temporary file");
        }
        let urls: Vec<Value> = list(&page).expect("a readable folder").iter().map(|file| file["url"].clone()).collect();
        std::fs::remove_dir_all(&page).expect("our folder");
        assert_eq!(urls, [json!("/icons/till.svg"), json!("/")]);
    }

    fn version(script: &str) -> &str {
        script.split("VERSION = '").nth(1).and_then(|rest| rest.split('\'').next()).unwrap_or_default()
    }
}
