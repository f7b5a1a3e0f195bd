//! P3 with findings: 2,000 signed requests a second, each of them an alert that the desk makes.
//!
//! A request is answered when its finding is committed; the desk makes the alert after that. How far it is
//! behind says whether it keeps up.

use std::time::Duration;

use tokio::time::sleep;

use super::webhooks::Latencies;
use crate::bench::disk::Beside;
use crate::bench::requester::Requests;
use crate::bench::sample::{Sample, percentile};
use crate::bench::settings::Settings;
use crate::bench::stand::{Running, Stand};
use crate::bench::tickets::Product;

pub(super) async fn run(stand: &mut Stand) -> anyhow::Result<()> {
    let (mut p99, mut lag) = (Latencies::default(), Sample::default());
    let mut greatest = Sample::default();
    for _ in 0..stand.rounds() {
        let product = Product::start().await?;
        let running = stand.hub(&Settings::findings(product.address())).await?;
        let lags = measure(stand, &running, &mut p99).await?;
        lag.push(lags.median());
        greatest.push(lags.greatest());
    }
    p99.tell(
        stand,
        "findings at 2,000 a second, p99",
        "p99 of fdatasync beside it",
        "p3_findings_p99_ratio",
    );
    stand.report.goal("p3_findings_lag_ms", &lag);
    stand.report.detail("the desk at its farthest behind, ms", &greatest);
    Ok(())
}

/// Returns how far the desk was behind, in milliseconds, again and again.
async fn measure(stand: &Stand, running: &Running, p99: &mut Latencies) -> anyhow::Result<Sample> {
    let requests = Requests {
        to: running.listen,
        numbers: 0..PER_SECOND * stand.scale(10, 4),
        severity: "high",
        connections: 64,
        per_second: Some(PER_SECOND as f64),
    };
    let beside = Beside::start(&stand.folder)?;
    let sending = tokio::spawn(requests.send());
    let mut lags = Sample::default();
    while !sending.is_finished() {
        sleep(LAG_EVERY).await;
        lags.push(running.behind().await? as f64 / PER_SECOND as f64 * 1000.0);
    }
    let syncs = beside.stop()?;
    p99.add(percentile(&mut sending.await??.latencies, 99), syncs.p99);
    Ok(lags)
}

const PER_SECOND: u64 = 2000;

const LAG_EVERY: Duration = Duration::from_millis(250);
