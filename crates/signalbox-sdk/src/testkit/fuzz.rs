//! Inputs for fuzzing a decoder.
//!
//! A target is an ordinary test with a bound on its time, so `cargo test` runs each for a moment;
//! `BOLERO_RANDOM_TEST_TIME_MS` makes it longer, and `BOLERO_RANDOM_SEED` repeats what failed.

use std::time::Duration;

/// How long a target runs where nobody says otherwise.
pub const MOMENT: Duration = Duration::from_millis(100);

/// Makes an input for a decoder out of random bytes: a quarter of the inputs are the bytes as they are, the
/// others hold `pieces` of what the decoder looks for, with bytes between them. Of more than 48 pieces
/// the rest is not used.
pub fn compose(random: &[u8], pieces: &[&str]) -> Vec<u8> {
    let Some((first, rest)) = random.split_first() else { return Vec::new() };
    if first.is_multiple_of(4) {
        return rest.to_vec();
    }
    let mut composed = Vec::with_capacity(rest.len());
    let mut bytes = rest.iter();
    while let Some(byte) = bytes.next() {
        match pieces.iter().take(PIECES_MAX).nth(usize::from(byte % CHOICES)) {
            Some(piece) => composed.extend_from_slice(piece.as_bytes()),
            None => composed.extend(bytes.next()),
        }
    }
    composed
}

const PIECES_MAX: usize = 48;

/// More than there are pieces, so that some bytes are always themselves.
const CHOICES: u8 = 64;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_input_is_the_bytes_or_has_pieces_between_them() {
        assert_eq!(compose(&[], &["a"]), b"");
        assert_eq!(compose(&[4, 0, 255], &["a"]), [0, 255]);
        assert_eq!(compose(&[1, 0, 64, 9, b'x', 1], &["<13>", "CEF:"]), b"<13><13>xCEF:");
    }
}
