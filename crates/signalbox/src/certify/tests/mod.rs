//! The certification certified: every connector passes, and one that is broken by hand fails in the row
//! that is about what was broken.

mod saboteur;

use std::time::{Duration, Instant};

use signalbox_connectors::REGISTRY;
use signalbox_sdk::testkit::certification::Certification;
use signalbox_sdk::testkit::sample;
use signalbox_sdk::{Error, ErrorKind, Role};

use super::*;
use saboteur::{
    bend_destination, bend_source, bend_ticketing, finding_nothing, letting_anybody_in,
    losing_events, naming_nothing, reading_twice,
};

/// What all of it may take on a machine that builds something else beside it.
const ALL_MAX: Duration = Duration::from_secs(300);

/// In a full test; otherwise a fifth of all cases, and other ones each time.
#[tokio::test(flavor = "multi_thread")]
async fn every_connector_passes_every_case_in_every_role() {
    let (begun, connectors) = (Instant::now(), REGISTRY.iter().collect::<Vec<_>>());
    let chosen = sample(runs(&connectors), 5);
    let count = chosen.len();

    let rows = run_all(chosen).await;

    let failures: Vec<_> = rows.iter().filter(|row| row.verdict == Verdict::Fail).collect();
    assert!(failures.is_empty(), "{failures:#?}");
    assert!(rows.iter().all(|row| !row.evidence.is_empty()));
    assert_eq!(rows.len(), count);
    assert!(connectors.iter().all(|connector| undeclared(connector).is_empty()));
    assert!(begun.elapsed() < ALL_MAX, "{:?}", begun.elapsed());
}

