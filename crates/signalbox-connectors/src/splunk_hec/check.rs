//! The harmless calls behind `signalbox test` and `doctor`.
//!
//! The health route does not look at the token (Splunk 10.4 and Splunk Cloud), so a good answer
//! there proves nothing about it: a request without events does, which Splunk answers "No data"
//! once it has accepted the token. Nothing harmless proves that the token may write to an index.

use signalbox_sdk::http::reach;
use signalbox_sdk::role::CheckReport;
use signalbox_sdk::{Error, ErrorKind};

use super::client::HecClient;
use super::config::SendConfig;

/// Resolves and connects, asks for health, then for the token, then for indexer acknowledgement.
pub(super) async fn check(client: &HecClient, config: &SendConfig) -> CheckReport {
    let mut report = CheckReport::default();
    if !reach(&config.url, config.timeout.as_duration(), &mut report).await {
        return report;
    }
    note_plain_http(config, &mut report);
    let is_reachable = check_health(client, config, &mut report).await;
    if is_reachable && check_token(client, config, &mut report).await {
        check_acknowledgement(client, config, &mut report).await;
    }
    report
}

fn note_plain_http(config: &SendConfig, report: &mut CheckReport) {
    if config.url.is_plain() {
        let fix = "nothing to do for a simulator; otherwise write `https://`";
        report.warning("tls", "plain HTTP, to this machine itself", fix);
    }
}

async fn check_health(client: &HecClient, config: &SendConfig, report: &mut CheckReport) -> bool {
    let error = match client.get_health().await {
        Ok(()) => {
            report.passed("health", "healthy (Splunk says so without looking at the token)");
            return true;
        }
        Err(error) => error,
    };
    match (error.kind(), error.status()) {
        (ErrorKind::Unauthorized, None) => {
            report.failed("credentials", error.to_string(), "put the token where `token` points");
        }
        (_, None) => report.failed(transport(config), error.to_string(), TRANSPORT_FIX),
        (ErrorKind::Unauthorized, Some(_)) => {
            report.failed("credentials", words(&error), "check `token`, and whether it is enabled");
        }
        (ErrorKind::Throttled { .. } | ErrorKind::Unavailable, Some(_)) => {
            report.failed("health", words(&error), "wait, or look after the indexers' queues");
        }
        // Load balancers often let nothing but the event route pass.
        (_, Some(_)) => {
            let fix = "let `/services/collector/health` pass, so that an outage is seen early";
            report.warning("health", words(&error), fix);
            return true;
        }
    }
    false
}

async fn check_token(client: &HecClient, config: &SendConfig, report: &mut CheckReport) -> bool {
    let Err(error) = client.verify_token().await else {
        let index = config
            .index
            .as_deref()
            .map_or("its default index".to_owned(), |index| format!("index `{index}`"));
        let detail = format!(
            "Splunk accepts the token; whether it may write to {index} shows with the first event"
        );
        report.passed("credentials", detail);
        return true;
    };
    match (error.kind(), error.status()) {
        (ErrorKind::Unauthorized, _) => {
            report.failed("credentials", words(&error), "check `token`, and whether it is enabled");
        }
        (_, None) => report.failed(transport(config), error.to_string(), TRANSPORT_FIX),
        (ErrorKind::Malformed | ErrorKind::Rejected, Some(_)) => {
            let fix = "let `url` lead to the HTTP Event Collector, usually port 8088, unchanged";
            report.failed("format", words(&error), fix);
        }
        (_, Some(_)) => report.failed("health", words(&error), "wait, and look after Splunk"),
    }
    false
}

async fn check_acknowledgement(client: &HecClient, config: &SendConfig, report: &mut CheckReport) {
    match (client.has_acknowledgement().await, config.acknowledgement) {
        (Ok(true), true) => {
            report.passed("acknowledgement", "the token has indexer acknowledgement");
        }
        (Ok(false), true) => report.failed(
            "acknowledgement",
            "the token has no indexer acknowledgement",
            "enable it at the token in Splunk, or set `acknowledgement: false`",
        ),
        (Ok(true), false) => report.warning(
            "acknowledgement",
            "the token has indexer acknowledgement, which nobody asks for; Splunk keeps the answers \
             until it refuses more events",
            "set `acknowledgement: true`, or disable it at the token",
        ),
        (Err(error), true) => report.failed(
            "acknowledgement",
            words(&error),
            "let `/services/collector/ack` pass to Splunk",
        ),
        // Nobody will ask, so the route need not be there.
        (Ok(false) | Err(_), false) => {}
    }
}

/// The step at which a request ends that has no answer, though somebody listens.
fn transport(config: &SendConfig) -> &'static str {
    if config.url.is_plain() { "http" } else { "tls" }
}

const TRANSPORT_FIX: &str =
    "see that `url` leads to Splunk's collector, and check its certificate and `timeout`";

/// The error with Splunk's own words.
fn words(error: &Error) -> String {
    match error.answer().filter(|answer| !answer.is_empty()) {
        Some(answer) => format!("{error}: {answer}"),
        None => error.to_string(),
    }
}
