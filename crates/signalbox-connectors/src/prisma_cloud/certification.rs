//! What a certification has to know of Prisma Cloud: a tenant that is asked, and one that posts.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use serde_json::json;
use signalbox_model::Clock;
use signalbox_model::time::Timestamp;
use signalbox_sdk::testkit::certification::{
    Certification, HttpMessage, Message, Place, Plan, Polled, Sender, Sent, Setup, Trouble, Vendor,
};
use signalbox_sdk::testkit::{Fault, Simulator};

use super::{PrismaCloudSimulator, SimulatedAlert};

pub(super) const CERTIFICATION: &[Certification] = &[
    Certification::Polled(|clock| Arc::new(Tenant::new(clock))),
    Certification::Sender(|| Arc::new(Poster)),
];

struct Tenant {
    simulator: PrismaCloudSimulator,
    clock: Arc<dyn Clock>,
}

impl Tenant {
    fn new(clock: Arc<dyn Clock>) -> Self {
        let simulator = PrismaCloudSimulator::default();
        simulator.behave(|behavior| behavior.limits_rate = false);
        Self { simulator, clock }
    }
}

impl Vendor for Tenant {
    fn router(&self) -> Option<Router> {
        Some(self.simulator.router())
    }

    fn setup(&self, place: &Place) -> Setup {
        let config = json!({
            "url": format!("http://{}", place.address),
            "access_key": "env:PRISMA_ACCESS_KEY",
            "secret_key": "env:PRISMA_SECRET_KEY",
            "alerts": { "page_size": 2 },
            "timeout": "1s",
            "answer_max": "1MiB",
        });
        let environment = vec![
            ("PRISMA_ACCESS_KEY", PrismaCloudSimulator::ACCESS_KEY.to_owned()),
            ("PRISMA_SECRET_KEY", PrismaCloudSimulator::SECRET_KEY.to_owned()),
        ];
        Setup { config, environment }
    }

    fn plan(&self, trouble: &Trouble) -> Plan {
        match trouble {
            Trouble::ErrorInside => Plan::Once(Fault::Answer {
                status: 200,
                headers: vec![("content-type", "text/html".to_owned())],
                body: "<html><body>Sign in</body></html>".to_owned(),
            }),
            Trouble::Expired => {
                self.simulator.revoke_tokens();
                Plan::Arranged
            }
            other => other.over_http(),
        }
    }

    fn advance(&self, by: Duration) {
        self.simulator.advance(by);
    }
}

impl Polled for Tenant {
    fn offer(&self, id: &str, text: &str) {
        let known = self.simulator.alerts().into_iter().find(|alert| alert.id == id);
        let opened = known.map_or(self.clock.now(), |alert| alert.opened);
        let mut alert = SimulatedAlert::new(id, opened);
        text.clone_into(&mut alert.resource);
        self.simulator.add_alert(alert);
    }
}

/// Posts alerts as the tenant's webhook does.
struct Poster;

impl Sender for Poster {
    fn setup(&self, _: &Place) -> Setup {
        let webhook = json!({ "path": PATH, "secrets": ["env:PRISMA_TOKEN"], "body_max": "64KiB" });
        let token = PrismaCloudSimulator::WEBHOOK_TOKEN.to_owned();
        Setup { config: json!({ "webhook": webhook }), environment: vec![("PRISMA_TOKEN", token)] }
    }

    fn bytes(&self, message: &Message<'_>, _: Timestamp) -> Result<Vec<u8>, &'static str> {
        let (token, body) = match *message {
            Message::Event(id, text) => (PrismaCloudSimulator::WEBHOOK_TOKEN, pushed(id, text)),
            Message::Stranger(id) => ("another-token", pushed(id, "bucket")),
            Message::Expired(_) => {
                return Err("the product sends a fixed header, which says nothing of a time");
            }
            Message::Invalid => (PrismaCloudSimulator::WEBHOOK_TOKEN, "{\"alertId\":".to_owned()),
            Message::Large(id) => {
                (PrismaCloudSimulator::WEBHOOK_TOKEN, pushed(id, &"x".repeat(128 << 10)))
            }
        };
        let headers = vec![("x-signalbox-token", token.to_owned())];
        Ok(HttpMessage { path: PATH, headers, body }.bytes())
    }

    fn read(&self, answer: &[u8]) -> Option<Sent> {
        HttpMessage::read(answer)
    }
}

fn pushed(id: &str, text: &str) -> String {
    let mut alert = SimulatedAlert::new(id, Timestamp::from_millis(1_772_366_400_000));
    text.clone_into(&mut alert.resource);
    alert.pushed().to_string()
}

const PATH: &str = "/hooks/certified";
