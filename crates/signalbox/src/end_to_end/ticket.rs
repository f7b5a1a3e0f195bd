//! A marked ticket: created, found by its key, seen open, closed, seen closed.
//!
//! Whatever goes wrong after it was created, or may have been, closing it is tried; where that fails too it
//! is told which one to close, so that a person can.

use std::time::Duration;

use signalbox_model::{DeliveryKey, Error, ErrorKind, TicketLink};
use signalbox_sdk::role::{CheckReport, TicketState, Ticketing};
use tokio::time::{Instant, sleep};

use super::{PACE_MAX, fix, may_have_come};
use crate::synthetic::Synthetic;

/// Goes the whole way; `settle` is how long the product may take to show what it has created.
pub(super) async fn run(
    ticketing: &dyn Ticketing,
    synthetic: &Synthetic,
    settle: Duration,
    report: &mut CheckReport,
) {
    let Some(link) = create(ticketing, synthetic, settle, report).await else { return };
    let key = synthetic.ticket().key;
    match find(ticketing, key, &link, settle).await {
        Ok(detail) => report.passed("find", detail),
        Err((detail, fix)) => report.failed("find", detail, fix),
    }
    if see_open(ticketing, &link, report).await {
        close(ticketing, synthetic, &link, report).await;
    }
}

/// Where nobody knows whether it was created it is looked for, as the hub does.
async fn create(
    ticketing: &dyn Ticketing,
    synthetic: &Synthetic,
    settle: Duration,
    report: &mut CheckReport,
) -> Option<TicketLink> {
    let ticket = synthetic.ticket();
    let error = match ticketing.create(&ticket).await {
        Ok(link) => {
            report.passed("create", format!("{} carries the key `{}`", named(&link), ticket.key));
            return Some(link);
        }
        Err(error) => error,
    };
    if !may_have_come(&error) {
        report.failed("create", error.to_string(), fix(&error));
        return None;
    }
    let found = appear(ticketing, ticket.key, settle).await;
    let sought = match found.map(|found| found.into_iter().next()) {
        Ok(Some(link)) => {
            let detail = format!("{error}; but {} was found by its key", named(&link));
            report.warning("create", detail, "see why the answer was lost");
            return Some(link);
        }
        Ok(None) => format!("its key finds nothing within {settle:?}"),
        Err(lookup) => format!("it could not be looked up either: {lookup}"),
    };
    let fix = format!(
        "look for `{}` with the key `{}` there, and close it by hand if it came",
        ticket.rendered.title, ticket.key
    );
    report.failed("create", format!("{error}; {sought}"), fix);
    None
}

/// Looks the ticket up as the hub does after a lost answer; says what was found, or what is wrong and
/// what to do.
async fn find(
    ticketing: &dyn Ticketing,
    key: DeliveryKey,
    link: &TicketLink,
    settle: Duration,
) -> Result<String, (String, String)> {
    let begin = Instant::now();
    let found = appear(ticketing, key, settle).await;
    let found = found.map_err(|error| (error.to_string(), fix(&error).to_owned()))?;
    let others: Vec<_> = found.iter().filter(|found| found.id != link.id).map(named).collect();
    if found.is_empty() {
        let detail =
            format!("{} was created, but its key finds nothing within {settle:?}", named(link));
        return Err((detail, NOT_FOUND.to_owned()));
    }
    if !others.is_empty() {
        let detail = format!("its key finds {}", others.join(", "));
        return Err((detail, "see what copies tickets with their keys there".to_owned()));
    }
    let took = begin.elapsed();
    Ok(format!(
        "its key finds it, and nothing else, after {}.{} s",
        took.as_secs(),
        took.subsec_millis() / 100
    ))
}

/// Asks until something carries the key, `settle` at most. A look-up that fails for what may pass is made
/// again.
async fn appear(
    ticketing: &dyn Ticketing,
    key: DeliveryKey,
    settle: Duration,
) -> Result<Vec<TicketLink>, Error> {
    let deadline = Instant::now() + settle;
    loop {
        let found = ticketing.find(key).await;
        let is_decided = match &found {
            Ok(found) => !found.is_empty(),
            Err(error) => matches!(error.kind(), ErrorKind::Unauthorized | ErrorKind::Rejected),
        };
        if is_decided || Instant::now() >= deadline {
            return found;
        }
        sleep(PACE_MAX.min(deadline - Instant::now())).await;
    }
}

/// Returns whether it is still to be closed.
async fn see_open(ticketing: &dyn Ticketing, link: &TicketLink, report: &mut CheckReport) -> bool {
    match ticketing.state(link).await {
        Ok(Some(TicketState { is_over: false, word })) => {
            report.passed("read back", format!("it is open: its state is `{word}`"));
        }
        Ok(Some(TicketState { is_over: true, word })) => {
            let detail = format!(
                "{} was closed by somebody else: its state is `{word}` before the test closed it",
                named(link)
            );
            let fix = "see its history for the person or the rule that closes new tickets";
            report.failed("read back", detail, fix);
            return false;
        }
        Ok(None) => report.warning("read back", NOT_ASKED, LOOK),
        Err(error) => {
            let detail = format!("{} cannot be read: {error}", named(link));
            report.failed("read back", detail, fix(&error));
        }
    }
    true
}

async fn close(
    ticketing: &dyn Ticketing,
    synthetic: &Synthetic,
    link: &TicketLink,
    report: &mut CheckReport,
) {
    let by_hand = || format!("close {} by hand", named(link));
    if let Err(error) = ticketing.update(link, &synthetic.resolution(synthetic.made_at())).await {
        return report.failed("close", error.to_string(), by_hand());
    }
    match ticketing.state(link).await {
        Ok(Some(TicketState { is_over: true, word })) => {
            report.passed("close", format!("it is closed: its state is `{word}`"));
        }
        Ok(Some(TicketState { is_over: false, word })) => {
            let detail = format!("it was to be closed, but its state is `{word}`");
            report.failed("close", detail, by_hand());
        }
        Ok(None) => report.warning("close", NOT_ASKED, LOOK),
        Err(error) => {
            report.failed("close", format!("closed, but not read again: {error}"), by_hand());
        }
    }
}

fn named(link: &TicketLink) -> String {
    match &link.url {
        Some(url) => format!("`{}` ({url})", link.number),
        None => format!("`{}`", link.number),
    }
}

const NOT_FOUND: &str = "let the account read the column that carries the key, or raise `settle` if the \
                         product is slow to show; until then a lost answer makes a second ticket";
const NOT_ASKED: &str = "not proven: this product's connector cannot ask where a ticket stands";
const LOOK: &str = "look at the ticket by its number";

#[cfg(test)]
mod tests;
