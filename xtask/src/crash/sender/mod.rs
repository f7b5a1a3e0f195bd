//! The senders of a run: each repeats what was not acknowledged until it is, and makes up for the time
//! in which the hub was dead.

mod collector;
mod plain;
mod post;
mod relp;
mod webhook;

use std::sync::Arc;
use std::time::Duration;

use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use tokio::task::JoinSet;
use tokio::time::{Interval, interval, timeout};

use super::books::Sent;
use super::stage::Stage;
use collector::CollectorSender;
use plain::PlainSender;
use post::Post;
use relp::RelpSender;
use webhook::FindingSender;

pub(super) use collector::send_history;

/// The running senders.
pub(super) struct Senders {
    sent: Arc<Sent>,
    tasks: JoinSet<()>,
}

impl Senders {
    /// Starts senders that have `events_per_second` acknowledged together; a few more are sent over
    /// plain TCP, which acknowledges nothing.
    pub(super) fn start(
        stage: &Stage,
        sent: &Arc<Sent>,
        events_per_second: u32,
        rng: &mut StdRng,
    ) -> anyhow::Result<Self> {
        let mut senders = Self { sent: Arc::clone(sent), tasks: JoinSet::new() };
        let findings = (events_per_second / 4).clamp(1, FINDINGS_PER_SECOND_MAX);
        let telemetry = events_per_second.saturating_sub(findings).max(2);
        senders.start_webhooks(stage, findings, rng)?;
        senders.start_collectors(stage, telemetry / 2)?;
        senders.start_relp(stage, telemetry.div_ceil(2));
        let plain = PlainSender { address: stage.tcp, sent: Arc::clone(sent) };
        senders.tasks.spawn(plain.run(period(1, PLAIN_PER_SECOND)));
        Ok(senders)
    }

    /// Makes nothing new, and waits until what was sent is acknowledged or `patience` is over.
    pub(super) async fn stop(mut self, patience: Duration) {
        self.sent.end();
        let join = async { while self.tasks.join_next().await.is_some() {} };
        // What is not acknowledged by then stays so, and the audit counts it.
        drop(timeout(patience, join).await);
    }

    fn start_webhooks(
        &mut self,
        stage: &Stage,
        per_second: u32,
        rng: &mut StdRng,
    ) -> anyhow::Result<()> {
        for _ in 0..FINDING_SENDERS {
            let url = format!("http://{}/hooks/findings", stage.hub);
            let post = Post::to(url, &self.sent)?;
            let sender = FindingSender { post, secret: stage.webhook_secret.clone() };
            let rng = StdRng::seed_from_u64(rng.random());
            self.tasks.spawn(sender.run(period(FINDING_SENDERS, per_second), rng));
        }
        Ok(())
    }

    fn start_collectors(&mut self, stage: &Stage, per_second: u32) -> anyhow::Result<()> {
        let batch = (per_second / BATCHES_PER_SECOND).max(1);
        for _ in 0..COLLECTOR_SENDERS {
            let sender = CollectorSender::new(stage.collector, &stage.collector_token, &self.sent)?;
            let period = period(COLLECTOR_SENDERS * batch, per_second);
            self.tasks.spawn(sender.run(u64::from(batch), period));
        }
        Ok(())
    }

    fn start_relp(&mut self, stage: &Stage, per_second: u32) {
        let batch = (per_second / BATCHES_PER_SECOND).max(1);
        for _ in 0..RELP_SENDERS {
            let sender = RelpSender::new(stage.relp, &self.sent, u64::from(batch));
            self.tasks.spawn(sender.run(period(RELP_SENDERS * batch, per_second)));
        }
    }
}

/// How often one of several senders makes something, so that together they make `per_second`.
fn period(share: u32, per_second: u32) -> Duration {
    Duration::from_secs(share.into()) / per_second.max(1)
}

/// Ticks that are late come all at once, so that the rate holds over the hub's deaths.
fn ticks(period: Duration) -> Interval {
    interval(period.max(Duration::from_millis(1)))
}

const FINDING_SENDERS: u32 = 24;
const COLLECTOR_SENDERS: u32 = 4;
const RELP_SENDERS: u32 = 2;

/// Findings that the senders make together, whatever the rate: every second one wants a ticket.
const FINDINGS_PER_SECOND_MAX: u32 = 110;

/// Lines over plain TCP, beyond what is acknowledged.
const PLAIN_PER_SECOND: u32 = 50;

const BATCHES_PER_SECOND: u32 = 20;

/// How soon a sender tries again; short, so that the hub is met while it recovers.
const REPEAT_AFTER: Duration = Duration::from_millis(25);
