//! A ticketing vendor as bad as the real ones: it answers late or never, executes after it cut the line, shows in its search
//! only later what it has, and refuses.

use std::collections::VecDeque;
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use parking_lot::Mutex;
use signalbox_model::{Clock, DeliveryKey, Error, ErrorKind, StepKind, TicketLink};
use signalbox_pipeline::canary::CANARY_MARK;
use signalbox_sdk::role::{CheckReport, Ticket, TicketUpdate, Ticketing};

use super::clock::WallClock;
use super::diary::Diary;
use super::power::Power;
use super::vendor::{check, failure};

/// How long the vendor may still execute what was given up on.
pub(crate) const SETTLE: Duration = Duration::from_secs(60);

/// How the vendor takes a create or an update. Times are seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    /// With this error; nothing is executed.
    Fail(ErrorKind),
    /// Executed, and then answered with status 500.
    ExecutedThen500,
    /// Cut; executed this much later, in its search this much later still.
    Cut { executes: u64, shows: u64 },
    /// Never answered; executed this much later.
    Hang { executes: u64 },
    /// Executed this much later, while the hub's power goes out at once.
    Dark { executes: u64 },
}

/// The vendor.
pub(crate) struct Tickets {
    clock: WallClock,
    power: Power,
    diary: Diary,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    script: VecDeque<Answer>,
    is_locked_out: bool,
    tickets: Vec<KeptTicket>,
}

/// A ticket at the vendor.
#[derive(Clone, Debug)]
pub(crate) struct KeptTicket {
    pub(crate) key: DeliveryKey,
    pub(crate) link: TicketLink,
    pub(crate) source: String,
    pub(crate) title: String,
    /// Whether whoever reads it is told that it is a canary's.
    pub(crate) is_marked: bool,
    shown_at: i64,
    steps: Vec<(i64, StepKind)>,
}

impl KeptTicket {
    /// What was done to the ticket, in the order the vendor executed it.
    pub(crate) fn steps(&self) -> Vec<StepKind> {
        let mut steps = self.steps.clone();
        steps.sort_by_key(|(executed_at, _)| *executed_at);
        steps.into_iter().map(|(_, step)| step).collect()
    }
}

impl Tickets {
    pub(crate) fn new(clock: WallClock, power: Power, diary: Diary) -> Self {
        Self { clock, power, diary, state: Mutex::default() }
    }

    /// Answers the next call so for which nothing is said yet.
    pub(crate) fn answer(&self, answer: Answer) {
        self.state.lock().script.push_back(answer);
    }

    /// Withdraws the credentials, or gives them back.
    pub(crate) fn lock_out(&self, is_locked_out: bool) {
        self.state.lock().is_locked_out = is_locked_out;
    }

    /// Is well again.
    pub(crate) fn heal(&self) {
        let mut state = self.state.lock();
        state.script.clear();
        state.is_locked_out = false;
    }

    /// Every ticket.
    pub(crate) fn tickets(&self) -> Vec<KeptTicket> {
        self.state.lock().tickets.clone()
    }

    /// How the next call goes, of which only some can be executed; a failure needs no execution.
    fn next(&self, is_executable: bool) -> Option<Answer> {
        let mut state = self.state.lock();
        if state.is_locked_out {
            return Some(Answer::Fail(ErrorKind::Unauthorized));
        }
        let is_next = |answer: &Answer| is_executable || matches!(answer, Answer::Fail(_));
        state.script.pop_front_if(|answer| is_next(answer))
    }

    /// Executes as the answer says, by `execute` with the times of execution and of showing.
    async fn carry_out<T>(
        &self,
        answer: Option<Answer>,
        execute: impl FnOnce(i64, i64) -> T,
    ) -> Result<T, Error> {
        let now = self.clock.now();
        let after = |seconds| now.saturating_add(Duration::from_secs(seconds)).as_millis();
        match answer {
            None => Ok(execute(after(0), after(0))),
            Some(Answer::Fail(kind)) => Err(failure(kind)),
            Some(Answer::ExecutedThen500) => {
                execute(after(0), after(0));
                Err(failure(ErrorKind::Unavailable).with_status(500))
            }
            Some(Answer::Cut { executes, shows }) => {
                execute(after(executes), after(executes + shows));
                Err(failure(ErrorKind::OutcomeUnknown))
            }
            Some(Answer::Hang { executes }) => {
                execute(after(executes), after(executes));
                std::future::pending().await
            }
            Some(Answer::Dark { executes }) => {
                execute(after(executes), after(executes));
                self.power.cut();
                std::future::pending().await
            }
        }
    }

    fn create_at(&self, ticket: &Ticket, executed_at: i64, shown_at: i64) -> TicketLink {
        let mut state = self.state.lock();
        let number = state.tickets.len() + 1;
        let link = TicketLink { number: format!("T{number}"), id: number.to_string(), url: None };
        state.tickets.push(KeptTicket {
            key: ticket.key,
            link: link.clone(),
            source: ticket.alert.source.to_string(),
            title: ticket.alert.title.clone(),
            is_marked: ticket.rendered.title.starts_with(CANARY_MARK),
            shown_at,
            steps: vec![(executed_at, StepKind::Open)],
        });
        link
    }

    fn update_at(&self, link: &TicketLink, step: StepKind, executed_at: i64) {
        let mut state = self.state.lock();
        match state.tickets.iter_mut().find(|kept| kept.link == *link) {
            Some(kept) => kept.steps.push((executed_at, step)),
            None => {
                self.diary.complain(format!("`{step}` of a ticket that is not there: {link:?}"))
            }
        }
    }

    fn note(&self, what: impl std::fmt::Display, answer: Option<Answer>) {
        match answer {
            None => self.diary.note(format_args!("tickets: {what}")),
            Some(answer) => self.diary.note(format_args!("tickets: {what}: {answer:?}")),
        }
    }
}

#[async_trait]
impl Ticketing for Tickets {
    fn settle(&self) -> Duration {
        SETTLE
    }

    async fn find(&self, key: DeliveryKey) -> Result<Vec<TicketLink>, Error> {
        self.power.reach_out().await;
        let answer = self.next(false);
        if let Some(Answer::Fail(kind)) = answer {
            self.note("find", answer);
            return Err(failure(kind));
        }
        let now = self.clock.now().as_millis();
        let state = self.state.lock();
        let found = state.tickets.iter().filter(|kept| kept.key == key && kept.shown_at <= now);
        let found: Vec<_> = found.map(|kept| kept.link.clone()).collect();
        drop(state);
        self.note(format_args!("find: {} found", found.len()), None);
        Ok(found)
    }

    async fn create(&self, ticket: &Ticket) -> Result<TicketLink, Error> {
        self.power.reach_out().await;
        let answer = self.next(true);
        self.note(format_args!("create {}", ticket.alert.title), answer);
        self.carry_out(answer, |executed_at, shown_at| {
            self.create_at(ticket, executed_at, shown_at)
        })
        .await
    }

    async fn encode_create(&self, ticket: &Ticket) -> Result<Bytes, Error> {
        Ok(Bytes::from(ticket.rendered.title.clone()))
    }

    async fn update(&self, link: &TicketLink, update: &TicketUpdate) -> Result<(), Error> {
        self.power.reach_out().await;
        let answer = self.next(true);
        self.note(format_args!("{} on {}", update.step, link.number), answer);
        let step = update.step;
        self.carry_out(answer, |executed_at, _| self.update_at(link, step, executed_at)).await
    }

    async fn check(&self) -> CheckReport {
        self.power.reach_out().await;
        check(!self.state.lock().is_locked_out)
    }
}
