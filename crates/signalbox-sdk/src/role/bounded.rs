//! An end to every call of a connector, whatever it waits for.
//!
//! A connector bounds each of its exchanges by its own timeout. What has none, such as a write to a
//! network disk whose server is gone, would keep a worker for ever, and nobody would hear of it. So
//! whoever calls a connector calls it through this.

use std::borrow::Cow;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use signalbox_model::{DeliveryKey, Error, ErrorKind, TicketLink};
use tokio::time::timeout;

use super::{
    Batch, BatchLimits, CheckReport, Checkpoint, Confirmation, Destination, Encoding, Item,
    Outcome, Page, Source, Ticket, TicketState, TicketUpdate, Ticketing, Token,
};

/// A role of a connector, each of whose calls comes to an end.
pub struct Bounded<T: ?Sized> {
    inner: Arc<T>,
    limits: CallLimits,
}

/// How long the calls of a connector may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CallLimits {
    /// A call that reads or changes something. A batch may be many messages that are answered one after
    /// the other, so this is generous: it is there for what would never end.
    pub call: Duration,
    /// A harmless call that a person waits for.
    pub check: Duration,
}

impl CallLimits {
    /// Returns the limits where one exchange with the product may take `timeout`.
    pub fn of(timeout: Duration) -> Self {
        Self {
            call: CALL_MIN.max(timeout * EXCHANGES_OF_A_CALL),
            check: CHECK_MIN.max(timeout * EXCHANGES_OF_A_CHECK),
        }
    }
}

impl Bounded<dyn Destination> {
    /// Puts an end to the calls of a destination.
    pub fn destination(inner: Arc<dyn Destination>) -> Arc<dyn Destination> {
        let limits = CallLimits::of(inner.timeout());
        Arc::new(Self { inner, limits })
    }
}

impl Bounded<dyn Ticketing> {
    /// Puts an end to the calls of a ticketing product.
    pub fn ticketing(inner: Arc<dyn Ticketing>) -> Arc<dyn Ticketing> {
        let limits = CallLimits::of(inner.timeout());
        Arc::new(Self { inner, limits })
    }
}

impl Bounded<dyn Source> {
    /// Puts an end to the calls of what is polled.
    pub fn source(inner: Arc<dyn Source>) -> Arc<dyn Source> {
        let limits = CallLimits::of(inner.timeout());
        Arc::new(Self { inner, limits })
    }
}

impl<T: ?Sized> Bounded<T> {
    /// Makes a call that changes something: nobody knows whether one that was given up on was executed.
    async fn change<R>(
        &self,
        operation: &'static str,
        call: impl Future<Output = Result<R, Error>>,
    ) -> Result<R, Error> {
        within(self.limits.call, call, |limit| endless(ErrorKind::OutcomeUnknown, operation, limit))
            .await
    }

    /// Makes a call that changes nothing.
    async fn read<R>(
        &self,
        operation: &'static str,
        call: impl Future<Output = Result<R, Error>>,
    ) -> Result<R, Error> {
        within(self.limits.call, call, |limit| endless(ErrorKind::Unavailable, operation, limit))
            .await
    }

    async fn examine(&self, check: impl Future<Output = CheckReport>) -> CheckReport {
        let limit = self.limits.check;
        timeout(limit, check).await.unwrap_or_else(|_| {
            let mut report = CheckReport::default();
            report.failed("answer", format!("it did not end within {limit:?}"), LOOK);
            report
        })
    }
}

#[async_trait]
impl Destination for Bounded<dyn Destination> {
    fn limits(&self) -> BatchLimits {
        self.inner.limits()
    }

    fn timeout(&self) -> Duration {
        self.inner.timeout()
    }

    fn encode(&self, item: &Item<'_>, out: &mut Vec<u8>) -> Result<(), Error> {
        self.inner.encode(item, out)
    }

    fn encoding(&self) -> Option<Encoding> {
        self.inner.encoding()
    }

    async fn deliver(&self, batch: &Batch) -> Vec<Outcome> {
        let limit = self.limits.call;
        timeout(limit, self.inner.deliver(batch)).await.unwrap_or_else(|_| {
            let error = endless(ErrorKind::OutcomeUnknown, "deliver", limit);
            vec![Outcome::Failed(error); batch.len()]
        })
    }

