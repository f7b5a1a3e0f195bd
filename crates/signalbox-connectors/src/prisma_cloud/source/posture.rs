//! The compliance posture: one call tells all standards, and those whose numbers changed are handed on.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use signalbox_model::ocsf::Text;
use signalbox_model::{Clock, Error};
use signalbox_sdk::Context;
use signalbox_sdk::role::{CheckReport, Checkpoint, Page, Source};

use super::keeper::Keeper;
use crate::prisma_cloud::check;
use crate::prisma_cloud::client::PrismaCloudClient;
use crate::prisma_cloud::config::{ComplianceConfig, PrismaCloudConfig};
use crate::prisma_cloud::mapping::posture::Standard;

/// The compliance posture of a tenant.
pub(super) struct PostureSource {
    interval: Duration,
    client: Arc<PrismaCloudClient>,
    config: Arc<PrismaCloudConfig>,
    clock: Arc<dyn Clock>,
    keeper: Keeper,
}

/// The numbers of each standard as last handed on, shortened to a hash.
#[derive(Default, Serialize, Deserialize)]
struct State {
    standards: BTreeMap<String, String>,
}

impl PostureSource {
    pub(super) fn new(
        compliance: &ComplianceConfig,
        client: &Arc<PrismaCloudClient>,
        config: &Arc<PrismaCloudConfig>,
        context: &Context,
    ) -> Self {
        let origin = super::origin(config);
        let origin = origin.each_ref().map(String::as_str);
        Self {
            interval: compliance.interval.as_duration(),
            client: client.clone(),
            config: config.clone(),
            clock: context.clock.clone(),
            keeper: Keeper::new(&context.integration, "compliance", &origin),
        }
    }
}

#[async_trait]
impl Source for PostureSource {
    fn name(&self) -> &'static str {
        "compliance"
    }

    fn interval(&self) -> Duration {
        self.interval
    }

    fn timeout(&self) -> Duration {
        self.config.timeout.as_duration()
    }

    async fn poll(&self, since: Option<&Checkpoint>) -> Result<Page, Error> {
        let old: State = self.keeper.read(since).unwrap_or_default();
        let posture = self.client.get_compliance_posture().await?;
        let now = self.clock.now();
        let (mut state, mut events) = (State::default(), Vec::new());
        for body in posture.standards {
            let Some(standard) = Standard::parse(&body) else { continue };
            let (id, numbers) = (standard.id.to_string(), standard.numbers());
            if old.standards.get(&id) != Some(&numbers) {
                // With the time, for the same numbers may come back and are news then.
                let event_id = Text::from(format!("{id} {numbers} {}", now.as_millis()));
                events.push(super::raw_at(body, now, Some(event_id)));
            }
            state.standards.insert(id, numbers);
        }
        // More standards than a checkpoint holds are told again each time.
        while state.standards.len() > STANDARDS_MAX {
            state.standards.pop_last();
        }
        Ok(Page { events, checkpoint: self.keeper.write(&state)?, has_more: false })
    }

    async fn check(&self) -> CheckReport {
        check::posture(&self.config, &self.client).await
    }
}

/// A standard takes some 60 bytes; the product ships about a hundred.
const STANDARDS_MAX: usize = 600;
