//! P8: findings into alerts, alerts into tickets, and how long that takes one of them.
//!
//! Every alert is a new one, for repeats would be cheaper. The alerts that are only counted are
//! written to a file, as an alert that tells nobody is no use; the ticket product answers after 20
//! ms.

use std::time::{Duration, Instant};

use crate::bench::requester::Requests;
use crate::bench::sample::{Sample, percentile};
use crate::bench::settings::Settings;
use crate::bench::stand::{Running, Stand};
use crate::bench::tickets::Product;

pub(super) async fn run(stand: &mut Stand) -> anyhow::Result<()> {
    let (mut findings, mut tickets, mut p99) = <(Sample, Sample, Sample)>::default();
    let mut twice = Sample::default();
    for _ in 0..stand.rounds() {
        findings.push(alerts_per_second(stand).await?);
        let (per_second, again) = tickets_per_second(stand).await?;
        tickets.push(per_second);
        twice.push(again as f64);
        p99.push(ticket_after(stand).await?);
    }
    stand.report.goal("p8_findings_per_s", &findings);
    stand.report.goal("p8_tickets_per_s", &tickets);
    stand.report.detail("tickets made twice", &twice);
    stand.report.goal("p8_p99_ms", &p99);
    Ok(())
}

async fn alerts_per_second(stand: &mut Stand) -> anyhow::Result<f64> {
    let findings = stand.scale(30_000, 6_000);
    let product = Product::start().await?;
    let running = stand.hub(&Settings::findings(product.address())).await?;
    let began = Instant::now();
    requests(&running, findings, "high", 64, None).send().await?;
    running.accepted_steps(findings).await?;
    Ok(findings as f64 / began.elapsed().as_secs_f64())
}

/// Returns the rate, and how many were made twice.
async fn tickets_per_second(stand: &mut Stand) -> anyhow::Result<(f64, u64)> {
    let findings = stand.scale(5_000, 1_000);
    let product = Product::start().await?;
    let running = stand.hub(&Settings::findings(product.address())).await?;
    requests(&running, findings, "critical", 64, None).send().await?;
    product.wait(findings).await?;
    Ok((findings as f64 / product.span().as_secs_f64(), product.twice()))
}

/// Returns the milliseconds from when a finding was due to its ticket, which 99 of 100 stay within.
async fn ticket_after(stand: &mut Stand) -> anyhow::Result<f64> {
    let findings = stand.scale(3_000, 1_000);
    let product = Product::start().await?;
    let running = stand.hub(&Settings::findings(product.address())).await?;
    let sent = requests(&running, findings, "critical", 16, Some(100.0)).send().await?.sent;
    product.wait(findings).await?;
    let mut took: Vec<Duration> = sent.into_iter().filter_map(|sent| product.took(sent)).collect();
    Ok(percentile(&mut took, 99).as_secs_f64() * 1000.0)
}

fn requests(
    running: &Running,
    count: u64,
    severity: &'static str,
    connections: u64,
    per_second: Option<f64>,
) -> Requests {
    Requests { to: running.listen, numbers: 0..count, severity, connections, per_second }
}
