//! An event's way through the line, and why: read from what was stored, never evaluated again.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;
use signalbox_api::{Explanation, OperationError, StageNote};
use signalbox_model::{AlertId, Fingerprint, RuleName};
use signalbox_pipeline::stream::Checkpoint;
use signalbox_store::desk::{SilencedRow, StepFilter, StepRow};
use signalbox_store::journal::{ChunkDecoder, EventPosition, Journal, Position, StoredChunk};

use super::Stores;
use crate::words::counted;

/// Explains the event at a position (`3-1842.17`) or with a `metadata.uid`.
///
/// # Errors
/// Where there is no such event, or it is no longer kept.
pub(super) async fn explain(stores: &Stores, event: &str) -> Result<Explanation, OperationError> {
    let position = match event.parse::<EventPosition>() {
        Ok(position) => position,
        Err(_) => find_uid(stores, event).await?,
    };
    let chunk = chunk_at(stores, position)?;
    let mut stages = way_in(&chunk, position);
    stages.extend(streams(stores, &chunk, position).await?);
    stages.extend(alerts(stores, &chunk, position).await?);
    let (event, original) = stored(&chunk, position)?;
    Ok(Explanation { position: position.to_string(), stages, event, original })
}

fn note(stage: &str, note: String) -> StageNote {
    StageNote { stage: stage.to_owned(), note }
}

fn chunk_at(stores: &Stores, position: EventPosition) -> Result<StoredChunk, OperationError> {
    let gone = || {
        OperationError::NotFound(format!(
            "the journal has no event at `{position}`; it keeps what `journal.keep` says"
        ))
    };
    let chunk = stores.journal.chunk(position.position).map_err(failed)?.ok_or_else(gone)?;
    if chunk.record(position.index).is_some() { Ok(chunk) } else { Err(gone()) }
}

/// What happened before the commit.
fn way_in(chunk: &StoredChunk, position: EventPosition) -> Vec<StageNote> {
    let Some(record) = chunk.record(position.index) else { return Vec::new() };
    let received = signalbox_model::time::Timestamp::from_millis(record.received_at_ms);
    let mut stages =
        vec![note("ingest", format!("received from `{}` at {received}", record.integration))];
    if let Some(reason) = record.reason {
        stages.push(note("normalize", format!("quarantined: {reason}")));
        return stages;
    }
    let original =
        if record.has_original { "its original is kept" } else { "its original is not kept" };
    stages.push(note("normalize", format!("{} bytes of OCSF; {original}", record.json_bytes)));
    if let Some(decision) = record.decision.and_then(|index| chunk.decision(index)) {
        let list = |names: Vec<&str>| {
            if names.is_empty() { "none".to_owned() } else { format!("`{}`", names.join("`, `")) }
        };
        let streams = list(decision.streams().collect());
        let rules = list(decision.rules().collect());
        let mut text = format!("streams: {streams}; alert rules: {rules}");
        for (stream, route) in decision.suppressed() {
            text.push_str(&format!("; route `{route}` keeps it from `{stream}`"));
        }
        for silence in decision.silences() {
            text.push_str(&format!("; silence `{silence}` is about it, while in force"));
        }
        stages.push(note("evaluate", text));
    }
    let committed = signalbox_model::time::Timestamp::from_millis(chunk.committed_at_ms());
    stages.push(note("commit", format!("durable as {position} at {committed}, then acknowledged")));
    stages
}

async fn streams(
    stores: &Stores,
    chunk: &StoredChunk,
    position: EventPosition,
) -> Result<Vec<StageNote>, OperationError> {
    let decision = chunk.record(position.index).and_then(|record| record.decision);
    let decision = decision.and_then(|index| chunk.decision(index));
    let names: Vec<String> =
        decision.into_iter().flat_map(|decision| decision.streams()).map(str::to_owned).collect();
    let mut stages = Vec::new();
    for name in names {
        let (stream, place) = (name.clone(), position.to_string());
        let (checkpoint, item) = stores
            .desk
            .read(move |reader| Ok((reader.checkpoint(&stream)?, reader.item(&stream, &place)?)))
            .await?;
        let is_passed =
            checkpoint.as_ref().is_some_and(|stored| is_passed(&stored.position, position));
        let state = match item {
            Some(item) => format!("set aside ({:?}): {}", item.state, item.reason).to_lowercase(),
            None if is_passed => "delivered".to_owned(),
            None => "waiting".to_owned(),
        };
        stages.push(note("stream", format!("`{name}`: {state}")));
    }
    Ok(stages)
}

fn is_passed(checkpoint: &str, position: EventPosition) -> bool {
    match Checkpoint::parse(checkpoint) {
        Ok(Checkpoint::Chunk(chunk)) => chunk >= position.position,
        Ok(Checkpoint::Event(event)) => event >= position,
        _ => false,
    }
}

