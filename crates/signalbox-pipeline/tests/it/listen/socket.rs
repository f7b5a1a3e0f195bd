//! A socket that is served in front of a line, on a disk that can be told to fail.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use signalbox_model::IntegrationName;
use signalbox_pipeline::deliver::Gate;
use signalbox_pipeline::ingest::{
    BoundSocket, CurrentHandler, ListenerIngest, SocketCounts, SocketHandler, SocketTotals,
    SourceLine,
};
use signalbox_sdk::role::{Bind, Transport};
use signalbox_store::journal::IntakeTotals;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use super::Lines;
use crate::stage::Bench;

/// The source's name.
const SOURCE: &str = "syslog";

/// The longest any test waits for anything.
const PATIENCE: Duration = Duration::from_secs(60);

/// The socket while it is served.
pub(super) struct Served {
    pub(super) bench: Bench,
    pub(super) address: SocketAddr,
    pub(super) gate: Arc<Gate>,
    ingest: ListenerIngest,
    line: Arc<SourceLine>,
    counts: Arc<SocketCounts>,
    current: CurrentHandler,
    stop: CancellationToken,
    task: JoinHandle<()>,
}

impl Served {
    /// Serves this transport to everybody.
    pub(super) async fn over(transport: Transport) -> Self {
        Self::on(bind(transport)).await
    }

    pub(super) async fn on(bind: Bind) -> Self {
        let bench = Bench::new("severity >= 'high'");
        let gate = Arc::new(Gate::new(IntegrationName::new(SOURCE), true, None));
        let (line, counts) = (bench.source_behind(&gate, SOURCE), Arc::default());
        let socket = BoundSocket::bind(&bind).unwrap();
        let ingest = ingest(bind, &line, &counts);
        let current = CurrentHandler::new(handler(&ingest));
        let (address, stop) = (socket.address(), CancellationToken::new());
        let task = tokio::spawn(socket.serve(current.clone(), stop.clone()));
        Self { bench, address, gate, ingest, line, counts, current, stop, task }
    }

    /// Puts another configuration of the integration in charge.
    pub(super) fn reload(&mut self, bind: Bind) {
        self.ingest = ingest(bind, &self.line, &self.counts);
        self.reload_unchanged();
    }

    /// Reads certificates anew; nothing else has changed.
    pub(super) fn reload_unchanged(&self) {
        self.current.replace(handler(&self.ingest));
    }

    /// Closes the socket, as a reload does that no longer has it.
    pub(super) async fn close(self) -> Bench {
        self.current.close();
        self.task.await.unwrap();
        self.bench
    }

    /// Tells the socket that the hub stops.
    pub(super) fn tell_to_stop(&self) {
        self.stop.cancel();
    }

    /// Waits until the socket has ended, and returns what the source's sums are then.
    pub(super) async fn ended(self) -> IntakeTotals {
        self.task.await.unwrap();
        self.bench.disk.fail_when(|_| false);
        self.bench.journal_clock.advance(Duration::from_secs(5));
        // Refusals are written with the next chunk.
        self.line.take(&[self.bench.raw("log last -")]).await.unwrap();
        let mut totals = self.bench.journal.totals().intake[SOURCE];
        totals.received -= 1;
        totals.accepted -= 1;
        totals
    }

    /// Lets the disk refuse everything from now on, and counts how often it did.
    pub(super) fn break_disk(&self) -> Arc<AtomicU64> {
        let refusals = Arc::new(AtomicU64::new(0));
        let counted = Arc::clone(&refusals);
        self.bench.disk.fail_when(move |_| {
            counted.fetch_add(1, Ordering::Relaxed);
            true
        });
        refusals
    }

    /// Commits what a sender waits for, and returns when it is durable.
    pub(super) async fn answer_a_sender(&self) {
        self.line.take(&[self.bench.raw("log awaited -")]).await.unwrap();
    }

    /// Returns how many chunks the journal holds.
    pub(super) fn chunks(&self) -> usize {
        self.bench.journal.read(None, usize::MAX).unwrap().len()
    }

    pub(super) fn mend_disk(&self) {
        self.bench.disk.fail_when(|_| false);
        self.bench.journal_clock.advance(Duration::from_secs(5));
    }

    pub(super) fn totals(&self) -> SocketTotals {
        self.counts.totals()
    }

    pub(super) fn intake(&self) -> IntakeTotals {
        self.bench.journal.totals().intake.get(SOURCE).copied().unwrap_or_default()
    }
}

fn ingest(bind: Bind, line: &Arc<SourceLine>, counts: &Arc<SocketCounts>) -> ListenerIngest {
    ListenerIngest::new(Arc::new(Lines(vec![bind])), Arc::clone(line), Arc::clone(counts))
}

fn handler(ingest: &ListenerIngest) -> SocketHandler {
    SocketHandler::all_of(ingest).unwrap().remove(0)
}

/// A socket on a port of the kernel's choice, for everybody.
pub(super) fn bind(transport: Transport) -> Bind {
    let address = "127.0.0.1:0".parse().unwrap();
    Bind { address, transport, protocol: None, connections_max: 100, allow: Vec::new() }
}

/// Waits until it is so, while the runtime goes on and its stopped clock does not.
pub(super) async fn eventually(is_so: impl Fn() -> bool) {
    let begun = Instant::now();
    while !is_so() {
        assert!(begun.elapsed() < PATIENCE, "it never came true");
        tokio::task::yield_now().await;
    }
}

/// Waits until it is so, while the runtime's stopped clock goes on.
pub(super) async fn later(is_so: impl Fn() -> bool) {
    let begun = Instant::now();
    while !is_so() {
        assert!(begun.elapsed() < PATIENCE, "it never came true");
        tokio::time::advance(Duration::from_millis(100)).await;
    }
}
