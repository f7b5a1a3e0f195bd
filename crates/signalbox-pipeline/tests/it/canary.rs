//! Canaries go the whole line, are seen at the far end and closed, and nobody takes them for more.

use signalbox_model::{AlertStatus, ErrorKind, RuleName};
use signalbox_pipeline::canary::{CANARY_MARK, CanaryProof, CanaryState};
use signalbox_pipeline::evaluate::{Silence, SilencePlan};
use signalbox_store::desk::AlertFilter;

use crate::stage::{Answer, Cast, Stage, TICKETS, assert_balanced, failure, second};

const HOUR: u64 = 3600;

/// What is listed: all alerts, and those of them that are no canaries.
fn listed(stage: &Stage) -> (usize, usize) {
    let count = |with_canaries| {
        let filter = AlertFilter { with_canaries, limit: 1000, ..AlertFilter::default() };
        stage.desk().read_now(|reader| reader.alerts(&filter)).unwrap().len()
    };
    (count(true), count(false))
}

/// What became of the latest canary at the ticketing product.
fn outcome(stage: &Stage) -> Option<(CanaryState, Option<String>)> {
    stage.canary(TICKETS).map(|view| (view.state, view.failure))
}

/// Everything is silent for a day.
fn silence() -> Vec<Silence> {
    let (rules, from) = (Vec::<RuleName>::new(), None);
    let plan = SilencePlan { rules, from, until: second(24 * HOUR), reason: "a test".to_owned() };
    vec![Silence { name: "all".to_owned(), condition: None, plan }]
}

#[tokio::test(start_paused = true)]
async fn a_canary_is_made_found_and_closed_once_an_hour_through_silences_and_past_streams() {
    let cast = Cast { silences: silence, streams: vec![("siem", 10)], ..Cast::default() };
    let mut stage = Stage::with(cast).await;

    stage.fly(60).await;
    let first = stage.canary(TICKETS).unwrap();
    stage.restart().await;
    stage.fly(HOUR - 10).await;
    let in_the_hour = (stage.tickets.tickets(), stage.canary(TICKETS));
    stage.fly(HOUR + 60).await;

    assert_eq!((first.state, first.proof), (CanaryState::Ok, Some(CanaryProof::ReadBack)));
    assert!(first.latency_ms.is_some_and(|took| took < 5000), "{first:?}");
    assert_eq!(in_the_hour, (1, Some(first)));
    assert_eq!((stage.tickets.tickets(), stage.tickets.open_tickets()), (2, 0));
    assert!(stage.tickets.rendered().iter().all(|text| text.title.starts_with(CANARY_MARK)));
    assert_eq!((listed(&stage), stage.sink("siem").received().len()), ((1, 0), 0));
    assert_balanced(&stage);
}

#[tokio::test(start_paused = true)]
async fn a_crash_in_the_middle_makes_no_second_one() {
    for at in [1, 6, 11] {
        let mut stage = Stage::with_tickets().await;
        stage.fly(at).await;

        stage.crash().await;
        stage.fly(300).await;

        assert_eq!((stage.tickets.tickets(), stage.tickets.open_tickets()), (1, 0), "at {at}");
        assert_eq!(outcome(&stage), Some((CanaryState::Ok, None)), "at {at}");
        assert_balanced(&stage);
    }
}

#[tokio::test(start_paused = true)]
async fn a_ticket_that_its_key_does_not_find_is_lost_told_elsewhere_and_closed_all_the_same() {
    let streams = vec![("chat", 4)];
    let stage = Stage::with(Cast { streams, health: &["chat"], ..Cast::default() }).await;
    stage.tickets.blind(true);

    stage.fly(500).await;
    let early = outcome(&stage);
    stage.fly(660).await;
    let lost = outcome(&stage);
    stage.look_at_health(&[stage.edge(TICKETS)]).await;
    stage.pass(670).await;
    let told = stage.told();
    stage.tickets.blind(false);
    stage.fly(HOUR + 60).await;
    stage.look_at_health(&[stage.edge(TICKETS)]).await;

    let words = "ticket `T1` was made, but its key does not find it";
    assert_eq!((early, lost), (None, Some((CanaryState::Lost, Some(words.to_owned())))));
    assert_eq!(told.len(), 1);
    let title = "Canary lost: scripted `service-desk`, rule `alarm`: ";
    assert_eq!(told[0].title, format!("{title}{words}"));
    assert!(stage.sink("chat").received().contains(&told[0].title));
    assert_eq!((stage.told(), outcome(&stage)), (Vec::new(), Some((CanaryState::Ok, None))));
    assert_eq!((stage.tickets.tickets(), stage.tickets.open_tickets()), (2, 0));
    assert_balanced(&stage);
}

#[tokio::test(start_paused = true)]
async fn an_outage_of_hours_holds_one_canary_and_not_one_for_each() {
    let stage = Stage::with_tickets().await;
    stage.tickets.answer_always(Some(Answer::Fail(failure(ErrorKind::Unavailable))));

    stage.fly(3 * HOUR + 600).await;
    let (during, canaries) = (outcome(&stage).unwrap(), listed(&stage));
    stage.tickets.answer_always(None);
    stage.fly(3 * HOUR + 1800).await;

    let why = "open was not delivered within 10 minutes: ";
    assert!(during.1.as_ref().is_some_and(|failure| failure.starts_with(why)), "{during:?}");
    assert_eq!((during.0, canaries), (CanaryState::Lost, (1, 0)));
    assert_eq!(outcome(&stage), Some((CanaryState::Ok, None)));
    assert_eq!((stage.tickets.tickets(), stage.tickets.open_tickets()), (2, 0));
    assert_balanced(&stage);
}

