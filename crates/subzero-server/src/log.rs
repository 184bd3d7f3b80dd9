//! What the server says while it runs, on the standard error output: for people, or a JSON object a line for programs.
//!
//! `RUST_LOG` says how much, `info` unless it is set.

use std::io::{IsTerminal as _, stderr};

use clap::ValueEnum;
use tracing_subscriber::EnvFilter;

/// How it is written.
#[derive(Clone, Copy, ValueEnum)]
pub enum Format {
    /// For people; in colour on a terminal.
    Text,
    /// A JSON object a line.
    Json,
}

/// Writes from now on; panics as well, each with its place and without its message, which may quote what was being read.
pub fn start(format: Format) {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| "info".into());
    let lines = tracing_subscriber::fmt().with_env_filter(filter).with_writer(stderr).with_ansi(stderr().is_terminal());
    match format {
        Format::Text => lines.init(),
        Format::Json => lines.json().flatten_event(true).with_span_list(false).init(),
    }
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        tracing::error!(place, "a panic: this is a bug");
    }));
}
