//! `test NAME --end-to-end` against simulated products, the ways on which it goes wrong included.

use serde_json::Value;
use signalbox_connectors::servicenow::{ServiceNowSimulator, SimulatedBehavior};
use signalbox_connectors::slack::SlackSimulator;
use signalbox_connectors::webhook::WebhookSimulator;
use signalbox_model::config::HumanDuration;
use signalbox_sdk::testkit::{Server, Simulator};

use crate::hub::{Hub, eventually};
use crate::products::{ENVIRONMENT, Snow, Splunk};

const SNOW: [&str; 3] = ["test", "snow", "--end-to-end"];

/// A configured hub that does not run, with a simulated ServiceNow that behaves so.
async fn with_snow(settle: &str, change: impl FnOnce(&mut SimulatedBehavior)) -> (Hub, Snow) {
    let snow = Snow::start().await;
    snow.simulator.behave(change);
    let yaml = snow.yaml().replace("settle: 1s", &format!("settle: {settle}"));
    (Hub::configured(&format!("integrations:\n{yaml}"), &ENVIRONMENT), snow)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_marked_ticket_is_created_found_seen_open_and_closed() {
    let (hub, snow) = with_snow("1s", |_| {}).await;

    let (code, answer) = hub.consult(&SNOW);

    let passed = ["create", "find", "read back", "close"].map(|name| (name, "passed"));
    assert_eq!((code, verdicts(&answer)), (0, passed.to_vec()), "{answer}");
    let [ticket] = &snow.simulator.tickets()[..] else { panic!("{answer}") };
    assert_eq!(
        (ticket.value("state"), ticket.value("short_description")),
        ("6", "[Signalbox test] Test of `snow`, please ignore")
    );
    assert!(ticket.value("description").starts_with("This is a test by Signalbox"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ticket_that_its_key_does_not_find_fails_and_is_closed_all_the_same() {
    let lags = |b: &mut SimulatedBehavior| b.lag_share = 1.0;
    let hides = |b: &mut SimulatedBehavior| {
        b.unreadable_columns = ["correlation_id".to_owned()].into();
    };
    for change in [lags as fn(&mut _), hides] {
        let (hub, snow) = with_snow("1s", change).await;

        let (code, answer) = hub.consult(&SNOW);

        let expected = [
            ("create", "passed"),
            ("find", "failed"),
            ("read back", "passed"),
            ("close", "passed"),
        ];
        assert_eq!((code, verdicts(&answer)), (1, expected.to_vec()), "{answer}");
        assert_eq!(snow.simulator.tickets()[0].value("state"), "6");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ticket_that_is_refused_ends_the_test_with_the_products_words() {
    let (hub, snow) = with_snow("1s", |b| b.refuses_credentials = true).await;

    let (code, answer) = hub.consult(&SNOW);

    assert_eq!((code, verdicts(&answer)), (1, vec![("create", "failed")]), "{answer}");
    assert!(answer["steps"][0]["detail"].as_str().unwrap().contains("User Not Authenticated"));
    assert_eq!(snow.simulator.tickets(), []);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ticket_that_somebody_else_closed_fails_and_is_left_alone() {
    let (hub, snow) = with_snow("50s", |b| b.lag_share = 1.0).await;

    let process = hub.consulting(&SNOW).spawn().unwrap();
    let is_created = eventually(async || !snow.simulator.tickets().is_empty()).await;
    let number = snow.simulator.tickets()[0].value("number").to_owned();
    snow.simulator.administrate(&number, &[("state", "7")]);
    snow.simulator.finish_indexing();
    let output = process.wait_with_output().unwrap();

    let answer: Value = serde_json::from_slice(&output.stdout).unwrap();
    let expected = vec![("create", "passed"), ("find", "passed"), ("read back", "failed")];
    assert_eq!((is_created, verdicts(&answer)), (true, expected), "{answer}");
    assert!(answer["steps"][2]["detail"].as_str().unwrap().contains("closed by somebody else"));
    assert_eq!(snow.simulator.tickets()[0].value("state"), "7");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_answer_is_followed_by_a_look_up() {
    let change = |b: &mut SimulatedBehavior| {
        b.late_share = 1.0;
        b.late_by = HumanDuration::from_seconds(1);
    };
    let (hub, snow) = with_snow("30s", change).await;

    let (code, answer) = hub.consult(&SNOW);

    let expected =
        [("create", "warning"), ("find", "passed"), ("read back", "passed"), ("close", "passed")];
    assert_eq!((code, verdicts(&answer)), (0, expected.to_vec()), "{answer}");
    assert_eq!(snow.simulator.tickets().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_that_the_product_drops_is_told_with_the_tickets_number() {
    let protects = |b: &mut SimulatedBehavior| b.unwritable_columns = ["state".to_owned()].into();
    let (hub, snow) = with_snow("1s", protects).await;

    let (code, answer) = hub.consult(&SNOW);

    assert_eq!((code, verdicts(&answer)[3]), (1, ("close", "failed")), "{answer}");
    let number = snow.simulator.tickets()[0].value("number").to_owned();
    assert!(answer["steps"][3]["fix"].as_str().unwrap().contains(&number), "{answer}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_is_brought_up_to_date_where_the_product_names_it() {
    rustls::crypto::aws_lc_rs::default_provider().install_default().ok();
    let simulator = SlackSimulator::default();
    let (hub, _server) = with(&simulator).await;

    let (code, answer) = hub.consult(&["test", "slack", "--end-to-end"]);

    let passed = ["send", "read back", "close"].map(|name| (name, "passed"));
    assert_eq!((code, verdicts(&answer)), (0, passed.to_vec()), "{answer}");
    let [card, reply] = &simulator.messages()[..] else { panic!("{answer}") };
    assert!(format!("{card:?}").contains("[Signalbox test]"));
    assert!(format!("{reply:?}").contains("The test by Signalbox is over"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_webhook_does_with_a_message_is_said_to_be_not_proven() {
    rustls::crypto::aws_lc_rs::default_provider().install_default().ok();
    let simulator = WebhookSimulator::default();
    let (hub, _server) = with(&simulator).await;
    let notified =
        "alert_rules:\n  severe: {when: severity >= high, notify: [{to: webhook-simulator}]}\n";
    let config = std::fs::read_to_string(hub.path("signalbox.yaml")).unwrap();
    hub.configure(&format!("{config}{notified}"));

    let (code, answer) = hub.consult(&["test", "webhook-simulator", "--end-to-end"]);

    let expected = vec![("send", "passed"), ("close", "passed"), ("read back", "warning")];
    assert_eq!((code, verdicts(&answer)), (0, expected), "{answer}");
    assert!(answer["steps"][2]["detail"].as_str().unwrap().starts_with("not proven: "));
    assert_eq!(simulator.deliveries().len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_destination_of_the_stream_gets_a_marked_event() {
    let splunk = Splunk::start().await;
    let config = format!("integrations:\n{}", splunk.yaml());
    let hub = Hub::configured(&config, &[Splunk::ENVIRONMENT]);

    let (code, answer) = hub.consult(&["test", "splunk", "--end-to-end"]);

    let expected = vec![("send", "passed"), ("read back", "warning")];
    assert_eq!((code, verdicts(&answer)), (0, expected), "{answer}");
    let [event] = &splunk.simulator.events()[..] else { panic!("{answer}") };
    assert!(format!("{event:?}").contains("This is a test by Signalbox"));
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_made_at_the_product_of_a_source() {
    let config = "integrations:\n  edr: {connector: splunk_hec, direction: receive, tokens: \
                  [{name: t, token: 'env:SNOW_PASSWORD'}]}\n";
    let hub = Hub::configured(config, &[("SNOW_PASSWORD", ServiceNowSimulator::PASSWORD)]);

    let output = hub.consulting(&["test", "edr", "--end-to-end"]).output().unwrap();

    let words = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(words.contains("`edr` is a source, so that nothing can be made"), "{words}");
    assert_eq!(output.status.code(), Some(1));
}

/// A configured hub that does not run, with one simulated product; the server ends when dropped.
async fn with(simulator: &dyn Simulator) -> (Hub, Server) {
    let server = Server::start(simulator.router(), 0).await.unwrap();
    let setup = simulator.configuration(server.address());
    let config = format!("integrations:\n{}", setup.yaml);
    let environment: Vec<(&str, &str)> =
        setup.environment.iter().map(|(name, value)| (*name, value.as_str())).collect();
    (Hub::configured(&config, &environment), server)
}

fn verdicts(answer: &Value) -> Vec<(&str, &str)> {
    let steps = answer["steps"].as_array().unwrap().iter();
    steps.filter_map(|step| Some((step["name"].as_str()?, step["verdict"].as_str()?))).collect()
}
