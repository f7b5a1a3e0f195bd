//! Templates: compiled and rendered on a sample, so that a mistake shows now and not at 3 a.m.

use std::collections::BTreeMap;
use std::sync::Arc;

use signalbox_pipeline::deliver::template::{Escape, Renderer, Template, UnknownName};
use signalbox_sdk::role::inert_text;

use super::{Built, Compiler, names};

impl Compiler<'_> {
    pub(super) fn check_templates(&mut self, templates: &BTreeMap<String, Template>) {
        let renderer = Renderer::new(templates, Arc::new(inert_text));
        let mistakes = match renderer {
            Ok(renderer) => {
                for (name, unknown) in renderer.unknown_names() {
                    self.tell_unknown(&name, &unknown);
                }
                renderer.try_samples().err()
            }
            Err(mistakes) => Some(mistakes),
        };
        for (name, mistake) in mistakes.into_iter().flatten() {
            let pointer = format!("{}/{}", names::below("/templates", &name), mistake.part);
            let message = match mistake.line {
                Some(line) => format!("line {line} of this text: {}", mistake.message),
                None => mistake.message,
            };
            self.error(&pointer, message);
        }
    }

    /// Tells of a name that would print nothing, however the alert looks.
    fn tell_unknown(&mut self, template: &str, unknown: &UnknownName) {
        let pointer = format!("{}/{}", names::below("/templates", template), unknown.part);
        let name = &unknown.name;
        let message = match &unknown.within {
            Some(within) if unknown.known.is_empty() => {
                format!("`{within}` is a single value, so `{within}.{name}` is never there")
            }
            Some(within) => format!("`{within}` has no `{name}`, it would print nothing"),
            None => format!("there is no `{name}` for a template to print"),
        };
        let error = self.document.error_inside(&pointer, unknown.offset, message);
        let help = names::hint(name, unknown.known.iter().map(String::as_str));
        let help = Some(help).filter(|_| !unknown.known.is_empty());
        self.diagnostics.push(match help {
            Some(help) => error.with_help(help),
            None => error,
        });
    }
}

/// Returns the renderer of an integration: its templates with its product's escaping.
pub fn renderer(templates: &BTreeMap<String, Template>, built: &Built) -> Option<Renderer> {
    let escape: Escape = match (&built.roles.ticketing, &built.roles.destination) {
        (Some(ticketing), _) => {
            let ticketing = Arc::clone(ticketing);
            Arc::new(move |text| std::borrow::Cow::Owned(ticketing.escape(text).into_owned()))
        }
        (None, Some(destination)) => {
            let destination = Arc::clone(destination);
            Arc::new(move |text| std::borrow::Cow::Owned(destination.escape(text).into_owned()))
        }
        (None, None) => return None,
    };
    Renderer::new(templates, escape).ok()
}
