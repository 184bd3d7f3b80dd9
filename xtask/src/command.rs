//! How other programs are run: named in every error, with a time limit where a closed network could hang them.

use std::path::PathBuf;
use std::process::{Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};

/// Runs a program to its end, its output on ours.
pub fn run(command: &mut Command) -> Result<()> {
    let status = command.status().with_context(|| format!("cannot start `{}`", line(command)))?;
    accept(command, status)
}

/// Like [`run`], but the program and all it started are ended when the time is up.
pub fn run_within(command: &mut Command, limit: Duration) -> Result<()> {
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(command, 0);
    let mut child =
        command.stdin(Stdio::null()).spawn().with_context(|| format!("cannot start `{}`", line(command)))?;
    let start = Instant::now();
    loop {
        if let Some(status) = child.try_wait()? {
            return accept(command, status);
        }
        if start.elapsed() > limit {
            // The group, because a package manager's helpers would hold on to its locks.
            let ended = Command::new("kill").args(["-KILL", "--", &format!("-{}", child.id())]).status();
            if !ended.is_ok_and(|status| status.success()) {
                child.kill()?;
            }
            child.wait()?;
            bail!("`{}` was not done after {} s", line(command), limit.as_secs());
        }
        std::thread::park_timeout(Duration::from_millis(50));
    }
}

/// What a program prints, if it succeeds.
pub fn output(command: &mut Command) -> Result<String> {
    let output = command.stderr(Stdio::null()).output().with_context(|| format!("cannot start `{}`", line(command)))?;
    accept(command, output.status)?;
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// The command as one would type it.
pub fn line(command: &Command) -> String {
    let mut words = vec![command.get_program().to_string_lossy().into_owned()];
    words.extend(command.get_args().map(|word| word.to_string_lossy().into_owned()));
    words.join(" ")
}

/// The first program of this name on `PATH`.
pub fn on_path(name: &str) -> Option<PathBuf> {
    let folders = std::env::var_os("PATH")?;
    std::env::split_paths(&folders).map(|folder| folder.join(name)).find(|path| path.is_file())
}

fn accept(command: &Command, status: ExitStatus) -> Result<()> {
    if !status.success() {
        bail!("`{}` failed ({status})", line(command));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_that_hangs_is_ended_with_what_it_started() {
        let start = Instant::now();
        let error =
            run_within(Command::new("sh").args(["-c", "cat /dev/zero | cat > /dev/null"]), Duration::from_millis(200))
                .expect_err("it never ends by itself");
        assert!(error.to_string().contains("was not done"), "{error}");
        assert!(start.elapsed() < Duration::from_secs(10));
    }

    #[test]
    fn a_program_that_fails_is_named() {
        let error = run(Command::new("sh").args(["-c", "exit 3"])).expect_err("it fails");
        assert!(error.to_string().contains("`sh -c exit 3` failed"), "{error}");
    }
}