    async fn confirm(&self, tokens: &[Token]) -> Result<Vec<Confirmation>, Error> {
        self.read("confirm", self.inner.confirm(tokens)).await
    }

    fn confirm_pace(&self) -> (Duration, Duration) {
        self.inner.confirm_pace()
    }

    fn escape<'a>(&self, value: &'a str) -> Cow<'a, str> {
        self.inner.escape(value)
    }

    fn is_stream_by_default(&self) -> bool {
        self.inner.is_stream_by_default()
    }

    fn file(&self) -> Option<&Path> {
        self.inner.file()
    }

    fn unproven(&self) -> Option<&'static str> {
        self.inner.unproven()
    }

    async fn check(&self) -> CheckReport {
        self.examine(self.inner.check()).await
    }
}

#[async_trait]
impl Ticketing for Bounded<dyn Ticketing> {
    fn settle(&self) -> Duration {
        self.inner.settle()
    }

    fn timeout(&self) -> Duration {
        self.inner.timeout()
    }

    async fn find(&self, key: DeliveryKey) -> Result<Vec<TicketLink>, Error> {
        self.read("find ticket", self.inner.find(key)).await
    }

    async fn create(&self, ticket: &Ticket) -> Result<TicketLink, Error> {
        self.change("create ticket", self.inner.create(ticket)).await
    }

    async fn encode_create(&self, ticket: &Ticket) -> Result<Bytes, Error> {
        // A person waits for it.
        let lost = |limit| endless(ErrorKind::Unavailable, "write ticket", limit);
        within(self.limits.check, self.inner.encode_create(ticket), lost).await
    }

    async fn update(&self, link: &TicketLink, update: &TicketUpdate) -> Result<(), Error> {
        self.change("update ticket", self.inner.update(link, update)).await
    }

    fn encode_update(&self, update: &TicketUpdate) -> Option<Bytes> {
        self.inner.encode_update(update)
    }

    async fn state(&self, link: &TicketLink) -> Result<Option<TicketState>, Error> {
        self.read("read ticket", self.inner.state(link)).await
    }

    fn escape<'a>(&self, value: &'a str) -> Cow<'a, str> {
        self.inner.escape(value)
    }

    async fn check(&self) -> CheckReport {
        self.examine(self.inner.check()).await
    }
}

#[async_trait]
impl Source for Bounded<dyn Source> {
    fn name(&self) -> &'static str {
        self.inner.name()
    }

    fn interval(&self) -> Duration {
        self.inner.interval()
    }

    fn timeout(&self) -> Duration {
        self.inner.timeout()
    }

    async fn poll(&self, since: Option<&Checkpoint>) -> Result<Page, Error> {
        self.read("poll", self.inner.poll(since)).await
    }

    async fn confirm(&self, checkpoint: &Checkpoint) -> Result<(), Error> {
        self.read("confirm", self.inner.confirm(checkpoint)).await
    }

    async fn check(&self) -> CheckReport {
        self.examine(self.inner.check()).await
    }
}

async fn within<R>(
    limit: Duration,
    call: impl Future<Output = Result<R, Error>>,
    lost: impl FnOnce(Duration) -> Error,
) -> Result<R, Error> {
    timeout(limit, call).await.unwrap_or_else(|_| Err(lost(limit)))
}

fn endless(kind: ErrorKind, operation: &'static str, limit: Duration) -> Error {
    Error::new(kind, operation, format!("it did not end within {limit:?}; {LOOK}"))
}

const LOOK: &str = "look at the product, or at the disk where it is a file";

/// A thousand messages that a slow receiver answers one by one come to an end in this time.
const CALL_MIN: Duration = Duration::from_secs(600);

/// Looking up a name, connecting, logging in, and what is asked then, with room to spare.
const EXCHANGES_OF_A_CALL: u32 = 10;

/// As the default timeout of most connectors, 10 s, permits.
const CHECK_MIN: Duration = Duration::from_secs(60);

/// A check looks up a name, connects, and makes a call or two.
const EXCHANGES_OF_A_CHECK: u32 = 6;

#[cfg(test)]
mod tests;
