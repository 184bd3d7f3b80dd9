//! The house rules that no compiler checks: the layers, the pairs that must not drift apart, the names that carry a promise.
//!
//! Every test collects all that is wrong and says it in sentences.

#![allow(clippy::expect_used, reason = "a test that cannot go on should stop")]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;
use xtask::checkout::Checkout;
use xtask::setup::npm;
use xtask::{command, lock, setup};

/// Which of our own packages each package may depend on, for its tests too.
const LAYERS: [(&str, &[&str]); 11] = [
    ("subzero-ledger", &[]),
    ("subzero-csv", &["subzero-ledger"]),
    ("subzero-sync", &["subzero-ledger"]),
    ("subzero-till", &["subzero-ledger", "subzero-sync"]),
    ("subzero-server", &["subzero-ledger", "subzero-sync"]),
    ("subzero-simulator", &["subzero-ledger", "subzero-sync"]),
    ("subzero-soak", &["subzero-ledger", "subzero-sync"]),
    ("subzero-bakery", &["subzero-ledger", "subzero-server", "subzero-sync"]),
    ("subzero", &["subzero-csv", "subzero-ledger", "subzero-sync", "subzero-till"]),
    ("subzero-bindgen", &[]),
    ("xtask", &[]),
];
/// `crates/` never sees a browser.
const BROWSER: [&str; 8] =
    ["gloo-net", "gloo-timers", "indexed_db_futures", "js-sys", "leptos", "leptos_router", "wasm-bindgen", "web-sys"];
/// What is pure does no I/O either.
const PURE: [&str; 5] = ["subzero-csv", "subzero-ledger", "subzero-simulator", "subzero-sync", "subzero-till"];
const INPUT_OUTPUT: [&str; 5] = ["axum", "futures", "reqwest", "sqlx", "tokio"];
/// In code and prose, not in data.
const LINES_MAX: usize = 600;
const WRITTEN: [&str; 8] = ["css", "html", "js", "md", "rs", "sh", "sql", "ts"];

#[test]
fn packages_depend_only_on_the_layers_below() {
    let mut wrong = Vec::new();
    for package in packages() {
        let name = text(&package["name"]);
        let Some((_, allowed)) = LAYERS.iter().find(|(known, _)| *known == name) else {
            wrong.push(format!("{name} has no line in LAYERS that says what it may depend on"));
            continue;
        };
        for dependency in dependencies(&package) {
            // A package may name itself for its tests, to switch on a feature.
            let is_other = dependency != name && LAYERS.iter().any(|(own, _)| *own == dependency);
            if is_other && !allowed.contains(&dependency.as_str()) {
                wrong.push(format!("{name} must not depend on {dependency}"));
            }
        }
    }
    assert_tidy(&wrong);
}

#[test]
fn packages_in_crates_never_see_a_browser_and_pure_ones_do_no_input_or_output() {
    let mut wrong = Vec::new();
    for package in packages() {
        let name = text(&package["name"]);
        let is_in_crates = text(&package["manifest_path"]).contains("/crates/");
        for dependency in dependencies(&package) {
            if is_in_crates && BROWSER.contains(&dependency.as_str()) {
                wrong.push(format!("{name} is in crates/ and must not depend on {dependency}"));
            }
            if PURE.contains(&name.as_str()) && INPUT_OUTPUT.contains(&dependency.as_str()) {
                wrong.push(format!("{name} is pure and must not depend on {dependency}"));
            }
        }
    }
    assert_tidy(&wrong);
}

#[test]
fn the_workspace_has_no_default_members() {
    let manifest = read("Cargo.toml");
    assert!(
        !manifest.lines().any(|line| line.trim_start().starts_with("default-members")),
        "Cargo.toml has default-members: the bundler builds without -p and would meet the server"
    );
}

#[test]
fn every_screen_has_its_style_and_the_other_way_round() {
    let (screens, styles) = (names_in("src/screens", "rs"), names_in("style/screens", "css"));
    let mut wrong = Vec::new();
    for name in screens.symmetric_difference(&styles) {
        wrong.push(if screens.contains(name) {
            format!("the screen {name} has no style/screens/{name}.css")
        } else {
            format!("style/screens/{name}.css has no screen of that name in src/screens")
        });
    }
    assert_tidy(&wrong);
}

