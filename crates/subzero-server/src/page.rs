//! The built page: its files, read into memory at start, and the headers that say what each is and what it may run.
//!
//! Only files that were there at start are served, by exact name; a request never touches the disk, so no path leads out of
//! the folder. Files and folders whose names begin with a dot are not read. Every other path without an extension is a
//! place inside the page and gets `index.html`.
//!
//! `NAME.br` and `NAME.gz` beside a file are what the build made of it once, and are sent in its place to whoever can read them. Nothing is
//! compressed while somebody waits: it costs a stranger nothing to ask for the page again and again.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest as _, Sha256};

use crate::error::ApiError;
use crate::server::Server;

/// Where the build leaves the hashes of the page's inline scripts, one `'sha256-…'` a line.
const SCRIPT_HASHES: &str = ".csp-script-hashes";
/// The most bytes all files together may have: they stay in memory.
const BYTES_MAX: usize = 128 * 1024 * 1024;

/// What a compressed copy's name ends with, and what that is called on the wire; the smallest first.
const COMPRESSED: [(&str, &str); 2] = [(".br", "br"), (".gz", "gzip")];

/// Why a folder is not a page.
#[derive(Debug, thiserror::Error)]
pub enum PageError {
    /// A file or folder cannot be read.
    #[error("cannot read {path}: {source}")]
    Read {
        /// Which.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// There is no `index.html`.
    #[error("there is no index.html in {0}")]
    NoIndex(PathBuf),
    /// The folder holds more than a page.
    #[error("the files in {0} are larger than {BYTES_MAX} bytes")]
    TooLarge(PathBuf),
    /// The page has scripts of its own in it, and no browser would run them.
    #[error("there is no {SCRIPT_HASHES} in {0}: copy the whole folder, also the files whose names begin with a dot")]
    NoScriptHashes(PathBuf),
    /// A line that is not the hash of a script.
    #[error("{SCRIPT_HASHES} has a line that is not like 'sha256-…': {0}")]
    ScriptHash(String),
}

/// The page's files by path, without the leading slash.
pub struct Page {
    by_path: BTreeMap<String, File>,
    index: File,
    policy: HeaderValue,
}

#[derive(Clone)]
struct File {
    bytes: Bytes,
    /// Compressed, by the name of how.
    compressed: Vec<(&'static str, Bytes)>,
    kind: &'static str,
    /// The name changes with the content, so a copy is good for ever.
    is_immutable: bool,
    tag: HeaderValue,
}

impl Page {
    /// Reads a folder.
    pub fn read(folder: &Path) -> Result<Self, PageError> {
        let mut by_path = BTreeMap::new();
        let mut left = BYTES_MAX;
        read_folder(folder, "", &mut by_path, &mut left)?;
        keep_compressed(&mut by_path);
        let index = by_path.get("index.html").cloned().ok_or_else(|| PageError::NoIndex(folder.to_owned()))?;
        let hashes = script_hashes(folder)?;
        if hashes.is_empty() && has_inline_script(&index.bytes) {
            return Err(PageError::NoScriptHashes(folder.to_owned()));
        }
        let policy = policy(&hashes)?;
        Ok(Self { by_path, index, policy })
    }

    /// The file for a path: itself, or the page for a place inside it.
    fn find(&self, path: &str) -> Option<&File> {
        let path = path.trim_start_matches('/');
        let hidden = path.split('/').any(|segment| segment.starts_with('.'));
        let is_place = !path.rsplit('/').next().unwrap_or_default().contains('.');
        match self.by_path.get(path) {
            _ if hidden => None,
            Some(file) => Some(file),
            None if is_place => Some(&self.index),
            None => None,
        }
    }
}

/// Answers every path that is not the API's.
pub async fn answer(State(server): State<Arc<Server>>, request: Request) -> Response {
    let Some(page) = &server.page else { return ApiError::NotFound.into_response() };
    if request.method() != Method::GET && request.method() != Method::HEAD {
        return ApiError::Method.into_response();
    }
    let mut response = match page.find(request.uri().path()) {
        Some(file) if is_fresh(request.headers(), file) => StatusCode::NOT_MODIFIED.into_response(),
        Some(file) => whole(request.headers(), file),
        None => return ApiError::NotFound.into_response(),
    };
    if let Some(file) = page.find(request.uri().path()) {
        mark(response.headers_mut(), file, &page.policy);
    }
    response
}

/// The file, compressed if the asker can read that.
fn whole(asked: &HeaderMap, file: &File) -> Response {
    let Some((coding, bytes)) = file.compressed.iter().find(|(coding, _)| reads(asked, coding)) else {
        return Body::from(file.bytes.clone()).into_response();
    };
    let mut response = Body::from(bytes.clone()).into_response();
    response.headers_mut().insert(header::CONTENT_ENCODING, HeaderValue::from_static(coding));
    response
}

/// Whether this coding is one of those that are accepted: named, and not with a weight of nothing.
fn reads(asked: &HeaderMap, coding: &str) -> bool {
    let accepted = asked.get_all(header::ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok());
    accepted.flat_map(|value| value.split(',')).any(|word| {
        let (name, weight) = word.split_once(';').unwrap_or((word, ""));
        let is_refused = weight.trim().strip_prefix("q=").is_some_and(|q| q.parse() == Ok(0.0));
        name.trim().eq_ignore_ascii_case(coding) && !is_refused
    })
}

fn is_fresh(headers: &HeaderMap, file: &File) -> bool {
    headers.get_all(header::IF_NONE_MATCH).iter().any(|tag| *tag == file.tag)
}

fn mark(headers: &mut HeaderMap, file: &File, policy: &HeaderValue) {
    let cache = if file.is_immutable { "public, max-age=31536000, immutable" } else { "no-cache" };
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(file.kind));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(cache));
    headers.insert(header::ETAG, file.tag.clone());
    headers.insert(header::CONTENT_SECURITY_POLICY, policy.clone());
    if !file.compressed.is_empty() {
        headers.insert(header::VARY, HeaderValue::from_name(header::ACCEPT_ENCODING));
    }
}

