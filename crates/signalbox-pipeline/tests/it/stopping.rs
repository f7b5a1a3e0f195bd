//! A stop that finds a call on its way: it has 8 s to end, and nothing that was broken off then is lost, twice or held
//! against anybody.

use signalbox_model::{DeliveryKey, IntegrationName, StepKind};
use signalbox_pipeline::evaluate::{Route, RouteAction};
use signalbox_store::desk::StepFilter;

use crate::stage::{Answer, Cast, Stage, Taking, alert_of, assert_balanced, open_key};

/// A stage whose alerts are messages in `chat`, which takes no stream.
async fn with_chat() -> Stage {
    let no_stream = || {
        let (name, action) = ("none".to_owned(), RouteAction::Drop);
        vec![Route { name, condition: None, streams: Vec::new(), action }]
    };
    let streams = vec![("chat", 10)];
    Stage::with(Cast { streams, routes: no_stream, notifies: "chat", ..Cast::default() }).await
}

/// How the attempts of a step went, and how many of them count.
fn attempts(stage: &Stage, key: DeliveryKey) -> (Vec<Option<String>>, u32) {
    let read = stage.desk().read_now(|reader| {
        Ok((
            reader.attempts(key)?,
            reader.steps(&StepFilter { limit: 1, ..StepFilter::default() })?,
        ))
    });
    let (attempts, steps) = read.unwrap();
    (attempts.into_iter().map(|attempt| attempt.outcome).collect(), steps[0].attempts_spent)
}

fn unknown(count: usize) -> Vec<Option<String>> {
    vec![Some("outcome_unknown".to_owned()); count]
}

#[tokio::test(start_paused = true)]
async fn a_create_that_never_answers_is_broken_off_rests_and_its_ticket_is_adopted() {
    let mut stage = Stage::with_tickets().await;
    stage.tickets.answer([Answer::Hang]);
    stage.finds(&["one"]).await;
    stage.pass(5).await;

    stage.restart().await;
    let (stopped_at, attempts) = (stage.clock.second(), attempts(&stage, open_key("one")));
    assert_balanced(&stage);
    stage.pass(80).await;

    // It was stopped in the middle of second 5, and the vendor settles for a minute.
    assert_eq!((stopped_at, attempts), (13, (unknown(1), 0)));
    assert_eq!(stage.tickets.log(), ["0 create one", "73 find"]);
    assert_eq!((stage.tickets.tickets(), stage.step_terms().delivered), (1, 1));
    assert_balanced(&stage);
}

#[tokio::test(start_paused = true)]
async fn a_message_that_never_arrives_may_be_broken_off_by_any_number_of_stops() {
    let mut stage = with_chat().await;
    stage.sink("chat").take_always(Some(Taking::Hang));
    stage.finds(&["one"]).await;

    for second in [5, 80, 160, 240, 320] {
        stage.pass(second).await;
        stage.restart().await;
        assert_balanced(&stage);
    }
    let key = DeliveryKey::derive(alert_of("one"), &IntegrationName::new("chat"), StepKind::Open);
    let attempts = attempts(&stage, key);
    stage.sink("chat").take_always(None);
    stage.pass(400).await;

    assert_eq!(attempts, (unknown(5), 0));
    let posts = ["0 one", "73 one", "148 one", "228 one", "308 one", "388 one"];
    assert_eq!(stage.sink("chat").log(), posts);
    assert_eq!(stage.steps("delivered"), ["open one"]);
    assert_balanced(&stage);
}

#[tokio::test(start_paused = true)]
async fn a_message_that_is_confirmed_while_the_lane_stops_is_not_posted_again() {
    let mut stage = with_chat().await;
    stage.sink("chat").take([Taking::Unconfirmed]);
    stage.sink("chat").confirm_from(10);
    stage.finds(&["one"]).await;
    stage.pass(5).await;

    stage.restart().await;
    let (stopped_at, delivered) = (stage.clock.second(), stage.steps("delivered"));
    stage.pass(300).await;

    assert_eq!((stopped_at, delivered), (10, vec!["open one".to_owned()]));
    assert_eq!(stage.sink("chat").log(), ["0 one"]);
    assert_balanced(&stage);
}

