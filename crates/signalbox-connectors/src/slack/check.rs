//! The harmless calls behind `signalbox test` and `doctor`. Nothing is posted.

use std::collections::BTreeSet;
use std::time::Duration;

use signalbox_sdk::ErrorKind;
use signalbox_sdk::http::{BaseUrl, reach};
use signalbox_sdk::role::CheckReport;

use super::client::{Conversation, IncomingWebhook, Reason, Refusal, SlackClient};
use super::config::is_channel_id;
use super::destination::Door;

/// Tries the way in, up to and including the first failure.
pub(super) async fn check(door: &Door, timeout: Duration) -> CheckReport {
    let mut report = CheckReport::default();
    match door {
        Door::Webhook(webhook) => check_webhook(webhook, timeout, &mut report).await,
        Door::Bot { client, channel } => check_bot(client, channel, timeout, &mut report).await,
    }
    report
}

async fn check_webhook(webhook: &IncomingWebhook, timeout: Duration, report: &mut CheckReport) {
    let address = match webhook.address() {
        Ok(address) => address,
        Err(refusal) => {
            let fix = "mend the secret that `webhook_url` names";
            return report.failed("credentials", refusal.error.to_string(), fix);
        }
    };
    if !reach(&address, timeout, report).await {
        return;
    }
    match webhook.prove().await {
        Ok(()) => {
            report.passed(transport(&address), "Slack answers");
            report.passed("credentials", "the webhook lives: it refuses an empty message");
        }
        Err(refusal) => failed(&refusal, &address, "credentials", report),
    }
}

async fn check_bot(
    client: &SlackClient,
    channel: &str,
    timeout: Duration,
    report: &mut CheckReport,
) {
    if !reach(client.api(), timeout, report).await {
        return;
    }
    let identity = match client.auth_test().await {
        Ok(identity) => identity,
        Err(refusal) => return failed(&refusal, client.api(), "credentials", report),
    };
    report.passed(transport(client.api()), "Slack answers");
    let detail = format!("the token is `{}` of `{}`", identity.user, identity.team);
    report.passed("credentials", detail);
    check_scopes(identity.scopes.as_ref(), report);
    if report.is_good() {
        check_channel(client, channel, identity.scopes.unwrap_or_default(), report).await;
    }
}

fn check_scopes(scopes: Option<&BTreeSet<String>>, report: &mut CheckReport) {
    match scopes {
        Some(scopes) if scopes.contains(POST) => {
            report.passed("permission", format!("the token has the scope `{POST}`"));
        }
        Some(scopes) => {
            let has: Vec<_> = scopes.iter().map(|scope| format!("`{scope}`")).collect();
            let detail = format!("the token lacks the scope `{POST}`; it has {}", has.join(", "));
            let fix = "add it below `OAuth & Permissions` of the app, and install the app again";
            report.failed("permission", detail, fix);
        }
        None => report.warning(
            "permission",
            "Slack does not say which scopes the token has",
            format!("make sure that the app has the scope `{POST}`"),
        ),
    }
}

async fn check_channel(
    client: &SlackClient,
    channel: &str,
    scopes: BTreeSet<String>,
    report: &mut CheckReport,
) {
    if !is_channel_id(channel) {
        let detail = format!("`{channel}` is a name, which only a message can prove");
        return report.warning(
            "channel",
            detail,
            "write the channel's id: names change, ids do not",
        );
    }
    match client.conversation_info(channel).await {
        Ok(conversation) => judge_channel(channel, &conversation, &scopes, report),
        Err(refusal) if refusal.reason == Reason::Unreachable => {
            let fix = "correct `channel`, and invite the bot if the channel is private";
            report.failed("channel", refusal.error.to_string(), fix);
        }
        Err(refusal) if refusal.error.kind() == ErrorKind::Unauthorized => report.warning(
            "channel",
            format!("the token may not look at `{channel}`: {}", refusal.error),
            "add the scope `channels:read` (private channels: `groups:read`) to have it checked",
        ),
        Err(refusal) => report.failed("channel", refusal.error.to_string(), RETRY),
    }
}

fn judge_channel(
    channel: &str,
    conversation: &Conversation,
    scopes: &BTreeSet<String>,
    report: &mut CheckReport,
) {
    let name = format!("`{channel}` (`#{}`)", conversation.name);
    let may_post = conversation.is_member || conversation.is_im || scopes.contains(POST_ANYWHERE);
    if conversation.is_archived {
        let fix = "unarchive it, or set `channel` to another";
        report.failed("channel", format!("{name} is archived"), fix);
    } else if !may_post {
        let fix = format!("invite the bot to it, or give the app the scope `{POST_ANYWHERE}`");
        report.failed("channel", format!("the bot is not in {name}"), fix);
    } else if conversation.is_ext_shared {
        let fix = "use a channel of your own, unless the other organization may read your alerts";
        report.warning("channel", format!("{name} is shared with another organization"), fix);
    } else {
        report.passed("channel", format!("{name} may be posted to"));
    }
}

/// An error without a status never came to an answer.
fn failed(refusal: &Refusal, address: &BaseUrl, step: &'static str, report: &mut CheckReport) {
    let error = &refusal.error;
    match (error.kind(), error.status()) {
        (ErrorKind::Unauthorized, _) => report.failed(step, error.to_string(), CREDENTIALS),
        (_, None) => {
            let fix = "check the certificate, `ca` and `timeout`";
            report.failed(transport(address), error.to_string(), fix);
        }
        (ErrorKind::Malformed | ErrorKind::Rejected, Some(_)) => {
            let fix = "check that the address is Slack's, and that no proxy answers for it";
            report.failed("format", error.to_string(), fix);
        }
        (_, Some(_)) => report.failed("health", error.to_string(), RETRY),
    }
}

fn transport(address: &BaseUrl) -> &'static str {
    if address.is_plain() { "http" } else { "tls" }
}

const POST: &str = "chat:write";
const POST_ANYWHERE: &str = "chat:write.public";
const CREDENTIALS: &str = "mend the secret, or what it belongs to in Slack, and test again";
const RETRY: &str = "try again in a minute and look at the status page of Slack";
