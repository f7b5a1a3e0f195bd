//! As much of HTTP/1.1 as two parties that know each other need: bodies with a length, kept
//! connections.

use std::io::{self, Read};

use memchr::memmem;

/// What has been read of a connection and is not used yet.
#[derive(Default)]
pub(super) struct Input {
    bytes: Vec<u8>,
    start: usize,
    end: usize,
    /// What the last message that was given out takes.
    used: usize,
}

/// A message: its head without the empty line, and its body.
pub(super) struct Message<'input> {
    pub(super) head: &'input [u8],
    pub(super) body: &'input [u8],
}

impl Input {
    /// Reads once; returns how much came, which is nothing at the end.
    pub(super) fn fill(&mut self, from: &mut impl Read) -> io::Result<usize> {
        self.start += std::mem::take(&mut self.used);
        if self.start > 0 {
            self.bytes.copy_within(self.start..self.end, 0);
            self.end -= self.start;
            self.start = 0;
        }
        if self.bytes.len() - self.end < ROOM_MIN {
            self.bytes.resize((self.bytes.len() * 2).max(ROOM_MIN * 2), 0);
        }
        let room = self.bytes.get_mut(self.end..).unwrap_or_default();
        let read = from.read(room)?;
        self.end += read;
        Ok(read)
    }

    /// Returns the next message, if all of it has come; the one before is gone then.
    pub(super) fn message(&mut self) -> Option<Message<'_>> {
        self.start += std::mem::take(&mut self.used);
        let bytes = self.bytes.get(self.start..self.end)?;
        let head = memmem::find(bytes, b"\r\n\r\n")?;
        let (head, rest) = bytes.split_at_checked(head)?;
        let body = rest.get(4..)?.get(..body_bytes(head))?;
        self.used = head.len() + 4 + body.len();
        Some(Message { head, body })
    }

    /// Waits for a whole message; none at the end of the connection.
    pub(super) fn next(&mut self, from: &mut impl Read) -> io::Result<Option<Message<'_>>> {
        while !self.has_message() {
            if self.fill(from)? == 0 {
                return Ok(None);
            }
        }
        Ok(self.message())
    }

    fn has_message(&self) -> bool {
        let Some(bytes) = self.bytes.get(self.start + self.used..self.end) else { return false };
        let Some(head) = memmem::find(bytes, b"\r\n\r\n") else { return false };
        bytes.len() >= head + 4 + body_bytes(bytes.get(..head).unwrap_or_default())
    }
}

/// Returns a header's value; the name is given in lower case.
pub(super) fn header<'head>(head: &'head [u8], name: &str) -> Option<&'head [u8]> {
    head.split(|byte| *byte == b'\n').find_map(|line| {
        let (key, value) = line.split_at_checked(name.len())?;
        let value = value.strip_prefix(b":")?;
        key.eq_ignore_ascii_case(name.as_bytes()).then(|| value.trim_ascii())
    })
}

fn body_bytes(head: &[u8]) -> usize {
    let length = header(head, "content-length").and_then(|text| std::str::from_utf8(text).ok());
    length.and_then(|text| text.parse().ok()).unwrap_or(0)
}

const ROOM_MIN: usize = 32 << 10;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_are_told_apart_however_they_come() {
        let mut wire: &[u8] =
            b"POST / HTTP/1.1\r\nContent-Length: 3\r\n\r\nonePOST / HTTP/1.1\r\nA: b\r\ncontent-length:3\r\n\r\ntwo";
        let mut input = Input::default();

        let mut bodies = Vec::new();
        while let Some(message) = input.next(&mut wire).unwrap() {
            bodies.push(message.body.to_vec());
        }

        assert_eq!(bodies, [b"one", b"two"]);
    }

    #[test]
    fn a_message_waits_for_its_body() {
        let mut input = Input::default();

        input.fill(&mut &b"POST / HTTP/1.1\r\nContent-Length: 3\r\n\r\non"[..]).unwrap();

        assert!(input.message().is_none());
    }
}
