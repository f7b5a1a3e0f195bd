//! What can be seen of a canary where it went.
//!
//! A ticket is looked up by its key and read. A destination without a look-up has said that it took what was
//! sent, which is all that can be known of it.

use std::time::Duration;

use signalbox_model::{DeliveryKey, Error, ErrorKind, TicketLink};
use signalbox_sdk::role::Ticketing;

use crate::deliver::Target;

/// Where the route of a rule ends.
#[derive(Clone)]
pub struct FarEnd {
    /// What is there.
    pub target: Target,
    /// Whether an operator lets it work.
    pub is_enabled: bool,
}

/// How far a canary should have come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Phase {
    /// It was delivered, and nobody has closed it.
    Opened,
    /// It was closed.
    Closed,
}

/// What the good news of a canary rests on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CanaryProof {
    /// It was looked up at the destination, open and then closed.
    ReadBack,
    /// It was found there; the product cannot be asked whether it is open.
    Found,
    /// The destination said that it took it, and can be asked no more.
    Acknowledged,
}

impl FarEnd {
    /// Looks, and returns what that proves.
    ///
    /// # Errors
    /// What is not as it should be, in words.
    pub(super) async fn see(
        &self,
        key: DeliveryKey,
        link: Option<&TicketLink>,
        phase: Phase,
    ) -> Result<CanaryProof, String> {
        let Target::Ticketing(ticketing) = &self.target else {
            return Ok(CanaryProof::Acknowledged);
        };
        let Some(link) = link else {
            return Err("it was delivered without a ticket; this is a bug".to_owned());
        };
        let limit = ticketing.timeout() * CALLS;
        let seen = tokio::time::timeout(limit, see_ticket(ticketing.as_ref(), key, link, phase));
        seen.await.unwrap_or_else(|_| Err(no_answer(limit)))
    }

    /// Returns whether a ticket carries this key.
    ///
    /// # Errors
    /// Those of the product.
    pub(super) async fn has(&self, key: DeliveryKey) -> Result<bool, Error> {
        let Target::Ticketing(ticketing) = &self.target else { return Ok(false) };
        let limit = ticketing.timeout();
        match tokio::time::timeout(limit, ticketing.find(key)).await {
            Ok(found) => found.map(|found| !found.is_empty()),
            Err(_) => Err(Error::new(ErrorKind::Unavailable, "find ticket", no_answer(limit))),
        }
    }
}

/// A look asks twice: for the key, and for the state.
const CALLS: u32 = 2;

async fn see_ticket(
    ticketing: &dyn Ticketing,
    key: DeliveryKey,
    link: &TicketLink,
    phase: Phase,
) -> Result<CanaryProof, String> {
    let number = &link.number;
    let found = ticketing.find(key).await.map_err(|error| error.to_string())?;
    if !found.iter().any(|found| found.id == link.id) {
        return Err(format!("ticket `{number}` was made, but its key does not find it"));
    }
    let state = ticketing.state(link).await.map_err(|error| error.to_string())?;
    match (state, phase) {
        (None, _) => Ok(CanaryProof::Found),
        (Some(state), Phase::Opened) if state.is_over => Err(format!(
            "ticket `{number}` was closed by somebody else: its state is `{}`",
            state.word
        )),
        (Some(state), Phase::Closed) if !state.is_over => Err(format!(
            "ticket `{number}` was to be closed, but its state is `{}`; close it by hand",
            state.word
        )),
        (Some(_), _) => Ok(CanaryProof::ReadBack),
    }
}

fn no_answer(limit: Duration) -> String {
    format!("no answer within {limit:?} when it was looked for")
}
