//! A stream is sent once more at a person's word, as it was decided then or anew, through the program itself.

use serde_json::Value;

use crate::hub::{Hub, eventually};
use crate::products::{EDR_SECRET, ENVIRONMENT, Snow, finding, findings_to_snow, signed};

async fn send(hub: &Hub, id: &str) {
    let body = finding(id);
    let headers = signed(id, &body);
    let headers: Vec<(&str, &str)> =
        headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
    assert_eq!(hub.post("/hooks/edr", &headers, &body).await.unwrap().status(), 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_is_sent_once_more_and_no_ticket_is() {
    let snow = Snow::start().await;
    let archive = tempfile::tempdir().unwrap();
    let file = archive.path().join("events.ndjson");
    let stream = format!("  archive: {{connector: file, path: \"{}\"}}\n", file.display());
    let hub =
        Hub::start(&findings_to_snow(&format!("{}{stream}", snow.yaml())), &ENVIRONMENT).await;
    send(&hub, "finding-1").await;
    send(&hub, "finding-2").await;
    let lines = || std::fs::read_to_string(&file).unwrap_or_default().lines().count();
    assert!(eventually(async || lines() == 2).await, "{}", hub.log());
    assert!(hub.settled(4).await, "{}", hub.log());

    let said = hub.ask(&["replay", "archive", "--since", "1h"]);
    let refused = hub.ask_in_vain(&["replay", "snow", "--since", "1h"]);
    let early = hub.ask_in_vain(&["replay", "archive", "--since", "2999-01-01T00:00:00Z"]);

    assert!(eventually(async || lines() == 4).await, "{}", hub.log());
    let said = said["message"].as_str().unwrap();
    assert!(said.starts_with("2 events will be sent to `archive` once more"), "{said}");
    assert!(refused.contains("`snow` takes no stream"), "{refused}");
    assert!(early.contains("is yet to come; name a time that is over"), "{early}");
    assert_eq!(snow.simulator.tickets().len(), 2);
    let ledger = hub.ask(&["ledger", "--recount"]);
    assert_eq!((&ledger["balanced"], &ledger["streams"][0]["accepted"]), (&true.into(), &4.into()));
}

/// Routes that keep everything from the archive.
const ALL_KEPT_AWAY: &str = "routes:\n  - {name: not-yet, to: [archive], drop: true}\n";

#[tokio::test(flavor = "multi_thread")]
async fn what_routes_and_rules_kept_away_is_sent_and_opened_when_it_is_decided_anew() {
    let snow = Snow::start().await;
    let archive = tempfile::tempdir().unwrap();
    let file = archive.path().join("events.ndjson");
    let stream = format!("  archive: {{connector: file, path: \"{}\"}}\n", file.display());
    let config = findings_to_snow(&format!("{}{stream}", snow.yaml()));
    let quiet = config.replace("severity >= high", "severity >= fatal");
    let hub = Hub::start(&format!("{quiet}{ALL_KEPT_AWAY}"), &ENVIRONMENT).await;
    send(&hub, "finding-1").await;
    send(&hub, "finding-2").await;
    let lines = || std::fs::read_to_string(&file).unwrap_or_default().lines().count();
    let suppressed = async || hub.ask(&["ledger"])["streams"][0]["suppressed"] == 2;
    assert!(eventually(suppressed).await, "{}", hub.log());

    hub.configure(&config);
    hub.ask(&["reload"]);
    let streamed = hub.ask(&["replay", "archive", "--since", "1h", "--reevaluate"]);
    let opened = hub.ask(&["replay", "snow", "--since", "1h", "--reevaluate"]);
    let again = hub.ask(&["replay", "snow", "--since", "1h", "--reevaluate"]);
    let refused = hub.ask_in_vain(&["replay", "edr", "--since", "1h", "--reevaluate"]);

    assert!(eventually(async || lines() == 2).await, "{}", hub.log());
    assert!(eventually(async || snow.simulator.tickets().len() == 2).await, "{}", hub.log());
    let numbers =
        |said: &Value| ["looked_at", "new", "gone", "sent", "opened"].map(|n| said[n].as_u64());
    assert_eq!(numbers(&streamed), [2, 2, 0, 2, 0].map(Some));
    assert_eq!(numbers(&opened), [2, 2, 0, 0, 2].map(Some));
    assert_eq!(numbers(&again), [2, 0, 0, 0, 0].map(Some));
    assert!(refused.contains("nothing to decide anew"), "{refused}");
    let ledger = hub.ask(&["ledger", "--recount"]);
    assert_eq!((&ledger["balanced"], &ledger["streams"][0]["accepted"]), (&true.into(), &4.into()));
    assert_eq!(snow.simulator.tickets().len(), 2);
}

/// So many are opened in ten transactions: the first is seen long before the last.
const FINDINGS: u64 = 1_000;

const OPEN_WHAT_IS_MISSING: [&str; 5] = ["replay", "snow", "--since", "1h", "--reevaluate"];

#[tokio::test(flavor = "multi_thread")]
async fn a_hub_killed_while_it_opens_what_is_missing_does_the_rest_when_asked_again() {
    let snow = Snow::start().await;
    let config = findings_to_snow(&format!("{}{ALERTMANAGER}", snow.yaml()));
    let quiet = config.replace("severity >= high", "severity >= fatal");
    let mut hub = Hub::start(&quiet, &ENVIRONMENT).await;
    let headers = [("authorization", &*format!("Bearer {EDR_SECRET}"))];
    let answer = hub.post("/hooks/alertmanager", &headers, &many()).await.unwrap();
    assert_eq!(answer.status(), 200);
    hub.configure(&config);
    hub.ask(&["reload"]);

    let asked = hub.consulting(&OPEN_WHAT_IS_MISSING).spawn().unwrap();
    let has_begun = eventually(async || opened(&hub).await > 0).await;
    hub.kill();
    let told = asked.wait_with_output().unwrap();
    hub.run().await;
    let before = opened(&hub).await;
    let again = hub.ask(&OPEN_WHAT_IS_MISSING);

    assert!(has_begun && (1..FINDINGS).contains(&before), "not in the middle: {before} opened");
    let words = String::from_utf8_lossy(&told.stderr).into_owned();
    assert_eq!(told.status.code(), Some(1), "{words}");
    assert!(words.contains("give the command again"), "{words}");
    assert_eq!(again["opened"].as_u64(), Some(FINDINGS - before));
    assert!(hub.settled(FINDINGS).await, "{}", hub.log());
    assert_eq!(opened(&hub).await, FINDINGS);
    let tickets = snow.simulator.tickets().len() as u64;
    assert_eq!((tickets, snow.simulator.duplicate_tickets()), (FINDINGS, 0));
}

const ALERTMANAGER: &str = "  alertmanager: {connector: webhook, direction: receive, mapping: alertmanager, \
                            auth: {bearer: {tokens: [\"env:EDR_SECRET\"]}}}\n";

/// One request of Alertmanager with all the findings.
fn many() -> String {
    let alert = |number: u64| {
        serde_json::json!({
            "status": "firing", "fingerprint": format!("{number:016x}"),
            "labels": {"alertname": "HostDown", "instance": format!("web-{number}"), "severity": "critical"},
            "startsAt": "2026-11-22T08:00:00Z", "endsAt": "0001-01-01T00:00:00Z",
        })
    };
    let alerts: Vec<_> = (1..=FINDINGS).map(alert).collect();
    serde_json::json!({"version": "4", "status": "firing", "alerts": alerts}).to_string()
}

/// How many alerts ServiceNow was or is to be told of.
async fn opened(hub: &Hub) -> u64 {
    let answer = hub.get("/v1/ledger", &[]).await.unwrap();
    let ledger: Value = serde_json::from_slice(answer.body()).unwrap();
    ledger["steps"][0]["accepted"].as_u64().unwrap_or_default()
}
