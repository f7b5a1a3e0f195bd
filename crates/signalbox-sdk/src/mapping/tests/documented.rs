//! The example of the documentation works as it says.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::*;
use crate::mapping::shipped;

const PAGE: &str = include_str!("../../../../../docs/concepts/mappings.md");

/// Returns the blocks of a language, in order.
fn blocks(language: &str) -> Vec<&'static str> {
    let begin = format!("```{language}\n");
    let blocks = PAGE.split(begin.as_str()).skip(1);
    blocks.map(|rest| rest.split_once("\n```").unwrap().0).collect()
}

#[derive(Deserialize)]
struct Configuration {
    mappings: BTreeMap<String, MappingConfig>,
}

#[test]
fn the_example_becomes_what_the_page_shows() {
    let configuration: Configuration = serde_saphyr::from_str(blocks("yaml")[0]).unwrap();
    let mapping = Mapping::compile(&configuration.mappings["door_alarms"]).unwrap();
    let [body, shown] = <[&str; 2]>::try_from(blocks("json")).unwrap();

    let entries = apply(&mapping, &raw(body));

    let [Normalized::Event(mapped), Normalized::Quarantine { reason, .. }] = entries.as_slice()
    else {
        panic!("{entries:?}")
    };
    assert_eq!(written(&mapped.event), serde_json::from_str::<Value>(shown).unwrap());
    assert_eq!(mapped.event_id.as_deref(), Some("8812|open"));
    assert_eq!(reason, blocks("text")[0]);
}

#[test]
fn every_mapping_that_ships_is_listed() {
    for shipped in shipped() {
        assert!(PAGE.contains(&format!("| `{}` |", shipped.name)), "{}", shipped.name);
    }
}
