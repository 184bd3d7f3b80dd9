//! The pictures in `docs/images`, taken of the page as it is over the real bakery, so that none is of an older one.

use anyhow::Result;

use crate::checkout::Checkout;
use crate::command;
use crate::page::Build;
use crate::setup::{self, Part};
use crate::suite::e2e;

/// Builds page and server and takes every picture anew.
pub fn pictures(checkout: &Checkout) -> Result<()> {
    let tools = setup::set_up(checkout, &[Build::Quick.parts(), &Part::END_TO_END].concat())?;
    e2e::build(checkout, &tools, false)?;
    let mut npx = e2e::command(checkout, &tools);
    command::run(npx.args(["playwright", "test", "--config", "pictures.config.ts"]))
}
