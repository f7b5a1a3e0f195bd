//! What the cases share: the hub and the yardstick as processes, lines, sinks, and the report.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::Context as _;
use rand::SeedableRng;
use rand::rngs::StdRng;
use serde_json::Value;
use signalbox_connectors::servicenow::ServiceNowSimulator;
use tokio::time::sleep;

use super::process::cpu_seconds;
use super::report::Report;
use super::sender::{Door, HEC_TOKEN, Sender};
use super::settings::Settings;
use super::sink::Sink;
use crate::harness::{Hub, Setting, free_address};

/// The stand that everything is measured on.
pub(super) struct Stand {
    pub(super) program: PathBuf,
    pub(super) folder: PathBuf,
    pub(super) is_quick: bool,
    pub(super) report: Report,
    pub(super) sender: Sender,
    rng: StdRng,
}

/// A hub at work.
pub(super) struct Running {
    pub(super) hub: Hub,
    /// Where it takes lines, if it was told to.
    pub(super) lines: SocketAddr,
    pub(super) listen: SocketAddr,
    pub(super) data: PathBuf,
    /// From the start of the process to readiness.
    pub(super) ready: Duration,
}

/// The yardstick at work.
pub(super) struct Yardstick {
    process: Child,
    pub(super) address: SocketAddr,
}

/// A process that is measured, and where it sends what it takes.
pub(super) struct Contender<'sinks> {
    pub(super) id: u32,
    pub(super) door: Door,
    pub(super) sinks: Vec<&'sinks Sink>,
}

/// What a pass over some events took.
#[derive(Clone, Copy, Default)]
pub(super) struct Pass {
    /// Processor seconds for a million events.
    pub(super) cost: f64,
    /// Events a second, from the first sent to the last seen.
    pub(super) rate: f64,
}

impl Stand {
    /// Prepares the stand; nothing is started.
    pub(super) fn new(program: PathBuf, folder: PathBuf, is_quick: bool) -> Self {
        Self {
            program,
            folder,
            is_quick,
            report: Report::default(),
            sender: Sender::new(),
            rng: StdRng::from_os_rng(),
        }
    }

    /// How often a measurement is repeated.
    pub(super) fn rounds(&self) -> usize {
        if self.is_quick { 3 } else { 5 }
    }

    /// One number for a whole run, another for a quick one.
    pub(super) fn scale<T>(&self, whole: T, quick: T) -> T {
        if self.is_quick { quick } else { whole }
    }

    /// Makes a sink for numbers below `capacity`.
    pub(super) fn sink(&mut self, capacity: u64) -> anyhow::Result<Sink> {
        Sink::start(self.address()?, capacity)
    }

    /// Returns an address where nothing listens.
    pub(super) fn address(&mut self) -> anyhow::Result<SocketAddr> {
        free_address(&mut self.rng)
    }

    /// Starts a hub on a new folder, and waits until it is ready; there is one at a time.
    pub(super) async fn hub(&mut self, settings: &Settings) -> anyhow::Result<Running> {
        self.hub_in("hub", settings).await
    }

    /// Starts one of several hubs, on a new folder of this name.
    pub(super) async fn hub_in(
        &mut self,
        name: &str,
        settings: &Settings,
    ) -> anyhow::Result<Running> {
        let (listen, lines) = (self.address()?, self.address()?);
        let folder = self.folder.join(name);
        if folder.exists() {
            fs::remove_dir_all(&folder).with_context(|| format!("clear `{}`", folder.display()))?;
        }
        fs::create_dir_all(&folder)?;
        let config = folder.join("signalbox.yaml");
        fs::write(&config, settings.at(listen, lines, &folder))?;
        let data = folder.join("data");
        let setting = Setting {
            config,
            data: data.clone(),
            log: folder.join("hub.log"),
            listen,
            environment: environment(),
        };
        let mut hub = Hub::new(&self.program, setting)?;
        hub.start()?;
        let ready = hub.ready().await?;
        Ok(Running { hub, lines, listen, data, ready })
    }

    /// Sends so many lines, and returns what the process took until every sink had them.
    pub(super) async fn pass(
        &self,
        contender: &Contender<'_>,
        events: u64,
    ) -> anyhow::Result<Pass> {
        let Contender { id, door, sinks } = contender;
        sinks.iter().for_each(|sink| sink.reset());
        let (before, began) = (cpu_seconds(*id)?, Instant::now());
        self.sender.send(door, 0..events).await?;
        for sink in sinks {
            sink.wait(events).await?;
        }
        let seconds = began.elapsed().as_secs_f64();
        // The checkpoints that follow the last answers belong to it.
        sleep(AFTERMATH).await;
        let cost = (cpu_seconds(*id)? - before) * 1e6 / events as f64;
        Ok(Pass { cost, rate: events as f64 / seconds })
    }
}

