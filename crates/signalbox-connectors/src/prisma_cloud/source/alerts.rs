//! Alerts, by when they were last opened or by when their status last changed. One call is one page.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use serde::Deserialize;

use signalbox_model::time::Timestamp;
use signalbox_model::{Clock, Error, ErrorKind};
use signalbox_sdk::role::{CheckReport, Checkpoint, Page, RawEvent, Source};

use super::checkpoint::{Progress, State, Window};
use crate::prisma_cloud::check;
use crate::prisma_cloud::client::PrismaCloudClient;
use crate::prisma_cloud::config::PrismaCloudConfig;
use crate::prisma_cloud::mapping;
use crate::prisma_cloud::wire::{AlertPage, AlertQuery, AlertTime, AlertWindow};

/// The alerts of a tenant, by one of their times.
pub(super) struct AlertSource {
    by: AlertTime,
    client: Arc<PrismaCloudClient>,
    config: Arc<PrismaCloudConfig>,
    clock: Arc<dyn Clock>,
}

impl AlertSource {
    pub(super) fn new(
        by: AlertTime,
        client: &Arc<PrismaCloudClient>,
        config: &Arc<PrismaCloudConfig>,
        clock: &Arc<dyn Clock>,
    ) -> Self {
        let (client, config, clock) = (client.clone(), config.clone(), clock.clone());
        Self { by, client, config, clock }
    }

    async fn ask(&self, window: &Window) -> Result<AlertPage, Error> {
        let query = match &window.token {
            Some(token) => AlertQuery::Next(token),
            None => AlertQuery::First(AlertWindow {
                by: self.by,
                start: window.start,
                end: window.end,
                statuses: &self.config.alerts.statuses,
                limit: self.config.alerts.page_size,
            }),
        };
        self.client.get_alerts(&query).await
    }

    /// Hands on what is news and takes note of all.
    fn read(
        &self,
        page: &AlertPage,
        state: &mut State,
        mut window: Window,
    ) -> Result<Vec<RawEvent>, Error> {
        let seen: Vec<Seen> = page.items.iter().map(Seen::of).collect();
        let last = seen.iter().filter_map(|seen| seen.alert_time).max();
        let progress = window.turn(page, last, self.by);
        if progress == Progress::Stuck {
            return Err(Error::new(ErrorKind::Malformed, "read alerts", STUCK));
        }
        let received = self.clock.now();
        let mut events = Vec::new();
        for (item, seen) in page.items.iter().zip(seen) {
            if seen.event_id().is_none_or(|event_id| state.is_news(&event_id, &window)) {
                events.push(super::raw_at(item.clone(), received, None));
            }
        }
        state.put_back(window, progress);
        Ok(events)
    }
}

#[async_trait]
impl Source for AlertSource {
    fn name(&self) -> &'static str {
        match self.by {
            AlertTime::Opened => "alerts",
            AlertTime::StatusUpdated => "status_changes",
        }
    }

    fn interval(&self) -> Duration {
        self.config.alerts.interval.as_duration()
    }

    async fn poll(&self, since: Option<&Checkpoint>) -> Result<Page, Error> {
        let now = self.clock.now();
        let mut state = since.and_then(Checkpoint::read).unwrap_or_else(|| {
            let initial = self.config.alerts.initial.as_duration().as_millis();
            let initial = i64::try_from(initial).unwrap_or(i64::MAX);
            State::beginning(Timestamp::from_millis(now.as_millis().saturating_sub(initial)))
        });
        let mut window = state.window(now);
        let events = match self.ask(&window).await {
            Ok(page) => self.read(&page, &mut state, window)?,
            // A token that is not taken any more: the window is asked for again, without it.
            Err(error) if window.token.is_some() && error.kind() == ErrorKind::Rejected => {
                let sure = window.reached;
                if !window.begin_again(sure, self.by) {
                    return Err(error);
                }
                state.put_back(window, Progress::More);
                Vec::new()
            }
            Err(error) => return Err(error),
        };
        let has_more = state.window.is_some();
        Ok(Page { events, checkpoint: Checkpoint::of(&state)?, has_more })
    }

    async fn check(&self) -> CheckReport {
        check::platform(&self.config, &self.client).await
    }
}

const STUCK: &str = "the page token is longer than a checkpoint holds; raise `alerts.page_size` so that \
                     fewer pages are needed";

/// What says whether an alert is news.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Seen {
    id: Option<String>,
    status: Option<String>,
    alert_time: Option<Timestamp>,
}

impl Seen {
    fn of(item: &Bytes) -> Self {
        serde_json::from_slice(item).unwrap_or_default()
    }

    fn event_id(&self) -> Option<String> {
        let (id, status) = (self.id.as_deref()?, self.status.as_deref()?);
        mapping::event_id(id, status, self.alert_time).map(String::from)
    }
}
