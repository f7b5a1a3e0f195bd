//! Everything around one hub after the other: what outlives a crash, and the actions that happen to it.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use signalbox_store::desk::Desk;
use signalbox_store::journal::simulated::SimulatedDisk;
use tokio::runtime::{Builder, Runtime};

use super::action::Action;
use super::bugs::Planted;
use super::clock::WallClock;
use super::diary::Diary;
use super::disk::PoweredDisk;
use super::feed::Feed;
use super::hub::{EDR, EVERYBODY, FEED, Hub, SIEM, Surroundings, TICKETS};
use super::power::Power;
use super::rules::InForce;
use super::sender::Sender;
use super::sink::Sink;
use super::tickets::Tickets;

/// The world of one sequence.
pub(crate) struct World {
    pub(crate) tickets: Arc<Tickets>,
    pub(crate) sink: Arc<Sink>,
    pub(crate) feed: Arc<Feed>,
    pub(crate) sender: Arc<Sender>,
    pub(crate) diary: Diary,
    around: Surroundings,
    planted: Planted,
    disk: SimulatedDisk,
    /// What survives a power cut of what was not synced is decided by the seed.
    seed: u64,
    life: Option<Life>,
}

struct Life {
    // Dropped first: the tasks end before what they use.
    runtime: Runtime,
    hub: Hub,
}

/// How often a hub is started before it is said not to start.
const STARTS_MAX: usize = 8;

impl World {
    /// A world on an empty desk.
    pub(crate) fn new(seed: u64, planted: Planted, desk: Desk) -> Self {
        let (clock, power) = (WallClock::new(), Power::default());
        let diary = Diary::new(clock.clone());
        let tickets = Arc::new(Tickets::new(clock.clone(), power.clone(), diary.clone()));
        let sink = Arc::new(Sink::new(power.clone(), diary.clone()));
        let feed = Arc::new(Feed::new(clock.clone(), power.clone(), diary.clone()));
        let sender = Arc::new(Sender::new(clock.clone(), power.clone(), diary.clone()));
        desk.empty().unwrap();
        let around = Surroundings {
            clock,
            power,
            diary: diary.clone(),
            desk,
            highest: Arc::default(),
            ticketing: (planted.ticketing)(Arc::clone(&tickets)),
            destination: (planted.destination)(Arc::clone(&sink)),
            feed: Arc::clone(&feed),
            sender: Arc::clone(&sender),
            in_force: InForce::first(),
            is_flying: Arc::default(),
            settle: planted.settle,
            skips_the_parked: planted.skips_the_parked,
            forgets_silences: planted.forgets_silences,
        };
        let disk = SimulatedDisk::new();
        let mut world =
            Self { tickets, sink, feed, sender, diary, around, planted, disk, seed, life: None };
        world.begin_life();
        world
    }

    /// Lets something happen.
    pub(crate) fn perform(&mut self, action: &Action) {
        if !matches!(action, Action::Pass(_)) {
            self.note(format_args!("--- {}", brief(action)));
        }
        match action {
            Action::Send(words) => {
                let number = self.sender.has(words.clone());
                self.run(async |hub: &mut Hub| hub.receive(number));
            }
            Action::Publish(words) => self.feed.has(words.clone()),
            Action::Pass(milliseconds) => self.pass(Duration::from_millis(*milliseconds)),
            Action::Answer(answer) => self.tickets.answer(*answer),
            Action::Take(taking) => self.sink.take(*taking),
            Action::FailPoll(kind) => self.feed.fail(*kind),
            Action::LockOut(name, is_locked_out) => self.lock_out(name, *is_locked_out),
            Action::Aim(point, spared, blow) => self.around.power.aim(*point, *spared, *blow),
            Action::Dark => {
                self.around.power.cut();
                self.end_life();
                self.begin_life();
            }
            Action::Kill => {
                self.end_life();
                self.begin_life();
            }
            Action::Restart => {
                self.run(async |hub: &mut Hub| hub.stop().await);
                self.end_life();
                self.begin_life();
            }
            Action::Reload(version) => {
                let in_force = self.around.in_force.in_version(*version);
                self.reload(async |_: &mut Hub| in_force);
            }
            Action::Silence(milliseconds) => {
                let (before, time) = (self.around.in_force.clone(), *milliseconds);
                self.reload(async |hub: &mut Hub| {
                    before.silent_until(hub.now().saturating_add(Duration::from_millis(time)))
                });
            }
            Action::Fly(is_flying) => self.around.is_flying.store(*is_flying, Ordering::Relaxed),
            Action::Enable(name, is_enabled) => {
                let (name, is_enabled) = (*name, *is_enabled);
                self.run(async |hub: &mut Hub| hub.set_enabled(name, is_enabled).await);
            }
            Action::Replay => self.replay(),
            Action::Resolve(title) => {
                let title = *title;
                self.run(async |hub: &mut Hub| hub.resolve(title).await);
            }
            Action::Release => {
                self.run(async |hub: &mut Hub| hub.release());
            }
        }
    }

