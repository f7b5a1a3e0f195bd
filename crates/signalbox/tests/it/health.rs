//! What is wrong with an integration is told, through the program itself.

use std::fs;

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

/// Findings to ServiceNow, and a channel that is a file. `source` is added to the source, `health` to all.
async fn start(snow: &Snow, source: &str, health: &str) -> Hub {
    let mut hub = Hub::configured("", &ENVIRONMENT);
    let watch = hub.path("watch.jsonl").display().to_string();
    let watch = format!("  watch: {{connector: file, path: {watch}, stream: false}}\n");
    let config = findings_to_snow(&format!("{}{watch}", snow.yaml()));
    let config = config.replacen("mapping: edr", &format!("mapping: edr\n{source}"), 1);
    hub.configure(&format!("{config}{health}\n"));
    hub.run().await;
    hub
}

/// What the channel was told: status and title.
fn told(hub: &Hub) -> Vec<(String, String)> {
    let text = fs::read_to_string(hub.path("watch.jsonl")).unwrap_or_default();
    let documents = text.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let word = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let told = documents.map(|it| (word(&it["data"]["status"]), word(&it["data"]["title"])));
    told.collect()
}

async fn notes(hub: &Hub) -> String {
    let answer = hub.get("/readyz", &[]).await.unwrap();
    String::from_utf8_lossy(answer.body()).into_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_password_is_told_on_the_other_channel_once_and_resolved_after_a_restart() {
    let snow = Snow::start().await;
    snow.simulator.behave(|instance| instance.refuses_credentials = true);
    let mut hub = start(&snow, "", "health: {notify: [snow, watch]}").await;
    send(&hub, "finding-1").await;

    assert!(eventually(async || told(&hub).len() == 1).await, "{}", hub.log());
    let shown = hub.ask(&["integrations", "show", "snow"]);
    let gauge = "signalbox_health_trouble{integration=\"snow\",trouble=\"down\"}";
    let during = (hub.metric(gauge).await, notes(&hub).await);
    hub.stop().await;
    snow.simulator.behave(|instance| instance.refuses_credentials = false);
    hub.run().await;

    assert!(eventually(async || told(&hub).len() == 2).await, "{}", hub.log());
    assert!(hub.settled(3).await, "{}", hub.ask(&["ledger", "--recount"]));
    let [begun, over] = told(&hub).try_into().unwrap();
    let title = "Integration down: servicenow `snow`, parked, 1 waiting: ";
    assert!(begun.0 == "open" && begun.1.starts_with(title), "{begun:?}");
    assert_eq!(over, ("resolved".to_owned(), begun.1.clone()));
    assert_eq!((&shown["state"], &shown["troubles"][0]), (&"parked".into(), &"down".into()));
    assert!(during.0 == 1 && during.1.contains(title), "{during:?}");
    assert_eq!(hub.metric(gauge).await, 0);
    assert_eq!(snow.simulator.tickets().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_channel_a_trouble_stands_in_readiness_the_log_and_the_list_of_alerts() {
    let snow = Snow::start().await;
    snow.simulator.behave(|instance| instance.refuses_credentials = true);
    let hub = start(&snow, "", "").await;
    send(&hub, "finding-1").await;

    let unheard = "nobody is told, for `health.notify` names no other channel";
    assert!(eventually(async || notes(&hub).await.contains(unheard)).await, "{}", hub.log());

    let alerts = hub.ask(&["alerts", "list"])["items"].clone();
    let own = alerts.as_array().unwrap().iter().filter(|it| it["rule"] == "integration-health");
    assert_eq!(own.count(), 1, "{alerts}");
    assert!(hub.log().contains(unheard), "{}", hub.log());
    assert!(told(&hub).is_empty());
    assert_eq!(hub.ask(&["ledger", "--recount"])["balanced"], true);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_silent_source_is_told_and_resolved_when_it_sends_again() {
    let snow = Snow::start().await;
    let health = "health: {notify: [watch, snow]}";
    let hub = start(&snow, "    quiet_after: 1s", health).await;

    assert!(eventually(async || told(&hub).len() == 1).await, "{}", hub.log());
    let mut sent = 0;
    let is_over = eventually(async || {
        sent += 1;
        send(&hub, &format!("finding-{sent}")).await;
        told(&hub).len() == 2
    });

    assert!(is_over.await, "{}", hub.log());
    let title = "Source silent: webhook `edr`, no event for ";
    assert!(told(&hub).iter().all(|(_, words)| words.starts_with(title)), "{:?}", told(&hub));
    assert_eq!(told(&hub)[1].0, "resolved");
    assert_eq!(hub.ask(&["ledger", "--recount"])["balanced"], true);
}
