//! How each of this crate's programs ends.

use std::process::ExitCode;

/// Why a program could not do what it was asked to.
pub type Failure = Box<dyn std::error::Error + Send + Sync>;

/// The program's exit code; what went wrong is said on standard error.
pub fn ended(result: Result<(), Failure>) -> ExitCode {
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}
