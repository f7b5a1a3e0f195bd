//! Bugs that tests plant, each around a part of the line and none within it, and the proof that the simulation finds them.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use parking_lot::Mutex;
use signalbox_model::{DeliveryKey, Error, ErrorKind, TicketLink};
use signalbox_pipeline::canary::CANARY_MARK;
use signalbox_sdk::role::{
    Batch, BatchLimits, CheckReport, Confirmation, Destination, Item, Outcome, Ticket,
    TicketUpdate, Ticketing, Token,
};
use signalbox_sdk::testkit::is_full_test;
use signalbox_store::journal::{Disk, DiskFile};

use super::run::{Failure, SEQUENCES, drawn, search};
use super::sink::Sink;
use super::tickets::{SETTLE, Tickets};
use crate::scenery::{Tampering, tampered};

/// What is put around the parts of the line.
#[derive(Clone, Copy)]
pub(crate) struct Planted {
    pub(crate) disk: fn(Arc<dyn Disk>) -> Arc<dyn Disk>,
    pub(crate) ticketing: fn(Arc<Tickets>) -> Arc<dyn Ticketing>,
    pub(crate) destination: fn(Arc<Sink>) -> Arc<dyn Destination>,
    pub(crate) settle: Duration,
    pub(crate) skips_the_parked: bool,
    pub(crate) forgets_silences: bool,
}

/// The line as it is.
pub(crate) const NOTHING: Planted = Planted {
    disk: |disk| disk,
    ticketing: |tickets| tickets,
    destination: |sink| sink,
    settle: SETTLE,
    skips_the_parked: false,
    forgets_silences: false,
};

#[test]
fn acknowledging_before_the_sync_is_found() {
    let disk = |disk| SloppySyncs::of(disk, Sloppiness::SyncsLater);
    assert_found(Planted { disk, ..NOTHING }, 2);
}

#[test]
fn syncing_again_after_a_failed_sync_is_found() {
    let disk = |disk| SloppySyncs::of(disk, Sloppiness::SyncsAgain);
    assert_found(Planted { disk, ..NOTHING }, 82);
}

#[test]
fn settling_a_batch_before_it_is_sent_is_found() {
    assert_found(Planted { destination: |sink| Arc::new(SettlesFirst { sink }), ..NOTHING }, 2);
}

#[test]
fn looking_a_ticket_up_too_early_is_found() {
    assert_found(Planted { settle: Duration::ZERO, ..NOTHING }, 41);
}

#[test]
fn dropping_an_update_on_a_401_is_found() {
    assert_found(
        Planted { ticketing: |tickets| Arc::new(DropsOn401 { tickets }), ..NOTHING },
        1258,
    );
}

#[test]
fn skipping_what_waited_for_a_parked_stream_is_found() {
    assert_found(Planted { skips_the_parked: true, ..NOTHING }, 564);
}

#[test]
fn telling_what_is_silenced_is_found() {
    assert_found(Planted { forgets_silences: true, ..NOTHING }, 63);
}

#[test]
fn making_a_ticket_of_a_canary_that_looks_like_others_is_found() {
    let ticketing = |tickets| Arc::new(DropsTheMark { tickets }) as Arc<dyn Ticketing>;
    assert_found(Planted { ticketing, ..NOTHING }, 29);
}

/// Searches from anywhere in a full test; otherwise from a seed that found it once, for the rarest bugs take
/// minutes. Where the sequences have changed since, the search goes on from there all the same.
fn assert_found(planted: Planted, found_once: u64) {
    let first = if is_full_test() { drawn() } else { found_once };

    let (failure, count) = search(first, SEQUENCES, planted);

    assert!(failure.is_some(), "not found in {count} sequences from seed {first}");
    let Failure { seed, wrong, .. } = failure.unwrap();
    eprintln!("Found in sequence {count}, of seed {seed}: {}", wrong.join("; "));
}

/// What a disk does wrong with its syncs.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Sloppiness {
    /// A sync says yes at once and is done before the next write.
    SyncsLater,
    /// A sync that fails is asked for once more, and then believed.
    SyncsAgain,
}