#[tokio::test(flavor = "multi_thread")]
async fn swallowing_a_401_fails_the_authentication_row_of_each_role() {
    fn bend(error: Error) -> Option<Error> {
        Some(error).filter(|error| error.kind() != ErrorKind::Unauthorized)
    }
    let (case, gone) =
        (Case::AuthenticationFailure, "a finding that the vendor answers 401 ended as `delivered`");

    fails("servicenow", Role::Ticketing, case, |roles| bend_ticketing(roles, bend), gone).await;
    fails("webhook", Role::Destination, case, |roles| bend_destination(roles, bend), gone).await;
    let unseen = "the integration is not parked";
    fails("prisma_cloud", Role::Source, case, |roles| bend_source(roles, bend), unseen).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn ignoring_retry_after_fails_the_rate_limit_row_of_each_role() {
    fn bend(error: Error) -> Option<Error> {
        Some(match error.kind() {
            ErrorKind::Throttled { .. } => {
                error.with_kind(ErrorKind::Throttled { retry_after: None })
            }
            _ => error,
        })
    }
    let (case, late) = (Case::RateLimit, "told to wait 7s, it is due again after");

    fails("servicenow", Role::Ticketing, case, |roles| bend_ticketing(roles, bend), late).await;
    fails("slack", Role::Destination, case, |roles| bend_destination(roles, bend), late).await;
    let never = "told to wait 45s, it is not asked after them";
    fails("prisma_cloud", Role::Source, case, |roles| bend_source(roles, bend), never).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn trusting_a_200_with_an_error_inside_fails_its_row() {
    fn bend(error: Error) -> Option<Error> {
        Some(error).filter(|error| error.status() != Some(200))
    }
    let (case, lie) =
        (Case::ErrorInside, "the hub counts it as delivered, but the vendor does not hold it");

    fails("servicenow", Role::Ticketing, case, |roles| bend_ticketing(roles, bend), lie).await;
    fails("slack", Role::Destination, case, |roles| bend_destination(roles, bend), lie).await;
    fails("splunk_hec", Role::Destination, case, |roles| bend_destination(roles, bend), lie).await;
    let unseen = "nothing shows that a page could not be read";
    fails("prisma_cloud", Role::Source, case, |roles| bend_source(roles, bend), unseen).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn creating_without_looking_fails_the_rows_of_lost_answers() {
    for case in [Case::CutAfterAnswer, Case::LateExecution, Case::Timeout, Case::Restart] {
        let twice = "the vendor holds it 2 times";
        fails("servicenow", Role::Ticketing, case, finding_nothing, twice).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn taking_a_lost_answer_for_success_fails_the_row_of_the_early_cut() {
    fn bend(error: Error) -> Option<Error> {
        Some(error).filter(|error| error.kind() != ErrorKind::OutcomeUnknown)
    }
    let (case, gone) = (Case::CutBeforeAnswer, "it ended as `delivered`");

    fails("servicenow", Role::Ticketing, case, |roles| bend_ticketing(roles, bend), gone).await;
    fails("webhook", Role::Destination, case, |roles| bend_destination(roles, bend), gone).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn calling_a_refusal_done_fails_the_row_of_the_invalid_payload() {
    fn bend(error: Error) -> Option<Error> {
        Some(error).filter(|error| error.kind() != ErrorKind::Rejected)
    }
    let (case, gone) = (Case::InvalidPayload, "a refused finding ended as `delivered`");

    fails("servicenow", Role::Ticketing, case, |roles| bend_ticketing(roles, bend), gone).await;
    fails("webhook", Role::Destination, case, |roles| bend_destination(roles, bend), gone).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn giving_an_outage_up_fails_the_row_of_the_unavailable_vendor() {
    fn bend(error: Error) -> Option<Error> {
        Some(match error.kind() {
            ErrorKind::Unavailable | ErrorKind::Unauthorized => {
                error.with_kind(ErrorKind::Rejected)
            }
            _ => error,
        })
    }
    let (case, dead) = (Case::Unavailable, "in an outage, a finding ended as `dead`");

    fails("servicenow", Role::Ticketing, case, |roles| bend_ticketing(roles, bend), dead).await;
    fails("file", Role::Destination, case, |roles| bend_destination(roles, bend), dead).await;
    let unseen = "the integration is not down";
    fails("prisma_cloud", Role::Source, case, |roles| bend_source(roles, bend), unseen).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_secret_in_an_error_fails_the_row_of_secrets() {
    fn bend(error: Error) -> Option<Error> {
        let token = signalbox_connectors::splunk_hec::HecSimulator::TOKEN;
        Some(Error::new(error.kind(), "send", format!("`{token}` is refused")))
    }
    let found = "the value of `HEC_TOKEN` stands in";

    let change: Change = |roles| bend_destination(roles, bend);
    fails("splunk_hec", Role::Destination, Case::NoSecret, change, found).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_source_that_loses_or_repeats_fails_the_row_of_pages() {
    let case = Case::ShiftingPages;

    fails("prisma_cloud", Role::Source, case, losing_events, "finding `P-page-").await;
    fails("prisma_cloud", Role::Source, case, reading_twice, "finding `P-first` has arrived").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_listener_that_lets_anybody_in_or_names_nothing_fails_its_rows() {
    let (open, taken) = (letting_anybody_in, "it is not refused: Taken");

    fails_where_sent("webhook", Case::AuthenticationFailure, open, taken).await;
    fails_where_sent("webhook", Case::ExpiredToken, open, taken).await;
    let twice = "the event arrived 2 times";
    fails_where_sent("splunk_hec", Case::DuplicateDelivery, naming_nothing, twice).await;
}

#[test]
fn a_role_without_a_declaration_fails() {
    static SILENT: Connector =
        Connector { certification: &[], ..signalbox_connectors::servicenow::CONNECTOR };

    let rows = undeclared(&SILENT);

    let found: Vec<_> = rows.iter().map(|row| (row.role, row.verdict)).collect();
    assert_eq!(found, [("ticketing", Verdict::Fail)]);
}

#[test]
fn a_row_is_one_flat_object() {
    let row = Row {
        connector: "slack",
        role: "destination",
        case: Case::ShiftingPages.as_str().to_owned(),
        verdict: Verdict::NotApplicable,
        evidence: "nothing is read".to_owned(),
    };

    let json = serde_json::to_value(row).unwrap();

    let expected = serde_json::json!({
        "connector": "slack", "role": "destination", "case": "pages that repeat or shift",
        "verdict": "not_applicable", "evidence": "nothing is read",
    });
    assert_eq!(json, expected);
}

/// Proves that a connector changed so fails this case, with evidence that begins so.
async fn fails(name: &str, role: Role, case: Case, change: Change, evidence: &str) {
    expect_failure(name, case, change, |one| one.role() == role, evidence).await;
}

/// The same for a source that is sent to.
async fn fails_where_sent(name: &str, case: Case, change: Change, evidence: &str) {
    let is_sender = |one: &&Certification| matches!(one, Certification::Sender(_));
    expect_failure(name, case, change, is_sender, evidence).await;
}

async fn expect_failure(
    name: &str,
    case: Case,
    change: Change,
    is_it: impl FnMut(&&Certification) -> bool,
    evidence: &str,
) {
    let connector = signalbox_connectors::find(name).unwrap();
    let certification = connector.certification.iter().find(is_it).unwrap();

    let row = certify_case(connector, certification, case, change).await;

    assert_eq!(row.verdict, Verdict::Fail, "{row:?}");
    assert!(row.evidence.starts_with(evidence), "{row:?}");
}
