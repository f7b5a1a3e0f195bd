//! What is told to an operator about a configuration that sends.

use super::*;

fn mistakes(config: Value) -> Vec<(String, String)> {
    let errors = build(with_defaults(config)).err().unwrap_or_default();
    errors.into_iter().map(|error| (error.pointer, error.message)).collect()
}

#[test]
fn the_least_that_has_to_be_said_is_where_to() {
    let roles = build(json!({ "direction": "send", "to": "siem.example.com:6514" })).unwrap();

    let destination = roles.destination.unwrap();
    let limits = destination.limits();
    assert_eq!((limits.events_max, limits.bytes_max), (1000, 1 << 20));
}

#[test]
fn mistakes_are_told_where_they_are() {
    let found = mistakes(json!({
        "transport": "relp", "framing": "newline", "hostname": "my host", "app_name": "",
        "batch_events_max": 0, "tls": { "ca": "ca.pem" },
    }));

    let pointers: Vec<_> = found.iter().map(|(pointer, _)| pointer.as_str()).collect();
    assert_eq!(pointers, ["/hostname", "/app_name", "/framing", "/batch_events_max", "/tls"]);
    assert_eq!(found[4].1, "is for `transport: tls` and `transport: relp+tls`; write one of them");
}

#[test]
fn a_certificate_and_its_key_belong_together_and_have_to_be_there() {
    let of = |tls: Value| mistakes(json!({ "transport": "tls", "tls": tls })).remove(0);

    assert_eq!(of(json!({ "certificate": "c.pem" })).0, "/tls/key");
    assert_eq!(of(json!({ "key": "k.pem" })).0, "/tls/certificate");
    let (pointer, message) = of(json!({ "ca": "no/such/ca.pem" }));
    assert_eq!(pointer, "/tls");
    assert!(message.starts_with("TLS file `no/such/ca.pem`: cannot be read"), "{message}");
}

#[test]
fn an_address_without_a_port_is_told() {
    let (pointer, message) = mistakes(json!({ "to": "siem.example.com" })).remove(0);

    assert_eq!(pointer, "");
    assert!(message.contains("`siem.example.com` has no port"), "{message}");
}
