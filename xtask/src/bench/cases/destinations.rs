//! P6: what further destinations of the same encoding cost, and one that is dead.

use std::net::SocketAddr;

use crate::bench::sample::Sample;
use crate::bench::settings::Settings;
use crate::bench::sink::Sink;
use crate::bench::stand::Stand;

pub(super) async fn run(stand: &mut Stand) -> anyhow::Result<()> {
    let events = stand.scale(1_000_000, 300_000);
    let sinks = [stand.sink(events)?, stand.sink(events)?, stand.sink(events)?];
    let [first, second, third] = &sinks;
    let dead = stand.address()?;
    let (mut one, mut three, mut with_dead) = <(Sample, Sample, Sample)>::default();
    let (mut extra, mut percent) = (Sample::default(), Sample::default());
    for _ in 0..stand.rounds() {
        let further = [second.address(), third.address()];
        let alone = measure(stand, events, (first, &[]), &[]).await?;
        let all = measure(stand, events, (first, &[second, third]), &further).await?;
        let beside_dead = measure(stand, events, (first, &[]), &[dead]).await?;
        one.push(alone);
        three.push(all);
        with_dead.push(beside_dead);
        extra.push((all - alone) / 2.0);
        percent.push((beside_dead / alone - 1.0) * 100.0);
    }
    stand.report.detail("one destination, CPU-s per million events", &one);
    stand.report.detail("three destinations", &three);
    stand.report.goal("p6_extra_cpu_s_per_million", &extra);
    stand.report.detail("one destination beside a dead one, CPU-s per million", &with_dead);
    stand.report.goal("p6_dead_percent", &percent);
    Ok(())
}

/// Returns what the events cost until all sinks have them; `further` are the hub's destinations
/// beside the first.
async fn measure(
    stand: &mut Stand,
    events: u64,
    (first, others): (&Sink, &[&Sink]),
    further: &[SocketAddr],
) -> anyhow::Result<f64> {
    let settings = Settings::bench(first.address())?.with_destinations(further)?;
    let running = stand.hub(&settings).await?;
    let sinks: Vec<&Sink> = std::iter::once(first).chain(others.iter().copied()).collect();
    Ok(stand.pass(running.hub.id()?, running.lines, &sinks, events).await?.cost)
}
