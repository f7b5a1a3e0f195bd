//! What an operator does with dead letters, through the program itself.

use axum::Router;
use http::StatusCode;
use serde_json::Value;
use signalbox_sdk::testkit::Server;

use crate::hub::{Hub, eventually};
use crate::products::{ENVIRONMENT, Snow, finding, findings_to_snow, signed, snow_yaml};

/// A hub whose one alert is a dead letter, for its product refuses whatever it is asked; and the letter.
pub(crate) async fn with_a_dead_letter() -> (Hub, Value) {
    let refusing = Router::new().fallback(async || (StatusCode::BAD_REQUEST, "{}"));
    let refusing = Server::start(refusing, 0).await.unwrap();
    let config = findings_to_snow(&snow_yaml(&refusing.address().to_string()));
    let hub = Hub::start(&config, &ENVIRONMENT).await;
    find(&hub).await;
    let is_dead = async || hub.ask(&["dlq", "list"])["items"][0]["id"].is_string();
    assert!(eventually(is_dead).await, "{}", hub.log());
    let letter = hub.ask(&["dlq", "list", "--integration", "snow"])["items"][0].clone();
    (hub, letter)
}

/// A finding comes in.
async fn find(hub: &Hub) {
    let body = finding("finding-1");
    let headers = signed("finding-1", &body);
    let headers: Vec<(&str, &str)> =
        headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
    assert_eq!(hub.post("/hooks/edr", &headers, &body).await.unwrap().status(), 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dead_resolution_is_shown_as_what_it_writes_to_its_ticket() {
    let snow = Snow::start().await;
    let hub = Hub::start(&findings_to_snow(&snow.yaml()), &ENVIRONMENT).await;
    find(&hub).await;
    assert!(hub.settled(1).await, "{}", hub.log());
    let refusing = Router::new().fallback(async || (StatusCode::BAD_REQUEST, "{}"));
    let refusing = Server::start(refusing, 0).await.unwrap();
    hub.configure(&findings_to_snow(&snow_yaml(&refusing.address().to_string())));
    hub.ask(&["reload"]);

    let alert = hub.ask(&["alerts", "list"])["items"][0]["id"].clone();
    hub.ask(&["alerts", "resolve", alert.as_str().unwrap()]);
    let is_dead = async || hub.ask(&["dlq", "list"])["items"][0]["id"].is_string();
    assert!(eventually(is_dead).await, "{}", hub.log());
    let letter = hub.ask(&["dlq", "list"])["items"][0].clone();
    let shown = hub.ask(&["dlq", "show", letter["id"].as_str().unwrap()]);
    let delivery = hub.ask(&["alerts", "show", alert.as_str().unwrap()])["deliveries"][0].clone();

    let sent = &shown["payload"];
    assert_eq!((&sent["title"], &sent["state"]), (&Value::Null, &"6".into()), "{shown}");
    assert!(sent["work_notes"].as_str().unwrap().starts_with("Resolved at"), "{shown}");
    let what = "brings ticket `INC0010001` up to date (`resolve 1`); this is written while it is open; \
                its state decides";
    assert_eq!(shown["note"], what);
    assert_eq!(delivery["ticket"], "INC0010001");
    assert!(delivery["ticket_url"].as_str().unwrap().contains("/nav_to.do"), "{delivery}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dead_ticket_is_edited_shown_as_the_request_it_will_be_and_sent() {
    let snow = Snow::start().await;
    let (hub, letter) = with_a_dead_letter().await;
    let id = letter["id"].as_str().unwrap();
    hub.configure(&findings_to_snow(&snow.yaml()));
    hub.ask(&["reload"]);

    let edited = hub.ask(&["dlq", "edit", id, "--set", "title=By hand"]);
    let previews = hub.ask(&["dlq", "replay", id, "--dry-run"]);
    let tickets_before = snow.simulator.tickets().len();
    let replayed = hub.ask(&["dlq", "replay", "--rule", "severe", "--rate", "5/s"]);

    assert!(hub.settled(1).await, "{}", hub.log());
    assert_eq!((letter["attempts"].as_u64(), letter["rule"].as_str()), (Some(1), Some("severe")));
    assert_eq!(edited["payload"]["title"], "By hand");
    let body: Value = serde_json::from_str(previews[0]["sends"]["body"].as_str().unwrap()).unwrap();
    assert_eq!(
        (&body["short_description"], &body["correlation_id"]),
        (&"By hand".into(), &id.into())
    );
    assert_eq!((tickets_before, replayed["done"].as_u64()), (0, Some(1)));
    assert_eq!(snow.simulator.tickets()[0].value("short_description"), "By hand");
    assert_eq!(hub.ask(&["dlq", "list"])["items"].as_array().map(Vec::len), Some(0));
}

#[tokio::test(flavor = "multi_thread")]
async fn dead_letters_of_a_deleted_integration_are_listed_not_sent_and_discarded() {
    let (mut hub, letter) = with_a_dead_letter().await;
    let id = letter["id"].as_str().unwrap();
    hub.kill();
    hub.configure("http: {listen: \"@HUB@\"}\n");
    hub.run().await;

    let kept = hub.ask(&["dlq", "show", id]);
    let refused = hub.ask_in_vain(&["dlq", "replay", id]);
    let discarded = hub.ask(&["dlq", "discard", id, "--reason", "the product is gone"]);

    assert_eq!((&kept["payload"], &kept["attempts"]), (&Value::Null, &1.into()));
    assert!(refused.contains("`snow` is not configured any more"), "{refused}");
    assert_eq!(discarded["done"], 1);
    let ledger = hub.ask(&["ledger", "--recount"]);
    let steps = &ledger["steps"][0];
    assert_eq!(
        (&ledger["balanced"], &steps["suppressed"], &steps["dead"]),
        (&true.into(), &1.into(), &0.into())
    );
}
