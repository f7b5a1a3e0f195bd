//! Bodies at the doors: a collector's envelopes and lines, a tenant's pushes, a sensor's requests.

use http::{HeaderValue, Method};
use serde_json::json;
use signalbox_model::ocsf::schema::{Level, validate};
use signalbox_sdk::Roles;
use signalbox_sdk::role::{Normalized, Request};

use super::fuzz;
use crate::hostile::{NOON, build};

const TOKEN: &str = "collector-token";

#[test]
fn a_collector_takes_a_body_or_refuses_it_and_its_events_are_valid() {
    let tokens = json!([{ "name": "t", "token": "env:TOKEN" }]);
    let config = json!({ "direction": "receive", "tokens": tokens });
    let roles = build("splunk_hec", config, &[("TOKEN", TOKEN)]);
    let proof = HeaderValue::from_str(&format!("Splunk {TOKEN}")).unwrap();
    fuzz(|body| {
        for path in ["/services/collector/event", "/services/collector/raw"] {
            let mut request = request(path, body.clone());
            request.headers.insert("authorization", proof.clone());
            receive(&roles, &request);
            request.headers.insert("content-encoding", HeaderValue::from_static("gzip"));
            receive(&roles, &request);
        }
    });
}

#[test]
fn a_tenant_s_push_is_taken_or_refused_and_its_events_are_valid() {
    let config = json!({ "webhook": { "secrets": ["env:TOKEN"] } });
    let roles = build("prisma_cloud", config, &[("TOKEN", TOKEN)]);
    fuzz(|body| {
        let mut request = request("/hooks/prisma_cloud", body);
        request.headers.insert("x-signalbox-token", HeaderValue::from_static(TOKEN));
        receive(&roles, &request);
    });
}

#[test]
fn a_request_at_a_webhook_is_taken_or_refused_and_its_events_are_valid() {
    let auth = json!({ "unauthenticated": "accepted" });
    let config = json!({ "direction": "receive", "auth": auth, "mapping": "any" });
    let roles = build("webhook", config, &[]);
    fuzz(|body| {
        receive(&roles, &request("/hooks/webhook", body));
    });
}

fn request(path: &str, body: Vec<u8>) -> Request {
    let mut request = Request::local(path.to_owned(), body.into(), NOON);
    request.method = Method::POST;
    request
}

/// Takes a request as the line does. A refusal is about the request, never about the hub.
fn receive(roles: &Roles, request: &Request) {
    let webhook = roles.webhook.as_ref().unwrap();
    let decoded = webhook.verify(request).and_then(|()| webhook.decode(request));
    let decoded = match decoded {
        Ok(decoded) => decoded,
        Err(answer) => {
            assert!(answer.status.is_client_error(), "{answer:?}");
            return;
        }
    };
    let mut parts = Vec::new();
    for raw in &decoded.events {
        roles.normalize.as_ref().unwrap().normalize(raw, &mut parts);
    }
    assert!(parts.len() >= decoded.events.len());
    for part in &parts {
        let Normalized::Event(mapped) = part else { continue };
        let mut json = Vec::new();
        mapped.event.write_json(&mut json);
        let event = serde_json::from_slice(&json).unwrap();
        let wrong = validate(&event).into_iter();
        let wrong: Vec<_> = wrong.filter(|wrong| wrong.level() == Level::Error).collect();
        assert!(wrong.is_empty(), "{wrong:?} of {}", String::from_utf8_lossy(&request.body));
    }
}
