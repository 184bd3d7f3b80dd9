//! What is no WebAssembly is refused in a sentence that names it.

use std::process::Command;

use anyhow::Result;

#[test]
fn a_file_that_is_no_webassembly_is_named() -> Result<()> {
    let output = Command::new(env!("CARGO_BIN_EXE_subzero-bindgen")).args(["no-such.wasm", "nowhere"]).output()?;
    assert!(!output.status.success());
    assert!(String::from_utf8_lossy(&output.stderr).contains("cannot bind no-such.wasm"));
    Ok(())
}

#[test]
fn too_few_words_are_answered_with_how_it_is_called() -> Result<()> {
    let output = Command::new(env!("CARGO_BIN_EXE_subzero-bindgen")).arg("in.wasm").output()?;
    assert!(!output.status.success());
    assert!(String::from_utf8_lossy(&output.stderr).contains("usage: subzero-bindgen IN.wasm FOLDER"));
    Ok(())
}
