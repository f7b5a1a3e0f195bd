//! RELP: a message is done when the receiver has answered it.

use std::collections::BTreeMap;

use bytes::{Bytes, BytesMut};
use signalbox_sdk::codec::relp::{ClientEvent, ClientSession, Decoder};
use signalbox_sdk::net::{Connection, Dialer, Lost};
use signalbox_sdk::role::{Batch, CheckReport, Outcome};
use signalbox_sdk::{Error, ErrorKind};
use tokio::sync::Mutex;
use tokio::time::timeout;

use super::{SEND, fix, unanswered, unsent};

/// A client that keeps one session.
pub(super) struct RelpClient {
    dialer: Dialer,
    /// Taken out while it is used, so that a call that is dropped takes it along.
    session: Mutex<Option<Session>>,
}

/// An open session.
struct Session {
    connection: Connection,
    relp: ClientSession,
    input: BytesMut,
}

/// Messages on their way.
struct Sending {
    messages: Vec<Bytes>,
    outcomes: Vec<Option<Outcome>>,
    /// The next message to be sent.
    next: usize,
    /// Which message each number stands for.
    unanswered: BTreeMap<u32, usize>,
}

impl RelpClient {
    pub(super) fn new(dialer: Dialer) -> Self {
        Self { dialer, session: Mutex::new(None) }
    }

    pub(super) async fn deliver(&self, batch: &Batch) -> Vec<Outcome> {
        let mut kept = self.session.lock().await;
        let mut session = match self.opened(kept.take()).await {
            Ok(session) => session,
            Err(error) => return vec![Outcome::Failed(error); batch.len()],
        };
        let mut sending = Sending::new(batch);
        match session.send(&mut sending).await {
            Ok(()) => {
                *kept = Some(session);
                sending.finish(&Lost::Closed)
            }
            Err(lost) => sending.finish(&lost),
        }
    }

    /// Returns the session that is kept if the receiver is still there, or else a new one.
    async fn opened(&self, kept: Option<Session>) -> Result<Session, Error> {
        if let Some(mut session) = kept
            && session.is_open().await
        {
            return Ok(session);
        }
        let connection = self.dialer.dial().await.map_err(|error| error.into_error(SEND))?;
        Session::open(connection).await.map_err(|lost| unsent(&lost))
    }
}

impl Session {
    /// Shakes hands.
    async fn open(connection: Connection) -> Result<Self, Lost> {
        let relp = ClientSession::new(WINDOW);
        let mut session = Self { connection, relp, input: BytesMut::new() };
        // A receiver that refuses our certificate says so before it reads anything.
        session.connection.read_waiting(&mut session.input).await?;
        let mut output = Vec::new();
        session.relp.open(SOFTWARE, &mut output);
        session.write(&output).await?;
        loop {
            match session.next_event().await? {
                ClientEvent::Opened => return Ok(session),
                ClientEvent::Closed => return Err(Lost::Closed),
                _ => {}
            }
        }
    }

    /// Says whether the receiver is still there and has not ended the session.
    async fn is_open(&mut self) -> bool {
        let mut is_open = self.connection.read_waiting(&mut self.input).await.is_ok();
        while is_open {
            match self.event() {
                Ok(None) => return true,
                Ok(Some(event)) => is_open = event != ClientEvent::Closed,
                Err(_) => is_open = false,
            }
        }
        is_open
    }

    /// Sends until everything is answered.
    async fn send(&mut self, sending: &mut Sending) -> Result<(), Lost> {
        loop {
            let output = sending.fill(&mut self.relp);
            if !output.is_empty() {
                self.write(&output).await?;
            }
            if sending.unanswered.is_empty() {
                return Ok(());
            }
            match self.next_event().await? {
                ClientEvent::Closed => return Err(Lost::Closed),
                event => sending.take(event),
            }
        }
    }

