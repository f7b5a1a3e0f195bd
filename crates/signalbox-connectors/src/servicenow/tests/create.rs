//! Creating incidents and finding them again.

use std::collections::BTreeSet;

use signalbox_model::{ErrorKind, Severity};
use signalbox_sdk::testkit::Fault;

use super::super::mapping;
use super::*;

#[tokio::test]
async fn an_alert_becomes_an_incident() {
    let bench = Bench::start().await;

    let link = bench.service.create(&ticket()).await.unwrap();

    let incident = bench.simulator.tickets().remove(0);
    let told = |column| incident.value(column);
    assert_eq!((link.number.as_str(), &link.id), ("INC0010001", &incident.sys_id));
    assert_eq!(told("short_description"), "[SOC Alert] critical-findings");
    assert_eq!(told("description"), "Many failed logins on host-7.");
    assert_eq!((told("impact"), told("urgency"), told("priority")), ("1", "2", "2"));
    assert_eq!(told("correlation_id"), ticket().key.to_string());
    assert_eq!(told("correlation_display"), "Signalbox");
    assert_eq!(told("u_mitre_technique"), "T1110, T1078");
    assert_eq!(told("u_siem_alert_id"), "siem-4711");
    assert_eq!(told("assignment_group").len(), 32);
    assert_eq!(incident.work_notes, Vec::<String>::new());
}

#[tokio::test]
async fn the_link_leads_a_person_to_the_incident() {
    let bench = Bench::start().await;

    let link = bench.service.create(&ticket()).await.unwrap();

    let address = bench.server.address();
    let page = format!("http://{address}/nav_to.do?uri=incident.do%3Fsys_id%3D{}", link.id);
    assert_eq!(link.url, Some(page));
}

#[test]
fn every_severity_leads_to_its_priority() {
    let told = |severity| {
        let ticket = Ticket { alert: Alert { severity, ..alert() }, ..ticket() };
        let fields = mapping::new_incident(&ticket, &config(), None);
        format!("{}{}", fields.value("impact").unwrap(), fields.value("urgency").unwrap())
    };

    assert_eq!(
        Severity::ALL.map(told),
        ["22", "33", "23", "22", "12", "11", "11", "22"],
        "unknown, informational, low, medium, high, critical, fatal, other"
    );
}

#[test]
fn columns_of_the_customers_own_are_sent_where_they_exist() {
    let none = BTreeSet::new();
    let one = BTreeSet::from(["u_siem_alert_id".to_owned()]);
    let sent = |columns: Option<&BTreeSet<String>>| {
        let fields = mapping::new_incident(&ticket(), &config(), columns);
        mapping::OPTIONAL_COLUMNS.map(|column| fields.value(column).is_some())
    };

    assert_eq!(sent(Some(&none)), [false, false]);
    assert_eq!(sent(Some(&one)), [false, true]);
    assert_eq!(sent(None), [true, true]);
}

#[test]
fn a_finding_without_an_id_is_named_by_its_alert() {
    let mut ticket = ticket();
    ticket.alert.event = serde_json::Value::Null;

    let fields = mapping::new_incident(&ticket, &config(), None);

    assert_eq!(fields.value("u_siem_alert_id"), Some(ticket.alert.id.to_string().as_str()));
}

#[tokio::test]
async fn static_columns_and_those_of_the_template_are_written() {
    let bench = Bench::with(|config| {
        config.category = Some("software".to_owned());
        config.contact_type = Some("monitoring".to_owned());
        config.caller = Some("soc.analyst".to_owned());
    })
    .await;
    let mut ticket = ticket();
    ticket.rendered.fields.insert("category".to_owned(), "network".to_owned());

    bench.service.create(&ticket).await.unwrap();

    let incident = bench.simulator.tickets().remove(0);
    assert_eq!(incident.value("category"), "network");
    assert_eq!(incident.value("contact_type"), "monitoring");
    assert_eq!(incident.value("caller_id").len(), 32);
}

#[tokio::test]
async fn a_template_cannot_change_the_key() {
    let bench = Bench::start().await;
    let mut ticket = ticket();
    ticket.rendered.fields.insert("correlation_id".to_owned(), "mine".to_owned());

    bench.service.create(&ticket).await.unwrap();

    let incident = bench.simulator.tickets().remove(0);
    assert_eq!(incident.value("correlation_id"), ticket.key.to_string());
}

#[tokio::test]
async fn an_unknown_group_leaves_a_note_instead_of_no_incident() {
    let bench = Bench::with(|config| {
        config.assignment_group = Some("Nobody".to_owned());
        config.caller = Some("nobody".to_owned());
    })
    .await;

    bench.service.create(&ticket()).await.unwrap();

    let incident = bench.simulator.tickets().remove(0);
    assert_eq!((incident.value("assignment_group"), incident.value("caller_id")), ("", ""));
    assert_eq!(
        incident.work_notes,
        ["Signalbox left empty: `assignment_group`, for `Nobody` is not known to the instance; \
          `caller_id`, for `nobody` is not known to the instance."]
    );
}

