//! The demo's stage: simulated products and a hub that is configured for them.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, bail};
use bytes::Bytes;
use http::{Request, Response};
use signalbox_connectors::servicenow::ServiceNowSimulator;
use signalbox_connectors::splunk_hec::HecSimulator;
use signalbox_model::SystemClock;
use signalbox_model::secret::Secret;
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
    /// Tells this run of the story from others on the same data.
    pub(super) run: String,
    client: HttpClient,
    edr: String,
    collector: String,
    secret: Secret,
    token: String,
    /// The products' servers, which end with the stage.
    _servers: [Server; 2],
}

/// Where the collector of the demo's configuration listens: a port from the kernel.
const COLLECTOR: SocketAddr =
    SocketAddr::new(std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST), 0);

impl Stage {
    /// Starts the simulated products and a hub on `data`.
    pub(super) async fn set(data: &Path, narrator: &Narrator) -> anyhow::Result<Self> {
        narrator.chapter("The stage: one hub, a ServiceNow and a Splunk, both simulated");
        let (snow, splunk) = (ServiceNowSimulator::default(), HecSimulator::default());
        let snow_server = Server::start(snow.router(), 0).await?;
        let splunk_server = Server::start(splunk.router(), 0).await?;
        let draw = || format!("{:016x}{:016x}", SystemRandom.next(), SystemRandom.next());
        let (secret, token) = (draw(), draw());
        let config = config(&snow_server, &splunk_server);
        std::fs::create_dir_all(data).with_context(|| format!("make `{}`", data.display()))?;
        let path = data.join("demo.yaml");
        std::fs::write(&path, config).with_context(|| format!("write `{}`", path.display()))?;
        let environment = Environment::of_variables([
            ("DEMO_WEBHOOK_SECRET", secret.clone()),
            ("DEMO_HEC_TOKEN", token.clone()),
            ("SNOW_PASSWORD", ServiceNowSimulator::PASSWORD.to_owned()),
            ("SPLUNK_HEC_TOKEN", HecSimulator::TOKEN.to_owned()),
        ]);
        let hub = Hub::start(&path, data, World { environment, ..world() }).await?;
        let (Some(own), Some(collector)) = (hub.address(), hub.address_of(COLLECTOR)) else {
            bail!("the hub does not listen");
        };
        narrator.says("hub", &format!("listens on {own}, its collector on {collector}"));
        narrator.says("servicenow", &format!("simulated on {}", snow_server.address()));
        narrator.says("splunk", &format!("simulated on {}", splunk_server.address()));
        Ok(Self {
            hub,
            snow,
            splunk,
            run: format!("{:08x}", SystemRandom.next() >> 32),
            client: HttpClient::new(&HttpOptions::default()).map_err(anyhow::Error::msg)?,
            edr: format!("http://{own}/hooks/edr"),
            collector: format!("http://{collector}/services/collector/event"),
            secret: Secret::new(secret),
            token,
            _servers: [snow_server, splunk_server],
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

fn config(snow: &Server, splunk: &Server) -> String {
    include_str!("demo.yaml")
        .replace("@SNOW@", &snow.address().to_string())
        .replace("@SPLUNK@", &splunk.address().to_string())
        .replace("@USERNAME@", ServiceNowSimulator::USERNAME)
}
