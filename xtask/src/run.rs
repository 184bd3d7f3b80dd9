//! The page and its server, running: what a person starts to look at the till.

use std::path::PathBuf;
use std::process::{Command, ExitCode};

use anyhow::{Context as _, Result, bail};

use crate::checkout::Checkout;
use crate::setup::{self, Part};
use crate::{command, page};

/// What was asked for on the command line.
#[derive(Debug, PartialEq, Eq)]
pub struct Options {
    /// The port on 127.0.0.1.
    pub port: u16,
    /// The folder of the database; `data` in the clone if not given and `SUBZERO_DATABASE` names no other.
    pub data: Option<PathBuf>,
    /// No demo account.
    pub empty: bool,
}

impl Options {
    /// Reads the words after `run`.
    pub fn parse(words: &[String]) -> Result<Self> {
        let mut options = Self { port: 8080, data: None, empty: false };
        let mut words = words.iter();
        while let Some(word) = words.next() {
            match word.as_str() {
                "--port" => {
                    let port = words.next().context("--port needs a number")?;
                    options.port = port.parse().with_context(|| format!("--port {port} is not a port"))?;
                }
                "--data" => options.data = Some(words.next().context("--data needs a folder")?.into()),
                "--empty" => options.empty = true,
                other => bail!("run does not know {other}; it knows --port N, --data DIR and --empty"),
            }
        }
        Ok(options)
    }
}

/// Sets up, builds what changed, and becomes the server, so that signals and the exit code are the server's own.
pub fn run(checkout: &Checkout, options: &Options) -> Result<ExitCode> {
    let tools = setup::set_up(checkout, &Part::PAGE)?;
    page::build(checkout, &tools)?;
    build_server(checkout)?;
    let mut server = Command::new(checkout.server());
    server.arg("--port").arg(options.port.to_string());
    // A database that the environment names needs no folder.
    if options.data.is_some() || std::env::var_os("SUBZERO_DATABASE").is_none() {
        server.arg("--data").arg(options.data.clone().unwrap_or_else(|| checkout.at("data")));
    }
    server.arg("--page").arg(checkout.page());
    if !options.empty {
        server.arg("--demo");
    }
    become_program(&mut server)
}

/// Builds the server in release.
pub fn build_server(checkout: &Checkout) -> Result<()> {
    let mut cargo = Command::new("cargo");
    cargo.args(["build", "--release", "--quiet", "-p", "subzero-server"]);
    command::run(cargo.current_dir(checkout.root()))
}

#[cfg(unix)]
fn become_program(program: &mut Command) -> Result<ExitCode> {
    let error = std::os::unix::process::CommandExt::exec(program);
    Err(error).with_context(|| format!("cannot start `{}`", command::line(program)))
}

#[cfg(not(unix))]
fn become_program(program: &mut Command) -> Result<ExitCode> {
    command::run(program)?;
    Ok(ExitCode::SUCCESS)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(line: &str) -> Result<Options> {
        Options::parse(&line.split_whitespace().map(str::to_owned).collect::<Vec<_>>())
    }

    #[test]
    fn nothing_said_is_the_demo_on_8080() {
        assert_eq!(parse("").expect("nothing is fine"), Options { port: 8080, data: None, empty: false });
    }

    #[test]
    fn all_can_be_said() {
        let options = parse("--empty --port 0 --data /tmp/x").expect("all three are known");
        assert_eq!(options, Options { port: 0, data: Some("/tmp/x".into()), empty: true });
    }

    #[test]
    fn what_is_not_known_is_refused() {
        for line in ["--prot 1", "--port", "--port eighty", "--data"] {
            assert!(parse(line).is_err(), "{line}");
        }
    }
}
