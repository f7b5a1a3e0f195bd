//! CEF as real products write it.

mod corpus;
mod extension;
mod header;
mod label;
mod write;

use super::*;

/// The pairs as they were sent.
fn raw<'a>(cef: &Cef<'a>) -> Vec<(&'a str, &'a str)> {
    cef.pairs.iter().map(|pair| (pair.name, pair.value.raw())).collect()
}

/// A line with this extension.
fn line(extension: &str) -> String {
    format!("CEF:0|Acme|Gate|1.2|42|Door forced|8|{extension}")
}
