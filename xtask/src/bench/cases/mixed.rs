//! Streams and tickets at once: lines as fast as they are taken, and a hundred findings a second that are
//! to become tickets while they flow.

use std::time::{Duration, Instant};

use crate::bench::requester::Requests;
use crate::bench::sample::{Sample, percentile};
use crate::bench::settings::Settings;
use crate::bench::sink::Sink;
use crate::bench::stand::Stand;
use crate::bench::tickets::Product;

pub(super) async fn run(stand: &mut Stand) -> anyhow::Result<()> {
    let events = stand.scale(1_000_000, 300_000);
    let sink = stand.sink(events)?;
    let (mut rate, mut cost, mut p99) = <(Sample, Sample, Sample)>::default();
    for _ in 0..stand.rounds() {
        let mixed = measure(stand, &sink, events).await?;
        rate.push(mixed.rate);
        cost.push(mixed.cost);
        p99.push(mixed.p99_ms);
    }
    stand.report.goal("mixed_events_per_s", &rate);
    stand.report.detail("CPU-s per million events, the tickets included", &cost);
    stand.report.goal("mixed_p99_ms", &p99);
    Ok(())
}

struct Mixed {
    rate: f64,
    cost: f64,
    p99_ms: f64,
}

async fn measure(stand: &mut Stand, sink: &Sink, events: u64) -> anyhow::Result<Mixed> {
    let product = Product::start().await?;
    let running = stand.hub(&Settings::mixed(sink.address(), product.address())).await?;
    let findings = events / 500;
    let requests = Requests {
        to: running.listen,
        // The findings are streamed too; the sink knows no such numbers, and waits for lines alone.
        numbers: events * 2..events * 2 + findings,
        severity: "critical",
        connections: 16,
        per_second: Some(100.0),
    };
    let (began, contender) = (Instant::now(), running.contender([sink])?);
    let (pass, answered) = tokio::try_join!(stand.pass(&contender, events), requests.send())?;
    product.wait(findings).await?;
    // What came when the lines were through was alone.
    let end = began + Duration::from_secs_f64(events as f64 / pass.rate);
    let beside = answered.sent.into_iter().filter(|(_, sent)| *sent < end);
    let mut took: Vec<Duration> = beside.filter_map(|sent| product.took(sent)).collect();
    let p99_ms = percentile(&mut took, 99).as_secs_f64() * 1000.0;
    Ok(Mixed { rate: pass.rate, cost: pass.cost, p99_ms })
}
