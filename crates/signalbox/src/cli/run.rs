//! `signalbox run`: the hub, until it is told to stop.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use clap::Args;
use signalbox_model::SystemClock;
use signalbox_sdk::SystemRandom;
use tokio::signal::unix::{SignalKind, signal};

use super::GOOD;
use crate::config::compile::World;
use crate::config::{AccessLedger, Environment, SecretAccess};
use crate::hub::{Hub, InvalidConfiguration};

/// Arguments of `run`.
#[derive(Args)]
pub(super) struct RunArgs {
    /// The configuration file.
    #[arg(long, env = "SIGNALBOX_CONFIG", default_value = "signalbox.yaml")]
    config: PathBuf,
    /// The data folder.
    #[arg(long, env = "SIGNALBOX_DATA", default_value = "/var/lib/signalbox")]
    data: PathBuf,
}

/// Lets a program run that was built for a benchmark.
const WITHOUT_SYNC: &str = "SIGNALBOX_BENCH_WITHOUT_SYNC";

/// Closing the stores takes milliseconds.
const CLOSING_MAX: Duration = Duration::from_secs(2);

pub(super) async fn run(args: RunArgs) -> anyhow::Result<u8> {
    refuse_without_sync()?;
    // Before anybody can see that the hub is ready: unheard, these signals would end the process.
    let mut stop = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut reload = signal(SignalKind::hangup())?;
    let hub = tokio::select! {
        hub = Hub::start(&args.config, &args.data, world()) => hub?,
        // What is half done then is no worse than what a power cut leaves.
        _ = stop.recv() => return Ok(GOOD),
        _ = interrupt.recv() => return Ok(GOOD),
    };
    tracing::info!("Ready");
    loop {
        tokio::select! {
            _ = stop.recv() => break,
            _ = interrupt.recv() => break,
            _ = reload.recv() => reload_hub(&hub).await,
        }
    }
    tracing::info!("Stopping");
    hub.shut_down().await;
    close(hub).await;
    Ok(GOOD)
}

/// Closes the stores. A disk that hangs is not waited for: the end of the process closes them as well.
async fn close(hub: Arc<Hub>) {
    let closing = tokio::task::spawn_blocking(move || drop(hub));
    if tokio::time::timeout(CLOSING_MAX, closing).await.is_err() {
        tracing::warn!("The disk did not answer within {CLOSING_MAX:?}, the stores are not closed");
    }
}

/// Refuses to be a hub that acknowledges what does not survive a power cut, unless a benchmark wants just that.
fn refuse_without_sync() -> anyhow::Result<()> {
    if cfg!(feature = "bench-without-sync") && std::env::var_os(WITHOUT_SYNC).is_none() {
        anyhow::bail!(
            "this program was built with the feature `bench-without-sync`, and what it acknowledges does not survive a \
            power cut; build it without that feature (`--all-features` turns it on, too)"
        );
    }
    Ok(())
}

async fn reload_hub(hub: &Arc<Hub>) {
    let Err(error) = hub.reload().await else { return };
    match error.downcast_ref::<InvalidConfiguration>() {
        Some(invalid) => {
            for mistake in &invalid.0 {
                tracing::error!(file = %mistake.file, line = mistake.line, column = mistake.column,
                    "The configuration is mistaken, the old one stays: {}", mistake.message);
            }
        }
        None => tracing::error!(
            error = format!("{error:#}"),
            "The reload failed, the old configuration stays"
        ),
    }
}

/// The world of a real process.
pub(super) fn world() -> World {
    World {
        environment: Environment::of_process(),
        ledger: Arc::new(SecretLog),
        clock: Arc::new(SystemClock),
        random: Arc::new(SystemRandom),
    }
}

/// Tells of every secret that could not be read; readings are told at debug level.
struct SecretLog;

impl AccessLedger for SecretLog {
    fn record(&self, access: SecretAccess<'_>) {
        match access.error {
            Some(error) => {
                tracing::warn!(reader = ?access.reader, secret = %access.reference, error = %error, "A secret could not be read");
            }
            None => {
                tracing::debug!(reader = ?access.reader, secret = %access.reference, "A secret was read")
            }
        }
    }
}
