//! Sends findings by signed webhook, each one of its own.

use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue};
use rand::Rng;
use rand::rngs::StdRng;
use serde_json::json;
use signalbox_model::secret::Secret;
use signalbox_model::{Clock, SystemClock};
use signalbox_sdk::auth::SignatureForm;

use super::post::Post;
use super::ticks;
use crate::crash::books::Kind;
use crate::crash::sequence;

/// A product that finds things, every second of which wants a ticket.
pub(super) struct FindingSender {
    pub(super) post: Post,
    pub(super) secret: Secret,
}

impl FindingSender {
    /// Sends until the run is over.
    pub(super) async fn run(self, period: Duration, mut rng: StdRng) {
        let mut ticks = ticks(period);
        while !self.post.sent.is_over() {
            ticks.tick().await;
            let kind = if rng.random() { Kind::Severe } else { Kind::Event };
            let numbers = self.post.sent.draw(1);
            let id = sequence::text(numbers.start);
            let severity = if kind == Kind::Severe { "critical" } else { "low" };
            let title = format!("Beacon {id} to a known command server");
            let host = format!("web-{}", numbers.start % 50);
            let body = json!({"id": id, "title": title, "severity": severity, "host": host});
            let body = Bytes::from(body.to_string());
            self.post.deliver(body.clone(), || self.sign(&id, &body)).await;
            self.post.sent.acknowledge(numbers, kind);
        }
    }

    fn sign(&self, id: &str, body: &[u8]) -> HeaderMap {
        let keys = std::slice::from_ref(&self.secret);
        let signed = SignatureForm::StandardWebhooks.sign(id, body, keys, SystemClock.now());
        let pairs = signed.unwrap_or_default().into_iter();
        pairs
            .filter_map(|(name, value)| {
                Some((HeaderName::from_static(name), HeaderValue::try_from(value).ok()?))
            })
            .collect()
    }
}
