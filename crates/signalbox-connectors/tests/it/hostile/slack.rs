//! Slack: by its own rule a text is inert where `&`, `<` and `>` stand in it as entities only.

use serde_json::{Value, json};
use signalbox_connectors::slack::SlackSimulator;
use signalbox_sdk::role::{Item, inert_text};
use signalbox_sdk::testkit::hostile::{TEXTS, WORDS};

use super::{build, deliver, event, notifications, serve, stream_item};

#[tokio::test]
async fn nothing_in_a_message_is_a_mention_or_a_link_and_its_words_can_be_read() {
    let simulator = SlackSimulator::default();
    let (_server, address) = serve(&simulator).await;
    let webhook = format!("http://{address}{}", SlackSimulator::WEBHOOK_PATH);
    let variables = [("TOKEN", SlackSimulator::TOKEN), ("HOOK", webhook.as_str())];
    let bot = json!({
        "token": "env:TOKEN", "channel": SlackSimulator::CHANNEL, "mentions": true,
        "api_url": format!("http://{address}/api"),
    });
    for config in [bot, json!({ "webhook_url": "env:HOOK" })] {
        let slack = build("slack", config, &variables).destination.unwrap();
        for hostile in TEXTS {
            let given = event(hostile.text).to_string();
            deliver(&*slack, &stream_item(given.as_bytes(), "edr")).await;
            for told in notifications(&*slack, hostile.text) {
                deliver(&*slack, &Item::Notification(&told)).await;
            }
        }
    }

    let requests = simulator.requests();
    assert_eq!(requests.len(), 2 * 4 * TEXTS.len());
    for request in &requests {
        let text = request.body["text"].as_str().unwrap();
        assert_eq!(acting(text), None, "{text}");
        let read = markup(&request.body["blocks"]);
        assert!(read.iter().all(|text| acting(text).is_none()), "{read:?}");
        let shown = request.body.to_string();
        assert_eq!(inert_text(&shown), shown);
        assert!(shown.contains(WORDS), "{shown}");
    }
}

/// Every text in which Slack looks for markup.
fn markup(blocks: &Value) -> Vec<&str> {
    match blocks {
        Value::Array(items) => items.iter().flat_map(markup).collect(),
        Value::Object(object) if object.get("type") == Some(&json!("mrkdwn")) => {
            object["text"].as_str().into_iter().collect()
        }
        Value::Object(object) => object.values().flat_map(markup).collect(),
        _ => Vec::new(),
    }
}

/// Returns where something begins that Slack would act upon. A backtick opens code, in which the three
/// characters mean the same; a button is no text.
fn acting(text: &str) -> Option<&str> {
    let entities = ["&amp;", "&lt;", "&gt;"];
    let acts = |at: &usize| {
        let from = &text[*at..];
        from.starts_with(['<', '>']) || !entities.iter().any(|entity| from.starts_with(entity))
    };
    text.match_indices(['&', '<', '>']).map(|(at, _)| at).find(acts).map(|at| &text[at..])
}
