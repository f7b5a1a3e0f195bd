//! The facts of OCSF 1.8.0, and a validator that judges by them.
//!
//! The table (`schema/ocsf-1.8.0.tsv`, made by `schema/derive.py` from the compiled schema) covers
//! the classes and objects that have a struct here. It proves two things in tests and answers one
//! question at run time: do our structs agree with OCSF, does our JSON, and does somebody else's?
//! No path and no writer reads it.
//!
//! The rules and their codes are those of the OCSF server's second validator
//! (<https://github.com/ocsf/ocsf-server>, `lib/schema/validator2.ex`, read 2026-11-22), except
//! that JSON null counts as absent everywhere and patterns are not tried: they only warn.

mod event;
mod table;
mod validate;
mod value;
mod violation;

pub use table::{AttributeRule, Constraint, Entity, Requirement, Schema, TypeRule};
pub use validate::validate;
pub use violation::{Code, Level, Violation};
