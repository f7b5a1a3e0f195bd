//! What can happen to a hub, and sequences of it drawn from a seed.

use std::time::Duration;

use signalbox_model::ErrorKind;

use super::hub::{EVERYBODY, FEED, SIEM, TICKETS};
use super::power::{Blow, Point};
use super::random::Random;
use super::rules::{NOISE, QUIET, VERSIONS};
use super::sink::Taking;
use super::tickets::Answer;

/// Something that happens.
#[derive(Clone, Debug)]
pub(crate) enum Action {
    /// The sender has a submission.
    Send(Vec<String>),
    /// The polled vendor has more.
    Publish(Vec<String>),
    /// Time passes, in milliseconds.
    Pass(u64),
    /// The ticketing vendor takes a later call so.
    Answer(Answer),
    /// The stream's destination takes a later batch so.
    Take(Taking),
    /// The polled vendor fails a later call so.
    FailPoll(ErrorKind),
    /// A vendor withdraws the credentials, or gives them back.
    LockOut(&'static str, bool),
    /// A blow is aimed at the stores, after some operations are spared.
    Aim(Point, u64, Blow),
    /// The power goes out, and comes back.
    Dark,
    /// The process is killed, and started again.
    Kill,
    /// The hub is stopped and started again.
    Restart,
    /// Another version of the rules takes effect.
    Reload(usize),
    /// A person silences one of the findings for so many milliseconds.
    Silence(u64),
    /// An operator has canaries go, or go no more.
    Fly(bool),
    /// A person enables or disables an integration.
    Enable(&'static str, bool),
    /// A person sends every dead letter again.
    Replay,
    /// A person resolves an alert.
    Resolve(&'static str),
    /// The journal hears of the smallest checkpoint.
    Release,
}

/// The names of findings: few, so that they repeat.
pub(crate) const FINDINGS: [&str; 3] = ["alpha", "beta", QUIET];

/// Draws the sequence of a seed: rounds of something to do and of trouble with it.
pub(crate) fn draw(seed: u64) -> Vec<Action> {
    let mut draw = Draw { random: Random::new(seed), words: Vec::new() };
    let mut actions = Vec::new();
    for _ in 0..1 + draw.random.below(3) {
        if draw.random.one_in(2) {
            actions.push(draw.trouble());
        }
        actions.push(draw.traffic());
        if draw.random.one_in(3) {
            actions.push(draw.trouble());
        }
        if draw.random.one_in(2) {
            actions.push(draw.pass());
        }
        if draw.random.one_in(2) {
            actions.push(draw.change());
        }
    }
    actions
}

struct Draw {
    random: Random,
    /// What was said so far under an id of its own.
    words: Vec<String>,
}

impl Draw {
    fn traffic(&mut self) -> Action {
        if self.random.one_in(6) {
            Action::Publish(self.said())
        } else {
            Action::Send(self.submission())
        }
    }

    fn trouble(&mut self) -> Action {
        match self.random.below(12) {
            0..=3 => Action::Answer(self.answer()),
            4..=5 => Action::Take(self.taking()),
            6 => Action::FailPoll(self.kind()),
            7 => Action::LockOut(self.random.of(&[TICKETS, SIEM, FEED]), true),
            _ => self.aim(),
        }
    }

    fn change(&mut self) -> Action {
        match self.random.below(20) {
            0..=2 => Action::Dark,
            3..=4 => Action::Kill,
            5..=6 => Action::Restart,
            7..=8 => Action::Reload(self.random.below(VERSIONS as u64) as usize),
            9..=10 => Action::Enable(self.random.of(&EVERYBODY), self.random.one_in(2)),
            11 => Action::LockOut(self.random.of(&[TICKETS, SIEM, FEED]), false),
            12 => Action::Replay,
            13..=14 => Action::Resolve(self.random.of(&FINDINGS)),
            15..=16 => Action::Silence(self.random.of(&[0, 1_000, 60_000, 600_000])),
            17..=18 => Action::Fly(!self.random.one_in(4)),
            _ => Action::Release,
        }
    }

    fn pass(&mut self) -> Action {
        Action::Pass(self.random.of(&[1, 1, 50, 2_500, 12_000, 31_000, 61_000, 100_000]))
    }

    fn submission(&mut self) -> Vec<String> {
        if self.random.one_in(2_000) {
            // More than a chunk holds.
            return (0..1_001).map(|n| format!("log mass{n} -")).collect();
        }
        self.said()
    }

    fn said(&mut self) -> Vec<String> {
        (0..1 + self.random.below(3)).map(|_| self.words()).collect()
    }

    fn words(&mut self) -> String {
        let number = self.words.len() + 1;
        let finding = self.random.of(&FINDINGS);
        let words = match self.random.below(12) {
            0..=4 => format!("open {finding} id{number}"),
            5..=6 => format!("over {finding} id{number}"),
            7 => format!("log line{number} id{number}"),
            8 => format!("log line{number} -"),
            9 => format!("log {NOISE} id{number}"),
            10 if !self.words.is_empty() => return self.again(),
            _ => format!("garbage{number}"),
        };
        self.words.push(words.clone());
        words
    }

    fn again(&mut self) -> String {
        let place = self.random.below(self.words.len() as u64) as usize;
        self.words[place].clone()
    }

    fn kind(&mut self) -> ErrorKind {
        let retry_after = self.random.of(&[None, Some(Duration::from_secs(7))]);
        self.random.of(&[
            ErrorKind::Throttled { retry_after },
            ErrorKind::Unavailable,
            ErrorKind::OutcomeUnknown,
            ErrorKind::Unauthorized,
            ErrorKind::Rejected,
            ErrorKind::Malformed,
        ])
    }

    fn answer(&mut self) -> Answer {
        let executes = self.random.of(&[0, 1, 30, 59]);
        match self.random.below(8) {
            0..=2 => Answer::Fail(self.kind()),
            3 => Answer::ExecutedThen500,
            4..=5 => Answer::Cut { executes, shows: self.random.below(60 - executes) },
            6 => Answer::Hang { executes },
            _ => Answer::Dark { executes },
        }
    }

    fn taking(&mut self) -> Taking {
        match self.random.below(7) {
            0..=2 => Taking::Fail(self.kind()),
            3 => Taking::UpTo(self.random.below(3) as usize),
            4 => Taking::Lost,
            5 => Taking::Unconfirmed,
            _ => Taking::Dark,
        }
    }

    fn aim(&mut self) -> Action {
        let point = self.random.of(&[Point::Write, Point::Sync, Point::Commit, Point::Commit]);
        let blow = self.random.of(&[Blow::Error, Blow::DarkBefore, Blow::DarkAfter]);
        Action::Aim(point, self.random.below(5), blow)
    }
}
