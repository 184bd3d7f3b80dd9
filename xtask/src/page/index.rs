//! `index.html`, which says in Trunk's words what the page is made of, so that Trunk builds it too.
//!
//! Of those words it knows `rel="css"`, `rel="copy-dir"` and `rel="rust"`, each a `<link data-trunk …>` on a line of its own. All style
//! sheets become one, and nothing has an `integrity`: browsers ignore it on a preload and say so at every load, and the service worker
//! holds every file to its hash anyway.

use std::path::Path;

use anyhow::{Context as _, Result, bail};

/// What it names.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Index {
    /// Style sheets, in the order in which they hold.
    pub styles: Vec<String>,
    /// Folders whose files are served as they are.
    pub folders: Vec<String>,
    /// The lines with nothing to build.
    lines: Vec<String>,
}

impl Index {
    /// Reads the file.
    pub fn read(file: &Path) -> Result<Self> {
        let text = std::fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
        Self::parse(&text).with_context(|| format!("in {}", file.display()))
    }

    fn parse(text: &str) -> Result<Self> {
        let mut index = Self::default();
        for line in text.lines() {
            if !line.contains("data-trunk") {
                index.lines.push(line.to_owned());
                continue;
            }
            let href = || attribute(line, "href").map(str::to_owned).with_context(|| format!("no href: {line}"));
            match attribute(line, "rel") {
                Some("css") => index.styles.push(href()?),
                Some("copy-dir") => index.folders.push(href()?),
                Some("rust") => {}
                _ => bail!("nobody knows how to build {}", line.trim()),
            }
        }
        Ok(index)
    }

    /// The page's HTML, with these addresses.
    pub fn fill(&self, style: &str, script: &str, wasm: &str) -> String {
        let head = format!(
            "    <link rel=\"preload\" href=\"{wasm}\" as=\"fetch\" type=\"application/wasm\" crossorigin />\n    \
             <link rel=\"stylesheet\" href=\"{style}\" />\n    \
             <script type=\"module\">import start from '{script}'; start({{ module_or_path: '{wasm}' }});</script>\n"
        );
        let mut html = String::new();
        for line in &self.lines {
            if line.trim() == "</head>" {
                html += &head;
            }
            html += line;
            html.push('\n');
        }
        html
    }
}

/// What an attribute of the element on this line says.
fn attribute<'a>(line: &'a str, name: &str) -> Option<&'a str> {
    let (_, rest) = line.split_once(&format!(" {name}=\""))?;
    rest.split_once('"').map(|(value, _)| value)
}

#[cfg(test)]
mod tests {
    use super::*;

    const HTML: &str = "<html>\n  <head>\n    <title>x</title>\n    <link data-trunk rel=\"css\" href=\"a.css\" />\n    \
        <link data-trunk rel=\"css\" href=\"b.css\" />\n    \
        <link data-trunk rel=\"copy-dir\" href=\"public\" data-target-path=\".\" />\n    \
        <link data-trunk rel=\"rust\" data-bin=\"x\" />\n  </head>\n</html>\n";

    #[test]
    fn what_is_to_be_built_is_taken_out_in_its_order() {
        let index = Index::parse(HTML).expect("it is known");
        assert_eq!(index.styles, ["a.css", "b.css"]);
        assert_eq!(index.folders, ["public"]);
        let html = index.fill("/s.css", "/p.js", "/p.wasm");
        assert!(!html.contains("data-trunk") && !html.contains("integrity"), "{html}");
        assert!(html.contains("<title>x</title>") && html.contains("href=\"/s.css\""), "{html}");
        assert_eq!(html.matches("/p.wasm").count(), 2, "{html}");
    }

    #[test]
    fn what_nobody_can_build_is_an_error() {
        let error = Index::parse("<link data-trunk rel=\"sass\" href=\"a.sass\" />").expect_err("it is not known");
        assert!(error.to_string().contains("sass"), "{error}");
        assert!(Index::parse("<link data-trunk rel=\"css\" />").is_err());
    }
}
