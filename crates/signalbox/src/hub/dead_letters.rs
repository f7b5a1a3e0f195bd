//! What a person does to dead letters: looks, edits, sends again, discards.
//!
//! Dead letters are rows of the desk, so all but sending works after their integration left the
//! configuration. Whatever changes one is written to the audit in the same transaction.

use serde_json::Value;
use signalbox_api::{DeadLetterView, OperationError};
use signalbox_model::IntegrationName;
use signalbox_pipeline::deliver::{
    Amendment, Preview, preview_event, preview_payload, preview_step,
};
use signalbox_store::desk::{AttemptRow, DeadLetter, DeadLetterId, DeskError, Reader, Writer};

use super::operations::{OPERATOR, Outcome};
use super::workers::target;
use super::{ActiveIntegration, Hub};

/// Dead letters of one request at most; whoever has more asks again.
const AT_ONCE_MAX: usize = 1000;

/// An edit is refused above this size, in bytes: no destination takes more.
const EDIT_BYTES_MAX: usize = 1024 * 1024;

impl Hub {
    pub(super) async fn dead_letter(&self, id: &str) -> Outcome<DeadLetterView> {
        let id = parse(id)?;
        let named = id.clone();
        let found = self.stores.desk.read(move |reader| found(reader, &named)).await?;
        let (letter, tried) = found.ok_or_else(|| gone(&id))?;
        let (payload, note) = self.payload(&id, &letter).await?;
        Ok(DeadLetterView { letter, tried, payload, note })
    }

    pub(super) async fn preview(&self, id: &str) -> Outcome<Preview> {
        let id = parse(id)?;
        let letter = self.letter(&id).await?;
        let active = self.active_of(&letter)?;
        let refused =
            |error| OperationError::Invalid(format!("`{id}` cannot be sent as it is: {error}"));
        match id.clone() {
            DeadLetterId::Step(key) => {
                let step = self.stores.desk.read(move |reader| reader.step(key)).await?;
                let parts = (step, target(&active.roles), &active.renderer);
                let (Some(step), Some(target), Some(renderer)) = parts else {
                    return Err(takes_none(&letter));
                };
                preview_step(&target, &active.name, renderer, &step).await.map_err(refused)
            }
            DeadLetterId::Event { stream, position } => {
                let read = move |reader: &Reader<'_>| reader.item(&stream, &position);
                let row = self.stores.desk.read(read).await?.ok_or_else(|| gone(&id))?;
                let Some(destination) = &active.roles.destination else {
                    return Err(takes_none(&letter));
                };
                preview_event(destination.as_ref(), &row).map_err(refused)
            }
            DeadLetterId::Range { .. } => Err(sent_as_it_is(&id)),
        }
    }

