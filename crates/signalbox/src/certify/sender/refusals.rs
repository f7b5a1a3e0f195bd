//! Cases in which the hub says no, or not now.

use std::time::Duration;

use signalbox_api::TailFilter;
use signalbox_sdk::testkit::certification::{Message, Sent};

use super::super::proof::{Proof, ensure, failed, not_applicable};
use super::super::search;
use super::super::stage::SUBJECT;
use super::line::Line;

/// A sender without proof is refused, and what it sent is kept nowhere.
pub(super) async fn authentication(line: &Line) -> Proof {
    let words = refused(line, &Message::Stranger("strange-event")).await?;
    line.arrives("own-event").await?;
    ensure(line.stage.arrived("strange-event")? == 0, || "a stranger's event arrived".to_owned())?;
    ensure(matches!(words.as_str(), "HTTP 401" | "HTTP 403"), || {
        format!("a stranger is told `{words}`")
    })?;
    Ok(format!(
        "a sender without the secret was answered {words} and nothing of it kept; the next was taken"
    ))
}

/// A proof that is too old is none.
pub(super) async fn expired(line: &Line) -> Proof {
    let words = refused(line, &Message::Expired("old-event")).await?;
    line.arrives("own-event").await?;
    ensure(line.stage.arrived("old-event")? == 0, || {
        "an event with an old proof arrived".to_owned()
    })?;
    Ok(format!("a message whose proof is an hour old was answered {words} and nothing of it kept"))
}

/// What is no event is refused or kept as received, and stops no other.
pub(super) async fn invalid(line: &Line) -> Proof {
    let sent = line.send(&Message::Invalid).await?;
    line.arrives("own-event").await?;
    match sent {
        Sent::Refused(words) => {
            Ok(format!("something that is no event: {words}; the next was taken"))
        }
        Sent::Taken => {
            Ok("something that is no event was kept as received; the next was taken".into())
        }
        Sent::Later(_) | Sent::Silence => {
            failed("a sender of something that is no event is not told so, and will never end")
        }
    }
}

/// What is too large is refused or cut, and stops no other.
pub(super) async fn large(line: &Line) -> Proof {
    let sent = line.send(&Message::Large("large-event")).await?;
    line.arrives("own-event").await?;
    line.stage.until_empty().await?;
    let count = line.stage.arrived("large-event")?;
    match (sent, count) {
        (Sent::Refused(words), 0) => Ok(format!(
            "an event above the configured size: {words}, nothing of it kept; the next was taken"
        )),
        (Sent::Taken, 1) => {
            Ok("an event above the configured size was taken, cut to that size; the next was taken"
                .into())
        }
        (sent, count) => {
            failed(format!("a large event was answered {sent:?} and arrived {count} times"))
        }
    }
}

/// A hub that cannot take anything now says so, and loses nothing of what it said yes to.
pub(super) async fn unavailable(line: &Line) -> Proof {
    line.arrives("first-event").await?;
    line.stage.operations()?.disable(SUBJECT).await?;
    let message = Message::Event("waiting-event", "What was seen.");
    let told = match line.send_within(&message, MOMENT).await? {
        Sent::Later(Some(_)) => "was told to come back later, and when".to_owned(),
        Sent::Later(None) => "was told to come back later".to_owned(),
        Sent::Refused(words) if words.starts_with("HTTP") => {
            return failed(format!("a sender that shall come back is told `{words}`"));
        }
        Sent::Refused(_) | Sent::Silence => {
            "got no acknowledgement, so that it sends again".to_owned()
        }
        Sent::Taken => return failed("an event was acknowledged that nobody takes"),
    };
    ensure(line.stage.arrived("waiting-event")? == 0, || "it arrived all the same".to_owned())?;
    line.stage.operations()?.enable(SUBJECT, None).await?;
    line.arrives("waiting-event").await?;
    Ok(format!(
        "while the integration was disabled a sender {told}; enabled, the event arrived once"
    ))
}

/// Whatever the hub shows has no secret in it.
pub(super) async fn no_secret(line: &Line) -> Proof {
    if line.stage.secrets().is_empty() {
        return not_applicable("it is configured without any secret");
    }
    let mut tail = line.stage.operations()?.tail(TailFilter::default())?;
    line.arrives("own-event").await?;
    refused(line, &Message::Stranger("strange-event")).await?;
    let shown = search::shown(&line.stage, &mut tail).await?;
    search::for_secrets(&line.stage, &shown)
}

async fn refused(line: &Line, message: &Message<'_>) -> Proof<String> {
    match line.send(message).await? {
        Sent::Refused(words) => Ok(words),
        other => failed(format!("it is not refused: {other:?}")),
    }
}

/// How long a sender waits for a hub that takes nothing now.
const MOMENT: Duration = Duration::from_millis(500);
