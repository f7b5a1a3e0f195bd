//! Hold: what waits for destinations that take nothing, and what happens when it is too much.
//!
//! Each destination may hold for so long and so much; the limit that is nearer counts. From half of it
//! on a warning stands in the log, from four fifths on an alarm with the time that is left, and at the
//! end intake stops where the operator wants that, so that nothing is accepted that may not be
//! delivered. It goes on by itself when there is room again. Nothing is ever deleted here.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;
use serde::Serialize;
use signalbox_model::time::Timestamp;
use signalbox_model::{Clock, IntegrationName};
use signalbox_store::desk::{Desk, DeskError, HeldSteps, Reader};
use signalbox_store::journal::Journal;

use crate::commit::Committer;
use crate::stream::{HeldError, HeldEvents, held_events};

/// How long and how much a destination may hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HoldLimits {
    /// How old the oldest of it may be.
    pub age: Duration,
    /// How many bytes it may be.
    pub bytes: u64,
}

impl Default for HoldLimits {
    /// 7 days, 50 GiB: a long weekend with room, and less than the journal may occupy.
    fn default() -> Self {
        Self { age: Duration::from_secs(7 * 24 * 3600), bytes: 50 << 30 }
    }
}

/// A destination that is watched.
#[derive(Clone, Debug)]
pub struct Holder {
    /// Its name.
    pub name: IntegrationName,
    /// What it may hold.
    pub limits: HoldLimits,
    /// Whether it follows the stream of events.
    pub is_stream: bool,
    /// What happens when it is full.
    pub when_full: WhenFull,
}

/// What happens when a destination holds all that it may.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WhenFull {
    /// Nothing is taken in until it drains.
    StopIntake,
    /// It holds on, with an alarm.
    HoldOn,
    /// What waits becomes one dead letter. Of streams alone.
    DeadLetter,
}

/// How near a destination is to what it may hold.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum HoldLevel {
    /// Less than half.
    #[default]
    Free,
    /// Half or more.
    Warning,
    /// Four fifths or more.
    Alarm,
    /// All of it.
    Full,
}

/// What a destination holds.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct HoldView {
    /// Since when the oldest of it waits.
    pub oldest_at: Option<Timestamp>,
    /// How much it is.
    pub bytes: u64,
    /// Of what it may hold, by the nearer limit.
    pub percent: u64,
    /// How near that is.
    pub level: HoldLevel,
    /// How long until it is full, if it goes on like this.
    pub seconds_left: Option<u64>,
    /// Whether intake is stopped because of it.
    pub stops_intake: bool,
    /// How many steps of canaries wait besides, which count for nothing of this.
    #[serde(skip)]
    pub canaries: u64,
}

/// Watches what destinations hold.
pub struct HoldWatch {
    desk: Desk,
    journal: Arc<dyn Journal>,
    committer: Committer,
    clock: Arc<dyn Clock>,
    views: Mutex<BTreeMap<IntegrationName, HoldView>>,
}

