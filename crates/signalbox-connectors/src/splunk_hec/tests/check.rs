//! What `check` finds out.

use serde_json::json;

use signalbox_sdk::role::{CheckReport, CheckVerdict};
use signalbox_sdk::testkit::Fault;

use super::*;
use crate::splunk_hec::TokenSettings;

/// How every check of a simulator begins.
const REACHED: [&str; 3] = ["+name", "+tcp", "?tls"];

/// The names of the steps after these, with a mark: `+` passed, `?` warning, `-` failed.
fn steps(report: &CheckReport) -> Vec<String> {
    let mark = |verdict: &CheckVerdict| match verdict {
        CheckVerdict::Passed { .. } => '+',
        CheckVerdict::Warning { .. } => '?',
        CheckVerdict::Failed { .. } => '-',
    };
    let steps = report.steps.iter().map(|step| format!("{}{}", mark(&step.verdict), step.name));
    let (reached, steps): (Vec<_>, Vec<_>) = steps.partition(|it| REACHED.contains(&it.as_str()));
    assert_eq!(reached, REACHED);
    steps
}

fn token(settings: TokenSettings) -> HecSimulator {
    HecSimulator::default().with_token(HecSimulator::TOKEN, settings)
}

async fn checked(simulator: HecSimulator, config: Value) -> CheckReport {
    Splunk::start(simulator, config).await.destination.check().await
}

#[tokio::test]
async fn a_good_token_passes_and_no_event_is_written() {
    let splunk = Splunk::start(HecSimulator::default(), json!({ "index": "security" })).await;

    let report = splunk.destination.check().await;

    assert_eq!(steps(&report), ["+health", "+credentials"]);
    let CheckVerdict::Passed { detail } = &report.steps[4].verdict else { panic!("not passed") };
    assert_eq!(
        detail,
        "Splunk accepts the token; whether it may write to index `security` shows with the first \
         event"
    );
    assert_eq!(splunk.simulator.summary().count, 0);
}

#[tokio::test]
async fn a_bad_token_fails_though_the_health_route_is_content() {
    let disabled = token(TokenSettings { is_enabled: false, ..TokenSettings::default() });

    let unknown = checked(HecSimulator::default(), json!({ "token": "env:OLD_TOKEN" })).await;
    let disabled = checked(disabled, json!({})).await;
    let unset = checked(HecSimulator::default(), json!({ "token": "env:NOT_SET" })).await;

    assert_eq!(steps(&unknown), ["+health", "-credentials"]);
    assert_eq!(steps(&disabled), ["+health", "-credentials"]);
    assert_eq!(steps(&unset), ["-credentials"]);
}

#[tokio::test]
async fn acknowledgement_must_agree_with_the_token() {
    let with = || token(TokenSettings { has_acknowledgement: true, ..TokenSettings::default() });
    let wanted = || json!({ "acknowledgement": true });

    let good = checked(with(), wanted()).await;
    let missing = checked(HecSimulator::default(), wanted()).await;
    let unasked = checked(with(), json!({})).await;

    assert_eq!(steps(&good).last().unwrap(), "+acknowledgement");
    assert_eq!(steps(&missing).last().unwrap(), "-acknowledgement");
    assert_eq!(steps(&unasked).last().unwrap(), "?acknowledgement");
    assert!(unasked.is_good());
}

#[tokio::test]
async fn each_failure_is_found_at_its_step() {
    let unhealthy = r#"{"text":"HEC is unhealthy, queues are full","code":18}"#;
    for (fault, expected) in [
        (Fault::status(503, unhealthy), vec!["-health"]),
        (Fault::status(400, r#"{"text":"Invalid token","code":21}"#), vec!["-credentials"]),
        (Fault::CutBefore, vec!["-http"]),
        (Fault::status(404, "<html>"), vec!["?health", "+credentials"]),
    ] {
        let splunk = Splunk::start(HecSimulator::default(), json!({})).await;
        splunk.server.faults().plant(fault);

        assert_eq!(steps(&splunk.destination.check().await), expected);
    }
}

#[tokio::test]
async fn a_web_interface_in_place_of_the_collector_is_a_wrong_format() {
    let splunk = Splunk::start(HecSimulator::default(), json!({})).await;
    splunk.server.faults().set_always(Some(Fault::status(200, "<html>Log in</html>")));

    let report = splunk.destination.check().await;

    assert_eq!(steps(&report), ["?health", "-format"]);
}

#[tokio::test]
async fn what_fails_behind_a_good_health_route_is_told_apart() {
    let healthy = r#"{"text":"HEC is healthy","code":17}"#;
    for (fault, expected) in [
        (Fault::status(503, r#"{"text":"Server is busy","code":9}"#), "-health"),
        (Fault::status(400, r#"{"text":"Data channel is missing","code":10}"#), "-format"),
        (Fault::status(404, "<html>"), "-format"),
        (Fault::CutBefore, "-http"),
    ] {
        let splunk = Splunk::start(HecSimulator::default(), json!({})).await;
        splunk.server.faults().plant(Fault::status(200, healthy));
        splunk.server.faults().plant(fault);

        let report = splunk.destination.check().await;

        assert_eq!(steps(&report), ["+health", expected]);
    }
}

#[tokio::test]
async fn a_refused_connection_is_told_once() {
    let splunk = Splunk::start(HecSimulator::default(), json!({})).await;
    let destination = splunk.destination;
    drop(splunk.server);

    let report = destination.check().await;

    let last = report.steps.last().map(|step| (step.name, step.verdict.clone()));
    let Some(("tcp", CheckVerdict::Failed { detail, fix })) = last else { panic!("{report:?}") };
    // A listener that is just closing may still reset what it was about to take.
    assert!(detail.starts_with("no connection to") && !detail.contains("check"), "{detail}");
    assert_eq!(fix, "check the port, the firewall and whether the product runs");
    assert_eq!(report.steps.len(), 2);
}