    pub(super) async fn edit(&self, id: &str, edit: Option<Amendment>) -> Outcome<DeadLetterView> {
        let named = parse(id)?;
        let kept = match edit {
            Some(edit) => Some(self.kept(&named, edit).await?),
            None => None,
        };
        if kept.as_ref().is_some_and(|kept| kept.len() > EDIT_BYTES_MAX) {
            return Err(OperationError::Invalid(format!(
                "the edit is larger than {EDIT_BYTES_MAX} bytes; no destination takes that"
            )));
        }
        let (what, now) = (named.clone(), self.world.clock.now());
        let change = move |writer: &Writer<'_>| {
            let is_changed = writer.amend(&what, kept.as_deref())?;
            if is_changed {
                writer.audit(now, OPERATOR, "edit dead letter", &what.to_string())?;
            }
            Ok(is_changed)
        };
        if !self.stores.desk.write("edit a dead letter", change).await? {
            return Err(gone(&named));
        }
        self.dead_letter(id).await
    }

    pub(super) async fn replay(&self, ids: Vec<String>) -> Outcome<usize> {
        let ids = parse_all(&ids)?;
        for name in self.integrations_of(&ids).await? {
            self.active_named(&name)?;
        }
        let now = self.world.clock.now();
        self.change_each(ids, move |writer, id| {
            let is_changed = writer.replay(id, now)?;
            if is_changed {
                writer.audit(now, OPERATOR, "replay dead letter", &id.to_string())?;
            }
            Ok(is_changed)
        })
        .await
    }

    pub(super) async fn discard(&self, ids: Vec<String>, reason: String) -> Outcome<usize> {
        let ids = parse_all(&ids)?;
        if reason.trim().is_empty() {
            let what = "discarding wants a reason, for whoever asks later";
            return Err(OperationError::Invalid(what.to_owned()));
        }
        let now = self.world.clock.now();
        self.change_each(ids, move |writer, id| {
            let is_changed = writer.discard(id, &reason, now)?;
            if is_changed {
                let subject = format!("{id}: {reason}");
                writer.audit(now, OPERATOR, "discard dead letter", &subject)?;
            }
            Ok(is_changed)
        })
        .await
    }

    /// Changes dead letters in one transaction, and wakes whoever has something to do then.
    async fn change_each(
        &self,
        ids: Vec<DeadLetterId>,
        change: impl Fn(&Writer<'_>, &DeadLetterId) -> Result<bool, DeskError> + Send + 'static,
    ) -> Outcome<usize> {
        let wanted = self.integrations_of(&ids).await?;
        let changes = move |writer: &Writer<'_>| {
            let mut changed = 0;
            for id in &ids {
                changed += usize::from(change(writer, id)?);
            }
            Ok(changed)
        };
        let changed = self.stores.desk.write("change dead letters", changes).await?;
        wanted.iter().for_each(|name| self.wakes.wake(&IntegrationName::new(name)));
        Ok(changed)
    }

    /// Returns the integrations that dead letters are of, each once.
    async fn integrations_of(&self, ids: &[DeadLetterId]) -> Outcome<Vec<String>> {
        let ids = ids.to_vec();
        let read = move |reader: &Reader<'_>| {
            let mut names = std::collections::BTreeSet::new();
            for id in &ids {
                names.extend(reader.dead_letter(id)?.map(|letter| letter.integration));
            }
            Ok(names.into_iter().collect())
        };
        Ok(self.stores.desk.read(read).await?)
    }

    /// Returns an edit as it is kept: what an earlier one says and this one does not, stays.
    async fn kept(&self, id: &DeadLetterId, edit: Amendment) -> Outcome<String> {
        let key = match id {
            DeadLetterId::Step(key) => *key,
            DeadLetterId::Event { .. } => return kept_event(edit),
            DeadLetterId::Range { .. } => return Err(sent_as_it_is(id)),
        };
        let step = self.stores.desk.read(move |reader| reader.step(key)).await?;
        let earlier = step.and_then(|step| step.amendment);
        let earlier = earlier.and_then(|text| serde_json::from_str::<Amendment>(&text).ok());
        let edit = earlier.unwrap_or_default().followed_by(edit);
        serde_json::to_string(&edit).map_err(|error| OperationError::Failed(error.to_string()))
    }

    /// Returns what a replay would send, where the integration is still configured, and what is odd
    /// about it.
    async fn payload(
        &self,
        id: &DeadLetterId,
        letter: &DeadLetter,
    ) -> Outcome<(Option<Value>, Option<String>)> {
        match id.clone() {
            DeadLetterId::Range { .. } => Ok((None, Some(sent_as_it_is(id).to_string()))),
            DeadLetterId::Event { stream, position } => {
                let read = move |reader: &Reader<'_>| reader.item(&stream, &position);
                let row = self.stores.desk.read(read).await?;
                Ok((row.and_then(|row| serde_json::from_slice(row.payload()).ok()), None))
            }
            DeadLetterId::Step(key) => {
                let active = match self.active_of(letter) {
                    Ok(active) => active,
                    Err(error) => return Ok((None, Some(error.to_string()))),
                };
                let step = self.stores.desk.read(move |reader| reader.step(key)).await?;
                let parts = (step, target(&active.roles), &active.renderer);
                let (Some(step), Some(target), Some(renderer)) = parts else {
                    return Ok((None, Some(takes_none(letter).to_string())));
                };
                let (payload, notes) = preview_payload(&target, &active.name, renderer, &step);
                Ok((Some(payload), (!notes.is_empty()).then(|| notes.join("; "))))
            }
        }
    }

    async fn letter(&self, id: &DeadLetterId) -> Outcome<DeadLetter> {
        let named = id.clone();
        let found = self.stores.desk.read(move |reader| reader.dead_letter(&named)).await?;
        found.ok_or_else(|| gone(id))
    }

    fn active_of(&self, letter: &DeadLetter) -> Outcome<ActiveIntegration> {
        self.active_named(&letter.integration)
    }

    fn active_named(&self, name: &str) -> Outcome<ActiveIntegration> {
        let active = self.active.lock();
        let found = active.integrations.iter().find(|active| active.name.as_str() == name);
        found.cloned().ok_or_else(|| {
            OperationError::Invalid(format!(
                "`{name}` is not configured any more, so nothing is sent to it; configure it again, \
                 or discard its dead letters"
            ))
        })
    }
}

fn found(
    reader: &Reader<'_>,
    id: &DeadLetterId,
) -> Result<Option<(DeadLetter, Vec<AttemptRow>)>, DeskError> {
    let Some(letter) = reader.dead_letter(id)? else { return Ok(None) };
    let tried = match id {
        DeadLetterId::Step(key) => reader.attempts(*key)?,
        DeadLetterId::Event { stream, position } => reader.item_attempts(stream, position)?,
        DeadLetterId::Range { .. } => Vec::new(),
    };
    Ok(Some((letter, tried)))
}

/// An event has no texts: it is replaced as a whole.
fn kept_event(edit: Amendment) -> Outcome<String> {
    match edit {
        Amendment { title: None, body: None, fields, event: Some(event) }
            if fields.is_empty() && event.is_object() =>
        {
            Ok(event.to_string())
        }
        _ => Err(OperationError::Invalid(
            "an event of a stream has no title, body or fields; edit it with `--file` and one JSON \
             object"
                .to_owned(),
        )),
    }
}

fn sent_as_it_is(id: &DeadLetterId) -> OperationError {
    OperationError::Invalid(format!(
        "`{id}` is a range of events, which stay in the journal and are sent as they are there"
    ))
}

fn parse(id: &str) -> Outcome<DeadLetterId> {
    DeadLetterId::parse(id).ok_or_else(|| {
        OperationError::Invalid(format!(
            "`{id}` is no dead letter's id; `signalbox dlq list` shows them"
        ))
    })
}

fn parse_all(ids: &[String]) -> Outcome<Vec<DeadLetterId>> {
    if ids.len() > AT_ONCE_MAX {
        let what = format!("{} ids are too many at once; send at most {AT_ONCE_MAX}", ids.len());
        return Err(OperationError::Invalid(what));
    }
    ids.iter().map(|id| parse(id)).collect()
}

fn gone(id: &DeadLetterId) -> OperationError {
    OperationError::NotFound(format!(
        "there is no dead letter `{id}`; `signalbox dlq list` shows all there are"
    ))
}

fn takes_none(letter: &DeadLetter) -> OperationError {
    OperationError::Invalid(format!(
        "`{}` takes no such thing any more; discard the dead letter, or configure it as it was",
        letter.integration
    ))
}
