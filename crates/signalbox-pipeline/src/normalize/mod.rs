//! Normalize: raw events become typed events with an identity, a decision and their JSON, ready to be
//! committed. Everything per event happens here, once, on the way in.

mod original;
mod uid;

use std::mem::take;
use std::sync::Arc;

use bytes::Bytes;
use signalbox_model::ocsf::{Event, FieldPath, Text, Value};
use signalbox_model::{Fingerprint, IntegrationName, RuleName, event_uid};
use signalbox_sdk::role::{MappedEvent, Normalize, Normalized, Parsed, RawEvent};
use signalbox_store::journal::{Decision, RECORD_BYTES_MAX, TEXT_BYTES_MAX};
use uuid::Uuid;

use crate::commit::{Prepared, PreparedRecord, RepeatedBy, Submission};
use crate::evaluate::condition::Subject;
use crate::evaluate::{RuleSet, fingerprint, wrap};
use crate::ingest::window::Claims;

pub use original::KeepOriginal;
pub use uid::EventUids;

/// Prepares what one source received.
pub struct Preparer {
    /// The source.
    pub integration: IntegrationName,
    /// Its connector.
    pub connector: &'static str,
    /// Its mapping.
    pub normalize: Arc<dyn Normalize>,
    /// Which originals are kept; `None` is the default by class.
    pub keep_original: Option<KeepOriginal>,
    /// Names events whose source does not.
    pub uids: Arc<EventUids>,
}

impl Preparer {
    /// Returns a submission with room for so many raw events, decided about by `rules`. `json` is what its JSON is written
    /// to, and empty.
    pub fn begin(&self, rules: &RuleSet, raw_events: usize, mut json: Vec<u8>) -> Submission {
        json.reserve(raw_events * JSON_BYTES);
        Submission {
            integration: self.integration.clone(),
            rules: Arc::clone(rules.names()),
            records: Vec::with_capacity(raw_events),
            json,
            decisions: Vec::new(),
            received: 0,
            duplicates: 0,
            parse_errors: 0,
            checkpoint: None,
            repeated_by: RepeatedBy::Sender,
        }
    }

    /// Prepares raw events by the rules that the submission began with. Parts whose event id is known already
    /// have no record.
    pub fn add(
        &self,
        raw: &[RawEvent],
        rules: &RuleSet,
        claims: &mut Claims,
        submission: &mut Submission,
    ) {
        let mut parts = Vec::with_capacity(raw.len());
        let mut decision = Decision::default();
        for raw in raw {
            self.normalize.normalize(raw, &mut parts);
            submission.received += parts.len() as u64;
            for part in parts.drain(..) {
                let received_at_ms = raw.received.as_millis();
                match part {
                    Normalized::Event(mapped) => {
                        let decision = &mut decision;
                        let mut draft = Draft { submission, rules, received_at_ms, decision };
                        self.put_event(mapped, &mut draft, claims);
                    }
                    Normalized::Quarantine { original, reason } => {
                        submission.quarantine(received_at_ms, original, reason);
                    }
                }
            }
        }
    }

    fn put_event(&self, mut mapped: Box<MappedEvent>, draft: &mut Draft<'_>, claims: &mut Claims) {
        let Ok(uid) = self.name_event(&mut mapped, claims) else {
            draft.submission.duplicates += 1;
            return;
        };
        // An event is large: it stays where it is.
        let MappedEvent { event, event_id, fingerprint: given, original, parsed } = &mut *mapped;
        draft.submission.parse_errors += u64::from(*parsed == Parsed::Not);
        let identity = event.is_finding().then(|| {
            let identity = self.identity(given.take(), event);
            name_finding(event, &identity);
            identity
        });
        let subject =
            Subject { event, integration: self.integration.as_str(), connector: self.connector };
        draft.rules.decide(&subject, uid, draft.decision);
        // The rules of an event that is no finding, and the silences, are those of the findings made of it.
        let (wrapping, silences) = match identity {
            Some(_) => (Vec::new(), Vec::new()),
            None => (take(&mut draft.decision.rules), take(&mut draft.decision.silences)),
        };

        let start = draft.submission.json.len();
        event.write_json(&mut draft.submission.json);
        if let Some(reason) =
            too_large(&draft.submission.json[start..], original, event_id.as_deref())
        {
            draft.submission.json.truncate(start);
            let original = take(original);
            draft.submission.quarantine(draft.received_at_ms, original, reason);
            return;
        }
        let keep = self.keep_original.unwrap_or_else(|| KeepOriginal::default_of(event));
        let original = keep.keeps(*parsed).then(|| take(original));
        let finding = identity.map(|identity| (identity, event_id.clone()));
        let end = draft.submission.json.len();
        draft.put(event, original, finding, false);
        for rule in wrapping {
            *draft.decision =
                Decision { rules: vec![rule], silences: silences.clone(), ..Decision::default() };
            self.put_wrapped(rule, event, event_id.as_ref(), start..end, draft);
        }
    }

    /// Returns what identifies a finding; what a mapping names itself is told apart by integration too.
    fn identity(&self, given: Option<Fingerprint>, event: &Event) -> Fingerprint {
        match given {
            Some(given) => Fingerprint::of(&[self.integration.as_str(), &given.to_string()]),
            None => fingerprint(&self.integration, event),
        }
    }

