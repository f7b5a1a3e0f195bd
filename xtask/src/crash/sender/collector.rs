//! Sends telemetry to the hub's collectors, in batches.

use std::net::SocketAddr;
use std::ops::Range;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue};
use tokio::task::JoinSet;

use super::post::Post;
use super::ticks;
use crate::crash::books::{Kind, Sent};
use crate::crash::sequence;
use crate::crash::stage::Stage;

/// A sensor that speaks HEC.
pub(super) struct CollectorSender {
    post: Post,
    authorization: HeaderValue,
}

impl CollectorSender {
    /// Prepares a sender to one of the hub's collectors.
    pub(super) fn new(
        collector: SocketAddr,
        token: &str,
        sent: &Arc<Sent>,
    ) -> anyhow::Result<Self> {
        let url = format!("http://{collector}/services/collector/event");
        let authorization = HeaderValue::try_from(format!("Splunk {token}"))?;
        Ok(Self { post: Post::to(url, sent)?, authorization })
    }

    /// Sends a batch at each tick until the run is over.
    pub(super) async fn run(self, batch: u64, period: Duration) {
        let mut ticks = ticks(period);
        while !self.post.sent.is_over() {
            ticks.tick().await;
            self.send(self.post.sent.draw(batch), Kind::Event).await;
        }
    }

    async fn send(&self, numbers: Range<u64>, kind: Kind) {
        let body: String = numbers.clone().map(envelope).collect();
        let headers = || {
            let header = (HeaderName::from_static("authorization"), self.authorization.clone());
            HeaderMap::from_iter([header])
        };
        self.post.deliver(Bytes::from(body), headers).await;
        self.post.sent.acknowledge(numbers, kind);
    }
}

/// Sends `count` events, as fast as the hub takes them, that wait for the stopped stream.
pub(crate) async fn send_history(
    stage: &Stage,
    sent: &Arc<Sent>,
    count: u64,
) -> anyhow::Result<()> {
    let mut tasks = JoinSet::new();
    for part in 0..HISTORY_SENDERS {
        let sender = CollectorSender::new(stage.history, &stage.collector_token, sent)?;
        let mut left = count / HISTORY_SENDERS + u64::from(part < count % HISTORY_SENDERS);
        tasks.spawn(async move {
            while left > 0 {
                let batch = left.min(HISTORY_BATCH);
                sender.send(sender.post.sent.draw(batch), Kind::History).await;
                left -= batch;
            }
        });
    }
    while let Some(ended) = tasks.join_next().await {
        ended.context("send what the stopped stream is to miss")?;
    }
    Ok(())
}

/// Written by hand, for a million of them are made.
fn envelope(number: u64) -> String {
    let text = sequence::text(number);
    format!(
        r#"{{"host":"sensor-1","sourcetype":"netflow","event":"{text} connection to port 443"}}"#
    )
}

const HISTORY_SENDERS: u64 = 4;
const HISTORY_BATCH: u64 = 1000;
