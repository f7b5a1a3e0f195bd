//! One attempt of one step: written down, sent, and its outcome told.

use std::time::Duration;

use signalbox_model::{
    Alert, DeliveryKey, Error, ErrorKind, IntegrationName, Receipt, StepKind, TicketLink,
};
use signalbox_sdk::role::{
    Batch, Confirmation, Destination, Item, Notification, Outcome, Rendered, Ticket, TicketUpdate,
    Ticketing, Token,
};
use signalbox_store::desk::LeasedStep;

/// What a destination said of a step.
#[derive(Clone, Debug, Default)]
pub(super) struct Names {
    pub(super) ticket: Option<TicketLink>,
    pub(super) receipt: Option<Receipt>,
}

/// Brings a step to a ticketing product: found or created once, then kept up to date.
pub(super) async fn send_ticket(
    ticketing: &dyn Ticketing,
    destination: &IntegrationName,
    step: &LeasedStep,
    rendered: Rendered,
) -> Result<Names, Error> {
    let alert = step.alert.clone();
    let ticket = match (step.kind, &step.ticket) {
        (StepKind::Open, Some(link)) => link.clone(),
        (StepKind::Open, None) => open(ticketing, step, rendered).await?,
        (kind, known) => {
            let link = match known {
                Some(link) => link.clone(),
                None => adopt(ticketing, destination, &alert).await?,
            };
            ticketing.update(&link, &TicketUpdate { step: kind, alert, rendered }).await?;
            link
        }
    };
    Ok(Names { ticket: Some(ticket), receipt: None })
}

async fn open(
    ticketing: &dyn Ticketing,
    step: &LeasedStep,
    rendered: Rendered,
) -> Result<TicketLink, Error> {
    if step.must_find {
        let found = ticketing.find(step.key).await?;
        if found.len() > 1 {
            tracing::error!(delivery.id = %step.key, tickets = found.len(),
                "Several tickets carry the same key, the oldest is kept; close the others by hand");
        }
        if let Some(link) = found.into_iter().next() {
            return Ok(link);
        }
    }
    let ticket = Ticket { key: step.key, alert: step.alert.clone(), rendered };
    ticketing.create(&ticket).await
}

/// A later step without a ticket link: the link was lost with an older desk, and is looked up.
async fn adopt(
    ticketing: &dyn Ticketing,
    destination: &IntegrationName,
    alert: &Alert,
) -> Result<TicketLink, Error> {
    let key = DeliveryKey::derive(alert.id, destination, StepKind::Open);
    let found = ticketing.find(key).await?;
    found.into_iter().next().ok_or_else(|| {
        Error::new(
            ErrorKind::Rejected,
            "update ticket",
            format!(
                "no ticket carries the key `{key}`: it was never made, as after `enable --skip` or a \
                 discarded `open`, or it was deleted; discard this, the next alert makes a new one"
            ),
        )
    })
}

/// Brings a step to a destination as one notification, confirmed where it confirms later.
pub(super) async fn send_notification(
    destination: &dyn Destination,
    step: &LeasedStep,
    rendered: Rendered,
) -> Result<Names, Error> {
    let notification = Notification {
        key: step.key,
        step: step.kind,
        alert: step.alert.clone(),
        rendered,
        receipt: step.receipt.clone(),
    };
    let mut body = Vec::new();
    destination.encode(&Item::Notification(&notification), &mut body)?;
    let ends = vec![body.len()];
    let batch = Batch { id: step.key.to_string(), body: body.into(), ends };
    let outcome = destination.deliver(&batch).await.into_iter().next();
    match outcome {
        Some(Outcome::Done(receipt)) => Ok(Names { ticket: None, receipt }),
        Some(Outcome::Failed(error)) => Err(error),
        Some(Outcome::Unconfirmed(token)) => confirm(destination, token).await,
        None => Err(Error::new(ErrorKind::Bug, "notify", "the connector told no outcome")),
    }
}

async fn confirm(destination: &dyn Destination, token: Token) -> Result<Names, Error> {
    let (pace, limit) = destination.confirm_pace();
    let (deadline, tokens) = (tokio::time::Instant::now() + limit, [token]);
    while tokio::time::Instant::now() < deadline {
        tokio::time::sleep(pace.min(CONFIRM_PACE_MAX)).await;
        // The lease counts with the limit: a look-up that never answers must not outlive it.
        let look = tokio::time::timeout_at(deadline, destination.confirm(&tokens));
        let Ok(confirmed) = look.await else { break };
        if confirmed?.first() == Some(&Confirmation::Confirmed) {
            return Ok(Names::default());
        }
    }
    let what = format!("taken, but not confirmed within {limit:?}");
    Err(Error::new(ErrorKind::OutcomeUnknown, "confirm notification", what))
}

/// A single notification is asked for at least this often.
const CONFIRM_PACE_MAX: Duration = Duration::from_secs(2);
