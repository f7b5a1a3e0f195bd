//! Disks that are full, that fail or take no writes, and no file descriptors: what was answered with success is delivered,
//! once, what was not is answered 503, and nobody lends a hand.

mod damaged;
mod descriptors;
mod failing;
mod full;
mod hanging;
mod volume;

use serde_json::Value;

use crate::hub::{Hub, eventually};
use crate::products::{ENVIRONMENT, Snow, Splunk, finding, findings_to_snow, signed};

/// A hub that turns findings into tickets and streams them as well.
struct Stage {
    hub: Hub,
    snow: Snow,
    splunk: Splunk,
    /// How many findings were taken.
    taken: u64,
}

impl Stage {
    /// Configures a hub that is not started.
    async fn configured() -> Self {
        let (snow, splunk) = (Snow::start().await, Splunk::start().await);
        let config = findings_to_snow(&(snow.yaml() + &splunk.yaml()));
        let environment = [ENVIRONMENT[0], ENVIRONMENT[1], Splunk::ENVIRONMENT];
        let hub = Hub::configured(&config, &environment);
        Self { hub, snow, splunk, taken: 0 }
    }

    /// Sends the next finding once and returns the answer's status; 0 where there is none.
    async fn send(&mut self) -> u16 {
        let id = format!("finding-{}", self.taken + 1);
        let body = finding(&id);
        let headers = signed(&id, &body);
        let headers: Vec<(&str, &str)> =
            headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let answer = self.hub.post("/hooks/edr", &headers, &body).await;
        let status = answer.map_or(0, |answer| answer.status().as_u16());
        self.taken += u64::from(status == 200);
        status
    }

    /// Sends findings until one is refused, and returns the refusal's status.
    async fn send_until_refused(&mut self) -> u16 {
        for _ in 0..FINDINGS_MAX {
            let status = self.send().await;
            if status != 200 {
                return status;
            }
        }
        200
    }

    /// Sends the next finding until it is taken, as a sender does.
    async fn send_until_taken(&mut self) {
        let is_taken = eventually(async || self.send().await == 200).await;
        assert!(is_taken, "{}", self.hub.log());
    }

    async fn is_ready(&self) -> bool {
        self.hub.get("/readyz", &[]).await.is_some_and(|answer| answer.status() == 200)
    }

    /// What `/readyz` notes, in one string.
    async fn notes(&self) -> String {
        let answer = self.hub.get("/readyz", &[]).await.unwrap();
        serde_json::from_slice::<Value>(answer.body()).unwrap()["notes"].to_string()
    }

    /// Whether so many tickets are there.
    async fn has_tickets(&self) -> bool {
        eventually(async || self.snow.simulator.tickets().len() as u64 >= self.taken).await
    }

    /// Proves that what was taken was delivered to both, once, and that the ledger agrees.
    async fn assert_delivered_once(&self) {
        assert!(self.hub.settled(2 * self.taken).await, "{}", self.hub.log());
        let tickets = self.snow.simulator.tickets().len() as u64;
        assert_eq!((tickets, self.snow.simulator.duplicate_tickets()), (self.taken, 0));
        let indexed = self.splunk.simulator.summary();
        assert_eq!((indexed.distinct, indexed.duplicates), (self.taken, 0));
    }
}

/// No full or failing disk takes as many.
const FINDINGS_MAX: usize = 3000;
