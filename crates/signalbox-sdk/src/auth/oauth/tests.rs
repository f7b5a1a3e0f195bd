//! Tokens against an endpoint that counts its requests, with a stopped clock.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use axum::Router;
use axum::extract::State;
use axum::routing::post;
use http::HeaderMap;
use signalbox_model::IntegrationName;
use signalbox_model::secret::FixedSecrets;
use tokio::task::JoinSet;

use super::*;
use crate::SystemRandom;
use crate::http::{HttpOptions, decode_form};
use crate::testkit::{Fault, Server};

#[tokio::test]
async fn all_calls_in_flight_share_one_renewal() {
    let bench = Bench::start(ClientAuthentication::Body).await;

    let mut calls = JoinSet::new();
    for _ in 0..20 {
        let credentials = bench.credentials.clone();
        calls.spawn(async move { credentials.token().await.unwrap().expose().to_owned() });
    }
    let tokens = calls.join_all().await;

    assert_eq!(tokens, vec!["token-1"; 20]);
    assert_eq!(bench.requests(), 1);
}

#[tokio::test]
async fn all_calls_in_flight_share_one_failure() {
    let bench = Bench::start(ClientAuthentication::Body).await;
    bench.server.faults().plant(Fault::CutBefore);

    let (first, second) = tokio::join!(bench.credentials.token(), bench.credentials.token());

    assert_eq!(first.unwrap_err().kind(), ErrorKind::Unavailable);
    assert_eq!(second.unwrap_err().kind(), ErrorKind::Unavailable);
    assert_eq!(bench.requests(), 0);
    assert_eq!(bench.token().await, "token-1");
}

#[tokio::test]
async fn a_token_is_kept_until_a_tenth_of_its_life_is_left() {
    let bench = Bench::start(ClientAuthentication::Body).await;

    assert_eq!(bench.token().await, "token-1");
    bench.clock.advance(Duration::from_secs(1620) - Duration::from_millis(1));
    assert_eq!(bench.token().await, "token-1");
    bench.clock.advance(Duration::from_millis(1));
    assert_eq!(bench.token().await, "token-2");
}

#[tokio::test]
async fn a_refused_token_is_dropped_and_a_newer_one_stays() {
    let bench = Bench::start(ClientAuthentication::Body).await;
    let refused = bench.credentials.token().await.unwrap();

    bench.credentials.invalidate(&refused);
    assert_eq!(bench.token().await, "token-2");
    bench.credentials.invalidate(&refused);

    assert_eq!(bench.token().await, "token-2");
}

