//! Where the events of a source under test arrive: a file behind the whole line.

use serde_json::Value;

use super::super::proof::{Proof, failed};
use super::{SINK_FILE, Stage};

impl Stage {
    /// Returns how many events have arrived that speak of `id`.
    ///
    /// # Errors
    /// Where a line of the file is no JSON: then a text has broken out of its line.
    pub(in super::super) fn arrived(&self, id: &str) -> Proof<usize> {
        let text = std::fs::read_to_string(self.path(SINK_FILE)).unwrap_or_default();
        let mut count = 0;
        for line in text.split_inclusive('\n').filter(|line| line.ends_with('\n')) {
            let Ok(event) = serde_json::from_str::<Value>(line) else {
                return failed(format!("a line of the stream is no JSON: {line}"));
            };
            count += usize::from(speaks_of(&event, id));
        }
        Ok(count)
    }

    /// Waits until an event that speaks of `id` has arrived.
    pub(in super::super) async fn until_arrived(&self, id: &str) -> Proof<()> {
        let has = async || Ok(self.arrived(id)? > 0);
        self.until(has, || format!("event `{id}` does not arrive")).await
    }

    /// Waits until everything that was committed has gone its way.
    pub(in super::super) async fn until_empty(&self) -> Proof<()> {
        let is_empty = async || {
            let ledger = self.operations()?.ledger(false).await?;
            Ok(ledger.streams.iter().all(|row| row.terms.pending == 0))
        };
        self.until(is_empty, || "the stream does not come to an end".to_owned()).await
    }
}

fn speaks_of(value: &Value, id: &str) -> bool {
    match value {
        Value::String(text) => text.contains(id),
        Value::Array(items) => items.iter().any(|item| speaks_of(item, id)),
        Value::Object(members) => members.values().any(|member| speaks_of(member, id)),
        _ => false,
    }
}
