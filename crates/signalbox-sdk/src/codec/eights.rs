//! Looking for a byte eight at a time.
//!
//! Keys and values of a log line have some ten bytes: a vector search is hardly called before it is done, and
//! a plain loop asks every byte. Eight bytes as one number are asked at once, whatever the machine.

/// Returns where a byte stands, from `from` on.
pub(super) fn find(byte: u8, bytes: &[u8], from: usize) -> Option<usize> {
    let (blocks, rest) = bytes.get(from..)?.as_chunks::<8>();
    for (count, block) in blocks.iter().enumerate() {
        let found = equal(byte, *block);
        if found != 0 {
            return Some(from + count * 8 + found.trailing_zeros() as usize / 8);
        }
    }
    let at = rest.iter().position(|other| *other == byte)?;
    Some(bytes.len() - rest.len() + at)
}

/// Calls `take` with every place of a byte, which is not zero, and with where the word before it begins: behind
/// the last blank.
#[inline]
pub(super) fn each_with_word(byte: u8, bytes: &[u8], mut take: impl FnMut(usize, usize)) {
    let (blocks, rest) = bytes.as_chunks();
    // Zeros stand behind the end.
    let mut last = [0; 8];
    last.iter_mut().zip(rest).for_each(|(to, from)| *to = *from);
    let (mut start, mut word) = (0, 0);
    for block in blocks.iter().chain([&last]) {
        let blanks = equal(b' ', *block);
        let behind_last = |blanks: u64| start + 8 - blanks.leading_zeros() as usize / 8;
        let mut found = equal(byte, *block);
        while found != 0 {
            let before = blanks & (found - 1) & !found;
            if before != 0 {
                word = behind_last(before);
            }
            take(start + found.trailing_zeros() as usize / 8, word);
            found &= found - 1;
        }
        if blanks != 0 {
            word = behind_last(blanks);
        }
        start += 8;
    }
}

/// Returns whether a byte is among these. The last block overlaps the one before, so that no byte is asked
/// alone but in the shortest texts.
#[inline]
pub(super) fn has(byte: u8, bytes: &[u8]) -> bool {
    let Some(last) = bytes.last_chunk::<8>() else { return has_few(byte, bytes) };
    let (blocks, _) = bytes.as_chunks::<8>();
    blocks.iter().fold(equal(byte, *last), |found, block| found | equal(byte, *block)) != 0
}

fn has_few(byte: u8, bytes: &[u8]) -> bool {
    match (bytes.first_chunk::<4>(), bytes.last_chunk::<4>()) {
        (Some([a, b, c, d]), Some([e, f, g, h])) => {
            equal(byte, [*a, *b, *c, *d, *e, *f, *g, *h]) != 0
        }
        _ => bytes.contains(&byte),
    }
}

/// The highest bit of each byte that is this one. Exact: no carry goes from one byte to the next.
#[inline]
const fn equal(byte: u8, block: [u8; 8]) -> u64 {
    let zero_where_equal = u64::from_le_bytes(block) ^ u64::from_le_bytes([byte; 8]);
    !(((zero_where_equal & LOW_BITS) + LOW_BITS) | zero_where_equal | LOW_BITS)
}

const LOW_BITS: u64 = u64::from_le_bytes([0x7f; 8]);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_byte_is_found_wherever_it_stands_and_whatever_is_beside_it() {
        for length in 0..40 {
            for at in 0..length {
                for other in [b'<', b'>', b'=' ^ 0x80, 0, 0xff] {
                    let mut bytes = vec![other; length];
                    bytes[at] = b'=';
                    assert_eq!(find(b'=', &bytes, 0), Some(at));
                    assert_eq!(find(b'=', &bytes, at), Some(at));
                    assert_eq!(find(b'=', &bytes, at + 1), None);
                    assert!(has(b'=', &bytes));
                }
            }
            assert!(!has(b'=', &vec![b'<'; length]));
        }
    }

    #[test]
    fn every_place_comes_with_the_word_before_it() {
        for text in
            ["", "=", "a=1 bc=2 d e=3", "long_word=a=b c= =x  y=", "12345678= 1234567=", " a="]
        {
            let mut found = Vec::new();
            each_with_word(b'=', text.as_bytes(), |at, word| found.push((at, word)));

            let places = text.match_indices('=').map(|(at, _)| at);
            let words = places.map(|at| (at, text[..at].rfind(' ').map_or(0, |blank| blank + 1)));
            assert_eq!(found, words.collect::<Vec<_>>(), "{text}");
        }
    }
}
