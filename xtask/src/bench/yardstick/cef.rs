//! Reads CEF without copying: seven fields, then pairs whose values end before the next key.

use memchr::{memchr2, memmem, memrchr};

/// One record, in pieces of its line; escapes are still there.
#[derive(Default)]
pub(super) struct Cef<'line> {
    pub(super) header: [&'line [u8]; 7],
    pub(super) pairs: Vec<(&'line [u8], &'line [u8])>,
}

impl<'line> Cef<'line> {
    /// Takes a line apart; none if it is no CEF.
    pub(super) fn read(&mut self, line: &'line [u8]) -> Option<()> {
        self.pairs.clear();
        let at = memmem::find(line, b"CEF:")?;
        let mut rest = line.get(at + 4..)?;
        for field in &mut self.header {
            (*field, rest) = split(rest, b'|')?;
        }
        let Some((mut key, mut rest)) = split(rest, b'=') else { return Some(()) };
        while let Some((value_and_key, behind)) = split(rest, b'=') {
            let (value, next) = value_and_key.split_at(memrchr(b' ', value_and_key)?);
            self.pairs.push((key, value));
            key = next.trim_ascii_start();
            rest = behind;
        }
        self.pairs.push((key, rest));
        Some(())
    }
}

/// Splits at the first delimiter that is not escaped.
fn split(text: &[u8], delimiter: u8) -> Option<(&[u8], &[u8])> {
    let mut from = 0;
    loop {
        let at = from + memchr2(delimiter, b'\\', text.get(from..)?)?;
        if text.get(at) == Some(&delimiter) {
            return Some((text.get(..at)?, text.get(at + 1..)?));
        }
        from = at + 2;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_may_have_spaces_and_escaped_separators() {
        let mut cef = Cef::default();

        cef.read(
            br"<1>Jun 12 host CEF:0|Example|Sensor|1|7|a \| b|3|msg=two words a\=b src=10.0.0.1",
        )
        .unwrap();

        assert_eq!(cef.header[5], br"a \| b");
        assert_eq!(cef.pairs.first(), Some(&(&b"msg"[..], &br"two words a\=b"[..])));
        assert_eq!(cef.pairs.last(), Some(&(&b"src"[..], &b"10.0.0.1"[..])));
    }

    #[test]
    fn what_is_no_cef_is_none() {
        assert!(Cef::default().read(b"<1>Jun 12 host sshd: accepted").is_none());
    }
}
