//! How deep JSON is nested.

/// Whether JSON is nested deeper than [`DEPTH_MAX`].
pub(super) fn is_too_deep(json: &[u8]) -> bool {
    // Counting brackets is many times faster than following them, and nearly always enough.
    let opening = json.iter().filter(|byte| matches!(byte, b'{' | b'[')).count();
    opening > DEPTH_MAX && depth(json) > DEPTH_MAX
}

fn depth(json: &[u8]) -> usize {
    let (mut depth, mut deepest) = (0_usize, 0);
    let (mut is_in_text, mut is_escaped) = (false, false);
    for byte in json {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' => is_escaped = true,
            b'"' => is_in_text = !is_in_text,
            _ if is_in_text => {}
            b'{' | b'[' => {
                depth += 1;
                deepest = deepest.max(depth);
            }
            b'}' | b']' => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    deepest
}

/// Readers of events, ours too, stop at 128 levels; the event puts some around what it keeps.
pub(super) const DEPTH_MAX: usize = 100;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_nested_counts_as_deep() {
        let wide = format!("[{}]", "[],".repeat(200));
        let text = format!("[\"{}\\\"[\"]", "[".repeat(200));
        let deep = format!("{}{}", "[".repeat(101), "]".repeat(101));

        assert!(!is_too_deep(wide.as_bytes()));
        assert!(!is_too_deep(text.as_bytes()));
        assert!(is_too_deep(deep.as_bytes()));
        assert!(!is_too_deep(&deep.as_bytes()[1..201]));
    }
}
