//! Runs sequences, on two threads, until one fails; then makes it as short as it still fails.

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};

use parking_lot::Mutex;
use signalbox_store::desk::Desk;
use signalbox_store::disk_work;

use super::action::{Action, draw};
use super::bugs::Planted;
use super::verdict::judge;
use super::world::{World, brief};

/// How many sequences a test runs.
pub(crate) const SEQUENCES: u64 = 10_000;

/// How many sequences are run where the environment does not say: what takes some ten seconds.
const COUNT_DEFAULT: u64 = 500;

/// How many threads they run on.
const THREADS: usize = 2;

/// A sequence that failed.
pub(crate) struct Failure {
    pub(crate) seed: u64,
    pub(crate) wrong: Vec<String>,
    actions: Vec<Action>,
    diary: Vec<String>,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "seed {} (repeat it with SIGNALBOX_SIMULATION_SEED={0})", self.seed)?;
        self.wrong.iter().try_for_each(|wrong| writeln!(f, "  wrong: {wrong}"))?;
        writeln!(f, "actions, as few as still fail:")?;
        self.actions.iter().try_for_each(|action| writeln!(f, "  {}", brief(action)))?;
        writeln!(f, "what happened, by the second:")?;
        self.diary.iter().try_for_each(|line| writeln!(f, "  {line}"))
    }
}

/// Which sequences are run, by the environment: `SIGNALBOX_SIMULATION_SEED` names the first, and only that one is run,
/// unless `SIGNALBOX_SIMULATION_COUNT` says how many are.
pub(crate) fn seeds() -> (u64, u64) {
    let set = |name| std::env::var(name).ok().map(|value| value.parse::<u64>().unwrap());
    let seed = set("SIGNALBOX_SIMULATION_SEED");
    let count =
        set("SIGNALBOX_SIMULATION_COUNT").unwrap_or(if seed.is_some() { 1 } else { COUNT_DEFAULT });
    (seed.unwrap_or_else(drawn), count)
}

/// A seed of this moment.
pub(crate) fn drawn() -> u64 {
    u64::from(jiff::Timestamp::now().subsec_nanosecond().unsigned_abs()) * SEQUENCES
}

/// Runs `count` sequences and returns one that failed, if any did, with how many were run.
pub(crate) fn search(first: u64, count: u64, planted: Planted) -> (Option<Failure>, u64) {
    let (next, failed) = (AtomicU64::new(0), Mutex::new(None));
    let work = || {
        let desk = own_desk();
        while failed.lock().is_none() {
            let number = next.fetch_add(1, Ordering::Relaxed);
            if number >= count {
                return;
            }
            let seed = first.wrapping_add(number);
            if let Err(failure) = run(seed, draw(seed), planted, &desk) {
                failed.lock().get_or_insert(shorten(failure, planted, &desk));
            }
        }
    };
    std::thread::scope(|scope| {
        for _ in 0..THREADS {
            scope.spawn(work);
        }
    });
    (failed.into_inner(), next.into_inner().min(count))
}

/// Prepares this thread for sequences, and makes the desk that they take one after the other.
pub(crate) fn own_desk() -> Desk {
    disk_work::take_turns_on_this_thread();
    Desk::in_memory().unwrap()
}

/// Runs one sequence and returns its diary.
pub(crate) fn run(
    seed: u64,
    actions: Vec<Action>,
    planted: Planted,
    desk: &Desk,
) -> Result<Vec<String>, Failure> {
    let mut world = World::new(seed, planted, desk.clone());
    for action in &actions {
        world.perform(action);
    }
    let wrong = judge(&mut world);
    let diary = world.diary.lines();
    if wrong.is_empty() { Ok(diary) } else { Err(Failure { seed, wrong, actions, diary }) }
}

/// Leaves out action after action, from the end, as long as the rest still fails.
fn shorten(mut failure: Failure, planted: Planted, desk: &Desk) -> Failure {
    for place in (0..failure.actions.len()).rev() {
        let mut fewer = failure.actions.clone();
        fewer.remove(place);
        if let Err(shorter) = run(failure.seed, fewer, planted, desk) {
            failure = shorter;
        }
    }
    failure
}
