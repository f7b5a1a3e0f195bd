//! Kills the hub at random moments, and counts what it was doing.

use std::time::Duration;

use rand::Rng;
use rand::rngs::StdRng;
use signalbox_sdk::testkit::Fault;
use tokio::time::{interval, sleep, timeout};

use super::hub::Hub;
use super::sender::Sent;
use super::stage::Stage;

/// What the killed hubs were doing.
#[derive(Default)]
pub(super) struct Kills {
    pub(super) count: u64,
    /// A sender was waiting for an answer.
    pub(super) in_commit: u64,
    /// A product held a request, or might still execute one.
    pub(super) in_delivery: u64,
    /// The hub was not ready yet.
    pub(super) in_recovery: u64,
    /// From the start of the process to readiness.
    pub(super) ready: Vec<Duration>,
}

impl Kills {
    /// Starts and kills `hub` `count` times, and leaves it running and ready.
    pub(super) async fn go(
        count: u64,
        hub: &mut Hub,
        stage: &Stage,
        sent: &Sent,
        rng: &mut StdRng,
    ) -> anyhow::Result<Self> {
        let mut kills = Self::default();
        for number in 1..=count {
            hub.start()?;
            kills.live(hub, number % RECOVERY_EVERY == 0, rng).await?;
            kills.count += 1;
            kills.in_commit += u64::from(sent.is_waiting());
            kills.in_delivery += u64::from(stage.ticket_traffic.is_busy());
            hub.kill()?;
            if number % TELL_EVERY == 0 || number == count {
                eprintln!(
                    "{number:6} kills, {:8} events sent, {:6} tickets",
                    sent.count(),
                    stage.tickets.tickets().len()
                );
            }
        }
        hub.start()?;
        kills.ready.push(hub.ready().await?);
        Ok(kills)
    }

    /// Returns the time to readiness that one start in a hundred exceeds.
    pub(super) fn ready_p99(&self) -> Duration {
        let mut sorted = self.ready.clone();
        sorted.sort_unstable();
        let rank = (sorted.len() * 99).div_ceil(100).saturating_sub(1);
        sorted.get(rank).copied().unwrap_or_default()
    }

    /// Waits until it is time to die.
    async fn live(
        &mut self,
        hub: &mut Hub,
        is_early: bool,
        rng: &mut StdRng,
    ) -> anyhow::Result<()> {
        let fastest = self.ready.iter().min().copied();
        if let (true, Some(fastest)) = (is_early, fastest) {
            let life = fastest.mul_f64(rng.random_range(0.1..1.0));
            match timeout(life, hub.ready()).await {
                Err(_) => self.in_recovery += 1,
                Ok(ready) => self.ready.push(ready?),
            }
            return Ok(());
        }
        self.ready.push(hub.ready().await?);
        sleep(Duration::from_millis(rng.random_range(LIFE_MS))).await;
        Ok(())
    }
}

/// Cuts a connection of each product now and then, after the request was executed.
pub(super) async fn cut_connections(stage: &Stage) {
    let mut ticks = interval(CUT_EVERY);
    loop {
        ticks.tick().await;
        stage.ticket_server.faults().plant(Fault::CutAfter);
        stage.siem_server.faults().plant(Fault::CutAfter);
    }
}

/// One kill in so many comes during recovery.
const RECOVERY_EVERY: u64 = 5;

/// How long a hub that is ready lives.
const LIFE_MS: std::ops::RangeInclusive<u64> = 200..=3000;

const CUT_EVERY: Duration = Duration::from_secs(2);

const TELL_EVERY: u64 = 10;
