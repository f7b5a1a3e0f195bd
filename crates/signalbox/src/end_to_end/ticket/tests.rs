//! A product that executes and answers otherwise leaves nothing open behind, or it is told what.

use std::collections::VecDeque;

use async_trait::async_trait;
use bytes::Bytes;
use parking_lot::Mutex;
use signalbox_model::time::Timestamp;
use signalbox_model::{IntegrationName, StepKind};
use signalbox_sdk::role::{Ticket, TicketUpdate};

use super::*;

/// A product that creates the ticket, then answers this, and whose look-ups fail so first.
struct Flawed {
    answer: Error,
    lookups: Mutex<VecDeque<ErrorKind>>,
    lookups_after: Result<(), ErrorKind>,
    state: Mutex<Option<&'static str>>,
}

impl Flawed {
    fn new(answer: Error, lookups: &[ErrorKind], lookups_after: Result<(), ErrorKind>) -> Self {
        let lookups = Mutex::new(lookups.iter().copied().collect());
        Self { answer, lookups, lookups_after, state: Mutex::default() }
    }

    async fn test(&self) -> CheckReport {
        let item = Synthetic::new(&IntegrationName::new("snow"), "test", Timestamp::default());
        let mut report = CheckReport::default();
        run(self, &item, Duration::from_secs(60), &mut report).await;
        report
    }
}

#[async_trait]
impl Ticketing for Flawed {
    fn settle(&self) -> Duration {
        Duration::from_secs(60)
    }

    async fn find(&self, _: DeliveryKey) -> Result<Vec<TicketLink>, Error> {
        let failure = self.lookups.lock().pop_front().map_or(self.lookups_after, Err);
        failure.map_err(|kind| Error::new(kind, "find", "no"))?;
        Ok(vec![TicketLink { number: "T1".into(), id: "1".into(), url: None }])
    }

    async fn create(&self, _: &Ticket) -> Result<TicketLink, Error> {
        *self.state.lock() = Some("new");
        Err(self.answer.clone())
    }

    async fn encode_create(&self, _: &Ticket) -> Result<Bytes, Error> {
        Ok(Bytes::new())
    }

    async fn update(&self, _: &TicketLink, update: &TicketUpdate) -> Result<(), Error> {
        assert_eq!(update.step, StepKind::Resolve(1));
        *self.state.lock() = Some("closed");
        Ok(())
    }

    async fn state(&self, _: &TicketLink) -> Result<Option<TicketState>, Error> {
        let state = *self.state.lock();
        Ok(state.map(|word| TicketState { is_over: word == "closed", word: word.to_owned() }))
    }

    async fn check(&self) -> CheckReport {
        CheckReport::default()
    }
}

fn failed_500() -> Error {
    Error::new(ErrorKind::Unavailable, "create", "HTTP 500").with_status(500)
}

#[tokio::test(start_paused = true)]
async fn what_a_failing_server_created_is_found_and_closed_though_look_ups_fail_at_first() {
    let first = [ErrorKind::Unavailable, ErrorKind::Malformed, ErrorKind::OutcomeUnknown];
    let flawed = Flawed::new(failed_500(), &first, Ok(()));

    let report = flawed.test().await;

    assert_eq!(*flawed.state.lock(), Some("closed"));
    let steps: Vec<_> = report.steps.iter().map(|step| step.name).collect();
    assert_eq!((steps, report.is_good()), (vec!["create", "find", "read back", "close"], true));
}

#[tokio::test(start_paused = true)]
async fn what_cannot_be_looked_up_is_told_by_its_title_and_key() {
    for (kind, took) in [(ErrorKind::Unauthorized, 0), (ErrorKind::Unavailable, 60)] {
        let (flawed, begin) = (Flawed::new(failed_500(), &[], Err(kind)), Instant::now());

        let report = flawed.test().await;

        let words = report.failure().unwrap();
        assert!(
            words.contains("look for `[Signalbox test] Test of `snow`, please ignore`"),
            "{words}"
        );
        assert!(words.contains("with the key `") && words.contains("find: no"), "{words}");
        assert_eq!((report.steps.len(), begin.elapsed().as_secs()), (1, took));
    }
}

#[tokio::test(start_paused = true)]
async fn what_was_never_sent_is_not_looked_for() {
    let unsent = Error::new(ErrorKind::Unavailable, "create", "no connection");
    let flawed = Flawed::new(unsent, &[], Ok(()));

    let report = flawed.test().await;

    assert_eq!(report.failure().unwrap().split(';').next(), Some("create: create: no connection"));
}
