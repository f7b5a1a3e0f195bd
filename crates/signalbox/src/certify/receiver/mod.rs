//! Destinations and ticketing products: findings go in at one end of the hub, and what the vendor holds
//! is compared with what the hub says it delivered.

mod line;
mod refusals;
mod steady;
mod unknown;

use std::sync::Arc;

use signalbox_model::Clock;
use signalbox_sdk::Connector;
use signalbox_sdk::testkit::certification::Receiver;

use super::proof::{Proof, not_applicable};
use super::{Case, Change};
use line::Line;

/// How often a vendor may hold one delivery.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Promise {
    /// Once, whatever happened: it is looked up before it is made.
    ExactlyOnce,
    /// Once, and after an unknown outcome perhaps again, under the same key.
    AtLeastOnce,
}

/// Plays one case.
pub(super) async fn prove(
    connector: &Connector,
    open: fn(Arc<dyn Clock>) -> Arc<dyn Receiver>,
    promise: Promise,
    case: Case,
    change: Change,
) -> Proof {
    if case == Case::ShiftingPages {
        return not_applicable("nothing is read from it, so there are no pages");
    }
    let mut line = Line::start(connector, open, promise, change).await?;
    match case {
        Case::HappyPath => steady::happy_path(&line).await,
        Case::LargePayload => steady::large_payload(&line).await,
        Case::DuplicateDelivery => steady::duplicate(&line).await,
        Case::HostileText => steady::hostile_text(&line).await,
        Case::AuthenticationFailure => refusals::authentication(&line).await,
        Case::RateLimit => refusals::rate_limit(&line).await,
        Case::InvalidPayload => refusals::invalid(&line).await,
        Case::Unavailable => refusals::unavailable(&line).await,
        Case::Redirect => refusals::redirect(&line).await,
        Case::ErrorInside => refusals::error_inside(&line).await,
        Case::ExpiredToken => refusals::expired(&line).await,
        Case::NoSecret => refusals::no_secret(&line).await,
        Case::Restart => unknown::restart(&mut line).await,
        _ => unknown::lost_answer(&line, case).await,
    }
}
