//! What waits for a disabled integration, through the program itself.

use crate::hub::{Hub, eventually};
use crate::products::{ENVIRONMENT, Snow, finding, findings_to_snow, signed};

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
