//! What a replay would send, without sending it.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::{Value, json};
use signalbox_model::{DeliveryKey, Error, IntegrationName, StepKind};
use signalbox_sdk::role::{
    Destination, EventItem, Item, Notification, Rendered, Ticket, TicketUpdate, Ticketing,
};
use signalbox_store::desk::{ItemRow, LeasedStep};

use super::Target;
use super::amendment::{has_own_title, render_step};
use super::template::Renderer;

/// What a replay would send.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Preview {
    /// What it would do, in a sentence.
    pub what: String,
    /// The body of the request, where it does not depend on what the product has at that moment.
    pub body: Option<String>,
    /// The texts that go into it where the product's state decides its form, by part: `note` and
    /// `fields.NAME`.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub texts: BTreeMap<String, String>,
    /// What a person should know before sending it.
    pub warnings: Vec<String>,
}

/// Returns what a dead step would be sent with, as far as the product need not be asked, and what a person should
/// know of it: why the texts are not those of its template, and what becomes of a ticket.
pub fn preview_payload(
    target: &Target,
    destination: &IntegrationName,
    renderer: &Renderer,
    step: &LeasedStep,
) -> (Value, Vec<String>) {
    let (rendered, warning) = render_step(renderer, step);
    let mut notes: Vec<String> = warning.into_iter().collect();
    let payload = match target {
        Target::Ticketing(ticketing) if !creates(step) => {
            notes.extend(title_warning(step));
            let body = update_body(ticketing.as_ref(), step, &rendered);
            notes.push(update_sentence(step, destination, body.is_some()));
            match body {
                Some(body) => serde_json::from_str(&body).unwrap_or(Value::String(body)),
                None => json!(texts_of(rendered)),
            }
        }
        Target::Ticketing(_) | Target::Destination(_) => json!(rendered),
    };
    (payload, notes)
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
    let mut warnings: Vec<String> = warning.into_iter().collect();
    match target {
        Target::Destination(destination) => {
            let body =
                encode(destination.as_ref(), &Item::Notification(&notification(step, rendered)))?;
            Ok(Preview {
                what: format!("sends `{}` of the alert", step.kind),
                body: Some(body),
                texts: BTreeMap::new(),
                warnings,
            })
        }
        Target::Ticketing(ticketing) if creates(step) => {
            let key = DeliveryKey::derive(step.alert.id, destination, StepKind::Open);
            let ticket = Ticket { key, alert: step.alert.clone(), rendered };
            let body = ticketing.encode_create(&ticket).await?;
            let body = Some(String::from_utf8_lossy(&body).into_owned());
            let what =
                format!("looks for a ticket with the key `{key}`, and creates it if there is none");
            Ok(Preview { what, body, texts: BTreeMap::new(), warnings })
        }
        Target::Ticketing(ticketing) => {
            warnings.extend(title_warning(step));
            let body = update_body(ticketing.as_ref(), step, &rendered);
            let what = update_sentence(step, destination, body.is_some());
            let texts = if body.is_some() { BTreeMap::new() } else { texts_of(rendered) };
            Ok(Preview { what, body, texts, warnings })
        }
    }
}

/// Says whether a step of a ticketing product makes a ticket; a later one changes it.
fn creates(step: &LeasedStep) -> bool {
    step.kind == StepKind::Open && step.ticket.is_none()
}

fn title_warning(step: &LeasedStep) -> Option<String> {
    let warning = "the title that was set is not sent: a ticket keeps the one it was made with";
    has_own_title(step).then(|| warning.to_owned())
}

/// Returns what a later step writes to a ticket that is open, where the connector can say it.
fn update_body(
    ticketing: &dyn Ticketing,
    step: &LeasedStep,
    rendered: &Rendered,
) -> Option<String> {
    let (alert, rendered) = (step.alert.clone(), rendered.clone());
    let body = ticketing.encode_update(&TicketUpdate { step: step.kind, alert, rendered })?;
    Some(String::from_utf8_lossy(&body).into_owned())
}

/// Says which ticket a later step is about, and that there may be none.
fn update_sentence(step: &LeasedStep, destination: &IntegrationName, is_known: bool) -> String {
    let kind = step.kind;
    match &step.ticket {
        Some(link) => {
            let written = match is_known {
                true => "this is written while it is open; its state decides",
                false => "its state decides what is written",
            };
            format!("brings ticket `{}` up to date (`{kind}`); {written}", link.number)
        }
        None => {
            let key = DeliveryKey::derive(step.alert.id, destination, StepKind::Open);
            format!(
                "looks for a ticket with the key `{key}`, and brings it up to date (`{kind}`); no \
                 ticket of this alert is known, and where none is found this is refused"
            )
        }
    }
}

fn texts_of(rendered: Rendered) -> BTreeMap<String, String> {
    let fields = rendered.fields.into_iter().map(|(name, text)| (format!("fields.{name}"), text));
    fields.chain([("note".to_owned(), rendered.body)]).collect()
}

/// Returns what a dead event of a stream would send.
///
/// # Errors
/// What the connector would refuse before sending.
pub fn preview_event(destination: &dyn Destination, row: &ItemRow) -> Result<Preview, Error> {
    let event = EventItem { json: row.payload(), time: row.event_time, source: &row.source };
    let body = encode(destination, &Item::Event(event))?;
    let what = "sends the event alone".to_owned();
    Ok(Preview { what, body: Some(body), texts: BTreeMap::new(), warnings: Vec::new() })
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