struct SloppySyncs {
    sloppiness: Sloppiness,
    later: Mutex<Option<Arc<dyn DiskFile>>>,
}

impl SloppySyncs {
    fn of(disk: Arc<dyn Disk>, sloppiness: Sloppiness) -> Arc<dyn Disk> {
        tampered(disk, Self { sloppiness, later: Mutex::default() })
    }
}

impl Tampering for SloppySyncs {
    fn write_all_at(&self, file: &Arc<dyn DiskFile>, bytes: &[u8], offset: u64) -> io::Result<()> {
        let before = self.later.lock().take();
        before.map_or(Ok(()), |before| before.sync_data())?;
        file.write_all_at(bytes, offset)
    }

    fn sync_data(&self, file: &Arc<dyn DiskFile>) -> io::Result<()> {
        match self.sloppiness {
            Sloppiness::SyncsAgain => file.sync_data().or_else(|_| file.sync_data()),
            Sloppiness::SyncsLater => {
                *self.later.lock() = Some(Arc::clone(file));
                Ok(())
            }
        }
    }
}

/// Says that a batch is delivered, and then delivers it.
struct SettlesFirst {
    sink: Arc<Sink>,
}

#[async_trait]
impl Destination for SettlesFirst {
    fn limits(&self) -> BatchLimits {
        self.sink.limits()
    }

    fn encode(&self, item: &Item<'_>, out: &mut Vec<u8>) -> Result<(), Error> {
        self.sink.encode(item, out)
    }

    async fn deliver(&self, batch: &Batch) -> Vec<Outcome> {
        let (sink, sent) = (Arc::clone(&self.sink), batch.clone());
        tokio::spawn(async move {
            tokio::time::sleep(Duration::from_secs(1)).await;
            sink.deliver(&sent).await
        });
        vec![Outcome::Done(None); batch.len()]
    }

    async fn confirm(&self, tokens: &[Token]) -> Result<Vec<Confirmation>, Error> {
        self.sink.confirm(tokens).await
    }

    async fn check(&self) -> CheckReport {
        self.sink.check().await
    }
}

/// Takes refused credentials for a yes to an update.
struct DropsOn401 {
    tickets: Arc<Tickets>,
}

#[async_trait]
impl Ticketing for DropsOn401 {
    fn settle(&self) -> Duration {
        self.tickets.settle()
    }

    async fn find(&self, key: DeliveryKey) -> Result<Vec<TicketLink>, Error> {
        self.tickets.find(key).await
    }

    async fn create(&self, ticket: &Ticket) -> Result<TicketLink, Error> {
        self.tickets.create(ticket).await
    }

    async fn encode_create(&self, ticket: &Ticket) -> Result<Bytes, Error> {
        self.tickets.encode_create(ticket).await
    }

    async fn update(&self, link: &TicketLink, update: &TicketUpdate) -> Result<(), Error> {
        match self.tickets.update(link, update).await {
            Err(error) if error.kind() == ErrorKind::Unauthorized => Ok(()),
            outcome => outcome,
        }
    }

    async fn check(&self) -> CheckReport {
        self.tickets.check().await
    }
}

/// Makes tickets whose titles do not say that they are canaries'.
struct DropsTheMark {
    tickets: Arc<Tickets>,
}

#[async_trait]
impl Ticketing for DropsTheMark {
    fn settle(&self) -> Duration {
        self.tickets.settle()
    }

    async fn find(&self, key: DeliveryKey) -> Result<Vec<TicketLink>, Error> {
        self.tickets.find(key).await
    }

    async fn create(&self, ticket: &Ticket) -> Result<TicketLink, Error> {
        let mut unmarked = ticket.clone();
        unmarked.rendered.title = unmarked.rendered.title.replace(CANARY_MARK, "");
        self.tickets.create(&unmarked).await
    }

    async fn encode_create(&self, ticket: &Ticket) -> Result<Bytes, Error> {
        self.tickets.encode_create(ticket).await
    }

    async fn update(&self, link: &TicketLink, update: &TicketUpdate) -> Result<(), Error> {
        self.tickets.update(link, update).await
    }

    async fn check(&self) -> CheckReport {
        self.tickets.check().await
    }
}
