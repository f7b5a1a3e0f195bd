//! The implementation that is written for a struct.

use proc_macro2::{Literal, TokenStream};
use quote::quote;
use syn::{Data, DeriveInput, Fields, LitStr};

use crate::field::{Field, Role};

/// Writes `impl Object`.
pub(crate) fn expand(input: &DeriveInput) -> syn::Result<TokenStream> {
    let object = object_name(input)?;
    let fields = fields(input)?;
    if fields.len() > usize::from(u8::MAX) {
        return Err(syn::Error::new_spanned(input, "an object has at most 255 attributes"));
    }
    let ident = &input.ident;
    let entries = fields.iter().map(|field| entry(field, &fields));
    let visits = fields.iter().zip(0_u8..).map(|(field, step)| visit(field, step));
    let assigns = fields.iter().zip(0_u8..).map(|(field, step)| assign(field, step));
    let writes = fields.iter().map(|field| write(field, &fields));
    Ok(quote! {
        #[automatically_derived]
        impl crate::ocsf::object::Object for #ident {
            fn table() -> &'static crate::ocsf::object::Table {
                static TABLE: crate::ocsf::object::Table = crate::ocsf::object::Table {
                    name: #object,
                    fields: &[#(#entries),*],
                };
                &TABLE
            }

            fn visit<'a>(
                &'a self,
                steps: &[u8],
                visitor: &mut crate::ocsf::object::Visitor<'a, '_>,
            ) -> ::core::ops::ControlFlow<()> {
                let Some((step, rest)) = steps.split_first() else {
                    return visitor(crate::ocsf::value::ValueRef::Object(self));
                };
                match *step {
                    #(#visits)*
                    _ => ::core::ops::ControlFlow::Continue(()),
                }
            }

            fn assign(
                &mut self,
                steps: &[u8],
                value: crate::ocsf::value::Value<'_>,
            ) -> ::core::result::Result<(), crate::ocsf::value::Mismatch> {
                let refused = crate::ocsf::convert::mismatch(
                    crate::ocsf::value::FieldKind::Object,
                    value,
                );
                let Some((step, rest)) = steps.split_first() else {
                    return ::core::result::Result::Err(refused);
                };
                match *step {
                    #(#assigns)*
                    _ => ::core::result::Result::Err(refused),
                }
            }

            fn write_members(&self, writer: &mut crate::ocsf::writer::JsonWriter<'_>) {
                #(#writes)*
            }
        }
    })
}

fn object_name(input: &DeriveInput) -> syn::Result<LitStr> {
    let mut name = None;
    for attribute in input.attrs.iter().filter(|entry| entry.path().is_ident("object")) {
        attribute.parse_nested_meta(|meta| {
            if !meta.path.is_ident("name") {
                return Err(meta.error("expected `name = \"…\"`"));
            }
            name = Some(meta.value()?.parse()?);
            Ok(())
        })?;
    }
    let missing = "add `#[object(name = \"…\")]` with the object's name in the OCSF schema";
    name.ok_or_else(|| syn::Error::new_spanned(&input.ident, missing))
}

fn fields(input: &DeriveInput) -> syn::Result<Vec<Field<'_>>> {
    let Data::Struct(data) = &input.data else {
        return Err(syn::Error::new_spanned(input, "an OCSF object is a struct"));
    };
    let Fields::Named(named) = &data.fields else {
        return Err(syn::Error::new_spanned(input, "an OCSF object has named fields"));
    };
    let read = named.named.iter().map(Field::read);
    read.filter_map(syn::Result::transpose).collect()
}

fn entry(field: &Field<'_>, fields: &[Field<'_>]) -> TokenStream {
    let (ty, name) = (field.ty, &field.name);
    if matches!(field.role, Role::Flattened) {
        return quote!(crate::ocsf::object::Field::flattened::<#ty>(#name));
    }
    let word = fields.iter().find(|other| field.has_word(other));
    let captions = word.map_or(&field.role, |word| &word.role);
    let captions = match captions {
        Role::Caption(captions) => quote!(.with_captions(#captions)),
        _ => TokenStream::new(),
    };
    quote!(crate::ocsf::object::Field::of::<#ty>(#name) #captions)
}

fn visit(field: &Field<'_>, step: u8) -> TokenStream {
    let ident = field.ident;
    match &field.role {
        Role::Flattened => quote! {
            #step => crate::ocsf::object::Object::visit(&self.#ident, rest, visitor),
        },
        Role::Caption(captions) => {
            let number = field.number();
            quote! {
                #step => crate::ocsf::caption::visit(
                    &self.#ident, self.#number, #captions, visitor,
                ),
            }
        }
        _ => quote! {
            #step => crate::ocsf::attribute::Attribute::visit(&self.#ident, rest, visitor),
        },
    }
}

fn assign(field: &Field<'_>, step: u8) -> TokenStream {
    let ident = field.ident;
    match &field.role {
        Role::Flattened => quote! {
            #step => crate::ocsf::object::Object::assign(&mut self.#ident, rest, value),
        },
        Role::Caption(captions) => {
            let number = field.number();
            quote! {
                #step => crate::ocsf::caption::assign(
                    &mut self.#ident, &mut self.#number, #captions, value,
                ),
            }
        }
        _ => quote! {
            #step => crate::ocsf::attribute::Attribute::assign(&mut self.#ident, rest, value),
        },
    }
}

fn write(field: &Field<'_>, fields: &[Field<'_>]) -> TokenStream {
    let ident = field.ident;
    let key = Literal::byte_string(&field.key());
    let written = match &field.role {
        Role::Flattened => {
            return quote!(crate::ocsf::object::Object::write_members(&self.#ident, writer););
        }
        Role::Caption(captions) => {
            let number = field.number();
            quote!(crate::ocsf::caption::write(
                #key, &self.#ident, self.#number, #captions, writer,
            );)
        }
        Role::OrUnknown => {
            let word = fields.iter().find(|other| field.has_word(other));
            let has_word = word.map_or(quote!(false), |word| {
                let word = word.ident;
                quote!(self.#word.is_some())
            });
            quote!(crate::ocsf::caption::Required::write(&self.#ident, #key, #has_word, writer);)
        }
        Role::Plain => {
            quote!(crate::ocsf::attribute::Attribute::write(&self.#ident, #key, writer);)
        }
    };
    let Some(facet) = &field.facet else {
        return written;
    };
    quote! {
        if !crate::ocsf::attribute::Attribute::is_absent(&self.#ident) {
            writer.note(crate::ocsf::profile::Facet::#facet);
        }
        #written
    }
}