#[test]
fn every_invariant_has_a_test_of_its_name() {
    let named = invariants(&read("docs/protocol.md"));
    let tests: Vec<String> = files()
        .iter()
        .filter(|path| is_of(path, &["rs"]) && (path.starts_with("crates/") || path.starts_with("tests/")))
        .map(|path| read(path))
        .collect();
    let mut wrong = Vec::new();
    for number in (1..=8).filter(|number| !named.contains(number)) {
        wrong.push(format!("docs/protocol.md does not name I{number}"));
    }
    for number in &named {
        let begins = format!("fn i{number}_");
        if !tests.iter().any(|text| text.contains(&begins)) {
            wrong.push(format!("no test in crates/ or tests/ has a name that begins with i{number}_"));
        }
    }
    assert_tidy(&wrong);
}

#[test]
fn the_protocol_names_every_type_that_crosses_the_wire() {
    let protocol = read("docs/protocol.md");
    let protocol: BTreeSet<&str> = protocol.split(|letter: char| !letter.is_alphanumeric()).collect();
    let is_wire = |path: &&String| {
        *path == "crates/subzero-sync/src/wire.rs" || path.starts_with("crates/subzero-sync/src/wire/")
    };
    let types: Vec<String> = files().iter().filter(is_wire).flat_map(|path| public_types(&read(path))).collect();
    let mut wrong = Vec::new();
    if types.is_empty() {
        wrong.push("crates/subzero-sync/src/wire.rs declares no public type".to_owned());
    }
    for name in types.iter().filter(|name| !protocol.contains(name.as_str())) {
        wrong.push(format!("docs/protocol.md does not name the wire type {name}"));
    }
    assert_tidy(&wrong);
}

#[test]
fn the_tools_versions_agree() {
    let (locked, bundler) = (read("Cargo.lock"), read("Trunk.toml"));
    let installed = setup::wasm_bindgen_version(&Checkout::find()).expect("Cargo.lock has wasm-bindgen once");
    let mut wrong = Vec::new();
    if lock::versions(&locked, "wasm-bindgen-cli-support") != [installed.as_str()] {
        wrong.push(format!(
            "xtask/bindgen must have wasm-bindgen-cli-support {installed}, as Cargo.lock has wasm-bindgen"
        ));
    }
    if lock::versions(&locked, "wasm-bindgen") != [installed.as_str()] {
        wrong.push(format!("set-up installs wasm-bindgen {installed}, and Cargo.lock has another"));
    }
    if !bundler.contains(&format!("wasm_bindgen = \"{installed}\"")) {
        wrong.push(format!("Trunk.toml must ask for wasm_bindgen {installed}, as Cargo.lock has it"));
    }
    let binaryen = npm::BINARYEN.split('.').next().unwrap_or_default();
    if !bundler.contains(&format!("wasm_opt = \"version_{binaryen}\"")) {
        wrong.push(format!("Trunk.toml must ask for wasm_opt version_{binaryen}, which set-up installs"));
    }
    assert_tidy(&wrong);
}

/// Cargo has a folder of each profile's name in `target`, and what it keeps there is no part of a page.
#[test]
fn no_folder_of_ours_is_one_of_a_profile() {
    let manifest = read("Cargo.toml");
    let profiles = manifest.lines().filter_map(|line| line.strip_prefix("[profile.")?.strip_suffix(']'));
    let profiles: BTreeSet<&str> = profiles.filter(|name| !name.contains('.') && *name != "dev").collect();
    assert!(profiles.contains("release"), "{profiles:?}");
    let tools: Vec<String> =
        files().into_iter().filter(|path| is_of(path, &["rs"]) && path.starts_with("xtask/src")).collect();
    let mut wrong = Vec::new();
    for path in tools {
        for after in read(&path).split("at(\"target/").skip(1) {
            let folder = after.split(['"', '/']).next().unwrap_or_default();
            if profiles.contains(folder) {
                wrong.push(format!("{path}: target/{folder} is where cargo keeps what it builds for that profile"));
            }
        }
    }
    assert_tidy(&wrong);
}

#[test]
fn no_file_knows_the_machine_it_was_written_on() {
    let mut words = ["home", "root", "Users"].map(|folder| format!("/{folder}/")).to_vec();
    let checkout = Checkout::find();
    // One folder below the root of all may be called what a folder of ours is.
    if checkout.root().components().count() > 2 {
        words.push(checkout.root().display().to_string());
    }
    let mut wrong = Vec::new();
    for path in files() {
        let content = read(&path);
        for word in words.iter().filter(|word| content.contains(word.as_str())) {
            wrong.push(format!("{path} contains {word}"));
        }
    }
    assert_tidy(&wrong);
}

