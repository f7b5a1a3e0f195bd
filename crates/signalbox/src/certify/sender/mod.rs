//! Sources that are sent to: senders that are well, that break off, repeat themselves, or are somebody
//! else. What the hub acknowledged has to arrive behind the line.

mod line;
mod refusals;
mod steady;
mod wire;

use std::sync::Arc;

use signalbox_sdk::Connector;
use signalbox_sdk::testkit::certification::Sender;

use super::proof::{Proof, not_applicable};
use super::{Case, Change};
use line::Line;

/// Plays one case.
pub(super) async fn prove(
    connector: &Connector,
    open: fn() -> Arc<dyn Sender>,
    case: Case,
    change: Change,
) -> Proof {
    if let Some(why) = means_nothing(case) {
        return not_applicable(why);
    }
    let mut line = Line::start(connector, open, change).await?;
    match case {
        Case::HappyPath => steady::happy_path(&line).await,
        Case::CutBeforeAnswer => steady::cut_before(&line).await,
        Case::CutAfterAnswer => steady::cut_after(&line).await,
        Case::SlowLoris => steady::slow_loris(&line).await,
        Case::DuplicateDelivery => steady::duplicate(&line).await,
        Case::Restart => steady::restart(&mut line).await,
        Case::HostileText => steady::hostile_text(&line).await,
        Case::AuthenticationFailure => refusals::authentication(&line).await,
        Case::ExpiredToken => refusals::expired(&line).await,
        Case::InvalidPayload => refusals::invalid(&line).await,
        Case::LargePayload => refusals::large(&line).await,
        Case::Unavailable => refusals::unavailable(&line).await,
        _ => refusals::no_secret(&line).await,
    }
}

/// The hub is asked and asks nobody, so what a vendor may answer means nothing here.
fn means_nothing(case: Case) -> Option<&'static str> {
    match case {
        Case::Timeout => Some("the hub waits for no answer; a sender that stalls is `slow-loris`"),
        Case::RateLimit => {
            Some("the hub calls nobody; that it asks its senders to wait is `unavailable`")
        }
        Case::LateExecution => {
            Some("the hub is the one that executes: what it answered is durable")
        }
        Case::Redirect => Some("the hub gives the answers, and none of them is a redirect"),
        Case::ErrorInside => {
            Some("the hub gives the answers; what was refused says so by its status")
        }
        Case::ShiftingPages => Some("nothing is read page by page"),
        _ => None,
    }
}
