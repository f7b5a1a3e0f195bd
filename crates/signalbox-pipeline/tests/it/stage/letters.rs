//! What a person does to dead letters, and to what waits.

use std::sync::Arc;

use signalbox_model::time::Timestamp;
use signalbox_model::{Clock, IntegrationName};
use signalbox_pipeline::deliver::{Replayed, StreamOrder};
use signalbox_pipeline::hold::{HoldLimits, HoldView, Holder};
use signalbox_pipeline::reevaluate::{
    Reevaluated, Reevaluation, ReevaluationError, ReevaluationParts, Stretch,
};
use signalbox_store::desk::{AttemptRow, DeadFilter, DeadLetter, DeadLetterId, RangeRow};

use tokio::sync::oneshot;

use super::Stage;

impl Stage {
    /// The dead letters, the longest dead first.
    pub(crate) fn letters(&self) -> Vec<DeadLetter> {
        let filter = DeadFilter { limit: usize::MAX, ..DeadFilter::default() };
        self.desk().read_now(|reader| reader.dead_letters(&filter)).unwrap()
    }

    /// The one range of a stream.
    pub(crate) fn range_of(&self, stream: &str) -> Option<RangeRow> {
        self.desk().read_now(|reader| reader.ranges_of(stream)).unwrap().pop()
    }

    /// The tries of a dead letter.
    pub(crate) fn tries(&self, letter: &DeadLetter) -> Vec<AttemptRow> {
        let id = DeadLetterId::parse(&letter.id).unwrap();
        let tries = self.desk().read_now(|reader| match &id {
            DeadLetterId::Step(key) => reader.attempts(*key),
            DeadLetterId::Event { stream, position } => reader.item_attempts(stream, position),
            DeadLetterId::Range { .. } => Ok(Vec::new()),
        });
        tries.unwrap()
    }

    /// A person changes what a dead letter's replay sends.
    pub(crate) async fn amend(&self, letter: &DeadLetter, amendment: &str) {
        let id = DeadLetterId::parse(&letter.id).unwrap();
        let amendment = amendment.to_owned();
        let amended = self.desk().write("amend", move |w| w.amend(&id, Some(&amendment))).await;
        assert!(amended.unwrap());
    }

    /// A person sends this dead letter again.
    pub(crate) async fn replay_letter(&self, letter: &DeadLetter) {
        let (id, now) = (DeadLetterId::parse(&letter.id).unwrap(), self.clock.now());
        assert!(self.desk().write("replay", move |w| w.replay(&id, now)).await.unwrap());
        self.run.wakes.wake(&IntegrationName::new(&letter.integration));
    }

    /// A person has what waits for an integration skipped, and enables it.
    pub(crate) async fn enable_and_skip(&self, name: &'static str) {
        let now = self.clock.now();
        self.desk().write("skip", move |w| w.skip_steps(name, now)).await.unwrap();
        let (done, _) = oneshot::channel();
        self.gate(name).order(StreamOrder::Skip(done));
        self.set_enabled(name, true);
    }

    /// A person has what waits for a stream skipped, and waits until that is done.
    pub(crate) async fn skip(&self, name: &str) {
        let (answer, done) = oneshot::channel();
        self.gate(name).order(StreamOrder::Skip(answer));
        self.run.wakes.wake(&IntegrationName::new(name));
        done.await.unwrap().unwrap();
    }

    /// A person has a stream sent once more from so many seconds ago on.
    pub(crate) async fn replay_stream(&self, name: &str, seconds_ago: i64) -> Replayed {
        let now = self.clock.now().as_millis();
        let since = Timestamp::from_millis(now - seconds_ago * 1000);
        let (answer, done) = oneshot::channel();
        self.gate(name).order(StreamOrder::Replay(since, answer));
        self.run.wakes.wake(&IntegrationName::new(name));
        done.await.unwrap().unwrap()
    }

    /// A person has what was decided since so many seconds ago decided anew for a destination.
    pub(crate) async fn reevaluate(
        &self,
        name: &str,
        seconds_ago: i64,
    ) -> Result<Reevaluated, ReevaluationError> {
        let now = self.clock.now();
        let since = Timestamp::from_millis(now.as_millis() - seconds_ago * 1000);
        let (run, destination) = (&self.run, IntegrationName::new(name));
        let stretch = Stretch::since(run.journal.as_ref(), since)?.unwrap();
        let mut work = Reevaluation::begin(ReevaluationParts {
            journal: Arc::clone(&run.journal),
            desk: run.desk.clone(),
            rules: Arc::clone(&self.cast.rules),
            stretch,
            destination: destination.clone(),
            is_stream: self.cast.sinks.contains_key(name),
        })
        .await?;
        while work.next(now).await?.is_some() {}
        let found = work.finish(now).await?;
        run.wakes.wake(&destination);
        Ok(found)
    }

    /// What waits for a stream is given up, where it is too much.
    pub(crate) fn give_up(&self, holder: &Holder) {
        let HoldLimits { age, bytes } = holder.limits;
        self.gate(holder.name.as_str()).order(StreamOrder::Bury { age, bytes });
        self.run.wakes.wake(&holder.name);
    }

    /// Looks at what a destination holds.
    pub(crate) async fn look(&self, holder: &Holder) -> HoldView {
        for full in self.run.holds.look(std::slice::from_ref(holder)).await.unwrap() {
            self.give_up(&full);
        }
        self.run.holds.view(&holder.name)
    }

    /// A person discards this dead letter.
    pub(crate) async fn discard(&self, letter: &DeadLetter) {
        let (id, now) = (DeadLetterId::parse(&letter.id).unwrap(), self.clock.now());
        let discarded = self.desk().write("discard", move |w| w.discard(&id, "a test", now)).await;
        assert!(discarded.unwrap());
        self.run.wakes.wake(&IntegrationName::new(&letter.integration));
    }
}
