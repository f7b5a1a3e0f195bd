//! Sends lines over one TCP connection, as fast as they are taken.

use std::io::{Read as _, Write as _};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::ops::Range;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use parking_lot::Mutex;

use super::lines::Lines;

/// A firewall that never runs out of lines; clones share them.
#[derive(Clone)]
pub(super) struct Sender {
    lines: Arc<Mutex<Lines>>,
}

impl Sender {
    /// Prepares the lines, which takes a second.
    pub(super) fn new() -> Self {
        Self { lines: Arc::new(Mutex::new(Lines::new())) }
    }

    /// Sends the lines of `numbers`; back when the receiver has read and closed.
    pub(super) async fn send(&self, to: SocketAddr, numbers: Range<u64>) -> anyhow::Result<()> {
        let sender = self.clone();
        let sending = tokio::task::spawn_blocking(move || sender.send_now(to, numbers));
        sending.await?.with_context(|| format!("send lines to {to}"))
    }

    fn send_now(&self, to: SocketAddr, mut numbers: Range<u64>) -> std::io::Result<()> {
        let mut stream = TcpStream::connect(to)?;
        stream.set_write_timeout(Some(STUCK_MAX))?;
        stream.set_read_timeout(Some(STUCK_MAX))?;
        let mut lines = self.lines.lock();
        while !numbers.is_empty() {
            let (block, count) = lines.block(&numbers);
            stream.write_all(block)?;
            numbers.start += count;
        }
        stream.shutdown(Shutdown::Write)?;
        // Closing at once would reset what is not read yet.
        stream.read_to_end(&mut Vec::new())?;
        Ok(())
    }
}

/// A receiver that takes nothing for so long is stuck.
const STUCK_MAX: Duration = Duration::from_secs(120);
