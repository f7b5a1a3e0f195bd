//! What an operator may write, and what is said about mistakes.

use serde_json::{Value, json};

use signalbox_sdk::BuildError;

use super::*;
use crate::servicenow::CONNECTOR;

#[test]
fn the_least_configuration_builds_a_ticketing_integration() {
    let roles = build(least()).unwrap();

    assert!(roles.ticketing.is_some() && roles.destination.is_none() && roles.webhook.is_none());
}

#[test]
fn mistakes_are_told_all_at_once_and_where_they_are() {
    let mut config = least();
    config["assignment_group"] = json!("javascript:gs.log()");
    config["caller"] = json!(" ");
    config["close_code"] = json!("");
    config["auth"]["username"] = json!("");

    let mistakes = build(config).err().unwrap();

    let mut pointers: Vec<_> = mistakes.iter().map(|mistake| mistake.pointer.as_str()).collect();
    pointers.sort_unstable();
    assert_eq!(pointers, ["/assignment_group", "/auth/username", "/caller", "/close_code"]);
}

#[test]
fn an_unknown_key_is_refused() {
    let mut config = least();
    config["group"] = json!("SOC");

    assert!(build(config).is_err());
}

#[test]
fn a_ca_file_that_is_not_there_is_told_at_its_key() {
    let mut config = least();
    config["ca"] = json!("/nowhere/ca.pem");

    let mistakes = build(config).err().unwrap();

    assert_eq!(mistakes.first().unwrap().pointer, "/ca");
}

#[test]
fn both_ways_to_prove_an_account_are_read() {
    let mut config = least();
    config["auth"] = json!({
        "method": "oauth",
        "client_id": "app",
        "client_secret": "env:SERVICENOW_CLIENT_SECRET",
        "client_authentication": "basic",
    });

    assert!(build(config).is_ok());
}

#[test]
fn every_field_of_the_schema_is_described() {
    let schema = schemars::schema_for!(ServiceNowConfig);
    let properties = schema.get("properties").and_then(Value::as_object).unwrap();

    for (name, property) in properties {
        assert!(property.get("description").is_some(), "{name}");
    }
}

fn build(config: Value) -> Result<signalbox_sdk::Roles, Vec<BuildError>> {
    (CONNECTOR.build)(config, &ServiceNowSimulator::default().context())
}

fn least() -> Value {
    json!({
        "url": "https://acme.service-now.com",
        "auth": {
            "method": "basic",
            "username": "signalbox",
            "password": "env:SERVICENOW_PASSWORD",
        },
    })
}
