//! The server as its clients meet it: real HTTP on a free port, a real database in a folder of its own.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

mod access;
mod audit;
mod bodies;
mod books;
mod codes;
mod concurrency;
mod headers;
mod hostile;
mod isolation;
mod limits;
mod logs;
mod observe;
mod openapi;
mod opening;
mod operations;
mod operator;
mod page;
mod removal;
mod rescue;
mod snapshots;
mod support;
mod sync;
