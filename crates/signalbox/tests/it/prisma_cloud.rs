//! The configuration that ships for Prisma Cloud: its alerts reach Splunk and Slack, each change once.

use std::fs;
use std::path::Path;

use serde_json::json;
use signalbox_connectors::prisma_cloud::{PrismaCloudSimulator, SimulatedAlert};
use signalbox_connectors::slack::SlackSimulator;
use signalbox_model::{Clock, SystemClock};
use signalbox_sdk::testkit::{Server, Simulator};

use crate::hub::{Hub, eventually};
use crate::products::Splunk;

#[tokio::test(flavor = "multi_thread")]
async fn an_alert_reaches_splunk_and_slack_once_and_so_does_its_end() {
    let cloud = Cloud::start().await;
    let alert = SimulatedAlert::new("P-7", SystemClock.now());
    cloud.prisma.add_alert(alert);
    let hub = cloud.hub().await;
    assert!(cloud.told(1).await, "{}", hub.log());

    cloud.read_again(&hub).await;
    cloud.prisma.change_alert("P-7", |alert| alert.set_status("resolved", SystemClock.now()));
    cloud.read_again(&hub).await;
    assert!(cloud.told(2).await, "{}", hub.log());

    // Two events and two messages, and no more of either on its way.
    assert!(hub.settled(4).await, "{}", hub.log());
    assert!(cloud.told(2).await);
    let indexed = cloud.splunk.simulator.events();
    let statuses = indexed.iter().map(|indexed| &indexed.event["status"]).collect::<Vec<_>>();
    assert_eq!(statuses, ["New", "Resolved"]);
    for indexed in &indexed {
        let named = (indexed.source.as_deref(), indexed.sourcetype.as_deref());
        assert_eq!(named, (Some("prisma_cloud"), Some("prisma:alert")));
        assert_eq!(
            indexed.event["resources"][0]["data"],
            json!({"bucketName": "customer-exports", "publicAccess": true})
        );
    }
}

/// A simulated Prisma Cloud, Splunk and Slack.
struct Cloud {
    prisma: PrismaCloudSimulator,
    splunk: Splunk,
    slack: SlackSimulator,
    servers: [Server; 2],
}

impl Cloud {
    async fn start() -> Self {
        let splunk = Splunk::start().await;
        let (prisma, slack) = (PrismaCloudSimulator::default(), SlackSimulator::default());
        let servers = [
            Server::start(prisma.router(), 0).await.unwrap(),
            Server::start(slack.router(), 0).await.unwrap(),
        ];
        Self { prisma, splunk, slack, servers }
    }

    /// Starts a hub with the configuration as it ships, but for the address that it listens on.
    async fn hub(&self) -> Hub {
        let shipped = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../config/prisma-cloud.yaml");
        let config = fs::read_to_string(shipped).unwrap().replace("127.0.0.1:8686", "'@HUB@'");
        let url = |server: &Server| format!("http://{}", server.address());
        let [prisma, slack] = &self.servers;
        let environment = [
            ("PRISMA_API_URL", url(prisma)),
            ("PRISMA_ACCESS_KEY", PrismaCloudSimulator::ACCESS_KEY.to_owned()),
            ("PRISMA_SECRET_KEY", PrismaCloudSimulator::SECRET_KEY.to_owned()),
            ("SPLUNK_HEC_URL", url(&self.splunk.server)),
            ("SPLUNK_HEC_TOKEN", Splunk::ENVIRONMENT.1.to_owned()),
            ("SLACK_WEBHOOK_URL", url(slack) + SlackSimulator::WEBHOOK_PATH),
        ];
        let environment = environment.each_ref().map(|(name, value)| (*name, value.as_str()));
        Hub::start(&config, &environment).await
    }

    /// Has all alerts read once more: enabling an integration wakes its pollers.
    async fn read_again(&self, hub: &Hub) {
        let pages = self.prisma.summary().alert_pages;
        hub.ask(&["integrations", "enable", "prisma"]);
        // One page of what is new, and one of what has changed.
        let is_read = eventually(async || self.prisma.summary().alert_pages >= pages + 2);
        assert!(is_read.await, "{}", hub.log());
    }

    /// Waits until Splunk and Slack have this many events and messages, and no more.
    async fn told(&self, times: usize) -> bool {
        eventually(async || {
            let [events, messages] =
                [self.splunk.simulator.events().len(), self.slack.messages().len()];
            (events, messages) == (times, times)
        })
        .await
    }
}
