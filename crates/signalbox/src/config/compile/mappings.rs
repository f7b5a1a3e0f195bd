//! Mappings: those of the configuration and those that ship.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::Value;
use signalbox_sdk::BuildError;
use signalbox_sdk::mapping::{Mapping, MappingConfig, shipped};

use super::super::model::Config;
use super::super::{Document, Environment, Validator};
use super::{Compiler, names};

impl Compiler<'_> {
    pub(super) fn mappings(&mut self, config: &Config) -> Arc<BTreeMap<String, Arc<Mapping>>> {
        let mut mappings = shipped_mappings();
        for name in self.keys(MAPPINGS) {
            let Some(mapping) = config.mappings.get(&name) else {
                self.check_rest(&name);
                continue;
            };
            match Mapping::compile(mapping) {
                Ok(mapping) => drop(mappings.insert(name, Arc::new(mapping))),
                Err(errors) => self.tell(&name, errors),
            }
        }
        Arc::new(mappings)
    }

    /// Tells what else is wrong with a mapping of which a part cannot be read.
    fn check_rest(&mut self, name: &str) {
        let rest = self.readable_rest(name);
        if let Some(Err(errors)) = rest.as_ref().map(Mapping::compile) {
            self.tell(name, errors);
        }
    }

    /// Returns a mapping with a path in place of each part that cannot be read: it counts as written, so that nobody is
    /// told to write it. `None` where nothing can be said of the rest.
    fn readable_rest(&self, name: &str) -> Option<MappingConfig> {
        let pointer = names::below(MAPPINGS, name);
        let mut written = self.document.value_at(&pointer)?;
        for key in self.diagnostics.mistaken_keys(&pointer)? {
            match key.as_str() {
                CLASS => return None,
                ATTRIBUTES => {
                    let below = names::below(&pointer, ATTRIBUTES);
                    let mistaken = self.diagnostics.mistaken_keys(&below)?;
                    let attributes = written.get_mut(ATTRIBUTES)?.as_object_mut()?;
                    for (name, attribute) in attributes {
                        if mistaken.contains(names::below("", name).trim_start_matches('/')) {
                            *attribute = Value::from(THE_ITEM);
                        }
                    }
                }
                _ => *written.get_mut(&key)? = Value::from(THE_ITEM),
            }
        }
        serde_json::from_value(written).ok()
    }

    fn tell(&mut self, name: &str, errors: Vec<BuildError>) {
        let pointer = names::below(MAPPINGS, name);
        for error in errors {
            self.error(&format!("{pointer}{}", error.pointer), error.message);
        }
    }
}

const MAPPINGS: &str = "/mappings";

/// Keys of a mapping.
const CLASS: &str = "class";
const ATTRIBUTES: &str = "attributes";

/// A path that leads somewhere in whatever item.
const THE_ITEM: &str = ".";

/// Returns the mappings that ship.
pub fn shipped_mappings() -> BTreeMap<String, Arc<Mapping>> {
    shipped()
        .iter()
        .filter_map(|shipped| Some((shipped.name.to_owned(), read(shipped.yaml)?)))
        .collect()
}

/// Reads a mapping that ships; a test reads them all.
fn read(yaml: &str) -> Option<Arc<Mapping>> {
    let mut document = Document::of_text("shipped mapping", yaml).ok()?;
    let validator = Validator::new(schemars::schema_for!(MappingConfig));
    let none = Environment::of_variables(std::iter::empty::<(String, String)>());
    if validator.validate(&mut document, &none).has_errors() {
        return None;
    }
    let config: MappingConfig = document.deserialize().ok()?;
    Mapping::compile(&config).ok().map(Arc::new)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_mapping_that_ships_compiles() {
        let compiled: Vec<_> = shipped_mappings().into_keys().collect();

        let shipped: Vec<_> = shipped().iter().map(|shipped| shipped.name.to_owned()).collect();
        assert_eq!(compiled, shipped);
    }
}