    /// Gives the event its uid; `Err` where its source's id of it is known already.
    fn name_event(&self, mapped: &mut MappedEvent, claims: &mut Claims) -> Result<Uuid, ()> {
        let uid = match &mapped.event_id {
            Some(event_id) => {
                let uid = event_uid(&self.integration, event_id);
                if !claims.claim(uid) {
                    return Err(());
                }
                mapped.event.metadata.original_event_uid.get_or_insert_with(|| event_id.clone());
                uid
            }
            None => self.uids.next(),
        };
        mapped.event.metadata.uid = Some(uid::text(uid));
        Ok(uid)
    }

    fn put_wrapped(
        &self,
        rule: u16,
        event: &Event,
        event_id: Option<&Text>,
        json: std::ops::Range<usize>,
        draft: &mut Draft<'_>,
    ) {
        let Some((name, _)) = draft.rules.rule(rule) else { return };
        let json = draft.submission.json.get(json).unwrap_or_default();
        // A finding that is too large to be stored with its evidence is stored without.
        let json = if json.len() > EVIDENCE_BYTES_MAX { &[] } else { json };
        let (mut wrapped, fingerprint) = wrap(&self.integration, &RuleName::new(name), event, json);
        wrapped.metadata.uid = Some(uid::text(self.uids.next()));
        // The same event sent again makes the same finding of the same rule: a duplicate, not a repeat.
        let event_id = event_id.map(|id| wrapped_id(id, name));
        wrapped.write_json(&mut draft.submission.json);
        draft.put(&wrapped, None, Some((fingerprint, event_id)), true);
    }
}

/// A submission being filled.
struct Draft<'a> {
    submission: &'a mut Submission,
    rules: &'a RuleSet,
    received_at_ms: i64,
    /// What was decided about the event at hand.
    decision: &'a mut Decision,
}

impl Draft<'_> {
    /// Adds the record of the event whose JSON was just written.
    fn put(
        &mut self,
        event: &Event,
        original: Option<Bytes>,
        finding: Option<(Fingerprint, Option<Text>)>,
        is_derived: bool,
    ) {
        let content = Prepared::Event {
            json_end: self.submission.json.len(),
            time_ms: event.time.as_millis(),
            decision: self.submission.decision(self.decision),
            original,
            finding,
            is_derived,
        };
        self.submission
            .records
            .push(PreparedRecord { received_at_ms: self.received_at_ms, content });
    }
}

impl Submission {
    fn quarantine(&mut self, received_at_ms: i64, original: Bytes, reason: String) {
        let (original, reason) = cut(original, reason);
        let content = Prepared::Quarantine { original, reason };
        self.records.push(PreparedRecord { received_at_ms, content });
    }

    /// Returns the index of a decision; most events of a submission are decided about like the one
    /// before.
    fn decision(&mut self, decision: &Decision) -> usize {
        match self.decisions.iter().rposition(|known| known.is_same(decision)) {
            Some(known) => known,
            None => {
                self.decisions.push(decision.clone());
                self.decisions.len() - 1
            }
        }
    }
}

/// Returns the id of the finding that a rule makes of an event. A long one is told by its digest, for what is
/// stored is bounded.
fn wrapped_id(event_id: &str, rule: &str) -> Text {
    if event_id.len() + 1 + rule.len() > TEXT_BYTES_MAX {
        return Fingerprint::of(&[event_id, rule]).to_string().into();
    }
    Text::from(format!("{event_id} {rule}"))
}

/// Cuts bytes to what is stored at most, and says so.
fn cut(original: Bytes, reason: String) -> (Bytes, String) {
    if original.len() <= RECORD_BYTES_MAX {
        return (original, reason);
    }
    let reason =
        format!("{reason}; of {} bytes the first {RECORD_BYTES_MAX} are kept", original.len());
    (original.slice(..RECORD_BYTES_MAX), reason)
}

/// The largest event that stands as evidence in the finding a rule makes of it: what else is in the finding
/// is far smaller than the rest.
pub(crate) const EVIDENCE_BYTES_MAX: usize = RECORD_BYTES_MAX / 2;

/// Room for an event's JSON, so that the buffer seldom grows: firewalls' events have 1,100 bytes.
pub(crate) const JSON_BYTES: usize = 1536;

/// Says why an event cannot be stored as one, if so.
fn too_large(json: &[u8], original: &[u8], event_id: Option<&str>) -> Option<String> {
    let bytes = json.len() + original.len();
    if bytes > RECORD_BYTES_MAX {
        return Some(format!("the event has {bytes} bytes, at most {RECORD_BYTES_MAX} are stored"));
    }
    let event_id_bytes = event_id.map_or(0, str::len);
    (event_id_bytes > TEXT_BYTES_MAX).then(|| {
        format!("the event id has {event_id_bytes} bytes, at most {TEXT_BYTES_MAX} are stored")
    })
}

/// OCSF requires a finding's uid; where its source gives none, its identity is one.
fn name_finding(event: &mut Event, identity: &Fingerprint) {
    static UID: std::sync::LazyLock<Option<FieldPath>> =
        std::sync::LazyLock::new(|| FieldPath::parse("finding_info.uid").ok());
    let Some(path) = UID.as_ref() else { return };
    if event.first(path).is_none() {
        // Incident findings have a list of their own, which their mapping fills.
        drop(event.assign(path, Value::Text(&identity.to_string())));
    }
}
