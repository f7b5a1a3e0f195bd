//! RELP: every message is answered, in order, once it is durable.

use bytes::BytesMut;
use signalbox_model::time::Timestamp;
use signalbox_sdk::codec::relp::{Answer, Decoder, RelpError, ServerSession};
use signalbox_sdk::role::{BrokenProtocol, Conversation, RawEvent};

use super::{HEAD_BYTES_MAX, Said};

/// One connection.
pub(super) struct RelpConversation {
    said: Said,
    decoder: Decoder,
    session: ServerSession,
    frame_bytes_max: usize,
    data_bytes_max: usize,
    /// Messages that were taken and are not answered.
    unanswered: Vec<u32>,
    /// Answers to commands that wait for nothing.
    answers: Vec<u8>,
}

impl RelpConversation {
    /// Begins at the start of a connection.
    pub(super) fn new(said: Said, frame_bytes_max: usize) -> Self {
        let data_bytes_max = frame_bytes_max.max(DATA_BYTES_MAX);
        Self {
            said,
            decoder: Decoder::new(data_bytes_max),
            session: ServerSession::new(SOFTWARE),
            frame_bytes_max,
            data_bytes_max,
            unanswered: Vec::new(),
            answers: Vec::new(),
        }
    }
}

impl Conversation for RelpConversation {
    fn next(
        &mut self,
        input: &mut BytesMut,
        received: Timestamp,
    ) -> Result<Option<RawEvent>, BrokenProtocol> {
        let broken = |error: RelpError| BrokenProtocol(error.to_string());
        while let Some(frame) = self.decoder.next(input).map_err(broken)? {
            let message = self.session.receive(frame, &mut self.answers).map_err(broken)?;
            let Some(message) = message else { continue };
            self.unanswered.push(message.transaction);
            let mut body = message.data;
            let is_cut = body.len() > self.frame_bytes_max;
            body.truncate(self.frame_bytes_max);
            return Ok(Some(self.said.frame(body, is_cut, received)));
        }
        Ok(None)
    }

    /// What is left is no whole frame; its sender was not answered and sends it again.
    fn finish(&mut self, _: &mut BytesMut, _: Timestamp) -> Option<RawEvent> {
        None
    }

    fn acknowledge(&mut self, output: &mut Vec<u8>) {
        output.append(&mut self.answers);
        for transaction in self.unanswered.drain(..) {
            self.session.answer(transaction, Answer::Accepted, output);
        }
    }

    fn input_bytes_max(&self) -> usize {
        self.data_bytes_max.saturating_add(HEAD_BYTES_MAX)
    }

    fn is_over(&self) -> bool {
        self.session.is_closed()
    }
}

/// The longest data that is read at all: what is longer than a frame may be is cut, as refusing it
/// would have its sender send it for ever.
const DATA_BYTES_MAX: usize = 1 << 20;

const SOFTWARE: &str = concat!("signalbox,", env!("CARGO_PKG_VERSION"));
