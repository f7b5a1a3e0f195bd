//! The path of lines of P1 in other ways: over TLS, sent with gzip, and HEC in the place of lines.
//!
//! HEC events carry the same lines as texts, which are no CEF to a collector: they become Base Events, and are
//! asked the same questions.

use crate::bench::certificate::Certificate;
use crate::bench::sender::Door;
use crate::bench::settings::Settings;
use crate::bench::stand::{Stand, Yardstick};
use crate::bench::turns::{SLICE, Turns};

pub(super) async fn run(stand: &mut Stand) -> anyhow::Result<()> {
    let sink = stand.sink(SLICE)?;
    let certificate = Certificate::make(&stand.folder)?;
    let bench = Settings::bench(sink.address())?;
    let address = sink.address().to_string();
    let yardstick = Yardstick::start(&stand.folder, &["path", "--sink", &address])?;
    let plain = stand.hub_in("plain", &bench).await?;
    let tls = stand.hub_in("tls", &bench.clone().with_tls_in(&certificate)?).await?;
    let gzip = stand.hub_in("gzip", &bench.clone().with_gzip_out()?).await?;
    let hec = stand.hub_in("hec", &bench.with_hec_in()?).await?;
    let turns = stand
        .in_turn([
            yardstick.contender(&sink),
            plain.contender([&sink])?,
            tls.contender_by(Door::Tls(tls.lines, certificate.client), [&sink])?,
            gzip.contender([&sink])?,
            hec.contender_by(Door::Hec(hec.lines), [&sink])?,
        ])
        .await?;
    tell(stand, &turns);
    Ok(())
}

fn tell(stand: &mut Stand, turns: &Turns<5>) {
    let names = ["yardstick", "plain", "TLS in", "gzip out", "HEC in"];
    for (place, name) in names.into_iter().enumerate() {
        let cost = turns.sample(|row| row[place].cost);
        stand.report.detail(format!("{name}: CPU-s per million events"), &cost);
    }
    let ratio = |place: usize| turns.sample(|row| row[place].cost / row[0].cost);
    stand.report.detail("plain against the yardstick", &ratio(1));
    stand.report.goal("tls_in_ratio", &ratio(2));
    stand.report.goal("gzip_out_ratio", &ratio(3));
    stand.report.goal("hec_ratio", &ratio(4));
}
