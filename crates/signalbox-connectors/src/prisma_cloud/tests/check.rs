//! What `signalbox test` tells.

use super::*;
use crate::prisma_cloud::SimulatedRule;
use signalbox_sdk::role::{CheckReport, CheckVerdict};

fn names(report: &CheckReport) -> Vec<&'static str> {
    report.steps.iter().map(|step| step.name).collect()
}

fn warnings(report: &CheckReport) -> Vec<String> {
    let warning = |verdict: &CheckVerdict| match verdict {
        CheckVerdict::Warning { detail, .. } => Some(detail.clone()),
        _ => None,
    };
    report.steps.iter().filter_map(|step| warning(&step.verdict)).collect()
}

fn rule(name: &str, notifies: &str, tells_closures: bool) -> SimulatedRule {
    let (id, name) = (format!("rule-{name}"), name.to_owned());
    SimulatedRule { id, name, notifies: notifies.to_owned(), tells_closures }
}

#[tokio::test]
async fn a_good_tenant_passes_every_step() {
    let bench = Bench::start().await;
    bench.simulator.add_rule(rule("complete", "webhook", true));

    let report = bench.source("alerts").check().await;

    assert!(report.is_good(), "{report:?}");
    let steps = ["name", "tcp", "tls", "credentials", "permission", "alert_rules"];
    assert_eq!(names(&report), steps);
}

#[tokio::test]
async fn rules_that_do_not_tell_of_closures_are_warned_of() {
    let bench = Bench::start().await;
    bench.simulator.add_rule(rule("complete", "webhook", true));
    bench.simulator.add_rule(rule("mail", "email", false));
    bench.simulator.add_rule(rule("half", "webhook", false));

    let report = bench.source("alerts").check().await;

    assert!(report.is_good());
    assert_eq!(
        warnings(&report).last().unwrap(),
        "rules that post to a webhook: `half` without `notifyOnDismissed`, `notifyOnResolved`, \
         `notifyOnSnoozed`"
    );
}

#[tokio::test]
async fn rules_that_may_not_be_read_are_no_failure() {
    let bench = Bench::start().await;
    bench.simulator.behave(|behavior| behavior.hides_rules = true);

    let report = bench.source("alerts").check().await;

    assert!(report.is_good());
    assert!(warnings(&report).last().unwrap().contains("permission_denied"), "{report:?}");
}

#[tokio::test]
async fn rules_are_not_asked_where_nothing_is_posted() {
    let bench = Bench::with(|config| config.webhook = None).await;

    let report = bench.source("alerts").check().await;

    assert_eq!(names(&report).last(), Some(&"permission"));
}

#[tokio::test]
async fn a_refused_key_fails_at_credentials() {
    let bench = Bench::start().await;
    bench.simulator.behave(|behavior| behavior.refuses_keys = true);

    for name in ["alerts", "compliance", "hosts"] {
        let report = bench.source(name).check().await;

        assert_eq!(names(&report).last(), Some(&"credentials"), "{name}");
        assert!(!report.is_good());
    }
}

#[tokio::test]
async fn an_address_that_nobody_listens_on_fails_at_tcp() {
    let Bench { server, roles, .. } = Bench::start().await;
    drop(server);

    let report = roles.sources[0].check().await;

    assert_eq!(names(&report), ["name", "tcp"]);
}

#[tokio::test]
async fn the_posture_and_a_console_are_checked_by_reading_them() {
    let bench = Bench::start().await;

    for name in ["compliance", "images"] {
        let report = bench.source(name).check().await;

        assert!(report.is_good(), "{report:?}");
        assert_eq!(names(&report).last(), Some(&"permission"));
    }
}
