//! A canary through the program itself, to a simulated ServiceNow and a file.

use std::fs;

use crate::hub::{Hub, eventually};
use crate::products::{ENVIRONMENT, Snow, findings_to_snow};

#[tokio::test(flavor = "multi_thread")]
async fn a_canary_reaches_every_destination_of_its_rule_and_is_shown_as_one() {
    let snow = Snow::start().await;
    let mut hub = Hub::configured("", &ENVIRONMENT);
    let file = hub.path("watch.jsonl");
    let watch = format!("  watch: {{connector: file, path: {}, stream: false}}\n", file.display());
    let config = findings_to_snow(&format!("{}{watch}", snow.yaml()));
    let config = config.replace("[{to: snow}]", "[{to: snow}, {to: watch}]");
    hub.configure(&format!("{config}canary: {{every: 1h}}\nhealth: {{notify: [snow, watch]}}\n"));
    hub.run().await;

    let of = |name: &str| hub.ask(&["integrations", "show", name])["canary"]["severe"].clone();
    let is_ok = async || of("snow")["state"] == "ok" && of("watch")["state"] == "ok";
    assert!(eventually(is_ok).await, "{} {}", of("snow"), hub.log());

    let tickets = snow.simulator.tickets();
    assert_eq!(tickets.len(), 1);
    assert_eq!(
        (&of("snow")["proof"], &of("watch")["proof"]),
        (&"read_back".into(), &"acknowledged".into())
    );
    let told = fs::read_to_string(&file).unwrap();
    assert_eq!(told.matches("\"title\":\"[Signalbox canary]").count(), told.lines().count() * 2);
    assert!(hub.ask(&["alerts", "list"])["items"].as_array().unwrap().is_empty());
    assert_eq!(hub.ask(&["alerts", "list", "--canaries"])["items"][0]["status"], "resolved");
    let gauge = "signalbox_canary_ok{integration=\"snow\",rule=\"severe\"}";
    assert_eq!(hub.metric(gauge).await, 1);
    assert!(hub.settled(4).await, "{}", hub.ask(&["ledger", "--recount"]));
    hub.stop().await;
    hub.run().await;
    assert_eq!(hub.ask(&["integrations", "show", "snow"])["canary"]["severe"]["state"], "ok");
    assert_eq!(snow.simulator.tickets().len(), 1);
}
