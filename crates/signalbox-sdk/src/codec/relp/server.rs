//! The receiving side of a session: what may come when, and answers in the order of the commands.

use std::collections::VecDeque;

use bytes::Bytes;

use super::error::RelpError;
use super::frame::{Frame, write_frame};
use super::next_transaction;
use super::offers::{self, Offers};

/// A message to be made safe and then answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SyslogFrame {
    /// The number to answer.
    pub transaction: u32,
    /// The syslog frame, to be parsed as any other.
    pub data: Bytes,
}

/// What became of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer<'a> {
    /// It is safe: the sender may forget it.
    Accepted,
    /// It is not taken, for this reason. Most senders drop it, some try again.
    Refused(&'a str),
}

/// One connection, seen from the server.
///
/// Hand every frame to [`receive`](Self::receive), send what it appends, make the messages safe that
/// it returns, and [`answer`](Self::answer) them in any order. Answers leave in the order in which the
/// commands came, as the specification wants it. Read no further while there are too many
/// [`unanswered`](Self::unanswered).
#[derive(Clone, Debug)]
pub struct ServerSession {
    software: String,
    state: State,
    due: u32,
    pending: VecDeque<Pending>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    New,
    Open,
    /// A `close` has come, or `open` was refused: answers are still due, commands are not.
    Closing,
    Closed,
}

/// A command whose answer has not left.
#[derive(Clone, Debug)]
struct Pending {
    transaction: u32,
    /// The data of its answer, once that is known.
    answer: Option<Vec<u8>>,
}

impl ServerSession {
    /// Begins a session. `software` is what the client is told: `name,version,url`.
    pub fn new(software: &str) -> Self {
        let software = software.to_owned();
        Self { software, state: State::New, due: 1, pending: VecDeque::new() }
    }

    /// Takes a frame of the client, appends to `out` what can be sent, and returns the message if it
    /// holds one.
    ///
    /// # Errors
    /// When the client breaks the protocol: close the connection. It will send again what was not
    /// answered.
    pub fn receive(
        &mut self,
        frame: Frame,
        out: &mut Vec<u8>,
    ) -> Result<Option<SyslogFrame>, RelpError> {
        // A hint asks for nothing.
        if frame.transaction == 0 {
            return Ok(None);
        }
        self.check(&frame)?;
        self.due = next_transaction(self.due);
        let answer = match frame.command.as_str() {
            "syslog" => {
                let Frame { transaction, data, .. } = frame;
                self.pending.push_back(Pending { transaction, answer: None });
                return Ok(Some(SyslogFrame { transaction, data }));
            }
            "open" => self.open(&frame.data),
            "close" => {
                self.state = State::Closing;
                b"200 OK".to_vec()
            }
            _ => b"500 unknown command".to_vec(),
        };
        self.pending.push_back(Pending { transaction: frame.transaction, answer: Some(answer) });
        self.write_answers(out);
        Ok(None)
    }

    /// Answers a message and appends to `out` what can be sent by now. A number that is not due is
    /// ignored: the message was answered before.
    pub fn answer(&mut self, transaction: u32, answer: Answer<'_>, out: &mut Vec<u8>) {
        let data = match answer {
            Answer::Accepted => b"200 OK".to_vec(),
            Answer::Refused(reason) => refusal(reason),
        };
        // Answers come mostly in order, so that the first is the one.
        let mut pending = self.pending.iter_mut();
        if let Some(pending) = pending.find(|pending| pending.transaction == transaction) {
            pending.answer.get_or_insert(data);
        }
        self.write_answers(out);
    }

    /// Returns how many messages wait for their answer, or for that of one before.
    pub fn unanswered(&self) -> usize {
        self.pending.len()
    }

    /// Says whether everything is said: send what is left and close the connection.
    pub fn is_closed(&self) -> bool {
        self.state == State::Closed
    }

    /// Ends the session from this side and appends the hint that says so. What is not answered by now
    /// will come again over the next connection.
    pub fn shut_down(&mut self, out: &mut Vec<u8>) {
        self.state = State::Closed;
        self.pending.clear();
        write_frame(0, "serverclose", b"", out);
    }

    fn check(&self, frame: &Frame) -> Result<(), RelpError> {
        let command = frame.command.as_str();
        let unexpected = |when| Err(RelpError::Unexpected { command: command.to_owned(), when });
        if frame.transaction != self.due {
            let (expected, found) = (self.due, frame.transaction);
            return Err(RelpError::OutOfSequence { expected, found });
        }
        match (self.state, command) {
            (_, "rsp") => unexpected("from a client"),
            (State::New, command) if command != "open" => unexpected("before `open`"),
            (State::Closing | State::Closed, _) => unexpected("after the session was closed"),
            _ => Ok(()),
        }
    }

    /// Opens the session, or refuses it. A second `open` is harmless and comes from clients that
    /// reconnect inside a connection.
    fn open(&mut self, data: &[u8]) -> Vec<u8> {
        if self.state == State::Open {
            return b"200 OK".to_vec();
        }
        match Offers::read(&String::from_utf8_lossy(data)).accepted() {
            Ok(version) => {
                self.state = State::Open;
                format!("200 OK\n{}", offers::write(version, &self.software)).into_bytes()
            }
            Err(error) => {
                self.state = State::Closing;
                refusal(&error.to_string())
            }
        }
    }

    /// Writes all answers that have nothing unanswered before them.
    fn write_answers(&mut self, out: &mut Vec<u8>) {
        while let Some(Pending { transaction, answer: Some(answer) }) =
            self.pending.pop_front_if(|pending| pending.answer.is_some())
        {
            write_frame(transaction, "rsp", &answer, out);
        }
        if self.state == State::Closing && self.pending.is_empty() {
            self.shut_down(out);
        }
    }
}

/// Readers take eighty letters, and a line end would begin data.
fn refusal(reason: &str) -> Vec<u8> {
    let letters = reason.chars().map(|letter| if letter.is_control() { ' ' } else { letter });
    let text: String = letters.collect();
    let end = text.floor_char_boundary(REASON_MAX);
    format!("500 {}", text.get(..end).unwrap_or_default()).into_bytes()
}

const REASON_MAX: usize = 80;
