//! Notes, resolving, reopening, and what the instance drops.

use signalbox_model::{AlertStatus, ErrorKind, TicketLink};
use signalbox_sdk::role::TicketState;

use super::*;
use crate::servicenow::SimulatedIncident;

#[tokio::test]
async fn a_repeat_adds_a_work_note_and_leaves_the_rest_to_people() {
    let (bench, link) = created().await;
    bench.simulator.administrate("INC0010001", &[("impact", "3"), ("short_description", "Mine")]);

    let repeat = update(StepKind::Update(1), AlertStatus::Open, "Seen 2 times.");
    bench.service.update(&link, &repeat).await.unwrap();

    let incident = incident(&bench);
    assert_eq!(incident.work_notes, ["Seen 2 times."]);
    assert_eq!((incident.value("impact"), incident.value("short_description")), ("3", "Mine"));
    assert_eq!(incident.value("state"), "1");
}

#[tokio::test]
async fn columns_of_the_template_are_set_but_for_our_own() {
    let (bench, link) = created().await;
    let mut repeat = update(StepKind::Update(1), AlertStatus::Open, "");
    for (column, value) in [("category", "network"), ("correlation_id", "x"), ("state", "7")] {
        repeat.rendered.fields.insert(column.to_owned(), value.to_owned());
    }

    bench.service.update(&link, &repeat).await.unwrap();

    let incident = incident(&bench);
    assert_eq!(incident.value("category"), "network");
    assert_eq!(incident.value("correlation_id"), ticket().key.to_string());
    assert_eq!(incident.value("state"), "1");
}

#[tokio::test]
async fn resolving_fills_what_the_data_policy_demands() {
    let (bench, link) = created().await;

    bench.service.update(&link, &resolve("Over.")).await.unwrap();

    let incident = incident(&bench);
    assert_eq!(incident.value("state"), "6");
    assert_eq!(incident.value("close_code"), "Solution provided");
    assert_eq!(
        incident.value("close_notes"),
        "Resolved by Signalbox: the alert behind this incident is over."
    );
    assert_eq!(incident.work_notes, ["Over."]);
}

#[tokio::test]
async fn what_a_resolution_writes_is_shown_without_asking() {
    let (bench, link) = created().await;

    let shown = bench.service.encode_update(&resolve("Over.")).unwrap();

    bench.service.update(&link, &resolve("Over.")).await.unwrap();
    let shown: std::collections::BTreeMap<String, String> = serde_json::from_slice(&shown).unwrap();
    let columns: Vec<&str> = shown.keys().map(String::as_str).collect();
    assert_eq!(columns, ["close_code", "close_notes", "state", "work_notes"]);
    let incident = incident(&bench);
    for column in ["close_code", "close_notes", "state"] {
        assert_eq!(incident.value(column), shown[column]);
    }
    assert_eq!(incident.work_notes, [shown["work_notes"].as_str()]);
}

#[tokio::test]
async fn a_ticket_tells_where_it_stands() {
    let (bench, link) = created().await;

    for (state, is_over) in [("1", false), ("3", false), ("6", true), ("7", true), ("8", true)] {
        bench.simulator.administrate("INC0010001", &[("state", state)]);

        let told = bench.service.state(&link).await.unwrap();

        assert_eq!(told, Some(TicketState { is_over, word: state.to_owned() }));
    }
}

#[tokio::test]
async fn a_ticket_that_is_gone_has_no_state() {
    let (bench, link) = created().await;
    let gone = TicketLink { id: "0".repeat(32), ..link };

    let error = bench.service.state(&gone).await.unwrap_err();

    assert_eq!((error.kind(), error.status()), (ErrorKind::Rejected, Some(404)));
}

#[tokio::test]
async fn resolving_again_changes_nothing() {
    let (bench, link) = created().await;
    bench.service.update(&link, &resolve("Over.")).await.unwrap();
    let before = incident(&bench);

    bench.service.update(&link, &resolve("Over.")).await.unwrap();

    assert_eq!(incident(&bench), before);
}

#[tokio::test]
async fn a_repeat_of_a_resolved_alert_is_only_a_note() {
    let (bench, link) = created().await;
    bench.service.update(&link, &resolve("Over.")).await.unwrap();

    let repeat = update(StepKind::Update(1), AlertStatus::Resolved, "Seen again.");
    bench.service.update(&link, &repeat).await.unwrap();

    let incident = incident(&bench);
    assert_eq!((incident.value("state"), incident.work_notes.len()), ("6", 2));
}

#[tokio::test]
async fn an_alert_that_is_open_again_reopens_its_incident() {
    let (bench, link) = created().await;
    bench.service.update(&link, &resolve("Over.")).await.unwrap();

    let again = update(StepKind::Update(1), AlertStatus::Open, "Back again.");
    bench.service.update(&link, &again).await.unwrap();

    let incident = incident(&bench);
    assert_eq!(incident.value("state"), "2");
    assert_eq!(incident.work_notes, ["Over.", "Back again."]);
}

#[tokio::test]
async fn acknowledging_does_not_reopen_what_somebody_resolved() {
    let (bench, link) = created().await;
    bench.service.update(&link, &resolve("Over.")).await.unwrap();

    let taken = update(StepKind::Update(1), AlertStatus::Acknowledged, "Taken.");
    bench.service.update(&link, &taken).await.unwrap();

    assert_eq!(incident(&bench).value("state"), "6");
}

