//! Lengths of time and the words of products, as a title has them.

use std::time::Duration;

/// The most characters of a product's words in a title; the description has all of them.
const REASON_CHARS_MAX: usize = 120;

/// Returns a length of time in the largest unit that tells something.
pub(super) fn span(length: Duration) -> String {
    let seconds = length.as_secs();
    let (count, unit) = match seconds {
        0..120 => (seconds, "second"),
        120..7200 => (seconds / 60, "minute"),
        7200..172_800 => (seconds / 3600, "hour"),
        _ => (seconds / 86_400, "day"),
    };
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {unit}{plural}")
}

/// Returns the first line of a reason, as far as a title has room.
pub(super) fn cut(reason: &str) -> String {
    let line = reason.lines().next().unwrap_or_default();
    if line.is_empty() {
        return "no reason is known".to_owned();
    }
    match line.char_indices().nth(REASON_CHARS_MAX) {
        Some((end, _)) => format!("{}…", line.get(..end).unwrap_or_default()),
        None => line.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_length_of_time_is_told_in_one_unit() {
        let told = [1, 119, 300, 7199, 7200, 172_800].map(|s| span(Duration::from_secs(s)));

        let expected = ["1 second", "119 seconds", "5 minutes", "119 minutes", "2 hours", "2 days"];
        assert_eq!(told, expected);
    }

    #[test]
    fn a_long_reason_is_cut_between_characters() {
        let reason = format!("{}\nmore", "ä".repeat(121));

        assert_eq!(cut(&reason), format!("{}…", "ä".repeat(120)));
        assert_eq!(cut("401"), "401");
    }
}
