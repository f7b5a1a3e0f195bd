//! Picking values out of sentences that a program always writes alike.

/// Returns what stands behind the first `mark`.
pub(super) fn after<'a>(text: &'a str, mark: &str) -> Option<&'a str> {
    text.split_once(mark).map(|(_, behind)| behind)
}

/// Returns the word behind the first `mark`: up to a blank, a comma or a bracket.
pub(super) fn word_after<'a>(text: &'a str, mark: &str) -> Option<&'a str> {
    let behind = after(text, mark)?.trim_start();
    let behind = behind.strip_prefix(['"', '\'', '<']).unwrap_or(behind);
    let word = behind.split([' ', ',', '(', ')', '"', '\'', '>', ';']).next()?;
    let word = word.trim_end_matches(['.', ':']);
    (!word.is_empty()).then_some(word)
}

/// Returns what stands between the first `open` and the next `close`.
pub(super) fn between<'a>(text: &'a str, open: &str, close: &str) -> Option<&'a str> {
    after(text, open)?.split_once(close).map(|(inner, _)| inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_found_behind_marks() {
        assert_eq!(word_after("for user root by (uid=0)", "for user "), Some("root"));
        assert_eq!(word_after("user = bob: x", "user = "), Some("bob"));
        assert_eq!(word_after("User <al> IP", "User "), Some("al"));
        assert_eq!(word_after("from", "from "), None);
        assert_eq!(between("a [b] c", "[", "]"), Some("b"));
    }
}
