//! What an operator writes about a Slack integration.

use std::path::PathBuf;

use schemars::JsonSchema;
use serde::Deserialize;
use signalbox_model::config::HumanDuration;
use signalbox_model::secret::SecretRef;
use signalbox_sdk::BuildError;
use signalbox_sdk::http::BaseUrl;

/// A Slack channel that takes alerts, reached by `webhook_url`, or by `token` and `channel`.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// The address of an incoming webhook. Whoever knows it can post, so it is a secret. The channel
    /// was chosen when the webhook was made; each step of an alert is a message of its own.
    #[serde(default)]
    pub webhook_url: Option<SecretRef>,
    /// A bot token (`xoxb-…`) with the scope `chat:write`. An alert is one message, kept up to date,
    /// with its later steps in its thread.
    #[serde(default)]
    pub token: Option<SecretRef>,
    /// Where a bot posts: the channel's id, such as `C012AB3CD`. A name such as `#soc-alerts` is
    /// taken too, but stops to work when somebody renames the channel.
    #[serde(default)]
    pub channel: Option<String>,
    /// The Web API for the token; default `https://slack.com/api`. GovSlack is at
    /// `https://slack-gov.com/api`.
    #[serde(default)]
    pub api_url: Option<BaseUrl>,
    /// Whether mentions that a template writes, such as `<!here>` or `<!subteam^S012AB3CD>`, ping
    /// people; default false: they are shown as text. What an alert says never pings.
    #[serde(default)]
    pub mentions: bool,
    /// The longest a call may take, connecting included; default `10s`.
    #[serde(default = "timeout_default")]
    #[schemars(extend("x-signalbox-minimum" = "100ms", "x-signalbox-maximum" = "1m"))]
    pub timeout: HumanDuration,
    /// A PEM file with certificate authorities to trust besides the system's; default none.
    #[serde(default)]
    pub ca: Option<PathBuf>,
}

/// The one way in that a configuration names.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Access {
    /// An incoming webhook.
    Webhook {
        /// Its address.
        url: SecretRef,
    },
    /// The Web API.
    Bot {
        /// The bot token.
        token: SecretRef,
        /// An id or a name with `#`.
        channel: String,
        /// The Web API's address.
        api: BaseUrl,
    },
}

impl Config {
    /// Returns the way in.
    ///
    /// # Errors
    /// Where there is none, two, or half of one.
    pub(super) fn access(&self) -> Result<Access, Vec<BuildError>> {
        match (&self.webhook_url, &self.token) {
            (Some(url), None) => self.webhook(url),
            (None, Some(token)) => self.bot(token),
            (Some(_), Some(_)) => Err(vec![BuildError::at(
                "/webhook_url",
                "`webhook_url` stands beside `token`; keep one: the token for messages that are kept up to date, \
                 the webhook where no app with a token may be installed",
            )]),
            (None, None) => Err(vec![BuildError::at(
                "",
                "says no way to post; write `token` and `channel`, or `webhook_url`",
            )]),
        }
    }

    fn webhook(&self, url: &SecretRef) -> Result<Access, Vec<BuildError>> {
        let mut mistakes = Vec::new();
        if self.channel.is_some() {
            let message =
                "a webhook posts where it was made for; leave `channel` out, or use `token`";
            mistakes.push(BuildError::at("/channel", message));
        }
        if self.api_url.is_some() {
            let message = "a webhook has its whole address in `webhook_url`; leave `api_url` out";
            mistakes.push(BuildError::at("/api_url", message));
        }
        if mistakes.is_empty() { Ok(Access::Webhook { url: url.clone() }) } else { Err(mistakes) }
    }

    fn bot(&self, token: &SecretRef) -> Result<Access, Vec<BuildError>> {
        let Some(channel) = &self.channel else {
            let message = "is missing; write the id of the channel, such as `C012AB3CD`";
            return Err(vec![BuildError::at("/channel", message)]);
        };
        if !is_channel_id(channel) && !is_channel_name(channel) {
            let message = format!(
                "`{channel}` is no channel; write its id, such as `C012AB3CD` (in Slack at the foot \
                 of the channel's details), or its name with `#`"
            );
            return Err(vec![BuildError::at("/channel", message)]);
        }
        let api = match &self.api_url {
            Some(api) => api.clone(),
            None => BaseUrl::parse(API).map_err(|what| vec![BuildError::at("/api_url", what)])?,
        };
        Ok(Access::Bot { token: token.clone(), channel: channel.clone(), api })
    }
}

/// Public channels begin with `C`, older private ones with `G`, direct messages with `D`.
pub(super) fn is_channel_id(text: &str) -> bool {
    let is_letter = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit();
    text.len() >= CHANNEL_ID_LENGTH_MIN
        && text.starts_with(['C', 'G', 'D'])
        && text.chars().all(is_letter)
}

/// Names have at most 80 characters, none of them a space or a capital letter.
fn is_channel_name(text: &str) -> bool {
    let Some(name) = text.strip_prefix('#') else { return false };
    let is_bad = |c: char| c.is_whitespace() || c.is_uppercase() || c.is_control();
    (1..=CHANNEL_NAME_LENGTH_MAX).contains(&name.chars().count()) && !name.contains(is_bad)
}

const fn timeout_default() -> HumanDuration {
    HumanDuration::from_seconds(10)
}

/// The Web API of everybody but governments.
const API: &str = "https://slack.com/api";

/// The shortest ids that Slack's own samples show have nine characters; a word such as `CHAT` is none.
const CHANNEL_ID_LENGTH_MIN: usize = 9;

/// 80 characters (Slack's reference of `conversations.create`, 2026-11).
const CHANNEL_NAME_LENGTH_MAX: usize = 80;
