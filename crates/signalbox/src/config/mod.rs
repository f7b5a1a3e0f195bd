//! Configuration: from files to types, with every mistake told at once and at its place.
//!
//! `.env` and files → [`Document`], values with their places → [`Validator`], everything the schema
//! can see → the types, and what only they can see, told by JSON pointer through the document.

pub mod compile;
pub mod model;

mod diagnostic;
mod document;
mod dotenv;
mod environment;
mod reference;
mod schema;

use std::path::Path;

pub use diagnostic::{Diagnostic, Diagnostics, Severity, Snippet};
pub use document::Document;
pub use environment::Environment;
pub use reference::{AccessLedger, Reader, ReferenceResolver, SecretAccess};
pub use schema::{TextCheck, TextMistake, Validator};

/// A configuration that was read and checked against its schema.
pub struct Opened {
    /// The values; none where a file could not be read to its end.
    pub document: Option<Document>,
    /// The process's variables and those of `.env`.
    pub environment: Environment,
    /// All mistakes so far. What they leave sound can be checked further.
    pub diagnostics: Diagnostics,
}

/// Reads a configuration file, the `.env` beside it and the files it includes, and checks them.
pub fn open(path: &Path, validator: &Validator, process: Environment) -> Opened {
    let (environment, mut diagnostics) = process.beside(path);
    let document = match Document::load(path) {
        Ok(mut document) => {
            diagnostics.extend(validator.validate(&mut document, &environment));
            Some(document)
        }
        Err(unreadable) => {
            diagnostics.extend(unreadable);
            None
        }
    };
    Opened { document, environment, diagnostics }
}
