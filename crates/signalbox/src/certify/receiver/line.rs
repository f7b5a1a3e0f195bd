//! A hub with a feed before it and the vendor behind it.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use bytes::Bytes;
use http::Request;
use serde_json::json;
use signalbox_model::Clock;
use signalbox_sdk::Connector;
use signalbox_sdk::http::{HttpClient, HttpOptions};
use signalbox_sdk::testkit::Server;
use signalbox_sdk::testkit::certification::{Held, Plan, Receiver, Trouble};
use signalbox_store::desk::{StepFilter, StepRow};

use super::super::Change;
use super::super::proof::{Proof, ensure, failed, planned};
use super::super::stage::{FEED_PATH, SUBJECT, Stage, receiving};
use super::Promise;

/// The stage of a receiver's cases.
pub(super) struct Line {
    pub(super) stage: Stage,
    pub(super) vendor: Arc<dyn Receiver>,
    pub(super) promise: Promise,
    server: Option<Server>,
    client: HttpClient,
}

/// A finding on its way: the key of its delivery.
pub(super) struct Delivery {
    pub(super) key: String,
}

/// The clock moves in these steps, shorter than any lease, so that no call is taken for a lost one.
const STEP: Duration = Duration::from_secs(31);

/// Enough for every wait of the line, one after the other.
const STEPS_MAX: usize = 40;

const NO_REST: &str = "a delivery does not come to rest";

/// How long a check of the vendor may take before the clock moves on.
const MOMENT: Duration = Duration::from_millis(300);

impl Line {
    pub(super) async fn start(
        connector: &Connector,
        open: fn(Arc<dyn Clock>) -> Arc<dyn Receiver>,
        promise: Promise,
        change: Change,
    ) -> Proof<Self> {
        let mut stage = Stage::new(change)?;
        let vendor = open(stage.clock());
        let server = match vendor.router() {
            Some(router) => Some(Server::start(router, 0).await.context("serve the vendor")?),
            None => None,
        };
        let nowhere = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        let setup = vendor.setup(&stage.place(server.as_ref().map_or(nowhere, Server::address)));
        let clocked = Arc::clone(&vendor);
        stage.when_advanced(move |by| clocked.advance(by));
        stage.start(&setup, &receiving(connector.name, &setup)).await?;
        let client = HttpClient::new(&HttpOptions::default()).map_err(anyhow::Error::msg)?;
        Ok(Self { stage, vendor, promise, server, client })
    }

    /// Has the vendor show a trouble from the next request on.
    pub(super) fn plant(&self, trouble: &Trouble) -> Proof<()> {
        let plan = planned(self.vendor.plan(trouble))?;
        match (plan, &self.server) {
            (Plan::Once(fault), Some(server)) => server.faults().plant(fault),
            (Plan::Always(fault), Some(server)) => server.faults().set_always(Some(fault)),
            (Plan::Once(_) | Plan::Always(_), None) => {
                return failed("the connector plans a fault of HTTP for a vendor without HTTP");
            }
            _ => {}
        }
        Ok(())
    }

    pub(super) fn mend(&self) {
        if let Some(server) = &self.server {
            server.faults().set_always(None);
        }
        self.vendor.mend();
    }

    /// Posts a finding and waits until its delivery is known.
    pub(super) async fn raise(&self, id: &str, title: &str, detail: &str) -> Proof<Delivery> {
        let before = self.steps().await?.len();
        self.post(id, title, detail).await?;
        let grown = async || Ok(self.steps().await?.len() > before);
        self.stage.until(grown, || format!("finding `{id}` raised no alert")).await?;
        match self.steps().await?.into_iter().nth(before) {
            Some(step) => Ok(Delivery { key: step.key }),
            None => failed(format!("the delivery of `{id}` is gone")),
        }
    }

    /// Posts a finding as a sensor does.
    pub(super) async fn post(&self, id: &str, title: &str, detail: &str) -> Proof<()> {
        let Some(address) = self.stage.hub()?.address() else {
            return failed("the hub does not listen");
        };
        let body = json!({
            "id": id, "title": title, "detail": detail, "severity": "high", "host": "host-1",
        });
        let request = Request::post(format!("http://{address}{FEED_PATH}"))
            .header("content-type", "application/json")
            .body(Bytes::from(body.to_string()))
            .context("make a request")?;
        let answer = self.client.send(request).await;
        let answer = answer.map_err(|error| anyhow::anyhow!("post to the hub: {error:?}"))?;
        ensure(answer.status().is_success(), || {
            format!("the hub answers a finding {}", answer.status())
        })
    }

