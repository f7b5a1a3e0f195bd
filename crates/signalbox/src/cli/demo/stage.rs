//! The demo's stage: simulated products and a hub that is configured for them.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, bail};
use bytes::Bytes;
use http::{Request, Response};
use signalbox_connectors::prisma_cloud::{PrismaCloudSimulator, SimulatedAlert};
use signalbox_connectors::servicenow::ServiceNowSimulator;
use signalbox_connectors::slack::SlackSimulator;
use signalbox_connectors::splunk_hec::HecSimulator;
use signalbox_model::secret::Secret;
use signalbox_model::{Clock, SystemClock};
use signalbox_sdk::auth::SignatureForm;
use signalbox_sdk::http::{HttpClient, HttpOptions};
use signalbox_sdk::testkit::{Server, Simulator};
use signalbox_sdk::{Random, SystemRandom};

use super::narrator::Narrator;
use crate::cli::run::world;
use crate::config::Environment;
use crate::config::compile::World;
use crate::hub::Hub;

/// Everything that runs in a demo.
pub(super) struct Stage {
    pub(super) hub: Arc<Hub>,
    pub(super) snow: ServiceNowSimulator,
    pub(super) splunk: HecSimulator,
    pub(super) slack: SlackSimulator,
    /// Where the firewall sends to.
    pub(super) firewall: SocketAddr,
    /// Tells this run of the story from others on the same data.
    pub(super) run: String,
    client: HttpClient,
    edr: String,
    collector: String,
    secret: Secret,
    token: String,
    /// The products' servers, which end with the stage.
    _servers: [Server; 4],
}

/// Where the collector of the demo's configuration listens: a port from the kernel.
const COLLECTOR: SocketAddr =
    SocketAddr::new(std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST), 0);

/// Where its syslog source listens: another address of loopback, with a port from the kernel.
const FIREWALL: SocketAddr =
    SocketAddr::new(std::net::IpAddr::V4(std::net::Ipv4Addr::new(127, 0, 0, 2)), 0);

impl Stage {
    /// Starts the simulated products and a hub on `data`.
    pub(super) async fn set(data: &Path, narrator: &Narrator) -> anyhow::Result<Self> {
        narrator
            .chapter("The stage: one hub; ServiceNow, Splunk, Slack, Prisma Cloud, all simulated");
        let run = format!("{:08x}", SystemRandom.next() >> 32);
        let (snow, splunk) = (ServiceNowSimulator::default(), HecSimulator::default());
        let (slack, prisma) = (SlackSimulator::default(), PrismaCloudSimulator::default());
        prisma.add_alert(SimulatedAlert::new(&format!("P-{run}"), SystemClock.now()));
        let servers = [
            Server::start(snow.router(), 0).await?,
            Server::start(splunk.router(), 0).await?,
            Server::start(slack.router(), 0).await?,
            Server::start(prisma.router(), 0).await?,
        ];
        let draw = || format!("{:016x}{:016x}", SystemRandom.next(), SystemRandom.next());
        let (secret, token) = (draw(), draw());
        std::fs::create_dir_all(data).with_context(|| format!("make `{}`", data.display()))?;
        let path = data.join("demo.yaml");
        std::fs::write(&path, config(&servers))
            .with_context(|| format!("write `{}`", path.display()))?;
        let environment = environment(&servers, &secret, &token);
        let hub = Hub::start(&path, data, World { environment, ..world() }).await?;
        let addresses = (hub.address(), hub.address_of(COLLECTOR), hub.address_of(FIREWALL));
        let (Some(own), Some(collector), Some(firewall)) = addresses else {
            bail!("the hub does not listen");
        };
        narrator.says("hub", &format!("listens on {own}, collector {collector}, RELP {firewall}"));
        for (name, server) in ["servicenow", "splunk", "slack", "prisma"].iter().zip(&servers) {
            narrator.says(name, &format!("simulated on {}", server.address()));
        }
        Ok(Self {
            hub,
            snow,
            splunk,
            slack,
            firewall,
            run,
            client: HttpClient::new(&HttpOptions::default()).map_err(anyhow::Error::msg)?,
            edr: format!("http://{own}/hooks/edr"),
            collector: format!("http://{collector}/services/collector/event"),
            secret: Secret::new(secret),
            token,
            _servers: servers,
        })
    }

    /// Sends a signed webhook as the EDR does, and returns the status and how long the answer took.
    pub(super) async fn webhook(&self, id: &str, body: &str) -> anyhow::Result<(u16, Duration)> {
        let now = signalbox_model::Clock::now(&SystemClock);
        let keys = std::slice::from_ref(&self.secret);
        let signed = SignatureForm::StandardWebhooks.sign(id, body.as_bytes(), keys, now)?;
        self.post(&self.edr, signed, Bytes::copy_from_slice(body.as_bytes())).await
    }

    /// Sends a batch to the hub's collector, as any HEC client does.
    pub(super) async fn telemetry(&self, batch: String) -> anyhow::Result<(u16, Duration)> {
        let headers = vec![("authorization", format!("Splunk {}", self.token))];
        self.post(&self.collector, headers, Bytes::from(batch)).await
    }

    async fn post(
        &self,
        url: &str,
        headers: Vec<(&'static str, String)>,
        body: Bytes,
    ) -> anyhow::Result<(u16, Duration)> {
        let mut builder = Request::post(url).header("content-type", "application/json");
        for (name, value) in headers {
            builder = builder.header(name, value);
        }
        let request = builder.body(body)?;
        let began = std::time::Instant::now();
        let answer: Response<Bytes> = self
            .client
            .send(request)
            .await
            .map_err(|error| anyhow::anyhow!("send to the hub: {error:?}"))?;
        Ok((answer.status().as_u16(), began.elapsed()))
    }

    /// Ends the hub; what it holds is on disk.
    pub(super) async fn strike(self) {
        self.hub.shut_down().await;
    }
}

fn config([snow, splunk, _, prisma]: &[Server; 4]) -> String {
    include_str!("demo.yaml")
        .replace("@SNOW@", &snow.address().to_string())
        .replace("@SPLUNK@", &splunk.address().to_string())
        .replace("@PRISMA@", &prisma.address().to_string())
        .replace("@USERNAME@", ServiceNowSimulator::USERNAME)
}

fn environment([_, _, slack, _]: &[Server; 4], secret: &str, token: &str) -> Environment {
    let channel = format!("http://{}{}", slack.address(), SlackSimulator::WEBHOOK_PATH);
    Environment::of_variables([
        ("DEMO_WEBHOOK_SECRET", secret.to_owned()),
        ("DEMO_HEC_TOKEN", token.to_owned()),
        ("SNOW_PASSWORD", ServiceNowSimulator::PASSWORD.to_owned()),
        ("SPLUNK_HEC_TOKEN", HecSimulator::TOKEN.to_owned()),
        ("SLACK_WEBHOOK_URL", channel),
        ("PRISMA_ACCESS_KEY", PrismaCloudSimulator::ACCESS_KEY.to_owned()),
        ("PRISMA_SECRET_KEY", PrismaCloudSimulator::SECRET_KEY.to_owned()),
    ])
}
