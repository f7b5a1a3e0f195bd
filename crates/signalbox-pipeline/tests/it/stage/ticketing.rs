//! A ticketing product that answers by a script and remembers every call with its second.

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use parking_lot::Mutex;
use signalbox_model::{AlertStatus, Clock, DeliveryKey, Error, ErrorKind, TicketLink};
use signalbox_sdk::role::{CheckReport, Rendered, Ticket, TicketState, TicketUpdate, Ticketing};

use super::PausedClock;

/// How the product takes a create or an update.
#[derive(Clone, Debug)]
pub(crate) enum Answer {
    /// As it should.
    Done,
    /// With this error; nothing is executed.
    Fail(Error),
    /// Executed, but the answer is lost.
    Cut,
    /// Cut at once, executed this much later.
    Late(Duration),
    /// Executed, and then never answered.
    Hang,
}

/// The product.
pub(crate) struct Tickets {
    clock: PausedClock,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    script: VecDeque<Answer>,
    always: Option<Answer>,
    of_title: BTreeMap<String, Error>,
    is_locked_out: bool,
    is_blind: bool,
    tickets: Vec<KeptTicket>,
    log: Vec<String>,
    rendered: Vec<Rendered>,
}

struct KeptTicket {
    key: DeliveryKey,
    link: TicketLink,
    executed_at: i64,
    is_over: bool,
}

impl Tickets {
    pub(crate) fn new(clock: PausedClock) -> Self {
        Self { clock, state: Mutex::default() }
    }

    /// Answers the next calls so, one after the other.
    pub(crate) fn answer(&self, answers: impl IntoIterator<Item = Answer>) {
        self.state.lock().script.extend(answers);
    }

    /// Answers so whatever the script has no answer for.
    pub(crate) fn answer_always(&self, answer: Option<Answer>) {
        self.state.lock().always = answer;
    }

    /// Answers so whatever is about the finding of this title.
    pub(crate) fn answer_title(&self, title: &str, error: Error) {
        self.state.lock().of_title.insert(title.to_owned(), error);
    }

    /// Withdraws the credentials, or gives them back.
    pub(crate) fn lock_out(&self, is_locked_out: bool) {
        self.state.lock().is_locked_out = is_locked_out;
    }

    /// Finds no ticket by its key any more, or again.
    pub(crate) fn blind(&self, is_blind: bool) {
        self.state.lock().is_blind = is_blind;
    }

    /// How many tickets nobody has closed.
    pub(crate) fn open_tickets(&self) -> usize {
        self.state.lock().tickets.iter().filter(|kept| !kept.is_over).count()
    }

    /// Adds a ticket that carries a key, as an earlier life of the hub may have.
    pub(crate) fn plant(&self, key: DeliveryKey) {
        self.execute(key, Duration::ZERO);
    }

    /// Every call: its second, what it was, and what about.
    pub(crate) fn log(&self) -> Vec<String> {
        self.state.lock().log.clone()
    }

    /// How many calls of this kind there were.
    pub(crate) fn count(&self, what: &str) -> usize {
        let what = format!(" {what}");
        self.state.lock().log.iter().filter(|line| line.contains(&what)).count()
    }

    /// How many tickets there are.
    pub(crate) fn tickets(&self) -> usize {
        self.state.lock().tickets.len()
    }

    /// What was sent, call by call.
    pub(crate) fn rendered(&self) -> Vec<Rendered> {
        self.state.lock().rendered.clone()
    }

    fn begin(&self, what: &str, title: &str, rendered: &Rendered) -> Answer {
        let mut state = self.state.lock();
        state.log.push(format!("{} {what} {title}", self.clock.second()));
        state.rendered.push(rendered.clone());
        if state.is_locked_out {
            return Answer::Fail(failure(ErrorKind::Unauthorized));
        }
        if let Some(error) = state.of_title.get(title) {
            return Answer::Fail(error.clone());
        }
        let next = state.script.pop_front().or_else(|| state.always.clone());
        next.unwrap_or(Answer::Done)
    }

    fn execute(&self, key: DeliveryKey, after: Duration) -> TicketLink {
        let mut state = self.state.lock();
        let number = state.tickets.len() + 1;
        let link = TicketLink { number: format!("T{number}"), id: number.to_string(), url: None };
        let executed_at = self.clock.now().saturating_add(after).as_millis();
        let is_over = false;
        state.tickets.push(KeptTicket { key, link: link.clone(), executed_at, is_over });
        link
    }
}

#[async_trait]
impl Ticketing for Tickets {
    fn settle(&self) -> Duration {
        Duration::from_secs(60)
    }

    async fn find(&self, key: DeliveryKey) -> Result<Vec<TicketLink>, Error> {
        let now = self.clock.now().as_millis();
        let mut state = self.state.lock();
        state.log.push(format!("{} find", self.clock.second()));
        let is_seen = !state.is_blind;
        let kept = state.tickets.iter();
        let kept = kept.filter(|kept| is_seen && kept.key == key && kept.executed_at <= now);
        Ok(kept.map(|kept| kept.link.clone()).collect())
    }

    async fn create(&self, ticket: &Ticket) -> Result<TicketLink, Error> {
        match self.begin("create", &ticket.alert.title, &ticket.rendered) {
            Answer::Done => Ok(self.execute(ticket.key, Duration::ZERO)),
            Answer::Fail(error) => Err(error),
            Answer::Cut => {
                self.execute(ticket.key, Duration::ZERO);
                Err(failure(ErrorKind::OutcomeUnknown))
            }
            Answer::Late(after) => {
                self.execute(ticket.key, after);
                Err(failure(ErrorKind::OutcomeUnknown))
            }
            Answer::Hang => {
                self.execute(ticket.key, Duration::ZERO);
                std::future::pending().await
            }
        }
    }

    async fn encode_create(&self, ticket: &Ticket) -> Result<Bytes, Error> {
        Ok(Bytes::from(format!("{}\n{}", ticket.rendered.title, ticket.rendered.body)))
    }

    async fn update(&self, link: &TicketLink, update: &TicketUpdate) -> Result<(), Error> {
        let what = match update.alert.status {
            AlertStatus::Resolved => format!("{} closes {}", update.step, link.number),
            _ => format!("{} on {}", update.step, link.number),
        };
        match self.begin(&what, &update.alert.title, &update.rendered) {
            Answer::Fail(error) => Err(error),
            _ => {
                let mut state = self.state.lock();
                let kept = state.tickets.iter_mut().find(|kept| kept.link.id == link.id);
                let is_over = update.alert.status == AlertStatus::Resolved;
                kept.into_iter().for_each(|kept| kept.is_over = is_over);
                Ok(())
            }
        }
    }

    async fn state(&self, link: &TicketLink) -> Result<Option<TicketState>, Error> {
        let state = self.state.lock();
        let kept = state.tickets.iter().find(|kept| kept.link.id == link.id);
        let is_over = kept.ok_or_else(|| failure(ErrorKind::Rejected))?.is_over;
        let word = if is_over { "closed" } else { "new" };
        Ok(Some(TicketState { is_over, word: word.to_owned() }))
    }

    async fn check(&self) -> CheckReport {
        let mut state = self.state.lock();
        state.log.push(format!("{} check", self.clock.second()));
        let mut report = CheckReport::default();
        if state.is_locked_out {
            report.failed("credentials", "401", "renew the token");
        } else {
            report.passed("credentials", "they are good");
        }
        report
    }
}

/// An error of a kind, as a connector would classify it.
pub(crate) fn failure(kind: ErrorKind) -> Error {
    Error::new(kind, "create ticket", "the vendor says no").with_answer(b"no")
}
