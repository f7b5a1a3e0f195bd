//! Requests as senders make them, and what they are told.

use std::net::IpAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use serde_json::{Value, json};
use signalbox_model::secret::Secret;
use signalbox_sdk::Context;
use signalbox_sdk::auth::SignatureForm;
use signalbox_sdk::mapping::Mapping;
use signalbox_sdk::role::{Answer, Committed, MappedEvent, Normalized, RawEvent, Request, Webhook};

use super::{NOW, build, context, mistakes};

const KEY: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const OLD_KEY: &str = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";
const ALERTMANAGER: &[u8] = include_bytes!("../fixtures/alertmanager_two_alerts.json");
const GITHUB: &[u8] = include_bytes!("../fixtures/code_scanning_alert_created.json");

#[test]
fn a_signed_request_is_taken_whole_and_named_by_its_signed_id() {
    let source = source(&signed("standard_webhooks"));
    let request = sign(SignatureForm::StandardWebhooks, KEY, ALERTMANAGER);

    let decoded = verified(&*source, &request).unwrap();

    let [event] = &decoded[..] else { panic!("{decoded:?}") };
    assert_eq!(event.body, ALERTMANAGER);
    assert_eq!(event.received, NOW);
    assert_eq!(event.event_id.as_deref(), Some("msg_1"));
}

#[test]
fn every_form_of_signature_is_checked_with_the_new_and_the_old_secret() {
    for (form, name) in [
        (SignatureForm::StandardWebhooks, "standard_webhooks"),
        (SignatureForm::XSignature, "x_signature"),
        (SignatureForm::XHubSignature256, "x_hub_signature_256"),
    ] {
        let source = source(&signed(name));
        let stranger = sign(form, "whsec_c3RyYW5nZXI=", b"{}");

        assert_eq!(source.verify(&sign(form, KEY, b"{}")), Ok(()), "{name}");
        assert_eq!(source.verify(&sign(form, OLD_KEY, b"{}")), Ok(()), "{name}");
        assert_eq!(refusal(&*source, &stranger).0, StatusCode::UNAUTHORIZED, "{name}");
        assert_eq!(refusal(&*source, &request(b"{}")).0, StatusCode::UNAUTHORIZED, "{name}");
    }
}

#[test]
fn a_request_that_was_recorded_is_useless_after_five_minutes() {
    let source = source(&signed("standard_webhooks"));
    let mut request = sign(SignatureForm::StandardWebhooks, KEY, b"{}");

    request.received = NOW.saturating_add(Duration::from_secs(301));

    assert_eq!(
        refusal(&*source, &request),
        (
            StatusCode::UNAUTHORIZED,
            "the request was signed 301 s from now and 300 s are allowed; compare both clocks"
                .to_owned()
        )
    );
}

#[test]
fn a_token_is_taken_whatever_the_case_of_its_scheme() {
    let source = source(&json!({"bearer": {"tokens": ["env:OLD_TOKEN", "env:TOKEN"]}}));
    let with = |value: &str| with_header(request(b"{}"), "authorization", value);

    for good in ["Bearer t0ken", "bearer t0ken", "Bearer old-t0ken"] {
        assert_eq!(source.verify(&with(good)), Ok(()), "{good}");
    }
    for bad in ["Bearer", "Bearer ", "Bearer t0ke", "Basic t0ken", "t0ken"] {
        assert_eq!(refusal(&*source, &with(bad)).0, StatusCode::UNAUTHORIZED, "{bad}");
    }
    let answer = source.verify(&request(b"{}")).unwrap_err();
    let challenge = ("www-authenticate", "Bearer realm=\"signalbox\"".to_owned());
    assert!(answer.headers.contains(&challenge), "{answer:?}");
}

