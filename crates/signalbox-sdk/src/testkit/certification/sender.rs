//! What sends to the hub: as bytes on a connection, so that one can be cut, stalled and repeated.

use std::net::SocketAddr;
use std::time::Duration;

use signalbox_model::time::Timestamp;

use super::{Place, Setup};

/// A sender of events.
pub trait Sender: Send + Sync {
    /// Returns the integration that takes what it sends.
    fn setup(&self, place: &Place) -> Setup;

    /// Returns the address in its configuration where the integration listens by itself; `None` where
    /// it shares the hub's.
    fn listens_at(&self) -> Option<SocketAddr> {
        None
    }

    /// Returns the bytes that send a message over a fresh connection, as at `now`.
    ///
    /// # Errors
    /// Why there is no such message.
    fn bytes(&self, message: &Message<'_>, now: Timestamp) -> Result<Vec<u8>, &'static str>;

    /// Reads what the hub answered so far; `None` while it says nothing yet.
    fn read(&self, answer: &[u8]) -> Option<Sent>;

    /// Proves that a repeated event is known as one.
    ///
    /// # Errors
    /// Why it cannot be: then it may arrive twice.
    fn knows_repeats(&self) -> Result<(), &'static str> {
        Ok(())
    }
}

/// What is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Message<'a> {
    /// An event with this id and this text in it.
    Event(&'a str, &'a str),
    /// One whose sender cannot prove itself.
    Stranger(&'a str),
    /// One that was proven, too long ago.
    Expired(&'a str),
    /// Something that is no event.
    Invalid,
    /// An event with this id, larger than the integration takes.
    Large(&'a str),
}

/// What the hub said to a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sent {
    /// It is durable.
    Taken,
    /// It is not wanted, in these words.
    Refused(String),
    /// It shall come again, after this long where it was said.
    Later(Option<Duration>),
    /// Nothing, as long as the sender waited.
    Silence,
}

/// A message over HTTP/1.1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HttpMessage {
    /// The path.
    pub path: &'static str,
    /// The headers, without those that every request has.
    pub headers: Vec<(&'static str, String)>,
    /// The body.
    pub body: String,
}

impl HttpMessage {
    /// Returns the request as sent.
    pub fn bytes(&self) -> Vec<u8> {
        let mut head = format!(
            "POST {} HTTP/1.1\r\nhost: hub\r\ncontent-type: application/json\r\ncontent-length: {}\r\n",
            self.path,
            self.body.len()
        );
        for (name, value) in &self.headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        format!("{head}\r\n{}", self.body).into_bytes()
    }

    /// Reads the answer: its status, and how long to wait.
    pub fn read(answer: &[u8]) -> Option<Sent> {
        let text = String::from_utf8_lossy(answer);
        let (head, _) = text.split_once("\r\n\r\n")?;
        let status: u16 = head.split(' ').nth(1)?.parse().ok()?;
        Some(match status {
            200..=299 => Sent::Taken,
            429 | 503 => Sent::Later(wait(head)),
            _ => Sent::Refused(format!("HTTP {status}")),
        })
    }
}

fn wait(head: &str) -> Option<Duration> {
    let header = head.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("retry-after").then(|| value.trim().to_owned())
    });
    header?.parse().ok().map(Duration::from_secs)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_one_request_and_its_answer_one_verdict() {
        let message = HttpMessage {
            path: "/hooks/subject",
            headers: vec![("x-token", "t".into())],
            body: "{}".into(),
        };

        assert_eq!(
            String::from_utf8(message.bytes()).unwrap(),
            "POST /hooks/subject HTTP/1.1\r\nhost: hub\r\ncontent-type: application/json\r\n\
             content-length: 2\r\nx-token: t\r\n\r\n{}"
        );
    }

    #[test]
    fn an_answer_is_read_once_its_head_is_there() {
        let read = HttpMessage::read;

        assert_eq!(read(b"HTTP/1.1 200 OK\r\nserver: x\r\n"), None);
        assert_eq!(read(b"HTTP/1.1 204 No Content\r\n\r\n"), Some(Sent::Taken));
        let later = read(b"HTTP/1.1 503 Busy\r\nRetry-After: 5\r\n\r\n");
        assert_eq!(later, Some(Sent::Later(Some(Duration::from_secs(5)))));
        let refused = read(b"HTTP/1.1 413 Payload Too Large\r\n\r\n");
        assert_eq!(refused, Some(Sent::Refused("HTTP 413".into())));
    }
}
