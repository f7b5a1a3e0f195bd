//! The identity of a finding, for deduplication.
//!
//! SHA-256 over parts that do not change while the finding lives: never times, counts, severities
//! or free text. Parts are length-prefixed, so that `["ab", "c"]` and `["a", "bc"]` differ.

use std::fmt;

use sha2::{Digest, Sha256};

/// The identity of a finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Fingerprint([u8; 32]);

impl Fingerprint {
    /// Computes the fingerprint of `parts`, in order.
    pub fn of<S: AsRef<str>>(parts: &[S]) -> Self {
        let mut hash = Sha256::new();
        for part in parts {
            let part = part.as_ref().as_bytes();
            hash.update((part.len() as u64).to_le_bytes());
            hash.update(part);
        }
        Self(hash.finalize().into())
    }

    /// Wraps the 32 bytes that a store kept.
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// Returns the 32 bytes.
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moving_a_letter_between_parts_changes_the_fingerprint() {
        assert_ne!(Fingerprint::of(&["ab", "c"]), Fingerprint::of(&["a", "bc"]));
    }
}
