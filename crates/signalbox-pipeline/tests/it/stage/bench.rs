//! A line on a disk that can be told to fail, with nothing behind the journal.

use std::sync::Arc;

use signalbox_model::{Clock, IntegrationName};
use signalbox_pipeline::commit::Committer;
use signalbox_pipeline::deliver::Gate;
use signalbox_pipeline::evaluate::RuleSet;
use signalbox_pipeline::ingest::{CurrentRules, EventIdWindow, Parsing, SourceLine, SourceParts};
use signalbox_pipeline::normalize::EventUids;
use signalbox_sdk::role::RawEvent;
use signalbox_store::journal::simulated::{SimulatedClock, SimulatedDisk};
use signalbox_store::journal::{EmbeddedJournal, Journal, JournalOptions, Provision, StoredChunk};

use super::{PausedClock, rules};
use crate::scenery::{ThreeWords, raw};

/// A committer on a disk that can be told to fail.
pub(crate) struct Bench {
    pub(crate) disk: SimulatedDisk,
    pub(crate) journal_clock: Arc<SimulatedClock>,
    pub(crate) journal: Arc<dyn Journal>,
    committer: Committer,
    clock: PausedClock,
    rules: Arc<RuleSet>,
}

impl Bench {
    pub(crate) fn new(condition: &str) -> Self {
        let (disk, journal_clock) = (SimulatedDisk::new(), Arc::new(SimulatedClock::new()));
        let options = JournalOptions {
            segment_bytes: 4 << 20,
            starter_bytes: 4 << 20,
            provision: Provision::OnDemand,
            ..JournalOptions::default()
        };
        let clock = Arc::clone(&journal_clock) as Arc<_>;
        let opened = EmbeddedJournal::open_on(Arc::new(disk.clone()), clock, options);
        let journal: Arc<dyn Journal> = Arc::new(opened.unwrap());
        let committer = Committer::new(Arc::clone(&journal));
        let clock = PausedClock::new();
        Self { disk, journal_clock, journal, committer, clock, rules: rules(condition) }
    }

    pub(crate) fn source(&self, name: &str) -> Arc<SourceLine> {
        self.source_behind(&Arc::new(Gate::new(IntegrationName::new(name), true, None)), name)
    }

    /// A source that this gate lets work.
    pub(crate) fn source_behind(&self, gate: &Arc<Gate>, name: &str) -> Arc<SourceLine> {
        let integration = IntegrationName::new(name);
        let alarm_percent = Parsing::ALARM_PERCENT_DEFAULT;
        Arc::new(SourceLine::new(SourceParts {
            intake: self.committer.intake(&integration),
            gate: Arc::clone(gate),
            parsing: Arc::new(Parsing::new(integration.clone(), alarm_percent)),
            pace: Arc::default(),
            integration,
            connector: "scripted",
            normalize: Arc::new(ThreeWords),
            keep_original: None,
            rules: CurrentRules::new(Arc::clone(&self.rules)),
            window: Arc::new(EventIdWindow::default()),
            uids: Arc::new(EventUids::new(7)),
            clock: Arc::new(self.clock),
        }))
    }

    pub(crate) fn raw(&self, words: &str) -> RawEvent {
        raw(words, self.clock.now())
    }

    pub(crate) fn chunks(&self) -> Vec<StoredChunk> {
        self.journal.read(None, usize::MAX).unwrap()
    }

    pub(crate) fn records(&self) -> usize {
        self.chunks().iter().map(StoredChunk::len).sum()
    }
}
