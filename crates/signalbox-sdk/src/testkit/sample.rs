//! How much the longest tests do: all of it where somebody waits for the proof, a sample otherwise.

use crate::{Random, SystemRandom};

/// Returns whether tests prove all that they can, however long it takes: where `SIGNALBOX_TESTS` is `full`, as
/// `cargo xtask test` sets it.
pub fn is_full_test() -> bool {
    std::env::var("SIGNALBOX_TESTS").as_deref() == Ok("full")
}

/// Returns all of them in a full test, and otherwise each so-many-th, beginning at another one each time.
pub fn sample<T>(all: impl IntoIterator<Item = T>, one_in: usize) -> Vec<T> {
    let step = if is_full_test() { 1 } else { one_in.max(1) };
    let drawn = usize::try_from(SystemRandom.next() % step as u64).unwrap_or_default();
    all.into_iter().skip(drawn).step_by(step).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sample_is_spread_evenly() {
        let sampled = sample(0..100, 10);

        let expected = if is_full_test() { 100 } else { 10 };
        assert_eq!(sampled.len(), expected);
        let step = 100 / expected;
        assert!(sampled.windows(2).all(|pair| pair[1] - pair[0] == step), "{sampled:?}");
    }
}
