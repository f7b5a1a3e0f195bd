//! A SIEM that only counts: HEC's answer to every request, and a bit for every number it has seen.
//!
//! It has to cost far less than what it measures: a thread for each connection, no allocation for a
//! request, one search over the body.

use std::io::{self, Read as _, Write as _};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};
use flate2::read::GzDecoder;
use memchr::memmem::Finder;
use parking_lot::Mutex;
use tokio::time::sleep;

use super::http::{Input, header};
use super::lines::{DIGITS, MARK};

/// A SIEM that can be switched off and on again at the same address.
pub(super) struct Sink {
    address: SocketAddr,
    counts: Arc<Counts>,
    open: Option<Arc<Open>>,
}

/// What has come since the last reset.
struct Counts {
    seen: Vec<AtomicU64>,
    unique: AtomicU64,
    duplicates: AtomicU64,
}

/// While it is switched on.
#[derive(Default)]
struct Open {
    is_closing: AtomicBool,
    connections: Mutex<Vec<TcpStream>>,
}

impl Sink {
    /// Makes a SIEM for numbers below `capacity`, switched on.
    pub(super) fn start(address: SocketAddr, capacity: u64) -> anyhow::Result<Self> {
        let words = usize::try_from(capacity / 64 + 1)?;
        let counts = Counts {
            seen: (0..words).map(|_| AtomicU64::new(0)).collect(),
            unique: AtomicU64::new(0),
            duplicates: AtomicU64::new(0),
        };
        let mut sink = Self { address, counts: Arc::new(counts), open: None };
        sink.open()?;
        Ok(sink)
    }

    pub(super) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Switches it on.
    pub(super) fn open(&mut self) -> anyhow::Result<()> {
        let listener = TcpListener::bind(self.address)
            .with_context(|| format!("listen on {}", self.address))?;
        self.address = listener.local_addr()?;
        let open = Arc::new(Open::default());
        let (state, counts) = (Arc::clone(&open), Arc::clone(&self.counts));
        thread::spawn(move || state.accept(&listener, &counts));
        self.open = Some(open);
        Ok(())
    }

    /// Switches it off: connections are cut, and new ones refused.
    pub(super) fn close(&mut self) {
        let Some(open) = self.open.take() else { return };
        open.is_closing.store(true, Relaxed);
        // The thread that accepts learns of it by one more connection.
        drop(TcpStream::connect(self.address));
        for connection in open.connections.lock().drain(..) {
            connection.shutdown(Shutdown::Both).ok();
        }
    }

    /// Forgets what has come.
    pub(super) fn reset(&self) {
        self.counts.seen.iter().for_each(|word| word.store(0, Relaxed));
        self.counts.unique.store(0, Relaxed);
        self.counts.duplicates.store(0, Relaxed);
    }

    /// Returns how many different numbers have come.
    pub(super) fn unique(&self) -> u64 {
        self.counts.unique.load(Relaxed)
    }

    /// Returns how many came once more.
    pub(super) fn duplicates(&self) -> u64 {
        self.counts.duplicates.load(Relaxed)
    }

    /// Waits until so many different numbers have come.
    ///
    /// # Errors
    /// Where nothing comes for two minutes.
    pub(super) async fn wait(&self, events: u64) -> anyhow::Result<()> {
        let (mut last, mut moved) = (self.unique(), Instant::now());
        while self.unique() < events {
            sleep(Duration::from_millis(20)).await;
            if self.unique() > last {
                (last, moved) = (self.unique(), Instant::now());
            }
            if moved.elapsed() > STUCK_MAX {
                bail!("{last} of {events} events have come, and no more for {STUCK_MAX:?}");
            }
        }
        Ok(())
    }
}

impl Drop for Sink {
    fn drop(&mut self) {
        self.close();
    }
}

impl Open {
    fn accept(self: Arc<Self>, listener: &TcpListener, counts: &Arc<Counts>) {
        for connection in listener.incoming() {
            if self.is_closing.load(Relaxed) {
                return;
            }
            let Ok(connection) = connection else { continue };
            if let Ok(handle) = connection.try_clone() {
                self.connections.lock().push(handle);
            }
            let counts = Arc::clone(counts);
            thread::spawn(move || counts.serve(connection));
        }
    }
}

impl Counts {
    /// Ends with the connection, however that comes about.
    fn serve(&self, mut connection: TcpStream) -> io::Result<()> {
        connection.set_nodelay(true)?;
        let (mut input, finder) = (Input::default(), Finder::new(MARK));
        let mut unpacked = Vec::new();
        while let Some(message) = input.next(&mut connection)? {
            if header(message.head, "content-encoding") == Some(b"gzip") {
                unpacked.clear();
                GzDecoder::new(message.body).read_to_end(&mut unpacked)?;
                self.count(&unpacked, &finder);
            } else {
                self.count(message.body, &finder);
            }
            connection.write_all(ANSWER)?;
        }
        Ok(())
    }

    fn count(&self, body: &[u8], finder: &Finder<'_>) {
        let mut last = None;
        for at in finder.find_iter(body) {
            let Some(number) = number(body, at + MARK.len()) else { continue };
            // An event that carries its original has its number twice.
            if last.replace(number) != Some(number) {
                self.see(number);
            }
        }
    }

    fn see(&self, number: u64) {
        let word = usize::try_from(number / 64).ok().and_then(|word| self.seen.get(word));
        let bit = 1 << (number % 64);
        let is_new = word.is_some_and(|word| word.fetch_or(bit, Relaxed) & bit == 0);
        let count = if is_new { &self.unique } else { &self.duplicates };
        count.fetch_add(1, Relaxed);
    }
}

fn number(body: &[u8], at: usize) -> Option<u64> {
    let digits = body.get(at..at + DIGITS)?;
    digits.iter().try_fold(0, |number, digit| {
        digit.is_ascii_digit().then(|| number * 10 + u64::from(digit - b'0'))
    })
}

const ANSWER: &[u8] =
    b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 27\r\n\r\n{\"text\":\"Success\",\"code\":0}";

/// Longer than any pause of a hub between tries.
const STUCK_MAX: Duration = Duration::from_secs(120);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_that_carries_its_original_is_one_and_the_same_event_again_is_a_duplicate() {
        let sink = Sink::start(SocketAddr::from(([127, 0, 0, 1], 0)), 100).unwrap();
        let finder = Finder::new(MARK);

        sink.counts.count(b"sq-0000000007 raw sq-0000000007 next sq-0000000008", &finder);
        sink.counts.count(b"sq-0000000007 no number: sq-7", &finder);

        assert_eq!((sink.unique(), sink.duplicates()), (2, 1));
    }
}
