//! P3: signed requests of 1 KiB, each committed before its 200, and passed on to one stream.
//!
//! The yardstick verifies and commits, and passes nothing on. The processor time of the hub counts
//! until the sink has everything.

use std::time::Duration;

use tokio::time::sleep;

use crate::bench::disk::{Beside, Probe};
use crate::bench::process::cpu_seconds;
use crate::bench::requester::{Answered, Requests};
use crate::bench::sample::{Sample, percentile};
use crate::bench::settings::Settings;
use crate::bench::sink::Sink;
use crate::bench::stand::{Running, Stand, WEBHOOK_SECRET, Yardstick};

pub(super) async fn run(stand: &mut Stand) -> anyhow::Result<()> {
    let requests = stand.scale(200_000, 40_000);
    let sink = stand.sink(requests * 4)?;
    let (mut least, mut cost, mut ratio) = <(Sample, Sample, Sample)>::default();
    let mut rate = Sample::default();
    let (mut p99, mut single) = (Latencies::default(), Latencies::default());
    for _ in 0..stand.rounds() {
        let floor = measure_yardstick(stand, requests).await?;
        sink.reset();
        let running = stand.hub(&Settings::webhooks(sink.address())).await?;
        let (taken, per_second) = measure_hub(&running, &sink, requests).await?;
        least.push(floor);
        cost.push(taken);
        ratio.push(taken / floor);
        rate.push(per_second);
        measure_half_load(stand, &running, requests, per_second / 2.0, &mut p99).await?;
        measure_single(stand, &running, requests * 3, &mut single).await?;
    }
    stand.report.detail("yardstick: CPU µs per request", &least);
    stand.report.detail("hub: CPU µs per request", &cost);
    stand.report.detail("hub: requests per second, 64 connections", &rate);
    stand.report.goal("p3_cpu_ratio", &ratio);
    p99.tell(stand, "p99 at half load", "p99 of fdatasync beside it", "p3_p99_ratio");
    single.tell(stand, "p50 of one connection", "p50 of fdatasync", "p3_single_p50_ratio");
    Ok(())
}

/// Latencies against those of the disk.
#[derive(Default)]
pub(super) struct Latencies {
    requests: Sample,
    syncs: Sample,
    ratio: Sample,
}

async fn measure_yardstick(stand: &Stand, requests: u64) -> anyhow::Result<f64> {
    let yardstick = Yardstick::start(&stand.folder, &["intake", "--key", WEBHOOK_SECRET])?;
    let before = cpu_seconds(yardstick.id())?;
    all(yardstick.address, 0..requests, None).await?;
    Ok((cpu_seconds(yardstick.id())? - before) * 1e6 / requests as f64)
}

/// Returns the CPU microseconds for each request, and the rate.
async fn measure_hub(running: &Running, sink: &Sink, requests: u64) -> anyhow::Result<(f64, f64)> {
    let id = running.hub.id()?;
    let before = cpu_seconds(id)?;
    let answered = all(running.listen, 0..requests, None).await?;
    sink.wait(requests).await?;
    let cost = (cpu_seconds(id)? - before) * 1e6 / requests as f64;
    Ok((cost, answered.per_second))
}

async fn measure_half_load(
    stand: &Stand,
    running: &Running,
    first: u64,
    per_second: f64,
    latencies: &mut Latencies,
) -> anyhow::Result<()> {
    let seconds = stand.scale(10.0, 4.0);
    let numbers = first..first + (per_second * seconds) as u64;
    let beside = Beside::start(&stand.folder)?;
    let answered = all(running.listen, numbers, Some(per_second)).await;
    let syncs = beside.stop()?;
    latencies.add(percentile(&mut answered?.latencies, 99), syncs.p99);
    Ok(())
}

async fn measure_single(
    stand: &Stand,
    running: &Running,
    first: u64,
    latencies: &mut Latencies,
) -> anyhow::Result<()> {
    // What the stream still has to send is no part of it.
    sleep(QUIET).await;
    let syncs = Probe::create(&stand.folder)?.measure(SINGLE as usize)?;
    let requests = Requests {
        to: running.listen,
        numbers: first..first + SINGLE,
        severity: "low",
        connections: 1,
        per_second: None,
    };
    let mut answered = requests.send().await?;
    latencies.add(percentile(&mut answered.latencies, 50), syncs.p50);
    Ok(())
}

async fn all(
    to: std::net::SocketAddr,
    numbers: std::ops::Range<u64>,
    per_second: Option<f64>,
) -> anyhow::Result<Answered> {
    Requests { to, numbers, severity: "low", connections: 64, per_second }.send().await
}

impl Latencies {
    pub(super) fn add(&mut self, requests: Duration, syncs: Duration) {
        self.requests.push(requests.as_secs_f64() * 1000.0);
        self.syncs.push(syncs.as_secs_f64() * 1000.0);
        self.ratio.push(requests.as_secs_f64() / syncs.as_secs_f64());
    }

    pub(super) fn tell(&self, stand: &mut Stand, requests: &str, syncs: &str, key: &'static str) {
        stand.report.detail(format!("{requests}, ms"), &self.requests);
        stand.report.detail(format!("{syncs}, ms"), &self.syncs);
        stand.report.goal(key, &self.ratio);
    }
}

const SINGLE: u64 = 2000;

const QUIET: Duration = Duration::from_secs(1);