    /// Lets time pass.
    pub(crate) fn pass(&mut self, time: Duration) {
        self.run(async |_: &mut Hub| tokio::time::sleep(time).await);
    }

    /// Everybody is well again and nothing is aimed at any more.
    pub(crate) fn heal(&mut self) {
        self.note("--- everybody is well again");
        self.around.power.calm();
        self.tickets.heal();
        self.sink.heal();
        self.feed.heal();
        self.around.is_flying.store(false, Ordering::Relaxed);
        self.run(async |hub: &mut Hub| {
            for name in EVERYBODY {
                hub.set_enabled(name, true).await;
            }
        });
    }

    /// A person sends every dead letter again.
    pub(crate) fn replay(&mut self) {
        self.run(async |hub: &mut Hub| hub.replay().await);
    }

    /// The hub that lives now, if it could be started.
    pub(crate) fn hub(&self) -> Option<&Hub> {
        self.life.as_ref().map(|life| &life.hub)
    }

    /// Whether everything that was aimed has hit.
    pub(crate) fn is_hit(&self) -> bool {
        self.around.power.has_hit()
    }

    /// Whether a finding may have been kept from people: of what is polled nobody knows when it was decided about.
    pub(crate) fn may_be_silenced(&self, source: &str, words: &str) -> bool {
        match source {
            EDR => !self.sender.is_loud(words),
            _ => self.sender.has_heard_silence(),
        }
    }

    fn reload(&mut self, in_force: impl AsyncFnOnce(&mut Hub) -> InForce) {
        let reloaded = self.run(async |hub: &mut Hub| {
            let in_force = in_force(hub).await;
            hub.reload(in_force.clone()).await.map(|()| in_force)
        });
        if let Some(Ok(in_force)) = reloaded {
            self.around.in_force = in_force;
        }
    }

    fn lock_out(&self, name: &str, is_locked_out: bool) {
        match name {
            TICKETS => self.tickets.lock_out(is_locked_out),
            SIEM => self.sink.lock_out(is_locked_out),
            FEED => self.feed.lock_out(is_locked_out),
            _ => {}
        }
    }

    /// Does something with the hub, unless the power goes out; then the next life begins.
    fn run<T>(&mut self, work: impl AsyncFnOnce(&mut Hub) -> T) -> Option<T> {
        let Life { runtime, hub } = self.life.as_mut()?;
        let power = self.around.power.clone();
        let done = runtime.block_on(async {
            tokio::select! {
                biased;
                () = power.goes_out() => None,
                done = work(hub) => Some(done),
            }
        });
        if power.is_out() {
            self.end_life();
            self.begin_life();
            return None;
        }
        done
    }

    /// Ends the life where it stands. Where the power is out, what was not synced may be lost.
    fn end_life(&mut self) {
        if let Some(Life { runtime, hub }) = self.life.take() {
            end_time(&runtime, &self.around.clock);
            drop(runtime);
            drop(hub);
        }
        self.around.desk.crash();
        if self.around.power.is_out() {
            self.seed = self.seed.wrapping_add(1);
            self.disk = self.disk.cut_power(self.seed);
            self.around.power.restore();
        }
    }

    /// Starts a hub. An error of a disk, or of the power, is followed by another try.
    fn begin_life(&mut self) {
        let mut last = String::new();
        for _ in 0..STARTS_MAX {
            match self.try_to_live() {
                Ok(life) if !self.around.power.is_out() => {
                    self.life = Some(life);
                    return;
                }
                Ok(life) => self.life = Some(life),
                Err(reason) => last = reason,
            }
            self.end_life();
        }
        self.diary.complain(format!("the hub does not start: {last}"));
    }

    fn try_to_live(&self) -> Result<Life, String> {
        let runtime =
            Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
        let disk = PoweredDisk { disk: self.disk.clone(), power: self.around.power.clone() };
        let disk = (self.planted.disk)(Arc::new(disk));
        let around = self.around.clone();
        let started = runtime.block_on(async {
            around.clock.begin_life();
            let (diary, power) = (around.diary.clone(), around.power.clone());
            diary.note("=== a hub starts");
            let started = Hub::start(around, disk).await;
            if let Err(reason) = &started {
                diary.note(format_args!("=== it does not start: {reason}"));
            }
            if power.is_out() {
                diary.note("=== the power goes out meanwhile");
            }
            started
        });
        match started {
            Ok(hub) => Ok(Life { runtime, hub }),
            Err(reason) => {
                end_time(&runtime, &self.around.clock);
                Err(reason)
            }
        }
    }

    fn note(&self, what: impl std::fmt::Display) {
        if let Some(life) = &self.life {
            let _inside = life.runtime.enter();
            self.diary.note(what);
        }
    }
}

fn end_time(runtime: &Runtime, clock: &WallClock) {
    let _inside = runtime.enter();
    clock.end_life();
}

/// An action as it is shown: a submission that fills chunks is not shown whole.
pub(crate) fn brief(action: &Action) -> String {
    match action {
        Action::Send(words) if words.len() > 10 => format!("Send({} events)", words.len()),
        action => format!("{action:?}"),
    }
}
