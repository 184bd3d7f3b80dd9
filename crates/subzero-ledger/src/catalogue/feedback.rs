//! Whether help pages helped: what each employee last said of each page.

use std::collections::BTreeMap;

use crate::ids::EmployeeId;

/// The answers of an account.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Feedback {
    answers_by_page: BTreeMap<String, BTreeMap<EmployeeId, bool>>,
}

/// How many people a page helped, and how many not.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Helped {
    /// So many say that it did.
    pub yes: usize,
    /// So many say that it did not.
    pub no: usize,
}

impl Feedback {
    pub(super) fn note(&mut self, page: &str, employee: EmployeeId, helpful: bool) {
        self.answers_by_page.entry(page.to_owned()).or_default().insert(employee, helpful);
    }

    /// What somebody said of a page is this again, or nothing.
    pub(super) fn put(&mut self, page: &str, employee: EmployeeId, helpful: Option<bool>) {
        let answers = self.answers_by_page.entry(page.to_owned()).or_default();
        match helpful {
            Some(helpful) => answers.insert(employee, helpful),
            None => answers.remove(&employee),
        };
        if answers.is_empty() {
            self.answers_by_page.remove(page);
        }
    }

    /// What somebody last said of a page; none if they have not.
    pub fn of(&self, page: &str, employee: EmployeeId) -> Option<bool> {
        self.answers_by_page.get(page)?.get(&employee).copied()
    }

    /// What everybody says of a page. Each person counts once, as they last said.
    pub fn helped(&self, page: &str) -> Helped {
        let answers = self.answers_by_page.get(page);
        let count = |said| answers.map_or(0, |answers| answers.values().filter(|helpful| **helpful == said).count());
        Helped { yes: count(true), no: count(false) }
    }
}
