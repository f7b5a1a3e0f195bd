//! A stream is sent once more at a person's word, as it was decided then or anew, through the program itself.

use serde_json::Value;

use crate::hub::{Hub, eventually};
use crate::products::{ENVIRONMENT, Snow, finding, findings_to_snow, signed};

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

    assert!(eventually(async || lines() == 4).await, "{}", hub.log());
    let said = said["message"].as_str().unwrap();
    assert!(said.starts_with("2 events will be sent to `archive` once more"), "{said}");
    assert!(refused.contains("`snow` takes no stream"), "{refused}");
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
