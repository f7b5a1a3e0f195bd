//! Compares what a caller presents with a secret of ours.

use sha2::{Digest, Sha256};
use signalbox_model::secret::Secret;
use subtle::ConstantTimeEq;

/// Tells whether `presented` is the secret, in a time that says nothing about either: digests are
/// compared, so that not even the length shows.
pub fn is_secret(presented: &[u8], secret: &Secret) -> bool {
    let presented = Sha256::digest(presented);
    let expected = Sha256::digest(secret.expose().as_bytes());
    presented.as_slice().ct_eq(expected.as_slice()).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_whole_secret_is_the_secret() {
        let secret = Secret::new("correct horse");

        assert!(is_secret(b"correct horse", &secret));
        for wrong in ["", "correct", "correct horse ", "Correct horse"] {
            assert!(!is_secret(wrong.as_bytes(), &secret), "{wrong}");
        }
    }
}
