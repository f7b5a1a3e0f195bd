//! What `signalbox test` says.

use serde_json::to_value;
use signalbox_sdk::role::CheckReport;

use super::tls::{Authority, COUNTED};
use super::*;
use crate::syslog::ReceiverFault;

fn steps(report: &CheckReport) -> Vec<(&'static str, String)> {
    let verdict = |step| to_value(step).unwrap()["verdict"].as_str().unwrap().to_owned();
    report.steps.iter().map(|step| (step.name, verdict(step))).collect()
}

fn shown(steps: &[(&'static str, &str)]) -> Vec<(&'static str, String)> {
    steps.iter().map(|(name, verdict)| (*name, (*verdict).to_owned())).collect()
}

#[tokio::test]
async fn over_tcp_it_is_said_that_nothing_proves_receipt() {
    let line = Line::tcp(json!({})).await;

    let report = line.destination.check().await;

    let passed = [("name", "passed"), ("tcp", "passed"), ("acknowledgement", "passed")];
    assert_eq!(steps(&report), shown(&passed));
    let detail = to_value(&report.steps[2]).unwrap()["detail"].clone();
    assert!(detail.as_str().unwrap().starts_with("nothing proves that a message has arrived"));
    assert_eq!(line.receiver.messages(), [] as [&str; 0]);
}

#[tokio::test]
async fn relp_opens_a_session_and_over_tls_the_certificate_s_days_are_told() {
    let authority = Authority::new();
    let receiver = authority.receiver(ReceiverProtocol::Relp).await;
    let tls = authority.trusted_with_identity();
    let line = Line::to(receiver, json!({ "transport": "relp+tls", "tls": tls }));

    let report = line.destination.check().await;

    let names: Vec<_> = report.steps.iter().map(|step| step.name).collect();
    assert!(report.is_good(), "{report:?}");
    assert_eq!(names, ["name", "tcp", "tls", "relp"]);
    let detail = to_value(&report.steps[2]).unwrap()["detail"].clone();
    assert!(detail.as_str().unwrap().ends_with(" days"), "{detail}");
}

#[tokio::test]
async fn each_step_that_fails_is_told_with_what_to_do() {
    let authority = Authority::new();
    let wants_certificate = authority.receiver(COUNTED).await;
    let config = json!({ "transport": "tls", "tls": authority.trusted() });
    let unknown = Line::to(wants_certificate, config);
    let relp = Line::relp(json!({})).await;
    relp.receiver.plant(ReceiverFault::RefuseSession);
    let away = sender(json!({}));

    for (destination, step, words) in [
        (&away, "tcp", "check the port, the firewall and whether the receiver runs"),
        (
            &unknown.destination,
            "permission",
            "give the hub a certificate that the receiver accepts",
        ),
        (&relp.destination, "relp", "500 no more sessions"),
    ] {
        let report = destination.check().await;

        let failure = report.failure().unwrap();
        assert!(failure.starts_with(step) && failure.contains(words), "{failure}");
    }
}
