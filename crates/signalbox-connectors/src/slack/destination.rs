//! Brings the steps of alerts to a channel.
//!
//! A later step is two calls: the alert's message is brought up to date, then the thread is replied
//! to. The first may be repeated at will, so the order makes each attempt safe: what fails there has
//! posted nothing, and what fails at the reply repeats a change that is there already. A message
//! that somebody deleted is replaced by a new one; one that may not be changed any more stays as it
//! is, and the thread tells.

use std::borrow::Cow;
use std::time::Duration;

use async_trait::async_trait;
use signalbox_model::Receipt;
use signalbox_sdk::http::HttpOptions;
use signalbox_sdk::role::{Batch, BatchLimits, CheckReport, Destination, Item, Outcome};
use signalbox_sdk::{Context, Error};

use super::check;
use super::client::{IncomingWebhook, Placed, Post, Reason, Refusal, SlackClient};
use super::config::{Access, Config};
use super::encoded::{self, Encoded, Kept, Step, Thread};
use super::escaping;
use super::mapping;
use super::wire::Message;

/// A channel that takes alerts.
pub(super) struct SlackDestination {
    door: Door,
    mentions: bool,
    timeout: Duration,
}

/// The way in.
pub(super) enum Door {
    /// An incoming webhook.
    Webhook(IncomingWebhook),
    /// The Web API.
    Bot {
        /// The client.
        client: SlackClient,
        /// Where new messages go.
        channel: String,
    },
}

impl SlackDestination {
    /// Makes a destination.
    ///
    /// # Errors
    /// Where the CA file cannot be read.
    pub(super) fn new(config: &Config, access: Access, context: &Context) -> Result<Self, String> {
        let timeout = config.timeout.as_duration();
        let options = HttpOptions { timeout, ca: config.ca.clone(), ..HttpOptions::default() };
        let door = match access {
            Access::Webhook { url } => Door::Webhook(IncomingWebhook::new(url, &options, context)?),
            Access::Bot { token, channel, api } => {
                Door::Bot { client: SlackClient::new(api, token, &options, context)?, channel }
            }
        };
        Ok(Self { door, mentions: config.mentions, timeout })
    }

    async fn deliver_step(&self, step: &Step) -> Result<Option<Receipt>, Error> {
        match &self.door {
            Door::Webhook(webhook) => {
                post_to_webhook(webhook, &step.card, &step.key).await.map(|()| None)
            }
            Door::Bot { client, channel } => match &step.thread {
                None => open(client, channel, step).await,
                Some(thread) => follow_up(client, channel, step, thread).await,
            },
        }
    }

    async fn deliver_lines(&self, lines: &[String], id: &str) -> Result<(), Error> {
        let message = mapping::event_message(lines);
        match &self.door {
            Door::Webhook(webhook) => post_to_webhook(webhook, &message, id).await,
            Door::Bot { client, channel } => {
                let post = Post { channel, thread: None, delivery: id, message: &message };
                client.post_message(&post).await.map(drop).map_err(|refusal| refusal.error)
            }
        }
    }

    async fn deliver_all(&self, batch: &Batch) -> Result<Vec<Outcome>, Error> {
        let mut outcomes = Vec::new();
        let mut lines = Vec::new();
        for item in encoded::decode(batch)? {
            match item {
                Encoded::Step(step) => outcomes.push(match self.deliver_step(&step).await {
                    Ok(receipt) => Outcome::Done(receipt),
                    Err(error) => Outcome::Failed(error),
                }),
                Encoded::Event(line) => lines.push(line),
            }
        }
        if !lines.is_empty() {
            self.deliver_lines(&lines, &batch.id).await?;
            outcomes.extend(lines.iter().map(|_| Outcome::Done(None)));
        }
        Ok(outcomes)
    }
}

#[async_trait]
impl Destination for SlackDestination {
    fn limits(&self) -> BatchLimits {
        BatchLimits { events_max: mapping::EVENTS_MAX, bytes_max: BATCH_BYTES_MAX }
    }

