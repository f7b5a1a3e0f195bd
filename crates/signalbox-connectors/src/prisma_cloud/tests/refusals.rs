//! What each failure is to the line.

use super::*;
use signalbox_model::{Error, ErrorKind};
use signalbox_sdk::testkit::Fault;

/// Plants a fault for the first call after the login.
async fn failing(fault: Fault) -> Error {
    let bench = logged_in().await;
    bench.server.faults().plant(fault);
    bench.source("alerts").poll(None).await.unwrap_err()
}

async fn logged_in() -> Bench {
    let bench = Bench::start().await;
    // The sources share a client of their own.
    bench.source("alerts").poll(None).await.unwrap();
    bench.client.authenticate().await.unwrap();
    bench
}

fn answer(status: u16, headers: &[(&'static str, &str)], body: &str) -> Fault {
    let headers = headers.iter().map(|(name, value)| (*name, (*value).to_owned())).collect();
    Fault::Answer { status, headers, body: body.to_owned() }
}

fn throttled(seconds: u64) -> ErrorKind {
    ErrorKind::Throttled { retry_after: Some(Duration::from_secs(seconds)) }
}

#[tokio::test]
async fn failures_of_reads_are_classified_by_what_follows() {
    let rates = [
        ("x-ratelimit-remaining", "0"),
        ("x-ratelimit-replenish-rate", "2"),
        ("x-ratelimit-requested-tokens", "7"),
    ];
    let internal = [("x-redlock-status", r#"[{"i18nKey":"internal_error"}]"#)];
    for (fault, kind) in [
        (answer(429, &rates, ""), throttled(4)),
        (answer(429, &[], ""), ErrorKind::Throttled { retry_after: None }),
        (answer(503, &[("retry-after", "7")], ""), throttled(7)),
        (Fault::status(503, ""), ErrorKind::Unavailable),
        (Fault::status(425, ""), ErrorKind::Unavailable),
        (Fault::status(500, ""), ErrorKind::Unavailable),
        (Fault::status(502, "<html>"), ErrorKind::Unavailable),
        (Fault::status(504, ""), ErrorKind::Unavailable),
        (Fault::status(400, ""), ErrorKind::Rejected),
        (answer(400, &internal, ""), ErrorKind::Unavailable),
        (Fault::status(302, ""), ErrorKind::Rejected),
        (Fault::status(403, ""), ErrorKind::Unauthorized),
        (Fault::status(200, "<html>sign in</html>"), ErrorKind::Unavailable),
        (Fault::status(200, r#"{"items":7}"#), ErrorKind::Malformed),
        (Fault::CutBefore, ErrorKind::Unavailable),
        (Fault::CutAfter, ErrorKind::Unavailable),
    ] {
        let error = failing(fault.clone()).await;

        assert_eq!(error.kind(), kind, "{fault:?}: {error}");
    }
}

#[tokio::test]
async fn failures_of_changes_tell_whether_they_may_have_been_made() {
    for (fault, kind) in [
        (Fault::CutBefore, ErrorKind::OutcomeUnknown),
        (Fault::CutAfter, ErrorKind::OutcomeUnknown),
        (Fault::status(500, ""), ErrorKind::OutcomeUnknown),
        (Fault::status(502, ""), ErrorKind::OutcomeUnknown),
        (Fault::status(200, "<html>"), ErrorKind::OutcomeUnknown),
        (Fault::status(503, ""), ErrorKind::Unavailable),
        (Fault::status(400, ""), ErrorKind::Rejected),
        (Fault::status(404, ""), ErrorKind::Rejected),
    ] {
        let bench = logged_in().await;
        bench.server.faults().plant(fault.clone());

        let error = bench.client.dismiss_alerts(&["P-1"], "x", None).await.unwrap_err();

        assert_eq!(error.kind(), kind, "{fault:?}: {error}");
    }
}

#[tokio::test]
async fn the_products_words_are_told_wherever_they_stand() {
    let keys = r#"[{"i18nKey":"invalid_filter","severity":"error","subject":"alert.colour"}]"#;
    let error = r#"{"error":{"code":"BAD","message":"no such filter"}}"#;
    let microservice = r#"{"status":400,"message":"no such filter","debugMessage":null}"#;
    for (fault, words) in [
        (answer(400, &[("x-redlock-status", keys)], ""), "`invalid_filter: alert.colour`"),
        (Fault::status(400, error), "`BAD: no such filter`"),
        (Fault::status(400, microservice), "`no such filter`"),
        (Fault::status(400, r#"{"err":"bad limit"}"#), "`bad limit`"),
        (Fault::status(400, "<html>"), "`HTTP 400 with a web page`"),
        (answer(400, &[("x-redlock-status", "nonsense")], ""), "`HTTP 400`"),
    ] {
        let told = failing(fault).await.to_string();

        assert!(told.starts_with(&format!("read alerts: the product says {words};")), "{told}");
    }
}

#[tokio::test]
async fn the_rate_limit_says_how_long_to_wait() {
    let bench = Bench::start().await;
    bench.simulator.behave(|behavior| behavior.limits_rate = true);
    let source = bench.source("alerts");

    for _ in 0..10 {
        source.poll(None).await.unwrap();
    }
    let error = source.poll(None).await.unwrap_err();
    bench.simulator.advance(Duration::from_secs(1));

    assert_eq!(error.kind(), throttled(1));
    assert!(source.poll(None).await.is_ok());
}

#[tokio::test]
async fn an_answer_that_is_too_large_says_what_to_lower() {
    let bench = Bench::with(|config| {
        config.answer_max = signalbox_model::config::ByteSize::new(4096);
    })
    .await;
    bench.add_alerts(10);

    let error = bench.source("alerts").poll(None).await.unwrap_err();

    assert_eq!(error.kind(), ErrorKind::Malformed);
    assert_eq!(
        error.to_string(),
        "read alerts: the answer is larger than 4096 bytes; lower `page_size` or raise `answer_max`"
    );
}

#[tokio::test]
async fn a_tenant_that_is_down_is_waited_for() {
    let bench = Bench::start().await;
    bench.simulator.behave(|behavior| behavior.is_down = true);

    let error = bench.source("compliance").poll(None).await.unwrap_err();

    assert_eq!(error.kind(), throttled(7));
}
