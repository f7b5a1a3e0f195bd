//! Alerts as tickets: created once, found by our key, kept up to date.

use std::borrow::Cow;
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use signalbox_model::{Alert, DeliveryKey, Error, StepKind, TicketLink};

use super::{CheckReport, Rendered, inert_text};

/// A product in which alerts become tickets.
#[async_trait]
pub trait Ticketing: Send + Sync {
    /// Says how long the vendor may still execute, or hide from search, a create that we gave up on.
    fn settle(&self) -> Duration;

    /// Says how long one call may take at most; an attempt is at most two of them.
    fn timeout(&self) -> Duration {
        Duration::from_secs(10)
    }

    /// Returns the tickets that carry `key`, oldest first. What it returns was compared with the key,
    /// not only asked for by it.
    ///
    /// # Errors
    /// Those of the call; nothing was changed.
    async fn find(&self, key: DeliveryKey) -> Result<Vec<TicketLink>, Error>;

    /// Creates a ticket that carries its key. Called only after a [`find`](Self::find) that came back
    /// empty wherever an earlier attempt may have been executed.
    ///
    /// # Errors
    /// `OutcomeUnknown` where the request may have been executed.
    async fn create(&self, ticket: &Ticket) -> Result<TicketLink, Error>;

    /// Returns the body with which [`create`](Self::create) would be asked, without asking: it is shown
    /// to a person before a dead letter is sent again. Names may be looked up at the product.
    ///
    /// # Errors
    /// Those of the look-ups; nothing was changed.
    async fn encode_create(&self, ticket: &Ticket) -> Result<Bytes, Error>;

    /// Brings a ticket up to date. Fields are set, so repeating is harmless; a note may stand twice
    /// after an unknown outcome.
    ///
    /// # Errors
    /// Those of the call.
    async fn update(&self, link: &TicketLink, update: &TicketUpdate) -> Result<(), Error>;

    /// Returns the body with which [`update`](Self::update) would change a ticket that is open, without asking: it is
    /// shown to a person before a dead letter is sent again. `None` where the product must be asked first.
    fn encode_update(&self, _update: &TicketUpdate) -> Option<Bytes> {
        None
    }

    /// Reads where a ticket stands; `None` where the product cannot be asked.
    ///
    /// # Errors
    /// Those of the call; `Rejected` where there is no such ticket any more.
    async fn state(&self, _link: &TicketLink) -> Result<Option<TicketState>, Error> {
        Ok(None)
    }

    /// Makes a value from outside inert in this product's texts.
    fn escape<'a>(&self, value: &'a str) -> Cow<'a, str> {
        inert_text(value)
    }

    /// Proves reachability, credentials and permission with one harmless call.
    async fn check(&self) -> CheckReport;
}

/// Where a ticket stands at its product.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TicketState {
    /// Whether nobody works on it any more: resolved, closed or called off.
    pub is_over: bool,
    /// What the product calls that, such as ServiceNow's `6`.
    pub word: String,
}

/// A ticket to create.
#[derive(Clone, Debug)]
pub struct Ticket {
    /// What the ticket is found by: the key of the `open` step.
    pub key: DeliveryKey,
    /// The alert.
    pub alert: Alert,
    /// Title, description and further fields.
    pub rendered: Rendered,
}

/// A change to a ticket.
#[derive(Clone, Debug)]
pub struct TicketUpdate {
    /// `update n` or `resolve n`.
    pub step: StepKind,
    /// The alert as it is now: its status decides whether the ticket is resolved or reopened.
    pub alert: Alert,
    /// The note to add: the rendered body.
    pub rendered: Rendered,
}
