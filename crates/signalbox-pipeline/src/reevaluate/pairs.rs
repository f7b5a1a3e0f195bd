//! Which events a stream is sent because they are decided about anew.

use std::collections::HashSet;

use signalbox_model::IntegrationName;
use signalbox_model::time::Timestamp;
use signalbox_store::desk::{DecidedAnew, Desk, RangeRow, Writer};
use signalbox_store::journal::{Decision, EventPosition, Position};

use super::ReevaluationError;
use crate::evaluate::RuleSet;
use crate::follow::hex;
use crate::stream::{Checkpoint, range_behind};

/// What a stream is sent of what is decided anew.
#[derive(Clone, Copy, Debug)]
pub struct StreamAnew {
    /// Its place among the streams of the rules; none where it takes nothing any more.
    place: Option<u16>,
    /// How far the stream itself was.
    passed: Checkpoint,
}

impl StreamAnew {
    /// Of a stream that had come to `passed`.
    pub fn new(rules: &RuleSet, stream: &IntegrationName, passed: Checkpoint) -> Self {
        let names = (0u16..).zip(&rules.names().streams);
        let place = names.into_iter().find(|(_, name)| *name == stream.as_str());
        Self { place: place.map(|(place, _)| place), passed }
    }

    /// Returns whether the stream takes an event by this decision; without one stays what it `took`.
    pub fn takes(&self, decision: Option<&Decision>, took: bool) -> bool {
        decision.map_or(took, |decision| {
            self.place.is_some_and(|place| decision.streams.contains(&place))
        })
    }

    /// Returns whether the event is sent. What still waits, the stream sends itself: only what is new is sent besides.
    pub fn is_sent(&self, position: EventPosition, took: bool, takes: bool) -> bool {
        takes && (!took || self.passed.includes(position))
    }
}

/// Finds out what a stream is sent, and has it sent.
pub(super) struct Pairs {
    stream: IntegrationName,
    anew: StreamAnew,
    /// The events that are set aside, as positions: those that are sent again are forgotten there.
    aside: HashSet<String>,
    again: HashSet<String>,
    pub(super) sent: u64,
    pub(super) new: u64,
    pub(super) gone: u64,
}

impl Pairs {
    pub(super) async fn of(
        desk: &Desk,
        rules: &RuleSet,
        stream: &IntegrationName,
        before: Option<Position>,
    ) -> Result<Self, ReevaluationError> {
        let name = stream.to_string();
        let (stored, ranges, aside) = desk
            .read(move |reader| {
                let aside = reader.item_positions(&name)?;
                Ok((reader.checkpoint(&name)?, reader.ranges_of(&name)?, aside))
            })
            .await?;
        if let Some(range) = range_behind(ranges, before) {
            return Err(ReevaluationError::Range(range));
        }
        let passed = Checkpoint::parse(stored.as_ref().map_or("", |stored| &stored.position))?;
        Ok(Self {
            stream: stream.clone(),
            anew: StreamAnew::new(rules, stream, passed),
            aside: aside.into_iter().collect(),
            again: HashSet::new(),
            sent: 0,
            new: 0,
            gone: 0,
        })
    }

    pub(super) fn stream(&self) -> &str {
        self.stream.as_str()
    }

    /// Counts what a decision means for the stream.
    pub(super) fn note(&mut self, position: EventPosition, took: bool, anew: Option<&Decision>) {
        let takes = self.anew.takes(anew, took);
        self.new += u64::from(takes && !took);
        self.gone += u64::from(took && !takes && self.anew.passed.includes(position));
        if !self.anew.is_sent(position, took, takes) {
            return;
        }
        self.sent += 1;
        let position = position.to_string();
        if self.aside.contains(&position) {
            self.again.insert(position);
        }
    }

    /// Has the stream send what was found, from this transaction on whatever happens.
    pub(super) async fn send(
        self,
        desk: &Desk,
        rules: &RuleSet,
        (before, last): (Option<Position>, Position),
        now: Timestamp,
    ) -> Result<(), ReevaluationError> {
        let Self { stream, anew, again, sent, .. } = self;
        if sent == 0 {
            return Ok(());
        }
        let first = before.map_or(Checkpoint::Start, Checkpoint::Chunk);
        let range = RangeRow {
            stream: stream.to_string(),
            first: first.to_string(),
            last: last.to_string(),
            position: first.to_string(),
            events: sent,
            revived_at: Some(now),
            anew: Some(DecidedAnew {
                rules: hex(&rules.names().hash),
                passed: anew.passed.to_string(),
            }),
        };
        let begin = move |writer: &Writer<'_>| {
            if let Some(other) = range_behind(writer.ranges_of(&range.stream)?, before) {
                return Ok(Err(ReevaluationError::Range(other)));
            }
            let stored = writer.checkpoint(&range.stream)?;
            let stored = stored.as_ref().map_or("", |stored| &stored.position);
            if !Checkpoint::parse(stored).is_ok_and(|stored| stored.has_reached(anew.passed)) {
                return Ok(Err(ReevaluationError::WentBack(stream)));
            }
            let forgotten =
                writer.forget_items(&range.stream, |position| again.contains(position))?;
            writer.begin_range(&range, forgotten, "decided about anew", now)?;
            Ok(Ok(()))
        };
        desk.write("send what was decided anew", begin).await?
    }
}