    fn timeout(&self) -> Duration {
        self.timeout
    }

    fn encode(&self, item: &Item<'_>, out: &mut Vec<u8>) -> Result<(), Error> {
        encoded::encode(item, self.mentions, out)
    }

    fn is_stream_by_default(&self) -> bool {
        false
    }

    async fn deliver(&self, batch: &Batch) -> Vec<Outcome> {
        match self.deliver_all(batch).await {
            Ok(outcomes) => outcomes,
            Err(error) => vec![Outcome::Failed(error); batch.len()],
        }
    }

    fn escape<'a>(&self, value: &'a str) -> Cow<'a, str> {
        escaping::escape(value)
    }

    /// A bot changes its message at the later steps, which Slack refuses where there is none.
    fn unproven(&self) -> Option<&'static str> {
        match &self.door {
            Door::Webhook(_) => Some(
                "that the message is in the channel: an incoming webhook names nothing that could be \
                 read back; a bot token does",
            ),
            Door::Bot { .. } => None,
        }
    }

    async fn check(&self) -> CheckReport {
        check::check(&self.door, self.timeout).await
    }
}

/// Posts an alert's own message and keeps what names it.
async fn open(client: &SlackClient, channel: &str, step: &Step) -> Result<Option<Receipt>, Error> {
    let post = Post { channel, thread: None, delivery: &step.key, message: &step.card };
    let Placed { channel, ts } =
        post_somehow(client, &post).await.map_err(|refusal| refusal.error)?;
    Ok(Kept { channel, ts, body: step.body.clone() }.receipt())
}

async fn follow_up(
    client: &SlackClient,
    channel: &str,
    step: &Step,
    thread: &Thread,
) -> Result<Option<Receipt>, Error> {
    match client.update_message(&thread.channel, &thread.ts, &thread.card).await {
        Ok(()) => {}
        Err(Refusal { reason: Reason::Gone | Reason::Unreachable, .. }) => {
            return open(client, channel, step).await;
        }
        Err(Refusal { reason: Reason::Fixed | Reason::Form, error }) => {
            tracing::warn!(delivery.id = %step.key, error = %error,
                "A message cannot be brought up to date, its thread tells instead");
        }
        Err(Refusal { reason: Reason::Other, error }) => return Err(error),
    }
    let Some(reply) = &thread.reply else { return Ok(None) };
    let post = Post {
        channel: &thread.channel,
        thread: Some(&thread.ts),
        delivery: &step.key,
        message: reply,
    };
    match post_somehow(client, &post).await {
        Ok(_) => Ok(None),
        Err(Refusal { reason: Reason::Gone, .. }) => open(client, channel, step).await,
        Err(refusal) => Err(refusal.error),
    }
}

/// Posts, and where Slack refuses the form of a message, posts the same in words: an alert is never
/// lost to its layout.
async fn post_somehow(client: &SlackClient, post: &Post<'_>) -> Result<Placed, Refusal> {
    match client.post_message(post).await {
        Err(Refusal { reason: Reason::Form, error }) if !post.message.blocks.is_empty() => {
            warn_of_form(post.delivery, &error);
            let message = post.message.in_words();
            client.post_message(&Post { message: &message, ..*post }).await
        }
        outcome => outcome,
    }
}

async fn post_to_webhook(
    webhook: &IncomingWebhook,
    message: &Message,
    delivery: &str,
) -> Result<(), Error> {
    let outcome = match webhook.post(message, delivery).await {
        Err(Refusal { reason: Reason::Form, error }) if !message.blocks.is_empty() => {
            warn_of_form(delivery, &error);
            webhook.post(&message.in_words(), delivery).await
        }
        outcome => outcome,
    };
    outcome.map_err(|refusal| refusal.error)
}

fn warn_of_form(delivery: &str, error: &Error) {
    tracing::warn!(delivery.id = %delivery, error = %error, answer = error.answer(),
        "Slack refuses the layout of a message, it is sent in words");
}

/// More than any message: lines are limited by their number and length.
const BATCH_BYTES_MAX: usize = 64 * 1024;
