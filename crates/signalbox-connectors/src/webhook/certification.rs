//! What a certification has to know of webhooks: a receiver that checks signatures, and a sender that
//! signs.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use serde_json::json;
use signalbox_model::Clock;
use signalbox_model::secret::Secret;
use signalbox_model::time::Timestamp;
use signalbox_sdk::auth::SignatureForm;
use signalbox_sdk::testkit::Simulator;
use signalbox_sdk::testkit::certification::{
    Certification, Held, HttpMessage, Message, Place, Plan, Receiver, Sender, Sent, Setup, Trouble,
    Vendor,
};

use super::WebhookSimulator;

pub(super) const CERTIFICATION: &[Certification] = &[
    Certification::Destination(|clock| Arc::new(Hook::new(clock))),
    Certification::Sender(|| Arc::new(Signer)),
];

struct Hook {
    simulator: WebhookSimulator,
}

impl Hook {
    fn new(clock: Arc<dyn Clock>) -> Self {
        Self { simulator: WebhookSimulator::new(clock) }
    }
}

impl Vendor for Hook {
    fn router(&self) -> Option<Router> {
        Some(self.simulator.router())
    }

    fn setup(&self, place: &Place) -> Setup {
        let config = json!({
            "direction": "send",
            "url": format!("http://{}/hook", place.address),
            "signature": { "form": "standard_webhooks", "secrets": ["env:HOOK_SECRET"] },
            "bearer": "env:HOOK_TOKEN",
            "timeout": "300ms",
        });
        let environment = vec![
            ("HOOK_SECRET", WebhookSimulator::SECRET.to_owned()),
            ("HOOK_TOKEN", WebhookSimulator::TOKEN.to_owned()),
        ];
        Setup { config, environment }
    }

    fn plan(&self, trouble: &Trouble) -> Plan {
        match trouble {
            Trouble::ErrorInside => Plan::NotApplicable(
                "every 2xx is the receiver's yes; Standard Webhooks gives its body no meaning",
            ),
            Trouble::Expired => Plan::NotApplicable(
                "nothing is granted that could expire: every attempt is signed anew",
            ),
            Trouble::Unauthorized(403) => Plan::NotApplicable(
                "many receivers answer `HEAD` so, and nothing else can be asked of them; it is taken to be \
                 about the item, which is kept as a dead letter, and ten in a row park",
            ),
            other => other.over_http(),
        }
    }
}

impl Receiver for Hook {
    fn held(&self) -> Vec<Held> {
        let of = |delivery: &super::Delivery| {
            let part = |name: &str| delivery.body["data"]["rendered"][name].as_str();
            let text = [part("title"), part("body")].map(Option::unwrap_or_default).join("\n");
            let held = Held { key: delivery.id.clone(), text };
            std::iter::repeat_n(held, usize::try_from(delivery.seen_count).unwrap_or(usize::MAX))
        };
        self.simulator.deliveries().iter().flat_map(of).collect()
    }
}

/// Sends what Alertmanager sends, signed by Standard Webhooks.
struct Signer;

impl Signer {
    fn signed(id: &str, body: String, at: Timestamp) -> Result<Vec<u8>, &'static str> {
        let keys = [Secret::new(WebhookSimulator::SECRET)];
        let signed = SignatureForm::StandardWebhooks.sign(id, body.as_bytes(), &keys, at);
        let headers = signed.map_err(|_| "the body cannot be signed")?;
        Ok(HttpMessage { path: PATH, headers, body }.bytes())
    }
}

impl Sender for Signer {
    fn setup(&self, _: &Place) -> Setup {
        let config = json!({
            "direction": "receive",
            "path": PATH,
            "auth": { "signature": { "form": "standard_webhooks", "secrets": ["env:HOOK_SECRET"] } },
            "body_max": BODY_MAX,
            "mapping": "alertmanager",
        });
        let environment = vec![("HOOK_SECRET", WebhookSimulator::SECRET.to_owned())];
        Setup { config, environment }
    }

    fn bytes(&self, message: &Message<'_>, now: Timestamp) -> Result<Vec<u8>, &'static str> {
        match *message {
            Message::Event(id, text) => Self::signed(id, alert(id, text), now),
            Message::Stranger(id) => {
                let headers = vec![("webhook-id", id.to_owned())];
                Ok(HttpMessage { path: PATH, headers, body: alert(id, "") }.bytes())
            }
            Message::Expired(id) => {
                let hour = Duration::from_secs(3600).as_millis();
                let before = now.as_millis() - i64::try_from(hour).unwrap_or_default();
                Self::signed(id, alert(id, ""), Timestamp::from_millis(before))
            }
            Message::Invalid => Self::signed("invalid", "{\"alerts\": 7".to_owned(), now),
            Message::Large(id) => Self::signed(id, alert(id, &"x".repeat(LARGE)), now),
        }
    }

    fn read(&self, answer: &[u8]) -> Option<Sent> {
        HttpMessage::read(answer)
    }
}

fn alert(id: &str, text: &str) -> String {
    let alert = json!({
        "status": "firing",
        "labels": { "alertname": id, "severity": "critical", "instance": "host-1" },
        "annotations": { "summary": text },
        "startsAt": "2026-03-01T12:00:00Z",
        "endsAt": "0001-01-01T00:00:00Z",
        "fingerprint": id,
    });
    json!({ "version": "4", "receiver": "hub", "alerts": [alert] }).to_string()
}

const PATH: &str = "/hooks/certified";
const BODY_MAX: &str = "64KiB";
const LARGE: usize = 128 << 10;
