//! Proves, without writing anything, that the account can do its work.

use std::collections::BTreeSet;

use signalbox_model::{Error, ErrorKind};
use signalbox_sdk::http::reach;
use signalbox_sdk::role::CheckReport;

use super::ServiceNow;
use super::config::AuthConfig;
use super::mapping::OPTIONAL_COLUMNS;

/// Runs the steps up to and including the first failure.
pub(super) async fn report(service: &ServiceNow) -> CheckReport {
    let mut report = CheckReport::default();
    let config = &service.config;
    if !reach(&config.url, config.timeout.as_duration(), &mut report).await {
        return report;
    }
    match service.client.authenticate().await {
        Err(error) if error.kind() == ErrorKind::Unauthorized => {
            report.failed("credentials", error.to_string(), credentials_fix(&config.auth));
        }
        Err(error) => read_access(config.url.is_plain(), Err(error), &mut report),
        Ok(()) => {
            let wanted = [&NEEDED[..], &OPTIONAL_COLUMNS[..]].concat();
            let columns = service.client.incident_columns(&wanted).await;
            read_access(config.url.is_plain(), columns, &mut report);
        }
    }
    if report.is_good() {
        look_up(service, &mut report).await;
    }
    if report.is_good() {
        names(service, &mut report).await;
    }
    if report.is_good() {
        close_code(service, &mut report).await;
    }
    report
}

/// One read shows transport, credentials, permission and form: its error says how far it came.
fn read_access(
    is_plain: bool,
    columns: Result<Option<BTreeSet<String>>, Error>,
    report: &mut CheckReport,
) {
    match columns.as_ref().err().filter(|error| error.status().is_none()) {
        Some(error) => {
            let fix = "check the certificate, `ca` and `timeout`";
            return report.failed(if is_plain { "format" } else { "tls" }, error.to_string(), fix);
        }
        None if is_plain => {
            let fix = "nothing to do for a simulator; otherwise write `https://`";
            report.warning("tls", "plain HTTP, to this machine itself", fix);
        }
        None => report.passed("tls", "the certificate is good"),
    }
    match columns {
        Ok(columns) => permission(columns, report),
        Err(error) if error.status() == Some(403) => {
            report.passed("credentials", "the account is accepted");
            report.failed("permission", error.to_string(), ROLES);
        }
        Err(error) if error.kind() == ErrorKind::Unauthorized => {
            report.failed("credentials", error.to_string(), "correct `auth`, or the account");
        }
        Err(error) => {
            report.failed(
                "format",
                error.to_string(),
                "check `url` and whether the instance is up",
            );
        }
    }
}

fn credentials_fix(auth: &AuthConfig) -> &'static str {
    match auth {
        AuthConfig::Basic(_) => "correct `auth`",
        AuthConfig::OAuth(_) => TOKENS,
    }
}

fn permission(columns: Option<BTreeSet<String>>, report: &mut CheckReport) {
    report.passed("credentials", "the account is accepted");
    let Some(columns) = columns else {
        return report.passed("permission", "incidents may be read; there is none to see yet");
    };
    let (_, hidden) = split(&NEEDED, &columns);
    if hidden.is_empty() {
        report.passed("permission", format!("incidents may be read; {}", optional(&columns)));
    } else {
        let detail = format!("columns of an incident that are not readable: {}", listed(&hidden));
        report.failed("permission", detail, ROLES);
    }
}

fn optional(columns: &BTreeSet<String>) -> String {
    let (there, absent) = split(&OPTIONAL_COLUMNS, columns);
    format!("optional columns filled: {}, not there: {}", listed(&there), listed(&absent))
}

fn split(names: &[&'static str], columns: &BTreeSet<String>) -> (Vec<String>, Vec<String>) {
    let names = names.iter().map(|name| (*name).to_owned());
    names.partition(|name| columns.contains(name))
}

fn listed(names: &[String]) -> String {
    if names.is_empty() {
        return "none".to_owned();
    }
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

/// Asks for an incident that cannot exist: an instance that ignores the condition shows others.
async fn look_up(service: &ServiceNow, report: &mut CheckReport) {
    match service.client.find_incidents(NOBODYS_KEY).await {
        Ok(_) => report.passed("look-up", "incidents are found by `correlation_id`"),
        Err(error) => report.failed("look-up", error.to_string(), LOOK_UP),
    }
}

async fn names(service: &ServiceNow, report: &mut CheckReport) {
    let config = &service.config;
    if let Some(name) = &config.assignment_group {
        let found = service.client.find_group(name).await.map(|id| id.is_some());
        name_step("assignment_group", name, found, GROUP, report);
    }
    if let Some(name) = config.caller.as_ref().filter(|_| report.is_good()) {
        let found = service.client.find_user(name).await.map(|id| id.is_some());
        name_step("caller", name, found, CALLER, report);
    }
}

fn name_step(
    step: &'static str,
    name: &str,
    found: Result<bool, Error>,
    fix: &'static str,
    report: &mut CheckReport,
) {
    match found {
        Ok(true) => report.passed(step, format!("`{name}` is known")),
        Ok(false) => report.failed(step, format!("`{name}` is not known to the instance"), fix),
        Err(error) => report.failed(step, error.to_string(), fix),
    }
}

async fn close_code(service: &ServiceNow, report: &mut CheckReport) {
    let code = &service.config.close_code;
    match service.client.close_codes().await {
        Ok(codes) if codes.contains(code) => {
            report.passed("close_code", format!("`{code}` is offered"));
        }
        Ok(codes) if !codes.is_empty() => {
            let fix = format!("set `close_code` to one of {}", listed(&codes));
            report.failed("close_code", format!("`{code}` is not offered"), fix);
        }
        unreadable => {
            let why =
                unreadable.err().map_or_else(|| "none is readable".to_owned(), |e| e.to_string());
            let fix = format!("make sure that `{code}` is a choice of `incident.close_code`");
            report.warning("close_code", format!("could not be compared: {why}"), fix);
        }
    }
}

/// What the connector reads of every incident, and cannot do without.
const NEEDED: [&str; 4] = ["sys_id", "number", "state", "correlation_id"];

const NOBODYS_KEY: &str = "00000000-0000-0000-0000-000000000000";

const TOKENS: &str = "correct `auth`; the instance grants tokens only while its property \
                      `glide.oauth.inbound.client.credential.grant_type.enabled` is `true` and the \
                      application of the OAuth registry has an application user";
const ROLES: &str = "give the account the roles `itil` and `snc_platform_rest_api_access`";
const LOOK_UP: &str = "give the account read access to `incident.correlation_id`; without it, \
                       incidents can be created twice";
const GROUP: &str = "correct `assignment_group`, or let the account read `sys_user_group`";
const CALLER: &str = "correct `caller` (a `user_name`), or let the account read `sys_user`";
