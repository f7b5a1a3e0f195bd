//! The promises about events: once, never lost, whatever the destinations do.

use std::fs;

use tokio::task::JoinSet;

use crate::hub::{Hub, eventually, free_address};
use crate::products::{
    EDR_SECRET, ENVIRONMENT, Snow, finding, findings_to_snow, signed, snow_yaml,
};

async fn send(hub: &Hub, id: &str) -> u16 {
    let body = finding(id);
    let headers = signed(id, &body);
    let headers: Vec<(&str, &str)> =
        headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
    hub.post("/hooks/edr", &headers, &body).await.map_or(0, |answer| answer.status().as_u16())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_webhook_a_hundred_times_at_once_makes_one_alert_and_one_ticket_even_after_a_kill()
{
    let snow = Snow::start().await;
    let hub = std::sync::Arc::new(Hub::start(&findings_to_snow(&snow.yaml()), &ENVIRONMENT).await);

    let mut senders = JoinSet::new();
    for _ in 0..100 {
        let hub = std::sync::Arc::clone(&hub);
        senders.spawn(async move { send(&hub, "finding-1").await });
    }
    let statuses = senders.join_all().await;
    assert!(hub.settled(1).await, "{}", hub.log());
    let mut hub = std::sync::Arc::into_inner(hub).unwrap();
    hub.kill();
    hub.run().await;
    assert_eq!(send(&hub, "finding-1").await, 200);
    assert!(hub.settled(1).await, "{}", hub.log());

    assert_eq!(statuses, vec![200; 100]);
    assert_eq!(snow.simulator.tickets().len(), 1);
    assert_eq!(hub.ask(&["alerts", "list"])["items"].as_array().map(Vec::len), Some(1));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hub_starts_and_accepts_with_every_destination_down() {
    let gone = free_address();
    let siem = format!(
        "  siem:\n    connector: splunk_hec\n    direction: send\n    url: http://{gone}\n    token: \"env:SNOW_PASSWORD\"\n"
    );
    let config = findings_to_snow(&format!("{}{siem}", snow_yaml(&gone.to_string())));

    let hub = Hub::start(&config, &ENVIRONMENT).await;
    let status = send(&hub, "finding-1").await;

    assert_eq!(status, 200);
    let ledger = hub.ask(&["ledger", "--recount"]);
    assert_eq!((&ledger["balanced"], &ledger["streams"][0]["pending"]), (&true.into(), &1.into()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reload_keeps_events_flowing_and_a_mistaken_one_changes_nothing() {
    let snow = Snow::start().await;
    let good = findings_to_snow(&snow.yaml());
    let hub = Hub::start(&good, &ENVIRONMENT).await;

    hub.configure(&good.replace("severity >= high", "severity >= hihg"));
    hub.signal("HUP");
    assert!(eventually(async || hub.log().contains("the old one stays")).await, "{}", hub.log());
    let after_mistake = send(&hub, "finding-1").await;
    hub.configure(&good.replace("severe:", "renamed:"));
    hub.signal("HUP");
    assert!(
        eventually(async || hub.log().contains("Configuration reloaded")).await,
        "{}",
        hub.log()
    );
    let after_reload = send(&hub, "finding-2").await;

    assert!(hub.settled(2).await, "{}", hub.log());
    assert_eq!((after_mistake, after_reload), (200, 200));
    let tickets = snow.simulator.tickets();
    let rule = |description: &str| {
        description.lines().find_map(|line| line.strip_prefix("Rule: ")).map(str::to_owned)
    };
    let rules: Vec<_> =
        tickets.iter().filter_map(|ticket| rule(ticket.value("description"))).collect();
    assert_eq!(rules, ["severe", "renamed"]);
    assert_eq!(tickets[0].value("short_description"), "[SOC Alert] Critical: Beacon (web-01)");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reload_says_what_waits_for_a_restart_and_input_in_quarantine_comes_back_as_it_was_sent()
{
    let config = "http: {listen: '@HUB@'}\nintegrations:\n  monitoring: {connector: webhook, direction: receive, \
                  auth: {unauthenticated: accepted}, mapping: alertmanager}\n";
    let hub = Hub::start(config, &[]).await;

    let taken =
        hub.post("/hooks/monitoring", &[], r#"{"version":"4","alerts":["no alert"]}"#).await;
    hub.configure(&format!("{config}journal: {{keep: 1h}}\n"));
    let told = hub.ask(&["reload"]);
    let original = hub.consulting(&["explain", "1-1.0", "--original"]).output().unwrap();

    assert_eq!(taken.unwrap().status(), 200);
    let message =
        "the configuration is in effect, but for `journal.keep`: restart the hub for that";
    assert_eq!(told["message"], message);
    assert_eq!(String::from_utf8_lossy(&original.stdout), "\"no alert\"", "{original:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_acknowledgement_that_a_collector_owes_outlives_a_reload() {
    let address = free_address();
    let config = format!(
        "http: {{listen: '@HUB@'}}\nintegrations:\n  collector:\n    connector: splunk_hec\n    direction: receive\n    \
         listen: {{address: '{address}'}}\n    \
         tokens: [{{name: t, token: 'env:SNOW_PASSWORD', acknowledgement: true}}]\n"
    );
    let hub = Hub::start(&config, &[("SNOW_PASSWORD", "token")]).await;
    let headers = [
        ("authorization", "Splunk token"),
        ("x-splunk-request-channel", "7a1f2c1e-51b0-4b7c-9d3e-1e5b0c0ffee1"),
    ];
    let collector = format!("http://{address}/services/collector");

    let taken = hub.post_to(&format!("{collector}/event"), &headers, r#"{"event":"one"}"#).await;
    let taken: serde_json::Value = serde_json::from_slice(taken.unwrap().body()).unwrap();
    hub.ask(&["reload"]);

    let question = serde_json::json!({"acks": [taken["ackId"]]}).to_string();
    let is_acknowledged = eventually(async || {
        let answer = hub.post_to(&format!("{collector}/ack"), &headers, &question).await.unwrap();
        answer.body().ends_with(b":true}}")
    });
    assert!(is_acknowledged.await, "{}", hub.log());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_desk_whose_journal_is_gone_is_refused_with_words() {
    let snow = Snow::start().await;
    let mut hub = Hub::start(&findings_to_snow(&snow.yaml()), &ENVIRONMENT).await;
    assert_eq!(send(&hub, "finding-1").await, 200);
    assert!(hub.settled(1).await, "{}", hub.log());
    hub.kill();
    fs::remove_dir_all(hub.path("data/journal")).unwrap();

    let refused = hub.run_refused();

    let words = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert_eq!(refused.status.code(), Some(1), "{words}");
    assert!(words.contains("journal") && words.contains("error: "), "{words}");
}

#[tokio::test(flavor = "multi_thread")]
async fn planted_secrets_appear_in_no_log_answer_or_metric() {
    let snow = Snow::start().await;
    snow.simulator.behave(|instance| instance.refuses_credentials = true);
    let hub = Hub::start(&findings_to_snow(&snow.yaml()), &ENVIRONMENT).await;
    assert_eq!(send(&hub, "finding-1").await, 200);
    let parked = async || hub.ask(&["integrations", "list"]).to_string().contains("parked\":\"");
    assert!(eventually(parked).await, "{}", hub.log());

    let mut outputs = vec![hub.log(), hub.ask(&["integrations", "list"]).to_string()];
    for path in
        ["/metrics", "/readyz", "/v1/integrations", "/v1/alerts", "/v1/deliveries", "/v1/ledger"]
    {
        let answer = hub.get(path, &[]).await.unwrap();
        outputs.push(String::from_utf8_lossy(answer.body()).into_owned());
    }

    for secret in [EDR_SECRET, ENVIRONMENT[1].1] {
        assert!(outputs.iter().all(|output| !output.contains(secret)));
    }
}
