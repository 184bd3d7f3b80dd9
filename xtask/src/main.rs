//! The command line: which word starts what.

use std::process::ExitCode;

use xtask::checkout::Checkout;
use xtask::page::Build;
use xtask::setup::{self, Part};
use xtask::{bench, command, compare, dev, dist, fuzz, load, pictures, replay, run, seed, simulate, soak, suite};

const USAGE: &str = "\
cargo xtask run [--port N] [--data DIR] [--empty] [--release]  build the page and the server, and run them
cargo xtask dev [--port N]                        the same while you change it: what is saved is built and shown
cargo xtask dist                                  what is shipped, in one archive, into target/dist
cargo xtask test [lint|native|browser|e2e]… [WORD]  every check there is, or only some
cargo xtask test browser [chromium|firefox|webkit]… [WORD]  storage in these engines
cargo xtask test e2e soak                         a minute of the soak, and nothing else
cargo xtask setup                                 install what building and testing need, once
cargo xtask page                                  only build page and server, into target
cargo xtask pictures                              the pictures in docs/, of the page as it is
cargo xtask seed bakery [--data DIR] [--times N] [--quiet]  a real bakery's 159 days, once or N times, as an account of its own
cargo xtask seed large [--data DIR]               20 shops, 50,000 items, a million adjustments, likewise
cargo xtask compare DIR                           the report of a data folder, by the ledger and by SQL: do they agree
cargo xtask bench [W…] [--runs N] [--json] [--check] [--write]  the rows of docs/benchmarks.md, beside the browser's limit and others
cargo xtask bench native [--lines N] [--runs N] [--json]  what the ledger takes by itself
cargo xtask bench report                          how long the report takes over the large account, in a browser
cargo xtask bench dev                             how long it takes from a saved change to the changed page
cargo xtask fuzz [WORD] [--seconds N]             hostile bytes for every decoder
cargo xtask load [--seconds N] | --tills N        how much the server takes, over each database
cargo xtask simulate [--seeds N] [--from S]       the sync protocol in virtual time, from seeds; --seed S --tell, --mutants, --soak
cargo xtask soak [--minutes N] [--seed S] [--no-browsers]  real servers and tills in bad weather, under a checker
cargo xtask replay FILE…                          what scenario files lead to, as JSON";

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    match obey(&words) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {}", command::with_remedy(&error));
            ExitCode::FAILURE
        }
    }
}

fn obey(words: &[String]) -> anyhow::Result<ExitCode> {
    let checkout = Checkout::find();
    let (command, rest) = words.split_first().map_or(("", words), |(first, rest)| (first.as_str(), rest));
    match command {
        "setup" => {
            let parts = [&Part::ALL[..], &Part::OTHER_BROWSERS[..]].concat();
            setup::set_up(&checkout, &parts)?.require(&Part::ALL)?;
            Ok(ExitCode::SUCCESS)
        }
        "run" => run::run(&checkout, &run::Options::parse(rest)?),
        "seed" => seed::seed(&checkout, rest),
        "compare" => compare::compare(&checkout, rest),
        "dev" => dev::dev(&checkout, rest),
        "dist" => {
            dist::dist(&checkout)?;
            Ok(ExitCode::SUCCESS)
        }
        "page" => {
            run::build(&checkout, Build::Quick)?;
            Ok(ExitCode::SUCCESS)
        }
        "pictures" => {
            pictures::pictures(&checkout)?;
            Ok(ExitCode::SUCCESS)
        }
        "test" => suite::test(&checkout, &suite::Choice::parse(rest)),
        "bench" => bench::bench(&checkout, rest),
        "fuzz" => {
            fuzz::fuzz(&checkout, rest)?;
            Ok(ExitCode::SUCCESS)
        }
        "load" => load::load(&checkout, rest),
        "simulate" => simulate::simulate(&checkout, rest),
        "soak" => soak::soak(&checkout, rest),
        "replay" => replay::replay(&checkout, rest),
        _ => {
            eprintln!("{USAGE}");
            Ok(ExitCode::from(2))
        }
    }
}
