//! What a check finds out without sending anything.

use serde_json::json;
use signalbox_sdk::role::{CheckReport, CheckVerdict};
use signalbox_sdk::testkit::Fault;

use super::destination::{Hook, standard};

#[tokio::test]
async fn a_receiver_that_takes_post_only_passes_and_nothing_was_sent() {
    let hook = Hook::start(standard()).await;

    let report = hook.destination.check().await;

    assert_eq!(
        verdicts(&report),
        ["name passed", "tcp passed", "http passed", "permission passed"]
    );
    assert_eq!(hook.simulator.deliveries(), []);
}

#[tokio::test]
async fn each_answer_to_a_head_says_what_it_can_say() {
    let cases = [
        (200, "permission passed"),
        (404, "permission warning"),
        (403, "permission warning"),
        (401, "credentials failed"),
        (410, "permission failed"),
        (301, "permission failed"),
        (500, "permission failed"),
    ];

    let hook = Hook::start(standard()).await;
    for (status, expected) in cases {
        hook.server.faults().plant(Fault::status(status, ""));
        let report = hook.destination.check().await;
        assert_eq!(verdicts(&report).pop().as_deref(), Some(expected), "{status}");
    }
}

#[tokio::test]
async fn sending_without_any_proof_is_worth_a_warning() {
    let hook = Hook::start(json!({})).await;

    let report = hook.destination.check().await;

    assert!(report.is_good());
    assert_eq!(verdicts(&report).pop().as_deref(), Some("credentials warning"));
}

#[tokio::test]
async fn secrets_that_cannot_be_read_fail_before_anything_is_sent() {
    let address = Hook::at("env:MISSING", json!({})).await.destination.check().await;
    let bearer = Hook::start(json!({"bearer": "env:MISSING"})).await.destination.check().await;

    assert_eq!(verdicts(&address), ["address failed"]);
    assert_eq!(verdicts(&bearer), ["name passed", "tcp passed", "credentials failed"]);
}

#[tokio::test]
async fn a_receiver_that_hangs_up_fails_at_the_transport() {
    let hook = Hook::start(standard()).await;
    hook.server.faults().set_always(Some(Fault::CutBefore));

    let report = hook.destination.check().await;

    assert_eq!(verdicts(&report), ["name passed", "tcp passed", "http failed"]);
}

fn verdicts(report: &CheckReport) -> Vec<String> {
    let word = |verdict: &CheckVerdict| match verdict {
        CheckVerdict::Passed { .. } => "passed",
        CheckVerdict::Warning { .. } => "warning",
        CheckVerdict::Failed { .. } => "failed",
    };
    report.steps.iter().map(|step| format!("{} {}", step.name, word(&step.verdict))).collect()
}
