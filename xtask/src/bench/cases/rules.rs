//! P7: a thousand rules that are asked of each event, against the fifty of `bench.yaml`.

use crate::bench::sample::Sample;
use crate::bench::settings::Settings;
use crate::bench::sink::Sink;
use crate::bench::stand::Stand;

pub(super) async fn run(stand: &mut Stand) -> anyhow::Result<()> {
    let events = stand.scale(1_000_000, 300_000);
    let sink = stand.sink(events)?;
    let (mut few, mut many, mut ratio) = <(Sample, Sample, Sample)>::default();
    for _ in 0..stand.rounds() {
        let fifty = measure(stand, &sink, events, 0).await?;
        let thousand = measure(stand, &sink, events, ADDED).await?;
        few.push(fifty);
        many.push(thousand);
        ratio.push(thousand / fifty);
    }
    stand.report.detail("50 rules, CPU-s per million events", &few);
    stand.report.detail("1,000 rules, CPU-s per million events", &many);
    stand.report.goal("p7_ratio", &ratio);
    Ok(())
}

async fn measure(stand: &mut Stand, sink: &Sink, events: u64, added: usize) -> anyhow::Result<f64> {
    let running = stand.hub(&Settings::bench(sink.address())?.with_rules(added)?).await?;
    Ok(stand.pass(running.hub.id()?, running.lines, &[sink], events).await?.cost)
}

/// To the 40 routes and 10 alert rules that are there.
const ADDED: usize = 950;
