//! Reevaluate: decisions of the past, made anew by the rules in force, at a person's word alone.
//!
//! One way through the journal asks the rules about every event since a time. A stream is sent what it takes by them: a
//! range ([`pairs`]), which its courier sends by the same rules. A destination of alerts is told of the alerts that there
//! would be ([`MissingAlerts`]). Nothing that was stored is changed.
//!
//! The way holds some chunks in memory, whatever its length. Ended in between, by a crash as well, it has sent nothing to
//! a stream yet; alerts that it opened stay, and are known when it is gone again, because their ids are derived.

mod look;
mod pairs;
mod pass;

use std::sync::Arc;

use serde::Serialize;
use signalbox_model::IntegrationName;
use signalbox_model::time::Timestamp;
use signalbox_store::desk::{DeadLetterId, Desk, DeskError};
use signalbox_store::disk_work;
use signalbox_store::journal::{ChunkDecoder, ChunkError, Journal, JournalError, StoredChunk};

use crate::evaluate::RuleSet;
use crate::follow::{Candidates, MissingAlerts};
use crate::stream::CheckpointError;
use pairs::Pairs;
use pass::Pass;

pub use look::{Connectors, SecondLook, connectors};
pub use pairs::StreamAnew;
pub use pass::Stretch;

/// A way through the journal, while it is gone.
pub struct Reevaluation {
    desk: Desk,
    rules: Arc<RuleSet>,
    stretch: Stretch,
    alerts: Option<MissingAlerts>,
    /// At work elsewhere while the disk is read.
    state: Option<State>,
}

/// What a way works with, and what it found.
struct State {
    pass: Pass,
    look: SecondLook,
    decoder: ChunkDecoder,
    pairs: Option<Pairs>,
    candidates: Option<Candidates>,
    looked_at: u64,
    opened: u64,
}

/// What is to be decided anew, and by what.
pub struct ReevaluationParts {
    /// Where it was committed.
    pub journal: Arc<dyn Journal>,
    /// Where what follows goes.
    pub desk: Desk,
    /// The rules in force.
    pub rules: Arc<RuleSet>,
    /// From where to where.
    pub stretch: Stretch,
    /// The destination.
    pub destination: IntegrationName,
    /// Whether it follows the stream of events.
    pub is_stream: bool,
}

/// What was found so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Reevaluated {
    /// Events that were looked at.
    pub looked_at: u64,
    /// Of a hundred records of the journal, how many were read.
    pub percent: u64,
    /// Decisions that are new: events that the stream did not take then, alerts that were not opened.
    pub new: u64,
    /// Decisions that are gone: events that the stream had and takes no more, matches of alert rules.
    pub gone: u64,
    /// Events that the stream is sent, new or once more.
    pub sent: u64,
    /// Alerts that were opened.
    pub opened: u64,
}

