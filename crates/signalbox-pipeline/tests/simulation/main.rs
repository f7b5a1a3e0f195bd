//! The line as a whole in a simulated world: a seed decides what senders send, what vendors do wrong, when disks fail and
//! the power goes out, and whatever happens, in the end nothing is lost, doubled or forgotten.
//!
//! | file | what it is |
//! |---|---|
//! | `action.rs`, `random.rs` | what can happen, and sequences of it |
//! | `world.rs`, `hub/`, `stores.rs` | what outlives a crash; one life of the hub |
//! | `power.rs`, `disk.rs`, `journal.rs`, `clock.rs` | what the hub stands on |
//! | `sender.rs`, `feed.rs`, `tickets.rs`, `sink.rs`, `vendor.rs` | who is around it |
//! | `verdict.rs`, `silence.rs`, `canary.rs` | what must hold in the end |
//! | `run.rs`, `diary.rs` | running sequences and telling of one that fails |
//! | `nth.rs` | one script, and each operation of it fails once |
//! | `bugs.rs` | bugs that are planted and must be found |
//!
//! A sequence runs on one thread and time passes only while nobody has anything to do, so a seed always makes the same one.
//! `SIGNALBOX_SIMULATION_SEED` repeats it; `SIGNALBOX_SIMULATION_COUNT` runs more or fewer of them.

#![expect(clippy::unwrap_used, reason = "what is needed for a test is there, or the test fails")]

mod action;
mod bugs;
mod canary;
mod clock;
mod diary;
mod disk;
mod feed;
mod hub;
mod journal;
mod nth;
mod power;
mod random;
mod rules;
mod run;
#[path = "../scenery/mod.rs"]
mod scenery;
mod sender;
mod silence;
mod sink;
mod stores;
mod tickets;
mod vendor;
mod verdict;
mod world;

use action::draw;
use bugs::NOTHING;
use run::{drawn, own_desk, run, search, seeds};
use signalbox_sdk::testkit::is_full_test;

#[test]
fn whatever_happens_nothing_is_lost_doubled_or_forgotten() {
    let (first, count) = seeds();
    eprintln!("Simulating {count} sequences from seed {first}");

    let (failure, _) = search(first, count, NOTHING);

    assert!(failure.is_none(), "{}", failure.unwrap());
}

#[test]
fn the_same_seed_makes_the_same_sequence() {
    let (first, desk) = (drawn(), own_desk());

    let count = if is_full_test() { 50 } else { 5 };
    for seed in first..first + count {
        let once = run(seed, draw(seed), NOTHING, &desk).map_err(|failure| failure.to_string());
        let again = run(seed, draw(seed), NOTHING, &desk).map_err(|failure| failure.to_string());
        assert_eq!(once, again, "seed {seed}");
    }
}