#[tokio::test]
async fn the_secret_travels_in_the_body() {
    let bench = Bench::start(ClientAuthentication::Body).await;

    bench.token().await;

    let (headers, form) = bench.last_request();
    assert!(!headers.contains_key(header::AUTHORIZATION));
    assert_eq!(
        form,
        [
            ("grant_type", "client_credentials"),
            ("scope", "read write"),
            ("client_id", "hub:1"),
            ("client_secret", "s3cret &"),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
    );
}

#[tokio::test]
async fn the_secret_travels_form_encoded_in_the_header() {
    let bench = Bench::start(ClientAuthentication::Basic).await;

    bench.token().await;

    let (headers, form) = bench.last_request();
    let value = headers[header::AUTHORIZATION].to_str().unwrap();
    let pair = STANDARD.decode(value.strip_prefix("Basic ").unwrap()).unwrap();
    assert_eq!(String::from_utf8(pair).unwrap(), "hub%3A1:s3cret+%26");
    assert!(form.iter().all(|(name, _)| name != "client_secret"));
}

#[tokio::test]
async fn failures_are_classified_by_what_follows_and_never_blame_the_item() {
    let unauthorized = ErrorKind::Unauthorized;
    let throttled = ErrorKind::Throttled { retry_after: Some(Duration::from_secs(7)) };
    for (fault, kind) in [
        (Fault::status(401, r#"{"error":"invalid_client"}"#), unauthorized),
        (Fault::status(401, r#"{"error":"server_error"}"#), unauthorized),
        (Fault::status(400, r#"{"error":"unauthorized_client"}"#), unauthorized),
        (Fault::status(400, r#"{"error":"temporarily_unavailable"}"#), ErrorKind::Unavailable),
        (Fault::status(404, "no such page"), unauthorized),
        (Fault::status(302, ""), unauthorized),
        (Fault::status(500, ""), ErrorKind::Unavailable),
        (Fault::status(504, ""), ErrorKind::Unavailable),
        (retry_later(), throttled),
        (Fault::status(200, "<html>"), ErrorKind::Unavailable),
        (Fault::status(200, r#"{"access_token":""}"#), ErrorKind::Unavailable),
        (Fault::status(200, r#"{"access_token":"x","token_type":"mac"}"#), ErrorKind::Unavailable),
        (Fault::CutAfter, ErrorKind::Unavailable),
    ] {
        let bench = Bench::start(ClientAuthentication::Body).await;
        bench.server.faults().plant(fault.clone());

        let error = bench.credentials.token().await.unwrap_err();

        assert_eq!(error.kind(), kind, "{fault:?}: {error}");
    }
}

#[tokio::test]
async fn the_words_of_the_server_are_told_with_what_to_do() {
    let bench = Bench::start(ClientAuthentication::Body).await;
    let body = r#"{"error":"invalid_client","error_description":"unknown client"}"#;
    bench.server.faults().plant(Fault::status(401, body));

    let error = bench.credentials.token().await.unwrap_err();

    assert_eq!(
        error.to_string(),
        "request access token: the token endpoint says `invalid_client: unknown client`; \
         check client id, secret and scope"
    );
}

#[tokio::test]
async fn a_secret_that_cannot_be_read_is_said_without_asking_the_server() {
    let mut bench = Bench::start(ClientAuthentication::Body).await;
    let other = SecretRef::Environment("OTHER".into());
    bench.rebuild(|endpoint| endpoint.client_secret = other);

    let error = bench.credentials.token().await.unwrap_err();

    assert_eq!(error.kind(), ErrorKind::Unauthorized);
    assert_eq!(
        error.to_string(),
        "request access token: client secret: environment variable `OTHER` is not set; \
         set it, or add it to `.env`"
    );
    assert_eq!(bench.requests(), 0);
}

#[tokio::test]
async fn neither_token_nor_secret_is_shown() {
    let bench = Bench::start(ClientAuthentication::Body).await;
    bench.token().await;
    let mac = r#"{"access_token":"token-x","token_type":"mac"}"#;
    bench.credentials.invalidate(&Secret::new("token-1"));
    bench.server.faults().plant(Fault::status(200, mac));

    let error = bench.credentials.token().await.unwrap_err();

    let shown = format!("{:?} {error} {error:?}", bench.credentials);
    assert!(!shown.contains("token-") && !shown.contains("s3cret"), "{shown}");
}

#[test]
fn a_lifetime_may_be_absent_or_text() {
    let usable = |expires_in: &str| {
        let body = format!(r#"{{"access_token":"x"{expires_in}}}"#);
        read_token(body.as_bytes(), Timestamp::default()).unwrap().usable_until.as_millis() / 1000
    };

    assert_eq!(usable(r#","expires_in":3600"#), 3300);
    assert_eq!(usable(r#","expires_in":"3600""#), 3300);
    assert_eq!(usable(r#","expires_in":600"#), 540);
    assert_eq!(usable(r#","expires_in":10"#), 5);
    assert_eq!(usable(""), 240);
}

/// A token endpoint that counts, and credentials that ask it.
struct Bench {
    server: Server,
    seen: Arc<Seen>,
    clock: Arc<StoppedClock>,
    context: Context,
    credentials: Arc<ClientCredentials>,
}

#[derive(Default)]
struct Seen {
    requests: AtomicU64,
    last: Mutex<Option<(HeaderMap, Bytes)>>,
}

impl Bench {
    async fn start(authentication: ClientAuthentication) -> Self {
        let seen = Arc::<Seen>::default();
        let router = Router::new().route("/token", post(grant)).with_state(seen.clone());
        let server = Server::start(router, 0).await.unwrap();
        let clock = Arc::<StoppedClock>::default();
        let context = Context {
            integration: IntegrationName::new("test"),
            clock: clock.clone(),
            random: Arc::new(SystemRandom),
            secrets: Arc::new(FixedSecrets::of_variables([("CLIENT_SECRET", "s3cret &")])),
            mappings: Arc::new(BTreeMap::new()),
        };
        let endpoint = TokenEndpoint {
            url: format!("http://{}/token", server.address()),
            client_id: "hub:1".to_owned(),
            client_secret: SecretRef::Environment("CLIENT_SECRET".into()),
            authentication,
            scope: Some("read write".to_owned()),
        };
        let http = HttpClient::new(&HttpOptions::default()).unwrap();
        let credentials = Arc::new(ClientCredentials::new(endpoint, http, &context));
        Self { server, seen, clock, context, credentials }
    }

    fn rebuild(&mut self, change: impl FnOnce(&mut TokenEndpoint)) {
        let mut endpoint = self.credentials.endpoint.clone();
        change(&mut endpoint);
        let http = self.credentials.http.clone();
        self.credentials = Arc::new(ClientCredentials::new(endpoint, http, &self.context));
    }

    async fn token(&self) -> String {
        self.credentials.token().await.unwrap().expose().to_owned()
    }

    fn requests(&self) -> u64 {
        self.seen.requests.load(Ordering::SeqCst)
    }

    fn last_request(&self) -> (HeaderMap, Vec<(String, String)>) {
        let (headers, body) = self.seen.last.lock().unwrap().clone().unwrap();
        (headers, decode_form(&body))
    }
}

async fn grant(State(seen): State<Arc<Seen>>, headers: HeaderMap, body: Bytes) -> String {
    let number = seen.requests.fetch_add(1, Ordering::SeqCst) + 1;
    *seen.last.lock().unwrap() = Some((headers, body));
    format!(r#"{{"access_token":"token-{number}","token_type":"bearer","expires_in":1800}}"#)
}

fn retry_later() -> Fault {
    let headers = vec![("retry-after", "7".to_owned())];
    Fault::Answer { status: 429, headers, body: String::new() }
}

#[derive(Default)]
struct StoppedClock(AtomicI64);

impl StoppedClock {
    fn advance(&self, by: Duration) {
        self.0.fetch_add(i64::try_from(by.as_millis()).unwrap(), Ordering::SeqCst);
    }
}

impl Clock for StoppedClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.0.load(Ordering::SeqCst))
    }
}
