//! A protocol for the tests: a line is an event, and each is answered with its number. `bye` ends the
//! conversation, and `!` breaks the protocol.

use std::net::{IpAddr, SocketAddr};

use bytes::{Buf, Bytes, BytesMut};
use signalbox_model::time::Timestamp;
use signalbox_sdk::role::{Attributes, Bind, BrokenProtocol, Conversation, Listener, RawEvent};
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncWrite, AsyncWriteExt, BufReader};
use tokio::net::{TcpSocket, TcpStream};

/// The protocol's listener.
pub(super) struct Lines(pub(super) Vec<Bind>);

#[derive(Default)]
struct Talk {
    taken: u64,
    answered: u64,
    is_over: bool,
}

impl Listener for Lines {
    fn bind(&self) -> Vec<Bind> {
        self.0.clone()
    }

    fn open(&self, _: usize, _: SocketAddr) -> Box<dyn Conversation> {
        Box::new(Talk::default())
    }

    fn datagram(&self, _: usize, _: IpAddr, bytes: Bytes, received: Timestamp) -> Option<RawEvent> {
        (!bytes.is_empty()).then(|| event(bytes, received))
    }
}

impl Conversation for Talk {
    fn next(
        &mut self,
        input: &mut BytesMut,
        received: Timestamp,
    ) -> Result<Option<RawEvent>, BrokenProtocol> {
        let Some(end) = input.iter().position(|byte| *byte == b'\n') else { return Ok(None) };
        let line = input.split_to(end).freeze();
        input.advance(1);
        match &*line {
            b"!" => Err(BrokenProtocol("it says `!`".to_owned())),
            b"bye" => {
                self.is_over = true;
                Ok(None)
            }
            _ => {
                self.taken += 1;
                Ok(Some(event(line, received)))
            }
        }
    }

    fn finish(&mut self, input: &mut BytesMut, received: Timestamp) -> Option<RawEvent> {
        self.taken += u64::from(!input.is_empty());
        (!input.is_empty()).then(|| event(input.split().freeze(), received))
    }

    fn acknowledge(&mut self, output: &mut Vec<u8>) {
        while self.answered < self.taken {
            self.answered += 1;
            output.extend_from_slice(format!("{}\n", self.answered).as_bytes());
        }
    }

    fn is_over(&self) -> bool {
        self.is_over
    }
}

fn event(body: Bytes, received: Timestamp) -> RawEvent {
    RawEvent { body, received, event_id: None, attributes: Attributes::default() }
}

/// One who sends lines and reads answers.
pub(super) struct Sender<S = TcpStream>(BufReader<S>);

impl Sender {
    pub(super) async fn to(address: SocketAddr) -> Self {
        Self::over(TcpStream::connect(address).await.unwrap())
    }

    /// Connects so that the kernel keeps little of what was not read.
    pub(super) async fn with_little_room(address: SocketAddr) -> Self {
        let socket = TcpSocket::new_v4().unwrap();
        socket.set_send_buffer_size(16 << 10).unwrap();
        Self::over(socket.connect(address).await.unwrap())
    }

    /// Returns whether no answer has arrived yet.
    pub(super) fn is_unanswered(&self) -> bool {
        let read = self.0.get_ref().try_read(&mut [0]);
        read.is_err_and(|error| error.kind() == std::io::ErrorKind::WouldBlock)
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> Sender<S> {
    pub(super) fn over(stream: S) -> Self {
        Self(BufReader::new(stream))
    }

    /// Sends text as it is. Whether anybody takes it shows in the answers.
    pub(super) async fn send(&mut self, text: &str) {
        self.0.write_all(text.as_bytes()).await.ok();
        self.0.flush().await.ok();
    }

    /// Says that nothing more will come.
    pub(super) async fn hang_up(&mut self) {
        self.0.shutdown().await.ok();
    }

    /// Waits for the next answer; `None` where the connection is closed.
    pub(super) async fn answer(&mut self) -> Option<u64> {
        let mut line = String::new();
        let read = self.0.read_line(&mut line).await;
        read.is_ok_and(|bytes| bytes > 0).then(|| line.trim_end().parse().unwrap())
    }

    /// Reads answers until the connection is closed, and returns the last.
    pub(super) async fn last_answer(&mut self) -> Option<u64> {
        let mut last = None;
        while let Some(answer) = self.answer().await {
            last = Some(answer);
        }
        last
    }
}
