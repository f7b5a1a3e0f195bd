//! Says what goes wrong again and again once in a while, with how often it did.

use std::collections::HashMap;
use std::net::IpAddr;
use std::time::Duration;

use parking_lot::Mutex;
use tokio::time::Instant;

/// What happens to a peer again within this time is counted, not said.
const SAID_EVERY: Duration = Duration::from_secs(60);

/// Peers that are told apart at the same time; all further ones share one word.
const PEERS_MAX: usize = 256;

/// What was said of which peer.
#[derive(Default)]
pub(super) struct Repeats(Mutex<HashMap<Option<IpAddr>, Said>>);

struct Said {
    at: Instant,
    since: u64,
}

impl Repeats {
    /// Returns whether to say it now: how often it happened unsaid since it was said last.
    pub(super) fn say(&self, peer: Option<IpAddr>) -> Option<u64> {
        let now = Instant::now();
        let mut said = self.0.lock();
        if said.len() >= PEERS_MAX && !said.contains_key(&peer) {
            said.retain(|_, said| now.duration_since(said.at) < SAID_EVERY);
        }
        let peer = peer.filter(|_| said.len() < PEERS_MAX || said.contains_key(&peer));
        let Some(known) = said.get_mut(&peer) else {
            said.insert(peer, Said { at: now, since: 0 });
            return Some(0);
        };
        if now.duration_since(known.at) < SAID_EVERY {
            known.since += 1;
            return None;
        }
        known.at = now;
        Some(std::mem::take(&mut known.since))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn peer(n: u32) -> Option<IpAddr> {
        Some(IpAddr::from(n.to_be_bytes()))
    }

    #[tokio::test(start_paused = true)]
    async fn repeats_are_counted_and_said_a_minute_later() {
        let repeats = Repeats::default();

        let said = [repeats.say(peer(1)), repeats.say(peer(1)), repeats.say(peer(2))];
        tokio::time::advance(SAID_EVERY).await;

        assert_eq!(said, [Some(0), None, Some(0)]);
        assert_eq!(repeats.say(peer(1)), Some(1));
    }

    #[tokio::test(start_paused = true)]
    async fn a_crowd_of_peers_is_said_once() {
        let repeats = Repeats::default();
        let crowd = 0..2 * PEERS_MAX as u32;

        let said = crowd.filter(|n| repeats.say(peer(*n)).is_some()).count();

        assert_eq!(said, PEERS_MAX + 1);
        assert_eq!(repeats.0.lock().len(), PEERS_MAX + 1);
    }
}