impl Running {
    /// Returns it as it is measured with lines.
    pub(super) fn contender<'sinks>(
        &self,
        sinks: impl IntoIterator<Item = &'sinks Sink>,
    ) -> anyhow::Result<Contender<'sinks>> {
        self.contender_by(Door::Lines(self.lines), sinks)
    }

    /// Returns it as it is measured with what comes in by this door.
    pub(super) fn contender_by<'sinks>(
        &self,
        door: Door,
        sinks: impl IntoIterator<Item = &'sinks Sink>,
    ) -> anyhow::Result<Contender<'sinks>> {
        Ok(Contender { id: self.hub.id()?, door, sinks: sinks.into_iter().collect() })
    }

    /// Kills the hub, and starts it again on the same folder; returns when it is ready.
    pub(super) async fn kill_and_start(&mut self) -> anyhow::Result<()> {
        self.hub.kill()?;
        self.hub.start()?;
        self.ready = self.hub.ready().await?;
        Ok(())
    }

    /// Waits until so many events are committed.
    pub(super) async fn committed(&self, events: u64) -> anyhow::Result<()> {
        self.wait_for(received, events).await
    }

    /// Waits until so many steps were made for deliveries.
    pub(super) async fn accepted_steps(&self, steps: u64) -> anyhow::Result<()> {
        self.wait_for(accepted, steps).await
    }

    /// Returns how many events are committed of which the desk has made no step yet.
    pub(super) async fn behind(&self) -> anyhow::Result<u64> {
        let ledger = self.hub.ledger().await?;
        Ok(received(&ledger).saturating_sub(accepted(&ledger)))
    }

    async fn wait_for(&self, count: impl Fn(&Value) -> u64, wanted: u64) -> anyhow::Result<()> {
        let began = Instant::now();
        loop {
            let ledger = self.hub.ledger().await?;
            if count(&ledger) >= wanted {
                return Ok(());
            }
            anyhow::ensure!(
                began.elapsed() < PATIENCE,
                "the ledger has {} of {wanted} after {PATIENCE:?}:\n{ledger:#}",
                count(&ledger)
            );
            sleep(LEDGER_EVERY).await;
        }
    }
}

impl Yardstick {
    /// Starts the yardstick's process with its arguments.
    pub(super) fn start(folder: &Path, arguments: &[&str]) -> anyhow::Result<Self> {
        let mut command = Command::new(std::env::current_exe()?);
        command.arg("yardstick").args(arguments).arg("--file").arg(folder.join("yardstick.log"));
        let mut process = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn()?;
        let output = process.stdout.take().context("the yardstick has no output")?;
        // From here on it is ended whatever happens.
        let mut yardstick = Self { process, address: (Ipv4Addr::LOCALHOST, 0).into() };
        let mut line = String::new();
        BufReader::new(output).read_line(&mut line)?;
        yardstick.address = line.trim().parse().context("the yardstick did not start")?;
        Ok(yardstick)
    }

    pub(super) fn id(&self) -> u32 {
        self.process.id()
    }

    /// Returns it as it is measured with lines.
    pub(super) fn contender<'sinks>(&self, sink: &'sinks Sink) -> Contender<'sinks> {
        Contender { id: self.id(), door: Door::Lines(self.address), sinks: vec![sink] }
    }
}

impl Drop for Yardstick {
    fn drop(&mut self) {
        self.process.kill().ok();
        self.process.wait().ok();
    }
}

fn received(ledger: &Value) -> u64 {
    let sources = ledger["intake"].as_array().into_iter().flatten();
    sources.filter_map(|source| source["received"].as_u64()).sum()
}

fn accepted(ledger: &Value) -> u64 {
    let steps = ledger["steps"].as_array().into_iter().flatten();
    steps.filter_map(|row| row["accepted"].as_u64()).sum()
}

fn environment() -> Vec<(&'static str, String)> {
    vec![
        ("BENCH_HEC_TOKEN", HEC_TOKEN.to_owned()),
        ("BENCH_WEBHOOK_SECRET", WEBHOOK_SECRET.to_owned()),
        ("BENCH_TICKETS_PASSWORD", ServiceNowSimulator::PASSWORD.to_owned()),
        // Only the program that P2 builds asks for it.
        ("SIGNALBOX_BENCH_WITHOUT_SYNC", "1".to_owned()),
    ]
}

/// The key of every signature here.
pub(super) const WEBHOOK_SECRET: &str = "bench-5f0c2e5b7b3a4d51a6f0f6b7c1d2e3f4";

const AFTERMATH: Duration = Duration::from_millis(300);

const PATIENCE: Duration = Duration::from_secs(300);

const LEDGER_EVERY: Duration = Duration::from_millis(100);
