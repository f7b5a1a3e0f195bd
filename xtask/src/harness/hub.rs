//! The hub under test: the real program, started on the same folder again and again.

use std::fs::{self, OpenOptions};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{self, Child, Command, Stdio};
use std::time::Duration;

use anyhow::{Context as _, bail, ensure};
use bytes::Bytes;
use http::{Request, StatusCode};
use serde_json::Value;
use signalbox_sdk::http::{HttpClient, HttpOptions};
use tokio::time::{Instant, sleep};

/// What a hub is started with.
pub(crate) struct Setting {
    pub(crate) config: PathBuf,
    pub(crate) data: PathBuf,
    /// Each start appends to it.
    pub(crate) log: PathBuf,
    /// The configuration's `http.listen`.
    pub(crate) listen: SocketAddr,
    /// The variables that the configuration names.
    pub(crate) environment: Vec<(&'static str, String)>,
}

/// A hub that can be started and killed.
pub(crate) struct Hub {
    program: PathBuf,
    setting: Setting,
    ready: String,
    client: HttpClient,
    process: Option<(Child, Instant)>,
}

/// A hub that is not ready by then never will be.
const READY_MAX: Duration = Duration::from_secs(60);

/// How often readiness is asked for; the measured times are this coarse.
const READY_POLL: Duration = Duration::from_millis(2);

impl Hub {
    /// Prepares a hub; it is not started.
    pub(crate) fn new(program: &Path, setting: Setting) -> anyhow::Result<Self> {
        let options = HttpOptions { timeout: Duration::from_secs(1), ..HttpOptions::default() };
        Ok(Self {
            program: program.to_owned(),
            ready: format!("http://{}/readyz", setting.listen),
            setting,
            client: HttpClient::new(&options).map_err(anyhow::Error::msg)?,
            process: None,
        })
    }

    /// Starts the program.
    pub(crate) fn start(&mut self) -> anyhow::Result<()> {
        let log = OpenOptions::new().create(true).append(true).open(&self.setting.log)?;
        let mut command = Command::new(&self.program);
        command.arg("run").arg("--config").arg(&self.setting.config);
        command.arg("--data").arg(&self.setting.data);
        command.envs(self.setting.environment.iter().map(|(name, value)| (name, value)));
        command.stdin(Stdio::null()).stdout(log.try_clone()?).stderr(log);
        let child =
            command.spawn().with_context(|| format!("start `{}`", self.program.display()))?;
        self.process = Some((child, Instant::now()));
        Ok(())
    }

    /// Waits until the hub takes events, and returns how long after its start that was.
    pub(crate) async fn ready(&mut self) -> anyhow::Result<Duration> {
        loop {
            let Some((child, started)) = &mut self.process else { bail!("the hub is not started") };
            let elapsed = started.elapsed();
            if let Some(status) = child.try_wait()? {
                bail!("the hub ended by itself with {status}:\n{}", self.last_words());
            }
            if elapsed > READY_MAX {
                bail!("the hub is not ready after {READY_MAX:?}:\n{}", self.last_words());
            }
            if self.is_ready().await {
                return Ok(elapsed);
            }
            sleep(READY_POLL).await;
        }
    }

    /// Returns the process's id, while it is started.
    pub(crate) fn id(&self) -> anyhow::Result<u32> {
        self.process.as_ref().map(|(child, _)| child.id()).context("the hub is not started")
    }

    /// Kills the process; it learns nothing of it.
    pub(crate) fn kill(&mut self) -> anyhow::Result<()> {
        let Some((mut child, _)) = self.process.take() else { return Ok(()) };
        if let Some(status) = child.try_wait()? {
            bail!("the hub ended by itself with {status}:\n{}", self.last_words());
        }
        child.kill().context("kill the hub")?;
        child.wait().context("wait for the killed hub")?;
        Ok(())
    }

    /// Asks for the ledger, as an operator does.
    pub(crate) async fn ledger(&self) -> anyhow::Result<Value> {
        self.read_ledger(&["ledger", "--output", "json"]).await
    }

    /// Asks for the ledger with everything counted anew.
    pub(crate) async fn recounted_ledger(&self) -> anyhow::Result<Value> {
        self.read_ledger(&["ledger", "--recount", "--output", "json"]).await
    }

    /// A ledger that does not balance is shown like any other.
    async fn read_ledger(&self, arguments: &[&str]) -> anyhow::Result<Value> {
        let done = self.operate(arguments).await?;
        let errors = String::from_utf8_lossy(&done.stderr);
        serde_json::from_slice(&done.stdout).with_context(|| format!("read the ledger: {errors}"))
    }

    /// Stops or starts an integration, as an operator does; that word outlives the hub. What waited is sent.
    pub(crate) async fn set_enabled(&self, name: &str, is_enabled: bool) -> anyhow::Result<()> {
        let words: &[&str] = match is_enabled {
            true => &["integrations", "enable", name, "--drain"],
            false => &["integrations", "disable", name],
        };
        let done = self.operate(words).await?;
        let errors = String::from_utf8_lossy(&done.stderr);
        ensure!(done.status.success(), "{}: {errors}", words.join(" "));
        Ok(())
    }

    /// Runs a command of the program on the hub's folder.
    async fn operate(&self, arguments: &[&str]) -> anyhow::Result<process::Output> {
        let mut command = Command::new(&self.program);
        command.args(arguments).arg("--data").arg(&self.setting.data);
        Ok(tokio::task::spawn_blocking(move || command.output()).await??)
    }

    async fn is_ready(&self) -> bool {
        let Ok(request) = Request::get(&self.ready).body(Bytes::new()) else { return false };
        matches!(self.client.send(request).await, Ok(answer) if answer.status() == StatusCode::OK)
    }

    fn last_words(&self) -> String {
        let log = fs::read_to_string(&self.setting.log).unwrap_or_default();
        let lines: Vec<&str> = log.lines().collect();
        lines.get(lines.len().saturating_sub(LAST_WORDS)..).unwrap_or_default().join("\n")
    }
}

impl Drop for Hub {
    fn drop(&mut self) {
        if let Some((child, _)) = &mut self.process {
            child.kill().ok();
            child.wait().ok();
        }
    }
}

/// Lines of the log that an error quotes.
const LAST_WORDS: usize = 20;
