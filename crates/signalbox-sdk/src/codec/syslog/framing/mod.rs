//! From a stream of bytes to frames: octet counting and line ends, told apart frame by frame
//! (RFC 6587, which records practice).
//!
//! Senders count characters for bytes, count the blank, mix both ways on one connection. So a count
//! is believed only when it looks like one, and after a wrong one the stream is searched for the next
//! line end or count. Nothing is dropped but the rest of a frame that is too long, and that is told.

mod counting;

use bytes::{Buf, Bytes, BytesMut};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use counting::Opening;

/// How the frames of a stream are told apart.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum FramingMode {
    /// Decides for each frame: a number, a blank and `<` are a count, anything else a line.
    #[default]
    Auto,
    /// Every line is a frame, ended by LF, CR LF or NUL.
    Newline,
    /// A count stands before every frame. What has none is taken up to the next line end or count.
    OctetCounted,
}

/// One frame, without its count or line end. It is never empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frame {
    /// The bytes as received, shared with the buffer they were read into.
    pub bytes: Bytes,
    /// Whether the frame was longer than allowed, or the connection closed in the middle of a counted
    /// one: the end is missing.
    pub is_cut: bool,
    /// Whether a count stood before it.
    pub is_counted: bool,
}

/// Cuts one connection's stream into frames.
///
/// Append what was read to a buffer, take frames until there is none, read again. What is left in
/// the buffer is not searched a second time.
#[derive(Clone, Debug)]
pub struct Framing {
    mode: FramingMode,
    frame_bytes_max: usize,
    state: State,
    /// How much of the buffer is known to hold no end of the present line.
    searched: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// Between frames.
    Start { after_count: bool },
    /// In a counted frame, of which so much is to come.
    Counted { length: usize },
    /// In a line. Where a count was wrong or is missing, the next count ends it as well.
    Line { is_lost: bool },
    /// Behind the part of a counted frame that was given out.
    SkipCounted { length: usize },
    /// Behind the part of a line that was given out.
    SkipLine { is_lost: bool },
}

impl Framing {
    /// Begins at the start of a connection. Frames longer than `frame_bytes_max` are cut there; a
    /// limit below 1 is read as 1.
    pub fn new(mode: FramingMode, frame_bytes_max: usize) -> Self {
        let state = State::Start { after_count: false };
        Self { mode, frame_bytes_max: frame_bytes_max.max(1), state, searched: 0 }
    }

    /// Takes the next frame off `input`, or returns `None` until more has been read.
    pub fn next(&mut self, input: &mut BytesMut) -> Option<Frame> {
        loop {
            let frame = match self.state {
                State::Start { after_count } => {
                    self.start(input, after_count)?;
                    continue;
                }
                State::Counted { length } => self.counted(input, length)?,
                State::Line { is_lost } => self.line(input, is_lost)?,
                State::SkipCounted { length } => {
                    self.skip_counted(input, length)?;
                    continue;
                }
                State::SkipLine { is_lost } => {
                    self.skip_line(input, is_lost)?;
                    continue;
                }
            };
            if !frame.bytes.is_empty() {
                return Some(frame);
            }
        }
    }

    /// Takes what is left once the connection has closed: call it until it returns `None`. A line
    /// without its end is whole, a counted frame is cut.
    pub fn finish(&mut self, input: &mut BytesMut) -> Option<Frame> {
        if let Some(frame) = self.next(input) {
            return Some(frame);
        }
        let is_counted = matches!(self.state, State::Counted { .. });
        let is_skipped = matches!(self.state, State::SkipCounted { .. } | State::SkipLine { .. });
        self.begin(false);
        let mut left = input.split();
        if is_skipped {
            return None;
        }
        trim_end(&mut left);
        let is_blank = left.iter().all(|byte| *byte == b' ');
        let is_cut = is_counted || left.len() > self.frame_bytes_max;
        left.truncate(self.frame_bytes_max);
        (!is_blank).then(|| Frame { bytes: left.freeze(), is_cut, is_counted })
    }

    fn begin(&mut self, after_count: bool) {
        self.state = State::Start { after_count };
        self.searched = 0;
    }

