//! A stream is sent once more at a person's word, through the program itself.

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
    assert!(said.starts_with("sent to `archive` once more: 2 events"), "{said}");
    assert!(refused.contains("`snow` takes no stream"), "{refused}");
    assert_eq!(snow.simulator.tickets().len(), 2);
    let ledger = hub.ask(&["ledger", "--recount"]);
    assert_eq!((&ledger["balanced"], &ledger["streams"][0]["accepted"]), (&true.into(), &4.into()));
}
