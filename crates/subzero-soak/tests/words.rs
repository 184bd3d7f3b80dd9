//! The program, started as `cargo xtask soak` starts it.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

use std::process::Command;

#[test]
fn what_it_does_not_know_it_refuses_before_anything_is_started() {
    for (words, says) in
        [(&["--hours", "1"][..], "and not --hours"), (&["--minutes", "ten"], "--minutes is a whole number")]
    {
        let output = Command::new(env!("CARGO_BIN_EXE_subzero-soak")).args(words).output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(!output.status.success() && said.contains(says), "{said}");
    }
}
