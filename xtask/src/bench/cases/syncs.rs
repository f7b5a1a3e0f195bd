//! P2: the path of lines as in P1, against a program that differs in one thing: its journal does not sync.
//!
//! Such a program is built for this, from the same sources, and lies in the benchmark's folder. It is compared with
//! the one that is built after it, whatever `--binary` names.

use crate::bench::settings::Settings;
use crate::bench::stand::Stand;
use crate::bench::turns::SLICE;
use crate::workspace;

pub(super) async fn run(stand: &mut Stand) -> anyhow::Result<()> {
    let copy = stand.folder.join("signalbox-without-sync");
    let built = workspace::build_without_sync(&copy)?;
    let sink = stand.sink(SLICE)?;
    let settings = Settings::bench(sink.address())?;
    let measured = std::mem::replace(&mut stand.program, copy);
    let without = stand.hub_in("without", &settings).await;
    stand.program = built;
    let with = stand.hub_in("with", &settings).await;
    stand.program = measured;
    let (without, with) = (without?, with?);
    let turns = stand.in_turn([without.contender([&sink])?, with.contender([&sink])?]).await?;
    let report = &mut stand.report;
    report.detail("with syncs: CPU-s per million events", &turns.sample(|[_, with]| with.cost));
    report.detail("with syncs: events per second", &turns.sample(|[_, with]| with.rate));
    report.detail("without: CPU-s per million events", &turns.sample(|[without, _]| without.cost));
    report.detail("without: events per second", &turns.sample(|[without, _]| without.rate));
    let percent = turns.sample(|[without, with]| (with.cost / without.cost - 1.0) * 100.0);
    report.goal("p2_sync_cost_percent", &percent);
    Ok(())
}
