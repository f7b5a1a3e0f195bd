//! RELP frames on a stream.

use bytes::{Buf, Bytes, BytesMut};

use super::error::RelpError;

/// One frame.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frame {
    /// The number of the command, or of the command that this answers; 0 is a hint.
    pub transaction: u32,
    /// The command: `open`, `syslog`, `close`, `rsp`, `serverclose` or another word.
    pub command: Command,
    /// The data, shared with the buffer it was read into.
    pub data: Bytes,
}

/// The word of a frame, at most 32 letters, without an allocation.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Command {
    letters: [u8; COMMAND_MAX],
    length: usize,
}

impl Command {
    /// Returns the word.
    pub fn as_str(&self) -> &str {
        let letters = self.letters.get(..self.length).unwrap_or_default();
        std::str::from_utf8(letters).unwrap_or_default()
    }

    fn read(letters: &[u8]) -> Self {
        let mut command = Self { letters: [0; COMMAND_MAX], length: letters.len() };
        command.letters.iter_mut().zip(letters).for_each(|(to, from)| *to = *from);
        command
    }
}

impl std::fmt::Debug for Command {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.as_str().fmt(formatter)
    }
}

/// Cuts a stream into frames.
#[derive(Clone, Copy, Debug)]
pub struct Decoder {
    data_bytes_max: usize,
}

impl Decoder {
    /// Allows `data_bytes_max` bytes of data in a frame; the specification says 128 KiB.
    pub fn new(data_bytes_max: usize) -> Self {
        Self { data_bytes_max }
    }

    /// Takes the next frame off `input`, or returns `None` until more has been read.
    ///
    /// # Errors
    /// When the bytes can become no frame, as soon as that is certain. The stream is lost then.
    pub fn next(&mut self, input: &mut BytesMut) -> Result<Option<Frame>, RelpError> {
        let Some(header) = Header::read(input)? else { return Ok(None) };
        if header.data_length > self.data_bytes_max {
            let (length, limit) = (header.data_length, self.data_bytes_max);
            return Err(RelpError::TooLong { length, limit });
        }
        let end = header.length + header.data_length;
        match input.get(end) {
            None => return Ok(None),
            Some(b'\n') => {}
            Some(_) => return Err(RelpError::Malformed { expected: "a line end after the data" }),
        }
        input.advance(header.length);
        let data = input.split_to(header.data_length).freeze();
        input.advance(1);
        Ok(Some(Frame { transaction: header.transaction, command: header.command, data }))
    }
}

/// Appends a frame. Without data neither data nor its blank is written.
pub fn write_frame(transaction: u32, command: &str, data: &[u8], out: &mut Vec<u8>) {
    out.extend_from_slice(format!("{transaction} {command} {}", data.len()).as_bytes());
    if !data.is_empty() {
        out.push(b' ');
        out.extend_from_slice(data);
    }
    out.push(b'\n');
}

/// Everything before the data. It is at most 55 bytes, so reading it again with each read is cheap.
struct Header {
    transaction: u32,
    command: Command,
    data_length: usize,
    /// The length of the header, with the blank before the data.
    length: usize,
}

impl Header {
    fn read(bytes: &[u8]) -> Result<Option<Self>, RelpError> {
        let Some((number, after_number)) = digits(bytes, 0, "a transaction number")? else {
            return Ok(None);
        };
        let Some(after_blank) = blank(bytes, after_number)? else { return Ok(None) };
        let Some((word, after_word)) = letters(bytes, after_blank)? else { return Ok(None) };
        let Some(after_blank) = blank(bytes, after_word)? else { return Ok(None) };
        let Some((data_length, end)) = digits(bytes, after_blank, "a data length")? else {
            return Ok(None);
        };
        let end = if data_length == 0 { Some(end) } else { blank(bytes, end)? };
        Ok(end.map(|length| Self {
            transaction: number,
            command: Command::read(word),
            data_length: data_length as usize,
            length,
        }))
    }
}

/// Reads up to nine digits and something behind them: the number, and where it ends.
fn digits(
    bytes: &[u8],
    at: usize,
    expected: &'static str,
) -> Result<Option<(u32, usize)>, RelpError> {
    let Some(run) = run(bytes, at, DIGITS_MAX, u8::is_ascii_digit, expected)? else {
        return Ok(None);
    };
    let number = run.iter().fold(0, |sum, digit| sum * 10 + u32::from(digit - b'0'));
    Ok(Some((number, at + run.len())))
}

/// Reads up to 32 letters and something behind them: the word, and where it ends.
fn letters(bytes: &[u8], at: usize) -> Result<Option<(&[u8], usize)>, RelpError> {
    let word = run(bytes, at, COMMAND_MAX, u8::is_ascii_alphabetic, "a command")?;
    Ok(word.map(|word| (word, at + word.len())))
}

/// Reads from one to `length_max` bytes that satisfy `is_part`; `None` until the run has ended.
fn run<'a>(
    bytes: &'a [u8],
    at: usize,
    length_max: usize,
    is_part: fn(&u8) -> bool,
    expected: &'static str,
) -> Result<Option<&'a [u8]>, RelpError> {
    let behind = bytes.get(at..).unwrap_or_default();
    let length = behind.iter().take(length_max + 1).take_while(|byte| is_part(byte)).count();
    let is_open = length == behind.len();
    match behind.get(..length) {
        Some(run) if (1..=length_max).contains(&length) => Ok((!is_open).then_some(run)),
        _ if length == 0 && is_open => Ok(None),
        _ => Err(RelpError::Malformed { expected }),
    }
}

fn blank(bytes: &[u8], at: usize) -> Result<Option<usize>, RelpError> {
    match bytes.get(at) {
        None => Ok(None),
        Some(b' ') => Ok(Some(at + 1)),
        Some(_) => {
            Err(RelpError::Malformed { expected: "a blank between the parts of the header" })
        }
    }
}

const DIGITS_MAX: usize = 9;
const COMMAND_MAX: usize = 32;
