//! What a count before a frame looks like: `LEN SP`, and by custom `<` behind it.

/// What comes at the start of a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Opening {
    /// A count: `prefix` bytes of digits and blank, then a frame of `length` bytes.
    Counted { prefix: usize, length: usize },
    /// Anything else.
    Line,
}

/// Recognizes a count, with `confirmation` behind its blank where one is wanted. `None` while that
/// cannot be told: the bytes may yet become a count, or there are none.
///
/// One blank before it is passed: some firewalls send one after a line end.
pub(super) fn opening(bytes: &[u8], confirmation: Option<u8>) -> Option<Opening> {
    let start = usize::from(bytes.first() == Some(&b' '));
    let count = bytes.get(start..)?;
    let digits = digits(count, DIGITS_MAX + 1);
    if digits > DIGITS_MAX || count.first() == Some(&b'0') {
        return Some(Opening::Line);
    }
    let behind = count.get(digits..)?;
    if digits == 0 || behind.first().is_some_and(|byte| *byte != b' ') {
        return (!behind.is_empty()).then_some(Opening::Line);
    }
    if confirmation.is_some_and(|wanted| behind.get(1).is_some_and(|byte| *byte != wanted)) {
        return Some(Opening::Line);
    }
    let length = number(count.get(..digits)?);
    let is_sure = behind.len() > usize::from(confirmation.is_some());
    is_sure.then_some(Opening::Counted { prefix: start + digits + 1, length })
}

/// Returns where the next line end, or the next count with a priority behind it, stands in `bytes`.
/// Everything before `searched` is known to hold neither; it is moved on.
pub(super) fn line_or_count(bytes: &[u8], searched: &mut usize) -> Option<usize> {
    loop {
        let behind = bytes.get(*searched..)?;
        let Some(found) = memchr::memchr3(b'\n', 0, b'<', behind) else {
            *searched = bytes.len() - unfinished_count(bytes).min(behind.len());
            return None;
        };
        let at = *searched + found;
        let (before, behind) = bytes.split_at_checked(at)?;
        if !behind.starts_with(b"<") {
            return Some(at);
        }
        let count = if before.ends_with(b" ") { unfinished_count(before) } else { 0 };
        if (1..at).contains(&count) {
            let Some(is_priority) = starts_priority(behind) else {
                *searched = at - count;
                return None;
            };
            if is_priority {
                return Some(at - count);
            }
        }
        *searched = at + 1;
    }
}

/// Says whether `<PRI>` begins here; `None` while that cannot be told.
fn starts_priority(bytes: &[u8]) -> Option<bool> {
    let inner = bytes.get(1..)?;
    let digits = digits(inner, 4);
    let end = inner.get(digits);
    if end.is_none() && digits <= 3 {
        return None;
    }
    Some((1..=3).contains(&digits) && end == Some(&b'>'))
}

/// Returns the length of the digits at the end of `bytes`, and of the blank behind them.
fn unfinished_count(bytes: &[u8]) -> usize {
    let without_blank = bytes.strip_suffix(b" ").unwrap_or(bytes);
    let digits = without_blank.iter().rev().take_while(|byte| byte.is_ascii_digit()).count();
    if digits == 0 || digits > DIGITS_MAX {
        return 0;
    }
    digits + bytes.len() - without_blank.len()
}

fn digits(bytes: &[u8], at_most: usize) -> usize {
    bytes.iter().take(at_most).take_while(|byte| byte.is_ascii_digit()).count()
}

fn number(digits: &[u8]) -> usize {
    let text = std::str::from_utf8(digits).unwrap_or_default();
    text.parse().unwrap_or(usize::MAX)
}

/// No frame is longer than ten digits can say.
const DIGITS_MAX: usize = 10;
