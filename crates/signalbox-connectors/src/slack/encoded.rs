//! What a step or an event becomes before anything is sent, so that a retry sends the same.

use serde::{Deserialize, Serialize};
use signalbox_model::{Receipt, StepKind};
use signalbox_sdk::role::{Batch, Item, Notification};
use signalbox_sdk::{Error, ErrorKind};

use super::mapping;
use super::wire::{Message, TextObject};

/// An encoded item: one line of JSON.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Encoded {
    /// A step of an alert.
    Step(Box<Step>),
    /// A line about an event.
    Event(String),
}

/// A step of an alert.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Step {
    /// The delivery key.
    pub(super) key: String,
    /// The whole alert, where there is no message of it yet or any more.
    pub(super) card: Message,
    /// The body of `card`, kept with its receipt.
    pub(super) body: Option<TextObject>,
    /// Where there is one: what becomes of it.
    pub(super) thread: Option<Thread>,
}

/// An alert's message that is in the channel already.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Thread {
    /// The channel's id.
    pub(super) channel: String,
    /// The message's name within the channel.
    pub(super) ts: String,
    /// What it shows from now on.
    pub(super) card: Message,
    /// What is said below it.
    pub(super) reply: Option<Message>,
}

/// What is kept of an alert's message. Slack replaces all blocks of a message that is changed, so
/// the text it was opened with is kept to be sent again.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Kept {
    /// The channel's id.
    pub(super) channel: String,
    /// The message's name within the channel: a number in form, but a text.
    pub(super) ts: String,
    /// The body it was posted with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) body: Option<TextObject>,
}

impl Kept {
    /// Returns it as the receipt of a delivery.
    pub(super) fn receipt(&self) -> Option<Receipt> {
        serde_json::to_string(self).ok().map(Receipt)
    }

    /// Reads it back; a receipt of something else counts as none.
    fn of(receipt: &Receipt) -> Option<Self> {
        serde_json::from_str(&receipt.0).ok()
    }
}

/// Appends `item` in its encoded form.
pub(super) fn encode(item: &Item<'_>, mentions: bool, out: &mut Vec<u8>) -> Result<(), Error> {
    let encoded = match item {
        Item::Notification(notification) => Encoded::Step(Box::new(step(notification, mentions))),
        Item::Event(event) => Encoded::Event(mapping::event_line(event)),
    };
    serde_json::to_writer(&mut *out, &encoded)
        .map_err(|error| Error::new(ErrorKind::Bug, "encode message", error.to_string()))?;
    out.push(b'\n');
    Ok(())
}

/// Reads a batch back.
pub(super) fn decode(batch: &Batch) -> Result<Vec<Encoded>, Error> {
    let items = batch.items().map(|item| serde_json::from_slice(&item));
    items
        .collect::<Result<_, _>>()
        .map_err(|error| Error::new(ErrorKind::Bug, "read encoded message", error.to_string()))
}

fn step(notification: &Notification, mentions: bool) -> Step {
    let body = mapping::body(&notification.rendered, mentions);
    let kept = notification.receipt.as_ref().and_then(Kept::of);
    let thread = kept.map(|kept| Thread {
        channel: kept.channel,
        ts: kept.ts,
        card: mapping::card(notification, kept.body),
        reply: match notification.step {
            StepKind::Open => None,
            StepKind::Update(_) | StepKind::Resolve(_) => {
                Some(mapping::reply(notification, body.clone()))
            }
        },
    });
    let card = mapping::card(notification, body.clone());
    Step { key: notification.key.to_string(), card, body, thread }
}