#[test]
fn documents_lead_only_to_what_is_there() {
    let mut wrong = Vec::new();
    for path in files().into_iter().filter(|path| is_of(path, &["md"])) {
        let content = read(&path);
        let targets = content.split("](").skip(1).filter_map(|rest| rest.split([')', '#']).next());
        for target in targets.filter(|target| !target.is_empty() && !target.contains("://")) {
            let folder = Path::new(&path).parent().unwrap_or(Path::new(""));
            if !Checkout::find().root().join(folder).join(target).exists() {
                wrong.push(format!("{path} leads to {target}, which is not there"));
            }
        }
    }
    assert_tidy(&wrong);
}

#[test]
fn documents_name_only_files_that_are_there() {
    let tops = ["crates/", "docs/", "public/", "src/", "style/", "tests/", "xtask/"];
    let mut wrong = Vec::new();
    for path in files().into_iter().filter(|path| path.starts_with("docs/") && is_of(path, &["md"])) {
        let content = read(&path);
        let quoted = content.split('`').skip(1).step_by(2).flat_map(str::split_whitespace);
        for named in quoted.filter(|word| tops.iter().any(|top| word.starts_with(top))) {
            if !Checkout::find().at(named).exists() {
                wrong.push(format!("{path} names {named}, which is not there"));
            }
        }
    }
    assert_tidy(&wrong);
}

#[test]
fn no_file_is_too_long_to_hold_in_the_head() {
    let mut wrong = Vec::new();
    for path in files().into_iter().filter(|path| is_of(path, &WRITTEN)) {
        let lines = read(&path).lines().count();
        if lines > LINES_MAX {
            wrong.push(format!("{path} has {lines} lines, more than {LINES_MAX}: split it by what it is about"));
        }
    }
    assert_tidy(&wrong);
}

#[test]
fn modules_are_files_of_their_name() {
    let wrong: Vec<String> = files()
        .into_iter()
        .filter(|path| path.ends_with("/mod.rs"))
        .map(|path| format!("{path} must be a file named after its folder, beside it"))
        .collect();
    assert_tidy(&wrong);
}

#[test]
fn tests_neither_sleep_nor_are_skipped() {
    // Put together here, or this file would be the first to be found.
    let sleeping = [concat!("sle", "ep("), concat!("waitFor", "Timeout(")];
    let skipped =
        [concat!("#[ign", "ore"), concat!("test.sk", "ip("), concat!("test.on", "ly("), concat!("test.fix", "me(")];
    let mut wrong = Vec::new();
    for path in files().into_iter().filter(|path| is_of(path, &["rs", "ts"])) {
        let content = read(&path);
        let tests = test_part(&path, &content);
        for word in sleeping.iter().filter(|word| tests.contains(**word)) {
            wrong.push(format!("{path}: a test calls {word}…): wait for what it is waiting for"));
        }
        for word in skipped.iter().filter(|word| content.contains(**word)) {
            wrong.push(format!("{path} contains {word}: a test that does not run proves nothing"));
        }
    }
    assert_tidy(&wrong);
}

#[test]
fn specs_begin_with_the_fixtures() {
    let mut wrong = Vec::new();
    for path in files().into_iter().filter(|path| path.starts_with("tests/e2e/") && path.ends_with(".spec.ts")) {
        let content = read(&path);
        let brings_its_own =
            |line: &&str| line.contains("from \"@playwright/test\"") && !line.starts_with("import type");
        if content.lines().any(|line| brings_its_own(&line)) || !content.contains("from \"./support/test.ts\"") {
            wrong.push(format!(
                "{path} takes test and expect from elsewhere than support/test.ts: nothing looks at its console"
            ));
        }
    }
    assert_tidy(&wrong);
}

#[test]
fn screens_and_widgets_have_every_word_from_the_catalogue() {
    let mut wrong = Vec::new();
    let shows = |path: &String| {
        ["src/screens/", "src/widgets/", "src/shop/", "src/app.rs"].iter().any(|at| path.starts_with(at))
    };
    for path in files().into_iter().filter(|path| is_of(path, &["rs"]) && shows(path)) {
        let content = read(&path);
        let code = content.split("#[cfg(test)]").next().unwrap_or_default();
        for (number, line) in code.lines().enumerate().filter(|(_, line)| !line.trim_start().starts_with("//")) {
            for literal in line.split('"').skip(1).step_by(2).filter(|literal| is_for_people(literal)) {
                wrong.push(format!("{path}:{}: \"{literal}\" belongs in src/words", number + 1));
            }
        }
    }
    assert_tidy(&wrong);
}

