//! What a certification has to know of HEC: a collector that takes events, and a client that sends them.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use axum::Router;
use serde_json::json;
use signalbox_model::time::Timestamp;
use signalbox_sdk::testkit::certification::{
    Certification, Held, HttpMessage, Message, Place, Plan, Receiver, Sender, Sent, Setup, Trouble,
    Vendor,
};
use signalbox_sdk::testkit::{Fault, Simulator};

use super::HecSimulator;

pub(super) const CERTIFICATION: &[Certification] = &[
    Certification::Destination(|_| Arc::new(Splunk::default())),
    Certification::Sender(|| Arc::new(Client)),
];

#[derive(Default)]
struct Splunk {
    simulator: HecSimulator,
}

impl Vendor for Splunk {
    fn router(&self) -> Option<Router> {
        Some(self.simulator.router())
    }

    fn setup(&self, place: &Place) -> Setup {
        let config = json!({
            "direction": "send",
            "url": format!("http://{}", place.address),
            "token": "env:HEC_TOKEN",
            "timeout": "300ms",
        });
        Setup { config, environment: vec![("HEC_TOKEN", HecSimulator::TOKEN.to_owned())] }
    }

    fn plan(&self, trouble: &Trouble) -> Plan {
        match trouble {
            Trouble::ErrorInside => {
                Plan::Once(Fault::status(200, r#"{"text":"Server is busy","code":9}"#))
            }
            Trouble::Rejected => {
                Plan::Once(Fault::status(400, r#"{"text":"Invalid data format","code":6}"#))
            }
            Trouble::Expired => Plan::NotApplicable(
                "a HEC token has no end; one that was withdrawn is `authentication failure`",
            ),
            other => other.over_http(),
        }
    }
}

impl Receiver for Splunk {
    fn held(&self) -> Vec<Held> {
        let events = self.simulator.events().into_iter();
        let of = |event: super::IndexedEvent| {
            let part = |name: &str| event.event[name].as_str().unwrap_or_default().to_owned();
            let text = format!("{}\n{}", part("title"), part("description"));
            Held { key: part("delivery_key"), text }
        };
        events.map(of).collect()
    }
}

/// Sends OCSF events in envelopes.
struct Client;

impl Sender for Client {
    fn setup(&self, _: &Place) -> Setup {
        let config = json!({
            "direction": "receive",
            "listen": { "address": LISTEN },
            "tokens": [{ "name": "certified", "token": "env:HEC_TOKEN" }],
            "body_max": "64KiB",
        });
        Setup { config, environment: vec![("HEC_TOKEN", HecSimulator::TOKEN.to_owned())] }
    }

    fn listens_at(&self) -> Option<SocketAddr> {
        Some(LISTEN)
    }

    fn bytes(&self, message: &Message<'_>, _: Timestamp) -> Result<Vec<u8>, &'static str> {
        let (token, body) = match *message {
            Message::Event(id, text) => (HecSimulator::TOKEN, envelope(id, text)),
            Message::Stranger(id) => ("another-token", envelope(id, "")),
            Message::Expired(_) => return Err("a HEC token says nothing of a time"),
            Message::Invalid => (HecSimulator::TOKEN, "{\"event\": ".to_owned()),
            Message::Large(id) => (HecSimulator::TOKEN, envelope(id, &"x".repeat(128 << 10))),
        };
        let headers = vec![("authorization", format!("Splunk {token}"))];
        Ok(HttpMessage { path: "/services/collector/event", headers, body }.bytes())
    }

    fn read(&self, answer: &[u8]) -> Option<Sent> {
        HttpMessage::read(answer)
    }
}

fn envelope(id: &str, text: &str) -> String {
    let event = json!({
        "class_uid": 2004,
        "activity_id": 1,
        "severity_id": 4,
        "time": 1_772_366_400_000_i64,
        "message": text,
        "metadata": { "uid": id, "version": "1.6.0", "product": { "name": "Sensor" } },
        "finding_info": { "uid": id, "title": id },
    });
    json!({ "host": "sensor-1", "event": event }).to_string()
}

/// A port from the kernel.
const LISTEN: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::LOCALHOST), 0);