#[test]
fn a_name_and_a_password_are_taken_together_only() {
    let source = source(&json!({"basic": {"username": "ci", "password": "env:TOKEN"}}));
    let with = |value: &str| with_header(request(b"{}"), "authorization", value);

    // ci:t0ken
    assert_eq!(source.verify(&with("Basic Y2k6dDBrZW4=")), Ok(()));
    // ci:wrong, other:t0ken, no base64
    for bad in ["Basic Y2k6d3Jvbmc=", "Basic b3RoZXI6dDBrZW4=", "Basic %", "Bearer t0ken"] {
        assert_eq!(refusal(&*source, &with(bad)).0, StatusCode::UNAUTHORIZED, "{bad}");
    }
}

#[test]
fn without_proof_a_request_is_taken_only_where_that_is_said() {
    let open = source(&json!({"unauthenticated": "accepted"}));

    assert_eq!(open.verify(&request(b"{}")), Ok(()));
    for auth in [json!({}), json!({"unauthenticated": true}), json!("none"), Value::Null] {
        let config = json!({"direction": "receive", "auth": auth, "mapping": "alerts"});
        assert_eq!(mistakes(config, &sources()).len(), 1, "{auth}");
    }
    assert_eq!(mistakes(json!({"direction": "receive", "mapping": "alerts"}), &sources()).len(), 1);
}

#[test]
fn only_listed_addresses_may_send_in_whichever_form_they_come() {
    let source = build_source(json!({
        "auth": {"unauthenticated": "accepted"},
        "allow_from": ["192.0.2.0/24", "2001:db8::7"],
    }));
    let from = |peer: &str| Request { peer: peer.parse().unwrap(), ..request(b"{}") };

    for good in ["192.0.2.1", "::ffff:192.0.2.1", "2001:db8::7"] {
        assert_eq!(source.verify(&from(good)), Ok(()), "{good}");
    }
    for bad in ["192.0.3.1", "::ffff:192.0.3.1", "2001:db8::8", "127.0.0.1"] {
        assert_eq!(refusal(&*source, &from(bad)).0, StatusCode::FORBIDDEN, "{bad}");
    }
}

#[test]
fn a_secret_of_ours_that_cannot_be_read_is_not_the_senders_fault() {
    let signature = |secrets: &[&str]| {
        source(&json!({"signature": {"form": "x_signature", "secrets": secrets}}))
    };
    let missing = signature(&["env:MISSING"]);
    let one_of_two = signature(&["env:MISSING", "env:KEY"]);
    let request = sign(SignatureForm::XSignature, KEY, b"{}");

    let answer = missing.verify(&request).unwrap_err();

    assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(answer.headers.contains(&("retry-after", "60".to_owned())));
    assert!(!String::from_utf8_lossy(&answer.body).contains("MISSING"));
    assert_eq!(one_of_two.verify(&request), Ok(()));
}

#[test]
fn what_is_no_json_is_told_what_to_change() {
    let source = source(&json!({"unauthenticated": "accepted"}));
    let refused = |body: &'static [u8], name: &str, value: &str| {
        let answer = source.decode(&with_header(request(body), name, value)).unwrap_err();
        (answer.status, detail(&answer))
    };

    assert_eq!(
        refused(b"", "content-type", "application/json"),
        (StatusCode::BAD_REQUEST, "the body is not JSON: it is empty".to_owned())
    );
    assert_eq!(
        refused(b"{\"a\":}", "content-type", "application/json"),
        (
            StatusCode::BAD_REQUEST,
            "the body is not JSON: expected value at line 1 column 6".to_owned()
        )
    );
    assert_eq!(refused(b"{\"a\":\"\xff\"}", "accept", "*/*").0, StatusCode::BAD_REQUEST);
    assert_eq!(
        refused(b"payload=%7B%7D", "content-type", "application/x-www-form-urlencoded"),
        (
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "the body is `application/x-www-form-urlencoded`; have the sender send \
             `application/json`"
                .to_owned()
        )
    );
    assert_eq!(
        refused(b"\x1f\x8b", "content-encoding", "gzip").0,
        StatusCode::UNSUPPORTED_MEDIA_TYPE
    );
}

