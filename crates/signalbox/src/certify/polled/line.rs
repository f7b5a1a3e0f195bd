//! A vendor, a hub that asks it, and a file behind the hub.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use signalbox_model::Clock;
use signalbox_sdk::Connector;
use signalbox_sdk::testkit::Server;
use signalbox_sdk::testkit::certification::{Plan, Polled, Trouble};

use super::super::proof::{Proof, ensure, failed, planned};
use super::super::stage::{SINK_FILE, Stage, sending};
use super::super::{Case, Change};

/// The stage of a polled source's cases.
pub(super) struct Line {
    pub(super) stage: Stage,
    pub(super) vendor: Arc<dyn Polled>,
    server: Server,
}

/// Longer than any source rests between two questions in these configurations, and than a probe waits.
const INTERVAL: Duration = Duration::from_secs(70);

impl Line {
    pub(super) async fn start(
        connector: &Connector,
        open: fn(Arc<dyn Clock>) -> Arc<dyn Polled>,
        case: Case,
        change: Change,
    ) -> Proof<Self> {
        let mut stage = Stage::new(change)?;
        if matches!(case, Case::RateLimit | Case::Restart) {
            stage.poll_one_source();
        }
        let vendor = open(stage.clock());
        let Some(router) = vendor.router() else {
            return failed("a polled vendor is served over HTTP");
        };
        let server = Server::start(router, 0).await.context("serve the vendor")?;
        let setup = vendor.setup(&stage.place(server.address()));
        let clocked = Arc::clone(&vendor);
        stage.when_advanced(move |by| clocked.advance(by));
        let document = sending(connector.name, &setup, &stage.path(SINK_FILE));
        stage.start(&setup, &document).await?;
        Ok(Self { stage, vendor, server })
    }

    /// Has the vendor show a trouble from the next request on.
    pub(super) fn plant(&self, trouble: &Trouble) -> Proof<()> {
        match planned(self.vendor.plan(trouble))? {
            Plan::Once(fault) => self.server.faults().plant(fault),
            Plan::Always(fault) => self.server.faults().set_always(Some(fault)),
            _ => {}
        }
        Ok(())
    }

    pub(super) fn mend(&self) {
        self.server.faults().set_always(None);
        self.vendor.mend();
    }

    /// Has the vendor hold a finding, and the hub ask.
    pub(super) async fn arrives(&self, id: &str, text: &str) -> Proof<()> {
        self.vendor.offer(id, text);
        self.asks().await?;
        self.arrived_once(id).await
    }

    /// Lets time pass until the hub has asked the vendor.
    pub(super) async fn asks(&self) -> Proof<()> {
        let before = self.requests();
        self.stage.advance(INTERVAL)?;
        let has_asked = async || Ok(self.requests() > before);
        self.stage.until(has_asked, || "the vendor is not asked".to_owned()).await
    }

    /// Waits until a finding has arrived, asking again now and then, and proves that it did so once.
    pub(super) async fn arrived_once(&self, id: &str) -> Proof<()> {
        for _ in 0..ASKED_MAX {
            let begun = tokio::time::Instant::now();
            while begun.elapsed() < MOMENT {
                if self.stage.arrived(id)? > 0 {
                    return self.counts(id);
                }
                tokio::time::sleep(LOOK).await;
            }
            self.stage.advance(INTERVAL)?;
        }
        failed(format!("finding `{id}` does not arrive"))
    }

    /// Proves that a finding has arrived once so far.
    pub(super) fn counts(&self, id: &str) -> Proof<()> {
        let count = self.stage.arrived(id)?;
        ensure(count == 1, || format!("finding `{id}` has arrived {count} times"))
    }

    pub(super) fn requests(&self) -> u64 {
        self.server.faults().requests()
    }
}

/// How often the vendor is asked for a finding at most.
const ASKED_MAX: usize = 12;

/// How long a finding has until the vendor is asked again.
const MOMENT: Duration = Duration::from_millis(800);

/// How often it is looked whether it is there.
const LOOK: Duration = Duration::from_millis(10);
