//! How other programs are run: named in every error, with a time limit where a closed network could hang them.

use std::fs::File;
use std::io::{Read as _, Seek as _, SeekFrom};
use std::path::PathBuf;
use std::process::{Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};

const FULL: &str = "the disk is full: free some room (`cargo clean` frees what was built) and run this again";
/// How many programs' words were kept so far.
static SAID: AtomicU32 = AtomicU32::new(0);

/// A program that gives way to all others: what is built while tests run, which may wait for nothing too long.
pub fn gentle(program: &str) -> Command {
    if cfg!(not(unix)) {
        return Command::new(program);
    }
    let mut command = Command::new("nice");
    command.arg(program);
    command
}

/// Runs a program to its end, its output on ours.
pub fn run(command: &mut Command) -> Result<()> {
    let status = command.status().with_context(|| format!("cannot start `{}`", line(command)))?;
    accept(command, status)
}

/// Like [`run`], but what the program says is shown only if it fails, and then with what to do where that is known.
/// Answers what it said.
pub fn run_quietly(command: &mut Command) -> Result<String> {
    let output = command.stdin(Stdio::null()).output().with_context(|| format!("cannot start `{}`", line(command)))?;
    let said = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
    explained(accept(command, output.status), &said)?;
    Ok(said)
}

/// Like [`run_quietly`], but answers only what is meant for programs to read, not what the program says to people.
pub fn messages(command: &mut Command) -> Result<String> {
    let output = command.stdin(Stdio::null()).output().with_context(|| format!("cannot start `{}`", line(command)))?;
    explained(accept(command, output.status), &String::from_utf8_lossy(&output.stderr))?;
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Runs a program and answers all that it said, in its order, and whether it succeeded: others may run beside it.
pub fn hold(command: &mut Command) -> Result<(String, bool)> {
    let mut said = tempfile()?;
    command.stdin(Stdio::null()).stdout(said.try_clone()?).stderr(said.try_clone()?);
    let status = command.status().with_context(|| format!("cannot start `{}`", line(command)))?;
    Ok((read_all(&mut said)?, status.success()))
}

/// Like [`run_quietly`], but the program and all it started are ended when the time is up.
pub fn run_quietly_within(command: &mut Command, limit: Duration) -> Result<()> {
    // A file, because a pipe that nobody reads in time holds the program up.
    let mut said = tempfile()?;
    command.stdout(said.try_clone()?).stderr(said.try_clone()?);
    let outcome = run_within(command, limit);
    explained(outcome, &read_all(&mut said)?)
}

fn read_all(file: &mut File) -> Result<String> {
    let mut text = Vec::new();
    file.seek(SeekFrom::Start(0))?;
    file.read_to_end(&mut text)?;
    Ok(String::from_utf8_lossy(&text).into_owned())
}

/// A file without a name, gone once it is closed.
fn tempfile() -> Result<File> {
    let path = std::env::temp_dir().join(format!("subzero-said-{}-{}", std::process::id(), SAID.fetch_add(1, Relaxed)));
    let file = File::options().create_new(true).read(true).append(true).open(&path)?;
    let _ = std::fs::remove_file(&path);
    Ok(file)
}

/// A failure with what to do about it, where that is known; else with what the program said, on the screen.
fn explained(outcome: Result<()>, said: &str) -> Result<()> {
    match remedy(said) {
        _ if outcome.is_ok() => outcome,
        Some(remedy) => outcome.context(remedy),
        None => {
            eprintln!("\n{}", said.trim_end());
            outcome
        }
    }
}

/// A failure in one sentence: what to do about it comes first, where that is known and not yet said.
pub fn with_remedy(error: &anyhow::Error) -> String {
    let said = format!("{error:#}");
    match remedy(&said) {
        Some(remedy) if !said.contains(remedy) => format!("{remedy}: {said}"),
        _ => said,
    }
}

/// Whether that is what failed: nothing else is worth trying then.
pub fn is_of_a_full_disk(error: &anyhow::Error) -> bool {
    format!("{error:#}").contains(FULL)
}

/// A failure with another way to what it was to make, unless the disk is full: that way would end there too.
pub fn with_way(error: anyhow::Error, way: &str) -> anyhow::Error {
    if is_of_a_full_disk(&error) { error } else { error.context(way.to_owned()) }
}

/// What to do about a failure of these words, where it is not of our making.
fn remedy(said: &str) -> Option<&'static str> {
    const NO_NETWORK: &str =
        "the network or a package registry cannot be reached: run this again when it can; what is there is kept";
    const KNOWN: [(&str, &str); 9] = [
        ("No space left on device", FULL),
        ("ENOSPC", FULL),
        ("Could not resolve host", NO_NETWORK),
        ("Couldn't resolve host", NO_NETWORK),
        ("Could not connect to server", NO_NETWORK),
        ("Connection refused", NO_NETWORK),
        ("failed to download from", NO_NETWORK),
        ("could not download file", NO_NETWORK),
        ("npm error network", NO_NETWORK),
    ];
    KNOWN.iter().find(|(words, _)| said.contains(words)).map(|(_, remedy)| *remedy)
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
    fn a_failure_that_is_not_ours_says_what_to_do() {
        let fails = |says: &str| {
            let script = format!("echo '{says}' >&2; exit 101");
            format!("{:#}", run_quietly(Command::new("sh").args(["-c", &script])).expect_err("it fails"))
        };
        assert!(fails("error: No space left on device (os error 28)").contains("the disk is full"));
        assert!(fails("warning: spurious network error: Could not resolve host: x").contains("when it can"));
        let ours = anyhow::anyhow!("cannot write page.wasm: No space left on device (os error 28)");
        assert!(with_remedy(&ours).starts_with("the disk is full"), "{}", with_remedy(&ours));
        let other = fails("error[E0308]: mismatched types");
        assert!(other.starts_with("`sh -c"), "{other}");
    }

    #[test]
    fn a_program_that_fails_is_named() {
        let error = run(Command::new("sh").args(["-c", "exit 3"])).expect_err("it fails");
        assert!(error.to_string().contains("`sh -c exit 3` failed"), "{error}");
    }
}
