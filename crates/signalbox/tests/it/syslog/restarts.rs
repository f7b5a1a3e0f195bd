//! What is acknowledged outlives the hub, and what is not comes again.

use super::delivered::Delivered;
use super::rsyslog::{Rsyslog, WINDOW, Way};
use super::{cef_lines, network_to_splunk, socket};
use crate::hub::{Hub, eventually, free_address};
use crate::products::Splunk;

#[tokio::test(flavor = "multi_thread")]
async fn a_restart_amid_a_relp_stream_loses_nothing() {
    let Some(stream) = Stream::start().await else { return };

    let delivered = stream.interrupted(async |hub| hub.stop().await).await;

    assert_eq!((delivered.numbers, delivered.sent_again), (LINES, 0), "{delivered:?}");
    assert!(delivered.taken_again <= UNANSWERED_MAX, "{delivered:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_kill_amid_a_relp_stream_loses_nothing() {
    let Some(stream) = Stream::start().await else { return };

    let delivered = stream.interrupted(async |hub| hub.kill()).await;

    assert_eq!(delivered.numbers, LINES, "{delivered:?}");
    assert!(delivered.taken_again <= UNANSWERED_MAX, "{delivered:?}");
}

/// A hub that rsyslog is sending to.
struct Stream {
    hub: Hub,
    splunk: Splunk,
    rsyslog: Rsyslog,
}

impl Stream {
    async fn start() -> Option<Self> {
        let (splunk, address) = (Splunk::start().await, free_address());
        let config = network_to_splunk(&socket("relp", address), &splunk);
        let hub = Hub::start(&config, &[Splunk::ENVIRONMENT]).await;
        let rsyslog = Rsyslog::start(&Way::Relp, address, &cef_lines(LINES))?;
        Some(Self { hub, splunk, rsyslog })
    }

    /// Ends the hub amid the stream, starts it anew, and returns what arrived in the end.
    async fn interrupted(mut self, end: impl AsyncFnOnce(&mut Hub)) -> Delivered {
        let count = || self.splunk.simulator.summary().count;
        assert!(eventually(async || count() >= LINES as u64 / 4).await, "{}", self.rsyslog.log());
        end(&mut self.hub).await;
        let before = count();
        self.hub.run().await;
        let delivered = Delivered::of(&self.splunk, LINES).await;
        eprintln!("{before} of {LINES} arrived before the end; in all {delivered:?}");
        assert!(before < LINES as u64, "the stream was over before the hub ended");
        delivered
    }
}

const LINES: usize = 10_000;

/// What it waits for the answers of, and the message at which it notices that nobody answers: that one it
/// tries again by itself.
const UNANSWERED_MAX: usize = WINDOW + 1;