    /// Passes what may stand between frames and finds out what kind comes next.
    fn start(&mut self, input: &mut BytesMut, after_count: bool) -> Option<()> {
        let is_between =
            |byte: &u8| matches!(byte, b'\n' | b'\r' | 0) || after_count && *byte == b' ';
        let between = input.iter().take_while(|byte| is_between(byte)).count();
        input.advance(between);
        let opening = match self.mode {
            FramingMode::Newline => Opening::Line,
            FramingMode::Auto => counting::opening(input, Some(b'<'))?,
            FramingMode::OctetCounted => counting::opening(input, None)?,
        };
        self.state = match opening {
            Opening::Line => {
                let begins_well = *input.first()? == b'<';
                let is_counting = after_count || self.mode == FramingMode::OctetCounted;
                State::Line { is_lost: is_counting && !begins_well }
            }
            Opening::Counted { prefix, length } => {
                input.advance(prefix);
                State::Counted { length }
            }
        };
        Some(())
    }

    fn counted(&mut self, input: &mut BytesMut, length: usize) -> Option<Frame> {
        let is_cut = length > self.frame_bytes_max;
        if input.len() <= self.frame_bytes_max.min(length - 1) {
            return None;
        }
        let taken = if is_cut { whole_letters(input, self.frame_bytes_max) } else { length };
        let mut frame = input.split_to(taken);
        if is_cut {
            self.state = State::SkipCounted { length: length - taken };
        } else {
            self.begin(true);
            trim_end(&mut frame);
        }
        Some(Frame { bytes: frame.freeze(), is_cut, is_counted: true })
    }

    fn line(&mut self, input: &mut BytesMut, is_lost: bool) -> Option<Frame> {
        let end = self.line_end(input, is_lost);
        // Without an end it is too long only once none can stand within the limit any more.
        if end.is_none() && self.searched <= self.frame_bytes_max {
            return None;
        }
        let is_cut = end.is_none_or(|end| end > self.frame_bytes_max);
        let taken = match end {
            Some(end) if !is_cut => end,
            _ => whole_letters(input, self.frame_bytes_max),
        };
        let mut frame = input.split_to(taken);
        self.begin(is_lost);
        if is_cut {
            self.state = State::SkipLine { is_lost };
        }
        trim_end(&mut frame);
        Some(Frame { bytes: frame.freeze(), is_cut, is_counted: false })
    }

    fn skip_counted(&mut self, input: &mut BytesMut, length: usize) -> Option<()> {
        let skipped = length.min(input.len());
        input.advance(skipped);
        self.state = State::SkipCounted { length: length - skipped };
        if skipped < length {
            return None;
        }
        self.begin(true);
        Some(())
    }

    fn skip_line(&mut self, input: &mut BytesMut, is_lost: bool) -> Option<()> {
        let Some(end) = self.line_end(input, is_lost) else {
            // What may be the digits of a count stays, and a byte before it: no line begins there.
            let known = self.searched.saturating_sub(1);
            input.advance(known);
            self.searched -= known;
            return None;
        };
        input.advance(end);
        self.begin(is_lost);
        Some(())
    }

    /// Returns where the present line ends, and remembers how far it looked.
    fn line_end(&mut self, input: &[u8], is_lost: bool) -> Option<usize> {
        if is_lost {
            return counting::line_or_count(input, &mut self.searched);
        }
        let behind = input.get(self.searched..)?;
        let end = memchr::memchr2(b'\n', 0, behind).map(|found| self.searched + found);
        self.searched = input.len();
        end
    }
}

/// Returns the message in a datagram: some senders put a count before it, or a line end behind.
pub fn datagram(bytes: &[u8]) -> &[u8] {
    let message = match counting::opening(bytes, Some(b'<')) {
        Some(Opening::Counted { prefix, .. }) => bytes.get(prefix..).unwrap_or_default(),
        _ => bytes,
    };
    let end = message.iter().rposition(|byte| !is_line_end(*byte)).map_or(0, |last| last + 1);
    message.get(..end).unwrap_or_default()
}

fn is_line_end(byte: u8) -> bool {
    matches!(byte, b'\n' | b'\r' | 0)
}

fn trim_end(frame: &mut BytesMut) {
    let end = frame.iter().rposition(|byte| !is_line_end(*byte)).map_or(0, |last| last + 1);
    frame.truncate(end);
}

/// Returns at most `length`, less where a letter of UTF-8 would be cut in two.
fn whole_letters(bytes: &[u8], length: usize) -> usize {
    let is_inside = |at: &usize| bytes.get(*at).is_some_and(|byte| byte & 0xC0 == 0x80);
    let inside = (0..4).take_while(|back| is_inside(&length.saturating_sub(*back))).count();
    // Four in a row are no UTF-8, and nothing at all would be no progress.
    if inside < 4 && inside < length { length - inside } else { length }
}

#[cfg(test)]
mod tests;
