//! P9: what a hub takes that has nothing to do, and how soon it is ready.

use std::time::Duration;

use tokio::time::sleep;

use crate::bench::process::{cpu_seconds, memory_mib};
use crate::bench::sample::Sample;
use crate::bench::settings::Settings;
use crate::bench::stand::Stand;

pub(super) async fn run(stand: &mut Stand) -> anyhow::Result<()> {
    let sink = stand.sink(1)?;
    let settings = Settings::bench(sink.address())?;
    let (mut first, mut again) = (Sample::default(), Sample::default());
    for _ in 0..stand.rounds() {
        let mut running = stand.hub(&settings).await?;
        first.push(running.ready.as_secs_f64() * 1000.0);
        running.kill_and_start().await?;
        again.push(running.ready.as_secs_f64() * 1000.0);
    }
    let running = stand.hub(&settings).await?;
    let id = running.hub.id()?;
    sleep(WARM_UP).await;
    let before = cpu_seconds(id)?;
    sleep(IDLE).await;
    let percent = (cpu_seconds(id)? - before) / IDLE.as_secs_f64() * 100.0;
    let memory = memory_mib(id, "VmRSS")?;
    stand.report.goal("p9_rss_mib", &Sample::from(memory));
    stand.report.goal("p9_idle_cpu_percent", &Sample::from(percent));
    stand.report.goal("p9_start_ms", &first);
    stand.report.detail("the same after kill -9, on the folder of before, ms", &again);
    Ok(())
}

const WARM_UP: Duration = Duration::from_secs(3);

const IDLE: Duration = Duration::from_secs(30);