/// Why it could not be seen what a destination holds.
#[derive(Debug, thiserror::Error)]
pub enum HoldError {
    /// The desk cannot be read.
    #[error(transparent)]
    Desk(#[from] DeskError),
    /// What waits for a stream cannot be seen.
    #[error(transparent)]
    Stream(#[from] HeldError),
}

/// Intake goes on below this share, so that it does not stop and go with every item.
const GO_ON_PERCENT: u64 = 90;

impl HoldWatch {
    /// Creates the watch of a hub.
    pub fn new(
        desk: Desk,
        journal: Arc<dyn Journal>,
        committer: Committer,
        clock: Arc<dyn Clock>,
    ) -> Self {
        Self { desk, journal, committer, clock, views: Mutex::default() }
    }

    /// Looks at what `holders` hold, and stops or frees intake. Holders that were there at the last
    /// look and are not in this one are forgotten. Returns those whose queue is to be given up as a dead
    /// letter.
    ///
    /// # Errors
    /// Those of the stores; then nothing changes.
    pub async fn look(&self, holders: &[Holder]) -> Result<Vec<Holder>, HoldError> {
        let (mut views, mut given_up) = (BTreeMap::new(), Vec::new());
        for holder in holders {
            let before = self.view(&holder.name);
            let (view, of_stream) = self.held_by(holder, &before).await?;
            tell(&holder.name, &before, &view);
            // Steps that wait do not go with the stream.
            if of_stream == HoldLevel::Full && holder.when_full == WhenFull::DeadLetter {
                given_up.push(holder.clone());
            }
            views.insert(holder.name.clone(), view);
        }
        self.committer.hold_back(views.values().any(|view| view.stops_intake));
        *self.views.lock() = views;
        Ok(given_up)
    }

    /// Returns what a destination held at the last look.
    pub fn view(&self, name: &IntegrationName) -> HoldView {
        self.views.lock().get(name).cloned().unwrap_or_default()
    }

    /// Returns the destinations because of which intake is stopped.
    pub fn stopped_by(&self) -> Vec<IntegrationName> {
        let views = self.views.lock();
        let stopping = views.iter().filter(|(_, view)| view.stops_intake);
        stopping.map(|(name, _)| name.clone()).collect()
    }

    /// Returns what a destination holds, and the level of what waits for its stream alone.
    async fn held_by(
        &self,
        holder: &Holder,
        before: &HoldView,
    ) -> Result<(HoldView, HoldLevel), HoldError> {
        let (name, is_stream) = (holder.name.to_string(), holder.is_stream);
        let read = move |reader: &Reader<'_>| {
            let stored = if is_stream { reader.checkpoint(&name)? } else { None };
            Ok((reader.held_steps(&name)?, stored, reader.ranges_of(&name)?))
        };
        let (steps, stored, ranges) = self.desk.read(read).await?;
        let events = match stored {
            Some(stored) => held_events(self.journal.as_ref(), &stored, &ranges)?,
            None => HeldEvents::default(),
        };
        let now = self.clock.now();
        let of_stream = view(holder, &HeldSteps::default(), events, before, now).level;
        Ok((view(holder, &steps, events, before, now), of_stream))
    }
}

fn view(
    holder: &Holder,
    steps: &HeldSteps,
    events: HeldEvents,
    before: &HoldView,
    now: Timestamp,
) -> HoldView {
    let oldest_at = steps.oldest_at.into_iter().chain(events.oldest_at).min();
    let bytes = steps.bytes.saturating_add(events.bytes);
    let age = oldest_at.map_or(Duration::ZERO, |at| now.since(at));
    let percent = percent(age.as_millis(), holder.limits.age.as_millis())
        .max(percent(bytes.into(), holder.limits.bytes.into()));
    let level = match percent {
        0..50 => HoldLevel::Free,
        50..80 => HoldLevel::Warning,
        80..100 => HoldLevel::Alarm,
        _ => HoldLevel::Full,
    };
    let goes_on_stopping = before.stops_intake && percent >= GO_ON_PERCENT;
    HoldView {
        oldest_at,
        bytes,
        percent,
        level,
        seconds_left: oldest_at.map(|_| seconds_left(holder.limits, age, bytes)),
        stops_intake: holder.when_full == WhenFull::StopIntake
            && (level == HoldLevel::Full || goes_on_stopping),
        canaries: steps.canaries,
    }
}

fn percent(value: u128, limit: u128) -> u64 {
    u64::try_from(value.saturating_mul(100) / limit.max(1)).unwrap_or(u64::MAX)
}

/// Until the age is reached, or the size at the pace since the oldest of it came, whichever is first.
fn seconds_left(limits: HoldLimits, age: Duration, bytes: u64) -> u64 {
    let by_age = limits.age.saturating_sub(age).as_secs();
    let room = u128::from(limits.bytes.saturating_sub(bytes));
    // What came a moment ago tells no pace yet; by whole seconds it would leave none.
    let by_size = match age < PACE_AFTER && room > 0 {
        true => u128::MAX,
        false => room.saturating_mul(age.as_millis()) / u128::from(bytes.max(1)) / 1000,
    };
    by_age.min(u64::try_from(by_size).unwrap_or(u64::MAX))
}

/// Below this, what came at once would look like a pace.
const PACE_AFTER: Duration = Duration::from_secs(60);

/// Says once what has changed.
fn tell(name: &IntegrationName, before: &HoldView, view: &HoldView) {
    let left = Duration::from_secs(view.seconds_left.unwrap_or_default());
    let percent = view.percent;
    if view.stops_intake && !before.stops_intake {
        tracing::error!(integration = %name, percent,
            "`{name}` holds all that it may, intake is stopped until it drains; mend it, skip what waits, \
             or raise its `hold`");
    } else if before.stops_intake && !view.stops_intake {
        tracing::info!(integration = %name, percent, "`{name}` drains, intake goes on");
    }
    if view.level <= before.level {
        return;
    }
    match view.level {
        HoldLevel::Free => {}
        HoldLevel::Warning => tracing::warn!(integration = %name, percent,
            "`{name}` holds {percent} % of what it may, {left:?} are left"),
        HoldLevel::Alarm | HoldLevel::Full => tracing::error!(integration = %name, percent,
            "`{name}` holds {percent} % of what it may, {left:?} are left; mend it, or raise its `hold`"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limits(age_hours: u64, bytes: u64) -> HoldLimits {
        HoldLimits { age: Duration::from_secs(age_hours * 3600), bytes }
    }

    fn at_hour(hour: i64) -> Timestamp {
        Timestamp::from_millis(hour * 3_600_000)
    }

    fn view_at(hour: i64, bytes: u64, before: &HoldView) -> HoldView {
        let name = IntegrationName::new("snow");
        let limits = limits(100, 1000);
        let holder = Holder { name, limits, is_stream: false, when_full: WhenFull::StopIntake };
        let steps = HeldSteps { bytes, oldest_at: Some(at_hour(0)), canaries: 0 };
        view(&holder, &steps, HeldEvents::default(), before, at_hour(hour))
    }

    #[test]
    fn the_nearer_limit_counts() {
        let nothing = HoldView::default();

        let levels = [(10, 100), (10, 500), (80, 100), (10, 1000)]
            .map(|(hour, bytes)| view_at(hour, bytes, &nothing).level);

        let expected = [HoldLevel::Free, HoldLevel::Warning, HoldLevel::Alarm, HoldLevel::Full];
        assert_eq!(levels, expected);
    }

    #[test]
    fn the_time_left_is_until_the_age_or_at_this_pace_the_size() {
        let nothing = HoldView::default();

        let (by_age, by_size) = (view_at(90, 100, &nothing), view_at(10, 500, &nothing));

        assert_eq!((by_age.seconds_left, by_size.seconds_left), (Some(36_000), Some(36_000)));
    }

    #[test]
    fn what_has_just_come_leaves_all_the_time_and_what_fills_it_none() {
        let holder = |bytes| {
            let name = IntegrationName::new("snow");
            let limits = limits(100, bytes);
            Holder { name, limits, is_stream: false, when_full: WhenFull::StopIntake }
        };
        let steps = HeldSteps { bytes: 10, oldest_at: Some(at_hour(0)) };
        let soon = Timestamp::from_millis(900);

        let left = [1000, 10].map(|bytes| {
            view(&holder(bytes), &steps, HeldEvents::default(), &HoldView::default(), soon)
                .seconds_left
        });

        assert_eq!(left, [Some(100 * 3600 - 1), Some(0)]);
    }

    #[test]
    fn intake_that_was_stopped_goes_on_below_nine_tenths() {
        let full = view_at(1, 1000, &HoldView::default());

        assert!(full.stops_intake);
        assert!(view_at(1, 900, &full).stops_intake);
        assert!(!view_at(1, 899, &full).stops_intake);
    }
}
