//! What operators may write.

use schemars::SchemaGenerator;
use serde_json::json;

use super::*;

fn mistakes(config: Value) -> Vec<(String, String)> {
    let errors = build(config).err().unwrap();
    errors.into_iter().map(|error| (error.pointer, error.message)).collect()
}

#[test]
fn the_smallest_configurations_have_sensible_defaults() {
    let tokens = json!([{ "name": "any", "token": "env:HEC_TOKEN" }]);
    let receive = build(json!({ "direction": "receive", "tokens": tokens })).unwrap();
    let send = sender("https://splunk.example.com:8088", json!({}));

    let endpoint = receive.webhook.unwrap().endpoint();
    assert_eq!(endpoint.listen.unwrap().address.to_string(), "127.0.0.1:8088");
    assert_eq!(endpoint.body_bytes_max, 10 << 20);
    assert!(receive.normalize.is_some());
    let limits = send.limits();
    assert_eq!((limits.events_max, limits.bytes_max), (1000, 900_000));
}

#[test]
fn mistakes_in_tokens_are_all_named_with_their_place() {
    let config = json!({
        "direction": "receive",
        "mapping": "nowhere",
        "tokens": [
            { "name": "a", "token": "env:HEC_TOKEN" },
            { "name": "a", "token": "env:HEC_TOKEN", "index": "x", "indexes": ["main"] },
        ],
    });

    assert_eq!(
        mistakes(config),
        [
            ("/mapping", "`nowhere` is no mapping; define it below `mappings:`"),
            ("/tokens/1/name", "`a` is the name of another token; choose another"),
            ("/tokens/1/token", "is the token of `a` already; give each its own"),
            ("/tokens/1/index", "`x` is not among `indexes`; add it there"),
        ]
        .map(|(pointer, message)| (pointer.to_owned(), message.to_owned()))
    );
}

#[test]
fn a_collector_without_tokens_takes_nothing() {
    let errors = mistakes(json!({ "direction": "receive", "tokens": [] }));

    assert_eq!(errors, [("/tokens".to_owned(), "is empty; list at least one token".to_owned())]);
}

#[test]
fn a_ca_that_cannot_be_read_is_named() {
    let errors = mistakes(json!({
        "direction": "send", "url": "https://splunk.example.com:8088", "token": "env:HEC_TOKEN",
        "ca": "/nowhere/ca.pem",
    }));

    assert_eq!(errors[0].0, "/ca");
    assert!(errors[0].1.starts_with("read CA file `/nowhere/ca.pem`"), "{}", errors[0].1);
}

#[test]
fn the_schema_tells_the_directions_apart_by_a_constant() {
    let schema = (CONNECTOR.schema)(&mut SchemaGenerator::default()).to_value();

    let directions: Vec<_> = schema["oneOf"].as_array().unwrap().iter().collect();
    for (branch, direction) in directions.iter().zip(["receive", "send"]) {
        assert_eq!(branch["properties"]["direction"]["const"], direction);
        assert_eq!(branch["additionalProperties"], false);
        assert_eq!(branch["required"][0], "direction");
    }
    assert_eq!(directions.len(), 2);
}
