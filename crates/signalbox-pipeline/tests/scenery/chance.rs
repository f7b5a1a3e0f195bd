//! Chance as tests want it.

use signalbox_sdk::Random;

/// Waits come without jitter.
pub(crate) struct NoJitter;

impl Random for NoJitter {
    fn next(&self) -> u64 {
        0
    }
}
