//! The scripts written into a page's HTML: a strict content security policy runs them only by their hash.

use super::digest;

/// For each inline script `'sha256-…'`, quoted as the policy wants it.
pub fn hashes(html: &str) -> Vec<String> {
    bodies(html).into_iter().map(|body| format!("'{}'", digest::integrity(body.as_bytes()))).collect()
}

/// What is between the tags of each script that has no `src`, byte for byte.
fn bodies(html: &str) -> Vec<&str> {
    let mut bodies = Vec::new();
    let mut rest = html;
    while let Some((_, after)) = rest.split_once("<script") {
        let Some((attributes, after)) = after.split_once('>') else { break };
        let Some((body, after)) = after.split_once("</script>") else { break };
        if !attributes.split_whitespace().any(|attribute| attribute.starts_with("src=")) {
            bodies.push(body);
        }
        rest = after;
    }
    bodies
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_scripts_without_a_source_are_inline() {
        let html = "<head><script type=\"module\">\nboot()\n</script><script defer src=\"/a.js\"></script></head>";
        assert_eq!(bodies(html), ["\nboot()\n"]);
    }

    #[test]
    fn the_hash_is_what_a_browser_computes() {
        // The example of the Content Security Policy specification.
        let html = "<script>alert('Hello, world.');</script>";
        assert_eq!(hashes(html), ["'sha256-qznLcsROx4GACP2dm0UCKCzCG+HiZ1guq6ZZDob/Tng='"]);
    }
}
