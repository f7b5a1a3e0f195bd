//! What a Compute console scanned: hosts, images or containers, from the first to the last in each
//! round. Records whose findings are those of the round before are not handed on.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use signalbox_model::{Clock, Error};
use signalbox_sdk::role::{CheckReport, Checkpoint, Page, Source};

use crate::prisma_cloud::check;
use crate::prisma_cloud::client::ComputeClient;
use crate::prisma_cloud::config::{ComputeConfig, PrismaCloudConfig, Workload};
use crate::prisma_cloud::mapping::scan::{RecordState, record_state};

/// One kind of workload at a console.
pub(super) struct ScanSource {
    workload: Workload,
    interval: Duration,
    client: Arc<ComputeClient>,
    config: Arc<PrismaCloudConfig>,
    clock: Arc<dyn Clock>,
}

/// How far the round is, and what the records were like.
#[derive(Default, Serialize, Deserialize)]
#[serde(default)]
struct State {
    offset: u64,
    before: Remembered,
    now: Remembered,
}

impl ScanSource {
    pub(super) fn new(
        workload: Workload,
        compute: &ComputeConfig,
        client: &Arc<ComputeClient>,
        config: &Arc<PrismaCloudConfig>,
        clock: &Arc<dyn Clock>,
    ) -> Self {
        let interval = compute.interval.as_duration();
        let (client, config, clock) = (client.clone(), config.clone(), clock.clone());
        Self { workload, interval, client, config, clock }
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

    async fn poll(&self, since: Option<&Checkpoint>) -> Result<Page, Error> {
        let mut state: State = since.and_then(Checkpoint::read).unwrap_or_default();
        let page = self.client.get(self.workload, state.offset).await?;
        state.offset += page.records.len() as u64;
        let has_more = !page.records.is_empty() && state.offset < page.total;
        let mut events = Vec::new();
        for body in page.records {
            let is_news = match record_state(&body) {
                RecordState::Clean => false,
                RecordState::Findings(key, hash) => {
                    state.now.insert(key, hash);
                    state.before.get(key) != Some(hash)
                }
                // Normalizing says what is wrong with it.
                RecordState::Unreadable => true,
            };
            if is_news {
                events.push(super::raw(body, &*self.clock, None));
            }
        }
        if !has_more {
            state = State { offset: 0, before: state.now, now: Remembered::default() };
        }
        Ok(Page { events, checkpoint: Checkpoint::of(&state)?, has_more })
    }

    async fn check(&self) -> CheckReport {
        check::compute(&self.config, self.workload, &self.client).await
    }
}

/// Records and the state of their findings, both shortened to hashes, so that thousands fit into a
/// checkpoint. What is not remembered comes again each round, and is a duplicate by event id.
#[derive(Default)]
struct Remembered(BTreeMap<u32, u32>);

impl Remembered {
    fn get(&self, key: u32) -> Option<u32> {
        self.0.get(&key).copied()
    }

    fn insert(&mut self, key: u32, hash: u32) {
        if self.0.len() < REMEMBERED_MAX || self.0.contains_key(&key) {
            self.0.insert(key, hash);
        }
    }
}

impl Serialize for Remembered {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let pairs = self.0.iter();
        let bytes: Vec<u8> = pairs
            .flat_map(|(key, hash)| [key.to_le_bytes(), hash.to_le_bytes()].concat())
            .collect();
        serializer.serialize_str(&STANDARD_NO_PAD.encode(bytes))
    }
}

impl<'de> Deserialize<'de> for Remembered {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let bytes = STANDARD_NO_PAD.decode(text).map_err(serde::de::Error::custom)?;
        let (numbers, _) = bytes.as_chunks::<4>();
        let (pairs, _) = numbers.as_chunks::<2>();
        let pair =
            |[key, hash]: &[[u8; 4]; 2]| (u32::from_le_bytes(*key), u32::from_le_bytes(*hash));
        Ok(Self(pairs.iter().map(pair).collect()))
    }
}

/// Eight bytes each, in base64, in two lists of at most 29 KiB.
const REMEMBERED_MAX: usize = 2_700;
