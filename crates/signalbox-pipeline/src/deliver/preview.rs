//! What a replay would send, without sending it.

use serde::Serialize;
use signalbox_model::{DeliveryKey, Error, IntegrationName, StepKind};
use signalbox_sdk::role::{Destination, EventItem, Item, Notification, Rendered, Ticket};
use signalbox_store::desk::{ItemRow, LeasedStep};

use super::Target;
use super::amendment::render_step;
use super::template::Renderer;

/// What a replay would send.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Preview {
    /// What it would do, in a sentence.
    pub what: String,
    /// The body of the request, where it does not depend on what the product has at that moment.
    pub body: Option<String>,
    /// What a person should know before sending it.
    pub warnings: Vec<String>,
}

/// Returns the texts that a dead step would be sent with, and why they are not its template's, where
/// they are not.
pub fn preview_texts(renderer: &Renderer, step: &LeasedStep) -> (Rendered, Option<String>) {
    render_step(renderer, step)
}

/// Returns what a dead step would send. Names that a ticket refers to may be looked up at the product;
/// nothing is written there.
///
/// # Errors
/// What the connector would refuse before sending, or could not look up.
pub async fn preview_step(
    target: &Target,
    destination: &IntegrationName,
    renderer: &Renderer,
    step: &LeasedStep,
) -> Result<Preview, Error> {
    let (rendered, warning) = render_step(renderer, step);
    let warnings = warning.into_iter().collect();
    match target {
        Target::Destination(destination) => {
            let body =
                encode(destination.as_ref(), &Item::Notification(&notification(step, rendered)))?;
            Ok(Preview {
                what: format!("sends `{}` of the alert", step.kind),
                body: Some(body),
                warnings,
            })
        }
        Target::Ticketing(ticketing) if step.kind == StepKind::Open && step.ticket.is_none() => {
            let key = DeliveryKey::derive(step.alert.id, destination, StepKind::Open);
            let ticket = Ticket { key, alert: step.alert.clone(), rendered };
            let body = ticketing.encode_create(&ticket).await?;
            let body = Some(String::from_utf8_lossy(&body).into_owned());
            let what =
                format!("looks for a ticket with the key `{key}`, and creates it if there is none");
            Ok(Preview { what, body, warnings })
        }
        Target::Ticketing(_) => {
            let number = step.ticket.as_ref().map_or("the alert's", |link| &link.number);
            let what = format!(
                "brings ticket `{number}` up to date (`{}`); its state decides what is written, with \
                 this note: {}",
                step.kind, rendered.body
            );
            Ok(Preview { what, body: None, warnings })
        }
    }
}

/// Returns what a dead event of a stream would send.
///
/// # Errors
/// What the connector would refuse before sending.
pub fn preview_event(destination: &dyn Destination, row: &ItemRow) -> Result<Preview, Error> {
    let event = EventItem { json: row.payload(), time: row.event_time, source: &row.source };
    let body = encode(destination, &Item::Event(event))?;
    let what = "sends the event alone".to_owned();
    Ok(Preview { what, body: Some(body), warnings: Vec::new() })
}

fn notification(step: &LeasedStep, rendered: Rendered) -> Notification {
    Notification {
        key: step.key,
        step: step.kind,
        alert: step.alert.clone(),
        rendered,
        receipt: step.receipt.clone(),
    }
}

fn encode(destination: &dyn Destination, item: &Item<'_>) -> Result<String, Error> {
    let mut body = Vec::new();
    destination.encode(item, &mut body)?;
    Ok(String::from_utf8_lossy(&body).into_owned())
}
