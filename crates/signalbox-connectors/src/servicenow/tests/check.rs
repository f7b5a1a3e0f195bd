//! What a check says about an instance, step by step.

use signalbox_model::secret::SecretRef;
use signalbox_sdk::role::{CheckReport, CheckVerdict};

use super::*;
use crate::servicenow::SimulatedBehavior;

#[tokio::test]
async fn an_instance_in_order_passes_every_step() {
    let bench = Bench::with(|config| config.caller = Some("soc.analyst".to_owned())).await;
    bench.service.create(&ticket()).await.unwrap();

    let report = bench.service.check().await;

    assert!(report.is_good(), "{report:?}");
    assert_eq!(
        names(&report),
        [
            "name",
            "tcp",
            "tls",
            "credentials",
            "permission",
            "look-up",
            "assignment_group",
            "caller",
            "close_code"
        ]
    );
}

#[tokio::test]
async fn a_check_writes_nothing() {
    let bench = Bench::start().await;

    bench.service.check().await;

    assert_eq!(bench.simulator.tickets(), []);
}

#[tokio::test]
async fn each_fault_fails_its_own_step() {
    type Change = fn(&mut SimulatedBehavior);
    let faults: [(&str, Change); 8] = [
        ("format", |b| b.is_down = true),
        ("format", |b| b.is_hibernating = true),
        ("credentials", |b| b.refuses_credentials = true),
        ("credentials", |b| b.restricts_basic_authentication = true),
        ("permission", |b| deny(&mut b.unreadable_tables, "incident")),
        ("permission", |b| deny(&mut b.unreadable_columns, "state")),
        ("assignment_group", |b| deny(&mut b.unreadable_tables, "sys_user_group")),
        ("close_code", |b| b.close_codes = vec!["Solved (Permanently)".to_owned()]),
    ];
    for (step, change) in faults {
        let bench = Bench::start().await;
        bench.service.create(&ticket()).await.unwrap();
        bench.simulator.behave(change);

        let report = bench.service.check().await;

        assert_eq!(failed(&report), Some(step), "{report:?}");
        assert_eq!(names(&report).last(), Some(&step), "nothing is tried after a failure");
    }
}

#[tokio::test]
async fn a_group_or_caller_that_does_not_exist_fails_its_step() {
    let no_group = Bench::with(|c| c.assignment_group = Some("Nobody".to_owned())).await;
    let no_caller = Bench::with(|c| c.caller = Some("nobody".to_owned())).await;

    assert_eq!(failed(&no_group.service.check().await), Some("assignment_group"));
    assert_eq!(failed(&no_caller.service.check().await), Some("caller"));
}

#[tokio::test]
async fn a_secret_that_is_not_set_fails_credentials() {
    let bench = Bench::with(|config| {
        let AuthConfig::Basic(basic) = &mut config.auth else { unreachable!() };
        basic.password = SecretRef::Environment("UNSET".to_owned());
    })
    .await;

    let report = bench.service.check().await;

    assert_eq!(failed(&report), Some("credentials"), "{report:?}");
}

#[tokio::test]
async fn a_refused_application_fails_credentials_with_what_grants_need() {
    let bench = Bench::with_oauth().await;
    bench.simulator.behave(|behavior| behavior.refuses_credentials = true);

    let report = bench.service.check().await;

    let Some(CheckVerdict::Failed { fix, .. }) = report.steps.last().map(|s| &s.verdict) else {
        panic!("{report:?}");
    };
    assert_eq!(failed(&report), Some("credentials"));
    assert!(fix.contains("`glide.oauth.inbound.client.credential.grant_type.enabled`"), "{fix}");
}

#[tokio::test]
async fn choices_that_may_not_be_read_are_a_warning() {
    let bench = Bench::start().await;
    bench.simulator.behave(|b| deny(&mut b.unreadable_tables, "sys_choice"));

    let report = bench.service.check().await;

    assert!(report.is_good(), "{report:?}");
    assert!(matches!(report.steps.last().unwrap().verdict, CheckVerdict::Warning { .. }));
}

fn names(report: &CheckReport) -> Vec<&'static str> {
    report.steps.iter().map(|step| step.name).collect()
}

fn failed(report: &CheckReport) -> Option<&'static str> {
    let is_failed = |verdict: &CheckVerdict| matches!(verdict, CheckVerdict::Failed { .. });
    report.steps.iter().find(|step| is_failed(&step.verdict)).map(|step| step.name)
}
