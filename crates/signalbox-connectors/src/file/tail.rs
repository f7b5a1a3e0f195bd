//! The end of a file that may have been written to when the machine stopped.
//!
//! Whatever follows the last line break was never acknowledged, so cutting it off loses nothing: it
//! is sent again. But a path may by mistake lead to somebody else's file, and its end is not ours.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;

use serde::de::IgnoredAny;

/// How a file ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tail {
    /// With a line break, or the file is empty.
    Clean,
    /// With a whole JSON object that only lacks its line break.
    Unterminated,
    /// With part of a line.
    Torn {
        /// Where the line begins.
        at: u64,
    },
    /// With something that is no line of JSON.
    Foreign,
}

impl Tail {
    /// Looks at the end of `file`, which is `bytes` long. Changes nothing.
    pub(super) fn of(file: &File, bytes: u64) -> io::Result<Self> {
        let at = last_line_start(file, bytes)?;
        if at == bytes {
            return Ok(Self::Clean);
        }
        let Ok(line_bytes) = usize::try_from(bytes - at) else { return Ok(Self::Foreign) };
        if line_bytes > LINE_BYTES_MAX {
            return Ok(Self::Foreign);
        }
        let mut line = vec![0; line_bytes];
        file.read_exact_at(&mut line, at)?;
        Ok(match line.first() {
            // Some file systems show zeros where data was still to be written.
            Some(0) => Self::Torn { at },
            Some(b'{') if serde_json::from_slice::<IgnoredAny>(&line).is_ok() => Self::Unterminated,
            Some(b'{') => Self::Torn { at },
            _ => Self::Foreign,
        })
    }
}

/// Returns where the text after the last line break begins, reading backwards block by block.
fn last_line_start(file: &File, bytes: u64) -> io::Result<u64> {
    let mut block = [0; BLOCK_BYTES];
    let mut end = bytes;
    while end > 0 {
        let start = end.saturating_sub(BLOCK_BYTES as u64);
        let size = usize::try_from(end - start).unwrap_or(BLOCK_BYTES);
        let (block, _) = block.split_at_mut(size);
        file.read_exact_at(block, start)?;
        if let Some(place) = block.iter().rposition(|byte| *byte == b'\n') {
            return Ok(start + place as u64 + 1);
        }
        end = start;
    }
    Ok(0)
}

const BLOCK_BYTES: usize = 64 << 10;

/// No event is larger: bodies are at most 100 MiB, and normalising adds little.
const LINE_BYTES_MAX: usize = 128 << 20;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_way_to_end_is_told_from_the_others() {
        assert_eq!(tail_of(b""), Tail::Clean);
        assert_eq!(tail_of(b"{\"a\":1}\n"), Tail::Clean);
        assert_eq!(tail_of(b"{\"a\":1}\n{\"b\":2}"), Tail::Unterminated);
        assert_eq!(tail_of(b"{\"a\":1}\n{\"b\":"), Tail::Torn { at: 8 });
        assert_eq!(tail_of(b"{\"a\":1}\n\0\0\0"), Tail::Torn { at: 8 });
        assert_eq!(tail_of(b"{\"a\""), Tail::Torn { at: 0 });
        assert_eq!(tail_of(b"#!/bin/sh"), Tail::Foreign);
    }

    #[test]
    fn a_torn_line_longer_than_a_block_is_found() {
        let mut content = b"{}\n{\"a\":\"".to_vec();
        content.resize(3 * BLOCK_BYTES, b'x');

        assert_eq!(tail_of(&content), Tail::Torn { at: 3 });
    }

    fn tail_of(content: &[u8]) -> Tail {
        let file = tempfile::tempfile().unwrap();
        file.write_all_at(content, 0).unwrap();
        Tail::of(&file, content.len() as u64).unwrap()
    }
}
