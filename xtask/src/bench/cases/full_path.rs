//! P1: lines over one TCP connection, through 40 routes and 10 alert rules, to one HEC destination.

use crate::bench::process::memory_mib;
use crate::bench::sample::Sample;
use crate::bench::settings::Settings;
use crate::bench::sink::Sink;
use crate::bench::stand::{Pass, Stand, Yardstick};

#[derive(Default)]
struct Costs {
    cost: Sample,
    rate: Sample,
    peak: Sample,
}

pub(super) async fn run(stand: &mut Stand) -> anyhow::Result<()> {
    let events = stand.scale(1_000_000, 300_000);
    let sink = stand.sink(events)?;
    let (mut yardstick, mut hub, mut keeping) =
        (Costs::default(), Costs::default(), Costs::default());
    let (mut ratio, mut ratio_keeping) = (Sample::default(), Sample::default());
    for _ in 0..stand.rounds() {
        let least = yardstick.add(measure_yardstick(stand, &sink, events).await?);
        ratio.push(hub.add(measure_hub(stand, &sink, events, "unparsed").await?) / least);
        ratio_keeping.push(keeping.add(measure_hub(stand, &sink, events, "always").await?) / least);
    }
    yardstick.tell(stand, "yardstick");
    hub.tell(stand, "hub");
    keeping.tell(stand, "hub, keeping originals");
    stand.report.goal("p1_ratio", &ratio);
    stand.report.goal("p1_ratio_always", &ratio_keeping);
    Ok(())
}

async fn measure_yardstick(stand: &Stand, sink: &Sink, events: u64) -> anyhow::Result<(Pass, f64)> {
    let address = sink.address().to_string();
    let yardstick = Yardstick::start(&stand.folder, &["path", "--sink", &address])?;
    let pass = stand.pass(&yardstick.contender(sink), events).await?;
    Ok((pass, memory_mib(yardstick.id(), "VmHWM")?))
}

async fn measure_hub(
    stand: &mut Stand,
    sink: &Sink,
    events: u64,
    keep: &str,
) -> anyhow::Result<(Pass, f64)> {
    let running = stand.hub(&Settings::bench(sink.address())?.keep_original(keep)?).await?;
    let id = running.hub.id()?;
    let pass = stand.pass(&running.contender([sink])?, events).await?;
    Ok((pass, memory_mib(id, "VmHWM")?))
}

impl Costs {
    fn add(&mut self, (pass, peak): (Pass, f64)) -> f64 {
        self.cost.push(pass.cost);
        self.rate.push(pass.rate);
        self.peak.push(peak);
        pass.cost
    }

    fn tell(&self, stand: &mut Stand, name: &str) {
        stand.report.detail(format!("{name}: CPU-s per million events"), &self.cost);
        let per_second = Sample::from(1e6 / self.cost.median());
        stand.report.detail(format!("{name}: events per CPU-second"), &per_second);
        stand.report.detail(format!("{name}: events per second"), &self.rate);
        stand.report.detail(format!("{name}: peak memory, MiB"), &self.peak);
    }
}
