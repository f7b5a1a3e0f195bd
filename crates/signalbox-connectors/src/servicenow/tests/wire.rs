//! Reading what the Table API answers.

use std::path::Path;

use serde_json::Value;

use super::super::wire::{Envelope, Incident, IncidentState, Refusal};

#[test]
fn an_incident_is_read_with_references_as_objects() {
    let text = include_str!("../fixtures/incident_with_references.json");

    let incident = serde_json::from_str::<Envelope<Incident>>(text).unwrap().result;

    assert_eq!(incident.number, "INC0010042");
    assert_eq!(incident.sys_id.as_str(), "b7d1f0c24e9843a5961c3e8f5a2d7b60");
    assert_eq!(incident.state, IncidentState::InProgress);
    assert_eq!(incident.assignment_group, "0c4e7b1fa9d34a0d8f2b6c5e1d7a9031");
    assert_eq!(incident.correlation_id, "6f1e9a52-3c1d-5b7e-9a40-2f6d8c0b7e15");
}

#[test]
fn columns_that_may_not_be_read_are_missing_and_do_no_harm() {
    let incident: Incident = serde_json::from_str(r#"{"sys_id":"a","number":"INC1"}"#).unwrap();

    assert_eq!(incident.state, IncidentState::Other(String::new()));
    assert_eq!(incident.assignment_group, "");
}

#[test]
fn states_read_back_as_written() {
    for value in ["1", "2", "3", "6", "7", "8", "42", ""] {
        assert_eq!(IncidentState::from(value.to_owned()).as_str(), value);
    }
}

#[test]
fn refusals_are_read_in_each_of_their_forms() {
    let words = |text| serde_json::from_str::<Refusal>(text).unwrap().words();

    assert_eq!(words(r#"{"error":{"message":"a","detail":"b"},"status":"failure"}"#), "a: b");
    assert_eq!(words(r#"{"error":{"message":"a","detail":null},"status":"failure"}"#), "a");
    assert_eq!(words(r#"{"error":"a"}"#), "a");
}

#[test]
fn recorded_incidents_are_read() {
    let Some(corpus) = std::env::var_os("SIGNALBOX_CORPUS") else {
        eprintln!("SKIPPED recorded_incidents_are_read: SIGNALBOX_CORPUS is not set");
        return;
    };
    let folder = Path::new(&corpus).join("servicenow");

    let mut read = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let text = std::fs::read_to_string(&path).unwrap();
        let Ok(document) = serde_json::from_str::<Value>(&text) else { continue };
        for record in records(&document) {
            let incident = serde_json::from_value::<Incident>(record.clone());
            assert!(incident.is_ok(), "{}: {incident:?}", path.display());
            read += 1;
        }
    }

    assert!(read >= 5, "{read} incidents in the corpus");
}

/// The incidents of a document: objects with the two names, whatever stands around them.
fn records(document: &Value) -> Vec<&Value> {
    match document {
        Value::Array(items) => items.iter().flat_map(records).collect(),
        Value::Object(fields) if is_incident(document) && fields.contains_key("sys_id") => {
            vec![document]
        }
        Value::Object(fields) => fields.values().flat_map(records).collect(),
        _ => Vec::new(),
    }
}

fn is_incident(record: &Value) -> bool {
    record.get("number").and_then(Value::as_str).is_some_and(|number| number.starts_with("INC"))
}
