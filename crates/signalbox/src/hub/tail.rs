//! Events as they are committed: one JSON object each, what is secret to a person left out.

use std::sync::Arc;

use futures_util::stream::{self, BoxStream, StreamExt};
use serde_json::{Value, json};
use signalbox_api::{OperationError, TailFilter};
use signalbox_model::IntegrationName;
use signalbox_store::journal::{ChunkDecoder, Journal, Position, StoredChunk};
use tokio::sync::watch;

/// Refuses to follow a source that there is not: nothing would ever come of it. Beside what is configured the hub
/// itself is one.
pub(super) fn check(
    filter: &TailFilter,
    configured: Vec<IntegrationName>,
) -> Result<(), OperationError> {
    let Some(wanted) = filter.source.as_deref() else { return Ok(()) };
    let mut known: Vec<_> = configured.iter().map(IntegrationName::as_str).collect();
    known.extend([IntegrationName::HUB, IntegrationName::CANARY]);
    if known.contains(&wanted) {
        return Ok(());
    }
    Err(OperationError::NotFound(format!(
        "there is no source `{wanted}`; there are `{}`",
        known.join("`, `")
    )))
}

/// Follows the journal from its head.
pub(super) fn follow(journal: Arc<dyn Journal>, filter: TailFilter) -> BoxStream<'static, String> {
    let head = journal.subscribe();
    let place = Place { after: journal.head(), journal, head, filter };
    stream::unfold(place, |mut place| async move {
        let lines = place.next().await?;
        Some((stream::iter(lines), place))
    })
    .flatten()
    .boxed()
}

struct Place {
    journal: Arc<dyn Journal>,
    head: watch::Receiver<Option<Position>>,
    after: Option<Position>,
    filter: TailFilter,
}

const READ_BYTES: usize = 256 * 1024;

impl Place {
    /// Waits for what is committed next; `None` ends it.
    async fn next(&mut self) -> Option<Vec<String>> {
        loop {
            self.head.borrow_and_update();
            let (journal, after) = (Arc::clone(&self.journal), self.after);
            let read = tokio::task::spawn_blocking(move || journal.read(after, READ_BYTES));
            let chunks = read.await.ok()?.ok()?;
            if let Some(last) = chunks.last() {
                self.after = Some(last.position());
                return Some(chunks.iter().flat_map(|chunk| self.lines(chunk)).collect());
            }
            self.head.changed().await.ok()?;
        }
    }

    fn lines(&self, chunk: &StoredChunk) -> Vec<String> {
        let mut lines = Vec::new();
        let Ok(mut decoder) = ChunkDecoder::new() else { return lines };
        let Ok(events) = decoder.events(chunk) else { return lines };
        for record in chunk.records() {
            if self.filter.source.as_deref().is_some_and(|source| source != record.integration) {
                continue;
            }
            let position = chunk.event_position(record.index).to_string();
            let line = match events.get(record.index) {
                Some(json) => {
                    let event = serde_json::from_slice(json).map(redacted).unwrap_or_default();
                    json!({
                        "position": position, "received_at": record.received_at_ms,
                        "source": record.integration, "event": event,
                    })
                }
                None => json!({
                    "position": position, "received_at": record.received_at_ms,
                    "source": record.integration, "quarantined": true, "reason": record.reason,
                }),
            };
            lines.push(line.to_string());
        }
        lines
    }
}

/// Attributes whose values may be secrets of the people an event is about.
const SECRET: &[&str] =
    &["password", "token", "secret", "api_key", "authorization", "cookie", "credential"];

/// Leaves out the values of attributes that are named like secrets, at any depth.
fn redacted(mut value: Value) -> Value {
    redact(&mut value);
    value
}

fn redact(value: &mut Value) {
    match value {
        Value::Object(object) => {
            for (key, value) in object {
                let key = key.to_ascii_lowercase();
                if SECRET.iter().any(|word| key.contains(word)) && !value.is_object() {
                    *value = Value::String("[redacted]".to_owned());
                } else {
                    redact(value);
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(redact),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_source_that_there_is_not_is_refused_with_those_that_there_are() {
        let known = || vec![IntegrationName::new("edr")];
        let filter = |source: &str| TailFilter { source: Some(source.to_owned()) };

        let refused = check(&filter("nope"), known()).unwrap_err().to_string();

        assert_eq!(
            refused,
            "there is no source `nope`; there are `edr`, `signalbox`, `signalbox-canary`"
        );
        assert!(
            check(&filter("edr"), known()).is_ok() && check(&filter("signalbox"), known()).is_ok()
        );
        assert!(check(&TailFilter::default(), known()).is_ok());
    }

    #[test]
    fn values_named_like_secrets_are_left_out_at_any_depth() {
        let event =
            json!({"unmapped": {"API_Token": "x", "list": [{"password": "y"}]}, "message": "m"});

        let shown = redacted(event);

        let expected = json!({
            "unmapped": {"API_Token": "[redacted]", "list": [{"password": "[redacted]"}]}, "message": "m"
        });
        assert_eq!(shown, expected);
    }
}
