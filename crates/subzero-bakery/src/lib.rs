//! A real bakery's till tickets, run through the till, the sync and the report.
//!
//! 159 days of a shop that nobody shaped for this product ([`tickets`]), with prices, costs and deliveries made up
//! ([`made_up`]), are rung up at two registers ([`till`]) and pushed to a server as any register's entries are ([`push`]). It
//! is how the whole is tried on real input; no part of the product depends on it. Beside it, a business made up to be as large as the
//! product is made for ([`large`]), small accounts drawn at random ([`random`]), and what any server keeps, read back out of its file
//! ([`stored`]) to work its report out a second time ([`compare`]).

pub mod compare;
pub mod large;
pub mod made_up;
pub mod program;
pub mod push;
pub mod random;
pub mod stored;
pub mod tickets;
pub mod till;
