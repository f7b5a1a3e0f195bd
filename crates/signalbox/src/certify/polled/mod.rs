//! Sources that are asked: what the vendor holds has to arrive behind the line, each finding once.

mod line;
mod steady;
mod trouble;

use std::sync::Arc;

use signalbox_model::Clock;
use signalbox_sdk::Connector;
use signalbox_sdk::testkit::certification::Polled;

use super::proof::{Proof, not_applicable};
use super::{Case, Change};
use line::Line;

/// Plays one case.
pub(super) async fn prove(
    connector: &Connector,
    open: fn(Arc<dyn Clock>) -> Arc<dyn Polled>,
    case: Case,
    change: Change,
) -> Proof {
    if case == Case::LateExecution {
        return not_applicable("it only reads: what is executed late changes nothing");
    }
    let mut line = Line::start(connector, open, case, change).await?;
    match case {
        Case::HappyPath => steady::happy_path(&line).await,
        Case::DuplicateDelivery => steady::duplicate(&line).await,
        Case::ShiftingPages => steady::shifting_pages(&line).await,
        Case::Restart => steady::restart(&mut line).await,
        Case::HostileText => steady::hostile_text(&line).await,
        Case::AuthenticationFailure => trouble::authentication(&line).await,
        Case::RateLimit => trouble::rate_limit(&line).await,
        Case::Unavailable => trouble::unavailable(&line).await,
        Case::Redirect => trouble::redirect(&line).await,
        Case::ExpiredToken => trouble::expired(&line).await,
        Case::NoSecret => trouble::no_secret(&line).await,
        _ => trouble::unread_answer(&line, case).await,
    }
}
