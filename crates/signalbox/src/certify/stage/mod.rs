//! Where a case plays: a whole hub on a folder of its own, in a runtime that can be killed as a power
//! cut kills a process, under a clock that is moved.

mod document;
mod sink;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, bail};
use signalbox_api::{IntegrationView, Operations};
use signalbox_model::Clock;
use signalbox_model::time::Timestamp;
use signalbox_sdk::SystemRandom;
use signalbox_sdk::testkit::certification::{Place, Setup};
use signalbox_store::journal::{JournalOptions, Provision};
use tempfile::TempDir;
use tokio::runtime::{Builder, Runtime};

use super::Change;
use super::clock::MovableClock;
use super::log::CapturedLog;
use super::proof::{Proof, failed};
use crate::config::compile::{self, World};
use crate::config::{AccessLedger, Environment, SecretAccess};
use crate::hub::{Hub, InvalidConfiguration};

pub(super) use document::{FEED_PATH, SINK_FILE, SUBJECT, receiving, sending};

/// A hub under test.
pub(super) struct Stage {
    folder: TempDir,
    clock: Arc<MovableClock>,
    log: CapturedLog,
    secrets: Vec<(&'static str, String)>,
    change: Change,
    /// How many of the polled sources of the integration under test are there.
    sources_max: usize,
    /// Learns that the clock was moved.
    on_advance: Box<dyn Fn(Duration) + Send + Sync>,
    life: Option<Life>,
}

/// One life of the hub.
struct Life {
    hub: Arc<Hub>,
    runtime: Killable,
}

/// A runtime that ends where it stands when it is dropped, also where a case is given up.
struct Killable(Option<Runtime>);

impl Drop for Killable {
    fn drop(&mut self) {
        if let Some(runtime) = self.0.take() {
            runtime.shutdown_background();
        }
    }
}

/// The longest that anything is waited for: a hundred times what it takes.
const PATIENCE: Duration = Duration::from_secs(10);

/// How often it is looked whether something has come about.
const LOOK: Duration = Duration::from_millis(5);

impl Stage {
    /// Makes a stage on which nothing runs yet.
    pub(super) fn new(change: Change) -> anyhow::Result<Self> {
        Ok(Self {
            folder: tempfile::tempdir().context("make a temporary folder")?,
            clock: Arc::default(),
            log: CapturedLog::default(),
            secrets: Vec::new(),
            change,
            sources_max: usize::MAX,
            on_advance: Box::new(|_| {}),
            life: None,
        })
    }

    pub(super) fn clock(&self) -> Arc<dyn Clock> {
        Arc::clone(&self.clock) as Arc<dyn Clock>
    }

    pub(super) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Returns where the integration finds a vendor at `address`.
    pub(super) fn place(&self, address: std::net::SocketAddr) -> Place {
        Place { address, folder: self.folder.path().to_owned() }
    }

    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Leaves one polled source to the integration under test: each of them keeps its own pace.
    pub(super) fn poll_one_source(&mut self) {
        self.sources_max = 1;
    }

    /// Has a vendor's own clock go along.
    pub(super) fn when_advanced(&mut self, then: impl Fn(Duration) + Send + Sync + 'static) {
        self.on_advance = Box::new(then);
    }

    /// Starts the hub on a configuration.
    pub(super) async fn start(&mut self, setup: &Setup, document: &serde_json::Value) -> Proof<()> {
        self.secrets.clone_from(&setup.environment);
        let text = serde_json::to_string_pretty(document).context("write the configuration")?;
        let path = self.path("signalbox.yaml");
        std::fs::write(&path, text).with_context(|| format!("write `{}`", path.display()))?;
        self.life = Some(self.launch().await?);
        Ok(())
    }

    /// Ends the hub where it stands, and starts it again on what is on the disk.
    pub(super) async fn restart(&mut self) -> Proof<()> {
        self.kill();
        // The data folder is free once the last task of the old life is gone.
        let begun = tokio::time::Instant::now();
        loop {
            match self.launch().await {
                Ok(life) => {
                    self.life = Some(life);
                    return Ok(());
                }
                Err(error) if begun.elapsed() > PATIENCE => return Err(error.into()),
                Err(_) => tokio::time::sleep(LOOK).await,
            }
        }
    }

