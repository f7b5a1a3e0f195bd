//! What a check finds out without posting anything.

use super::*;
use signalbox_sdk::role::{CheckReport, CheckVerdict};
use signalbox_sdk::testkit::Fault;

#[tokio::test]
async fn a_bot_and_a_webhook_in_order_pass_and_nothing_was_posted() {
    let bot = Bench::bot().await;
    let webhook = Bench::webhook().await;

    assert_eq!(
        verdicts(&bot.destination.check().await),
        [
            "name passed",
            "tcp passed",
            "http passed",
            "credentials passed",
            "permission passed",
            "channel passed"
        ]
    );
    assert_eq!(
        verdicts(&webhook.destination.check().await),
        ["name passed", "tcp passed", "http passed", "credentials passed"]
    );
    assert_eq!(bot.simulator.messages(), []);
    assert_eq!(webhook.simulator.messages(), []);
}

#[tokio::test]
async fn a_token_that_slack_refuses_fails_credentials() {
    let bench = Bench::bot().await;
    bench.simulator.behave(|behavior| behavior.token_refusal = Some("token_revoked"));
    let missing = Bench::bot_with(json!({"token": "env:MISSING"})).await;

    assert_eq!(last(&bench.destination.check().await), "credentials failed");
    assert_eq!(last(&missing.destination.check().await), "credentials failed");
}

#[tokio::test]
async fn a_token_without_the_scope_fails_permission() {
    let bench = Bench::bot().await;
    bench.simulator.behave(|behavior| behavior.scopes = ["channels:read".to_owned()].into());

    let report = bench.destination.check().await;

    assert_eq!(last(&report), "permission failed");
    assert!(report.failure().unwrap().contains("`chat:write`"), "{report:?}");
}

#[tokio::test]
async fn scopes_that_slack_does_not_tell_are_a_warning() {
    let bench = Bench::bot().await;
    bench.simulator.behave(|behavior| behavior.tells_scopes = false);

    let report = bench.destination.check().await;

    assert!(verdicts(&report).contains(&"permission warning".to_owned()), "{report:?}");
}

#[tokio::test]
async fn each_channel_gets_its_verdict() {
    let cases = [
        (SlackSimulator::OTHER_CHANNEL, "channel failed"),
        (SlackSimulator::PRIVATE_CHANNEL, "channel failed"),
        (SlackSimulator::ARCHIVED_CHANNEL, "channel failed"),
        (SlackSimulator::SHARED_CHANNEL, "channel warning"),
        ("C0NOWHERE", "channel failed"),
        ("#soc-alerts", "channel warning"),
    ];

    for (channel, expected) in cases {
        let bench = Bench::bot_with(json!({"channel": channel})).await;
        assert_eq!(last(&bench.destination.check().await), expected, "{channel}");
    }
}

#[tokio::test]
async fn a_bot_outside_a_public_channel_may_post_with_the_scope_for_it() {
    let bench = Bench::bot_with(json!({"channel": SlackSimulator::OTHER_CHANNEL})).await;
    bench.simulator.behave(|b| b.scopes.extend(["chat:write.public".to_owned()]));

    assert_eq!(last(&bench.destination.check().await), "channel passed");
    bench.receipt(&opened()).await;
}

#[tokio::test]
async fn a_token_that_may_not_look_at_channels_is_a_warning() {
    let bench = Bench::bot().await;
    bench.simulator.behave(|behavior| behavior.scopes = ["chat:write".to_owned()].into());

    let report = bench.destination.check().await;

    assert_eq!(last(&report), "channel warning");
    assert!(report.is_good());
}

#[tokio::test]
async fn a_webhook_that_is_gone_fails_credentials() {
    let bench = Bench::webhook().await;
    for refusal in [
        (403, "invalid_token"),
        (403, "action_prohibited"),
        (404, "no_service"),
        (410, "channel_is_archived"),
        (400, "user_not_found"),
    ] {
        bench.simulator.behave(|behavior| behavior.webhook_refusal = Some(refusal));
        assert_eq!(last(&bench.destination.check().await), "credentials failed", "{refusal:?}");
    }
}

#[tokio::test]
async fn an_address_that_is_none_fails_before_anything_is_sent() {
    let config = json!({"webhook_url": "env:NO_URL"});

    let report = Bench::start(config, json!({})).await.destination.check().await;

    assert_eq!(verdicts(&report), ["credentials failed"]);
}

#[tokio::test]
async fn what_is_not_slack_fails_at_the_step_that_shows_it() {
    for bench in [Bench::bot().await, Bench::webhook().await] {
        let cases = [
            (Fault::CutBefore, "http failed"),
            (Fault::status(200, "<html>captive portal</html>"), "format failed"),
            (Fault::status(302, ""), "format failed"),
            (Fault::status(503, ""), "health failed"),
        ];
        for (fault, expected) in cases {
            // Connecting to see who listens is no request, so the fault waits for the first one.
            bench.server.faults().plant(fault.clone());
            assert_eq!(last(&bench.destination.check().await), expected, "{fault:?}");
        }
    }
}

fn last(report: &CheckReport) -> String {
    verdicts(report).pop().unwrap_or_default()
}

fn verdicts(report: &CheckReport) -> Vec<String> {
    let word = |verdict: &CheckVerdict| match verdict {
        CheckVerdict::Passed { .. } => "passed",
        CheckVerdict::Warning { .. } => "warning",
        CheckVerdict::Failed { .. } => "failed",
    };
    report.steps.iter().map(|step| format!("{} {}", step.name, word(&step.verdict))).collect()
}