    /// Findings that arrive, so that the next call is the delivery's own: tokens are fetched, and what a
    /// product shows only once it holds something is known.
    pub(super) async fn warm_up(&self) -> Proof<()> {
        for id in ["first", "second"] {
            let delivery = self.raise(id, "An early finding", "It opens the way.").await?;
            self.arrives(&delivery).await?;
        }
        Ok(())
    }

    /// Returns the deliveries to the vendor, oldest first.
    pub(super) async fn steps(&self) -> Proof<Vec<StepRow>> {
        let filter = StepFilter {
            destination: Some(SUBJECT.to_owned()),
            limit: 1000,
            ..StepFilter::default()
        };
        Ok(self.stage.operations()?.deliveries(filter).await?)
    }

    pub(super) async fn step(&self, delivery: &Delivery) -> Proof<StepRow> {
        match self.steps().await?.into_iter().find(|step| step.key == delivery.key) {
            Some(step) => Ok(step),
            None => failed("a delivery is gone from the desk"),
        }
    }

    /// Waits until a delivery has ended, or waits for a later time or a better integration.
    pub(super) async fn rests(&self, delivery: &Delivery) -> Proof<StepRow> {
        let mut resting = None;
        let is_at_rest = async || {
            let step = self.step(delivery).await?;
            let is_at_rest = match step.state.as_str() {
                "sending" => false,
                "pending" if step.next_at <= self.stage.now() => {
                    matches!(self.stage.integration().await?.gate.state, "parked" | "down")
                }
                _ => true,
            };
            resting = is_at_rest.then_some(step);
            Ok(is_at_rest)
        };
        self.stage.until(is_at_rest, || NO_REST.to_owned()).await?;
        resting.map_or_else(|| failed(NO_REST), Ok)
    }

    /// Lets time pass until a delivery has ended.
    pub(super) async fn ends(&self, delivery: &Delivery) -> Proof<StepRow> {
        for _ in 0..STEPS_MAX {
            let step = self.rests(delivery).await?;
            if !matches!(step.state.as_str(), "pending" | "sending") {
                return Ok(step);
            }
            self.stage.advance(STEP)?;
            self.has_looked(delivery).await?;
        }
        failed(format!("a delivery has not ended after {STEPS_MAX} times {STEP:?}"))
    }

    /// Gives a parked or broken integration a moment to see that it is mended.
    async fn has_looked(&self, delivery: &Delivery) -> Proof<()> {
        let begun = tokio::time::Instant::now();
        while begun.elapsed() < MOMENT {
            let is_well = self.stage.integration().await?.gate.state == "ok";
            if is_well || self.step(delivery).await?.state != "pending" {
                break;
            }
            tokio::time::sleep(MOMENT / 20).await;
        }
        Ok(())
    }

    /// Lets time pass until a delivery has ended, as delivered, and compares with what the vendor holds.
    /// Returns how often it does.
    pub(super) async fn arrives(&self, delivery: &Delivery) -> Proof<usize> {
        let step = self.ends(delivery).await?;
        ensure(step.state == "delivered", || {
            format!("the delivery ended as `{}`: {}", step.state, step.reason.unwrap_or_default())
        })?;
        let count = self.count(delivery);
        ensure(count > 0, || {
            "the hub counts it as delivered, but the vendor does not hold it".to_owned()
        })?;
        ensure(count == 1 || self.promise == Promise::AtLeastOnce, || {
            format!("the vendor holds it {count} times")
        })?;
        Ok(count)
    }

    /// Fails where the vendor holds a delivery that should have come once more than once.
    pub(super) async fn arrives_once(&self, delivery: &Delivery) -> Proof<()> {
        let count = self.arrives(delivery).await?;
        ensure(count == 1, || format!("the vendor holds it {count} times"))
    }

    /// Returns how often the vendor holds a delivery.
    pub(super) fn count(&self, delivery: &Delivery) -> usize {
        self.held(delivery).len()
    }

    pub(super) fn held(&self, delivery: &Delivery) -> Vec<Held> {
        let held = self.vendor.held().into_iter();
        held.filter(|held| held.key.contains(&delivery.key)).collect()
    }
}

/// Says how often, in words.
pub(super) fn times(count: usize) -> String {
    match count {
        1 => "once".to_owned(),
        2 => "twice, under one key".to_owned(),
        count => format!("{count} times, under one key"),
    }
}
