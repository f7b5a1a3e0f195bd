//! Kills the hub at random moments, and counts what it was doing.

use std::time::Duration;

use rand::Rng;
use rand::rngs::StdRng;
use signalbox_sdk::testkit::Fault;
use tokio::time::{interval, sleep, timeout};

use super::books::Sent;
use super::stage::Stage;
use crate::harness::Hub;

/// What the killed hubs were doing.
#[derive(Default)]
pub(super) struct Kills {
    pub(super) count: u64,
    /// The hub was ready, and a sender waited for its answer.
    pub(super) in_commit: u64,
    /// The ticket product had received a request and not answered it.
    pub(super) in_delivery: u64,
    /// The hub was not ready yet.
    pub(super) in_recovery: u64,
    /// From the start of the process to readiness.
    pub(super) ready: Vec<Duration>,
}

/// How far a hub had come when it was killed.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Life {
    Recovering,
    Ready,
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
            let life = kills.live(hub, number % RECOVERY_EVERY == 0, rng).await?;
            kills.count += 1;
            kills.in_recovery += u64::from(life == Life::Recovering);
            kills.in_commit += u64::from(life == Life::Ready && sent.is_waiting());
            kills.in_delivery += u64::from(stage.ticket_traffic.is_busy());
            hub.kill()?;
            if number % TELL_EVERY == 0 || number == count {
                let (events, creates) = (sent.count(), stage.tickets.creates().asked);
                eprintln!("{number:6} kills, {events:8} events sent, {creates:6} creates");
            }
        }
        hub.start()?;
        kills.ready.push(hub.ready().await?);
        Ok(kills)
    }

    /// Returns the milliseconds to readiness that so many starts of a hundred stay within.
    pub(super) fn ready_ms(&self, percent: usize) -> u64 {
        let mut sorted = self.ready.clone();
        sorted.sort_unstable();
        let rank = (sorted.len() * percent).div_ceil(100).saturating_sub(1);
        let ready = sorted.get(rank).copied().unwrap_or_default();
        u64::try_from(ready.as_millis()).unwrap_or(u64::MAX)
    }

    /// Waits until it is time to die.
    async fn live(
        &mut self,
        hub: &mut Hub,
        is_early: bool,
        rng: &mut StdRng,
    ) -> anyhow::Result<Life> {
        let fastest = self.ready.iter().min().copied();
        if let (true, Some(fastest)) = (is_early, fastest) {
            let life = fastest.mul_f64(rng.random_range(0.1..1.0));
            let Ok(ready) = timeout(life, hub.ready()).await else { return Ok(Life::Recovering) };
            self.ready.push(ready?);
            return Ok(Life::Ready);
        }
        self.ready.push(hub.ready().await?);
        sleep(Duration::from_millis(rng.random_range(LIFE_MS))).await;
        Ok(Life::Ready)
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