async fn alerts(
    stores: &Stores,
    chunk: &StoredChunk,
    position: EventPosition,
) -> Result<Vec<StageNote>, OperationError> {
    let Some(record) = chunk.record(position.index) else { return Ok(Vec::new()) };
    let Some(key) = record.finding else { return Ok(Vec::new()) };
    let fingerprint = Fingerprint::from_bytes(key.fingerprint);
    let mut stages = vec![note("follow", format!("finding {fingerprint}"))];
    let decision = record.decision.and_then(|index| chunk.decision(index));
    let rules: Vec<RuleName> =
        decision.into_iter().flat_map(|decision| decision.rules()).map(RuleName::new).collect();
    for rule in rules {
        let name = rule.clone();
        let alert =
            stores.desk.read(move |reader| reader.latest_alert(&name, &fingerprint)).await?;
        let Some(alert) = alert else {
            stages.push(note("follow", format!("rule `{rule}` has raised no alert of it yet")));
            continue;
        };
        stages.push(note(
            "follow",
            format!(
                "rule `{rule}`: alert {} is {}, seen {}",
                alert.id,
                alert.status.as_str(),
                counted(alert.seen_count, "time")
            ),
        ));
        stages.extend(steps(stores, alert.id, position).await?);
        let id = alert.id;
        let silenced = stores.desk.read(move |reader| reader.silenced(id)).await?;
        stages.extend(silenced.iter().map(|row| note("deliver", silenced_text(row))));
    }
    Ok(stages)
}

/// The steps of an alert; each says which event added it, where one did.
async fn steps(
    stores: &Stores,
    alert: AlertId,
    position: EventPosition,
) -> Result<Vec<StageNote>, OperationError> {
    let filter = StepFilter { alert: Some(alert), limit: 100, ..StepFilter::default() };
    let steps = stores.desk.read(move |reader| reader.steps(&filter)).await?;
    let of = position.to_string();
    Ok(steps.iter().map(|step| note("deliver", step_text(step, &of))).collect())
}

fn step_text(step: &StepRow, explained: &str) -> String {
    let mut text = format!("{} at `{}`: {}", step.step, step.destination, step.state);
    if let Some(ticket) = &step.ticket {
        text.push_str(&format!(" as {ticket}"));
    }
    if let Some(reason) = &step.reason {
        text.push_str(&format!(", {reason}"));
    }
    match step.cause.as_deref() {
        Some(cause) if cause == explained => text.push_str("; because of this event"),
        Some(cause) => text.push_str(&format!("; because of event {cause}")),
        None => {}
    }
    text
}

fn silenced_text(row: &SilencedRow) -> String {
    format!(
        "silence `{}`, until {}, kept back what `{}` would have been told last, at {}",
        row.silence, row.until, row.destination, row.latest_at
    )
}

/// Returns the event as it was stored, and its original in base64 where that was kept.
fn stored(
    chunk: &StoredChunk,
    position: EventPosition,
) -> Result<(Value, Option<String>), OperationError> {
    let mut decoder = ChunkDecoder::new().map_err(failed)?;
    let events = decoder.events(chunk).map_err(failed)?;
    let json = events.get(position.index).unwrap_or(b"null");
    let event = serde_json::from_slice(json).map_err(failed)?;
    let originals = decoder.originals(chunk).map_err(failed)?;
    let original = originals.get(position.index).map(|bytes| STANDARD.encode(bytes));
    Ok((event, original))
}

/// Reads the kept journal for a `metadata.uid`.
async fn find_uid(stores: &Stores, uid: &str) -> Result<EventPosition, OperationError> {
    let (journal, wanted) = (Arc::clone(&stores.journal), uid.to_owned());
    let search = tokio::task::spawn_blocking(move || search(journal.as_ref(), &wanted));
    search.await.map_err(failed)??.ok_or_else(|| {
        OperationError::NotFound(format!(
            "no kept event has the uid `{uid}`; give a position such as `3-1842.17` or a `metadata.uid`"
        ))
    })
}

fn search(journal: &dyn Journal, uid: &str) -> Result<Option<EventPosition>, OperationError> {
    let needle = format!("\"uid\":\"{uid}\"");
    let mut decoder = ChunkDecoder::new().map_err(failed)?;
    let mut after: Option<Position> = None;
    loop {
        let chunks = journal.read(after, READ_BYTES).map_err(failed)?;
        let Some(last) = chunks.last() else { return Ok(None) };
        after = Some(last.position());
        for chunk in &chunks {
            let events = decoder.events(chunk).map_err(failed)?;
            let found = events.iter().find(|(_, json)| {
                std::str::from_utf8(json).is_ok_and(|text| text.contains(&needle))
            });
            if let Some((record, _)) = found {
                return Ok(Some(chunk.event_position(record.index)));
            }
        }
    }
}

const READ_BYTES: usize = 2 << 20;

fn failed(error: impl std::fmt::Display) -> OperationError {
    OperationError::Failed(error.to_string())
}

#[cfg(test)]
mod tests {
    use signalbox_model::time::Timestamp;

    use super::*;

    #[test]
    fn a_step_says_which_event_added_it_and_a_person_is_no_event() {
        let step = |cause: Option<&str>| StepRow {
            key: "key".to_owned(),
            alert: "alert".to_owned(),
            destination: "snow".to_owned(),
            step: "open".to_owned(),
            state: "delivered".to_owned(),
            is_blocked: false,
            attempts: 1,
            attempts_spent: 1,
            created_at: Timestamp::from_millis(0),
            next_at: Timestamp::from_millis(0),
            reason: None,
            answer: None,
            ticket: Some("INC1".to_owned()),
            ticket_url: None,
            cause: cause.map(str::to_owned),
        };

        let texts = [Some("1-2.3"), Some("1-2.4"), None].map(|it| step_text(&step(it), "1-2.3"));

        let expected = ["; because of this event", "; because of event 1-2.4", ""];
        assert_eq!(texts, expected.map(|end| format!("open at `snow`: delivered as INC1{end}")));
    }
}
