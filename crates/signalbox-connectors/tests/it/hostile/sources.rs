//! Sources: whatever comes makes one event that is OCSF, or is put aside or refused with words.

use std::net::{IpAddr, Ipv4Addr};

use bytes::Bytes;
use http::{HeaderValue, Method};
use serde_json::{Value, json};
use signalbox_connectors::find;
use signalbox_model::ocsf::schema::{Level, validate};
use signalbox_sdk::Roles;
use signalbox_sdk::role::{Normalized, RawEvent, Request};
use signalbox_sdk::testkit::hostile::{TEXTS, bodies};

use super::{NOON, build, event};

const PEER: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);
const TOKEN: &str = "collector-token";

#[test]
fn a_body_at_a_webhook_is_one_event_or_is_put_aside_or_refused() {
    let roles = build("webhook", webhook_config(), &[]);

    for body in bodies() {
        let said = received(&roles, request("/hooks/webhook", body.bytes.clone()));

        let is_one = matches!(&said, Ok(parts) if parts.len() == 1);
        assert!(is_one || (said.is_err() && !body.is_json) || is_deep(body.name), "{}", body.name);
    }
}

#[test]
fn a_text_at_a_webhook_is_in_its_event_as_it_was_sent() {
    let roles = build("webhook", webhook_config(), &[]);

    for hostile in TEXTS {
        let body = json!({ "message": hostile.text, hostile.text: [hostile.text] }).to_string();
        let parts = received(&roles, request("/hooks/webhook", body.into())).unwrap();

        let [Normalized::Event(mapped)] = &parts[..] else { panic!("{parts:?}") };
        let mut json = Vec::new();
        mapped.event.write_json(&mut json);
        let told: Value = serde_json::from_slice(&json).unwrap();
        assert_eq!(told["message"], hostile.text, "{}", hostile.name);
        assert!(!json.contains(&b'\n'), "{}", hostile.name);
    }
}

#[test]
fn an_envelope_at_a_collector_is_one_event_or_is_put_aside_or_refused() {
    let tokens = json!([{ "name": "t", "token": "env:TOKEN" }]);
    let config = json!({ "direction": "receive", "tokens": tokens });
    let roles = build("splunk_hec", config, &[("TOKEN", TOKEN)]);
    let post = |path: &str, body: Vec<u8>| {
        let mut request = request(path, body);
        let proof = HeaderValue::from_str(&format!("Splunk {TOKEN}")).unwrap();
        request.headers.insert("authorization", proof);
        received(&roles, request)
    };

    for body in bodies() {
        let envelope = [b"{\"event\":", &body.bytes[..], b"}"].concat();
        let told = post("/services/collector/event", envelope);
        assert!(told.is_ok_and(|parts| parts.len() == 1) || !body.is_json || is_deep(body.name));
        // A body of its own may hold any number of envelopes, or none that is one.
        post("/services/collector/event", body.bytes.clone()).ok();
    }
    for hostile in TEXTS {
        for event in [json!(hostile.text), event(hostile.text)] {
            let envelope = json!({
                "event": event, "host": hostile.text, "source": hostile.text,
                "sourcetype": hostile.text, "fields": { hostile.text: hostile.text },
            });
            let told = post("/services/collector", envelope.to_string().into());
            assert_eq!(told.map(|parts| parts.len()), Ok(1), "{}", hostile.name);
        }
        let lines = hostile.text.split(['\n', '\r']).filter(|line| !line.is_empty()).count();
        let told = post("/services/collector/raw", hostile.text.into());
        assert!(told.is_ok_and(|parts| (1..=lines).contains(&parts.len())), "{}", hostile.name);
    }
}

