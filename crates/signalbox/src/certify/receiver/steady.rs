//! Cases in which the vendor is well.

use signalbox_sdk::testkit::hostile::{HostileText, Reader, TEXTS, WORDS};

use super::super::proof::{Proof, ensure, failed};
use super::line::Line;

/// A finding becomes one delivery, and arrives.
pub(super) async fn happy_path(line: &Line) -> Proof {
    let delivery = line.raise("happy", "A finding", "What was seen.").await?;
    line.arrives_once(&delivery).await?;
    Ok("a finding was posted to the hub; the vendor holds it once, under the delivery's key".into())
}

/// A text far longer than any product shows arrives, if need be cut.
pub(super) async fn large_payload(line: &Line) -> Proof {
    let detail = "A long story. ".repeat(DETAIL_BYTES / 14);
    let delivery = line.raise("large", "A large finding", &detail).await?;
    line.arrives_once(&delivery).await?;
    let many = FINDINGS;
    let mut deliveries = Vec::new();
    for number in 0..many {
        deliveries.push(
            line.raise(&format!("one-of-{number}"), "One of many", "It came with others.").await?,
        );
    }
    for delivery in &deliveries {
        line.arrives_once(delivery).await?;
    }
    Ok(format!(
        "a finding with a text of {} kB arrived once, and {many} more behind it",
        DETAIL_BYTES >> 10
    ))
}

/// The same finding twice is one alert and one delivery.
pub(super) async fn duplicate(line: &Line) -> Proof {
    let delivery = line.raise("same", "The same finding", "It is told twice.").await?;
    line.post("same", "The same finding", "It is told twice.").await?;
    line.arrives_once(&delivery).await?;
    let another = line.raise("other", "Another finding", "It is behind the repeat.").await?;
    line.arrives_once(&another).await?;
    let steps = line.steps().await?.len();
    ensure(steps == 2, || {
        format!("two findings, one of them told twice, made {steps} deliveries")
    })?;
    Ok("a finding was posted twice: one delivery, held once".into())
}

/// What a text says is shown, and nothing of it is acted upon.
pub(super) async fn hostile_text(line: &Line) -> Proof {
    for hostile in TEXTS {
        let delivery = line.raise(hostile.name, hostile.text, hostile.text).await?;
        line.arrives_once(&delivery).await?;
        let Some(held) = line.held(&delivery).into_iter().next() else {
            return failed(format!("{} is gone", hostile.name));
        };
        is_inert(hostile, &held.text, line.vendor.readers())?;
    }
    let behind = line.raise("behind", "A finding behind them", "It is not hurt.").await?;
    line.arrives_once(&behind).await?;
    Ok(format!(
        "{} findings whose titles and texts hold control and bidi characters, lines, headers, mentions, \
         markup, formulas and templates arrived as words; what came behind them is whole",
        TEXTS.len()
    ))
}

fn is_inert(hostile: &HostileText, held: &str, readers: &[Reader]) -> Proof<()> {
    let name = hostile.name;
    ensure(held.contains(WORDS), || format!("{name}: its plain words are lost: {held}"))?;
    if hostile.reader != Reader::Template && !readers.contains(&hostile.reader) {
        return Ok(());
    }
    match hostile.live.iter().find(|live| held.contains(**live)) {
        Some(live) => failed(format!("{name}: {live:?} reached whom it aims at: {held}")),
        None => Ok(()),
    }
}

const DETAIL_BYTES: usize = 200 << 10;
const FINDINGS: usize = 10;
