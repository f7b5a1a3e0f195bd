//! Cases in which the sender is who it says: it may break off, stall, or say everything twice.

use signalbox_sdk::testkit::certification::Message;
use signalbox_sdk::testkit::hostile::TEXTS;

use super::super::proof::{Proof, ensure};
use super::line::Line;
use super::wire;

/// What is acknowledged arrives.
pub(super) async fn happy_path(line: &Line) -> Proof {
    line.arrives("happy-event").await?;
    line.arrives("later-event").await?;
    Ok("two events were acknowledged, and arrived once each".into())
}

/// A message that breaks off is nothing; sent again, it arrives once.
pub(super) async fn cut_before(line: &Line) -> Proof {
    let bytes = line.bytes(&Message::Event("cut-event", "What was seen."))?;
    drop(wire::begin(line.address()?, half(&bytes)).await?);
    line.arrives("behind-event").await?;
    let count = line.stage.arrived("cut-event")?;
    ensure(count == 0, || "half a message became an event".to_owned())?;
    line.arrives("cut-event").await?;
    Ok("a connection was cut in the middle of a message: nothing arrived; sent again, it arrived once".into())
}

/// A sender that does not wait for the answer sends again: known where the event has an id.
pub(super) async fn cut_after(line: &Line) -> Proof {
    let message = Message::Event("lost-event", "What was seen.");
    let connection = wire::begin(line.address()?, &line.bytes(&message)?).await?;
    line.stage.until_arrived("lost-event").await?;
    drop(connection);
    line.taken(&message).await?;
    line.arrives("behind-event").await?;
    line.stage.until_empty().await?;
    let count = line.stage.arrived("lost-event")?;
    match line.sender.knows_repeats() {
        Ok(()) => {
            ensure(count == 1, || format!("the event arrived {count} times"))?;
            Ok("a sender hung up before the answer and sent again: the event arrived once".into())
        }
        Err(why) => {
            ensure(count == 2, || format!("two messages made {count} events"))?;
            Ok(format!(
                "a sender hung up before the answer and sent again: nothing was lost; {why}"
            ))
        }
    }
}

/// A sender that stalls holds up nobody else.
pub(super) async fn slow_loris(line: &Line) -> Proof {
    let bytes = line.bytes(&Message::Event("stalled-event", "What was seen."))?;
    let mut stalled = Vec::new();
    for length in [1, bytes.len() / 2, bytes.len() - 1] {
        stalled.push(wire::begin(line.address()?, bytes.get(..length).unwrap_or_default()).await?);
    }
    line.arrives("other-event").await?;
    let count = line.stage.arrived("stalled-event")?;
    ensure(count == 0, || "half a message became an event".to_owned())?;
    drop(stalled);
    Ok("three senders stalled at the first byte, in the middle and before the last byte: another sender's \
        event was taken meanwhile and arrived once"
        .into())
}

/// The same event twice is one event.
pub(super) async fn duplicate(line: &Line) -> Proof {
    if let Err(why) = line.sender.knows_repeats() {
        return super::super::proof::not_applicable(why);
    }
    line.arrives("same-event").await?;
    line.taken(&Message::Event("same-event", "What was seen.")).await?;
    line.arrives("behind-event").await?;
    line.stage.until_empty().await?;
    let count = line.stage.arrived("same-event")?;
    ensure(count == 1, || format!("the event arrived {count} times"))?;
    Ok("the same event was sent twice and acknowledged twice: it arrived once".into())
}

/// What was acknowledged outlives the hub.
pub(super) async fn restart(line: &mut Line) -> Proof {
    line.arrives("before-event").await?;
    line.taken(&Message::Event("acknowledged-event", "What was seen.")).await?;
    line.stage.restart().await?;
    line.stage.until_arrived("acknowledged-event").await?;
    line.arrives("after-event").await?;
    Ok("killed right behind an acknowledgement and started again: the event arrived, and the next one did".into())
}

/// What a text says stays inside its event.
pub(super) async fn hostile_text(line: &Line) -> Proof {
    for (number, hostile) in TEXTS.iter().enumerate() {
        let id = format!("hostile-event-{number}-of-many");
        line.taken(&Message::Event(&id, hostile.text)).await?;
        line.stage.until_arrived(&id).await?;
    }
    line.arrives("behind-event").await?;
    line.stage.until_empty().await?;
    let (events, lines) = (TEXTS.len() + 1, line.stage.arrived("")?);
    ensure(lines == events, || format!("{events} events became {lines}"))?;
    Ok(format!(
        "{} events whose texts hold control and bidi characters, quotes, markup, lines, frames and ends of \
         JSON arrived as as many events; what came behind them is whole",
        TEXTS.len()
    ))
}

fn half(bytes: &[u8]) -> &[u8] {
    bytes.get(..bytes.len() / 2).unwrap_or_default()
}
