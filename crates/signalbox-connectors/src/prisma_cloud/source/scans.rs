//! What a Compute console scanned: hosts, images or containers, from the first to the last in each
//! round. Handed on are findings that the round before did not have.
//!
//! A finding that joins a record that was known has come now, whether for the first time or again: it is
//! named with the time of its scan, so that one that was fixed and is back is news.

mod compared;
mod remembered;

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use parking_lot::Mutex;
use serde::{Deserialize, Serialize};

use signalbox_model::{Clock, Error};
use signalbox_sdk::Context;
use signalbox_sdk::role::{Attributes, CheckReport, Checkpoint, Page, RawEvent, Source};

use super::keeper::Keeper;
use crate::prisma_cloud::check;
use crate::prisma_cloud::client::ComputeClient;
use crate::prisma_cloud::config::{ComputeConfig, PrismaCloudConfig, Workload};
use crate::prisma_cloud::mapping::scan::{Record, added_attribute};
use compared::Compared;
use remembered::Remembered;

/// One kind of workload at a console.
pub(super) struct ScanSource {
    workload: Workload,
    interval: Duration,
    client: Arc<ComputeClient>,
    config: Arc<PrismaCloudConfig>,
    clock: Arc<dyn Clock>,
    keeper: Keeper,
    compared: Mutex<Compared>,
}

/// How far the round is, and what the records were like.
#[derive(Default, Serialize, Deserialize)]
#[serde(default)]
struct State {
    offset: u64,
    #[serde(flatten)]
    remembered: Remembered,
}

/// What of a record is handed on.
enum News {
    Nothing,
    Whole,
    /// Some of its findings, by their place.
    Added(Vec<usize>),
}

impl ScanSource {
    pub(super) fn new(
        workload: Workload,
        compute: &ComputeConfig,
        client: &Arc<ComputeClient>,
        config: &Arc<PrismaCloudConfig>,
        context: &Context,
    ) -> Self {
        let origin = compute.url.to_string();
        Self {
            workload,
            interval: compute.interval.as_duration(),
            client: client.clone(),
            config: config.clone(),
            clock: context.clock.clone(),
            keeper: Keeper::new(&context.integration, workload.as_str(), &[&origin]),
            compared: Mutex::default(),
        }
    }

    fn read(&self, body: Bytes, state: &mut State, compared: &mut Compared) -> Option<RawEvent> {
        let news = match Record::read(&body) {
            Some(record) => news(&record, state, compared),
            // Normalizing says what is wrong with it.
            None => News::Whole,
        };
        let attributes = match news {
            News::Nothing => return None,
            News::Whole => Attributes::default(),
            News::Added(added) => Attributes::from([added_attribute(&added)]),
        };
        Some(RawEvent { attributes, ..super::raw_at(body, self.clock.now(), None) })
    }
}

#[async_trait]
impl Source for ScanSource {
    fn name(&self) -> &'static str {
        self.workload.as_str()
    }

    fn interval(&self) -> Duration {
        self.interval
    }

    fn timeout(&self) -> Duration {
        self.config.timeout.as_duration()
    }

    async fn poll(&self, since: Option<&Checkpoint>) -> Result<Page, Error> {
        let mut state: State = self.keeper.read(since).unwrap_or_default();
        let page = self.client.get(self.workload, state.offset).await?;
        state.offset += page.records.len() as u64;
        let has_more = !page.records.is_empty() && state.offset < page.total;
        let mut compared = self.compared.lock();
        compared.go_on(since);
        let read = page.records.into_iter();
        let events = read.filter_map(|body| self.read(body, &mut state, &mut compared)).collect();
        if !has_more {
            state.offset = 0;
            state.remembered.end_round();
            compared.end_round();
        }
        let checkpoint = self.keeper.write(&state)?;
        compared.stand_at(&checkpoint);
        Ok(Page { events, checkpoint, has_more })
    }

    async fn check(&self) -> CheckReport {
        check::compute(&self.config, self.workload, &self.client).await
    }
}

fn news(record: &Record, state: &mut State, compared: &mut Compared) -> News {
    let is_clean = record.findings.is_empty();
    let is_as_before = is_clean || state.remembered.note(record.short_key(), record.state());
    match compared.note(record) {
        Some(added) if added.is_empty() => News::Nothing,
        Some(added) => News::Added(added),
        None if is_as_before => News::Nothing,
        None => News::Whole,
    }
}