    pub(super) fn kill(&mut self) {
        if let Some(Life { hub, runtime }) = self.life.take() {
            drop(runtime);
            drop(hub);
        }
    }

    async fn launch(&self) -> anyhow::Result<Life> {
        let runtime = self.runtime()?;
        let (path, data) = (self.path("signalbox.yaml"), self.path("data"));
        let (change, sources_max, world) = (self.change, self.sources_max, self.world());
        let start = runtime.spawn(async move {
            let (compiled, diagnostics) = compile::load(&path, &world);
            let Some(mut compiled) = compiled else { bail!(InvalidConfiguration(diagnostics)) };
            for built in &mut compiled.integrations {
                if built.name.as_str() == SUBJECT {
                    built.roles = change(std::mem::take(&mut built.roles));
                    built.roles.sources.truncate(sources_max);
                }
            }
            Hub::start_compiled(&path, &data, (compiled, small()), world).await
        });
        let runtime = Killable(Some(runtime));
        Ok(Life { hub: start.await??, runtime })
    }

    /// Every thread of the hub logs to the stage.
    fn runtime(&self) -> anyhow::Result<Runtime> {
        let dispatch = self.log.dispatch();
        Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            // The thread is the hub's own, so the guard need not outlive its end.
            .on_thread_start(move || std::mem::forget(tracing::dispatcher::set_default(&dispatch)))
            .build()
            .context("start a runtime")
    }

    fn world(&self) -> World {
        let variables = self.secrets.iter().map(|(name, value)| (*name, value.as_str()));
        World {
            environment: Environment::of_variables(variables),
            ledger: Arc::new(NoLedger),
            clock: self.clock(),
            random: Arc::new(SystemRandom),
        }
    }

    pub(super) fn hub(&self) -> Proof<&Arc<Hub>> {
        match &self.life {
            Some(life) => Ok(&life.hub),
            None => failed("the hub does not run"),
        }
    }

    pub(super) fn operations(&self) -> Proof<Arc<dyn Operations>> {
        Ok(self.hub()?.operations())
    }

    /// Moves the clock, and has everybody look at it.
    pub(super) fn advance(&self, by: Duration) -> Proof<()> {
        self.clock.advance(by);
        (self.on_advance)(by);
        self.hub()?.wake_all();
        Ok(())
    }

    /// Waits until something is so; fails with what it then says.
    pub(super) async fn until(
        &self,
        mut is_so: impl AsyncFnMut() -> Proof<bool>,
        otherwise: impl FnOnce() -> String,
    ) -> Proof<()> {
        let begun = tokio::time::Instant::now();
        while begun.elapsed() < PATIENCE {
            if is_so().await? {
                return Ok(());
            }
            tokio::time::sleep(LOOK).await;
        }
        failed(otherwise())
    }

    /// Returns the integration under test as `integrations` shows it.
    pub(super) async fn integration(&self) -> Proof<IntegrationView> {
        let views = self.operations()?.integrations().await?;
        match views.into_iter().find(|view| view.name == SUBJECT) {
            Some(view) => Ok(view),
            None => failed("the hub does not show the integration"),
        }
    }

    /// Waits until the integration is in one of these states, and returns which.
    pub(super) async fn until_state(&self, states: &[&'static str]) -> Proof<&'static str> {
        let reached = async || Ok(states.contains(&self.integration().await?.gate.state));
        let otherwise = || format!("the integration is not {}", states.join(" or "));
        self.until(reached, otherwise).await?;
        Ok(self.integration().await?.gate.state)
    }

    /// Returns the values that nothing may show.
    pub(super) fn secrets(&self) -> &[(&'static str, String)] {
        &self.secrets
    }

    pub(super) fn log(&self) -> String {
        self.log.text()
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        self.kill();
    }
}

/// A journal whose files are made as they are needed, and as small as the largest case lets them be.
fn small() -> JournalOptions {
    JournalOptions {
        segment_bytes: SEGMENT_BYTES,
        starter_bytes: SEGMENT_BYTES,
        provision: Provision::OnDemand,
        ..JournalOptions::default()
    }
}

const SEGMENT_BYTES: u64 = 1 << 20;

/// A hub under test reads its secrets unwatched.
struct NoLedger;

impl AccessLedger for NoLedger {
    fn record(&self, _: SecretAccess<'_>) {}
}
