//! Sends lines, as fast as they are taken.

use std::io::{self, Read as _, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::ops::Range;
use std::sync::{Arc, OnceLock};
use std::thread;
use std::time::Duration;

use anyhow::{Context as _, ensure};
use parking_lot::Mutex;
use rustls::pki_types::ServerName;
use rustls::{ClientConfig, ClientConnection, StreamOwned};

use super::certificate::NAME;
use super::http::Input;
use super::lines::{Form, Lines};

/// A firewall that never runs out of lines; clones share them.
#[derive(Clone)]
pub(super) struct Sender {
    lines: Arc<Mutex<Lines>>,
    /// Made when they are first asked for.
    envelopes: Arc<OnceLock<Mutex<Lines>>>,
}

/// Where events are taken in, and how they are handed over.
#[derive(Clone)]
pub(super) enum Door {
    /// Lines over one TCP connection.
    Lines(SocketAddr),
    /// The same over TLS.
    Tls(SocketAddr, Arc<ClientConfig>),
    /// A collector of HEC, by four connections that wait for each answer.
    Hec(SocketAddr),
}

impl Sender {
    /// Prepares the lines, which takes a second.
    pub(super) fn new() -> Self {
        let lines = Arc::new(Mutex::new(Lines::new(Form::Line)));
        Self { lines, envelopes: Arc::default() }
    }

    /// Sends the lines of `numbers`; back when the receiver has read and closed, or answered.
    pub(super) async fn send(&self, door: &Door, numbers: Range<u64>) -> anyhow::Result<()> {
        let (sender, to) = (self.clone(), door.clone());
        let sending = tokio::task::spawn_blocking(move || sender.send_now(&to, numbers));
        sending.await?.with_context(|| format!("send lines to {}", door.address()))
    }

    fn send_now(&self, door: &Door, numbers: Range<u64>) -> anyhow::Result<()> {
        let mut stream = match door {
            Door::Lines(address) => {
                let mut stream = connect(*address)?;
                self.write(&mut stream, numbers)?;
                stream
            }
            Door::Tls(address, client) => {
                let session =
                    ClientConnection::new(Arc::clone(client), ServerName::try_from(NAME)?)?;
                let mut stream = StreamOwned::new(session, connect(*address)?);
                self.write(&mut stream, numbers)?;
                stream.conn.send_close_notify();
                stream.flush()?;
                stream.sock
            }
            Door::Hec(address) => return self.post_all(*address, numbers),
        };
        stream.shutdown(Shutdown::Write)?;
        // Closing at once would reset what is not read yet.
        stream.read_to_end(&mut Vec::new())?;
        Ok(())
    }

    fn write(&self, stream: &mut impl Write, mut numbers: Range<u64>) -> io::Result<()> {
        let mut lines = self.lines.lock();
        while !numbers.is_empty() {
            let (block, count) = lines.block(&numbers);
            stream.write_all(block)?;
            numbers.start += count;
        }
        Ok(())
    }

    fn post_all(&self, to: SocketAddr, numbers: Range<u64>) -> anyhow::Result<()> {
        let numbers = Mutex::new(numbers);
        thread::scope(|scope| {
            let connections: Vec<_> =
                (0..HEC_CONNECTIONS).map(|_| scope.spawn(|| self.post(to, &numbers))).collect();
            connections.into_iter().try_for_each(|connection| {
                connection.join().map_err(|_| anyhow::anyhow!("a connection ended early"))?
            })
        })
    }

    fn post(&self, to: SocketAddr, numbers: &Mutex<Range<u64>>) -> anyhow::Result<()> {
        let (mut stream, mut answers) = (connect(to)?, Input::default());
        while let Some(body) = self.take_envelopes(&mut numbers.lock()) {
            write!(
                stream,
                "POST /services/collector/event HTTP/1.1\r\nHost: {to}\r\n\
                 Authorization: Splunk {HEC_TOKEN}\r\nContent-Length: {}\r\n\r\n",
                body.len()
            )?;
            stream.write_all(&body)?;
            let answer =
                answers.next(&mut stream)?.context("the collector closed the connection")?;
            let (head, body) = (answer.head, String::from_utf8_lossy(answer.body));
            ensure!(head.starts_with(b"HTTP/1.1 200"), "the collector answered {body}");
        }
        Ok(())
    }

    fn take_envelopes(&self, numbers: &mut Range<u64>) -> Option<Vec<u8>> {
        if numbers.is_empty() {
            return None;
        }
        let envelopes = self.envelopes.get_or_init(|| Mutex::new(Lines::new(Form::Envelope)));
        let mut envelopes = envelopes.lock();
        let (block, count) = envelopes.block(numbers);
        numbers.start += count;
        Some(block.to_vec())
    }
}

impl Door {
    fn address(&self) -> SocketAddr {
        match self {
            Self::Lines(address) | Self::Tls(address, _) | Self::Hec(address) => *address,
        }
    }
}

fn connect(to: SocketAddr) -> io::Result<TcpStream> {
    let stream = TcpStream::connect(to)?;
    stream.set_nodelay(true)?;
    stream.set_write_timeout(Some(STUCK_MAX))?;
    stream.set_read_timeout(Some(STUCK_MAX))?;
    Ok(stream)
}

/// The token of every HEC here.
pub(super) const HEC_TOKEN: &str = "bench";

const HEC_CONNECTIONS: usize = 4;

/// A receiver that takes nothing for so long is stuck.
const STUCK_MAX: Duration = Duration::from_secs(120);
