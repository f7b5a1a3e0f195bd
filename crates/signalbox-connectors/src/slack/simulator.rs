//! Slack, faked: a workspace with a bot and an incoming webhook, and the refusals of the real one.
//!
//! `POST /api/{method}` knows `auth.test`, `conversations.info`, `chat.postMessage` and
//! `chat.update`; the webhook is at [`SlackSimulator::WEBHOOK_PATH`]. `GET /simulator/messages` shows
//! what stands in the channels, `GET /simulator/summary` counts it. The simulator shares constants
//! with `wire` and no code that writes or judges a message.

mod incoming;
mod judge;
mod web_api;
mod workspace;

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::sync::Arc;

use axum::extract::State;
use axum::routing::{get, post};
use axum::{Json, Router};
use parking_lot::Mutex;
use serde::Serialize;
use serde_json::{Value, json};
use signalbox_model::{Clock, SystemClock};
use signalbox_sdk::testkit::{Simulator, SimulatorSetup};

use self::workspace::Workspace;

/// A faked workspace; clones share its state.
#[derive(Clone)]
pub struct SlackSimulator {
    workspace: Arc<Mutex<Workspace>>,
    clock: Arc<dyn Clock>,
}

/// A message that stands in a channel.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SimulatedMessage {
    /// The channel's id.
    pub channel: String,
    /// Its name within the channel.
    pub ts: String,
    /// The message below which it stands.
    pub thread_ts: Option<String>,
    /// The fallback text.
    pub text: String,
    /// The blocks; `null` where there are none.
    pub blocks: Value,
    /// What tells deliveries apart: `metadata.event_payload.delivery_id`.
    pub delivery_id: Option<String>,
    /// The client's own id.
    pub client_msg_id: Option<String>,
    /// Whether the bot posted it, so that it may change it.
    pub is_own: bool,
    /// How often it was changed.
    pub edits: u32,
}

/// A request that Slack took.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SimulatedRequest {
    /// The method, or `webhook`.
    pub method: String,
    /// What was sent.
    pub body: Value,
}

/// How the workspace behaves.
#[derive(Clone, Debug, PartialEq)]
pub struct SimulatedBehavior {
    /// What the token may do.
    pub scopes: BTreeSet<String>,
    /// Whether the scopes are told in a header.
    pub tells_scopes: bool,
    /// The word by which the token is refused, such as `token_revoked`.
    pub token_refusal: Option<&'static str>,
    /// The word by which every message with blocks is refused, such as `msg_blocks_too_long`.
    pub layout_refusal: Option<&'static str>,
    /// The status and word by which the webhook is refused, such as 404 and `no_service`.
    pub webhook_refusal: Option<(u16, &'static str)>,
    /// Whether a channel takes one message a second only.
    pub limits_rate: bool,
    /// Whether a message with a `client_msg_id` that was seen is not posted again. Not documented.
    pub deduplicates: bool,
    /// Whether messages may not be changed any more.
    pub closes_edits: bool,
}

impl Default for SimulatedBehavior {
    fn default() -> Self {
        Self {
            scopes: ["channels:read", "chat:write"].map(str::to_owned).into(),
            tells_scopes: true,
            token_refusal: None,
            layout_refusal: None,
            webhook_refusal: None,
            limits_rate: false,
            deduplicates: false,
            closes_edits: false,
        }
    }
}

impl SlackSimulator {
    /// The bot's token.
    pub const TOKEN: &str = "xoxb-simulated-bot-token";

    /// A public channel with the bot in it, called `#soc-alerts`.
    pub const CHANNEL: &str = "C0SOCALERTS";

    /// A public channel without the bot.
    pub const OTHER_CHANNEL: &str = "C0ELSEWHERE";

    /// A private channel without the bot: for the bot there is none.
    pub const PRIVATE_CHANNEL: &str = "C0PRIVATE0";

    /// An archived channel.
    pub const ARCHIVED_CHANNEL: &str = "C0ARCHIVED";

    /// A channel that another organization reads.
    pub const SHARED_CHANNEL: &str = "C0SHARED00";

    /// The webhook's path; it posts to [`CHANNEL`](Self::CHANNEL).
    pub const WEBHOOK_PATH: &str = "/services/T0SIMULATED/B0SIMULATED/simulatedwebhook";

    /// Makes a workspace whose messages are named by `clock`.
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        Self { workspace: Arc::default(), clock }
    }

    /// Changes how the workspace behaves.
    pub fn behave(&self, change: impl FnOnce(&mut SimulatedBehavior)) {
        change(&mut self.workspace.lock().behavior);
    }

    /// Returns what stands in the channels, in the order of posting.
    pub fn messages(&self) -> Vec<SimulatedMessage> {
        self.workspace.lock().messages.clone()
    }

    /// Returns the requests to post or change something, as far as they were taken.
    pub fn requests(&self) -> Vec<SimulatedRequest> {
        self.workspace.lock().requests.clone()
    }

    /// Deletes a message, as a person does; its thread stays.
    pub fn delete(&self, ts: &str) {
        self.workspace.lock().messages.retain(|message| message.ts != ts);
    }

    /// Makes a message somebody else's.
    pub fn disown(&self, ts: &str) {
        let mut workspace = self.workspace.lock();
        for message in workspace.messages.iter_mut().filter(|message| message.ts == ts) {
            message.is_own = false;
        }
    }

    /// Archives a channel.
    pub fn archive(&self, channel: &str) {
        if let Some(channel) = self.workspace.lock().channels.get_mut(channel) {
            channel.is_archived = true;
        }
    }
}

impl Default for SlackSimulator {
    fn default() -> Self {
        Self::new(Arc::new(SystemClock))
    }
}

impl Simulator for SlackSimulator {
    fn router(&self) -> Router {
        Router::new()
            .route("/api/{method}", post(web_api::answer))
            .route("/services/{team}/{bot}/{secret}", post(incoming::answer))
            .route("/simulator/messages", get(show_messages))
            .route("/simulator/summary", get(show_summary))
            .with_state(self.clone())
    }

    fn configuration(&self, address: SocketAddr) -> SimulatorSetup {
        let yaml = format!(
            "  slack:\n    connector: slack\n    token: env:SLACK_BOT_TOKEN\n    channel: {}\n    \
             api_url: http://{address}/api\n",
            Self::CHANNEL
        );
        let environment = vec![("SLACK_BOT_TOKEN", Self::TOKEN.to_owned())];
        SimulatorSetup { yaml, environment }
    }
}

async fn show_messages(State(simulator): State<SlackSimulator>) -> Json<Vec<SimulatedMessage>> {
    Json(simulator.messages())
}

async fn show_summary(State(simulator): State<SlackSimulator>) -> Json<Value> {
    let messages = simulator.messages();
    let ids: BTreeSet<_> = messages.iter().filter_map(|m| m.delivery_id.as_deref()).collect();
    let named = messages.iter().filter(|message| message.delivery_id.is_some()).count();
    Json(json!({ "messages": messages.len(), "duplicates": named - ids.len() }))
}
