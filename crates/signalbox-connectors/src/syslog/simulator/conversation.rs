//! One connection of the faked receiver.

use std::future::pending;
use std::sync::Arc;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use signalbox_sdk::codec::relp::{Answer, Decoder, ServerSession, write_frame};
use signalbox_sdk::codec::syslog::framing::Framing;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};

use super::{ReceiverFault, ReceiverProtocol, Shared};

/// Serves a connection to its end, or to its fault.
pub(super) async fn serve<S>(mut stream: S, fault: Option<ReceiverFault>, shared: &Arc<Shared>)
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    match fault {
        Some(ReceiverFault::Close) => return,
        Some(ReceiverFault::Deaf) => return pending().await,
        _ => {}
    }
    let mut talk = Talk { fault, taken: 0, protocol: Protocol::of(shared.protocol) };
    let (mut input, mut output) = (BytesMut::new(), Vec::new());
    loop {
        let is_over = talk.take(&mut input, &mut output, shared).is_none();
        if talk.taken > 0 && talk.fault == Some(ReceiverFault::Drip) {
            return drip(stream).await;
        }
        if stream.write_all(&output).await.is_err() || stream.flush().await.is_err() || is_over {
            return;
        }
        output.clear();
        match stream.read_buf(&mut input).await {
            Ok(0) | Err(_) => return,
            Ok(_) => {}
        }
    }
}

/// Begins an answer and never ends it.
async fn drip<S: AsyncWrite + Unpin>(mut stream: S) {
    let mut rest = b"2 rsp 100000 200".as_slice();
    while stream.write_all(rest).await.is_ok() && stream.flush().await.is_ok() {
        rest = b" ";
        tokio::time::sleep(DRIP).await;
    }
}

struct Talk {
    fault: Option<ReceiverFault>,
    taken: usize,
    protocol: Protocol,
}

enum Protocol {
    Stream(Framing),
    Relp(ServerSession),
}

impl Protocol {
    fn of(protocol: ReceiverProtocol) -> Self {
        match protocol {
            ReceiverProtocol::Stream(mode) => Self::Stream(Framing::new(mode, MESSAGE_BYTES_MAX)),
            ReceiverProtocol::Relp => Self::Relp(ServerSession::new("receiver,1")),
        }
    }
}

impl Talk {
    /// Takes what has come whole; `None` where the connection is over.
    fn take(
        &mut self,
        input: &mut BytesMut,
        output: &mut Vec<u8>,
        shared: &Arc<Shared>,
    ) -> Option<()> {
        while let Some((message, transaction)) = self.message(input, output)? {
            let is_refused = self.is_refused(&message);
            match self.fault {
                Some(ReceiverFault::Lose) => return None,
                Some(ReceiverFault::TakeLate(wait)) => {
                    let shared = Arc::clone(shared);
                    tokio::spawn(async move {
                        tokio::time::sleep(wait).await;
                        shared.receive(&message);
                    });
                    return None;
                }
                _ if is_refused => {}
                _ => shared.receive(&message),
            }
            self.taken += 1;
            if self.fault == Some(ReceiverFault::CutAfter(self.taken)) {
                return None;
            }
            if let Some(transaction) = transaction {
                self.answer(transaction, is_refused, output);
            }
        }
        Some(())
    }

    /// Returns the next message and the number to answer.
    fn message(
        &mut self,
        input: &mut BytesMut,
        output: &mut Vec<u8>,
    ) -> Option<Option<(Bytes, Option<u32>)>> {
        let session = match &mut self.protocol {
            Protocol::Stream(framing) => {
                return Some(framing.next(input).map(|frame| (frame.bytes, None)));
            }
            Protocol::Relp(session) => session,
        };
        while let Some(frame) = Decoder::new(MESSAGE_BYTES_MAX).next(input).ok()? {
            let is_open = frame.command.as_str() == "open";
            if is_open && self.fault == Some(ReceiverFault::RefuseSession) {
                write_frame(frame.transaction, "rsp", b"500 no more sessions", output);
                return None;
            }
            if let Some(message) = session.receive(frame, output).ok()? {
                return Some(Some((message.data, Some(message.transaction))));
            }
        }
        if session.is_closed() { None } else { Some(None) }
    }

    fn is_refused(&self, message: &[u8]) -> bool {
        match &self.fault {
            Some(ReceiverFault::RefuseOne) => self.taken == 0,
            Some(ReceiverFault::Refuse(word)) => String::from_utf8_lossy(message).contains(word),
            _ => false,
        }
    }

    fn answer(&mut self, transaction: u32, is_refused: bool, output: &mut Vec<u8>) {
        let Protocol::Relp(session) = &mut self.protocol else { return };
        match &self.fault {
            Some(ReceiverFault::Silent | ReceiverFault::CutAfter(_) | ReceiverFault::Drip) => {}
            Some(ReceiverFault::Reply(bytes)) if self.taken == 1 => output.extend_from_slice(bytes),
            _ if is_refused => {
                session.answer(transaction, Answer::Refused("not this one"), output);
            }
            _ => session.answer(transaction, Answer::Accepted, output),
        }
    }
}

/// Often enough that no pause between two bytes looks like an end.
const DRIP: Duration = Duration::from_millis(20);

const MESSAGE_BYTES_MAX: usize = 2 << 20;