fn read_folder(
    folder: &Path,
    prefix: &str,
    by_path: &mut BTreeMap<String, File>,
    left: &mut usize,
) -> Result<(), PageError> {
    let failed = |path: &Path| {
        let path = path.to_owned();
        move |source| PageError::Read { path, source }
    };
    for found in std::fs::read_dir(folder).map_err(failed(folder))? {
        let found = found.map_err(failed(folder))?;
        let path = found.path();
        let kind = found.file_type().map_err(failed(&path))?;
        let Some(name) = found.file_name().to_str().map(str::to_owned) else { continue };
        if name.starts_with('.') {
            continue;
        }
        if kind.is_dir() {
            read_folder(&path, &format!("{prefix}{name}/"), by_path, left)?;
        } else if kind.is_file() {
            let bytes = std::fs::read(&path).map_err(failed(&path))?;
            *left = left.checked_sub(bytes.len()).ok_or_else(|| PageError::TooLarge(folder.to_owned()))?;
            let path = format!("{prefix}{name}");
            let file = File {
                kind: kind_of(&name),
                is_immutable: has_hash(&path),
                tag: tag(&bytes),
                bytes: bytes.into(),
                compressed: Vec::new(),
            };
            by_path.insert(path, file);
        }
    }
    Ok(())
}

/// Puts each compressed copy with what it is a copy of; by its own name it is no file of the page.
fn keep_compressed(by_path: &mut BTreeMap<String, File>) {
    for (suffix, coding) in COMPRESSED {
        let copies: Vec<String> = by_path.keys().filter(|path| path.ends_with(suffix)).cloned().collect();
        for path in copies {
            let Some(copy) = by_path.remove(&path) else { continue };
            if let Some(file) = path.strip_suffix(suffix).and_then(|path| by_path.get_mut(path)) {
                file.compressed.push((coding, copy.bytes));
            }
        }
    }
}

/// Weak, for what is sent may be compressed.
fn tag(bytes: &[u8]) -> HeaderValue {
    let hash = URL_SAFE_NO_PAD.encode(Sha256::digest(bytes));
    // Letters, digits and quotes are always a header.
    HeaderValue::try_from(format!("W/\"{hash}\"")).unwrap_or(HeaderValue::from_static("W/\"\""))
}

/// Whether the build put a hash of the content into the name, as in `subzero-0123456789abcdef_bg.wasm`.
fn has_hash(path: &str) -> bool {
    path.split(['-', '_', '.', '/'])
        .any(|part| part.len() >= 12 && part.bytes().all(|byte| byte.is_ascii_hexdigit() && !byte.is_ascii_uppercase()))
}

fn kind_of(name: &str) -> &'static str {
    match Path::new(name).extension().and_then(OsStr::to_str).unwrap_or_default() {
        "html" => "text/html; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "wasm" => "application/wasm",
        "json" | "map" => "application/json",
        "webmanifest" => "application/manifest+json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "ico" => "image/x-icon",
        "webp" => "image/webp",
        "woff2" => "font/woff2",
        "txt" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

fn has_inline_script(index: &[u8]) -> bool {
    let text = String::from_utf8_lossy(index);
    text.split("<script").skip(1).any(|rest| rest.split('>').next().is_some_and(|tag| !tag.contains("src=")))
}

/// The hashes the build left; none when it left no such file.
fn script_hashes(folder: &Path) -> Result<Vec<String>, PageError> {
    let path = folder.join(SCRIPT_HASHES);
    let text = match std::fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(source) => return Err(PageError::Read { path, source }),
    };
    text.lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .map(|line| {
            let hash = line.strip_prefix("'sha256-").and_then(|rest| rest.strip_suffix('\''));
            let is_base64 =
                |hash: &str| hash.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+/=".contains(&byte));
            if hash.is_some_and(is_base64) { Ok(line.to_owned()) } else { Err(PageError::ScriptHash(line.to_owned())) }
        })
        .collect()
}

/// What the page may load and run: its own files, WebAssembly, and the inline scripts whose hashes the build left.
fn policy(script_hashes: &[String]) -> Result<HeaderValue, PageError> {
    let scripts = script_hashes.join(" ");
    let policy = format!(
        "default-src 'self'; script-src 'self' 'wasm-unsafe-eval' {scripts}; style-src 'self'; img-src 'self' data: blob:; \
         connect-src 'self'; worker-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; \
         frame-ancestors 'none'"
    );
    HeaderValue::try_from(policy).map_err(|_| PageError::ScriptHash(scripts))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_with_a_hash_are_immutable() {
        for name in ["subzero-0123456789abcdef_bg.wasm", "app-0123456789abcdef.css", "snippets/x-0123456789abcdef/a.js"]
        {
            assert!(has_hash(name), "{name}");
        }
        for name in ["index.html", "sw.js", "icons/icon-192.png", "manifest.webmanifest", "decade-facade.js"] {
            assert!(!has_hash(name), "{name}");
        }
    }
}
