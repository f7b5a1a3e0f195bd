//! The workspace's state: channels, messages, and who may do what.

use std::collections::{BTreeMap, HashMap};

use serde_json::Value;
use signalbox_model::time::Timestamp;

use super::{SimulatedBehavior, SimulatedMessage, SimulatedRequest, SlackSimulator};

/// Everything that the simulator remembers.
pub(super) struct Workspace {
    pub(super) behavior: SimulatedBehavior,
    pub(super) channels: BTreeMap<String, Channel>,
    pub(super) messages: Vec<SimulatedMessage>,
    pub(super) requests: Vec<SimulatedRequest>,
    /// When each channel took its last message.
    posted_at: HashMap<String, Timestamp>,
    /// Makes names of messages differ within a second.
    count: u32,
}

/// A channel.
#[derive(Clone, Default)]
pub(super) struct Channel {
    pub(super) name: &'static str,
    pub(super) is_private: bool,
    pub(super) is_member: bool,
    pub(super) is_archived: bool,
    pub(super) is_ext_shared: bool,
}

/// Why a request is refused.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Refused {
    pub(super) word: &'static str,
    /// What `response_metadata.messages` says.
    pub(super) messages: Vec<String>,
    /// The scope that is needed.
    pub(super) needed: Option<&'static str>,
    /// Seconds to wait: the answer is a 429.
    pub(super) retry_after: Option<u32>,
}

impl From<&'static str> for Refused {
    fn from(word: &'static str) -> Self {
        Self { word, ..Self::default() }
    }
}

impl Default for Workspace {
    fn default() -> Self {
        let member = |name| Channel { name, is_member: true, ..Channel::default() };
        let channels = [
            (SlackSimulator::CHANNEL, member("soc-alerts")),
            (SlackSimulator::OTHER_CHANNEL, Channel { is_member: false, ..member("elsewhere") }),
            (
                SlackSimulator::PRIVATE_CHANNEL,
                Channel { is_member: false, is_private: true, ..member("private") },
            ),
            (SlackSimulator::ARCHIVED_CHANNEL, Channel { is_archived: true, ..member("old") }),
            (SlackSimulator::SHARED_CHANNEL, Channel { is_ext_shared: true, ..member("partner") }),
        ];
        Self {
            behavior: SimulatedBehavior::default(),
            channels: channels.map(|(id, channel)| (id.to_owned(), channel)).into(),
            messages: Vec::new(),
            requests: Vec::new(),
            posted_at: HashMap::new(),
            count: 0,
        }
    }
}

impl Workspace {
    /// Returns the id of the channel that `name` means, if the bot can see it.
    pub(super) fn visible(&self, name: &str) -> Result<String, Refused> {
        let is_it = |(id, channel): &(&String, &Channel)| {
            *id == name || name.strip_prefix('#') == Some(channel.name)
        };
        let found = self.channels.iter().find(is_it);
        match found.filter(|(_, channel)| channel.is_member || !channel.is_private) {
            Some((id, _)) => Ok(id.clone()),
            None => Err("channel_not_found".into()),
        }
    }

    /// Decides whether the bot may post to the channel with this id.
    pub(super) fn may_post(&self, id: &str) -> Result<(), Refused> {
        let channel = self.channels.get(id).ok_or("channel_not_found")?;
        let is_public_poster = self.behavior.scopes.contains("chat:write.public");
        if channel.is_archived {
            Err("is_archived".into())
        } else if !channel.is_member && !is_public_poster {
            Err("not_in_channel".into())
        } else {
            Ok(())
        }
    }

    /// Decides whether the channel takes one more message now.
    pub(super) fn check_rate(&mut self, id: &str, now: Timestamp) -> Result<(), Refused> {
        let last = self.posted_at.get(id);
        if self.behavior.limits_rate && last.is_some_and(|last| now.since(*last).as_secs() < 1) {
            return Err(Refused { retry_after: Some(1), ..Refused::from("ratelimited") });
        }
        Ok(())
    }

    /// Returns the message that a repeated `client_msg_id` names.
    pub(super) fn known(&self, client_msg_id: Option<&str>) -> Option<&SimulatedMessage> {
        let id = client_msg_id.filter(|_| self.behavior.deduplicates)?;
        self.messages.iter().find(|message| message.client_msg_id.as_deref() == Some(id))
    }

    /// Decides whether there is a message to reply to.
    pub(super) fn check_thread(&self, id: &str, thread: Option<&str>) -> Result<(), Refused> {
        let Some(thread) = thread else { return Ok(()) };
        let is_it = |message: &SimulatedMessage| message.channel == id && message.ts == thread;
        if self.messages.iter().any(is_it) { Ok(()) } else { Err("thread_not_found".into()) }
    }

    /// Puts a message into a channel and returns its name.
    pub(super) fn place(&mut self, id: &str, arguments: &Value, now: Timestamp) -> String {
        self.count += 1;
        let ts = format!("{}.{:06}", now.as_millis().div_euclid(1000), self.count);
        let text = |name: &str| arguments[name].as_str().map(str::to_owned);
        let delivery_id = &arguments["metadata"]["event_payload"]["delivery_id"];
        self.messages.push(SimulatedMessage {
            channel: id.to_owned(),
            ts: ts.clone(),
            thread_ts: text("thread_ts"),
            text: text("text").unwrap_or_default(),
            blocks: arguments["blocks"].clone(),
            delivery_id: delivery_id.as_str().map(str::to_owned),
            client_msg_id: text("client_msg_id"),
            is_own: true,
            edits: 0,
        });
        self.posted_at.insert(id.to_owned(), now);
        ts
    }

    /// Changes a message; what is left out of blocks stays.
    pub(super) fn change(&mut self, id: &str, ts: &str, arguments: &Value) -> Result<(), Refused> {
        let is_closed = self.behavior.closes_edits;
        let is_it = |message: &&mut SimulatedMessage| message.channel == id && message.ts == ts;
        let message = self.messages.iter_mut().find(is_it).ok_or("message_not_found")?;
        if !message.is_own {
            return Err("cant_update_message".into());
        }
        if is_closed {
            return Err("edit_window_closed".into());
        }
        message.text = arguments["text"].as_str().unwrap_or_default().to_owned();
        if arguments["blocks"].is_array() {
            message.blocks = arguments["blocks"].clone();
        }
        message.edits += 1;
        Ok(())
    }

    /// Remembers a request that was taken.
    pub(super) fn note(&mut self, method: &str, body: &Value) {
        self.requests.push(SimulatedRequest { method: method.to_owned(), body: body.clone() });
    }
}
