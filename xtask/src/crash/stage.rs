//! What surrounds the hub and outlives its deaths: a folder on disk, simulated products, addresses.

use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use rand::Rng;
use rand::rngs::StdRng;
use signalbox_connectors::servicenow::ServiceNowSimulator;
use signalbox_connectors::splunk_hec::HecSimulator;
use signalbox_model::secret::Secret;
use signalbox_sdk::testkit::{Server, Simulator};

use super::Pace;
use super::observe::{Recorder, Traffic};
use crate::harness::{Setting, free_address};

/// The stage of one run.
pub(super) struct Stage {
    pub(super) folder: PathBuf,
    pub(super) config: PathBuf,
    pub(super) hub: SocketAddr,
    pub(super) collector: SocketAddr,
    /// A collector of its own for what only the stopped stream is to have.
    pub(super) history: SocketAddr,
    pub(super) relp: SocketAddr,
    pub(super) tcp: SocketAddr,
    pub(super) tickets: ServiceNowSimulator,
    pub(super) ticket_server: Server,
    pub(super) ticket_traffic: Traffic,
    pub(super) siem_server: Server,
    pub(super) siem: Recorder,
    pub(super) webhook_secret: Secret,
    pub(super) collector_token: String,
}

impl Stage {
    /// Starts the products and writes the hub's configuration into `folder`, which is made anew.
    pub(super) async fn set(folder: &Path, pace: &Pace, rng: &mut StdRng) -> anyhow::Result<Self> {
        if folder.exists() {
            fs::remove_dir_all(folder).with_context(|| format!("clear `{}`", folder.display()))?;
        }
        fs::create_dir_all(folder).with_context(|| format!("make `{}`", folder.display()))?;
        let tickets = ServiceNowSimulator::default();
        tickets.behave(|instance| {
            instance.late_share = LATE_SHARE;
            instance.late_by = pace.late_by;
            instance.lag_share = LAG_SHARE;
            instance.search_lag = pace.search_lag;
        });
        let ticket_traffic = Traffic::new(rng.random());
        let ticket_server = Server::start(ticket_traffic.observe(tickets.router()), 0).await?;
        let siem = Recorder::default();
        let siem_server = Server::start(siem.observe(HecSimulator::default().router()), 0).await?;
        let stage = Self {
            config: folder.join("signalbox.yaml"),
            folder: folder.to_owned(),
            hub: free_address(rng)?,
            collector: free_address(rng)?,
            history: free_address(rng)?,
            relp: free_address(rng)?,
            tcp: free_address(rng)?,
            tickets,
            ticket_server,
            ticket_traffic,
            siem_server,
            siem,
            webhook_secret: Secret::new(drawn(rng)),
            collector_token: drawn(rng),
        };
        fs::write(&stage.config, stage.yaml(pace)).context("write the hub's configuration")?;
        Ok(stage)
    }

    /// Returns what the hub is started with.
    pub(super) fn setting(&self) -> Setting {
        Setting {
            config: self.config.clone(),
            data: self.folder.join("data"),
            log: self.folder.join("hub.log"),
            listen: self.hub,
            environment: self.environment(),
        }
    }

    /// Returns the folder that the archive writes into.
    pub(super) fn archive(&self) -> PathBuf {
        self.folder.join("archive")
    }

    /// Returns the folder that the stopped stream writes into, once it may.
    pub(super) fn stopped(&self) -> PathBuf {
        self.folder.join("stopped")
    }

    /// Returns the variables that the configuration names.
    fn environment(&self) -> Vec<(&'static str, String)> {
        vec![
            ("CRASH_WEBHOOK_SECRET", self.webhook_secret.expose().to_owned()),
            ("CRASH_COLLECTOR_TOKEN", self.collector_token.clone()),
            ("CRASH_TICKETS_PASSWORD", ServiceNowSimulator::PASSWORD.to_owned()),
            ("CRASH_SIEM_TOKEN", HecSimulator::TOKEN.to_owned()),
        ]
    }

    fn yaml(&self, pace: &Pace) -> String {
        include_str!("crash.yaml")
            .replace("@HUB@", &self.hub.to_string())
            .replace("@COLLECTOR@", &self.collector.to_string())
            .replace("@HISTORY@", &self.history.to_string())
            .replace("@RELP@", &self.relp.to_string())
            .replace("@TCP@", &self.tcp.to_string())
            .replace("@TICKETS@", &self.ticket_server.address().to_string())
            .replace("@USERNAME@", ServiceNowSimulator::USERNAME)
            .replace("@SETTLE@", pace.settle)
            .replace("@ARCHIVE@", &self.archive().join("events.ndjson").display().to_string())
            .replace("@STOPPED@", &self.stopped().join("events.ndjson").display().to_string())
            .replace("@SIEM@", &self.siem_server.address().to_string())
    }
}

/// A secret that is valid base64, as Standard Webhooks wants it.
fn drawn(rng: &mut StdRng) -> String {
    format!("{:016x}{:016x}", rng.random::<u64>(), rng.random::<u64>())
}

/// Which share of creates is answered 504 and executed later: ten times what a bad day shows.
const LATE_SHARE: f64 = 0.08;

/// Which share of creates is found by queries only later.
const LAG_SHARE: f64 = 0.1;
