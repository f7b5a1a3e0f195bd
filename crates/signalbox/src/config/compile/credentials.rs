//! Which secrets a configuration names, and who reads each.

use signalbox_model::IntegrationName;
use signalbox_model::secret::SecretRef;

use super::super::{Document, Reader};

/// A secret that the configuration names, once for each reader.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Credential {
    /// Who reads it.
    pub reader: Reader,
    /// Where it is kept.
    pub reference: SecretRef,
}

/// Returns the credentials of a document that was validated, by reader.
pub(super) fn of(document: &Document) -> Vec<Credential> {
    let named = document.secrets().iter().map(|(pointer, reference)| Credential {
        reader: reader_of(pointer),
        reference: reference.clone(),
    });
    let mut credentials: Vec<_> = named.collect();
    credentials.sort();
    credentials.dedup();
    credentials
}

/// Everything that no integration reads, the hub reads for itself.
fn reader_of(pointer: &str) -> Reader {
    let name = pointer.strip_prefix("/integrations/").and_then(|below| below.split('/').next());
    name.map_or(Reader::Hub, |name| Reader::Integration(IntegrationName::new(name)))
}

#[cfg(test)]
mod tests {
    use super::super::validator;
    use super::*;
    use crate::config::Environment;

    #[test]
    fn each_reader_has_the_secrets_below_its_name() {
        let text = "http: {api_token: 'env:API'}\n\
                    integrations:\n  \
                    hook: {connector: webhook, direction: send, url: 'env:HOOK', bearer: 'env:TOKEN'}\n  \
                    soar: {connector: webhook, direction: send, url: 'https://soar.example', bearer: 'env:TOKEN'}\n";
        let Ok(mut document) = Document::of_text("signalbox.yaml", text) else { panic!() };
        let variables = ["API", "HOOK", "TOKEN"].map(|name| (name, "https://x.example/1"));
        let environment = Environment::of_variables(variables);

        let mistakes = validator().validate(&mut document, &environment);

        assert!(mistakes.is_empty(), "{mistakes}");
        let named: Vec<_> = of(&document)
            .into_iter()
            .map(|Credential { reader, reference }| match reader {
                Reader::Hub => format!("hub {reference}"),
                Reader::Integration(name) => format!("{name} {reference}"),
            })
            .collect();
        assert_eq!(named, ["hub env:API", "hook env:HOOK", "hook env:TOKEN", "soar env:TOKEN"]);
    }
}
