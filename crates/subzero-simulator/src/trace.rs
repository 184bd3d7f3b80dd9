//! What happened in a run: a hash of all of it, and the last of it in words.

use std::collections::VecDeque;
use std::fmt::{self, Write as _};

const LINES_MAX: usize = 20_000;
const LINE_CHARS_MAX: usize = 300;

/// Not secure, but quick: two runs that differ anywhere do not agree by chance.
pub struct Trace {
    hash: Hash,
    in_words: bool,
    is_over: bool,
    is_off: bool,
    lines: VecDeque<String>,
}

/// FNV-1a over what would be written.
struct Hash(u64);

impl fmt::Write for Hash {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for byte in text.bytes() {
            self.0 = (self.0 ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
        Ok(())
    }
}

impl Trace {
    pub fn new(in_words: bool) -> Self {
        Self { hash: Hash(0xcbf2_9ce4_8422_2325), in_words, is_over: false, is_off: false, lines: VecDeque::new() }
    }

    pub fn note(&mut self, at: u64, what: &dyn fmt::Debug) {
        if self.is_off {
            return;
        }
        let _ = writeln!(self.hash, "{at} {what:?}");
        self.tell(at, || format!("{what:?}"));
    }

    /// Something that follows from what was noted.
    pub fn tell(&mut self, at: u64, what: impl FnOnce() -> String) {
        if self.in_words && !self.is_over {
            let what: String = what().chars().take(LINE_CHARS_MAX).collect();
            self.lines.push_back(format!("{:>6}.{:03} s  {what}", at / 1_000, at % 1_000));
            if self.lines.len() > LINES_MAX {
                self.lines.pop_front();
            }
        }
    }

    /// A run that is too long to be told, and is not repeated.
    pub const fn turn_off(&mut self) {
        self.is_off = true;
    }

    /// Something is broken: what led there is worth telling, and what follows is not.
    pub const fn stop_telling(&mut self) {
        self.is_over = true;
    }

    pub const fn hash(&self) -> u64 {
        self.hash.0
    }

    pub fn words(&self) -> String {
        self.lines.iter().fold(String::new(), |text, line| text + line + "\n")
    }
}
