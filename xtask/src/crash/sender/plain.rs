//! Sends lines over plain TCP, whose senders never learn what became of a line.

use std::net::SocketAddr;
use std::ops::Range;
use std::sync::Arc;
use std::time::Duration;

use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;
use tokio::time::{Interval, sleep};

use super::{REPEAT_AFTER, ticks};
use crate::crash::books::Sent;
use crate::crash::sequence;

/// A device that speaks syslog over TCP.
pub(super) struct PlainSender {
    pub(super) address: SocketAddr,
    pub(super) sent: Arc<Sent>,
}

impl PlainSender {
    /// Sends until the run is over; connects anew wherever the connection broke.
    pub(super) async fn run(self, period: Duration) {
        let (mut ticks, mut unwritten) = (ticks(period), None);
        while !self.sent.is_over() {
            match TcpStream::connect(self.address).await {
                Ok(stream) => self.write(stream, &mut ticks, &mut unwritten).await,
                Err(_) => sleep(REPEAT_AFTER).await,
            }
        }
    }

    /// Writes lines until a write fails: that line is known to be unsent, those before it are not.
    async fn write(
        &self,
        mut stream: TcpStream,
        ticks: &mut Interval,
        unwritten: &mut Option<Range<u64>>,
    ) {
        while !self.sent.is_over() {
            ticks.tick().await;
            let numbers = unwritten.take().unwrap_or_else(|| self.sent.draw(1));
            let line = format!("<134>router-1 {} link up\n", sequence::text(numbers.start));
            if stream.write_all(line.as_bytes()).await.is_err() {
                *unwritten = Some(numbers);
                return;
            }
        }
        // The hub may be gone already; then these lines are lost as well.
        stream.shutdown().await.ok();
    }
}