/// Whether a literal reads like words for people: a capitalised word, or several words. Names of keys and events, classes, addresses and
/// drawings do not.
fn is_for_people(literal: &str) -> bool {
    const KEYS: [&str; 4] = ["Backspace", "Enter", "Escape", "Tab"];
    let words: Vec<&str> = literal.split_whitespace().collect();
    let is_word =
        |word: &&str| word.len() > 1 && word.chars().all(|letter| letter.is_alphabetic() || ".,:;!?’".contains(letter));
    let is_capitalised = |word: &&str| {
        is_word(word) && word.chars().next().is_some_and(char::is_uppercase) && !word.chars().all(char::is_uppercase)
    };
    let is_class = literal.contains('-') || literal.contains('/');
    !KEYS.contains(&literal)
        && !is_class
        && (words.iter().any(is_capitalised) || words.iter().filter(|word| is_word(word)).count() > 2)
}

#[test]
fn every_word_is_read_somewhere() {
    let is_catalogue = |path: &&String| path.starts_with("src/words/english");
    let (catalogue, code): (Vec<String>, Vec<String>) = files()
        .into_iter()
        .filter(|path| path.starts_with("src/") && is_of(path, &["rs"]))
        .partition(|path| is_catalogue(&path));
    let code: String = code.iter().map(|path| read(path)).collect();
    // What follows a point: a word is read as a field of its section.
    let fields = code.split('.').skip(1).map(str::trim_start);
    let read_fields: BTreeSet<&str> =
        fields.filter_map(|rest| rest.split(|letter: char| !is_of_name(letter)).next()).collect();
    let mut wrong = Vec::new();
    for path in &catalogue {
        for word in read(path).lines().filter_map(word_of).filter(|word| !read_fields.contains(word.as_str())) {
            wrong.push(format!("{path} has {word}, which nothing in src/ reads"));
        }
    }
    assert_tidy(&wrong);
}

/// The name of a word, from the line of a catalogue that declares it: `name = "…";` or `name(1) = "…";`.
fn word_of(line: &str) -> Option<String> {
    let (name, text) = line.trim_start().split_once(" = ")?;
    let name = name.split('(').next()?;
    (text.starts_with('"') && name.chars().all(is_of_name)).then(|| name.to_owned())
}

const fn is_of_name(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || letter == '_'
}

#[test]
fn the_page_names_no_other_origin() {
    /// The name of a language, never fetched.
    const NAMES: [&str; 1] = ["http://www.w3.org/"];
    let is_page = |path: &String| {
        ["index.html", "src/", "style/", "public/", "xtask/src/page/"].iter().any(|at| path.starts_with(at))
            && is_of(path, &["css", "html", "js", "rs", "svg", "webmanifest"])
    };
    let mut wrong = Vec::new();
    for path in files().into_iter().filter(is_page) {
        let content = read(&path);
        let code = |line: &&str| !(is_of(&path, &["js", "rs"]) && line.trim_start().starts_with("//"));
        for (number, line) in content.lines().enumerate().filter(|(_, line)| code(line)) {
            let rest = NAMES.iter().fold(line.to_owned(), |line, name| line.replace(name, ""));
            let schemes = ["http://", "https://", "ws://", "wss://", "\"//", "'//", "(//"];
            if let Some(scheme) = schemes.iter().find(|scheme| rest.contains(**scheme)) {
                wrong.push(format!("{path}:{}: {scheme}: the page asks nobody but its own server", number + 1));
            }
        }
    }
    assert_tidy(&wrong);
}

#[test]
fn a_browser_is_allowed_what_the_page_uses_and_no_more() {
    /// What a permission is called in the header, and words that nothing but its use has.
    const PERMISSIONS: [(&str, &[&str]); 10] = [
        ("camera", &["get_user_media", "getUserMedia", "BarcodeDetector"]),
        ("clipboard-read", &[".read_text("]),
        ("clipboard-write", &[".write_text("]),
        ("display-capture", &["get_display_media"]),
        ("fullscreen", &["request_fullscreen"]),
        ("geolocation", &[".geolocation("]),
        ("hid", &[".hid("]),
        ("screen-wake-lock", &["wake_lock", "wakeLock"]),
        ("serial", &[".serial("]),
        ("usb", &[".usb("]),
    ];
    let header = read("crates/subzero-server/src/headers.rs");
    let page: Vec<String> =
        files().iter().filter(|path| path.starts_with("src/") && is_of(path, &["rs"])).map(|path| read(path)).collect();
    let mut wrong = Vec::new();
    for (permission, words) in PERMISSIONS {
        let is_used = words.iter().any(|word| page.iter().any(|text| text.contains(word)));
        let must = format!("{permission}={}", if is_used { "(self)" } else { "()" });
        if !header.contains(&must) {
            wrong.push(format!("crates/subzero-server/src/headers.rs must say {must}: src/ is what decides"));
        }
    }
    assert_tidy(&wrong);
}

