//! What happened in a run: a hash of all of it, and the last of it in words.

use std::collections::VecDeque;
use std::fmt::{self, Write as _};

use sha2::{Digest as _, Sha256};

const LINES_MAX: usize = 60;
const TEXT_BYTES_MAX: usize = 4_096;

#[derive(Default)]
pub struct Trace {
    hash: Sha256,
    /// What is not hashed yet.
    text: String,
    in_words: bool,
    lines: VecDeque<String>,
}

impl Trace {
    pub fn new(in_words: bool) -> Self {
        Self { in_words, ..Self::default() }
    }

    pub fn note(&mut self, at: u64, what: &dyn fmt::Debug) {
        writeln!(self.text, "{at} {what:?}").expect("writing to a string cannot fail");
        if self.text.len() > TEXT_BYTES_MAX {
            self.hash.update(&self.text);
            self.text.clear();
        }
        if self.in_words {
            self.lines.push_back(format!("{:>6}.{:03} s  {what:?}", at / 1_000, at % 1_000));
            if self.lines.len() > LINES_MAX {
                self.lines.pop_front();
            }
        }
    }

    pub fn hash(mut self) -> [u8; 32] {
        self.hash.update(&self.text);
        self.hash.finalize().into()
    }

    pub fn words(&self) -> String {
        self.lines.iter().fold(String::new(), |text, line| text + line + "\n")
    }
}
