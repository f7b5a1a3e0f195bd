//! The exchange with one sender, strictly in turn: read, decode, commit, acknowledge.
//!
//! Nothing is read while a batch waits for the commit. A batch is answered after it is durable, and the
//! next one is decoded after that. What has been read is never thrown away, except where the hub stops
//! while the journal refuses: then it was not acknowledged, and is counted as refused.

use std::convert::Infallible;
use std::io;
use std::time::Duration;

use bytes::BytesMut;
use signalbox_model::time::Timestamp;
use signalbox_sdk::role::{BrokenProtocol, Conversation, RawEvent};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::time::Instant;

use super::connection::Connection;
use super::{DRAIN_BYTES_MAX, FRAMES_MAX, LINGER};

/// What is read at once: at first, so that thousands of quiet senders cost little, and at most, which is about a
/// thousand lines: each read is committed before the next, and a commit costs the same for few events.
const READ_BYTES: (usize, usize) = (8 << 10, 512 << 10);

/// A sender that does not take its answers for this long is given up.
const PATIENCE: Duration = Duration::from_secs(30);

/// The same, once the connection is told to end: the hub's stop waits for it.
const PATIENCE_AT_END: Duration = Duration::from_secs(2);

/// A connection on its way from bytes to acknowledgements.
pub(super) struct Exchange<S> {
    stream: S,
    connection: Connection,
    conversation: Box<dyn Conversation>,
    input: BytesMut,
    read_bytes: usize,
    /// How long it goes on after it was told to end, once it was.
    deadline: Option<Instant>,
    drained: usize,
    batch: Vec<RawEvent>,
    output: Vec<u8>,
}

/// Why an exchange is over.
enum End {
    /// The sender closed it, or its protocol says so.
    Sender,
    /// The connection was told to end.
    Told,
    /// The hub stops, and the journal did not take the last batch.
    NotCommitted,
    /// The sender broke its protocol.
    Broken(BrokenProtocol),
    /// The network did.
    Failed(io::Error),
}

/// How far the input was decoded.
enum Decoded {
    /// All complete frames were taken.
    All,
    /// There may be more of them.
    Part,
}

impl<S: AsyncRead + AsyncWrite + Unpin> Exchange<S> {
    pub(super) fn new(stream: S, connection: Connection) -> Self {
        Self {
            stream,
            conversation: connection.converse(),
            connection,
            input: BytesMut::new(),
            read_bytes: READ_BYTES.0,
            deadline: None,
            drained: 0,
            batch: Vec::new(),
            output: Vec::new(),
        }
    }

    /// Talks to the end, then closes.
    pub(super) async fn run(mut self) {
        let Err(end) = self.talk().await;
        self.tell(&end);
        // Whoever is gone does not hear it.
        tokio::time::timeout(PATIENCE_AT_END, self.stream.shutdown()).await.ok();
    }

    async fn talk(&mut self) -> Result<Infallible, End> {
        loop {
            let is_open = self.read().await? > 0;
            let received = self.connection.handler.now();
            self.take(received).await?;
            if !is_open {
                self.batch.extend(self.conversation.finish(&mut self.input, received));
                self.settle().await?;
                return Err(End::Sender);
            }
        }
    }

    /// Reads what is there; 0 where the sender has closed its side. Told to end, it reads on only what has
    /// arrived by then.
    async fn read(&mut self) -> Result<usize, End> {
        let bytes_max = self.conversation.input_bytes_max();
        if self.input.len() >= bytes_max {
            let what = format!("a frame is longer than {bytes_max} bytes");
            return Err(End::Broken(BrokenProtocol(what)));
        }
        if self.drained >= DRAIN_BYTES_MAX {
            return Err(End::Told);
        }
        self.input.reserve(self.read_bytes);
        let Self { stream, input, connection, deadline, .. } = self;
        let read = tokio::select! {
            biased;
            read = async {
                connection.handler.ingest.enabled().await;
                stream.read_buf(input).await
            } => read,
            () = over(connection, deadline) => return Err(End::Told),
        };
        let read = match read {
            Ok(read) => read,
            // Many senders drop TLS without taking leave.
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => 0,
            Err(error) => return Err(End::Failed(error)),
        };
        if read >= self.read_bytes {
            self.read_bytes = READ_BYTES.1.min(2 * self.read_bytes);
        }
        if self.connection.is_ended() {
            self.drained += read;
        }
        Ok(read)
    }

    /// Takes what was read to the journal and acknowledges it, batch by batch.
    async fn take(&mut self, received: Timestamp) -> Result<(), End> {
        loop {
            let decoded = self.decode(received);
            self.settle().await?;
            match decoded {
                Ok(Decoded::Part) => {}
                Ok(Decoded::All) if self.conversation.is_over() => return Err(End::Sender),
                Ok(Decoded::All) => return Ok(()),
                Err(broken) => return Err(End::Broken(broken)),
            }
        }
    }

    fn decode(&mut self, received: Timestamp) -> Result<Decoded, BrokenProtocol> {
        while self.batch.len() < FRAMES_MAX {
            match self.conversation.next(&mut self.input, received)? {
                Some(raw) => self.batch.push(raw),
                None => return Ok(Decoded::All),
            }
        }
        Ok(Decoded::Part)
    }

    /// Waits until the batch is durable and then acknowledges all that was taken.
    async fn settle(&mut self) -> Result<(), End> {
        if !self.batch.is_empty() {
            let Connection { handler, stop, .. } = &self.connection;
            let committed = handler.ingest.commit(&self.batch, stop).await;
            self.batch.clear();
            committed.map_err(|_| End::NotCommitted)?;
        }
        self.conversation.acknowledge(&mut self.output);
        if self.output.is_empty() {
            return Ok(());
        }
        let Self { stream, output, connection, .. } = self;
        let answer = async {
            stream.write_all(output).await?;
            stream.flush().await
        };
        tokio::select! {
            answered = answer => answered.map_err(End::Failed)?,
            () = out_of_patience(connection) => {
                return Err(End::Failed(io::ErrorKind::TimedOut.into()));
            }
        }
        self.output.clear();
        Ok(())
    }

    fn tell(&self, end: &End) {
        let Connection { handler, peer, .. } = &self.connection;
        let integration = handler.integration();
        match end {
            End::Sender | End::Told => {}
            End::NotCommitted => tracing::debug!(integration, %peer,
                "The hub stops before the journal took what a sender sent"),
            End::Failed(error) => {
                tracing::debug!(integration, %peer, %error, "A connection ended early")
            }
            End::Broken(error) => {
                handler.ingest.counts.break_protocol();
                handler.ingest.line.count_refused(1);
                tracing::debug!(integration, %peer, %error, "A sender broke its protocol");
            }
        }
    }
}

/// Waits until the connection is told to end, and then for what has arrived by then.
async fn over(connection: &Connection, deadline: &mut Option<Instant>) {
    connection.ended().await;
    let deadline = deadline.get_or_insert_with(|| Instant::now() + LINGER);
    tokio::time::sleep_until(*deadline).await;
}

/// Waits as long as a sender may take for its answers.
async fn out_of_patience(connection: &Connection) {
    let told = async {
        connection.ended().await;
        tokio::time::sleep(PATIENCE_AT_END).await;
    };
    tokio::time::timeout(PATIENCE, told).await.ok();
}
