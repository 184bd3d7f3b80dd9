//! A test program that cargo has built, as it says so in JSON.

use std::path::{Path, PathBuf};

use serde_json::Value;

/// A test program.
#[derive(Debug, PartialEq, Eq)]
pub struct Program {
    /// Where it is.
    pub file: PathBuf,
    /// Its package's folder.
    pub folder: PathBuf,
    /// What it is called in its package.
    pub name: String,
}

impl Program {
    /// The program that a line of cargo's is about, if it is about one that tests.
    pub fn read(line: &str) -> Option<Self> {
        let message: Value = serde_json::from_str(line).ok()?;
        let file = message["executable"].as_str().filter(|_| message["profile"]["test"] == true)?;
        let folder = Path::new(message["manifest_path"].as_str()?).parent()?;
        let name = message["target"]["name"].as_str()?;
        Some(Self { file: file.into(), folder: folder.into(), name: name.into() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_what_cargo_built_only_tests_are_run() {
        let line = |test: bool, executable: &str| {
            format!(
                r#"{{"reason":"compiler-artifact","manifest_path":"/a/b/Cargo.toml","target":{{"name":"laws"}},
                "profile":{{"test":{test}}},"executable":{executable}}}"#
            )
            .replace('\n', "")
        };
        let program = Program { file: "/a/target/laws-1".into(), folder: "/a/b".into(), name: "laws".into() };
        assert_eq!(Program::read(&line(true, "\"/a/target/laws-1\"")), Some(program));
        assert_eq!(Program::read(&line(false, "\"/a/target/laws-1\"")), None);
        assert_eq!(Program::read(&line(true, "null")), None);
        assert_eq!(Program::read("a warning"), None);
    }
}
