//! What a replay would send, without sending it.

use std::collections::BTreeMap;

use serde::Serialize;
use signalbox_model::{DeliveryKey, Error, IntegrationName, StepKind};
use signalbox_sdk::role::{Destination, EventItem, Item, Notification, Rendered, Ticket};
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
        Target::Ticketing(ticketing) if step.kind == StepKind::Open && step.ticket.is_none() => {
            let key = DeliveryKey::derive(step.alert.id, destination, StepKind::Open);
            let ticket = Ticket { key, alert: step.alert.clone(), rendered };
            let body = ticketing.encode_create(&ticket).await?;
            let body = Some(String::from_utf8_lossy(&body).into_owned());
            let what =
                format!("looks for a ticket with the key `{key}`, and creates it if there is none");
            Ok(Preview { what, body, texts: BTreeMap::new(), warnings })
        }
        Target::Ticketing(_) => {
            if has_own_title(step) {
                let title =
                    "the title that was set is not sent: a ticket keeps the one it was made with";
                warnings.push(title.to_owned());
            }
            let what = update_sentence(step, destination);
            Ok(Preview { what, body: None, texts: texts_of(rendered), warnings })
        }
    }
}

/// Says which ticket a later step is about, and that there may be none.
fn update_sentence(step: &LeasedStep, destination: &IntegrationName) -> String {
    let kind = step.kind;
    match &step.ticket {
        Some(link) => format!(
            "brings ticket `{}` up to date (`{kind}`); its state decides what is written",
            link.number
        ),
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
