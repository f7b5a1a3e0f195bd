//! One field of the struct: its name in OCSF and what its attributes ask for.

use proc_macro2::Ident;
use syn::ext::IdentExt;
use syn::{Path, Type};

/// A field that is an OCSF attribute.
pub(crate) struct Field<'a> {
    pub(crate) ident: &'a Ident,
    pub(crate) ty: &'a Type,
    pub(crate) name: String,
    pub(crate) facet: Option<Ident>,
    pub(crate) role: Role,
}

/// How the field is treated.
pub(crate) enum Role {
    /// As its type says.
    Plain,
    /// Its attributes stand among ours.
    Flattened,
    /// A required number.
    OrUnknown,
    /// The word beside a number.
    Caption(Path),
}

impl<'a> Field<'a> {
    /// Reads a field; `None` for one that is skipped.
    pub(crate) fn read(field: &'a syn::Field) -> syn::Result<Option<Self>> {
        let Some(ident) = &field.ident else {
            return Err(syn::Error::new_spanned(field, "an OCSF attribute needs a name"));
        };
        let name = ident.unraw().to_string();
        let mut read = Self { ident, ty: &field.ty, name, facet: None, role: Role::Plain };
        let mut is_skipped = false;
        for attribute in field.attrs.iter().filter(|entry| entry.path().is_ident("object")) {
            attribute.parse_nested_meta(|meta| {
                if meta.path.is_ident("skip") {
                    is_skipped = true;
                } else if meta.path.is_ident("flatten") {
                    read.role = Role::Flattened;
                } else if meta.path.is_ident("or_unknown") {
                    read.role = Role::OrUnknown;
                } else if meta.path.is_ident("captions") {
                    read.role = Role::Caption(meta.value()?.parse()?);
                } else if meta.path.is_ident("facet") {
                    read.facet = Some(meta.value()?.parse()?);
                } else {
                    return Err(meta.error(EXPECTED));
                }
                Ok(())
            })?;
        }
        Ok((!is_skipped).then_some(read))
    }

    /// Returns the key as it stands in the JSON, with quotes and colon.
    pub(crate) fn key(&self) -> Vec<u8> {
        format!("\"{}\":", self.name).into_bytes()
    }

    /// Returns the field that holds the number of this word.
    pub(crate) fn number(&self) -> Ident {
        Ident::new(&format!("{}_id", self.name), self.ident.span())
    }

    /// Whether `other` holds the word of this number.
    pub(crate) fn has_word(&self, other: &Field<'_>) -> bool {
        self.name.strip_suffix("_id") == Some(&other.name)
    }
}

const EXPECTED: &str = "expected `skip`, `flatten`, `or_unknown`, `captions = …` or `facet = …`";
