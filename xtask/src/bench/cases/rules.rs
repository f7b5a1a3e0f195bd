//! P7: a thousand rules that are asked of each event, against the fifty of `bench.yaml`.

use crate::bench::settings::Settings;
use crate::bench::stand::Stand;
use crate::bench::turns::SLICE;

pub(super) async fn run(stand: &mut Stand) -> anyhow::Result<()> {
    let sink = stand.sink(SLICE)?;
    let fifty = stand.hub_in("fifty", &Settings::bench(sink.address())?).await?;
    let settings = Settings::bench(sink.address())?.with_rules(ADDED)?;
    let thousand = stand.hub_in("thousand", &settings).await?;
    let turns = stand.in_turn([fifty.contender([&sink])?, thousand.contender([&sink])?]).await?;
    let cost = turns.sample(|[fifty, _]| fifty.cost);
    stand.report.detail("50 rules, CPU-s per million events", &cost);
    let cost = turns.sample(|[_, thousand]| thousand.cost);
    stand.report.detail("1,000 rules, CPU-s per million events", &cost);
    stand.report.goal("p7_ratio", &turns.sample(|[fifty, thousand]| thousand.cost / fifty.cost));
    Ok(())
}

/// To the 40 routes and 10 alert rules that are there.
const ADDED: usize = 950;
