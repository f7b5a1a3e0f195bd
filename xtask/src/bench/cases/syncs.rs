//! P2: the path of lines as in P1, against a program that differs in one thing: its journal does not sync.
//!
//! Such a program is built for this, from the same sources, and lies in the benchmark's folder.

use std::path::PathBuf;

use crate::bench::sample::Sample;
use crate::bench::settings::Settings;
use crate::bench::sink::Sink;
use crate::bench::stand::{Pass, Stand};
use crate::workspace;

pub(super) async fn run(stand: &mut Stand) -> anyhow::Result<()> {
    let without = stand.folder.join("signalbox-without-sync");
    workspace::build_without_sync(&without)?;
    let program = stand.program.clone();
    let events = stand.scale(1_000_000, 300_000);
    let sink = stand.sink(events)?;
    let (mut cost, mut rate) = (Sample::default(), Sample::default());
    let (mut cost_without, mut rate_without) = (Sample::default(), Sample::default());
    let mut percent = Sample::default();
    for _ in 0..stand.rounds() {
        let least = measure(stand, &without, &sink, events).await?;
        let pass = measure(stand, &program, &sink, events).await?;
        percent.push((pass.cost / least.cost - 1.0) * 100.0);
        cost.push(pass.cost);
        rate.push(pass.rate);
        cost_without.push(least.cost);
        rate_without.push(least.rate);
    }
    stand.program = program;
    stand.report.detail("with syncs: CPU-s per million events", &cost);
    stand.report.detail("with syncs: events per second", &rate);
    stand.report.detail("without: CPU-s per million events", &cost_without);
    stand.report.detail("without: events per second", &rate_without);
    stand.report.goal("p2_sync_cost_percent", &percent);
    Ok(())
}

async fn measure(
    stand: &mut Stand,
    program: &PathBuf,
    sink: &Sink,
    events: u64,
) -> anyhow::Result<Pass> {
    stand.program.clone_from(program);
    let running = stand.hub(&Settings::bench(sink.address())?).await?;
    stand.pass(running.hub.id()?, running.lines, &[sink], events).await
}