#[test]
fn json_is_taken_under_any_label() {
    let source = source(&json!({"unauthenticated": "accepted"}));

    for label in ["application/json; charset=utf-8", "text/plain", "application/cloudevents+json"] {
        let request = with_header(request(b"[{}, {}]"), "content-type", label);
        assert_eq!(source.decode(&request).unwrap().events.len(), 1, "{label}");
    }
}

#[test]
fn another_method_is_told_to_post() {
    let source = source(&json!({"unauthenticated": "accepted"}));
    let request = Request { method: Method::GET, ..request(b"{}") };

    let answer = source.decode(&request).unwrap_err();

    assert_eq!(answer.status, StatusCode::METHOD_NOT_ALLOWED);
    assert!(answer.headers.contains(&("allow", "POST".to_owned())));
}

#[test]
fn a_configured_header_names_the_event() {
    let source = build_source(json!({
        "auth": signed("x_hub_signature_256"),
        "event_id": {"header": "X-GitHub-Delivery"},
    }));
    let named = |value: &str| {
        let request = with_header(request(b"{}"), "x-github-delivery", value);
        let decoded = source.decode(&request)?;
        Ok::<_, Answer>(decoded.events.into_iter().next().unwrap().event_id)
    };

    assert_eq!(named("72d3162e").unwrap().as_deref(), Some("72d3162e"));
    assert_eq!(named(&"x".repeat(513)).unwrap_err().status, StatusCode::BAD_REQUEST);
    assert_eq!(source.decode(&request(b"{}")).unwrap().events[0].event_id, None);
}