#[tokio::test(start_paused = true)]
async fn a_refused_canary_leaves_no_dead_letter() {
    let stage = Stage::with_tickets().await;
    stage.tickets.answer([Answer::Fail(failure(ErrorKind::Rejected))]);

    stage.fly(60).await;

    let (state, failure) = outcome(&stage).unwrap();
    assert!(failure.is_some_and(|words| words.starts_with("open: create ticket")));
    assert_eq!((state, stage.step_terms().dead), (CanaryState::Lost, 0));
    assert_eq!((stage.step_terms().suppressed, stage.steps("discarded").len()), (2, 2));
    assert_balanced(&stage);
}

#[tokio::test(start_paused = true)]
async fn what_cannot_be_looked_up_is_proven_as_far_as_it_was_acknowledged() {
    let cast = Cast { streams: vec![("chat", 4)], notifies: "chat", ..Cast::default() };
    let stage = Stage::with(cast).await;

    stage.fly(60).await;

    let view = stage.canary("chat").unwrap();
    assert_eq!((view.state, view.proof), (CanaryState::Ok, Some(CanaryProof::Acknowledged)));
    assert_eq!(stage.sink("chat").received().len(), 2);
    assert_balanced(&stage);
}

#[tokio::test(start_paused = true)]
async fn one_on_its_way_is_closed_when_canaries_are_switched_off_and_none_goes_while_a_way_is_shut()
{
    let stage = Stage::with_tickets().await;
    stage.fly(2).await;

    stage.fly_no_more(60).await;
    let switched_off = outcome(&stage);
    stage.set_enabled(TICKETS, false);
    stage.fly(2 * HOUR).await;

    assert_eq!((stage.tickets.tickets(), stage.tickets.open_tickets()), (1, 0));
    assert_eq!((switched_off, listed(&stage)), (None, (1, 0)));
    let filter = AlertFilter { with_canaries: true, limit: 1, ..AlertFilter::default() };
    let alerts = stage.desk().read_now(|reader| reader.alerts(&filter)).unwrap();
    assert_eq!(alerts[0].status, AlertStatus::Resolved);
    assert_balanced(&stage);
}

#[tokio::test(start_paused = true)]
async fn what_waits_for_a_destination_that_is_not_configured_any_more_is_given_up() {
    let stage = Stage::with_tickets().await;
    stage.tickets.answer_always(Some(Answer::Fail(failure(ErrorKind::Unavailable))));
    stage.fly(10).await;
    let before = stage.steps("pending").len();

    stage.fly_past(TICKETS, 60).await;

    assert_eq!((before, stage.steps("pending").len(), stage.steps("discarded").len()), (1, 0, 2));
    assert_balanced(&stage);
}

#[tokio::test(start_paused = true)]
async fn a_ticket_that_was_made_though_its_canary_died_is_found_and_closed() {
    let stage = Stage::with_tickets().await;
    let refused = Answer::Fail(failure(ErrorKind::Rejected));
    stage.tickets.answer([Answer::Cut, refused]);
    stage.tickets.blind(true);

    stage.fly(61).await;
    let died = (stage.step_terms().dead, stage.tickets.open_tickets());
    stage.tickets.blind(false);
    stage.fly(300).await;

    assert_eq!(died, (1, 1));
    assert_eq!((stage.tickets.tickets(), stage.tickets.open_tickets()), (1, 0));
    assert_eq!(outcome(&stage).map(|(state, _)| state), Some(CanaryState::Lost));
    assert_eq!((stage.step_terms().dead, stage.step_terms().pending), (0, 0));
    assert_balanced(&stage);
}

#[tokio::test(start_paused = true)]
async fn canaries_leave_the_latest_alone_and_the_sums_of_all() {
    let stage = Stage::with_tickets().await;

    stage.fly(3 * HOUR - 60).await;

    assert_eq!((stage.tickets.tickets(), listed(&stage)), (3, (1, 0)));
    assert_eq!((stage.step_terms().delivered, stage.steps("delivered").len()), (6, 2));
    assert_balanced(&stage);
}

#[tokio::test(start_paused = true)]
async fn decisions_made_anew_leave_canaries_out_also_those_that_the_desk_has_forgotten() {
    let stage = Stage::with(Cast { streams: vec![("siem", 10)], ..Cast::default() }).await;
    stage.fly(HOUR + 60).await;
    let forgotten_is_committed = (stage.tickets.tickets(), listed(&stage)) == (2, (1, 0));

    let told = stage.reevaluate(TICKETS, 3 * HOUR as i64).await.unwrap();
    let sent = stage.reevaluate("siem", 3 * HOUR as i64).await.unwrap();
    stage.fly_no_more(HOUR + 600).await;

    assert!(forgotten_is_committed, "the desk knows both, so there is nothing to leave out");
    assert_eq!((told.looked_at, told.new, told.gone, told.opened), (2, 0, 0, 0));
    assert_eq!((sent.looked_at, sent.new, sent.gone, sent.sent), (2, 0, 0, 0));
    assert_eq!((stage.tickets.tickets(), stage.tickets.open_tickets()), (2, 0));
    assert_eq!((listed(&stage), stage.sink("siem").received().len()), ((1, 0), 0));
    assert_balanced(&stage);
}

#[tokio::test(start_paused = true)]
async fn one_that_was_sent_when_the_clock_was_ahead_hides_none() {
    let stage = Stage::with_tickets().await;
    stage.plant_canary(second(5 * HOUR)).await;

    stage.fly(60).await;

    assert_eq!((outcome(&stage), listed(&stage)), (Some((CanaryState::Ok, None)), (1, 0)));
}
