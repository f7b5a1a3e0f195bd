//! Names for events whose source does not name them.

use std::sync::atomic::{AtomicU64, Ordering};

use signalbox_model::ocsf::Text;
use uuid::{Builder, Uuid};

/// Draws uids: random bits of this start and a counter, as a UUID of version 8 (RFC 9562 §5.8). The uid
/// is stored with the event, so a receiver sees the same one at every delivery.
pub struct EventUids {
    start: u64,
    next: AtomicU64,
}

impl EventUids {
    /// Begins with 64 random bits.
    pub fn new(random: u64) -> Self {
        Self { start: random, next: AtomicU64::new(0) }
    }

    /// Returns the next uid.
    pub fn next(&self) -> Uuid {
        let count = self.next.fetch_add(1, Ordering::Relaxed);
        let bits = (u128::from(self.start) << 64) | u128::from(count);
        Builder::from_custom_bytes(bits.to_be_bytes()).into_uuid()
    }
}

/// Writes a uid in its text form, without the formatting machinery.
pub(super) fn text(uid: Uuid) -> Text {
    let mut buffer = Uuid::encode_buffer();
    Text::from(&*uid.hyphenated().encode_lower(&mut buffer))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn uids_differ_within_a_start_and_between_starts() {
        let (one, other) = (EventUids::new(1 << 40), EventUids::new(2 << 40));

        let uids: std::collections::BTreeSet<_> =
            (0..1000).flat_map(|_| [one.next(), other.next()]).collect();

        assert_eq!(uids.len(), 2000);
    }
}
