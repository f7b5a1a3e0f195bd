//! Proves, without changing anything, that the tenant can be read, and that what it posts is complete.

use signalbox_model::{Error, ErrorKind};
use signalbox_sdk::http::{BaseUrl, reach};
use signalbox_sdk::role::CheckReport;

use super::client::{ComputeClient, PrismaCloudClient};
use super::config::{PrismaCloudConfig, Workload};
use super::wire::{AlertQuery, AlertRule, AlertTime, AlertWindow};

/// Checks the platform's API with a page of one alert, and the alert rules where alerts are posted.
pub(super) async fn platform(
    config: &PrismaCloudConfig,
    client: &PrismaCloudClient,
) -> CheckReport {
    let mut report = CheckReport::default();
    let Some(base) = config.url.as_ref().map(|url| url.api().clone()) else { return report };
    if !log_in(config, &base, client.authenticate(), &mut report).await {
        return report;
    }
    let window = AlertWindow {
        by: AlertTime::Opened,
        start: Default::default(),
        end: Default::default(),
        statuses: &config.alerts.statuses,
        limit: 1,
    };
    let page = client.get_alerts(&AlertQuery::First(window)).await;
    read("alerts may be read", page.err(), ALERTS, &mut report);
    if report.is_good() && config.webhook.is_some() {
        alert_rules(client, &mut report).await;
    }
    report
}

/// Checks the compliance posture.
pub(super) async fn posture(config: &PrismaCloudConfig, client: &PrismaCloudClient) -> CheckReport {
    let mut report = CheckReport::default();
    let Some(base) = config.url.as_ref().map(|url| url.api().clone()) else { return report };
    if log_in(config, &base, client.authenticate(), &mut report).await {
        let posture = client.get_compliance_posture().await;
        read("the compliance posture may be read", posture.err(), POSTURE, &mut report);
    }
    report
}

/// Checks one kind of workload at a Compute console.
pub(super) async fn compute(
    config: &PrismaCloudConfig,
    workload: Workload,
    client: &ComputeClient,
) -> CheckReport {
    let mut report = CheckReport::default();
    let Some(compute) = &config.compute else { return report };
    if log_in(config, &compute.url, client.authenticate(), &mut report).await {
        let detail = format!("{} may be read", workload.as_str());
        read(&detail, client.get(workload, 0).await.err(), COMPUTE, &mut report);
    }
    report
}

/// Adds the steps up to the login; returns whether all went well.
async fn log_in(
    config: &PrismaCloudConfig,
    base: &BaseUrl,
    login: impl Future<Output = Result<(), Error>>,
    report: &mut CheckReport,
) -> bool {
    if !reach(base, config.timeout.as_duration(), report).await {
        return false;
    }
    let outcome = login.await;
    match outcome.as_ref().err() {
        Some(error) if error.status().is_none() && error.kind() != ErrorKind::Unauthorized => {
            let step = if base.is_plain() { "format" } else { "tls" };
            report.failed(step, error.to_string(), "check the certificate, `ca` and `timeout`");
        }
        _ if base.is_plain() => {
            let fix = "nothing to do for a simulator; otherwise write `https://`";
            report.warning("tls", "plain HTTP, to this machine itself", fix);
        }
        _ => report.passed("tls", "the certificate is good"),
    }
    match outcome {
        Ok(()) => report.passed("credentials", "the access key is accepted"),
        Err(error) if report.is_good() && error.kind() == ErrorKind::Unauthorized => {
            report.failed("credentials", error.to_string(), KEY);
        }
        Err(error) if report.is_good() => {
            report.failed(
                "format",
                error.to_string(),
                "check `url`, and whether the product is up",
            );
        }
        Err(_) => {}
    }
    report.is_good()
}

fn read(detail: &str, error: Option<Error>, fix: &'static str, report: &mut CheckReport) {
    match error {
        None => report.passed("permission", detail),
        Some(error) if error.kind() == ErrorKind::Unauthorized => {
            report.failed("permission", error.to_string(), fix);
        }
        Some(error) => report.failed("format", error.to_string(), "check `url` and the answer"),
    }
}

/// A rule that posts openings alone leaves every alert open for ever here.
async fn alert_rules(client: &PrismaCloudClient, report: &mut CheckReport) {
    let incomplete = match incomplete_rules(client).await {
        Ok(incomplete) => incomplete,
        Err(error) => {
            let detail = format!("could not be compared: {error}");
            return report.warning("alert_rules", detail, RULES);
        }
    };
    if incomplete.is_empty() {
        return report.passed("alert_rules", "rules that post to webhooks tell of closures too");
    }
    let words = incomplete.iter().map(|rule| {
        format!("`{}` without `{}`", rule.name, rule.missing_notifications().join("`, `"))
    });
    let detail = format!("rules that post to a webhook: {}", words.collect::<Vec<_>>().join("; "));
    report.warning("alert_rules", detail, CLOSURES);
}

async fn incomplete_rules(client: &PrismaCloudClient) -> Result<Vec<AlertRule>, Error> {
    let mut incomplete = Vec::new();
    let listed = client.get_alert_rules().await?;
    // Only rules that could be incomplete are read whole, which the list does not show.
    let suspects =
        listed.iter().filter(|rule| rule.enabled && !rule.missing_notifications().is_empty());
    for suspect in suspects.take(RULES_MAX) {
        let rule = client.get_alert_rule(&suspect.policy_scan_config_id).await?;
        if rule.is_posting() && !rule.missing_notifications().is_empty() {
            incomplete.push(rule);
        }
    }
    Ok(incomplete)
}

/// Each is a request of its own, and the product lets in a few a second.
const RULES_MAX: usize = 20;

const KEY: &str = "correct `access_key` and `secret_key`, or make a new key: they expire";
const ALERTS: &str =
    "give the access key a role that may view alerts, such as Account Group Read Only";
const POSTURE: &str = "give the access key a role that may view compliance";
const COMPUTE: &str = "give the access key a role that may view Compute's radar, vulnerabilities and \
                       compliance";
const RULES: &str = "let the role of the access key view alert rules, or make sure by hand that \
                     rules tell of dismissed, resolved and snoozed alerts";
const CLOSURES: &str = "switch on the notifications for dismissed, resolved and snoozed alerts in \
                        these rules, if they post here";
