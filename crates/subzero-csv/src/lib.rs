//! Items, vendors, opening stock and orders from CSV files and into them.
//!
//! A file is read in steps, so that whoever waits sees how far it is and can stop it. Nothing is changed by reading: [`Import`] ends in a
//! [`DryRun`], which says of each line what it would do or what is wrong with it, and only its [`DryRun::bodies`] are recorded, all of them
//! under one import, which can be taken back.
//!
//! ```
//! use subzero_csv::{Import, Kind, Known, Reading};
//! use subzero_ledger::decimal::Separators;
//! use subzero_ledger::ids::ShopId;
//! let known = Known::default();
//! let numbers = Separators { decimal: '.', group: ',' };
//! let reading = Reading { kind: Kind::Items, shop: ShopId(1), numbers, mint: || uuid::Uuid::from_u128(7) };
//! let mut import = Import::begin("SKU;Name;Price\nM-1;Mug;9.50\nM-2;;8\n", reading, &known).unwrap();
//! while !import.step(1_000).is_done() {}
//! let dry_run = import.finish();
//! assert_eq!((dry_run.new, dry_run.problems.len()), (1, 1));
//! assert_eq!(dry_run.problems[0].line, 3);
//! ```
#![deny(clippy::float_arithmetic, clippy::as_conversions, clippy::arithmetic_side_effects, clippy::indexing_slicing)]

mod columns;
mod export;
mod import;
mod line;
mod plan;
mod safe;

pub use columns::{Column, Kind};
pub use export::{File, Writing, export};
pub use import::{DryRun, FileProblem, Import, Known, LineFault, Progress, Reading};
pub use line::CellProblem;
pub use safe::FormulaSafe;