    /// Waits until the receiver has said something whole. A receiver that says it byte by byte has no
    /// longer for it than one that says nothing.
    async fn next_event(&mut self) -> Result<ClientEvent, Lost> {
        let limit = self.connection.limit();
        let said = async {
            loop {
                match self.event()? {
                    Some(event) => return Ok(event),
                    None => self.connection.read(&mut self.input).await?,
                }
            }
        };
        timeout(limit, said).await.unwrap_or(Err(Lost::Stalled(limit)))
    }

    /// Takes what the receiver has said, if that has come whole.
    fn event(&mut self) -> Result<Option<ClientEvent>, Lost> {
        let broken = |error: signalbox_sdk::codec::relp::RelpError| Lost::Broken(error.to_string());
        let frame = Decoder::new(ANSWER_BYTES_MAX).next(&mut self.input).map_err(broken)?;
        frame.map(|frame| self.relp.receive(&frame).map_err(broken)).transpose()
    }

    async fn write(&mut self, output: &[u8]) -> Result<(), Lost> {
        self.connection.write(output).await.map_err(|unwritten| unwritten.why)
    }
}

impl Sending {
    fn new(batch: &Batch) -> Self {
        let messages: Vec<_> = batch.items().collect();
        let outcomes = vec![None; messages.len()];
        Self { messages, outcomes, next: 0, unanswered: BTreeMap::new() }
    }

    /// Returns the frames of as many messages as the window has room for.
    fn fill(&mut self, relp: &mut ClientSession) -> Vec<u8> {
        let mut output = Vec::new();
        while let Some(message) = self.messages.get(self.next)
            && let Some(transaction) = relp.send(message, &mut output)
        {
            self.unanswered.insert(transaction, self.next);
            self.next += 1;
        }
        output
    }

    fn take(&mut self, event: ClientEvent) {
        let (transaction, outcome) = match event {
            ClientEvent::Accepted { transaction } => (transaction, Outcome::Done(None)),
            ClientEvent::Refused { transaction, reason } => {
                (transaction, Outcome::Failed(refused(&reason)))
            }
            ClientEvent::Opened | ClientEvent::Closed | ClientEvent::Ignored => return,
        };
        let place = self.unanswered.remove(&transaction);
        if let Some(place) = place.and_then(|place| self.outcomes.get_mut(place)) {
            *place = Some(outcome);
        }
    }

    /// Says what became of each message. What `lost` cut off was sent or was not.
    fn finish(self, lost: &Lost) -> Vec<Outcome> {
        let next = self.next;
        let of = |(place, outcome): (usize, Option<Outcome>)| {
            let cut = || if place < next { unanswered(lost) } else { unsent(lost) };
            outcome.unwrap_or_else(|| Outcome::Failed(cut()))
        };
        self.outcomes.into_iter().enumerate().map(of).collect()
    }
}

/// Opens a session and closes it again.
pub(super) async fn check(connection: Connection, report: &mut CheckReport) {
    match Session::open(connection).await {
        Ok(mut session) => {
            let mut output = Vec::new();
            session.relp.close(&mut output);
            // What was to be found out is found out.
            session.write(&output).await.ok();
            report.passed("relp", "the session opens; the receiver answers each message");
        }
        Err(lost) => {
            let fix = match &lost {
                Lost::Broken(_) => "check that the port speaks RELP, and `transport`",
                lost => fix(lost),
            };
            report.failed("relp", lost.to_string(), fix);
        }
    }
}

fn refused(reason: &str) -> Error {
    let what = "the receiver does not take the message; its own words say why";
    Error::new(ErrorKind::Rejected, SEND, what).with_answer(reason.as_bytes())
}

/// Messages that may wait for their answer; librelp takes as many.
const WINDOW: usize = 128;

/// Answers are short.
const ANSWER_BYTES_MAX: usize = 128 << 10;

const SOFTWARE: &str = concat!("signalbox,", env!("CARGO_PKG_VERSION"));
