//! Decisions of the past are made anew, at a person's word.
//!
//! A task of its own does so: whoever asked may go away, and it goes on. While it does, the journal keeps what it reads.

use std::sync::Arc;
use std::time::Duration;

use futures_util::stream::{self, BoxStream, StreamExt};
use parking_lot::Mutex;
use signalbox_api::{OperationError, ReevaluationView};
use signalbox_model::IntegrationName;
use signalbox_model::time::Timestamp;
use signalbox_pipeline::evaluate::{NotifyOn, RuleSet};
use signalbox_pipeline::follow::DESK_READER;
use signalbox_pipeline::reevaluate::{Reevaluated, Reevaluation, ReevaluationParts, Stretch};
use signalbox_pipeline::stream::Checkpoint;
use signalbox_store::desk::Writer;
use signalbox_store::journal::Position;
use tokio::sync::{OwnedMutexGuard, watch};

use super::operations::{OPERATOR, Outcome};
use super::replaying::yet_to_come;
use super::{ActiveIntegration, Hub};
use crate::words::counted;

/// What the journal keeps for a re-evaluation besides what its readers need.
#[derive(Clone, Default)]
pub(super) struct Kept(Arc<Mutex<Option<Checkpoint>>>);

impl Kept {
    /// Returns the smaller of a position and where a re-evaluation begins, if there is one.
    pub(super) fn before(&self, passed: Option<Position>) -> Option<Position> {
        self.0.lock().map_or(passed, |kept| passed.min(kept.position()))
    }
}

/// Keeps it until dropped.
struct Keeping(Kept);

impl Drop for Keeping {
    fn drop(&mut self) {
        *self.0.0.lock() = None;
    }
}

/// What a person asked for.
struct Wanted {
    name: IntegrationName,
    is_stream: bool,
    is_told: bool,
    since: Timestamp,
    rules: Arc<RuleSet>,
}

/// How long the desk may take to come to where the journal is; it is there within moments as a rule.
const DESK_PATIENCE: Duration = Duration::from_secs(30);

/// Why it ended before it was done.
const STOPPED: &str = "the hub stops; give the command again when it runs";

/// How often it is looked whether it is.
const DESK_EVERY: Duration = Duration::from_millis(100);

