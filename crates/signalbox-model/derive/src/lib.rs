//! `#[derive(Object)]`: OCSF attributes from the fields of a struct.
//!
//! The one macro of the workspace. It writes the table of attributes, the walk along a path, the
//! assignment and the JSON writer of a struct in `signalbox_model::ocsf`, and nothing else: what a
//! field's type means is decided by that crate's `Attribute` trait, so the macro reads names and
//! attributes only. It works inside that crate alone.
//!
//! On the struct:
//! - `#[object(name = "device")]`: the object's name in the OCSF schema.
//!
//! On a field:
//! - `#[object(skip)]`: not an attribute.
//! - `#[object(flatten)]`: a struct whose attributes stand among ours.
//! - `#[object(facet = Cloud)]`: brought by a profile; writing it is noted for the metadata.
//! - `#[object(or_unknown)]`: a required number, written as 0 (Unknown) when absent, or as 99
//!   (Other) when the word beside it is present.
//! - `#[object(captions = PATH)]`: the word beside the number `<field>_id`, with its captions.

mod expand;
mod field;

use proc_macro::TokenStream;
use syn::{DeriveInput, parse_macro_input};

/// Implements `Object` for a struct of OCSF attributes; see the crate's documentation.
#[proc_macro_derive(Object, attributes(object))]
pub fn derive_object(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    expand::expand(&input).unwrap_or_else(|error| error.to_compile_error()).into()
}
