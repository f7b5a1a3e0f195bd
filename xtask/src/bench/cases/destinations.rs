//! P6: what further destinations of the same encoding cost, and one that is dead.

use crate::bench::settings::Settings;
use crate::bench::stand::Stand;
use crate::bench::turns::SLICE;

pub(super) async fn run(stand: &mut Stand) -> anyhow::Result<()> {
    let (only, beside_dead) = (stand.sink(SLICE)?, stand.sink(SLICE)?);
    let four = [stand.sink(SLICE)?, stand.sink(SLICE)?, stand.sink(SLICE)?, stand.sink(SLICE)?];
    let [first, further @ ..] = four.each_ref().map(|sink| sink.address());
    let dead = stand.address()?;
    let settings = Settings::bench(only.address())?;
    let with_one = stand.hub_in("one", &settings).await?;
    let settings = Settings::bench(first)?.with_destinations(&further)?;
    let with_four = stand.hub_in("four", &settings).await?;
    let settings = Settings::bench(beside_dead.address())?.with_destinations(&[dead])?;
    let with_dead = stand.hub_in("dead", &settings).await?;
    let turns = stand
        .in_turn([
            with_one.contender([&only])?,
            with_four.contender(&four)?,
            with_dead.contender([&beside_dead])?,
        ])
        .await?;
    let report = &mut stand.report;
    let cost = turns.sample(|[one, _, _]| one.cost);
    report.detail("one destination, CPU-s per million events", &cost);
    report.detail("four destinations", &turns.sample(|[_, four, _]| four.cost));
    let extra = turns.sample(|[one, four, _]| (four.cost - one.cost) / 3.0);
    report.goal("p6_extra_cpu_s_per_million", &extra);
    report.goal("p6_four_ratio", &turns.sample(|[one, four, _]| four.cost / one.cost));
    let cost = turns.sample(|[_, _, dead]| dead.cost);
    report.detail("one destination beside a dead one, CPU-s per million", &cost);
    let percent = turns.sample(|[one, _, dead]| (dead.cost / one.cost - 1.0) * 100.0);
    report.goal("p6_dead_percent", &percent);
    Ok(())
}
