//! The tag of RFC 3164: `sshd[812]: `, with its colon, its brackets or both.

use super::is_marker;

/// A tag, taken apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Tag<'a> {
    pub(super) name: &'a str,
    pub(super) process_id: Option<&'a str>,
    /// How far it goes, with its colon.
    pub(super) length: usize,
}

/// Reads a tag at the start of `text`. A first word without colon and brackets is one only where a
/// format of its own follows: `OPSWATPC CEF:0|`.
pub(super) fn read(text: &str) -> Option<Tag<'_>> {
    if is_marker(text) {
        return None;
    }
    let length = text.bytes().take(NAME_MAX + 1).take_while(|byte| is_part(*byte)).count();
    let (name, behind) = text.split_at_checked(length)?;
    if name.is_empty() || length > NAME_MAX {
        return None;
    }
    let tag = |process_id, end| Some(Tag { name, process_id, length: length + end });
    match behind.as_bytes() {
        [b':'] | [b':', b' ' | b'\t', ..] => tag(None, 1),
        [b'[', ..] => {
            let (process_id, end) = process_id(behind)?;
            tag(Some(process_id), end)
        }
        [b' ', b'-', b':', b' ', ..] => tag(None, 3),
        [b' ', ..] if is_marker(behind.trim_start()) => tag(None, 0),
        _ => None,
    }
}

/// Reads `[812]` with an optional colon behind.
fn process_id(text: &str) -> Option<(&str, usize)> {
    let inner = text.strip_prefix('[')?;
    let length =
        inner.bytes().take(NAME_MAX).take_while(|byte| !matches!(byte, b'[' | b']' | b' ')).count();
    let (id, behind) = inner.split_at_checked(length)?;
    match behind.as_bytes() {
        _ if id.is_empty() => None,
        [b']', b':', ..] => Some((id, length + 3)),
        [b']'] | [b']', b' ', ..] => Some((id, length + 2)),
        _ => None,
    }
}

/// What a program's name consists of: no blank, bracket, quote, and nothing that separates values.
fn is_part(byte: u8) -> bool {
    match byte {
        b'"' | b'\'' | b'`' | b'<' | b'>' | b'{' | b'}' | b'[' | b']' | b'(' | b')' => false,
        b'=' | b',' | b';' | b':' | b'%' | b'|' | b'\\' => false,
        _ => byte.is_ascii_graphic(),
    }
}

/// RFC 3164 says 32; container runtimes write an image name and a hash.
const NAME_MAX: usize = 128;

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(text: &str) -> Option<(&str, Option<&str>, &str)> {
        let tag = read(text)?;
        Some((tag.name, tag.process_id, &text[tag.length..]))
    }

    #[test]
    fn a_tag_is_a_name_with_brackets_or_a_colon() {
        assert_eq!(parts("sshd[812]: hi"), Some(("sshd", Some("812"), " hi")));
        assert_eq!(parts("sshd: hi"), Some(("sshd", None, " hi")));
        assert_eq!(parts("/usr/sbin/cron[1]:hi"), Some(("/usr/sbin/cron", Some("1"), "hi")));
        assert_eq!(parts("TRAPMGR[trapTask] hi"), Some(("TRAPMGR", Some("trapTask"), " hi")));
        assert_eq!(parts("vectra_json -: {"), Some(("vectra_json", None, " {")));
        assert_eq!(parts("kernel:"), Some(("kernel", None, "")));
    }

    #[test]
    fn the_word_before_a_marker_is_a_tag_and_the_marker_never_is() {
        assert_eq!(parts("OPSWATPC CEF:0|x"), Some(("OPSWATPC", None, " CEF:0|x")));
        assert_eq!(parts("CEF: 0|x"), None);
        assert_eq!(parts("LEEF:2.0|x"), None);
    }

    #[test]
    fn words_of_a_message_are_no_tag() {
        for text in [
            "",
            "%ASA-6-302014: Teardown",
            "{\"a\": 1}",
            "date=2026-06-29 time=12",
            "10.0.0.1:80 hi",
            "2014-07-17T16:19:30Z hi",
            "https://host/",
            "CISE_Failed 0001",
            "[289]: AAA",
            "snmp[err: x",
            "a[]: x",
            "C:\\Windows",
        ] {
            assert_eq!(parts(text), None, "{text}");
        }
    }
}
