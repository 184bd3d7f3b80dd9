//! Where things lie: the one place that knows the folders of a clone and of this machine's kept tools.

use std::path::{Path, PathBuf};

/// A clone of the project.
#[derive(Clone, Debug)]
pub struct Checkout {
    root: PathBuf,
}

impl Checkout {
    /// The clone this program was built from.
    pub fn find() -> Self {
        let manifest = std::env::var_os("CARGO_MANIFEST_DIR")
            .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
        Self { root: manifest.parent().map_or_else(|| manifest.clone(), Path::to_path_buf) }
    }

    /// The folder with the workspace's `Cargo.toml`.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// A path inside the clone.
    pub fn at(&self, path: &str) -> PathBuf {
        self.root.join(path)
    }

    /// Where cargo puts what it builds natively.
    pub fn target(&self) -> PathBuf {
        match std::env::var_os("CARGO_TARGET_DIR") {
            Some(folder) => self.root.join(folder),
            None => self.at("target"),
        }
    }

    /// Where cargo puts what it builds for the browser with another compiler: two must not thrash one folder.
    pub fn web_target(&self) -> PathBuf {
        self.at("target/web")
    }

    /// A program of the workspace, once built in this profile; cargo's folder for `dev` is `debug`.
    pub fn built(&self, profile_folder: &str, program: &str) -> PathBuf {
        self.target().join(profile_folder).join(format!("{program}{}", std::env::consts::EXE_SUFFIX))
    }

    /// The folder to be put first on `PATH`.
    pub fn tool_bin(&self) -> PathBuf {
        self.at("target/tools/bin")
    }

    /// What this clone remembers about a tool: its version, or the hash of what it was made from.
    pub fn stamp(&self, name: &str) -> PathBuf {
        self.at("target/tools/stamps").join(name)
    }

    /// Tools built before on this machine, by name and version, shared by all clones.
    pub fn kept_tools(&self) -> PathBuf {
        let variable = |name| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
        variable("SUBZERO_TOOLS")
            .or_else(|| variable("XDG_CACHE_HOME").map(|cache| cache.join("subzero-tools")))
            .or_else(|| variable("HOME").map(|home| home.join(".cache/subzero-tools")))
            .unwrap_or_else(|| self.at("target/tools/kept"))
    }

    /// Whether the stamp says just this.
    pub fn is_stamped(&self, name: &str, content: &str) -> bool {
        std::fs::read_to_string(self.stamp(name)).is_ok_and(|found| found == content)
    }

    /// Remembers something about a tool.
    pub fn write_stamp(&self, name: &str, content: &str) -> anyhow::Result<()> {
        let path = self.stamp(name);
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder)?;
        }
        Ok(std::fs::write(path, content)?)
    }
}
