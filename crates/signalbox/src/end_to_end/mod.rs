//! `signalbox test NAME --end-to-end`: a marked item is made at the product, read back, and closed.
//!
//! The way is that of a real alert, through the connector's own roles, but past the hub: nothing of it is
//! on a desk or in a ledger. What a product does not let anybody read back is said to be not proven.

mod event;
mod notification;
mod ticket;

use std::sync::Arc;
use std::time::Duration;

use signalbox_model::{Clock, Error, ErrorKind};
use signalbox_sdk::role::{
    Batch, Bounded, CheckReport, Confirmation, Destination, Item, Outcome, Token,
};
use tokio::time::{Instant, sleep};

use crate::config::compile::Built;
use crate::synthetic::Synthetic;

/// Makes the item, reads it back and closes it; `None` for what nothing is sent to.
pub async fn run(built: &Built, clock: &dyn Clock) -> Option<CheckReport> {
    let command = format!("signalbox test {} --end-to-end", built.name);
    let item = Synthetic::new(&built.name, &command, clock.now());
    let mut report = CheckReport::default();
    match (&built.roles.ticketing, &built.roles.destination) {
        (Some(ticketing), _) => {
            let settle = built.settings.settle.map(|settle| settle.as_duration());
            let settle = settle.unwrap_or_else(|| ticketing.settle());
            let ticketing = Bounded::ticketing(Arc::clone(ticketing));
            ticket::run(ticketing.as_ref(), &item, settle, &mut report).await;
        }
        (None, Some(destination)) => {
            let destination = Bounded::destination(Arc::clone(destination));
            match built.is_stream {
                true => event::run(destination.as_ref(), &item, &mut report).await,
                false => notification::run(destination.as_ref(), &item, clock, &mut report).await,
            }
        }
        (None, None) => return None,
    }
    Some(report)
}

/// Sends one item and waits for its confirmation where that comes later.
async fn deliver(
    destination: &dyn Destination,
    id: &str,
    item: &Item<'_>,
) -> Result<Outcome, Error> {
    let mut body = Vec::new();
    destination.encode(item, &mut body)?;
    let batch = Batch { id: id.to_owned(), ends: vec![body.len()], body: body.into() };
    match destination.deliver(&batch).await.into_iter().next() {
        Some(Outcome::Unconfirmed(token)) => confirm(destination, token).await,
        Some(Outcome::Failed(error)) => Err(error),
        Some(outcome) => Ok(outcome),
        None => Err(Error::new(ErrorKind::Bug, SEND, "the connector told no outcome")),
    }
}

async fn confirm(destination: &dyn Destination, token: Token) -> Result<Outcome, Error> {
    let (pace, limit) = destination.confirm_pace();
    let deadline = Instant::now() + limit;
    while Instant::now() < deadline {
        sleep(pace.min(PACE_MAX)).await;
        if destination.confirm(&[token]).await?.first() == Some(&Confirmation::Confirmed) {
            return Ok(Outcome::Done(None));
        }
    }
    let what = format!("taken, but not confirmed within {limit:?}");
    Err(Error::new(ErrorKind::OutcomeUnknown, SEND, what))
}

/// Tells what the destination's answer leaves open.
fn tell_unproven(destination: &dyn Destination, report: &mut CheckReport) {
    if let Some(words) = destination.unproven() {
        let fix = "look for the mark `[Signalbox test]` there";
        report.warning("read back", format!("not proven: {words}"), fix);
    }
}

/// Returns whether the product may have taken what it did not say to have taken.
fn may_have_come(error: &Error) -> bool {
    match error.kind() {
        ErrorKind::OutcomeUnknown | ErrorKind::Malformed => true,
        // It answered, and may have failed only then.
        ErrorKind::Unavailable => error.status().is_some(),
        _ => false,
    }
}

/// Returns what to do about an error, by its kind.
fn fix(error: &Error) -> &'static str {
    match error.kind() {
        ErrorKind::Unauthorized => "run `signalbox doctor` for this integration",
        ErrorKind::Rejected => {
            "mend what the product says, or fill it by the `fields` of a template"
        }
        ErrorKind::Throttled { .. } => "wait as long as it asks for, and test again",
        _ => "run `signalbox doctor` for this integration, and test again",
    }
}

const SEND: &str = "send test item";

/// Somebody waits before the screen.
const PACE_MAX: Duration = Duration::from_secs(1);
