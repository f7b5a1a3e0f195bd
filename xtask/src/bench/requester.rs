//! Sends signed requests over kept connections, and measures each until its answer.
//!
//! Requests at a rate are measured from when they were due, not from when the connection got to
//! them: a receiver that stalls pays for everyone who waits.

use std::net::SocketAddr;
use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Duration;

use anyhow::{Context as _, ensure};
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde_json::json;
use sha2::Sha256;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep_until};

use super::http::Input;
use super::stand::WEBHOOK_SECRET;

/// Which requests are sent, and how.
#[derive(Clone)]
pub(super) struct Requests {
    pub(super) to: SocketAddr,
    /// Each of them is in the text of one request.
    pub(super) numbers: Range<u64>,
    pub(super) severity: &'static str,
    pub(super) connections: u64,
    /// How many a second over all connections; default as fast as they are answered.
    pub(super) per_second: Option<f64>,
}

/// What became of them.
pub(super) struct Answered {
    pub(super) latencies: Vec<Duration>,
    /// When each number was due or sent.
    pub(super) sent: Vec<(u64, std::time::Instant)>,
    pub(super) per_second: f64,
}

/// What the connections of one run share.
struct Shared {
    requests: Requests,
    next: AtomicU64,
    began: Instant,
    key: Hmac<Sha256>,
}

impl Requests {
    /// Sends all of them.
    ///
    /// # Errors
    /// Where one is not answered 200.
    pub(super) async fn send(self) -> anyhow::Result<Answered> {
        let shared = Arc::new(Shared {
            next: AtomicU64::new(self.numbers.start),
            began: Instant::now(),
            key: Hmac::new_from_slice(WEBHOOK_SECRET.as_bytes())?,
            requests: self,
        });
        let mut tasks = JoinSet::new();
        for _ in 0..shared.requests.connections {
            tasks.spawn(connection(Arc::clone(&shared)));
        }
        let mut sent = Vec::new();
        let mut latencies = Vec::new();
        while let Some(ended) = tasks.join_next().await {
            for (number, at, latency) in ended?? {
                sent.push((number, at));
                latencies.push(latency);
            }
        }
        let per_second = latencies.len() as f64 / shared.began.elapsed().as_secs_f64();
        Ok(Answered { latencies, sent, per_second })
    }
}

async fn connection(
    shared: Arc<Shared>,
) -> anyhow::Result<Vec<(u64, std::time::Instant, Duration)>> {
    let mut stream = TcpStream::connect(shared.requests.to).await?;
    stream.set_nodelay(true)?;
    let (mut input, mut buffer, mut done) = (Input::default(), [0; 4096], Vec::new());
    while let Some((number, due)) = shared.draw().await {
        let request = shared.request(number);
        let began = due.unwrap_or_else(Instant::now);
        stream.write_all(&request).await?;
        loop {
            let read = stream.read(&mut buffer).await?;
            ensure!(read > 0, "the receiver closed the connection");
            input.fill(&mut buffer.get(..read).unwrap_or_default())?;
            if let Some(answer) = input.message() {
                let status = answer.head.get(9..12).context("read an answer")?;
                ensure!(status == b"200", "answered {}", String::from_utf8_lossy(answer.head));
                break;
            }
        }
        done.push((number, began.into_std(), began.elapsed()));
    }
    Ok(done)
}

impl Shared {
    /// Waits until the next request is due; none when all are drawn.
    async fn draw(&self) -> Option<(u64, Option<Instant>)> {
        let number = self.next.fetch_add(1, Relaxed);
        if number >= self.requests.numbers.end {
            return None;
        }
        let Some(per_second) = self.requests.per_second else { return Some((number, None)) };
        let place = (number - self.requests.numbers.start) as f64;
        let due = self.began + Duration::from_secs_f64(place / per_second);
        sleep_until(due).await;
        Some((number, Some(due)))
    }

    fn request(&self, number: u64) -> Vec<u8> {
        let body = body(number, self.requests.severity);
        let mut hmac = self.key.clone();
        hmac.update(&body);
        let signature = hex::encode(hmac.finalize().into_bytes());
        let mut request = format!(
            "POST /hooks/hooks HTTP/1.1\r\nHost: {}\r\nContent-Type: application/json\r\n\
             X-Signature: {signature}\r\nContent-Length: {}\r\n\r\n",
            self.requests.to,
            body.len()
        )
        .into_bytes();
        request.extend_from_slice(&body);
        request
    }
}

/// Returns a body of 1 KiB; what pads it is different in each.
fn body(number: u64, severity: &str) -> Vec<u8> {
    let mut seed = number.wrapping_mul(0x9E37_79B9_7F4A_7C15);
    let mut trace = String::with_capacity(BODY_BYTES);
    while trace.len() < BODY_BYTES - 250 {
        seed = seed.rotate_left(23).wrapping_mul(0xD134_2543_DE82_EF95) + 1;
        let word = WORDS.get((seed % WORDS.len() as u64) as usize).copied().unwrap_or_default();
        trace.push_str(word);
        trace.push_str(&(seed >> 48).to_string());
        trace.push(' ');
    }
    let body = json!({
        "id": format!("sq-{number:010}"),
        "operation": format!("orders.update.{}", number % 40),
        "severity": severity,
        "source": format!("198.18.{}.{}", number / 256 % 256, number % 256),
        "user": format!("host-{}", number % 500),
        "message": format!("Order sq-{number:010} was changed"),
        "trace": trace,
    });
    let mut body = body.to_string().into_bytes();
    // White space behind a value is part of JSON.
    body.resize(BODY_BYTES, b' ');
    body
}

const BODY_BYTES: usize = 1024;

const WORDS: &[&str] =
    &["span=", "shard-", "retry ", "node/", "cache:", "lease#", "part ", "queue@"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_is_json_of_a_kilobyte_with_its_number() {
        let body = body(u64::from(u32::MAX), "low");

        let value: serde_json::Value = serde_json::from_slice(&body).unwrap();
        assert_eq!((body.len(), value["id"].as_str()), (BODY_BYTES, Some("sq-4294967295")));
    }
}
