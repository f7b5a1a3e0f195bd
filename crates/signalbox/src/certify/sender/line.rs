//! A sender, a hub that is sent to, and a file behind the hub.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use signalbox_sdk::Connector;
use signalbox_sdk::testkit::certification::{Message, Sender, Sent};

use super::super::Change;
use super::super::proof::{Proof, Unproven, ensure, failed};
use super::super::stage::{SINK_FILE, Stage, sending};
use super::wire;

/// The longest that an answer is waited for.
const PATIENCE: Duration = Duration::from_secs(10);

/// The stage of a sender's cases.
pub(super) struct Line {
    pub(super) stage: Stage,
    pub(super) sender: Arc<dyn Sender>,
}

impl Line {
    pub(super) async fn start(
        connector: &Connector,
        open: fn() -> Arc<dyn Sender>,
        change: Change,
    ) -> Proof<Self> {
        let mut stage = Stage::new(change)?;
        let sender = open();
        let setup = sender.setup(&stage.place(SocketAddr::from((Ipv4Addr::LOCALHOST, 0))));
        let document = sending(connector.name, &setup, &stage.path(SINK_FILE));
        stage.start(&setup, &document).await?;
        Ok(Self { stage, sender })
    }

    /// Returns where the integration listens in this life of the hub.
    pub(super) fn address(&self) -> Proof<SocketAddr> {
        let hub = self.stage.hub()?;
        let address = match self.sender.listens_at() {
            Some(configured) => hub.address_of(configured),
            None => hub.address(),
        };
        match address {
            Some(address) => Ok(address),
            None => failed("the integration does not listen"),
        }
    }

    /// Returns the bytes of a message; one that the protocol does not have does not apply.
    pub(super) fn bytes(&self, message: &Message<'_>) -> Proof<Vec<u8>> {
        let bytes = self.sender.bytes(message, self.stage.now());
        bytes.map_err(|why| Unproven::NotApplicable(why.to_owned()))
    }

    pub(super) async fn send(&self, message: &Message<'_>) -> Proof<Sent> {
        self.send_within(message, PATIENCE).await
    }

    /// Sends a message and waits this long for an answer.
    pub(super) async fn send_within(
        &self,
        message: &Message<'_>,
        patience: Duration,
    ) -> Proof<Sent> {
        let bytes = self.bytes(message)?;
        wire::exchange(self.sender.as_ref(), self.address()?, &bytes, patience).await
    }

    /// Sends an event that is acknowledged and arrives.
    pub(super) async fn arrives(&self, id: &str) -> Proof<()> {
        self.taken(&Message::Event(id, "What was seen.")).await?;
        self.stage.until_arrived(id).await?;
        let count = self.stage.arrived(id)?;
        ensure(count == 1, || format!("event `{id}` has arrived {count} times"))
    }

    pub(super) async fn taken(&self, message: &Message<'_>) -> Proof<()> {
        let sent = self.send(message).await?;
        ensure(sent == Sent::Taken, || format!("the hub does not acknowledge an event: {sent:?}"))
    }
}
