//! The number that every event of a run carries in its text, so that it is found wherever it went.

/// Returns the text that carries a number.
pub(super) fn text(number: u64) -> String {
    format!("{MARK}{number}")
}

/// Returns the first number that a text carries.
pub(super) fn find(text: &str) -> Option<u64> {
    let (_, rest) = text.split_once(MARK)?;
    let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
    rest.get(..end)?.parse().ok()
}

const MARK: &str = "sequence-";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_found_in_any_text_that_carries_it() {
        let line = format!(r#"{{"message":"{} from web-01"}}"#, text(42));

        assert_eq!(find(&line), Some(42));
        assert_eq!(find("nothing of ours"), None);
    }
}
