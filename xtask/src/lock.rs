//! Versions as `Cargo.lock` has them: a tool that must equal a crate is installed in the crate's version.

/// Every version of a package in the text of a lock file.
pub fn versions<'a>(lock: &'a str, package: &str) -> Vec<&'a str> {
    let mut lines = lock.lines();
    let mut found = Vec::new();
    while let Some(line) = lines.next() {
        if quoted(line, "name") == Some(package)
            && let Some(version) = lines.next().and_then(|line| quoted(line, "version"))
        {
            found.push(version);
        }
    }
    found
}

fn quoted<'a>(line: &'a str, key: &str) -> Option<&'a str> {
    line.strip_prefix(key)?.strip_prefix(" = \"")?.strip_suffix('"')
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOCK: &str = "version = 4\n\n[[package]]\nname = \"wasm-bindgen\"\nversion = \"0.2.130\"\nsource = \"x\"\n\
        dependencies = [\n \"cfg-if\",\n]\n\n[[package]]\nname = \"wasm-bindgen-futures\"\nversion = \"0.4.80\"\n\n\
        [[package]]\nname = \"base64\"\nversion = \"0.22.1\"\n\n[[package]]\nname = \"base64\"\nversion = \"0.23.1\"\n";

    #[test]
    fn a_package_is_found_by_its_whole_name() {
        assert_eq!(versions(LOCK, "wasm-bindgen"), ["0.2.130"]);
        assert_eq!(versions(LOCK, "wasm"), [""; 0]);
    }

    #[test]
    fn all_versions_of_a_package_are_found() {
        assert_eq!(versions(LOCK, "base64"), ["0.22.1", "0.23.1"]);
    }
}
