//! Syslog over TCP and TLS: frames by lines or counts, and no answers.

use bytes::BytesMut;
use signalbox_model::time::Timestamp;
use signalbox_sdk::codec::syslog::framing::{Frame, Framing, FramingMode};
use signalbox_sdk::role::{BrokenProtocol, Conversation, RawEvent};

use super::{HEAD_BYTES_MAX, Said};

/// One connection.
pub(super) struct StreamConversation {
    said: Said,
    framing: Framing,
    frame_bytes_max: usize,
}

impl StreamConversation {
    /// Begins at the start of a connection.
    pub(super) fn new(said: Said, mode: FramingMode, frame_bytes_max: usize) -> Self {
        Self { said, framing: Framing::new(mode, frame_bytes_max), frame_bytes_max }
    }

    fn event(&self, frame: Frame, received: Timestamp) -> RawEvent {
        self.said.frame(frame.bytes, frame.is_cut, received)
    }
}

impl Conversation for StreamConversation {
    fn next(
        &mut self,
        input: &mut BytesMut,
        received: Timestamp,
    ) -> Result<Option<RawEvent>, BrokenProtocol> {
        Ok(self.framing.next(input).map(|frame| self.event(frame, received)))
    }

    fn finish(&mut self, input: &mut BytesMut, received: Timestamp) -> Option<RawEvent> {
        self.framing.finish(input).map(|frame| self.event(frame, received))
    }

    fn acknowledge(&mut self, _: &mut Vec<u8>) {}

    fn input_bytes_max(&self) -> usize {
        self.frame_bytes_max.saturating_add(HEAD_BYTES_MAX)
    }
}