impl Hub {
    /// Has the decisions since a time made anew for a destination.
    pub(super) fn reevaluate(
        self: &Arc<Self>,
        active: &ActiveIntegration,
        since: Timestamp,
    ) -> Outcome<BoxStream<'static, ReevaluationView>> {
        let (name, rules) = (active.name.clone(), self.rules.get());
        let is_told = tells(&rules, &name);
        if !active.is_stream && !is_told {
            return Err(OperationError::Invalid(format!(
                "`{name}` takes no stream, and no alert rule tells it of what opens: there is nothing to decide \
                 anew; have a route or rule name it, and `signalbox reload`"
            )));
        }
        if since > self.world.clock.now() {
            return Err(yet_to_come(since));
        }
        let Ok(turn) = Arc::clone(&self.reevaluating).try_lock_owned() else {
            return Err(OperationError::Invalid(
                "decisions are being made anew already; wait until that is done".to_owned(),
            ));
        };
        let wanted = Wanted { name, is_stream: active.is_stream, is_told, since, rules };
        let (tell, told) = watch::channel(ReevaluationView::default());
        self.tasks.spawn(Arc::clone(self).tell_of_reevaluation(wanted, tell, turn));
        Ok(views(told))
    }

    async fn tell_of_reevaluation(
        self: Arc<Self>,
        wanted: Wanted,
        tell: watch::Sender<ReevaluationView>,
        _turn: OwnedMutexGuard<()>,
    ) {
        let outcome = self.decide_anew(&wanted, &tell).await;
        self.wakes.wake(&wanted.name);
        tell.send_modify(|view| match outcome {
            Ok((found, message)) => {
                tracing::info!(integration = %wanted.name, events = found.looked_at,
                    "Decisions since {} were made anew: {message}", wanted.since);
                *view = ReevaluationView { found, message: Some(message), error: None };
            }
            Err(error) => view.error = Some(error.to_string()),
        });
    }

    async fn decide_anew(
        &self,
        wanted: &Wanted,
        tell: &watch::Sender<ReevaluationView>,
    ) -> Outcome<(Reevaluated, String)> {
        let Some((stretch, _keeping)) = self.keep_since(wanted).await? else {
            let nothing = format!("nothing was committed since {}", wanted.since);
            return Ok((Reevaluated { percent: 100, ..Reevaluated::default() }, nothing));
        };
        if wanted.is_told {
            self.wait_for_desk(stretch.last).await?;
        }
        let parts = ReevaluationParts {
            journal: Arc::clone(&self.stores.journal),
            desk: self.stores.desk.clone(),
            rules: Arc::clone(&wanted.rules),
            stretch,
            destination: wanted.name.clone(),
            is_stream: wanted.is_stream,
        };
        let mut work = Reevaluation::begin(parts).await.map_err(failed)?;
        while let Some(found) = work.next(self.world.clock.now()).await.map_err(failed)? {
            tell.send_modify(|view| view.found = found);
            self.wakes.wake(&wanted.name);
            if self.stop.is_cancelled() {
                return Err(failed(STOPPED));
            }
        }
        let found = work.finish(self.world.clock.now()).await.map_err(failed)?;
        Ok((found, said(wanted, &found, &stretch)))
    }

    /// Finds what was committed since the time, and keeps it from here on: housekeeping lets go in transactions of the
    /// desk as well. Writes down who asked.
    async fn keep_since(&self, wanted: &Wanted) -> Outcome<Option<(Stretch, Keeping)>> {
        let (journal, kept) = (Arc::clone(&self.stores.journal), self.kept.clone());
        let (since, now) = (wanted.since, self.world.clock.now());
        let audited = format!("{} since {since}", wanted.name);
        // Before anything is kept, for whatever fails lets go of it.
        let keeping = Keeping(self.kept.clone());
        let keep = move |writer: &Writer<'_>| {
            writer.audit(now, OPERATOR, "reevaluate", &audited)?;
            let stretch = Stretch::since(journal.as_ref(), since);
            if let Ok(Some(Stretch { before, .. })) = &stretch {
                *kept.0.lock() = Some(before.map_or(Checkpoint::Start, Checkpoint::Chunk));
                journal.keep(*before);
            }
            Ok(stretch)
        };
        let stretch = self.stores.desk.write("keep what is decided anew", keep).await?;
        Ok(stretch.map_err(failed)?.map(|stretch| (stretch, keeping)))
    }

    /// Waits until the desk has applied what is decided about anew: what is not applied yet is no missing alert.
    async fn wait_for_desk(&self, last: Position) -> Outcome<()> {
        let is_there = async {
            loop {
                let stored = self.stores.desk.read(|reader| reader.checkpoint(DESK_READER)).await?;
                let stored = stored.as_ref().map_or("", |stored| &stored.position);
                let position = Checkpoint::parse(stored).map_err(failed)?.position();
                if position >= Some(last) {
                    return Ok(());
                }
                tokio::time::sleep(DESK_EVERY).await;
            }
        };
        tokio::time::timeout(DESK_PATIENCE, is_there).await.unwrap_or_else(|_| {
            Err(failed(
                "the desk has not come to where the journal is; try again, and look at `/readyz`",
            ))
        })
    }
}

/// Returns whether an alert rule tells a destination of alerts that open.
fn tells(rules: &RuleSet, name: &IntegrationName) -> bool {
    let mut told = rules.plan().rules.values().flat_map(|plan| &plan.notify);
    told.any(|notify| notify.to == *name && notify.tells(NotifyOn::Open))
}

/// Returns what is told until the end.
fn views(told: watch::Receiver<ReevaluationView>) -> BoxStream<'static, ReevaluationView> {
    let next = |told: Option<watch::Receiver<ReevaluationView>>| async move {
        let mut told = told?;
        let is_over = told.changed().await.is_err();
        let mut view = told.borrow_and_update().clone();
        if is_over && view.message.is_none() {
            view.error.get_or_insert_with(|| STOPPED.to_owned());
        }
        let is_last = view.message.is_some() || view.error.is_some();
        Some((view, (!is_last).then_some(told)))
    };
    stream::unfold(Some(told), next).boxed()
}

fn said(wanted: &Wanted, found: &Reevaluated, stretch: &Stretch) -> String {
    let Reevaluated { looked_at, new, gone, sent, opened, .. } = found;
    let (name, from) = (&wanted.name, stretch.from);
    let mut said = format!(
        "looked at {}, the oldest committed at {from}: new decisions {new}, gone {gone}",
        counted(looked_at, "event")
    );
    if wanted.is_stream {
        said.push_str(&format!(
            "; {} will be sent to `{name}`, new or once more",
            counted(sent, "event")
        ));
    }
    if wanted.is_told {
        said.push_str(&format!("; opened for `{name}`: {}", counted(opened, "alert")));
    }
    if stretch.is_cut {
        said.push_str("; what was committed before that is no longer kept");
    }
    said
}

fn failed(error: impl ToString) -> OperationError {
    OperationError::Failed(error.to_string())
}
