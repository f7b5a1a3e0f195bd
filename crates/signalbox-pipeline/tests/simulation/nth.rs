//! One script, and each write, each sync and each commit of it fails once: at the first, the second, the nth, up to the last.

use std::sync::atomic::{AtomicU64, Ordering};

use signalbox_sdk::testkit::is_full_test;

use super::action::Action;
use super::bugs::NOTHING;
use super::power::{Blow, Point};
use super::random::Random;
use super::rules::QUIET;
use super::run::{drawn, own_desk};
use super::verdict::judge;
use super::world::World;

#[test]
fn whichever_single_write_sync_or_commit_fails_nothing_is_lost_doubled_or_forgotten() {
    let counts = [Point::Write, Point::Sync, Point::Commit].map(fail_each);

    eprintln!("Each of {counts:?} writes, syncs and commits has failed");
    assert!(counts.iter().all(|count| *count > 20), "the script does little: {counts:?}");
}

/// Lets each operation of a kind fail, one a run, and returns how many there are; each sixth, where it is not
/// a full test.
fn fail_each(point: Point) -> u64 {
    let (next, step) = (AtomicU64::new(0), if is_full_test() { 1 } else { 6 });
    let begin = drawn() % step;
    let work = || {
        let desk = own_desk();
        loop {
            let spared = begin + step * next.fetch_add(1, Ordering::Relaxed);
            let mut world = World::new(1, NOTHING, desk.clone());
            world.perform(&Action::Aim(point, spared, Blow::Error));
            script().iter().for_each(|action| world.perform(action));
            if !world.is_hit() {
                return;
            }
            let wrong = judge(&mut world);
            let diary = world.diary.lines().join("\n");
            assert!(wrong.is_empty(), "{point:?} {spared}: {wrong:?}\n{diary}");
        }
    };
    std::thread::scope(|scope| {
        for _ in 0..THREADS {
            scope.spawn(work);
        }
    });
    (next.into_inner() - THREADS) * step
}

const THREADS: u64 = 2;

/// Intake, delivery, a vendor that is polled, canaries, a silence, segments used again, a reload, a restart and a kill.
fn script() -> Vec<Action> {
    let mut actions = vec![Action::Publish(vec!["open gamma f1".into(), "log line f2".into()])];
    let mut random = Random::new(1);
    for round in 0..9 {
        let finding = if round % 2 == 0 { "alpha" } else { "beta" };
        let word = if round % 4 < 2 { "open" } else { "over" };
        actions.push(Action::Send(vec![format!("{word} {finding} id{round}")]));
        actions.push(Action::Pass(50));
        actions.push(Action::Send(vec![format!("log {} large{round}", noise(&mut random))]));
        actions.push(Action::Pass(2_500));
        actions.push(Action::Release);
        match round {
            0 => actions.push(Action::Fly(true)),
            2 => actions.push(Action::Restart),
            3 => actions.push(Action::Silence(60_000)),
            4 => actions.push(Action::Reload(1)),
            5 => actions.push(Action::Send(vec![format!("open {QUIET} quiet")])),
            6 => actions.push(Action::Kill),
            8 => actions.push(Action::Send(vec!["garbage".into()])),
            _ => {}
        }
    }
    actions
}

/// A name that does not compress: two of them fill a segment.
fn noise(random: &mut Random) -> String {
    (0..NOISE_BYTES).map(|_| char::from(b'a' + random.below(26) as u8)).collect()
}

const NOISE_BYTES: usize = 32 << 10;