#[tokio::test]
async fn a_group_that_may_not_be_read_is_like_an_unknown_one() {
    let bench = Bench::start().await;
    bench.simulator.behave(|b| deny(&mut b.unreadable_tables, "sys_user_group"));

    bench.service.create(&ticket()).await.unwrap();

    let incident = bench.simulator.tickets().remove(0);
    assert_eq!(
        incident.work_notes,
        ["Signalbox left empty: `assignment_group`, for `SOC Tier 1` is not readable by the \
          account."]
    );
}

#[tokio::test]
async fn a_group_is_looked_up_once_an_hour() {
    let bench = Bench::start().await;
    bench.service.create(&ticket()).await.unwrap();
    bench.simulator.behave(|b| deny(&mut b.unreadable_tables, "sys_user_group"));

    bench.clock.advance(Duration::from_secs(3599));
    bench.service.create(&ticket()).await.unwrap();
    bench.clock.advance(Duration::from_secs(1));
    bench.service.create(&ticket()).await.unwrap();

    let notes: Vec<_> = bench.simulator.tickets().iter().map(|t| t.work_notes.len()).collect();
    assert_eq!(notes, [0, 0, 1]);
}

#[tokio::test]
async fn a_long_title_is_cut_between_words_and_says_so() {
    let bench = Bench::start().await;
    let mut ticket = ticket();
    ticket.rendered.title = format!("one\ntwo {}", "three ".repeat(40));
    ticket.rendered.body = "x".repeat(5000);

    bench.service.create(&ticket).await.unwrap();

    let incident = bench.simulator.tickets().remove(0);
    let title = incident.value("short_description");
    assert_eq!(title, format!("one two {}three…", "three ".repeat(24)));
    assert!(title.chars().count() <= 160, "{title}");
    assert_eq!(incident.value("description"), format!("{}…", "x".repeat(3999)));
}

#[tokio::test]
async fn an_incident_is_found_by_its_key_and_no_other() {
    let bench = Bench::start().await;
    let created = bench.service.create(&ticket()).await.unwrap();

    let found = bench.service.find(ticket().key).await.unwrap();
    let other = bench.service.find(key(StepKind::Update(1))).await.unwrap();

    assert_eq!((found, other), (vec![created], vec![]));
}

#[tokio::test]
async fn several_incidents_are_found_oldest_first() {
    let bench = Bench::start().await;
    for _ in 0..3 {
        bench.service.create(&ticket()).await.unwrap();
    }
    bench.simulator.administrate("INC0010003", &[("sys_created_on", "2020-01-01 00:00:00")]);

    let found = bench.service.find(ticket().key).await.unwrap();

    let numbers: Vec<_> = found.iter().map(|link| link.number.as_str()).collect();
    assert_eq!(numbers, ["INC0010003", "INC0010001", "INC0010002"]);
    assert_eq!(bench.simulator.duplicate_tickets(), 1);
}

#[tokio::test]
async fn a_created_incident_may_be_found_only_later() {
    let bench = Bench::start().await;
    bench.simulator.behave(|behavior| behavior.lag_share = 1.0);
    let created = bench.service.create(&ticket()).await.unwrap();

    let before = bench.service.find(ticket().key).await.unwrap();
    bench.simulator.finish_indexing();
    let after = bench.service.find(ticket().key).await.unwrap();

    assert_eq!((before, after), (vec![], vec![created]));
}

#[tokio::test]
async fn a_create_that_is_executed_late_is_found_once_it_is() {
    let bench = Bench::with_known_names().await;
    let late = Ticket { key: key(StepKind::Update(9)), ..ticket() };
    bench.server.faults().plant(Fault::ExecuteLate(Duration::from_millis(20)));

    let error = bench.service.create(&late).await.unwrap_err();

    assert_eq!(error.kind(), ErrorKind::OutcomeUnknown);
    let found = tokio::time::timeout(Duration::from_secs(10), async {
        loop {
            let found = bench.service.find(late.key).await.unwrap();
            if !found.is_empty() {
                return found;
            }
        }
    });
    assert_eq!(found.await.unwrap().len(), 1);
}

#[tokio::test]
async fn the_instance_is_given_a_minute_to_settle() {
    let bench = Bench::start().await;

    assert_eq!(bench.service.settle(), Duration::from_secs(60));
}

#[tokio::test]
async fn an_attempt_is_limited_by_the_timeout_that_is_configured() {
    let limit = HumanDuration::from_seconds(2);
    let bench = Bench::with(|config| config.timeout = limit).await;

    assert_eq!(bench.service.timeout(), Duration::from_secs(2));
}

fn config() -> ServiceNowConfig {
    ServiceNowSimulator::default().config(([127, 0, 0, 1], 1).into())
}
