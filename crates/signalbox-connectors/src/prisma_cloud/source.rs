//! What is polled: alerts by when they were opened and by when their status changed, the compliance
//! posture, and what a Compute console scanned. Each has a checkpoint of its own.

mod alerts;
mod checkpoint;
mod keeper;
mod known;
mod posture;
mod scans;
mod vendor_clock;

use std::sync::Arc;

use bytes::Bytes;

use signalbox_model::ocsf::Text;
use signalbox_model::time::Timestamp;
use signalbox_sdk::Context;
use signalbox_sdk::role::{Attributes, RawEvent, Source};

use super::client::{ComputeClient, PrismaCloudClient};
use super::config::PrismaCloudConfig;
use super::wire::AlertTime;
use alerts::AlertSource;
use posture::PostureSource;
use scans::ScanSource;

/// Builds what the configuration asks for.
///
/// # Errors
/// In words, where a client cannot be made.
pub(super) fn build(
    config: &Arc<PrismaCloudConfig>,
    context: &Context,
) -> Result<Vec<Arc<dyn Source>>, String> {
    let mut sources: Vec<Arc<dyn Source>> = Vec::new();
    if config.url.is_some() {
        let client = Arc::new(PrismaCloudClient::new(config, context)?);
        if config.alerts.enabled {
            let by = |by| Arc::new(AlertSource::new(by, &client, config, context));
            sources.push(by(AlertTime::Opened));
            if config.alerts.status_changes {
                sources.push(by(AlertTime::StatusUpdated));
            }
        }
        if let Some(compliance) = &config.compliance {
            sources.push(Arc::new(PostureSource::new(compliance, &client, config, context)));
        }
    }
    if let Some(compute) = &config.compute {
        let client = Arc::new(ComputeClient::new(config, compute, context)?);
        for workload in &compute.include {
            sources.push(Arc::new(ScanSource::new(*workload, compute, &client, config, context)));
        }
    }
    Ok(sources)
}

/// What the state of the platform's sources belongs to.
fn origin(config: &PrismaCloudConfig) -> [String; 2] {
    let url = config.url.as_ref().map(ToString::to_string);
    [url.unwrap_or_default(), config.tenant.clone().unwrap_or_default()]
}

/// A raw event that was read.
fn raw_at(body: Bytes, received: Timestamp, event_id: Option<Text>) -> RawEvent {
    RawEvent { body, received, event_id, attributes: Attributes::default() }
}
