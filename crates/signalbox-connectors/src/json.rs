//! How deep JSON goes: what the mappings of several products begin with.

/// Readers of events, ours too, stop at 128 levels; the event puts some around what it keeps.
pub(crate) const DEPTH_MAX: usize = 100;

/// Returns where JSON goes deeper than [`DEPTH_MAX`], in bytes from its start.
pub(crate) fn too_deep(json: &[u8]) -> Option<usize> {
    // Counting brackets is many times faster than following them, and nearly always enough.
    let opening = json.iter().filter(|byte| matches!(byte, b'{' | b'[')).count();
    if opening <= DEPTH_MAX {
        return None;
    }
    let (mut depth, mut is_in_text, mut is_escaped) = (0_usize, false, false);
    json.iter().position(|byte| {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' => is_escaped = true,
            b'"' => is_in_text = !is_in_text,
            _ if is_in_text => {}
            b'{' | b'[' => depth += 1,
            b'}' | b']' => depth = depth.saturating_sub(1),
            _ => {}
        }
        depth > DEPTH_MAX
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_nested_counts_as_deep() {
        let wide = format!("[{}]", "[],".repeat(200));
        let text = format!("[\"{}\\\"[\"]", "[".repeat(200));
        let deep = format!("{}{}", "[".repeat(101), "]".repeat(101));

        assert_eq!([wide.as_bytes(), text.as_bytes()].map(too_deep), [None, None]);
        assert_eq!(too_deep(deep.as_bytes()), Some(100));
        assert_eq!(too_deep(&deep.as_bytes()[1..201]), None);
    }
}
