//! What is told to an operator about a configuration.

use serde_json::{Value, json};

use signalbox_sdk::role::{TlsClients, Transport};

use super::build;

fn mistakes(config: Value) -> Vec<(String, String)> {
    let errors = build(config).err().unwrap_or_default();
    errors.into_iter().map(|error| (error.pointer, error.message)).collect()
}

#[test]
fn sockets_of_every_kind_are_opened_in_order() {
    let tls = json!({ "certificate": "c.pem", "key": "k.pem", "auth": "x509/name", "ca": "ca.pem",
        "permitted_names": ["*.example.com"] });
    let mut relp = tls.clone();
    relp["auth"] = json!("anon");
    relp.as_object_mut().unwrap().retain(|key, _| key != "ca" && key != "permitted_names");

    let roles = build(json!({
        "direction": "receive",
        "udp": [{}],
        "tcp": [{ "address": "0.0.0.0:601", "framing": "newline" }],
        "tls": [tls],
        "relp": [{ "address": "127.0.0.1:20514", "tls": relp }],
        "allow": ["10.0.0.0/8", "192.0.2.7"],
        "connections_max": 5,
    }))
    .unwrap();

    let binds = roles.listener.unwrap().bind();
    let addresses: Vec<_> = binds.iter().map(|bind| bind.address.to_string()).collect();
    assert_eq!(addresses, ["127.0.0.1:5514", "0.0.0.0:601", "127.0.0.1:6514", "127.0.0.1:20514"]);
    assert!(binds.iter().all(|bind| bind.connections_max == 5 && bind.allow.len() == 2));
    assert!(matches!(binds[0].transport, Transport::Udp { receive_buffer_bytes: 4_194_304 }));
    assert!(matches!(binds[1].transport, Transport::Tcp(None)));
    let speech: Vec<_> = binds.iter().map(|bind| bind.speech()).collect();
    assert_eq!(speech, ["UDP", "TCP", "TLS", "RELP within TLS"]);
    let clients = |at: usize| match &binds[at].transport {
        Transport::Tcp(Some(server)) => Some(server.clients.clone()),
        _ => None,
    };
    let names = vec!["*.example.com".to_owned()];
    assert_eq!(clients(2), Some(TlsClients::Named { ca: "ca.pem".into(), names }));
    assert_eq!(clients(3), Some(TlsClients::Anybody));
}

#[test]
fn without_a_socket_nothing_could_come() {
    assert_eq!(
        mistakes(json!({ "direction": "receive" })),
        [(
            String::new(),
            "has no socket; list at least one below `udp`, `tcp`, `tls` or `relp`".to_owned()
        )]
    );
}

#[test]
fn mistakes_are_told_where_they_are() {
    let tls = |auth: &str| json!({ "certificate": "c", "key": "k", "auth": auth });
    let mut anonymous = tls("anon");
    anonymous["ca"] = json!("ca.pem");
    anonymous["address"] = json!("127.0.0.1:1");
    let mut nameless = tls("x509/name");
    nameless["ca"] = json!("ca.pem");
    nameless["address"] = json!("127.0.0.1:2");

    let found = mistakes(json!({
        "direction": "receive",
        "udp": [{}],
        "tcp": [{}, {}],
        "tls": [anonymous, nameless],
        "relp": [{ "address": "127.0.0.1:3", "tls": tls("x509/certvalid") }],
        "zone": "Mars/Phobos",
        "connections_max": 0,
    }));

    let pointers: Vec<_> = found.iter().map(|(pointer, _)| pointer.as_str()).collect();
    assert_eq!(
        pointers,
        [
            "/zone",
            "/connections_max",
            "/tls/0/auth",
            "/tls/1/permitted_names",
            "/relp/0/tls/ca",
            "/tcp/1/address"
        ]
    );
    assert!(found[0].1.starts_with("`Mars/Phobos` is not a time zone; write `UTC`"), "{found:?}");
}

#[test]
fn names_without_a_look_at_them_are_a_mistake() {
    let tls = json!({ "certificate": "c", "key": "k", "auth": "x509/certvalid", "ca": "ca",
        "permitted_names": ["a"] });

    let found = mistakes(json!({ "direction": "receive", "tls": [tls] }));

    assert_eq!(found[0].0, "/tls/0/auth");
}