#[tokio::test]
async fn a_closed_incident_gets_a_note_that_says_why_it_stays_closed() {
    let (bench, link) = created().await;
    close(&bench, "7");
    bench.simulator.behave(|behavior| behavior.takes_notes_when_closed = true);

    let again = update(StepKind::Update(1), AlertStatus::Open, "Back again.");
    bench.service.update(&link, &again).await.unwrap();

    let incident = incident(&bench);
    assert_eq!(incident.value("state"), "7");
    assert_eq!(
        incident.work_notes,
        ["Back again.\n\nSignalbox: the alert is open again, but this incident is closed or \
          canceled and cannot be opened again."]
    );
}

#[tokio::test]
async fn a_closed_incident_that_takes_no_notes_is_said_in_words() {
    let (bench, link) = created().await;
    close(&bench, "7");

    let again = update(StepKind::Update(1), AlertStatus::Open, "Back again.");
    let error = bench.service.update(&link, &again).await.unwrap_err();

    assert_eq!(error.kind(), ErrorKind::Rejected);
    assert_eq!(
        error.to_string(),
        "update incident: `INC0010001` is in state `7`, cannot be opened again and takes no \
         notes, but its alert is open; open a new incident by hand, or resolve the alert"
    );
}

#[tokio::test]
async fn a_note_that_a_closed_incident_drops_silently_is_said_too() {
    let (bench, link) = created().await;
    close(&bench, "8");
    bench.simulator.behave(|behavior| {
        behavior.takes_notes_when_closed = true;
        deny(&mut behavior.unwritable_columns, "work_notes");
    });

    let again = update(StepKind::Update(1), AlertStatus::Open, "Back again.");
    let error = bench.service.update(&link, &again).await.unwrap_err();

    assert_eq!(error.kind(), ErrorKind::Rejected);
}

#[tokio::test]
async fn a_change_of_state_that_is_dropped_silently_is_rejected_in_words() {
    let (bench, link) = created().await;
    bench.simulator.behave(|b| deny(&mut b.unwritable_columns, "state"));

    let error = bench.service.update(&link, &resolve("Over.")).await.unwrap_err();

    assert_eq!(error.kind(), ErrorKind::Rejected);
    assert_eq!(
        error.to_string(),
        "update incident: `INC0010001` was to move to state `6`, but ServiceNow left it in `1` \
         without an error; a field ACL, a data policy or a business rule probably dropped the \
         change: give the account write access to `state`, `close_code` and `close_notes`"
    );
}

#[tokio::test]
async fn a_close_code_that_the_instance_does_not_offer_leads_to_a_check() {
    let bench = Bench::with(|c| c.close_code = "Solved (Permanently)".to_owned()).await;
    let link = bench.service.create(&ticket()).await.unwrap();

    let error = bench.service.update(&link, &resolve("Over.")).await.unwrap_err();

    assert_eq!((error.kind(), error.status()), (ErrorKind::Unauthorized, Some(403)));
    assert_eq!(
        error.to_string(),
        "update incident: ServiceNow says `Operation Failed: Data Policy Exception: The following \
         fields are mandatory: Resolution code`; fill what it names, or change the data policy"
    );
    assert!(!bench.service.check().await.is_good());
}

#[tokio::test]
async fn an_incident_that_may_not_be_changed_leads_to_a_check_that_passes() {
    let (bench, link) = created().await;
    bench.simulator.behave(|behavior| deny(&mut behavior.protected, &link.id));

    let repeat = update(StepKind::Update(1), AlertStatus::Open, "Seen 2 times.");
    let error = bench.service.update(&link, &repeat).await.unwrap_err();

    assert_eq!((error.kind(), error.status()), (ErrorKind::Unauthorized, Some(403)));
    assert!(bench.service.check().await.is_good());
}

#[tokio::test]
async fn an_incident_that_was_deleted_is_rejected() {
    let bench = Bench::start().await;
    let link = TicketLink { number: "INC1".to_owned(), id: "0".repeat(32), url: None };

    let error = bench.service.update(&link, &resolve("Over.")).await.unwrap_err();

    assert_eq!((error.kind(), error.status()), (ErrorKind::Rejected, Some(404)));
}

#[tokio::test]
async fn an_id_that_is_none_is_rejected_without_a_call() {
    let bench = Bench::start().await;
    let link = TicketLink { number: "INC1".to_owned(), id: "../sys_user".to_owned(), url: None };

    let error = bench.service.update(&link, &resolve("Over.")).await.unwrap_err();

    assert_eq!(error.to_string(), "update incident: `../sys_user` of `INC1` is no `sys_id`");
}

async fn created() -> (Bench, TicketLink) {
    let bench = Bench::start().await;
    let link = bench.service.create(&ticket()).await.unwrap();
    (bench, link)
}

fn close(bench: &Bench, state: &str) {
    let columns = [("state", state), ("close_code", "Duplicate"), ("close_notes", "Done.")];
    bench.simulator.administrate("INC0010001", &columns);
}

fn resolve(note: &str) -> TicketUpdate {
    update(StepKind::Resolve(1), AlertStatus::Resolved, note)
}

fn incident(bench: &Bench) -> SimulatedIncident {
    bench.simulator.tickets().remove(0)
}
