//! A silence of the configuration, through the program itself.

use std::time::Duration;

use signalbox_model::time::Timestamp;
use signalbox_model::{Clock, SystemClock};

use crate::hub::{Hub, eventually};
use crate::products::{ENVIRONMENT, Snow, finding, findings_to_snow, signed};

async fn send(hub: &Hub, id: &str, state: &str) {
    let body = finding(id).replace("raised", state);
    let headers = signed(&format!("{id}-{state}"), &body);
    let headers: Vec<(&str, &str)> =
        headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
    assert_eq!(hub.post("/hooks/edr", &headers, &body).await.unwrap().status(), 200);
}

fn silence(until: Timestamp) -> String {
    format!(
        "silences:\n  move:\n    when: device.hostname = 'web-01'\n    until: {until}\n    \
         reason: The web servers are moved.\n"
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn a_silenced_alert_is_shown_and_told_of_when_it_comes_after_the_silence_was_taken_out() {
    let snow = Snow::start().await;
    let config = findings_to_snow(&snow.yaml());
    let config = config.replace("closed: resolved", "closed: resolved, again: new");
    let hour = SystemClock.now().saturating_add(Duration::from_secs(3600));
    let hub = Hub::start(&format!("{config}{}", silence(hour)), &ENVIRONMENT).await;
    send(&hub, "finding-1", "raised").await;

    let alerts = || hub.ask(&["alerts", "list"])["items"].clone();
    assert!(eventually(async || alerts().as_array().is_some_and(|all| all.len() == 1)).await);
    let alert = alerts()[0].clone();
    let silences = hub.ask(&["silences"]);
    let shown = hub.show(&["alerts", "show", alert["id"].as_str().unwrap()], "table");
    let table = hub.show(&["alerts", "list"], "table");
    let tickets = snow.simulator.tickets().len();
    hub.configure(&config);
    hub.ask(&["reload"]);
    send(&hub, "finding-1", "again").await;

    assert!(hub.settled(1).await, "{}", hub.ask(&["ledger", "--recount"]));
    assert_eq!((tickets, &alert["silenced"][0]["silence"]), (0, &"move".into()));
    assert_eq!((&silences[0]["name"], &silences[0]["state"]), (&"move".into(), &"in_force".into()));
    assert!(shown.contains("snow is not told: silence move until"), "{shown}");
    assert!(table.contains("Silenced by") && table.contains("move"), "{table}");
    assert_eq!(snow.simulator.tickets().len(), 1);
    assert_eq!(hub.ask(&["alerts", "list"])["items"][0]["silenced"].as_array().unwrap().len(), 0);
    let ledger = hub.ask(&["ledger", "--recount"]);
    assert_eq!((&ledger["balanced"], &ledger["steps"][0]["suppressed"]), (&true.into(), &1.into()));
}
