//! The page: the only code that knows a browser exists. It decides nothing; decisions are made in the crates below it.
//!
//! | module | is |
//! |---|---|
//! | [`device`] | what the browser knows: clock, network, locks between tabs, storage grants, PIN hashing |
//! | [`remote`] | asking the server, with time-outs |
//! | [`storage`] | the two databases of this device, and what "saved" means |
//! | [`sync`] | carrying out what the replica decides, and telling the page what has changed |

pub mod device;
pub mod remote;
pub mod storage;
pub mod sync;