#[test]
fn the_answer_comes_in_the_words_of_a_webhook() {
    let source = source(&json!({"unauthenticated": "accepted"}));

    let yes = source.answer(Committed::Yes);
    let no = source.answer(Committed::No { retry_after: Duration::from_millis(1500) });

    assert_eq!((yes.status, &yes.body[..]), (StatusCode::OK, &br#"{"status":"accepted"}"#[..]));
    assert_eq!(no.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(no.headers.contains(&("retry-after", "2".to_owned())), "{no:?}");
}

#[test]
fn it_listens_at_its_own_name_unless_told_otherwise() {
    let auth = json!({"unauthenticated": "accepted"});
    let named = source(&auth).endpoint();
    let told = build_source(json!({"auth": auth, "path": "/in/ci", "body_max": "2kB"})).endpoint();

    assert_eq!((named.paths, named.body_bytes_max), (vec!["/hooks/ci".to_owned()], 1 << 20));
    assert_eq!((told.paths, told.body_bytes_max), (vec!["/in/ci".to_owned()], 2000));
    assert_eq!(named.listen, None);
}

#[test]
fn mistakes_are_told_with_their_place() {
    let told = mistakes(
        json!({
            "direction": "receive", "path": "hooks", "mapping": "alert",
            "auth": {"signature": {"form": "x_signature", "secrets": []}},
            "event_id": {"header": "X GitHub"},
        }),
        &sources(),
    );

    let pointers: Vec<_> = told.iter().map(|(pointer, _)| pointer.as_str()).collect();
    assert_eq!(pointers, ["/path", "/auth/signature/secrets", "/event_id/header", "/mapping"]);
    assert_eq!(told[3].1, "`alert` is no mapping; did you mean `alerts`?");
}

#[test]
fn the_mapping_splits_and_maps_what_was_taken() {
    let config = json!({
        "direction": "receive", "auth": {"unauthenticated": "accepted"}, "mapping": "alerts",
    });
    let roles = build(config, &sources());
    let decoded = verified(&*roles.webhook.unwrap(), &request(ALERTMANAGER)).unwrap();

    let mut mapped = Vec::new();
    roles.normalize.unwrap().normalize(&decoded[0], &mut mapped);

    let ids: Vec<_> = mapped.iter().map(event).map(|event| event.event_id.as_deref()).collect();
    assert_eq!(ids, [Some("a1b2c3d4e5f60718"), Some("18070f6e5d4c3b2a")]);
}

#[test]
fn a_signed_github_body_passes_from_end_to_end() {
    let source = source(&signed("x_hub_signature_256"));
    let request = sign(SignatureForm::XHubSignature256, KEY, GITHUB);

    assert_eq!(verified(&*source, &request).unwrap()[0].body, GITHUB);
}

#[test]
fn every_body_of_the_corpus_is_taken_unchanged() {
    let Ok(corpus) = std::env::var("SIGNALBOX_CORPUS") else {
        eprintln!("skipped: SIGNALBOX_CORPUS is not set");
        return;
    };
    let source = source(&signed("x_hub_signature_256"));
    let entries = std::fs::read_dir(PathBuf::from(corpus).join("webhooks")).unwrap();

    let mut count = 0;
    for entry in entries {
        let path = entry.unwrap().path();
        let body = std::fs::read(&path).unwrap();
        let request = sign(SignatureForm::XHubSignature256, KEY, &body);
        let events = verified(&*source, &request);
        assert_eq!(events.unwrap()[0].body, body, "{}", path.display());
        count += 1;
    }

    assert!(count > 0, "the corpus has no bodies of webhooks");
}

/// Runs a request through the door and returns its raw events.
fn verified(source: &dyn Webhook, request: &Request) -> Result<Vec<RawEvent>, Answer> {
    source.verify(request)?;
    source.decode(request).map(|decoded| decoded.events)
}

fn refusal(source: &dyn Webhook, request: &Request) -> (StatusCode, String) {
    let answer = source.verify(request).unwrap_err();
    (answer.status, detail(&answer))
}

fn detail(answer: &Answer) -> String {
    let body: Value = serde_json::from_slice(&answer.body).unwrap();
    body["detail"].as_str().unwrap().to_owned()
}

fn event(normalized: &Normalized) -> &MappedEvent {
    match normalized {
        Normalized::Event(event) => event,
        Normalized::Quarantine { reason, .. } => panic!("{reason}"),
    }
}

fn signed(form: &str) -> Value {
    json!({"signature": {"form": form, "secrets": ["env:KEY", "env:OLD_KEY"]}})
}

fn source(auth: &Value) -> Arc<dyn Webhook> {
    build_source(json!({ "auth": auth }))
}

fn build_source(mut config: Value) -> Arc<dyn Webhook> {
    config["direction"] = "receive".into();
    config["mapping"] = "alerts".into();
    build(config, &sources()).webhook.unwrap()
}

fn sources() -> Context {
    let mapping = json!({
        "for_each": "alerts",
        "class": "detection_finding",
        "event_id": "fingerprint",
        "attributes": {
            "finding_info.uid": "fingerprint",
            "finding_info.title": "annotations.summary",
            "metadata.product.name": {"value": "Alertmanager"},
            "time": "startsAt",
        },
    });
    let mapping = Mapping::compile(&serde_json::from_value(mapping).unwrap()).unwrap();
    let mappings = Arc::new([("alerts".to_owned(), Arc::new(mapping))].into());
    let secrets =
        [("KEY", KEY), ("OLD_KEY", OLD_KEY), ("TOKEN", "t0ken"), ("OLD_TOKEN", "old-t0ken")];
    Context { mappings, ..context(secrets) }
}

fn sign(form: SignatureForm, key: &str, body: &[u8]) -> Request {
    let headers = form.sign("msg_1", body, &[Secret::new(key)], NOW).unwrap();
    let headers = headers.into_iter();
    headers.fold(request(body), |request, (name, value)| with_header(request, name, &value))
}

fn with_header(mut request: Request, name: &str, value: &str) -> Request {
    let name = HeaderName::from_bytes(name.as_bytes()).unwrap();
    request.headers.insert(name, HeaderValue::from_str(value).unwrap());
    request
}

fn request(body: &[u8]) -> Request {
    Request {
        method: Method::POST,
        path: "/hooks/ci".into(),
        query: String::new(),
        headers: HeaderMap::new(),
        body: body.to_vec().into(),
        peer: IpAddr::from([127, 0, 0, 1]),
        received: NOW,
    }
}