/// Why nothing is decided anew.
#[derive(Debug, thiserror::Error)]
pub enum ReevaluationError {
    /// The journal cannot be read.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// The desk cannot be read or written.
    #[error(transparent)]
    Desk(#[from] DeskError),
    /// A checkpoint does not read back.
    #[error(transparent)]
    Checkpoint(#[from] CheckpointError),
    /// A chunk does not decompress.
    #[error("read a chunk: {0}")]
    Chunk(#[from] ChunkError),
    /// There is no decompressor.
    #[error("start the decompressor: {0}")]
    Decoder(#[from] std::io::Error),
    /// Some of it is being sent, or is a dead letter.
    #[error("a part of it is the range `{0}`; replay it and let it be sent, or discard it first")]
    Range(DeadLetterId),
    /// The stream was replayed meanwhile.
    #[error("`{0}` was told to go back meanwhile; try again")]
    WentBack(IntegrationName),
}

impl Reevaluation {
    /// Begins. Where the destination is neither a stream nor told of alerts by the rules, nothing comes of it.
    ///
    /// # Errors
    /// Those of the stores, and where some of it is a range of the stream already.
    pub async fn begin(parts: ReevaluationParts) -> Result<Self, ReevaluationError> {
        let ReevaluationParts { journal, desk, rules, stretch, destination, is_stream } = parts;
        let pairs = match is_stream {
            true => Some(Pairs::of(&desk, &rules, &destination, stretch.before).await?),
            false => None,
        };
        let alerts = MissingAlerts::at(&destination, &rules, journal.epoch());
        let connectors = desk.read(connectors).await?;
        let state = State {
            look: SecondLook::new(Arc::clone(&rules), connectors),
            decoder: ChunkDecoder::new()?,
            pairs,
            candidates: alerts.as_ref().map(|alerts| alerts.candidates()),
            looked_at: 0,
            opened: 0,
            pass: Pass::along(journal, stretch)?,
        };
        Ok(Self { desk, rules, stretch, alerts, state: Some(state) })
    }

    /// Looks at the next events, and opens the alerts that are missing of them. Returns what was found so far; `None`
    /// at the end.
    ///
    /// # Errors
    /// Those of the stores.
    pub async fn next(&mut self, now: Timestamp) -> Result<Option<Reevaluated>, ReevaluationError> {
        let Some(mut state) = self.state.take() else { return Err(DeskError::Stopping.into()) };
        let task = disk_work::spawn(move || {
            let is_more = state.look_at_next()?;
            Ok::<_, ReevaluationError>((state, is_more))
        });
        let (mut state, is_more) = task.await.unwrap_or(Err(DeskError::Stopping.into()))?;
        if let (Some(alerts), Some(candidates)) = (&self.alerts, &mut state.candidates) {
            state.opened += alerts.open(&self.desk, candidates.take(), now).await?;
        }
        let found = state.found();
        self.state = Some(state);
        Ok(is_more.then_some(found))
    }

    /// Has the stream send what was found, and returns that.
    ///
    /// # Errors
    /// Those of the desk, and where the stream was told something else meanwhile; then it is sent nothing.
    pub async fn finish(self, now: Timestamp) -> Result<Reevaluated, ReevaluationError> {
        let Some(state) = self.state else { return Err(DeskError::Stopping.into()) };
        let found = state.found();
        if let Some(pairs) = state.pairs {
            let bounds = (self.stretch.before, self.stretch.last);
            pairs.send(&self.desk, &self.rules, bounds, now).await?;
        }
        Ok(Reevaluated { percent: 100, ..found })
    }
}

impl State {
    /// Looks at some chunks. Says whether there were any.
    fn look_at_next(&mut self) -> Result<bool, ReevaluationError> {
        let chunks = self.pass.next()?;
        for chunk in &chunks {
            self.look_at(chunk)?;
        }
        Ok(!chunks.is_empty())
    }

    fn look_at(&mut self, chunk: &StoredChunk) -> Result<(), ReevaluationError> {
        let Self { look, decoder, pairs, candidates, looked_at, .. } = self;
        let events = decoder.events(chunk)?;
        let rules = Arc::clone(look.rules());
        for (record, json) in events.iter() {
            let position = chunk.event_position(record.index);
            let then = record.decision.and_then(|decision| chunk.decision(decision));
            let anew = look.at(&record, json);
            let decision = anew.as_ref().map(|(_, decision)| *decision);
            *looked_at += u64::from(anew.is_some());
            if let Some(pairs) = pairs {
                let took = then.is_some_and(|then| then.takes(pairs.stream()));
                pairs.note(position, took, decision);
            }
            if let Some(candidates) = candidates {
                candidates.note(&rules, (position, &record, json), then, anew.as_ref());
            }
        }
        Ok(())
    }

    fn found(&self) -> Reevaluated {
        let pairs = self.pairs.as_ref();
        let count = |of: fn(&Pairs) -> u64| pairs.map_or(0, of);
        let gone = self.candidates.as_ref().map_or(0, |candidates| candidates.gone);
        Reevaluated {
            looked_at: self.looked_at,
            percent: (self.pass.read * 100 / self.pass.of.max(1)).min(100),
            new: count(|pairs| pairs.new) + self.opened,
            gone: count(|pairs| pairs.gone) + gone,
            sent: count(|pairs| pairs.sent),
            opened: self.opened,
        }
    }
}
