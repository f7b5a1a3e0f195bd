//! Cases in which the vendor is well.

use std::time::Duration;

use signalbox_sdk::testkit::certification::Trouble;
use signalbox_sdk::testkit::hostile::TEXTS;

use super::super::proof::Proof;
use super::line::Line;

/// What the vendor holds arrives.
pub(super) async fn happy_path(line: &Line) -> Proof {
    line.arrives("P-happy", "a bucket").await?;
    line.arrives("P-later", "another bucket").await?;
    Ok("two findings, one after the other, were read from the vendor and arrived once each".into())
}

/// What is shown again, or comes by two ways, arrives once.
pub(super) async fn duplicate(line: &Line) -> Proof {
    line.arrives("P-same", "a bucket").await?;
    line.vendor.offer("P-same", "a bucket");
    line.arrives("P-behind", "another bucket").await?;
    line.asks().await?;
    line.arrives("P-last", "a third bucket").await?;
    line.counts("P-same")?;
    line.counts("P-behind")?;
    Ok("a finding was offered again while others came behind it: it arrived once".into())
}

/// Pages that are asked for again, and pages that shift while they are read, lose and repeat nothing.
pub(super) async fn shifting_pages(line: &Line) -> Proof {
    line.arrives("P-first", "a bucket").await?;
    for number in 0..FINDINGS {
        line.vendor.offer(&format!("P-page-{number}"), "a bucket of many");
    }
    line.plant(&Trouble::CutAfter)?;
    line.plant(&Trouble::Slow(SHORT))?;
    line.asks().await?;
    line.vendor.offer("P-between", "a bucket that came while pages were read");
    for number in 0..FINDINGS {
        line.arrived_once(&format!("P-page-{number}")).await?;
    }
    line.arrived_once("P-between").await?;
    line.asks().await?;
    line.arrives("P-last", "the last bucket").await?;
    for number in 0..FINDINGS {
        line.counts(&format!("P-page-{number}"))?;
    }
    line.counts("P-between")?;
    Ok(format!(
        "{FINDINGS} findings on pages of two, one page asked for again after a cut, one finding added \
         between two pages: each arrived once"
    ))
}

/// A hub that is killed goes on from where its last page is durable.
pub(super) async fn restart(line: &mut Line) -> Proof {
    line.arrives("P-before", "a bucket").await?;
    line.stage.until_empty().await?;
    line.plant(&Trouble::Slow(LONG))?;
    line.vendor.offer("P-during", "a bucket on a page that nobody reads");
    line.asks().await?;
    line.stage.restart().await?;
    line.arrived_once("P-during").await?;
    line.arrives("P-after", "a third bucket").await?;
    line.counts("P-before")?;
    Ok("killed with a page on its way and started again: what was on it arrived, and nothing before it \
        came again"
        .into())
}

/// What a text says stays inside its event.
pub(super) async fn hostile_text(line: &Line) -> Proof {
    for (number, hostile) in TEXTS.iter().enumerate() {
        line.vendor.offer(&hostile_id(number), hostile.text);
    }
    line.asks().await?;
    for number in 0..TEXTS.len() {
        line.arrived_once(&hostile_id(number)).await?;
    }
    line.arrives("P-behind", "a bucket").await?;
    Ok(format!(
        "{} resources named with control and bidi characters, quotes, markup, lines and ends of JSON \
         arrived as one event each; what came behind them is whole",
        TEXTS.len()
    ))
}

fn hostile_id(number: usize) -> String {
    format!("P-hostile-{number}-of-many")
}

const FINDINGS: usize = 5;

/// Long enough to add a finding while a page waits.
const SHORT: Duration = Duration::from_millis(100);

/// Longer than the hub lives.
const LONG: Duration = Duration::from_secs(20);