#[test]
fn a_datagram_is_one_event() {
    let config = serde_json::from_str(find("syslog").unwrap().decode_config.unwrap()).unwrap();
    let roles = build("syslog", config, &[]);
    let listener = roles.listener.clone().unwrap();
    let heads =
        ["", "<13>1 - h a - - - ", "<13>Jul  1 12:00:00 h a: ", "<13>CEF:0|a|b|c|d|e|5|msg="];

    let texts = TEXTS.iter().map(|hostile| hostile.text.as_bytes().to_vec());
    for text in texts.chain(bodies().into_iter().map(|body| body.bytes)) {
        for head in heads {
            let bytes = Bytes::from([head.as_bytes(), &text].concat());
            let Some(raw) = listener.datagram(0, PEER, bytes.clone(), NOON) else {
                assert!(bytes.is_empty());
                continue;
            };
            assert_eq!(normalized(&roles, &raw).len(), 1);
        }
    }
}

#[test]
fn an_alert_that_is_pushed_is_one_event_or_is_put_aside_or_refused() {
    let config = json!({ "webhook": { "secrets": ["env:TOKEN"] } });
    let roles = build("prisma_cloud", config, &[("TOKEN", TOKEN)]);

    for body in bodies() {
        let mut request = request("/hooks/prisma_cloud", body.bytes.clone());
        request.headers.insert("x-signalbox-token", HeaderValue::from_static(TOKEN));
        let said = received(&roles, request);

        // An empty body and an empty list are a greeting.
        let is_something = matches!(&said, Ok(parts) if !parts.is_empty());
        assert!(is_something || said.is_err() || body.bytes.is_empty(), "{}", body.name);
    }
    for hostile in TEXTS {
        let told = json!({ "alertId": hostile.text, "policyName": hostile.text });
        let mut request = request("/hooks/prisma_cloud", told.to_string().into());
        request.headers.insert("x-signalbox-token", HeaderValue::from_static(TOKEN));
        let told = received(&roles, request);
        assert_eq!(told.map(|parts| parts.len()), Ok(1), "{}", hostile.name);
    }
}

fn webhook_config() -> Value {
    let auth = json!({ "unauthenticated": "accepted" });
    json!({ "direction": "receive", "auth": auth, "mapping": "any" })
}

/// Depth has a limit, and where it is passed the body is refused or put aside.
fn is_deep(name: &str) -> bool {
    name.contains("lists in lists") || name.contains("objects in objects")
}

fn request(path: &str, body: Vec<u8>) -> Request {
    let mut request = Request::local(path.to_owned(), body.into(), NOON);
    request.method = Method::POST;
    request.headers.insert("content-type", HeaderValue::from_static("application/json"));
    request
}

/// What a request becomes, or the words by which it is refused.
fn received(roles: &Roles, request: Request) -> Result<Vec<Normalized>, String> {
    let webhook = roles.webhook.as_ref().unwrap();
    let words = |answer: signalbox_sdk::role::Answer| {
        assert!(answer.status.is_client_error(), "{answer:?}");
        String::from_utf8(answer.body.to_vec()).unwrap()
    };
    webhook.verify(&request).map_err(words)?;
    let decoded = webhook.decode(&request).map_err(words)?;
    Ok(decoded.events.iter().flat_map(|raw| normalized(roles, raw)).collect())
}

/// What an event becomes; what is OCSF is so by its schema, and says its reason where it is not.
fn normalized(roles: &Roles, raw: &RawEvent) -> Vec<Normalized> {
    let mut parts = Vec::new();
    roles.normalize.as_ref().unwrap().normalize(raw, &mut parts);
    for part in &parts {
        match part {
            Normalized::Event(mapped) => {
                let mut json = Vec::new();
                mapped.event.write_json(&mut json);
                let told: Value = serde_json::from_slice(&json).unwrap();
                let wrong = validate(&told).into_iter();
                let wrong: Vec<_> = wrong.filter(|wrong| wrong.level() == Level::Error).collect();
                assert!(wrong.is_empty(), "{wrong:?}");
            }
            Normalized::Quarantine { reason, .. } => assert!(!reason.is_empty()),
        }
    }
    parts
}
