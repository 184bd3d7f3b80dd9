//! What happened in a run: a hash of all of it, and the last of it in words.

use std::collections::VecDeque;
use std::collections::hash_map::DefaultHasher;
use std::fmt::{self, Write as _};
use std::hash::Hasher as _;

const LINES_MAX: usize = 60;

#[derive(Default)]
pub struct Trace {
    hasher: DefaultHasher,
    in_words: bool,
    lines: VecDeque<String>,
}

impl Trace {
    pub fn new(in_words: bool) -> Self {
        Self { in_words, ..Self::default() }
    }

    pub fn note(&mut self, at: u64, what: &dyn fmt::Debug) {
        write!(Hashed(&mut self.hasher), "{at} {what:?}").expect("hashing cannot fail");
        if self.in_words {
            self.lines.push_back(format!("{:>9.3} s  {what:?}", at as f64 / 1_000.0));
            if self.lines.len() > LINES_MAX {
                self.lines.pop_front();
            }
        }
    }

    pub fn hash(&self) -> u64 {
        self.hasher.finish()
    }

    pub fn words(&self) -> String {
        self.lines.iter().fold(String::new(), |text, line| text + line + "\n")
    }
}

struct Hashed<'a>(&'a mut DefaultHasher);

impl fmt::Write for Hashed<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.0.write(text.as_bytes());
        Ok(())
    }
}
