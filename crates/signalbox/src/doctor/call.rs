//! The connector's harmless call, sorted into the list, and what was noted while it ran.

use std::sync::Arc;
use std::time::Duration;

use signalbox_model::time::Timestamp;
use signalbox_sdk::Roles;
use signalbox_sdk::http::{BaseUrl, reach};
use signalbox_sdk::observe::{Contact, observed};
use signalbox_sdk::role::{Bounded, CheckReport, CheckStep, CheckVerdict, Item};

use super::peers;
use super::row::{Sheet, Topic};
use crate::config::compile::Built;
use crate::synthetic::Synthetic;

/// Makes the call and tells what it showed.
pub(super) async fn examine(built: &Built, now: Timestamp, sheet: &mut Sheet) {
    let (reports, contacts) = observed(checks(&built.roles)).await;
    if reports.is_empty() {
        let detail = "it is sent to, so nothing can be asked of it; send it something and watch \
                      `signalbox tail`";
        return sheet.green(Topic::Call, detail);
    }
    for step in reports.iter().flat_map(|report| &report.steps) {
        tell(step, sheet);
    }
    if !reports.iter().flat_map(|report| &report.steps).any(|step| step.name == "name") {
        reach_all(&contacts, sheet).await;
    }
    peers::examine(&contacts, built.roles.api.as_deref(), now, sheet);
    if reports.iter().all(CheckReport::is_good) {
        if contacts.iter().any(|contact| contact.answered.is_some()) {
            sheet.green(Topic::Format, "the answers read as documented");
        }
        judge_request(built, now, sheet).await;
    }
}

/// Of a product that is polled for several things, each has a call of its own. Each call comes to an end.
async fn checks(roles: &Roles) -> Vec<CheckReport> {
    if roles.ticketing.is_some() || roles.destination.is_some() {
        return roles.check().await.into_iter().collect();
    }
    let mut reports = Vec::new();
    for source in &roles.sources {
        reports.push(Bounded::source(Arc::clone(source)).check().await);
    }
    reports
}

fn tell(step: &CheckStep, sheet: &mut Sheet) {
    let topic = match step.name {
        "name" | "tcp" | "http" => Topic::Network,
        "tls" => Topic::Tls,
        "credentials" => Topic::Credentials,
        "format" => Topic::Format,
        _ => Topic::Call,
    };
    let said = |detail: &str| match topic.as_str() == step.name {
        true => detail.to_owned(),
        false => format!("{}: {detail}", step.name),
    };
    match &step.verdict {
        CheckVerdict::Passed { detail } => sheet.green(topic, said(detail)),
        CheckVerdict::Warning { detail, fix } => sheet.yellow(topic, said(detail), fix),
        CheckVerdict::Failed { detail, fix } => sheet.red(topic, said(detail), fix),
    }
}

/// For connectors whose call begins with a request: resolves and connects to whom it went.
async fn reach_all(contacts: &[Contact], sheet: &mut Sheet) {
    for origin in peers::origins(contacts) {
        if let Ok(base) = BaseUrl::parse(origin) {
            let mut report = CheckReport::default();
            reach(&base, REACH_MAX, &mut report).await;
            report.steps.iter().for_each(|step| tell(step, sheet));
        }
    }
}

/// Has the connector write the request of a sample alert, without sending it.
async fn judge_request(built: &Built, now: Timestamp, sheet: &mut Sheet) {
    let sample = Synthetic::new(&built.name, "signalbox doctor", now);
    let written = if let Some(ticketing) = &built.roles.ticketing {
        let bounded = Bounded::ticketing(Arc::clone(ticketing));
        bounded.encode_create(&sample.ticket()).await.map(|body| body.len())
    } else if let Some(destination) = &built.roles.destination {
        let mut body = Vec::new();
        let notification = sample.opened();
        let encoded = destination.encode(&Item::Notification(&notification), &mut body);
        encoded.map(|()| body.len())
    } else {
        return;
    };
    match written {
        Ok(bytes) => sheet.green(
            Topic::Format,
            format!("a sample alert becomes a request of {bytes} bytes; it was not sent"),
        ),
        Err(error) => sheet.red(
            Topic::Format,
            format!("a sample alert becomes no request: {error}"),
            "correct the integration's settings",
        ),
    }
}

/// Each of resolving and connecting; as long as a call may take.
const REACH_MAX: Duration = Duration::from_secs(10);

#[cfg(test)]
mod tests {
    use async_trait::async_trait;
    use signalbox_sdk::Error;
    use signalbox_sdk::role::{Checkpoint, Page, Source};

    use super::*;

    struct Hung;

    #[async_trait]
    impl Source for Hung {
        fn name(&self) -> &'static str {
            "hung"
        }

        fn interval(&self) -> Duration {
            REACH_MAX
        }

        async fn poll(&self, _: Option<&Checkpoint>) -> Result<Page, Error> {
            std::future::pending().await
        }

        async fn check(&self) -> CheckReport {
            std::future::pending().await
        }
    }

    #[tokio::test(start_paused = true)]
    async fn each_thing_that_never_answers_is_told_and_none_is_waited_for_forever() {
        let roles = Roles { sources: vec![Arc::new(Hung), Arc::new(Hung)], ..Roles::default() };

        let reports = checks(&roles).await;

        let mut sheet = Sheet::new(None);
        tell(&reports[1].steps[0], &mut sheet);
        let row = sheet.into_rows().remove(0);
        assert_eq!((reports.len(), &*row.detail), (2, "answer: it did not end within 60s"));
    }
}
