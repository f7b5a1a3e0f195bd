//! Alerts, by when they were last opened or by when their status last changed. One call is one page.

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use serde::Deserialize;

use signalbox_model::time::Timestamp;
use signalbox_model::{Clock, Error, ErrorKind, IntegrationName};
use signalbox_sdk::Context;
use signalbox_sdk::role::{CheckReport, Checkpoint, Page, RawEvent, Source};

use super::checkpoint::{Progress, State, Window};
use super::keeper::{Keeper, if_readable};
use super::vendor_clock::ClockWatch;
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
    integration: IntegrationName,
    keeper: Keeper,
    watch: ClockWatch,
    /// How often in a row a page token was answered with an error.
    token_failures: AtomicU8,
}

impl AlertSource {
    pub(super) fn new(
        by: AlertTime,
        client: &Arc<PrismaCloudClient>,
        config: &Arc<PrismaCloudConfig>,
        context: &Context,
    ) -> Self {
        let origin = super::origin(config);
        let origin = origin.each_ref().map(String::as_str);
        Self {
            by,
            client: client.clone(),
            config: config.clone(),
            clock: context.clock.clone(),
            integration: context.integration.clone(),
            keeper: Keeper::new(&context.integration, name(by), &origin),
            watch: ClockWatch::default(),
            token_failures: AtomicU8::new(0),
        }
    }

    fn beginning(&self, now: Timestamp) -> State {
        let initial = self.config.alerts.initial.as_duration().as_millis();
        let initial = i64::try_from(initial).unwrap_or(i64::MAX);
        State::beginning(Timestamp::from_millis(now.as_millis().saturating_sub(initial)))
    }

    async fn ask(&self, window: &Window) -> Result<AlertPage, Error> {
        let query = match &window.token {
            Some(token) => AlertQuery::Next(token),
            None => AlertQuery::First(AlertWindow {
                by: self.by,
                start: window.start,
                end: window.end.max(window.start),
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
        let received = self.clock.now();
        if let Some(answered_at) = page.answered_at {
            self.watch.compare(&self.integration, answered_at, received);
            window.date(answered_at, seen.iter().filter_map(Seen::newest).max());
        }
        let last = seen.iter().filter_map(|seen| seen.alert_time).max();
        let progress = window.turn(page, last, self.by);
        if progress == Progress::Stuck {
            return Err(Error::new(ErrorKind::Malformed, "read alerts", STUCK));
        }
        let mut events = Vec::new();
        for (item, seen) in page.items.iter().zip(seen) {
            let time = seen.newest().filter(|_| self.by == AlertTime::StatusUpdated);
            let time = time.or(seen.alert_time).unwrap_or(received);
            if seen.event_id().is_none_or(|event_id| state.is_news(&event_id, time)) {
                events.push(super::raw_at(item.clone(), received, None));
            }
        }
        state.put_back(window, progress);
        Ok(events)
    }

    /// Begins the window again where its token is not taken any more. A token that the product fails
    /// over may be as stale as one that it refuses: after some tries the next goes without it.
    fn lose_token(&self, error: Error, state: &mut State, mut window: Window) -> Result<(), Error> {
        let sure = window.reached;
        match error.kind() {
            _ if window.token.is_none() => return Err(error),
            ErrorKind::Rejected if window.begin_again(sure, self.by) => {}
            ErrorKind::Rejected => {
                self.token_failures.store(TOKEN_FAILURES_MAX, Ordering::Relaxed);
                return Err(error);
            }
            ErrorKind::Unavailable if error.status().is_some() => {
                self.token_failures.fetch_add(1, Ordering::Relaxed);
                return Err(error);
            }
            _ => return Err(error),
        }
        state.put_back(window, Progress::More);
        Ok(())
    }
}

#[async_trait]
impl Source for AlertSource {
    fn name(&self) -> &'static str {
        name(self.by)
    }

    fn interval(&self) -> Duration {
        self.config.alerts.interval.as_duration()
    }

    fn timeout(&self) -> Duration {
        self.config.timeout.as_duration()
    }

    async fn poll(&self, since: Option<&Checkpoint>) -> Result<Page, Error> {
        let now = self.clock.now();
        let mut state = self.keeper.read(since).unwrap_or_else(|| self.beginning(now));
        let mut window = state.window(now);
        if self.token_failures.load(Ordering::Relaxed) >= TOKEN_FAILURES_MAX {
            window.give_up_token(self.by);
        }
        let events = match self.ask(&window).await {
            Ok(page) => {
                self.token_failures.store(0, Ordering::Relaxed);
                self.read(&page, &mut state, window)?
            }
            Err(error) => {
                self.lose_token(error, &mut state, window)?;
                Vec::new()
            }
        };
        let has_more = state.window.is_some();
        Ok(Page { events, checkpoint: self.keeper.write(&state)?, has_more })
    }

    async fn check(&self) -> CheckReport {
        check::platform(&self.config, &self.client).await
    }
}

const fn name(by: AlertTime) -> &'static str {
    match by {
        AlertTime::Opened => "alerts",
        AlertTime::StatusUpdated => "status_changes",
    }
}

/// An outage that is over by then costs no repeated page.
const TOKEN_FAILURES_MAX: u8 = 3;

const STUCK: &str = "the page token is longer than a checkpoint holds; raise `alerts.page_size` so that \
                     fewer pages are needed";

/// What says whether an alert is news.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Seen {
    id: Option<String>,
    status: Option<String>,
    #[serde(deserialize_with = "if_readable")]
    alert_time: Option<Timestamp>,
    #[serde(deserialize_with = "if_readable")]
    last_updated: Option<Timestamp>,
}

impl Seen {
    fn of(item: &Bytes) -> Self {
        serde_json::from_slice(item).unwrap_or_default()
    }

    /// The latest of the product's times in it.
    fn newest(&self) -> Option<Timestamp> {
        self.alert_time.max(self.last_updated)
    }

    fn event_id(&self) -> Option<String> {
        let (id, status) = (self.id.as_deref()?, self.status.as_deref()?);
        mapping::event_id(id, status, self.alert_time).map(String::from)
    }
}
