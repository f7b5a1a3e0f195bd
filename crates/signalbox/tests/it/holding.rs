//! What waits for a disabled integration, through the program itself.

use crate::hub::{Hub, eventually, free_address};
use crate::products::{ENVIRONMENT, Snow, Splunk, finding, findings_to_snow, signed};

async fn send(hub: &Hub, id: &str) -> u16 {
    let body = finding(id);
    let headers = signed(id, &body);
    let headers: Vec<(&str, &str)> =
        headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
    hub.post("/hooks/edr", &headers, &body).await.unwrap().status().as_u16()
}

#[tokio::test(flavor = "multi_thread")]
async fn enabling_asks_what_becomes_of_what_waits_and_skipping_it_balances() {
    let snow = Snow::start().await;
    let hub = Hub::start(&findings_to_snow(&snow.yaml()), &ENVIRONMENT).await;
    hub.ask(&["integrations", "disable", "snow"]);
    assert_eq!(send(&hub, "finding-1").await, 200);
    let waits = async || {
        let rows = hub.ask(&["integrations", "list"]);
        rows.as_array().unwrap().iter().any(|row| row["name"] == "snow" && row["pending"] == 1)
    };
    assert!(eventually(waits).await, "{}", hub.log());

    let asked = hub.ask_in_vain(&["integrations", "enable", "snow"]);
    let still = hub.ask(&["integrations", "list"]).to_string();
    hub.ask(&["integrations", "enable", "snow", "--skip"]);
    assert_eq!(send(&hub, "finding-2").await, 200);

    assert!(hub.settled(1).await, "{}", hub.log());
    assert!(asked.contains("`--drain`") && asked.contains("`--skip`"), "{asked}");
    assert!(still.contains("disabled"), "{still}");
    assert_eq!(snow.simulator.tickets().len(), 1);
    assert_eq!(hub.ask(&["ledger"])["steps"][0]["suppressed"], 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_that_holds_too_much_makes_one_dead_letter_of_it_that_is_replayed_whole() {
    let (splunk, collector) = (Splunk::start().await, free_address());
    let config = format!(
        "http: {{listen: '@HUB@'}}\nintegrations:\n  collector:\n    connector: splunk_hec\n    direction: receive\n    \
         listen: {{address: '{collector}'}}\n    tokens: [{{name: test, token: 'env:HEC_TOKEN'}}]\n{}    \
         hold: {{size: 1MiB}}\n\
         routes:\n  \
         - {{name: said-by-the-hub, when: \"integration = 'signalbox'\", to: [splunk], drop: true}}\n  \
         - {{name: everything-else}}\n",
        splunk.yaml()
    );
    let hub = Hub::start(&config, &[("HEC_TOKEN", "token"), Splunk::ENVIRONMENT]).await;
    let log = async |number: u64| {
        let url = format!("http://{collector}/services/collector/event");
        let event = serde_json::json!({"event": format!("line {number}")}).to_string();
        let answer = hub.post_to(&url, &[("authorization", "Splunk token")], &event).await;
        assert_eq!(answer.map(|answer| answer.status().as_u16()), Some(200), "{}", hub.log());
    };
    hub.ask(&["integrations", "disable", "splunk"]);

    // A request is a chunk of 4 KiB in the journal.
    for number in 0..HELD {
        log(number).await;
    }
    let letters = || hub.ask(&["dlq", "list"])["items"].clone();
    assert!(eventually(async || letters()[0]["kind"] == "range").await, "{}", hub.log());
    let waited = letters();
    let ledger = hub.ask(&["ledger", "--recount"]);
    hub.ask(&["integrations", "enable", "splunk", "--drain"]);
    log(HELD).await;
    hub.ask(&["dlq", "replay", waited[0]["id"].as_str().unwrap()]);

    assert_eq!((waited.as_array().map(Vec::len), &ledger["balanced"]), (Some(1), &true.into()));
    assert!(hub.settled(HELD + 1).await, "{}", hub.log());
    let indexed = splunk.simulator.summary();
    assert_eq!((indexed.distinct, indexed.duplicates), (HELD + 1, 0));
    // The range is listed until its end is written down.
    assert!(eventually(async || letters().as_array().map(Vec::len) == Some(0)).await);
}

/// More than a mebibyte of chunks.
const HELD: u64 = 260;
