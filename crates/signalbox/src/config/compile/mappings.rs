//! Mappings: those of the configuration and those that ship.

use std::collections::BTreeMap;
use std::sync::Arc;

use signalbox_sdk::mapping::{Mapping, MappingConfig, shipped};

use super::super::model::Config;
use super::super::{Document, Environment, Validator};
use super::{Compiler, names};

impl Compiler<'_> {
    pub(super) fn mappings(&mut self, config: &Config) -> Arc<BTreeMap<String, Arc<Mapping>>> {
        let mut mappings = shipped_mappings();
        for (name, mapping) in &config.mappings {
            let pointer = names::below("/mappings", name);
            match Mapping::compile(mapping) {
                Ok(mapping) => drop(mappings.insert(name.clone(), Arc::new(mapping))),
                Err(errors) => {
                    for error in errors {
                        self.error(&format!("{pointer}{}", error.pointer), error.message);
                    }
                }
            }
        }
        Arc::new(mappings)
    }
}

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