#[tokio::test(start_paused = true)]
async fn a_confirmation_that_hangs_is_broken_off_and_the_message_is_posted_again_once_it_has_rested()
 {
    let mut stage = with_chat().await;
    stage.sink("chat").take([Taking::Unconfirmed]);
    stage.sink("chat").hang_confirming();
    stage.finds(&["one"]).await;
    stage.pass(5).await;

    stage.restart().await;
    let stopped_at = stage.clock.second();
    stage.pass(300).await;

    assert_eq!(stopped_at, 13);
    assert_eq!(stage.sink("chat").log(), ["0 one", "73 one"]);
    assert_eq!(stage.steps("delivered"), ["open one"]);
    assert_balanced(&stage);
}

#[tokio::test(start_paused = true)]
async fn a_batch_that_never_arrives_is_broken_off_and_sent_again_with_nothing_counted_as_failed() {
    let mut stage = Stage::with_stream(10).await;
    stage.sink("siem").take([Taking::Hang]);
    stage.logs(&["a", "b"]).await;
    stage.pass(5).await;

    stage.restart().await;
    let (stopped_at, waiting) = (stage.clock.second(), stage.stream_terms("siem"));
    assert_balanced(&stage);
    stage.pass(14).await;

    assert_eq!((stopped_at, waiting.delivered, waiting.pending), (13, 0, 2));
    assert_eq!(stage.sink("siem").log(), ["0 a b", "13 a b"]);
    assert_eq!((stage.stream_terms("siem").delivered, stage.last_error("siem")), (2, None));
    assert_balanced(&stage);
}

#[tokio::test(start_paused = true)]
async fn a_page_that_the_vendor_never_hears_is_durable_is_not_read_again() {
    let mut stage = Stage::with(Cast { polls: true, ..Cast::default() }).await;
    stage.feed().has(&["open one 1", "open two 2", "open three 3"]);
    stage.feed().hang_confirming();
    stage.pass(5).await;

    stage.restart().await;
    let stopped_at = stage.clock.second();
    stage.pass(14).await;

    assert_eq!(stopped_at, 13);
    assert_eq!(stage.feed().log(), ["0 from 0", "13 from 2"]);
    assert_balanced(&stage);
}

#[tokio::test(start_paused = true)]
async fn a_check_that_hangs_delays_no_stop_and_decides_nothing() {
    let mut stage = with_chat().await;
    stage.sink("chat").lock_out(true);
    stage.sink("chat").hang_checking(true);
    stage.finds(&["one"]).await;
    stage.pass(5).await;

    stage.restart().await;
    let (stopped_at, parked) = (stage.clock.second(), stage.stored_parking("chat"));
    stage.sink("chat").lock_out(false);
    stage.sink("chat").hang_checking(false);
    stage.pass(80).await;

    assert_eq!((stopped_at, parked), (5, None));
    assert_eq!(stage.steps("delivered"), ["open one"]);
    assert_balanced(&stage);
}

#[tokio::test(start_paused = true)]
async fn a_check_that_hangs_delays_no_stop_of_a_stream_and_its_batch_is_sent_again() {
    let mut stage = Stage::with_stream(10).await;
    stage.sink("siem").lock_out(true);
    stage.sink("siem").hang_checking(true);
    stage.logs(&["a", "b"]).await;
    stage.pass(5).await;

    stage.restart().await;
    let (stopped_at, parked) = (stage.clock.second(), stage.stored_parking("siem"));
    stage.sink("siem").lock_out(false);
    stage.sink("siem").hang_checking(false);
    stage.pass(6).await;

    assert_eq!((stopped_at, parked), (5, None));
    assert_eq!((stage.stream_terms("siem").delivered, stage.aside("siem")), (2, (0, 0)));
    assert_balanced(&stage);
}

#[tokio::test(start_paused = true)]
async fn a_parked_integration_that_is_being_checked_stays_parked_over_a_stop() {
    let mut stage = with_chat().await;
    stage.sink("chat").lock_out(true);
    stage.finds(&["one"]).await;
    stage.pass(5).await;
    stage.sink("chat").hang_checking(true);
    stage.pass(40).await;

    stage.restart().await;
    let (stopped_at, parked) = (stage.clock.second(), stage.stored_parking("chat"));
    stage.sink("chat").lock_out(false);
    stage.sink("chat").hang_checking(false);
    stage.pass(80).await;

    assert_eq!((stopped_at, parked.is_some()), (40, true));
    assert_eq!((stage.state("chat"), stage.step_terms().delivered), ("ok", 1));
    assert_balanced(&stage);
}