#[test]
fn only_the_tokens_use_the_palette() {
    let mut wrong = Vec::new();
    for path in files().into_iter().filter(|path| path.starts_with("style/") && !path.starts_with("style/tokens/")) {
        let content = read(&path);
        for hue in ["--grey-", "--sea-", "--red-", "--amber-", "--green-", "light-dark(", "rgb(", " #"] {
            for (number, line) in content.lines().enumerate().filter(|(_, line)| line.contains(hue)) {
                wrong.push(format!("{path}:{}: {}: use a token that says what it is for", number + 1, line.trim()));
            }
        }
    }
    assert_tidy(&wrong);
}

#[test]
fn every_module_says_first_what_it_is() {
    let wrong: Vec<String> = files()
        .into_iter()
        .filter(|path| is_of(path, &["rs"]) && !says_what_it_is(&read(path)))
        .map(|path| format!("{path} has no //! line that says what it is and why"))
        .collect();
    assert_tidy(&wrong);
}

/// Whether a path is of one of these kinds.
fn is_of(path: &str, kinds: &[&str]) -> bool {
    Path::new(path).extension().is_some_and(|extension| kinds.iter().any(|kind| extension == *kind))
}

fn says_what_it_is(source: &str) -> bool {
    source.lines().find(|line| !line.starts_with("#![")).is_some_and(|line| line.starts_with("//! "))
}

/// What of a file is tests: all of it in a folder of tests, else what follows its first test module.
fn test_part<'a>(path: &str, content: &'a str) -> &'a str {
    if path.starts_with("tests/") || path.contains("/tests/") {
        return content;
    }
    content.find("#[cfg(test)]").and_then(|start| content.get(start..)).unwrap_or_default()
}

/// The numbers of all words like `I7`.
fn invariants(text: &str) -> BTreeSet<u32> {
    text.split(|letter: char| !letter.is_alphanumeric())
        .filter_map(|word| word.strip_prefix('I')?.parse().ok())
        .collect()
}

/// The names in lines like `pub struct Name`.
fn public_types(source: &str) -> Vec<String> {
    let name = |line: &str| {
        let rest = line.strip_prefix("pub struct ").or_else(|| line.strip_prefix("pub enum "))?;
        Some(rest.chars().take_while(|letter| letter.is_alphanumeric()).collect())
    };
    source.lines().filter_map(name).collect()
}

/// The names, without the kind, of what lies directly in a folder: files of this kind, and folders.
fn names_in(folder: &str, kind: &str) -> BTreeSet<String> {
    let Ok(entries) = std::fs::read_dir(Checkout::find().at(folder)) else { return BTreeSet::new() };
    let name = |path: PathBuf| {
        let is_meant = path.is_dir() || path.extension().is_some_and(|extension| extension == kind);
        is_meant.then(|| path.file_stem().map(|stem| stem.to_string_lossy().into_owned()))?
    };
    entries.flatten().filter_map(|entry| name(entry.path())).collect()
}

/// Our own packages, as cargo sees them.
fn packages() -> Vec<Value> {
    let mut cargo = Command::new("cargo");
    cargo.args(["metadata", "--no-deps", "--offline", "--format-version", "1"]).current_dir(Checkout::find().root());
    let metadata = command::output(&mut cargo).expect("cargo can read the workspace");
    let metadata: Value = serde_json::from_str(&metadata).expect("cargo prints JSON");
    metadata["packages"].as_array().expect("the workspace has packages").clone()
}

fn dependencies(package: &Value) -> BTreeSet<String> {
    package["dependencies"].as_array().into_iter().flatten().map(|dependency| text(&dependency["name"])).collect()
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

/// Every file that is, or would be, committed.
fn files() -> Vec<String> {
    let checkout = Checkout::find();
    let mut git = Command::new("git");
    git.args(["ls-files", "--cached", "--others", "--exclude-standard"]).current_dir(checkout.root());
    let listed = command::output(&mut git).expect("this is a clone");
    listed.lines().map(str::to_owned).filter(|path| checkout.at(path).is_file()).collect()
}

fn read(path: &str) -> String {
    match std::fs::read(Checkout::find().at(path)) {
        Ok(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
        Err(error) => panic!("cannot read {path}: {error}"),
    }
}

fn assert_tidy(wrong: &[String]) {
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
}
