//! The page and its server, running: what a person starts to look at the till.

use std::net::TcpListener;
use std::path::PathBuf;
use std::process::{Command, ExitCode};

use anyhow::{Context as _, Result, bail};

use crate::checkout::Checkout;
use crate::page::{self, Build};
use crate::setup::{Part, Tools};
use crate::steps::Steps;
use crate::{cargo, command, dist};

/// What is built natively: at once, because the two share what they are made of.
pub const NATIVES: [&str; 4] = ["--package", "subzero-server", "--package", page::BINDER];

/// What was asked for on the command line.
#[derive(Debug, PartialEq, Eq)]
pub struct Options {
    /// The port on 127.0.0.1.
    pub port: u16,
    /// The folder of the database; `data` in the clone if not given and `SUBZERO_DATABASE` names no other.
    pub data: Option<PathBuf>,
    /// No demo account.
    pub empty: bool,
    /// What is shipped, in place of what is quick to build.
    pub release: bool,
}

impl Options {
    /// Reads the words after `run`.
    pub fn parse(words: &[String]) -> Result<Self> {
        let mut options = Self { port: 8080, data: None, empty: false, release: false };
        let mut words = words.iter();
        while let Some(word) = words.next() {
            match word.as_str() {
                "--port" => {
                    let port = words.next().context("--port needs a number")?;
                    options.port = port.parse().with_context(|| format!("--port {port} is not a port"))?;
                }
                "--data" => options.data = Some(words.next().context("--data needs a folder")?.into()),
                "--empty" => options.empty = true,
                "--release" => options.release = true,
                other => bail!("run does not know {other}; it knows --port N, --data DIR, --empty and --release"),
            }
        }
        Ok(options)
    }
}

/// Sets up, builds what changed, and becomes the server, so that signals and the exit code are the server's own.
pub fn run(checkout: &Checkout, options: &Options) -> Result<ExitCode> {
    is_free(options.port)?;
    let (page, program) = if options.release {
        dist::build(checkout)?;
        (Build::Shipped.folder(checkout), dist::server(checkout))
    } else {
        build(checkout, Build::Quick)?;
        (Build::Quick.folder(checkout), server(checkout))
    };
    let mut server = Command::new(program);
    server.arg("--port").arg(options.port.to_string());
    // A database that the environment names needs no folder.
    if options.data.is_some() || std::env::var_os("SUBZERO_DATABASE").is_none() {
        server.arg("--data").arg(options.data.clone().unwrap_or_else(|| checkout.at("data")));
    }
    server.arg("--page").arg(page);
    if !options.empty {
        server.arg("--demo");
    }
    become_program(&mut server)
}

/// Builds what is quick to build, a line a step.
pub fn build(checkout: &Checkout, build: Build) -> Result<Tools> {
    let mut tools = Tools::none(checkout)?;
    let mut steps = Steps::new(3);
    steps.step(Part::Compiler.name(), || tools.add(Part::Compiler))?;
    steps.step("building the server and what binds the page", || cargo::build(checkout, &NATIVES))?;
    steps.step("building the page", || page::build(checkout, &tools, build))?;
    Ok(tools)
}

/// The server, once built in the development profile.
pub fn server(checkout: &Checkout) -> PathBuf {
    checkout.built("debug", "subzero-server")
}

/// Said before minutes of building, not after.
pub fn is_free(port: u16) -> Result<()> {
    match TcpListener::bind(("127.0.0.1", port)) {
        Ok(_) => Ok(()),
        Err(error) => {
            bail!("port {port} cannot be had ({error}): stop what listens there, or name another with --port")
        }
    }
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
        let options = Options { port: 8080, data: None, empty: false, release: false };
        assert_eq!(parse("").expect("nothing is fine"), options);
    }

    #[test]
    fn all_can_be_said() {
        let options = parse("--empty --port 0 --data /tmp/x --release").expect("all four are known");
        assert_eq!(options, Options { port: 0, data: Some("/tmp/x".into()), empty: true, release: true });
    }

    #[test]
    fn what_is_not_known_is_refused() {
        for line in ["--prot 1", "--port", "--port eighty", "--data"] {
            assert!(parse(line).is_err(), "{line}");
        }
    }

    #[test]
    fn a_port_that_is_taken_is_said_with_a_way_on() {
        let taken = TcpListener::bind(("127.0.0.1", 0)).expect("there is a free port");
        let port = taken.local_addr().expect("it is bound").port();
        let error = is_free(port).expect_err("it is taken");
        assert!(error.to_string().contains("name another with --port"), "{error}");
        drop(taken);
        assert!(is_free(port).is_ok());
    }
}
