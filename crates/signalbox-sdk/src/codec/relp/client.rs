//! The sending side of a session: numbers, the window, and answers in whatever order they come.

use std::collections::VecDeque;

use super::error::RelpError;
use super::frame::{Frame, write_frame};
use super::next_transaction;
use super::offers::{self, Offers};

/// What a frame of the server means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ClientEvent {
    /// The session is open: messages may be sent.
    Opened,
    /// The message of this number is safe with the server.
    Accepted {
        /// The number that [`ClientSession::send`] gave it.
        transaction: u32,
    },
    /// The server does not take the message of this number.
    Refused {
        /// The number that [`ClientSession::send`] gave it.
        transaction: u32,
        /// The code and words of the server.
        reason: String,
    },
    /// The session has ended, by our `close` or by the server's own: close the connection. What is
    /// not answered is not known to be safe.
    Closed,
    /// A hint that means nothing here.
    Ignored,
}

/// One connection, seen from the client: [`open`](Self::open), wait for
/// [`Opened`](ClientEvent::Opened), [`send`](Self::send), [`close`](Self::close).
///
/// After a lost connection begin a new session and send again what was not answered.
#[derive(Clone, Debug)]
pub struct ClientSession {
    state: State,
    next: u32,
    window: usize,
    unanswered: VecDeque<u32>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    New,
    Opening { transaction: u32 },
    Open,
    Closing { transaction: u32 },
    Closed,
}

impl ClientSession {
    /// Begins a session in which at most `window` messages wait for their answer; librelp uses 128.
    pub fn new(window: usize) -> Self {
        Self { state: State::New, next: 1, window, unanswered: VecDeque::new() }
    }

    /// Appends `open` to `out`. `software` is what the server is told: `name,version,url`. Does
    /// nothing in a session that is open already.
    pub fn open(&mut self, software: &str, out: &mut Vec<u8>) {
        if self.state == State::New {
            let transaction = self.number();
            self.state = State::Opening { transaction };
            let data = offers::write(offers::VERSION_MAX, software);
            write_frame(transaction, "open", data.as_bytes(), out);
        }
    }

    /// Appends `message` to `out` and returns its number; `None` where the window is full or the
    /// session is not open, and nothing is appended.
    pub fn send(&mut self, message: &[u8], out: &mut Vec<u8>) -> Option<u32> {
        if !self.has_room() {
            return None;
        }
        let transaction = self.number();
        self.unanswered.push_back(transaction);
        write_frame(transaction, "syslog", message, out);
        Some(transaction)
    }

    /// Appends `close` to `out`. Answers still come until [`Closed`](ClientEvent::Closed).
    pub fn close(&mut self, out: &mut Vec<u8>) {
        if self.state == State::Open {
            let transaction = self.number();
            self.state = State::Closing { transaction };
            write_frame(transaction, "close", b"", out);
        }
    }

    /// Takes a frame of the server.
    ///
    /// # Errors
    /// When the server refuses the session or breaks the protocol: close the connection.
    pub fn receive(&mut self, frame: &Frame) -> Result<ClientEvent, RelpError> {
        match (frame.command.as_str(), frame.transaction) {
            ("rsp", 1..) => self.response(frame),
            ("serverclose", _) => {
                self.state = State::Closed;
                Ok(ClientEvent::Closed)
            }
            (_, 0) => Ok(ClientEvent::Ignored),
            (command, _) => {
                let command = command.to_owned();
                Err(RelpError::Unexpected { command, when: "from a server" })
            }
        }
    }

    /// Says whether a message may be sent now.
    pub fn has_room(&self) -> bool {
        self.state == State::Open && self.unanswered.len() < self.window
    }

    /// Returns the numbers of the messages without an answer, oldest first.
    pub fn unanswered(&self) -> impl ExactSizeIterator<Item = u32> {
        self.unanswered.iter().copied()
    }

    fn number(&mut self) -> u32 {
        let number = self.next;
        self.next = next_transaction(number);
        number
    }

    fn response(&mut self, frame: &Frame) -> Result<ClientEvent, RelpError> {
        let transaction = frame.transaction;
        match self.state {
            State::Opening { transaction: opening } if opening == transaction => self.opened(frame),
            // librelp answers `close` without any data.
            State::Closing { transaction: closing } if closing == transaction => {
                self.state = State::Closed;
                Ok(ClientEvent::Closed)
            }
            _ => {
                let place = self.unanswered.iter().position(|number| *number == transaction);
                let fault = "answers nothing that was asked";
                let place = place.ok_or(RelpError::BadResponse { transaction, fault })?;
                let outcome = Outcome::read(frame)?;
                self.unanswered.remove(place);
                Ok(if outcome.is_success {
                    ClientEvent::Accepted { transaction }
                } else {
                    ClientEvent::Refused { transaction, reason: outcome.status }
                })
            }
        }
    }

    fn opened(&mut self, frame: &Frame) -> Result<ClientEvent, RelpError> {
        let outcome = Outcome::read(frame)?;
        if !outcome.is_success {
            return Err(RelpError::Refused { reason: outcome.status });
        }
        Offers::read(&outcome.data).accepted()?;
        self.state = State::Open;
        Ok(ClientEvent::Opened)
    }
}

/// The data of a response: `200 OK`, or another code and words, and perhaps more behind a line end.
struct Outcome {
    is_success: bool,
    status: String,
    data: String,
}

impl Outcome {
    fn read(frame: &Frame) -> Result<Self, RelpError> {
        let text = String::from_utf8_lossy(&frame.data);
        let (status, data) = text.split_once('\n').unwrap_or((&text, ""));
        let code = status.split(' ').next().unwrap_or_default();
        if code.len() != 3 || !code.bytes().all(|byte| byte.is_ascii_digit()) {
            let (transaction, fault) = (frame.transaction, "has no code of three digits");
            return Err(RelpError::BadResponse { transaction, fault });
        }
        let is_success = code == "200";
        Ok(Self { is_success, status: status.to_owned(), data: data.to_owned() })
    }
}

#[cfg(test)]
impl ClientSession {
    /// Continues as if so many commands had been sent before.
    pub(super) fn at_transaction(mut self, next: u32) -> Self {
        self.next = next;
        self
    }
}
