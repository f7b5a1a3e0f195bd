//! What a certification has to know of Slack: a workspace, whose refusals come inside a 200.

use std::sync::Arc;

use axum::Router;
use serde_json::{Value, json};
use signalbox_model::Clock;
use signalbox_sdk::testkit::certification::{
    Certification, Held, Place, Plan, Receiver, Setup, Trouble, Vendor,
};
use signalbox_sdk::testkit::hostile::Reader;
use signalbox_sdk::testkit::{Fault, Simulator};

use super::{SimulatedMessage, SlackSimulator};

pub(super) const CERTIFICATION: &[Certification] =
    &[Certification::Destination(|clock| Arc::new(Workspace::new(clock)))];

struct Workspace {
    simulator: SlackSimulator,
}

impl Workspace {
    fn new(clock: Arc<dyn Clock>) -> Self {
        Self { simulator: SlackSimulator::new(clock) }
    }
}

impl Vendor for Workspace {
    fn router(&self) -> Option<Router> {
        Some(self.simulator.router())
    }

    fn setup(&self, place: &Place) -> Setup {
        let config = json!({
            "token": "env:SLACK_TOKEN",
            "channel": SlackSimulator::CHANNEL,
            "api_url": format!("http://{}/api", place.address),
            "timeout": "300ms",
        });
        Setup { config, environment: vec![("SLACK_TOKEN", SlackSimulator::TOKEN.to_owned())] }
    }

    fn plan(&self, trouble: &Trouble) -> Plan {
        match trouble {
            Trouble::ErrorInside => Plan::Once(says("service_unavailable")),
            Trouble::Rejected => Plan::Once(says("message_limit_of_the_plan")),
            Trouble::Expired => Plan::NotApplicable(
                "a bot token is granted for good; one that was revoked is `authentication failure`",
            ),
            other => other.over_http(),
        }
    }
}

impl Receiver for Workspace {
    fn held(&self) -> Vec<Held> {
        self.simulator.messages().into_iter().map(held).collect()
    }

    fn readers(&self) -> &'static [Reader] {
        &[Reader::Screen, Reader::Chat]
    }
}

fn held(message: SimulatedMessage) -> Held {
    let mut text = message.text;
    add_markup(&message.blocks, &mut text);
    Held { key: message.delivery_id.unwrap_or_default(), text }
}

/// Appends the texts in which Slack looks for markup and mentions; plain text has none.
fn add_markup(blocks: &Value, text: &mut String) {
    match blocks {
        Value::Object(object) if object.get("type").is_some_and(|kind| kind == "mrkdwn") => {
            text.push('\n');
            text.push_str(object.get("text").and_then(Value::as_str).unwrap_or_default());
        }
        Value::Object(object) => object.values().for_each(|value| add_markup(value, text)),
        Value::Array(values) => values.iter().for_each(|value| add_markup(value, text)),
        _ => {}
    }
}

fn says(word: &str) -> Fault {
    Fault::status(200, &json!({ "ok": false, "error": word }).to_string())
}
