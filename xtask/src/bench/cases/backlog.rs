//! P4 and P5: a long backlog for a destination that is down, a kill, and the drain.
//!
//! The short backlog before and after is a tenth of it: what intake and drain cost a hub that is
//! all but empty. Both hubs are killed and started before they drain, so both drain alike.

use crate::bench::disk::occupied;
use crate::bench::process::{cpu_seconds, memory_mib};
use crate::bench::sample::Sample;
use crate::bench::sender::Door;
use crate::bench::settings::Settings;
use crate::bench::sink::Sink;
use crate::bench::stand::{Running, Stand};

/// What one backlog took.
struct Backlog {
    /// CPU-seconds per million, of the last tenth of a long backlog or all of a short one.
    intake: f64,
    drain: f64,
    peak_mib: f64,
    bytes_per_event: f64,
    ready_ms: f64,
    lost: u64,
    duplicates: u64,
}

pub(super) async fn run(stand: &mut Stand) -> anyhow::Result<()> {
    let events = stand.scale(10_000_000, 1_000_000);
    let tenth = events / 10;
    let mut sink = stand.sink(events)?;
    let before = measure(stand, &mut sink, tenth, 0).await?;
    let long = measure(stand, &mut sink, events, events - tenth).await?;
    let after = measure(stand, &mut sink, tenth, 0).await?;
    let intake: Sample = [before.intake, after.intake].into_iter().collect();
    let drain: Sample = [before.drain, after.drain].into_iter().collect();
    let report = &mut stand.report;
    report.goal("p4_rss_mib", &Sample::from(long.peak_mib));
    report.goal("p4_bytes_per_event", &Sample::from(long.bytes_per_event));
    report.detail(format!("intake of the first {tenth} events, CPU-s per million"), &intake);
    report.detail(format!("intake of the last of {events}"), &Sample::from(long.intake));
    report.goal("p4_intake_ratio", &Sample::from(long.intake / intake.median()));
    report.detail(format!("drain of {tenth} events, CPU-s per million"), &drain);
    report.detail(format!("drain of {events}"), &Sample::from(long.drain));
    report.goal("p4_drain_ratio", &Sample::from(long.drain / drain.median()));
    report.detail(
        "ready after kill -9 at the short backlog, ms",
        &[before.ready_ms, after.ready_ms].into_iter().collect(),
    );
    report.goal("p5_ready_ms", &Sample::from(long.ready_ms));
    report.detail("events that came twice after the kill", &Sample::from(long.duplicates as f64));
    report.goal("p5_lost", &Sample::from(long.lost as f64));
    Ok(())
}

/// Fills, kills, drains; intake is measured from number `from` on.
async fn measure(
    stand: &mut Stand,
    sink: &mut Sink,
    events: u64,
    from: u64,
) -> anyhow::Result<Backlog> {
    sink.close();
    sink.reset();
    let mut running = stand.hub(&Settings::bench(sink.address())?).await?;
    let id = running.hub.id()?;
    if from > 0 {
        fill(stand, &running, 0, from).await?;
    }
    let before = cpu_seconds(id)?;
    fill(stand, &running, from, events).await?;
    let intake = per_million(cpu_seconds(id)? - before, events - from);
    let filled_mib = memory_mib(id, "VmHWM")?;
    let bytes_per_event = occupied(&running.data.join("journal"))? as f64 / events as f64;
    running.kill_and_start().await?;
    let ready_ms = running.ready.as_secs_f64() * 1000.0;
    let (drain, drained_mib) = drain(&running, sink, events).await?;
    Ok(Backlog {
        intake,
        drain,
        peak_mib: filled_mib.max(drained_mib),
        bytes_per_event,
        ready_ms,
        lost: events - sink.unique(),
        duplicates: sink.duplicates(),
    })
}

async fn fill(stand: &Stand, running: &Running, from: u64, to: u64) -> anyhow::Result<()> {
    stand.sender.send(&Door::Lines(running.lines), from..to).await?;
    running.committed(to).await
}

/// Returns the CPU-seconds per million, and the peak memory.
async fn drain(running: &Running, sink: &mut Sink, events: u64) -> anyhow::Result<(f64, f64)> {
    let id = running.hub.id()?;
    let before = cpu_seconds(id)?;
    sink.open()?;
    if let Err(error) = sink.wait(events).await {
        eprintln!("the backlog did not come whole: {error:#}");
    }
    let cost = per_million(cpu_seconds(id)? - before, events);
    Ok((cost, memory_mib(id, "VmHWM")?))
}

fn per_million(seconds: f64, events: u64) -> f64 {
    seconds * 1e6 / events as f64
}
