//! What lasts as long as the hub: the sources' lines, the desk's reader, and the watch on the canaries.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use signalbox_model::{IntegrationName, RuleName};
use signalbox_pipeline::canary::{CanaryFindings, CanarySettings, CanaryWatch, FarEnd, FarEnds};
use signalbox_pipeline::deliver::{Gate, Target};
use signalbox_pipeline::follow::Follower;
use signalbox_pipeline::ingest::{Parsing, SourceLine, SourceParts};
use signalbox_sdk::role::Normalize;
use signalbox_store::desk::DeskError;

use super::{EDR, FEED, Hub, TICKETS};
use crate::rules::RULE;
use crate::scenery::ThreeWords;

/// How often a canary goes.
const CANARY_EVERY: Duration = Duration::from_secs(120);

/// How often it is looked where it is.
const CANARY_LOOK: Duration = Duration::from_secs(10);

impl Hub {
    /// Opens a line for each source.
    pub(super) fn open_lines(&mut self) {
        for name in [EDR, FEED] {
            let line = self.line(name, Arc::clone(&self.gates[name]), Arc::new(ThreeWords));
            self.lines.insert(name, Arc::new(line));
        }
    }

    /// Has canaries sent and looked for, as long as the hub runs.
    pub(super) fn watch_canaries(&mut self) -> Result<(), DeskError> {
        let name = IntegrationName::CANARY;
        let gate = Arc::new(Gate::new(IntegrationName::new(name), true, None));
        let line = self.line(name, gate, Arc::new(CanaryFindings));
        let clock = Arc::new(self.around.clock.clone());
        let watch = CanaryWatch::new(line, self.desk.clone(), self.wakes.clone(), clock)?;
        let settings = CanarySettings { every: CANARY_EVERY, rules: vec![RuleName::new(RULE)] };
        let (around, rules) = (self.around.clone(), self.rules.clone());
        let (gate, stop) = (Arc::clone(&self.gates[TICKETS]), self.stop.clone());
        self.follower.spawn(async move {
            let look = async {
                loop {
                    tokio::time::sleep(CANARY_LOOK).await;
                    let settings = around.is_flying.load(Ordering::Relaxed).then_some(&settings);
                    let target = Target::Ticketing(Arc::clone(&around.ticketing));
                    let end = FarEnd { target, is_enabled: gate.is_enabled() };
                    let ends = FarEnds::from([(IntegrationName::new(TICKETS), end)]);
                    // What fails here the next look makes good.
                    watch.look(settings, rules.get().plan(), &ends).await.ok();
                }
            };
            stop.run_until_cancelled(look).await;
        });
        Ok(())
    }

    /// Has the desk follow the journal.
    pub(super) fn follow(&mut self) {
        let follower = Follower {
            journal: Arc::clone(&self.journal),
            desk: self.desk.clone(),
            wakes: self.wakes.clone(),
            clock: Arc::new(self.around.clock.clone()),
        };
        self.follower.spawn(follower.run(self.stop.clone()));
    }

    fn line(&self, name: &str, gate: Arc<Gate>, normalize: Arc<dyn Normalize>) -> SourceLine {
        let integration = IntegrationName::new(name);
        let alarm_percent = Parsing::ALARM_PERCENT_DEFAULT;
        SourceLine::new(SourceParts {
            intake: self.committer.intake(&integration),
            gate,
            parsing: Arc::new(Parsing::new(integration.clone(), alarm_percent)),
            pace: Arc::default(),
            integration,
            connector: "scripted",
            normalize,
            keep_original: None,
            rules: self.rules.clone(),
            window: Arc::clone(&self.window),
            uids: Arc::clone(&self.uids),
            clock: Arc::new(self.around.clock.clone()),
        })
    }
}
