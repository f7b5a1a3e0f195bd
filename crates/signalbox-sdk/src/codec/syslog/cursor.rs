//! A place in a frame: what has been read is behind it, the rest before it.

/// Reads a frame from left to right; copying it keeps a place to return to.
#[derive(Clone, Copy)]
pub(super) struct Cursor<'a> {
    frame: &'a str,
    at: usize,
}

impl<'a> Cursor<'a> {
    pub(super) fn new(frame: &'a str) -> Self {
        Self { frame, at: 0 }
    }

    /// Returns the place as bytes from the start of the frame.
    pub(super) fn at(self) -> usize {
        self.at
    }

    pub(super) fn rest(self) -> &'a str {
        self.frame.get(self.at..).unwrap_or_default()
    }

    pub(super) fn bytes(self) -> &'a [u8] {
        self.frame.as_bytes().get(self.at..).unwrap_or_default()
    }

    pub(super) fn peek(self) -> Option<u8> {
        self.frame.as_bytes().get(self.at).copied()
    }

    pub(super) fn is_at_end(self) -> bool {
        self.at >= self.frame.len()
    }

    pub(super) fn advance(&mut self, length: usize) {
        self.at += length;
    }

    /// Passes `byte` if it comes next, and says whether it did.
    pub(super) fn eat(&mut self, byte: u8) -> bool {
        let is_next = self.peek() == Some(byte);
        self.at += usize::from(is_next);
        is_next
    }

    /// Passes blanks and tabs, and returns how many.
    pub(super) fn skip_blanks(&mut self) -> usize {
        let count = self.bytes().iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
        self.at += count;
        count
    }

    /// Returns what stands before the next blank, without passing it.
    pub(super) fn token(self) -> &'a str {
        let rest = self.rest();
        // Words are short: a plain loop is done before a vector search has begun.
        let end = rest.bytes().position(|byte| matches!(byte, b' ' | b'\t'));
        let end = end.unwrap_or(rest.len());
        rest.get(..end).unwrap_or(rest)
    }
}
